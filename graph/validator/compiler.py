"""Shapes to queries: one SELECT for each constraint, over all focus nodes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from graph.store import Literal, NamedNode, Store, Subject, Term
from graph.validator.classes import Told, Tree
from graph.validator.custom import Selected
from graph.validator.logic import Logic
from graph.validator.messages import default
from graph.validator.patterns import Breach, Fresh, Place, UncoveredError, text
from graph.validator.shapes import TARGETS, Shape, Shapes


@dataclass(frozen=True)
class Part:
    """One constraint of a check; where a check has several, the variable `flag` says whether a row breaks this one."""

    shape: Shape
    component: str
    messages: tuple[Literal, ...]
    flag: str = ""


@dataclass(frozen=True)
class Check:
    """A query and the constraints that its rows break. `value` and `path` name variables; a path without one is that of the shape.

    `given` are the values of parameters; `target` is the variable of the nodes that the shape targets; focus nodes may be steps away from them (`far`).
    """

    parts: tuple[Part, ...]
    query: str
    focus: str
    value: str
    path: str
    target: str
    far: bool
    given: dict[str, Term] = field(default_factory=dict)

    def over(self, nodes: Iterable[Term]) -> Check:
        """The same for these target nodes alone, of a check that was compiled for few. Raises UncoveredError for a blank node."""
        query = self.query.replace(_open(self.target), f"VALUES {self.target} {{ {' '.join(map(text, nodes))} }}", 1)
        return replace(self, query=query)


def _open(target: str) -> str:
    """Where target nodes are to be filled in."""
    return f"VALUES {target} {{ }}"


class Compiler:
    """Compiles the shapes of a shapes graph for the data of a store: its class tree stands in the queries.

    With `few` the queries look at target nodes that are filled in later, and hold for any data with the same class tree.
    """

    def __init__(self, data: Store, shapes: Shapes, few: bool = False) -> None:
        self.shapes = shapes
        self.few = few
        self.fresh = Fresh()
        self.classes = Tree(data) if few else Told(data)
        self.logic = Logic(data, shapes, self.classes, self.fresh)

    def checks(self, root: Subject) -> list[Check]:
        """The checks of a shape with targets. Raises UncoveredError where any part of it is not covered."""
        shape = self.shapes.shape(root)
        start = self._start(shape)
        places = list(self._places(shape, start, ())) if shape.active else []
        alike: dict[tuple[Place, str, str], list[tuple[Shape, Breach]]] = {}
        for inner, place in places:
            for breach in self.logic.breaches(inner, place.focus):
                alike.setdefault((place, breach.pattern, breach.value), []).append((inner, breach))
        selected = [self._select(inner, place, start.focus, s) for inner, place in places for s in self.logic.custom.selected(inner)]
        return [*(self._check(place, start.focus, broken) for (place, _, _), broken in alike.items()), *selected]

    def _places(self, shape: Shape, place: Place, above: tuple[Subject, ...]) -> Iterator[tuple[Shape, Place]]:
        """A shape and its property shapes, each with its focus nodes."""
        if not shape.active:
            return
        if shape.node in above:
            raise UncoveredError("Formen leder tillbaka till sig själv.", "The shape leads back to itself.")
        yield shape, place
        for node in shape.values("property"):
            inner = place.step(*self.logic.core.walk(shape, place.focus)) if shape.path else place
            yield from self._places(self.shapes.shape(node), inner, (*above, shape.node))

    def _check(self, place: Place, target: str, broken: list[tuple[Shape, Breach]]) -> Check:
        """Constraints that look at the same values share one query, in which each has its flag."""
        parts = tuple(Part(s, b.component, s.messages or default(b), self.fresh() if len(broken) > 1 else "") for s, b in broken)
        first = broken[0][1]
        names = [n for n in (*place.above, place.focus, first.value, first.path, *first.keys, *(p.flag for p in parts)) if n]
        flags = " ".join(f"BIND({b.test} AS {p.flag})" for p, (_, b) in zip(parts, broken, strict=True) if p.flag)
        tests = f"{flags} FILTER({' || '.join(p.flag for p in parts)})" if flags else f"FILTER({first.test})"
        query = f"SELECT DISTINCT {' '.join(dict.fromkeys(names))} WHERE {{ {place.pattern} {first.pattern} {tests} }}"
        return Check(parts, query, place.focus, first.value, first.path, target, bool(place.above))

    def _select(self, shape: Shape, place: Place, target: str, constraint: Selected) -> Check:
        """The query of a constraint runs once for each row of its targets: LATERAL is what SHACL calls pre-binding."""
        inner = f"{{ SELECT {' '.join((*place.above, f'({place.focus} AS ?this)'))} WHERE {{ {place.pattern} }} }}"
        query = f"{constraint.prologue} SELECT * WHERE {{ {inner} LATERAL {{ {constraint.select} }} }}"
        value = "?value" if shape.path else "?value|?this"
        told = constraint.messages or default(Breach(constraint.component, ""))
        return Check((Part(shape, constraint.component, told),), query, "?this", value, "?path", target, bool(place.above), constraint.values)

    def _start(self, shape: Shape) -> Place:
        place = self._targets(shape)
        return Place(f"{_open(place.focus)} LATERAL {{ {place.pattern} }}", place.focus) if self.few else place

    def _targets(self, shape: Shape) -> Place:
        focus = self.fresh()
        found = [p for name in TARGETS if (p := self._target(name, shape, focus))]
        if len(found) == 1 and not found[0][1]:
            return Place(found[0][0], focus)
        union = " UNION ".join(f"{{ {p} }}" for p, _ in found)
        return Place(f"{{ SELECT DISTINCT {focus} WHERE {{ {union} }} }}", focus)

    def _target(self, name: str, shape: Shape, focus: str) -> tuple[str, bool] | None:
        """A kind of target as a pattern, and whether it may match a focus node twice."""
        given = list(shape.values(name))
        if name == "targetClass":
            given += [shape.node] if shape.node in self.shapes.implicit else []
            return self._members(given, focus) if given else None
        if not given:
            return None
        if name == "targetNode":
            return f"VALUES {focus} {{ {' '.join(text(g) for g in given)} }}", False
        other, paths = self.fresh(), "|".join(text(g) for g in given)
        return (f"{focus} {paths} {other}" if name == "targetSubjectsOf" else f"{other} {paths} {focus}"), True

    def _members(self, classes: list[Term], focus: str) -> tuple[str, bool]:
        kinds = {k for c in classes if isinstance(c, NamedNode) for k in self.classes.kinds(c)}
        if len(kinds) == 1:
            return f"{focus} a {kinds.pop()} .", False
        kind, named = self.fresh(), sorted(map(str, kinds))
        if self.few:
            return f"{focus} a {kind} FILTER({kind} IN ({', '.join(named)}))", True
        return f"VALUES {kind} {{ {' '.join(named)} }} {focus} a {kind} .", True

"""Shapes to queries: one SELECT for each constraint, over all focus nodes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.store import Literal, NamedNode, Store, Subject, Term
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
    """A query and the constraints that its rows break. `value` and `path` name variables; a path without one is that of the shape."""

    parts: tuple[Part, ...]
    query: str
    focus: str
    value: str
    path: str
    given: dict[str, Term] = field(default_factory=dict)


class Compiler:
    """Compiles the shapes of a shapes graph for the data of a store: its class tree stands in the queries."""

    def __init__(self, data: Store, shapes: Shapes) -> None:
        self.data = data
        self.shapes = shapes
        self.fresh = Fresh()
        self.logic = Logic(data, shapes, self.fresh)

    def checks(self, root: Subject) -> list[Check]:
        """The checks of a shape with targets. Raises UncoveredError where any part of it is not covered."""
        shape = self.shapes.shape(root)
        places = list(self._places(shape, self._targets(shape), ())) if shape.active else []
        alike: dict[tuple[Place, str, str], list[tuple[Shape, Breach]]] = {}
        for inner, place in places:
            for breach in self.logic.breaches(inner, place.focus):
                alike.setdefault((place, breach.pattern, breach.value), []).append((inner, breach))
        selected = [self._select(inner, place, s) for inner, place in places for s in self.logic.custom.selected(inner)]
        return [*(self._check(place, broken) for (place, _, _), broken in alike.items()), *selected]

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

    def _check(self, place: Place, broken: list[tuple[Shape, Breach]]) -> Check:
        """Constraints that look at the same values share one query, in which each has its flag."""
        parts = tuple(Part(s, b.component, s.messages or default(b), self.fresh() if len(broken) > 1 else "") for s, b in broken)
        first = broken[0][1]
        names = [n for n in (*place.above, place.focus, first.value, first.path, *first.keys, *(p.flag for p in parts)) if n]
        flags = " ".join(f"BIND({b.test} AS {p.flag})" for p, (_, b) in zip(parts, broken, strict=True) if p.flag)
        tests = f"{flags} FILTER({' || '.join(p.flag for p in parts)})" if flags else f"FILTER({first.test})"
        query = f"SELECT DISTINCT {' '.join(dict.fromkeys(names))} WHERE {{ {place.pattern} {first.pattern} {tests} }}"
        return Check(parts, query, place.focus, first.value, first.path)

    def _select(self, shape: Shape, place: Place, constraint: Selected) -> Check:
        """The query of a constraint runs once for each row of its targets: LATERAL is what SHACL calls pre-binding."""
        inner = f"{{ SELECT {' '.join((*place.above, f'({place.focus} AS ?this)'))} WHERE {{ {place.pattern} }} }}"
        query = f"{constraint.prologue} SELECT * WHERE {{ {inner} LATERAL {{ {constraint.select} }} }}"
        value = "?value" if shape.path else "?value|?this"
        told = constraint.messages or default(Breach(constraint.component, ""))
        return Check((Part(shape, constraint.component, told),), query, "?this", value, "?path", constraint.values)

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
        kinds = {k for c in classes if isinstance(c, NamedNode) for k in self.logic.core.kinds(c)}
        if len(kinds) == 1:
            return f"{focus} a {kinds.pop()} .", False
        kind = self.fresh()
        return f"VALUES {kind} {{ {' '.join(sorted(map(str, kinds)))} }} {focus} a {kind} .", True

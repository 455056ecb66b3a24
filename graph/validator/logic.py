"""The constraints that lead to other shapes (SHACL §4.6 and §4.7): whether a node conforms to one, as an expression."""

from __future__ import annotations

from collections.abc import Iterator

from graph.store import Store, Subject, Term
from graph.validator.classes import Classes
from graph.validator.core import Core, component
from graph.validator.custom import Custom
from graph.validator.patterns import Breach, Fresh, UncoveredError
from graph.validator.shapes import Shape, Shapes


class Logic:
    """Compiles all constraints of a shape, those of nested shapes included."""

    def __init__(self, data: Store, shapes: Shapes, classes: Classes, fresh: Fresh) -> None:
        self.shapes = shapes
        self.core = Core(data, shapes, classes, fresh)
        self.custom = Custom(shapes, self.core)
        self._open: list[Subject] = []

    def breaches(self, shape: Shape, focus: str) -> Iterator[Breach]:
        """How each constraint of a shape is broken, but for its property shapes."""
        yield from self.core.breaches(shape, focus)
        yield from self.custom.asked(shape, focus)
        for other in shape.values("node"):
            yield self.core.refused(shape, focus, "node", f"!{self.conforms(other, self.core.value(shape, focus))}", other)
        for other in shape.values("not"):
            yield self.core.refused(shape, focus, "not", self.conforms(other, self.core.value(shape, focus)), other)
        for name in ("and", "or", "xone"):
            for head in shape.values(name):
                yield self._combined(shape, focus, name, self.shapes.members(head))
        yield from self._qualified(shape, focus)

    def _combined(self, shape: Shape, focus: str, name: str, others: list[Term]) -> Breach:
        each = [self.conforms(o, self.core.value(shape, focus)) for o in others]
        if name == "xone":
            test = "(" + (" + ".join(f"IF({c}, 1, 0)" for c in each) or "0") + ") != 1"
        else:
            test = "!(" + ((" && " if name == "and" else " || ").join(each) or ("true" if name == "and" else "false")) + ")"
        return self.core.refused(shape, focus, name, test, *others)

    def conforms(self, node: Term, focus: str) -> str:
        """Whether a node conforms to a shape, as an expression. Raises UncoveredError for a shape that leads back to itself."""
        shape = self.shapes.shape(node)
        if shape.node in self._open:
            raise UncoveredError("Formen leder tillbaka till sig själv.", "The shape leads back to itself.")
        if not shape.active:
            return "true"
        self._open.append(shape.node)
        try:
            broken = [f"NOT EXISTS {{ {b.whole} }}" for b in self._all(shape, focus)]
        finally:
            self._open.pop()
        return "(" + (" && ".join(broken) or "true") + ")"

    def _all(self, shape: Shape, focus: str) -> Iterator[Breach]:
        if shape.values("sparql") or self.custom.selected(shape):
            raise UncoveredError("En SPARQL-regel står i en inre form.", "A SPARQL constraint stands in an inner shape.")
        yield from self.breaches(shape, focus)
        for inner in shape.values("property"):
            yield self.core.refused(shape, focus, "property", f"!{self.conforms(inner, self.core.value(shape, focus))}", inner)

    def _qualified(self, shape: Shape, focus: str) -> Iterator[Breach]:
        """§4.7.3; in a node shape the qualified parameters mean nothing."""
        if not shape.path:
            return
        for wanted in shape.values("qualifiedValueShape"):
            siblings = self._siblings(shape, wanted) if shape.true("qualifiedValueShapesDisjoint") else []

            def test(v: str, w: Term = wanted, others: list[Term] = siblings) -> str:
                return " && ".join([self.conforms(w, v), *(f"!{self.conforms(o, v)}" for o in others)])

            for low in shape.values("qualifiedMinCount"):
                if int(low.value) > 0:
                    enough = self.core.at_least(shape, focus, int(low.value), test)
                    yield Breach(component("qualifiedMinCount"), "", f"NOT EXISTS {{ {enough} }}", parameter=(low,))
            for high in shape.values("qualifiedMaxCount"):
                more = self.core.at_least(shape, focus, int(high.value) + 1, test)
                yield Breach(component("qualifiedMaxCount"), "", f"EXISTS {{ {more} }}", parameter=(high,))

    def _siblings(self, shape: Shape, wanted: Term) -> list[Term]:
        parents = self.shapes.having("property", shape.node)
        beside = {q for parent in parents for p in self.shapes.values(parent, "property") for q in self.shapes.values(p, "qualifiedValueShape")}
        return sorted(beside - {wanted}, key=str)

"""Constraints in SPARQL (SHACL §5) and constraint components of one's own (SHACL §6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.namespaces import PREFIXES
from graph.store import BlankNode, Literal, NamedNode, Subject, Term
from graph.validator.core import Core, component
from graph.validator.patterns import Breach, UncoveredError, text
from graph.validator.queries import Query
from graph.validator.shapes import SH, Shape, Shapes, messages

_RESERVED: Final = {"this", "shapesGraph", "currentShape", "PATH"}


@dataclass(frozen=True)
class Selected:
    """A constraint whose query runs once for each focus node, all in one: its $this is bound from the outside."""

    component: str
    prologue: str
    select: str
    messages: tuple[Literal, ...]
    values: dict[str, Term]


@dataclass(frozen=True)
class Used:
    """A constraint component as one shape uses it: its validator and the values of its parameters."""

    component: Subject
    validator: Subject
    values: dict[str, Term]


class Custom:
    """Compiles the queries that shapes bring with them."""

    def __init__(self, shapes: Shapes, core: Core) -> None:
        self.shapes = shapes
        self.core = core
        self._components = sorted(shapes.instances(NamedNode(SH + "ConstraintComponent")), key=str)

    def selected(self, shape: Shape) -> list[Selected]:
        """The SPARQL constraints of a shape, and its components that validate by SELECT."""
        own = [self._constraint(shape, node) for node in shape.values("sparql") if not self._inactive(node)]
        return own + [self._select(shape, u.validator, u.component.value, u.values) for u in self._used(shape) if self.shapes.values(u.validator, "select")]

    def _inactive(self, node: Term) -> bool:
        return any(v.value in ("true", "1") for v in self.shapes.values(node, "deactivated"))

    def _constraint(self, shape: Shape, node: Term) -> Selected:
        return self._select(shape, node, component("sparql").replace("Sparql", "SPARQL"), {})

    def _select(self, shape: Shape, node: Term, name: str, values: dict[str, Term]) -> Selected:
        query = self._query(node, "select", {"this", *values})
        prologue, select = query.split("SELECT")
        given = {n: text(v) for n, v in values.items()} | ({"PATH": shape.path} if shape.path else {})
        told = messages(self.shapes.values(node, "message")) + shape.messages
        return Selected(name, self.prefixes(node) + prologue, select.stepwise().with_values(given | self._current(select, shape)), told, values)

    def _query(self, node: Term, form: str, prebound: set[str]) -> Query:
        query = Query(self.shapes.values(node, form)[0].value)
        query.refuse(prebound | _RESERVED if "this" in prebound else prebound)
        if "shapesGraph" in query.variables():
            raise UncoveredError("En SPARQL-regel läser formerna själva ($shapesGraph).", "A SPARQL constraint reads the shapes themselves ($shapesGraph).")
        return query

    def _current(self, query: Query, shape: Shape) -> dict[str, str]:
        return {"currentShape": text(shape.node)} if "currentShape" in query.variables() else {}

    def prefixes(self, node: Term) -> str:
        """The prefixes that a query may use: those of its sh:prefixes and of what they import (SHACL §5.2.1)."""
        ahead, seen, lines = list(self.shapes.values(node, "prefixes")), set[Term](), []
        while ahead:
            ontology = ahead.pop()
            if ontology in seen:
                continue
            seen.add(ontology)
            ahead += self.shapes.values(ontology, PREFIXES["owl"] + "imports")
            for declared in self.shapes.values(ontology, "declare"):
                prefix, namespace = (self.shapes.values(declared, n)[0].value for n in ("prefix", "namespace"))
                lines.append(f"PREFIX {prefix}: <{namespace}>\n")
        return "".join(sorted(lines))

    def asked(self, shape: Shape, focus: str) -> Iterator[Breach]:
        """The components that validate by ASK: each value node must make it true."""
        for used in self._used(shape):
            if self.shapes.values(used.validator, "ask"):
                yield self._ask(shape, focus, used)

    def _ask(self, shape: Shape, focus: str, used: Used) -> Breach:
        query = self._query(used.validator, "ask", {"value", *used.values})
        if self.prefixes(used.validator):
            self._refuse_names(query)
        given = {n: text(v) for n, v in used.values.items()} | self._current(query, shape) | ({"PATH": shape.path} if shape.path else {})
        steps, value = self.core.walk(shape, focus)
        body = query.body().with_values(given | {"value": value, "this": focus})
        return Breach(used.component.value, steps, f"NOT EXISTS {{ {body} }}", value, parameter=tuple(used.values.values()))

    @staticmethod
    def _refuse_names(query: Query) -> None:
        """A body that stands inside another query has no prologue of its own."""
        if any(kind == "name" and part != "xsd:" and not part.startswith(("xsd:", "rdf:", "rdfs:")) for kind, part in query.tokens):
            raise UncoveredError("En ASK-regel använder egna prefix.", "An ASK validator uses prefixes of its own.")

    def _used(self, shape: Shape) -> Iterator[Used]:
        """The components whose parameters a shape gives (SHACL §6.2 and §6.3)."""
        for node in self._components:
            values = self._values(shape, node)
            validator = self._validator(shape, node)
            if values and validator is not None:
                yield Used(node, validator, values)

    def _values(self, shape: Shape, node: Subject) -> dict[str, Term]:
        values: dict[str, Term] = {}
        for parameter in self.shapes.values(node, "parameter"):
            path = self.shapes.values(parameter, "path")[0].value
            given = shape.given.get(path, ())
            optional = any(v.value in ("true", "1") for v in self.shapes.values(parameter, "optional"))
            if not given and not optional:
                return {}
            if len(given) > 1:
                raise UncoveredError(f"{path} har flera värden.", f"{path} has several values.")
            if given:
                values[_local(path)] = given[0]
        return values

    def _validator(self, shape: Shape, node: Subject) -> Subject | None:
        kinds = ("propertyValidator" if shape.path else "nodeValidator", "validator")
        return next((v for kind in kinds for v in self.shapes.values(node, kind) if isinstance(v, NamedNode | BlankNode)), None)


def _local(iri: str) -> str:
    """The local name of a parameter, which is its variable (SHACL §6.2.1)."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]

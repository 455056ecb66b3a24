"""Shapes as plain values, read from a shapes graph (SHACL §2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from graph.namespaces import PREFIXES
from graph.store import BlankNode, Literal, NamedNode, Subject, Term
from graph.validator import paths
from graph.validator.triples import Readable, Triples, objects

if TYPE_CHECKING:
    from graph.validator.plan import Plan

SH: Final = PREFIXES["sh"]
TYPE: Final = NamedNode(PREFIXES["rdf"] + "type")
SUBCLASS: Final = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_CLASS: Final = NamedNode(PREFIXES["rdfs"] + "Class")
TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")


@dataclass(frozen=True)
class Shape:
    """A node shape (no path) or a property shape (a SPARQL property path); `given` holds its parameters by IRI."""

    node: Subject
    path: str
    steps: tuple[str, ...]
    severity: str
    messages: tuple[Literal, ...]
    active: bool
    given: dict[str, tuple[Term, ...]]

    def values(self, name: str) -> tuple[Term, ...]:
        """The values of a parameter of SHACL, by its local name."""
        return self.given.get(SH + name, ())

    def first(self, name: str) -> Term | None:
        """The value of a parameter that has one at most."""
        return next(iter(self.values(name)), None)

    def true(self, name: str) -> bool:
        """Whether a boolean parameter is set."""
        value = self.first(name)
        return value is not None and value.value in ("true", "1")


class Shapes:
    """A shapes graph: its shapes, the ones with targets, and what else the compiler looks up in it; `plan` is what `revalidate` last made of them."""

    def __init__(self, store: Triples) -> None:
        self.store = store
        self._read: dict[Subject, Shape] = {}
        self.plan: Plan | None = None

    def values(self, node: Term, name: str) -> list[Term]:
        """The objects of a predicate of SHACL, or of any where an IRI is given."""
        predicate = NamedNode(name if ":" in name else SH + name)
        return list(objects(self.store, node, predicate)) if isinstance(node, NamedNode | BlankNode) else []

    def shape(self, node: Term) -> Shape:
        """The shape of a node, read once."""
        assert isinstance(node, NamedNode | BlankNode)
        if node not in self._read:
            self._read[node] = self._shape(node)
        return self._read[node]

    def _shape(self, node: Subject) -> Shape:
        given: dict[str, tuple[Term, ...]] = {}
        for predicate in dict.fromkeys(q.predicate for q in self.store.quads(node)):
            given[predicate.value] = tuple(objects(self.store, node, predicate))
        path = given[SH + "path"][0] if SH + "path" in given else None
        walked = paths.steps(self.store, path) if path else ()
        severity = given[SH + "severity"][0].value if SH + "severity" in given else SH + "Violation"
        inactive = any(v.value in ("true", "1") for v in given.get(SH + "deactivated", ()))
        return Shape(node, paths.sparql(self.store, path) if path else "", walked, severity, messages(given.get(SH + "message", ())), not inactive, given)

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list."""
        return list(paths.items(self.store, head))

    def roots(self) -> list[Subject]:
        """The nodes of the shapes that have targets (SHACL §2.1.3), in a stable order."""
        targeted = {s for name in TARGETS for s in self.having(name)}
        return sorted(targeted | self.implicit, key=str)

    @cached_property
    def implicit(self) -> set[Subject]:
        """The shapes that are classes themselves (SHACL §2.1.3.3)."""
        return {s for s in self.instances(_CLASS) if isinstance(s, NamedNode) and self._is_shape(s)}

    def _is_shape(self, node: Subject) -> bool:
        kinds = {NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape")}
        return any(q.object in kinds for q in self.store.quads(node, TYPE))

    def instances(self, kind: NamedNode) -> set[Subject]:
        """The SHACL instances of a class in the shapes graph, its subclasses included."""
        return {s for c in subclasses(self.store, kind) for s in self._subjects(TYPE, c)}

    def having(self, name: str, value: Term | None = None) -> Iterator[Subject]:
        """The subjects that have a value of a predicate of SHACL."""
        return self._subjects(NamedNode(SH + name), value)

    def _subjects(self, predicate: NamedNode, value: Term | None) -> Iterator[Subject]:
        return (q.subject for q in self.store.quads(None, predicate, value) if isinstance(q.subject, NamedNode | BlankNode))


def messages(found: tuple[Term, ...] | list[Term]) -> tuple[Literal, ...]:
    """Those that are literals."""
    return tuple(m for m in found if isinstance(m, Literal))


def subclasses(store: Readable, kind: NamedNode) -> list[NamedNode]:
    """A class and all below it, by rdfs:subClassOf (SHACL §1.1, "SHACL subclass")."""
    found, ahead = {kind}, [kind]
    while ahead:
        below = {q.subject for q in store.quads(None, SUBCLASS, ahead.pop())} - found
        new = [b for b in below if isinstance(b, NamedNode)]
        found.update(new)
        ahead.extend(new)
    return sorted(found, key=str)

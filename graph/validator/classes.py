"""Which classes a query names to find the instances of one: rdfs:subClassOf of the data stands in the queries (SHACL §1.1, "SHACL instance")."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

from graph.store import NamedNode, Store
from graph.validator.shapes import SUBCLASS, subclasses


class Classes(Protocol):
    """The class tree as queries need it."""

    def kinds(self, kind: NamedNode) -> list[NamedNode]:
        """A class, first, and others whose instances are its instances too."""


class Told:
    """Only those subclasses that have instances which do not say that they are in the class above; reasoned data has none."""

    def __init__(self, data: Store) -> None:
        self._data = data
        self._found: dict[NamedNode, list[NamedNode]] = {}

    def kinds(self, kind: NamedNode) -> list[NamedNode]:
        """A class and those below it that the data asks for."""
        if kind not in self._found:
            below = " ".join(str(c) for c in subclasses(self._data, kind) if c != kind)
            untold = f"FILTER EXISTS {{ ?x a ?c FILTER NOT EXISTS {{ ?x a {kind} }} }}"
            rows = self._data.select(f"SELECT ?c WHERE {{ VALUES ?c {{ {below} }} {untold} }}") if below else []
            self._found[kind] = [kind, *sorted((c for r in rows if isinstance(c := r["c"], NamedNode)), key=str)]
        return self._found[kind]


class Tree:
    """All subclasses, whatever the data says of their instances: true of any data with these axioms."""

    def __init__(self, data: Store) -> None:
        self._data = data

    def kinds(self, kind: NamedNode) -> list[NamedNode]:
        """A class and all below it."""
        return [kind, *(c for c in subclasses(self._data, kind) if c != kind)]

    @cached_property
    def axioms(self) -> frozenset[tuple[str, str]]:
        """The axioms that make the tree."""
        return frozenset((str(q.subject), str(q.object)) for q in self._data.quads(None, SUBCLASS))

"""A shapes graph as it was written: the store would change the lexical form of its literals ("1"^^xsd:boolean becomes true)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from graph.store import NamedNode, Quad, Subject, Term, Triple


class Readable(Protocol):
    """What can be asked for triples: a shapes graph or a store."""

    def quads(self, subject: Subject | None = None, predicate: NamedNode | None = None, obj: Term | None = None) -> Iterator[Quad]:
        """The quads that match; None matches anything."""


class Triples:
    """Triples in memory, found by subject or by predicate."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._by: dict[object, list[Quad]] = defaultdict(list)
        self._all = sorted(set(quads), key=str)
        for quad in self._all:
            self._by[quad.subject].append(quad)
            self._by[quad.predicate, None].append(quad)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._all)

    def quads(self, subject: Subject | None = None, predicate: NamedNode | None = None, obj: Term | None = None) -> Iterator[Quad]:
        """The quads that match; None matches anything."""
        near = self._by.get(subject, []) if subject is not None else self._by.get((predicate, None), [])
        return (q for q in near if predicate in (None, q.predicate) and obj in (None, q.object))


def objects(store: Readable, subject: Subject, predicate: NamedNode) -> Iterator[Term]:
    """The values of a property; triple terms are passed over."""
    return (q.object for q in store.quads(subject, predicate) if not isinstance(q.object, Triple))

"""What a dataset holds, counted: a VoID description in the graph of the catalog, for editors and harvesters to find by asking (VoID §4.4).

It is a function of all the rest of a store, and describes the dataset that the catalog names (`DATASET`); where the catalog names none there is no description.
Things are counted under all their classes; what is said of them, under those that are asserted, lest each be told once for each class above.
What only follows from counting is in no patch: whoever makes a store describes it, in full (`describe`) or after a change (`revise`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from graph.namespaces import BASE, CATALOG_GRAPH, INFERRED_GRAPH, PREFIXES, expand
from graph.store import Literal, NamedNode, Quad, Store, Subject, Term, Triple

DATASET: Final = BASE + "id/dataset/styrgraf"
DATATYPES: Final = "http://ldf.fi/void-ext#"  # VoID has no partition by datatype; this is what editors ask for
_VOID: Final = PREFIXES["void"]
IS_COUNTED: Final = f'(?g = <{CATALOG_GRAPH}> && (STRSTARTS(STR(?p), "{_VOID}") || STRSTARTS(STR(?p), "{DATATYPES}")))'  # `counted`, in SPARQL
_CATALOG: Final = NamedNode(CATALOG_GRAPH)
_INFERRED: Final = NamedNode(INFERRED_GRAPH)
_TYPE: Final = NamedNode(expand("rdf:type"))
_DECLARED: Final = Quad(NamedNode(DATASET), _TYPE, NamedNode(_VOID + "Dataset"), _CATALOG)


class Part(NamedTuple):
    """A part of the dataset: what has a class, a property, or a property of a class with values of a class or datatype; all of it, where none is told."""

    kind: NamedNode | None = None
    predicate: NamedNode | None = None
    value: NamedNode | None = None
    literal: bool = False

    @property
    def node(self) -> NamedNode:
        """The name of the part: the same in every release."""
        if self == Part():
            return NamedNode(DATASET)
        key = " ".join(map(str, self))
        return NamedNode(f"{CATALOG_GRAPH}#{hashlib.sha256(key.encode()).hexdigest()[:16]}")

    def told(self, number: int) -> Quad:
        """How many it has: things of a class, else triples."""
        what = "entities" if self.kind and not self.predicate else "triples"
        return Quad(self.node, NamedNode(_VOID + what), Literal(number), _CATALOG)

    def quads(self) -> Iterator[Quad]:
        """What it is a part of, and by what."""
        if self == Part():
            return
        whole, by, term = self._place()
        space = DATATYPES if self.literal else _VOID
        yield Quad(whole.node, NamedNode(f"{space}{by}Partition"), self.node, _CATALOG)
        yield Quad(self.node, NamedNode(space + by), term, _CATALOG)

    def _place(self) -> tuple[Part, str, NamedNode]:
        if self.value:
            return Part(self.kind, self.predicate), "datatype" if self.literal else "class", self.value
        if self.predicate:
            return Part(self.kind), "property", self.predicate
        assert self.kind
        return Part(), "class", self.kind


def counted(quad: Quad) -> bool:
    """Whether a quad belongs to the description."""
    return quad.graph_name == _CATALOG and quad.predicate.value.startswith((_VOID, DATATYPES))


def describe(store: Store) -> None:
    """Describes a store anew."""
    store.remove([q for q in store.quads(graph=_CATALOG) if counted(q)])
    if _DECLARED in store:
        now = _State(store)
        facts = Counter(fact for subject in {q.subject for q in store} for fact in now.facts(subject))
        store.add(q for part, number in _numbers(facts).items() for q in (*part.quads(), part.told(number)))


def revise(store: Store, added: Iterable[Quad], removed: Iterable[Quad]) -> tuple[set[Quad], set[Quad]]:
    """Brings the description up to date in a store that has been changed by some quads; what came and what went of it."""
    if _DECLARED not in store:
        return set(), set()
    came, gone = frozenset(added), frozenset(removed)
    before, now, facts = _State(store, came, gone), _State(store), Counter[Fact]()
    for subject in _affected(store, came | gone):
        facts.update(now.facts(subject))
        facts.subtract(before.facts(subject))
    fresh, stale = set[Quad](), set[Quad]()
    for part, more in _numbers(facts).items():
        if more:
            new, old = _moved(store, part, more)
            fresh |= new
            stale |= old
    store.remove(stale)
    store.add(fresh)
    return fresh, stale


def _affected(store: Store, changed: frozenset[Quad]) -> set[Subject | Triple]:
    """The subjects of quads, and those that point at what changed its class."""
    found = {q.subject for q in changed}
    for kind in {q.subject for q in changed if q.predicate == _TYPE and q.graph_name != _INFERRED and not isinstance(q.subject, Triple)}:
        found |= {q.subject for q in store.quads(None, None, kind) if q.predicate != _TYPE}
    return found


def _moved(store: Store, part: Part, more: int) -> tuple[set[Quad], set[Quad]]:
    """The quads of a part that has so many more than before: what comes and what goes."""
    known = next(store.quads(part.node, part.told(0).predicate, None, _CATALOG), None)
    old = int(known.object.value) if known and isinstance(known.object, Literal) else 0
    there, gone = set(part.quads()), {known} if known else set()
    if old + more == 0 and part != Part():
        return set(), gone | there
    return {part.told(old + more)} | (set() if known else there), gone


class Fact(NamedTuple):
    """What is alike in many triples: the classes of the subject, the predicate, and the classes or the datatype of the value; for rdf:type the value itself."""

    kinds: frozenset[NamedNode]
    predicate: NamedNode
    values: frozenset[NamedNode]
    literal: bool

    def parts(self) -> Iterator[Part]:
        """The parts to which such a triple belongs."""
        yield Part()
        yield Part(None, self.predicate)
        yield from (Part(kind, self.predicate) for kind in self.kinds)
        if self.predicate == _TYPE:
            yield from map(Part, self.values)
        else:
            yield from (Part(kind, self.predicate, value, self.literal) for kind in self.kinds for value in self.values)


def _numbers(facts: Counter[Fact]) -> Counter[Part]:
    """How many more triples, or things, each part has."""
    found: Counter[Part] = Counter()
    for fact, number in facts.items():
        for part in fact.parts():
            found[part] += number
    return found


class _State:
    """A store as it is, or as it was before some quads were added and others removed."""

    def __init__(self, store: Store, added: frozenset[Quad] = frozenset(), removed: frozenset[Quad] = frozenset()) -> None:
        self._store = store
        self._added = added
        self._removed: dict[Subject | Triple, set[Quad]] = {}
        for quad in removed:
            self._removed.setdefault(quad.subject, set()).add(quad)
        self._kinds: dict[Subject, frozenset[NamedNode]] = {}

    def facts(self, subject: Subject | Triple) -> Iterator[Fact]:
        """What is said of a subject, a fact for each triple, whichever graphs say it."""
        assert not isinstance(subject, Triple)  # RDF 1.2 has triple terms as objects only
        said = {q for q in self._quads(subject) if not counted(q)}
        kinds = _asserted(said)
        for predicate, value in {(q.predicate, q.object) for q in said}:
            yield Fact(kinds, predicate, self._values(predicate, value), isinstance(value, Literal))

    def _quads(self, subject: Subject, predicate: NamedNode | None = None) -> set[Quad]:
        removed = self._removed.get(subject, ())
        return (set(self._store.quads(subject, predicate)) - self._added) | {q for q in removed if predicate in (None, q.predicate)}

    def _values(self, predicate: NamedNode, value: Term | Triple) -> frozenset[NamedNode]:
        if predicate == _TYPE:
            return frozenset({value} if isinstance(value, NamedNode) else ())
        if isinstance(value, Literal):
            return frozenset({value.datatype})
        if isinstance(value, Triple):
            return frozenset()
        if value not in self._kinds:
            self._kinds[value] = _asserted(self._quads(value, _TYPE))
        return self._kinds[value]


def _asserted(quads: Iterable[Quad]) -> frozenset[NamedNode]:
    """The classes that quads assert."""
    return frozenset(q.object for q in quads if q.predicate == _TYPE and q.graph_name != _INFERRED and isinstance(q.object, NamedNode))


__all__ = ["DATASET", "DATATYPES", "IS_COUNTED", "counted", "describe", "revise"]

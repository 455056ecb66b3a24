"""Rules as patterns: a head that follows when every pattern of the body holds (OWL 2 Profiles §4.3, the axiom's terms filled in)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.namespaces import INFERRED_GRAPH, expand
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Subject, Term, Triple

INFERRED: Final = NamedNode(INFERRED_GRAPH)
TYPE: Final = NamedNode(expand("rdf:type"))

Slot = Term | str  # a term, or the name of a variable
Binding = Mapping[str, Term]
Key = tuple[NamedNode, Term | None]


class Atom(NamedTuple):
    """A triple pattern whose predicate is known."""

    subject: Slot
    predicate: NamedNode
    object: Slot

    @property
    def key(self) -> Key:
        """What a rule reads or writes: a property, or one class of rdf:type."""
        of_class = self.predicate == TYPE and not isinstance(self.object, str)
        return (self.predicate, self.object if of_class and not isinstance(self.object, str) else None)

    def __str__(self) -> str:
        return " ".join(f"?{t}" if isinstance(t, str) else str(t) for t in self)

    def filled(self, binding: Binding) -> Atom:
        """The pattern with what is known put in."""
        s, o = self.subject, self.object
        return Atom(binding.get(s, s) if isinstance(s, str) else s, self.predicate, binding.get(o, o) if isinstance(o, str) else o)

    def fits(self, triple: Triple) -> dict[str, Term] | None:
        """What the variables stand for where the pattern is this triple, or None where it cannot be."""
        if triple.predicate != self.predicate:
            return None
        found: dict[str, Term] = {}
        for slot, term in ((self.subject, triple.subject), (self.object, triple.object)):
            if isinstance(term, Triple) or (found.setdefault(slot, term) if isinstance(slot, str) else slot) != term:
                return None
        return found


@dataclass(frozen=True)
class Rule:
    """A rule of OWL 2 RL with one axiom's terms in it; `terms` are those of the axiom, in the order in which it is put in words."""

    name: str
    head: Atom
    body: tuple[Atom, ...]
    terms: tuple[Term, ...] = ()

    @property
    def construct(self) -> str:
        """The rule in SPARQL."""
        return f"CONSTRUCT {{ {self.head} }} WHERE {{ {' . '.join(map(str, self.body))} FILTER NOT EXISTS {{ {self.head} }} }}"

    def instances(self, store: Store, conclusion: Triple) -> Iterator[tuple[Triple, ...]]:
        """The premises in the store from which the rule gives this conclusion, once each."""
        given = self.head.fits(conclusion)
        seen: set[tuple[Triple, ...]] = set()
        for found in matches(store, self.body, given) if given is not None else ():
            premises = tuple(triple(atom.filled(found)) for atom in self.body)
            if premises not in seen:
                seen.add(premises)
                yield premises

    def consequences(self, store: Store, premise: Triple) -> Iterator[Triple]:
        """What the rule gives from this triple together with the store; a head that would have a literal as subject says nothing."""
        for at, atom in enumerate(self.body):
            given = atom.fits(premise)
            if given is not None:
                for found in matches(store, self.body[:at] + self.body[at + 1 :], given):
                    head = self.head.filled(found)
                    if not isinstance(head.subject, Literal):
                        yield triple(head)

    def everything(self, store: Store) -> Iterator[Triple]:
        """All that the rule gives in the store."""
        heads = (self.head.filled(found) for found in matches(store, self.body, {}))
        return (triple(head) for head in heads if not isinstance(head.subject, Literal))


def triple(atom: Atom) -> Triple:
    """A pattern without variables as a triple."""
    assert isinstance(atom.subject, NamedNode | BlankNode)
    assert not isinstance(atom.object, str)
    return Triple(atom.subject, atom.predicate, atom.object)


def matches(store: Store, body: Sequence[Atom], given: Binding) -> Iterator[Binding]:
    """The bindings under which all patterns hold in the store; the pattern of which most is known goes first."""
    if not body:
        yield given
        return
    patterns = [atom.filled(given) for atom in body]
    at = min(range(len(patterns)), key=lambda i: isinstance(patterns[i].subject, str) + isinstance(patterns[i].object, str))
    for found in _found(store, patterns[at]):
        fitting = patterns[at].fits(found)
        if fitting is not None:
            yield from matches(store, patterns[:at] + patterns[at + 1 :], {**given, **fitting})


def _found(store: Store, atom: Atom) -> Iterator[Triple]:
    subject = None if isinstance(atom.subject, str) else atom.subject
    if isinstance(subject, Literal):
        return iter(())
    obj = None if isinstance(atom.object, str) else atom.object
    return (Triple(q.subject, q.predicate, q.object) for q in store.quads(subject, atom.predicate, obj))


def some(store: Store, atom: Atom) -> bool:
    """Whether anything fits a pattern of a rule, its two ends taken apart."""
    return next(_found(store, atom), None) is not None


def keys(said: Triple) -> list[Key]:
    """The keys of patterns that may fit a triple."""
    found: list[Key] = [(said.predicate, None)]
    return found if isinstance(said.object, Triple) else [*found, (said.predicate, said.object)]


def saying(store: Store, said: Triple, graph: NamedNode | None = None) -> Iterator[Quad]:
    """The quads that say a triple, in any graph or in this one."""
    return store.quads(said.subject, said.predicate, said.object, graph)  # type: ignore[arg-type]  # the store may hold triple terms, which nothing here reads


def holds(store: Store, said: Triple) -> bool:
    """Whether some graph holds the triple."""
    return next(saying(store, said), None) is not None


def asserted(store: Store, said: Triple) -> bool:
    """Whether a graph other than the inferred one holds the triple."""
    return any(q.graph_name != INFERRED for q in saying(store, said))


def stands(store: Store, said: Triple) -> bool:
    """Whether the inferred graph holds the triple."""
    return next(saying(store, said, INFERRED), None) is not None


def inferred(said: Triple) -> Quad:
    """A triple in the inferred graph."""
    return Quad(said.subject, said.predicate, said.object, INFERRED)


__all__ = [
    "INFERRED",
    "TYPE",
    "Atom",
    "Key",
    "Rule",
    "Slot",
    "Subject",
    "asserted",
    "holds",
    "inferred",
    "keys",
    "matches",
    "saying",
    "some",
    "stands",
    "triple",
]

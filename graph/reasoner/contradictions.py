"""Contradictions: the rules of OWL 2 RL that end in false, read after reasoning.

A rule of equality cannot fire, since equality is refused, so eq-diff* have nothing to find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final

from graph.namespaces import expand, shorten
from graph.reasoner.atoms import TYPE, Atom, Binding, Key, keys, matches, some, triple
from graph.reasoner.axioms import NOTHING, Axioms, X, Y, is_axiom, is_datatype
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Term, Triple

LITERAL: Final = NamedNode(expand("rdfs:Literal"))
DERIVED: Final = {
    "xsd:decimal": ("integer",),
    "xsd:integer": ("nonPositiveInteger", "nonNegativeInteger", "long"),
    "xsd:nonPositiveInteger": ("negativeInteger",),
    "xsd:nonNegativeInteger": ("positiveInteger", "unsignedLong"),
    "xsd:long": ("int",),
    "xsd:int": ("short",),
    "xsd:short": ("byte",),
    "xsd:unsignedLong": ("unsignedInt",),
    "xsd:unsignedInt": ("unsignedShort",),
    "xsd:unsignedShort": ("unsignedByte",),
    "xsd:string": ("normalizedString",),
    "xsd:normalizedString": ("token",),
    "xsd:dateTime": ("dateTimeStamp",),
}


@dataclass(frozen=True)
class Clash:
    """A contradiction: a thing, the two classes or properties (or the property and its value) that exclude each other, the rule and the triples that clash."""

    thing: str
    first: str
    second: str
    rule: str = ""
    triples: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """Patterns that may not hold together (OWL 2 Profiles §4.3), and the two terms that the message names."""

    rule: str
    patterns: tuple[Atom, ...]
    first: Term
    second: Term
    datatypes: tuple[NamedNode, ...] = ()

    @property
    def filter(self) -> str:
        """For the range of a property: what is a literal of none of the datatypes."""
        return f"FILTER(ISLITERAL(?{Y}) && DATATYPE(?{Y}) NOT IN ({', '.join(map(str, self.datatypes))}))" if self.datatypes else ""

    def covers(self, binding: Binding) -> bool:
        """Whether what the patterns found passes the filter."""
        value = binding.get(Y)
        return not self.datatypes or (isinstance(value, Literal) and value.datatype not in self.datatypes)


def clashes(store: Store, added: Iterable[Quad] | None = None) -> list[Clash]:
    """All contradictions, in the order of the things.

    With `added`, those alone that these quads take part in, which are all where there were none before; all too where an axiom is among the quads.
    """
    some = None if added is None else list(added)
    found = _everywhere(store) if some is None or any(is_axiom(q) for q in some) else _among(store, some)
    return sorted(dict.fromkeys(found), key=lambda c: (c.thing, c.first, c.second, c.rule, str(c.triples)))


def _everywhere(store: Store) -> Iterator[Clash]:
    for exclusion in _exclusions(store, partial(_several, store)):
        query = f"SELECT DISTINCT * WHERE {{ {' . '.join(map(str, exclusion.patterns))} {exclusion.filter} }}"
        for row in store.select(query):
            yield from _clashes(store, exclusion, row)


def _among(store: Store, added: Iterable[Quad]) -> Iterator[Clash]:
    """Each new triple is tried as each pattern that it fits."""
    near: dict[Key, list[tuple[Exclusion, Atom]]] = defaultdict(list)
    for exclusion in _exclusions(store, bool):
        for pattern in exclusion.patterns:
            near[pattern.key].append((exclusion, pattern))
    for said in {Triple(q.subject, q.predicate, q.object) for q in added}:
        for exclusion, pattern in [e for key in keys(said) for e in near.get(key, ())]:
            given = pattern.fits(said)
            if given is not None and exclusion.covers(given):
                yield from _clashes(store, exclusion, given)


def _clashes(store: Store, exclusion: Exclusion, given: Binding) -> Iterator[Clash]:
    """Where the patterns hold together."""
    for binding in matches(store, exclusion.patterns, given):
        told = tuple(triple(a.filled(binding)) for a in exclusion.patterns)
        thing = told[0].subject
        assert isinstance(thing, NamedNode | BlankNode)
        yield Clash(thing.value, exclusion.first.value, exclusion.second.value, exclusion.rule, told)


def _exclusions(store: Store, worth: Callable[[list[Term]], bool]) -> Iterator[Exclusion]:
    """What the axioms exclude; of classes that all exclude each other only where it is worth looking at each pair."""
    axioms = Axioms(store)
    yield from _of_classes(axioms, worth)
    yield from _of_properties(axioms)
    yield from _of_restrictions(axioms)
    yield from _of_denials(axioms)
    yield from _of_datatypes(axioms)


def _of_classes(axioms: Axioms, worth: Callable[[list[Term]], bool]) -> Iterator[Exclusion]:
    """cax-dw, cax-adc, cls-com and cls-nothing2."""
    yield Exclusion("cls-nothing2", (Atom(X, TYPE, NOTHING),), NOTHING, NOTHING)
    for name, rule in (("owl:disjointWith", "cax-dw"), ("owl:complementOf", "cls-com")):
        for c, d in axioms.pairs(name):
            if isinstance(c, NamedNode):
                yield _two(rule, Atom(X, TYPE, c), Atom(X, TYPE, d), c, d)
    for members in axioms.disjoint("owl:AllDisjointClasses"):
        if worth(members):
            yield from (_two("cax-adc", Atom(X, TYPE, c), Atom(X, TYPE, d), c, d) for c, d in combinations(sorted(members, key=str), 2))
    for c, d in axioms.expressions():
        out = axioms.one(d, "owl:complementOf")
        if isinstance(out, NamedNode):
            yield _two("cls-com", Atom(X, TYPE, c), Atom(X, TYPE, out), c, out)


def _two(rule: str, one: Atom, other: Atom, first: Term, second: Term) -> Exclusion:
    return Exclusion(rule, (one, other), first, second)


def _several(store: Store, classes: list[Term]) -> bool:
    """Whether anything is in two of the classes: one query for all pairs, over the classes that have members."""
    peopled = [str(c) for c in classes if some(store, Atom(X, TYPE, c))]
    if len(peopled) < 2:
        return False
    members = f"SELECT DISTINCT ?x ?c WHERE {{ VALUES ?c {{ {' '.join(peopled)} }} ?x a ?c }}"
    return bool(store.select(f"SELECT ?x WHERE {{ {{ {members} }} }} GROUP BY ?x HAVING (COUNT(*) > 1) LIMIT 1"))


def _of_properties(axioms: Axioms) -> Iterator[Exclusion]:
    """prp-irp, prp-asyp, prp-pdw and prp-adp."""
    for p in axioms.all("owl:IrreflexiveProperty"):
        if isinstance(p, NamedNode):
            yield Exclusion("prp-irp", (Atom(X, p, X),), p, p)
    for p in axioms.all("owl:AsymmetricProperty"):
        if isinstance(p, NamedNode):
            yield _two("prp-asyp", Atom(X, p, Y), Atom(Y, p, X), p, p)
    pairs: list[tuple[str, Term, Term]] = [("prp-pdw", p, q) for p, q in axioms.pairs("owl:propertyDisjointWith")]
    pairs += [("prp-adp", p, q) for members in axioms.disjoint("owl:AllDisjointProperties") for p, q in combinations(members, 2)]
    for rule, one, other in pairs:
        if isinstance(one, NamedNode) and isinstance(other, NamedNode):
            yield _two(rule, Atom(X, one, Y), Atom(X, other, Y), one, other)


def _of_restrictions(axioms: Axioms) -> Iterator[Exclusion]:
    """cls-maxc1: a property of which a class allows no value."""
    for c, d in axioms.expressions():
        p, most = axioms.one(d, "owl:onProperty"), axioms.one(d, "owl:maxCardinality")
        if isinstance(p, NamedNode) and isinstance(most, Literal) and most.value == "0":
            yield _two("cls-maxc1", Atom(X, TYPE, c), Atom(X, p, Y), c, p)


def _of_denials(axioms: Axioms) -> Iterator[Exclusion]:
    """prp-npa1 and prp-npa2."""
    for denial in axioms.all("owl:NegativePropertyAssertion"):
        s, p = axioms.one(denial, "owl:sourceIndividual"), axioms.one(denial, "owl:assertionProperty")
        for rule, name in (("prp-npa1", "owl:targetIndividual"), ("prp-npa2", "owl:targetValue")):
            o = axioms.one(denial, name)
            if s is not None and isinstance(p, NamedNode) and o is not None:
                yield Exclusion(rule, (Atom(s, p, o),), p, o)


def _of_datatypes(axioms: Axioms) -> Iterator[Exclusion]:
    """dt-not-type, for the range of a property: a literal of another datatype (XML Schema 2 §3, with what is derived from it)."""
    for p, datatype in axioms.pairs("rdfs:range"):
        if isinstance(p, NamedNode) and isinstance(datatype, NamedNode) and is_datatype(datatype) and datatype != LITERAL:
            yield Exclusion("dt-not-type", (Atom(X, p, Y),), p, datatype, tuple(_derived(datatype)))


def _derived(datatype: NamedNode) -> list[NamedNode]:
    """A datatype and those derived from it, as far as numbers and texts go."""
    found = [datatype]
    for name in found:
        found += [NamedNode(expand(f"xsd:{n}")) for n in DERIVED.get(shorten(name.value), ())]
    return found

"""Contradictions: the rules of OWL 2 RL that end in false, read after reasoning.

A rule of equality cannot fire, since equality is refused, so eq-diff* have nothing to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from graph.namespaces import expand, shorten
from graph.reasoner.atoms import TYPE, Atom, matches, some, triple
from graph.reasoner.axioms import NOTHING, Axioms, X, Y, is_datatype
from graph.store import Literal, NamedNode, Store, Term, Triple

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
    filter: str = ""


def clashes(store: Store) -> list[Clash]:
    """All contradictions, in the order of the things."""
    found = (Clash(*_named(e, told), e.rule, told) for e in _exclusions(store) for told in _broken(store, e))
    return sorted(dict.fromkeys(found), key=lambda c: (c.thing, c.first, c.second, c.rule, str(c.triples)))


def _named(exclusion: Exclusion, told: tuple[Triple, ...]) -> tuple[str, str, str]:
    return (told[0].subject.value, exclusion.first.value, exclusion.second.value)  # type: ignore[union-attr]


def _broken(store: Store, exclusion: Exclusion) -> Iterator[tuple[Triple, ...]]:
    """Where the patterns hold together; SPARQL finds the things and the patterns are then read one by one."""
    seen = store.select(f"SELECT DISTINCT * WHERE {{ {' . '.join(map(str, exclusion.patterns))} {exclusion.filter} }}")
    for row in seen:
        for binding in matches(store, exclusion.patterns, row):
            yield tuple(triple(a.filled(binding)) for a in exclusion.patterns)


def _exclusions(store: Store) -> Iterator[Exclusion]:
    axioms = Axioms(store)
    yield from _of_classes(store, axioms)
    yield from _of_properties(axioms)
    yield from _of_restrictions(axioms)
    yield from _of_denials(axioms)
    yield from _of_datatypes(axioms)


def _of_classes(store: Store, axioms: Axioms) -> Iterator[Exclusion]:
    """cax-dw, cax-adc, cls-com and cls-nothing2."""
    yield Exclusion("cls-nothing2", (Atom(X, TYPE, NOTHING),), NOTHING, NOTHING)
    for name, rule in (("owl:disjointWith", "cax-dw"), ("owl:complementOf", "cls-com")):
        for c, d in axioms.pairs(name):
            if isinstance(c, NamedNode):
                yield _two(rule, Atom(X, TYPE, c), Atom(X, TYPE, d), c, d)
    for members in axioms.disjoint("owl:AllDisjointClasses"):
        if _several(store, members):
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
    pairs = [("prp-pdw", p, q) for p, q in axioms.pairs("owl:propertyDisjointWith")]
    pairs += [("prp-adp", p, q) for members in axioms.disjoint("owl:AllDisjointProperties") for p, q in combinations(members, 2)]  # type: ignore[misc]
    for rule, p, q in pairs:
        if isinstance(p, NamedNode) and isinstance(q, NamedNode):
            yield _two(rule, Atom(X, p, Y), Atom(X, q, Y), p, q)


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
            allowed = ", ".join(map(str, _derived(datatype)))
            yield Exclusion("dt-not-type", (Atom(X, p, Y),), p, datatype, f"FILTER(ISLITERAL(?y) && DATATYPE(?y) NOT IN ({allowed}))")


def _derived(datatype: NamedNode) -> list[NamedNode]:
    """A datatype and those derived from it, as far as numbers and texts go."""
    found = [datatype]
    for name in found:
        found += [NamedNode(expand(f"xsd:{n}")) for n in DERIVED.get(shorten(name.value), ())]
    return found

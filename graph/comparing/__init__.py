"""Comparing what is said of two bodies, regions or documents, or of one on two days: the same, different, or only in one.

Two statements are a pair if they are about the same matter. The matter is the class of the statement and who it is about, with the compared things themselves
(and the kinds of their roles) put in place of their names. Within a class and role pairs are made in four steps, the surest first: the same short wording of
ours; the same topics (`sg:about`); the same other things named; and, for relations and for rules of which a party has one (how permanent, how often it meets),
that one is left on each side. At each step only what is alone on either side is paired. A pair is the same where strength, reservations, counterparts, times,
values and denial agree, else different in those that do not.
On two days a statement is itself, by its IRI.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.comparing.pairing import Pair, paired
from graph.comparing.sides import Said, Terms, by_matter, compared, english, nothing, side
from graph.evidence import Citation, citations
from graph.gaps.places import Places
from graph.names import Name, names
from graph.namespaces import expand
from graph.store import NamedNode, Store


class Found(StrEnum):
    """Where a matter is found."""

    SAME = "same"
    DIFFERENT = "different"
    FIRST = "only_in_first"
    SECOND = "only_in_second"


@dataclass(frozen=True)
class Difference:
    """A property in which a pair differs, with what each side says."""

    property: Name
    first: tuple[Name | str, ...]
    second: tuple[Name | str, ...]


@dataclass(frozen=True)
class Matter:
    """One matter: its kind, the statement of each side (None where it is not there), their strengths, what differs, and the passages."""

    found: Found
    kind: Name
    first: Name | None
    second: Name | None
    strengths: tuple[Name | None, Name | None]
    differences: tuple[Difference, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Comparison:
    """What was compared, and all matters."""

    first: Name
    second: Name
    matters: tuple[Matter, ...]


def compare(store: Store, first: str, second: str) -> Comparison:
    """Compares two parties or two documents, by IRI. Raises NotFoundError for a side of which nothing is said."""
    places, terms = Places.of(store), Terms.of(store)
    sides = [by_matter(store, places, terms, thing) for thing in (first, second)]
    keys = sorted({k for side in sides for k in side}, key=lambda k: (k[0], sorted(k[1])))
    return _comparison((store, store), terms, (first, second), [p for k in keys for p in paired(terms, *(side.get(k, []) for side in sides))])


def compare_days(before: Store, after: Store, thing: str) -> Comparison:
    """Compares what is said of a party or document in two views of a release. Raises NotFoundError where neither says anything."""
    terms = Terms.of(before), Terms.of(after)
    one, other = ({s.iri: s for s in side(store, Places.of(store), t, thing)} for store, t in zip((before, after), terms, strict=True))
    if not one and not other:
        raise nothing(before, thing)
    return _comparison((before, after), terms[1], (thing, thing), [(one.get(i), other.get(i)) for i in dict.fromkeys([*one, *other])])


def _comparison(stores: tuple[Store, Store], terms: Terms, things: tuple[str, str], found: Sequence[Pair]) -> Comparison:
    said = [s for pair in found for s in pair if s]
    iris = {t.value for s in said for vs in s.values.values() for t in vs if isinstance(t, NamedNode)} | {p for s in said for p in s.values}
    called = dict[str, Name]()
    for store in stores:
        called |= {i: n for i, n in names(store, iris | {*things, *(s.iri for s in said)}).items() if n.labels or i not in called}
    cited = [citations(store, [i for pair in found if (s := pair[n]) for i in (s.iri, *s.also)]) for n, store in enumerate(stores)]
    matters = (_matter(pair, terms, called, cited) for pair in found)
    return Comparison(called[things[0]], called[things[1]], tuple(sorted(matters, key=lambda m: (list(Found).index(m.found), m.kind.text("sv")))))


def _matter(pair: Pair, terms: Terms, called: Mapping[str, Name], cited: Sequence[Mapping[str, Sequence[Citation]]]) -> Matter:
    a, b = pair
    differences = tuple(_difference(p, a, b, called) for p in compared(a, b, terms) if a.put.get(p) != b.put.get(p)) if a and b else ()
    found = Found.FIRST if not b else Found.SECOND if not a else Found.DIFFERENT if differences else Found.SAME
    passages = {(c.statement, c.start, c.source): c for s, side in zip(pair, cited, strict=True) if s for i in (s.iri, *s.also) for c in side.get(i, ())}
    first, second = (called[s.iri] if s else None for s in pair)
    kind = called[next(s.kind for s in pair if s)]
    return Matter(found, kind, first, second, (_strength(a, called), _strength(b, called)), differences, tuple(passages.values()))


def _strength(said: Said | None, called: Mapping[str, Name]) -> Name | None:
    terms = said.values.get(expand("sg:normStrength"), ()) if said else ()
    return next((called[t.value] for t in terms if isinstance(t, NamedNode)), None)


def _difference(predicate: str, a: Said, b: Said, called: Mapping[str, Name]) -> Difference:
    return Difference(called[predicate], _values(predicate, a, called), _values(predicate, b, called))


def _values(predicate: str, said: Said, called: Mapping[str, Name]) -> tuple[Name | str, ...]:
    told = (called[t.value] if isinstance(t, NamedNode) else t.value for t in said.values.get(predicate, ()) if not english(t))
    return tuple(sorted(told, key=lambda v: v if isinstance(v, str) else v.text("sv")))

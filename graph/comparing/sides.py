"""What is said of one side of a comparison, read so that it can be held against the other side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.errors import NotFoundError
from graph.gaps.places import Pairs, Places, pairs
from graph.names import names
from graph.namespaces import SG, expand
from graph.store import Literal, NamedNode, Store, Term

_LABEL: Final = expand("rdfs:label")
_FROM: Final = expand("sg:relationFrom")
_WHO: Final = frozenset(SG + p for p in ("bearer", "responsibleParty", "assignedTo", "actionOwner", "performer", "meetingOf", "reportsOn", "proposedBy"))
_OURS: Final = frozenset(SG + p for p in ("about", "area", "concerns", "evidence", "readingNote", "certainty", "seenOn", "number", "underItem", "inChapter"))
_LEFT_OUT: Final = frozenset(SG + c for c in ("AbbreviationUse", "Disagreement", "Chapter", "AgendaItem", "DocumentStatement", "Statement"))


@dataclass(frozen=True)
class Said:
    """A statement of one side: its class, who it is about and its values with the compared things put in place of their names; `also` say the same."""

    iri: str
    kind: str
    who: frozenset[str]
    wording: str
    topics: frozenset[str]
    values: Mapping[str, frozenset[Term]]
    put: Mapping[str, frozenset[str]]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What a store's ontology says: the properties above each, those that tell who a statement is about, and the class of each statement with evidence."""

    above: Pairs
    who: frozenset[str]
    classes: Mapping[str, str]

    @classmethod
    def of(cls, store: Store) -> Terms:
        """The terms of a store."""
        above = pairs(store, "SELECT ?a ?b WHERE { ?a (rdfs:subPropertyOf|rdfs:subClassOf)+ ?b FILTER(?a != ?b && ISIRI(?b)) }")
        return cls(above, _WHO | {_FROM} | {p for p, up in above.items() if _FROM in up}, _specific(store, above))


Key = tuple[str, frozenset[str]]


def nothing(store: Store, thing: str) -> NotFoundError:
    """The error for a thing of which nothing is said."""
    name = names(store, {thing})[thing]
    return NotFoundError(
        f"Inget påstående med belägg handlar om {name.text('sv')}; jämför organ, regioner eller dokument som grafen har text om.",
        f"No statement with evidence is about {name.text('en')}; compare bodies, regions or documents that the graph has text of.",
    )


def _specific(store: Store, above: Pairs) -> dict[str, str]:
    """The most specific of our classes of each statement that has evidence; those that tell how strong it is are left out."""
    found: dict[str, str] = {}
    for r in store.select("SELECT DISTINCT ?s ?c WHERE { ?c rdfs:subClassOf* sg:Statement . ?s a ?c ; sg:evidence ?e }"):
        s, c = r["s"].value, r["c"].value
        if s not in found or found[s] in above.get(c, ()):
            found[s] = c
    return {s: c for s, c in found.items() if c not in _LEFT_OUT}


def by_matter(store: Store, places: Places, terms: Terms, thing: str) -> dict[Key, list[Said]]:
    """The statements of one side, by class and who they are about; what several documents say alike is one. Raises NotFoundError where there are none."""
    alike: dict[Hashable, Said] = {}
    for said in side(store, places, terms, thing):
        key = said.kind, said.who, said.wording, said.topics, frozenset((p, said.put[p]) for p in told(said, terms))
        alike[key] = replace(known, also=(*known.also, said.iri)) if (known := alike.get(key)) else said
    if not alike:
        raise nothing(store, thing)
    found: defaultdict[Key, list[Said]] = defaultdict(list)
    for said in alike.values():
        found[said.kind, said.who].append(said)
    return dict(found)


def side(store: Store, places: Places, terms: Terms, thing: str) -> list[Said]:
    """The statements of one side: those of a document; or those about a party, a role in it, or what lies in it, and the goals of its plan."""
    node = NamedNode(thing)
    if store.ask(f"ASK {{ {node} a sg:Document }}"):
        own, pattern = _own(store, places, places.bodies.get(thing, ())), f"?s sg:evidence/oa:hasSource/sg:versionOf {node}"
    else:
        own = _own(store, places, {thing})
        about, who = (" ".join(f"<{i}>" for i in sorted(iris)) for iris in (own, terms.who))
        goals = f"?s a sg:Goal ; sg:inChapter/sg:subchapterOf*/sg:chapterOf/sg:planOf {node}"
        pattern = f"{{ VALUES ?x {{ {about} }} VALUES ?p {{ {who} }} ?s ?p ?x }} UNION {{ {goals} }}"
    iris = sorted({r["s"].value for r in store.select(f"SELECT DISTINCT ?s WHERE {{ {pattern} }}")})
    return [_statement(store, s, terms, own) for s in iris if s in terms.classes]


def _own(store: Store, places: Places, things: Collection[str]) -> dict[str, str]:
    """What is put in place of the compared things and of what lies in them: "self", and for a role its kind."""
    inside = {p for p in places.above if places.within(p) & set(things)} | set(things)
    kinds = {r["p"].value: r["k"].value for r in store.select("SELECT ?p ?k WHERE { ?p sg:roleKind ?k }")}
    return {p: "self" if p in things else f"self:{kinds.get(p, p)}" for p in inside}


def _statement(store: Store, iri: str, terms: Terms, own: Mapping[str, str]) -> Said:
    values: defaultdict[str, set[Term]] = defaultdict(set)
    for q in store.quads(NamedNode(iri)):
        if isinstance(q.object, NamedNode | Literal):
            values[q.predicate.value].add(q.object)
    put = {p: frozenset(own.get(t.value, t.value) for t in found if not english(t)) for p, found in values.items() if p.startswith(SG)}
    who = frozenset(w for p in terms.who for w in put.get(p, ()))
    wording = min((t.value for t in values[_LABEL] if isinstance(t, Literal) and t.language == "sv"), default=iri)
    return Said(iri, terms.classes[iri], who, wording, put.get(expand("sg:about"), frozenset()), {p: frozenset(t) for p, t in values.items()}, put)


def english(term: Term) -> bool:
    """Whether a value is the English wording of one that is there in Swedish too."""
    return isinstance(term, Literal) and term.language == "en"


def compared(a: Said, b: Said, terms: Terms) -> list[str]:
    """The properties in which two statements are compared: ours that tell neither who nor what about, the most specific of each line."""
    both = told(a, terms) | told(b, terms)
    return sorted(both - {up for p in both for up in terms.above.get(p, ())})


def told(said: Said, terms: Terms) -> set[str]:
    """Our properties that a statement has, without those that tell who and what it is about."""
    return {p for p in said.values if p.startswith(SG)} - terms.who - _OURS

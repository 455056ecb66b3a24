"""What each statement speaks of: its words and the things that it is linked with, each with how plainly it says them.

A statement is read as a small document: its own label and values; its class and what class and properties say without words (`graph.search.senses`); the names
of what it is linked with, in both directions; and, more faintly, where it stands: its goal, agenda item, section, document and the body of the document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from graph.namespaces import INFERRED_GRAPH, SG, expand
from graph.search import Index
from graph.search.senses import Senses
from graph.search.words import stems
from graph.store import NamedNode, Store
from graph.understanding.asked import ASKING, FUNCTION

OWN: Final = 1.0  # a word of the statement's own label or value; a thing that it is linked with
LINKED: Final = 0.8  # of the name of its class or of a thing that it is linked with
SENSE: Final = 0.6  # of what its class or a property says without words
AROUND: Final = 0.5  # of the name of what it stands in, and of our notes on it; that itself
TOWARDS: Final = 0.4  # of a statement that points to it, and of the body that its document is of
OF_NOTES: Final = 0.3  # of the body whose meeting its document notes: at a meeting others are spoken of
WITHIN: Final = 0.7  # how well a link to what belongs to a thing says that the thing is meant
_TECHNICAL: Final = {expand(p) for p in ("sg:evidence", "dcterms:source", "sg:seenOn", "sg:certainty", "sg:area")}
_NOTES: Final = {expand(p) for p in ("sg:readingNote", "sg:differenceNote")}
_CONTEXT: Final = {expand(p) for p in ("sg:forGoal", "sg:underItem", "sg:inChapter", "sg:chapterOf", "sg:subchapterOf", "sg:itemOf", "sg:basedOn")}
_NOTES_OF: Final = expand("sg:notesOf")
_TYPE: Final = expand("rdf:type")
_LABEL: Final = expand("rdfs:label")
_STATEMENT: Final = SG + "Statement"


class Accounts:
    """The accounts of all statements: by word and by thing, the numbers of the statements (places in `iris`) and how plainly they speak of it."""

    def __init__(self, store: Store, index: Index, senses: Senses) -> None:
        self.iris = sorted({r["s"].value for r in store.select("SELECT ?s WHERE { ?s a sg:Statement ; sg:evidence|dcterms:source ?e FILTER(ISIRI(?s)) }")})
        self._number = {iri: n for n, iri in enumerate(self.iris)}
        self._index, self._senses = index, senses
        self._named: dict[str, frozenset[str]] = {}
        self.words: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self.things: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self.within: defaultdict[str, set[str]] = defaultdict(set)
        self.sides: defaultdict[str, set[str]] = defaultdict(set)
        for r in store.select("SELECT DISTINCT ?x ?y WHERE { ?x (sg:belongsTo|sg:roleIn|sg:notesOf|sg:mandateOf|sg:planOf)+ ?y FILTER(?x != ?y) }"):
            self.within[r["y"].value].add(r["x"].value)
        for r in store.select("SELECT DISTINCT ?x ?y WHERE { ?x a sg:Region ; sg:memberOf ?y . ?y a sg:HealthcareRegion }"):
            self.within[r["y"].value].add(r["x"].value)
        for r in store.select(_OF_KIND):
            if self._names(r["y"].value) - ASKING <= self._names(r["k"].value):  # "each region" is each of them, "the regions with Cosmic" are some
                self.within[r["y"].value].add(r["x"].value)
        for r in store.select("SELECT DISTINCT ?x ?y WHERE { ?x sg:disagreeing ?y }"):
            self.sides[r["x"].value].add(r["y"].value)
        self._kinds: defaultdict[int, set[str]] = defaultdict(set)
        self._read(store)
        self._place(store)
        self._plain: defaultdict[int, set[str]] = defaultdict(set)
        for word, found in self.words.items():
            for number in (n for n, weight in found.items() if weight >= LINKED and word not in FUNCTION):
                self._plain[number].add(word)

    def _read(self, store: Store) -> None:
        """The statements' own properties, and what points to them."""
        for quad in store.quads():
            if not isinstance(quad.subject, NamedNode) or quad.predicate.value in _TECHNICAL or str(quad.graph_name).strip("<>") == INFERRED_GRAPH:
                continue
            number, thing = self._number.get(quad.subject.value), isinstance(quad.object, NamedNode)
            value, predicate = getattr(quad.object, "value", ""), quad.predicate.value
            if number is not None and thing:
                self._link(number, value, predicate)
            elif number is not None:
                self._say(number, stems(value), AROUND if predicate in _NOTES else OWN)
                self._say(number, self._senses.of_term.get(predicate, ()), SENSE)
            if thing and quad.subject.value in self._number and (pointed := self._number.get(value)) is not None and predicate not in _CONTEXT:
                self._say(pointed, self._names(quad.subject.value), TOWARDS)

    def _link(self, number: int, iri: str, predicate: str) -> None:
        if iri == _STATEMENT:
            return
        if predicate == _TYPE:
            self._kinds[number] |= self._names(iri)
        around = predicate in _CONTEXT
        self._mean(number, iri, AROUND if around else OWN)
        self._say(number, self._names(iri), AROUND if around else LINKED)
        self._say(number, self._senses.of_term.get(iri if predicate == _TYPE else predicate, ()), SENSE)

    def _place(self, store: Store) -> None:
        """The documents that the statements stand in, the bodies that these are of, and the sections."""
        for r in store.select(_DOCUMENTS):
            number = self._number.get(r["s"].value)
            if number is not None:
                self._mean(number, r["d"].value, AROUND)
                self._say(number, self._names(r["d"].value), AROUND)
                if "b" in r:
                    weight = OF_NOTES if r["p"].value == _NOTES_OF else TOWARDS
                    self._mean(number, r["b"].value, weight)
                    self._say(number, self._names(r["b"].value), weight)
        for r in store.select(_SECTIONS):
            if r["s"].value in self._number:
                self._say(self._number[r["s"].value], stems(r["l"].value), AROUND)

    def number(self, iri: str) -> int | None:
        """The place of a statement in `iris`."""
        return self._number.get(iri)

    def kinds(self, iri: str) -> frozenset[str]:
        """The stems of the names of a statement's classes."""
        return frozenset(self._kinds.get(self._number.get(iri, -1), ()))

    def plain(self, iri: str) -> frozenset[str]:
        """The stems that a statement says itself or by what it is linked with."""
        return frozenset(self._plain[self._number[iri]]) if iri in self._number else frozenset()

    def _names(self, iri: str) -> frozenset[str]:
        """The stems of all names of a thing."""
        if iri not in self._named:
            thing = self._index.things.get(iri)
            self._named[iri] = frozenset(w for c in (thing.called if thing else ()) for w in stems(c.text))
        return self._named[iri]

    def _mean(self, number: int, iri: str, weight: float) -> None:
        found = self.things[iri]
        found[number] = max(weight, found.get(number, 0.0))

    def _say(self, number: int, said: Iterable[str], weight: float) -> None:
        for word in said:
            found = self.words[word]
            if found.get(number, 0.0) < weight:
                found[number] = weight


_OF_KIND: Final = """SELECT DISTINCT ?x ?y ?k WHERE { ?y a sg:GenericParty ; sg:bodyKind ?k . ?x sg:bodyKind ?k FILTER NOT EXISTS { ?x a sg:GenericParty } }"""
_DOCUMENTS: Final = """SELECT DISTINCT ?s ?d ?p ?b WHERE { ?s sg:evidence ?e . ?e oa:hasSource ?v . ?v sg:versionOf ?d
    OPTIONAL { VALUES ?p { sg:notesOf sg:mandateOf sg:planOf } ?d ?p ?b } }"""
_SECTIONS: Final = """SELECT DISTINCT ?s ?l WHERE { ?section sg:sectionOf ?v ; sg:startOffset ?first ; sg:endOffset ?last ; rdfs:label ?l .
    ?e oa:hasSource ?v ; oa:hasSelector [ oa:start ?start ] . ?s sg:evidence ?e FILTER(?start >= ?first && ?start < ?last) }"""

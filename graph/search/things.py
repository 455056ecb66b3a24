"""What has a name in a graph: every name that a thing goes by, its classes, and how much is said of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.names import Name
from graph.namespaces import BASE, QUESTIONS, SG, VOCAB, expand
from graph.store import Literal, NamedNode, Row, Store

NAME, OTHER, ABBREVIATION, FORMER = "name", "other", "abbreviation", "former"
_KINDS: Final = {"rdfs:label": NAME, "skos:prefLabel": NAME, "skos:altLabel": OTHER, "skos:notation": ABBREVIATION, "sg:formerName": FORMER}
_BRACKET: Final = re.compile(r"\s*\(([^()]*)\)")
_NUMBERED: Final = re.compile(r"([^:]{2,24}\d):\s")
_SHORT: Final = 6  # letters that an abbreviation has at most
_ABOVE: Final = {SG + "Party", SG + "Document"}  # what whoever searches most often means
_BELOW: Final = {SG + "Statement", SG + "Section"}
_HIDDEN: Final = ("sg:QuestionParameter", "sg:QuestionColumn", "sg:GapKind", "sg:PageSection")
_OURS: Final = (VOCAB + "word-sense", VOCAB + "question-kind")  # what questions are told by, not what they are about


@dataclass(frozen=True)
class Called:
    """One name of a thing: its text, of what kind it is (name, other, abbreviation, former), and its language ("" for any)."""

    text: str
    kind: str
    language: str


@dataclass(frozen=True)
class Thing:
    """Something with a name: all its names, its classes, in which documents and how many statements it is found."""

    name: Name
    called: tuple[Called, ...]
    types: frozenset[str]
    documents: tuple[str, ...]
    statements: int

    @property
    def rank(self) -> int:
        """Bodies, roles and documents (0) before other things (1), statements (2), and questions and the terms of the ontology (3)."""
        if self.types & _BELOW:
            return 2
        ours = self.name.iri.startswith(BASE) and not self.name.iri.startswith((SG, QUESTIONS))
        return 0 if self.types & _ABOVE else 1 if ours else 3


def things(store: Store) -> list[Thing]:
    """Everything that has a name in a store, in the order of IRIs."""
    called = _called(store)
    types = _sets(store.select("SELECT ?x ?y WHERE { ?x rdf:type ?y FILTER(ISIRI(?x) && ISIRI(?y)) }"))
    documents = _sets(store.select("SELECT DISTINCT ?x ?y WHERE { ?s sg:concerns|sg:about ?x ; sg:evidence ?e . ?e oa:hasSource ?v . ?v sg:versionOf ?y }"))
    statements = {r["x"].value: int(r["n"].value) for r in store.select(_COUNTED)}
    hidden = {expand(h) for h in _HIDDEN}
    return [
        Thing(_named(iri, told), tuple(told), frozenset(types[iri]), tuple(sorted(documents[iri])), statements.get(iri, 0))
        for iri, told in sorted(called.items())
        if not types[iri] & hidden and not iri.startswith(_OURS)
    ]


_COUNTED: Final = "SELECT ?x (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s sg:concerns|sg:about ?x } GROUP BY ?x"


def _sets(rows: list[Row]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for r in rows:
        found[r["x"].value].add(r["y"].value)
    return found


def _called(store: Store) -> dict[str, list[Called]]:
    """All names by IRI, those in brackets and without them too, each once."""
    found: dict[str, dict[Called, None]] = defaultdict(dict)
    kinds = {expand(p): kind for p, kind in _KINDS.items()}
    rows = store.select(f"SELECT DISTINCT ?x ?p ?l WHERE {{ VALUES ?p {{ {' '.join(_KINDS)} }} ?x ?p ?l FILTER(ISIRI(?x)) }}")
    for r in rows:
        for name in _forms(r["l"], kinds[r["p"].value]):
            found[r["x"].value][name] = None
    for p, kind in (("sg:abbreviation", ABBREVIATION), ("sg:expansion", OTHER)):
        for r in store.select(f"SELECT DISTINCT ?x ?l WHERE {{ ?u sg:standsFor ?x ; {p} ?l }}"):
            for name in _forms(r["l"], kind):
                found[r["x"].value][name] = None
    return {iri: list(names) for iri, names in found.items()}


def _forms(term: object, kind: str) -> Iterator[Called]:
    """A name as it stands; without its brackets; what stands in them, where that abbreviates it; and the number that it begins with (mål 7: …)."""
    if not isinstance(term, Literal):
        return
    language = term.language or ""
    yield Called(term.value, ABBREVIATION if kind == OTHER and _short(term.value) else kind, language)
    if kind == NAME and (bracket := _BRACKET.search(term.value)):
        without = _BRACKET.sub("", term.value).strip()
        if without:
            yield Called(without, ABBREVIATION if _short(without) else OTHER, language)
        if _short(bracket[1]) and without[:1].casefold() == bracket[1][:1].casefold():  # else it tells whose: "Samordningsråd (VGR)"
            yield Called(bracket[1], ABBREVIATION, language)
    if kind == NAME and (numbered := _NUMBERED.match(term.value)):
        yield Called(numbered[1], OTHER, language)


def _short(text: str) -> bool:
    """Whether a text looks like an abbreviation: one short word with capitals, or without a vowel to say it by."""
    return len(text) <= _SHORT and text.isalpha() and (sum(c.isupper() for c in text) >= 2 or not set(text.casefold()) & set("aeiouyåäö"))


def _named(iri: str, told: list[Called]) -> Name:
    return Name(iri, {c.language or "sv": c.text for c in reversed(told) if c.kind == NAME})


def inherited(store: Store) -> dict[str, set[str]]:
    """The classes below each class, itself among them (rdfs:subClassOf)."""
    found: dict[str, set[str]] = defaultdict(set)
    for r in store.select("SELECT DISTINCT ?x ?y WHERE { ?y rdfs:subClassOf* ?x FILTER(ISIRI(?x) && ISIRI(?y)) }"):
        if isinstance(r["x"], NamedNode):
            found[r["x"].value].add(r["y"].value)
    return found

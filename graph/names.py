"""What things are called, in Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graph.namespaces import expand, shorten
from graph.store import Literal, Store

# What we call the properties of other vocabularies that pages show; their own labels, where they have any, are in English only.
_OTHERS: Final = {
    "rdf:type": ("slag", "kind"),
    "rdfs:subClassOf": ("är ett slags", "is a kind of"),
    "rdfs:subPropertyOf": ("är ett slags", "is a kind of"),
    "rdfs:domain": ("på", "on"),
    "rdfs:range": ("värden", "values"),
    "rdfs:comment": ("anmärkning", "comment"),
    "rdfs:seeAlso": ("se även", "see also"),
    "owl:AllDisjointClasses": ("klasser som utesluter varandra", "classes that exclude each other"),
    "owl:Class": ("klass", "class"),
    "owl:DatatypeProperty": ("egenskap med värde", "property with a value"),
    "owl:ObjectProperty": ("egenskap med länk", "property with a link"),
    "owl:Ontology": ("ontologi", "ontology"),
    "owl:TransitiveProperty": ("transitiv egenskap", "transitive property"),
    "owl:equivalentClass": ("samma klass som", "the same class as"),
    "owl:propertyChainAxiom": ("följer av kedjan", "follows by the chain"),
    "owl:inverseOf": ("är omvänd till", "is the inverse of"),
    "dcterms:issued": ("utgivet", "issued"),
    "dcterms:modified": ("ändrat", "modified"),
    "dcterms:source": ("källa", "source"),
    "schema:sha256": ("kontrollsumma (sha256)", "checksum (sha256)"),
    "oa:end": ("slutar", "ends at"),
    "oa:hasSelector": ("intervall", "range"),
    "oa:hasSource": ("i texten", "in the text"),
    "oa:start": ("börjar", "starts at"),
    "prov:wasDerivedFrom": ("gjord av", "derived from"),
    "skos:Concept": ("begrepp", "concept"),
    "skos:ConceptScheme": ("vokabulär", "vocabulary"),
    "skos:altLabel": ("även kallad", "also called"),
    "skos:closeMatch": ("ungefär detsamma som", "close to"),
    "skos:definition": ("definition", "definition"),
    "skos:exactMatch": ("detsamma som", "the same as"),
    "skos:hasTopConcept": ("begrepp", "concept"),
    "skos:inScheme": ("i vokabulären", "in the vocabulary"),
    "skos:notation": ("kod", "notation"),
    "skos:note": ("anmärkning", "note"),
    "skos:topConceptOf": ("överst i", "top of"),
}
_CALLED: Final = {expand(name): {"sv": sv, "en": en} for name, (sv, en) in _OTHERS.items()}


@dataclass(frozen=True)
class Name:
    """A thing and what it is called, by language."""

    iri: str
    labels: dict[str, str]

    def text(self, lang: str) -> str:
        """The name in a language, else in Swedish, else a short form of the IRI."""
        return self.labels.get(lang) or self.labels.get("sv") or shorten(self.iri)


def labels(store: Store, pattern: str) -> dict[str, dict[str, str]]:
    """The labels of everything (?x) that a SPARQL pattern matches, by IRI and language; of several the first in the alphabet."""
    found: dict[str, dict[str, str]] = {}
    for r in store.select(f"SELECT DISTINCT ?x ?l WHERE {{ {pattern} . ?x rdfs:label|skos:prefLabel ?l }}"):
        literal = r["l"]
        if isinstance(literal, Literal):
            of, lang = found.setdefault(r["x"].value, {}), literal.language or "sv"
            of[lang] = min(literal.value, of.get(lang, literal.value))
    return found


def names(store: Store, iris: set[str]) -> dict[str, Name]:
    """The names of these things; one without labels has its IRI alone."""
    found = labels(store, "VALUES ?x { " + " ".join(f"<{i}>" for i in sorted(iris)) + " }") if iris else {}
    return {i: Name(i, found.get(i) or _CALLED.get(i, {})) for i in iris}

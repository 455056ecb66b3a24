"""What catalogues of open data harvest: DCAT-AP 3.0 and VoID, about the release as the reader sees it, at the addresses of this service.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/ · https://www.w3.org/TR/void/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.namespaces import BASE, CATALOG_GRAPH, PREFIXES, SG, SPARQL_PREFIXES, expand
from graph.releases import Manifest
from graph.statistics import DATASET
from graph.store import Literal, NamedNode, Store, Term, Triple

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
IANA: Final = "https://www.iana.org/assignments/media-types/"
LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"
VOCABULARIES: Final = (SG, *(PREFIXES[p] for p in ("dcterms", "oa", "org", "prov", "schema", "skos")))
# What the terms of other vocabularies are that the description names: the shapes of DCAT-AP ask for their classes.
CLASSES: Final = {
    LICENSE: "dcterms:LicenseDocument",
    f"{AUTHORITY}access-right/PUBLIC": "dcterms:RightsStatement",
    f"{AUTHORITY}language/SWE": "dcterms:LinguisticSystem",
    f"{AUTHORITY}language/ENG": "dcterms:LinguisticSystem",
    f"{AUTHORITY}country/SWE": "dcterms:Location",
    f"{AUTHORITY}frequency/IRREG": "dcterms:Frequency",
    f"{AUTHORITY}data-theme": "skos:ConceptScheme",
    f"{AUTHORITY}data-theme/HEAL": "skos:Concept",
    f"{AUTHORITY}data-theme/GOVE": "skos:Concept",
    f"{AUTHORITY}file-type/RDF_TRIG": "dcterms:MediaTypeOrExtent",
    f"{AUTHORITY}file-type/JSON": "dcterms:MediaTypeOrExtent",
    f"{IANA}application/trig": "dcterms:MediaType",
    f"{IANA}application/gzip": "dcterms:MediaType",
    f"{IANA}application/sparql-results+json": "dcterms:MediaType",
    SG: "dcterms:Standard",
    "https://www.w3.org/TR/sparql11-protocol/": "dcterms:Standard",
}
NAMES: Final = {
    f"{AUTHORITY}data-theme": "EU data themes",
    f"{AUTHORITY}data-theme/HEAL": "Health",
    f"{AUTHORITY}data-theme/GOVE": "Government and public sector",
}
Said = Iterator[tuple[str, str, Term | str | dict[str, str]]]


@dataclass(frozen=True)
class Catalogue:
    """The description of a store that is served below `base` (an absolute URL that ends with a slash)."""

    store: Store
    manifest: Manifest
    base: str

    def triples(self) -> set[Triple]:
        """All of it, without the parts that VoID counts."""
        said = {t for subject, name, value in self._said() for t in _triples(subject, name, value)}
        known = {term.value for t in said for term in (t.subject, t.object) if isinstance(term, NamedNode)}
        return said | {t for iri in known & CLASSES.keys() for t in _typed(iri)}

    def partitions(self) -> set[Triple]:
        """The parts that VoID counts: classes, properties, and properties of classes."""
        mine = f"GRAPH <{CATALOG_GRAPH}> {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{CATALOG_GRAPH}#') || ISIRI(?o) && STRSTARTS(STR(?o), '{CATALOG_GRAPH}#')) }}"
        return set(self.store.run(f"{SPARQL_PREFIXES} CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {mine} }}"))

    @property
    def dataset(self) -> str:
        """The dataset that the store's own catalog declares, or this instance's."""
        declared = self.store.ask(f"ASK {{ GRAPH <{CATALOG_GRAPH}> {{ <{DATASET}> a void:Dataset }} }}")
        return DATASET if declared else f"{self.base}catalog#dataset"

    def _said(self) -> Said:
        yield from self._catalog()
        yield from self._dataset()
        yield from self._distributions()
        yield from self._service()

    def _catalog(self) -> Said:
        this = f"{self.base}catalog"
        yield this, "rdf:type", expand("dcat:Catalog")
        yield this, "dcterms:title", {"sv": "Styrgraf: katalog", "en": "Styrgraf: catalogue"}
        yield this, "dcterms:description", {"sv": "Vad som finns att hämta och fråga här.", "en": "What there is to fetch and to ask here."}
        yield this, "dcterms:publisher", f"{BASE}id/agent/styrgraf"
        yield this, "dcterms:license", LICENSE
        yield this, "dcterms:modified", _time(self.manifest.created)
        yield this, "foaf:homepage", self.base
        yield this, "dcat:themeTaxonomy", f"{AUTHORITY}data-theme"
        yield this, "dcat:dataset", self.dataset
        yield this, "dcat:service", f"{self.base}catalog#service"
        yield self.base, "rdf:type", expand("foaf:Document")
        yield f"{BASE}id/agent/styrgraf", "rdf:type", expand("foaf:Agent")
        yield f"{BASE}id/agent/styrgraf", "foaf:name", Literal("Styrgraf")

    def _dataset(self) -> Said:
        this, graphs = self.dataset, self.manifest.graphs
        for kind in ("dcat:Dataset", "void:Dataset"):
            yield this, "rdf:type", expand(kind)
        if this == DATASET:
            pattern = f"GRAPH <{CATALOG_GRAPH}> {{ <{this}> ?p ?o FILTER(!ISIRI(?o) || !STRSTARTS(STR(?o), '{CATALOG_GRAPH}#')) }}"
            for row in self.store.select(f"SELECT ?p ?o WHERE {{ {pattern} }}"):
                yield this, row["p"].value, row["o"]
            yield this, "void:classes", self._number("class")
            yield this, "void:properties", self._number("property")
        else:
            yield this, "dcterms:title", {"sv": "Data i den här instansen", "en": "The data of this instance"}
            yield this, "dcterms:description", {"sv": "All RDF som har lagts in här.", "en": "All RDF that was put in here."}
            yield this, "dcterms:publisher", f"{BASE}id/agent/styrgraf"
            yield this, "void:triples", Literal(sum(graphs.values()))
        yield this, "dcterms:modified", _time(self.manifest.created)
        yield this, "dcterms:identifier", Literal(this)
        yield this, "dcat:version", Literal(self.manifest.id)
        yield this, "dcat:distribution", f"{self.base}catalog#dump"
        yield this, "dcat:distribution", f"{self.base}catalog#sparql"
        yield this, "dcat:landingPage", self.base
        yield this, "void:sparqlEndpoint", f"{self.base}sparql"
        yield this, "void:dataDump", f"{self.base}dump.trig.gz"
        yield this, "void:uriSpace", Literal(BASE)
        for vocabulary in VOCABULARIES:
            yield this, "void:vocabulary", vocabulary

    def _number(self, kind: str) -> Literal:
        """How many classes or properties there are."""
        rows = self.store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{CATALOG_GRAPH}> {{ <{DATASET}> void:{kind}Partition ?part }} }}")
        return Literal(int(rows[0]["n"].value))

    def _distributions(self) -> Said:
        dump, sparql = f"{self.base}catalog#dump", f"{self.base}catalog#sparql"
        for this in (dump, sparql):
            yield this, "rdf:type", expand("dcat:Distribution")
            yield this, "dcterms:license", LICENSE
            yield this, "dcterms:modified", _time(self.manifest.created)
        yield dump, "dcterms:title", {"sv": "Allt, som TriG (gzip)", "en": "All of it, as TriG (gzip)"}
        yield dump, "dcat:accessURL", f"{self.base}dump.trig.gz"
        yield dump, "dcat:downloadURL", f"{self.base}dump.trig.gz"
        yield dump, "dcterms:format", f"{AUTHORITY}file-type/RDF_TRIG"
        yield dump, "dcat:mediaType", f"{IANA}application/trig"
        yield dump, "dcat:compressFormat", f"{IANA}application/gzip"
        yield sparql, "dcterms:title", {"sv": "Frågor i SPARQL", "en": "Queries in SPARQL"}
        yield sparql, "dcat:accessURL", f"{self.base}sparql"
        yield sparql, "dcat:accessService", f"{self.base}catalog#service"
        yield sparql, "dcterms:format", f"{AUTHORITY}file-type/JSON"
        yield sparql, "dcat:mediaType", f"{IANA}application/sparql-results+json"

    def _service(self) -> Said:
        this = f"{self.base}catalog#service"
        yield this, "rdf:type", expand("dcat:DataService")
        yield this, "dcterms:title", {"sv": "Styrgrafs SPARQL-tjänst", "en": "Styrgraf's SPARQL service"}
        yield this, "dcterms:publisher", f"{BASE}id/agent/styrgraf"
        yield this, "dcterms:license", LICENSE
        yield this, "dcterms:conformsTo", "https://www.w3.org/TR/sparql11-protocol/"
        yield this, "dcat:endpointURL", f"{self.base}sparql"
        yield this, "dcat:endpointDescription", f"{self.base}sparql"
        yield this, "dcat:endpointDescription", f"{self.base}api/openapi.json"
        yield this, "dcat:servesDataset", self.dataset


def _time(told: str) -> Literal:
    return Literal(told, datatype=NamedNode(expand("xsd:dateTime")))


def _triples(subject: str, name: str, value: Term | str | dict[str, str]) -> Iterator[Triple]:
    """A text is an IRI, texts by language are literals; a property is prefixed or whole."""
    predicate = NamedNode(expand(name) if name.partition(":")[0] in PREFIXES else name)
    values = [Literal(v, language=k) for k, v in value.items()] if isinstance(value, dict) else [NamedNode(value) if isinstance(value, str) else value]
    yield from (Triple(NamedNode(subject), predicate, v) for v in values)


def _typed(iri: str) -> Iterator[Triple]:
    yield from _triples(iri, "rdf:type", expand(CLASSES[iri]))
    if iri in NAMES:
        yield from _triples(iri, "skos:prefLabel", {"en": NAMES[iri]})
        yield from _triples(iri, "dcterms:title", {"en": NAMES[iri]}) if CLASSES[iri] == "skos:ConceptScheme" else ()

"""What the endpoint says of itself: SPARQL 1.1 Service Description, with the graphs that it holds (VoID counts them)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graph.namespaces import expand
from graph.releases import Release
from graph.store import TRIPLES, BlankNode, Literal, NamedNode, Subject, Term, Triple

FORMATS: Final = "http://www.w3.org/ns/formats/"
RESULTS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "TriG",
    "N-Quads",
)
INPUTS: Final = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
GEO: Final = "http://www.opengis.net/def/function/geosparql/"
# What the engine has of GeoSPARQL 1.1; a test asks it for each.
GEO_FUNCTIONS: Final = (
    *(f"sf{n}" for n in ("Contains", "Crosses", "Disjoint", "Equals", "Intersects", "Overlaps", "Touches", "Within")),
    *(f"eh{n}" for n in ("Contains", "CoveredBy", "Covers", "Disjoint", "Equals", "Inside", "Meet", "Overlap")),
    *(f"rcc8{n}" for n in ("dc", "ec", "eq", "ntpp", "ntppi", "po", "tpp", "tppi")),
    *("asGeoJSON", "centroid", "convexHull", "coordinateDimension", "dimension", "envelope", "getSRID", "isEmpty", "isSimple", "relate", "spatialDimension"),
)
# RDF 1.2 and SPARQL 1.2 have no terms for it in the Service Description vocabulary; these are the addresses of the drafts.
DRAFTS: Final = ("https://www.w3.org/TR/rdf12-concepts/#dfn-triple-term", "https://www.w3.org/TR/sparql12-query/#sparqlTripleTerms")
MEDIA_TYPES: Final = TRIPLES


def triples(endpoint: str, release: Release, allowed: tuple[str, ...] = ()) -> Iterator[Triple]:
    """The description of the service at a URL that serves a release; `allowed` are the addresses that SERVICE and LOAD may call."""
    service = BlankNode("service")
    yield from _said(service, "rdf:type", expand("sd:Service"))
    yield from _said(service, "sd:endpoint", endpoint)
    yield from _said(service, "sd:supportedLanguage", expand("sd:SPARQL11Query"), expand("sd:SPARQL11Update"))
    features = ["sd:UnionDefaultGraph", "sd:EmptyGraphs", *(["sd:BasicFederatedQuery"] if allowed else [])]
    yield from _said(service, "sd:feature", *map(expand, features), *DRAFTS)
    yield from _said(service, "sd:defaultEntailmentRegime", "http://www.w3.org/ns/entailment/OWL-RDF-Based")
    yield from _said(service, "sd:defaultSupportedEntailmentProfile", "http://www.w3.org/ns/owl-profile/RL")
    yield from _said(service, "sd:resultFormat", *(FORMATS + f for f in RESULTS))
    yield from _said(service, "sd:inputFormat", *(FORMATS + f for f in INPUTS))
    for name in GEO_FUNCTIONS:
        yield from _said(service, "sd:extensionFunction", GEO + name)
        yield from _said(NamedNode(GEO + name), "rdf:type", expand("sd:Function"))
    yield from _dataset(service, release)


def _dataset(service: Subject, release: Release) -> Iterator[Triple]:
    """The graphs, each with its number of triples; the default graph is their union."""
    dataset, union = BlankNode("dataset"), BlankNode("union")
    yield from _said(service, "sd:defaultDataset", dataset)
    yield from _said(dataset, "rdf:type", expand("sd:Dataset"))
    yield from _said(dataset, "sd:defaultGraph", union)
    yield from _said(union, "rdf:type", expand("sd:Graph"))
    yield from _said(dataset, "dcterms:identifier", Literal(release.id))
    for number, (name, count) in enumerate(release.manifest.graphs.items()):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield from _said(dataset, "sd:namedGraph", named)
        yield from _said(named, "rdf:type", expand("sd:NamedGraph"))
        yield from _said(named, "sd:name", name)
        yield from _said(named, "sd:graph", graph)
        yield from _said(graph, "rdf:type", expand("sd:Graph"))
        yield from _said(graph, "void:triples", Literal(count))


def _said(subject: Subject, name: str, *values: str | Term) -> Iterator[Triple]:
    """Triples with one subject and property; a text is an IRI."""
    for value in values:
        yield Triple(subject, NamedNode(expand(name)), NamedNode(value) if isinstance(value, str) else value)

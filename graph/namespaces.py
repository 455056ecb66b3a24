"""The IRIs that Styrgraf mints and those of others that its code names, once."""

from __future__ import annotations

from typing import Final

BASE: Final = "https://w3id.org/styrgraf/"
SG: Final = BASE + "def/"
VOCAB: Final = BASE + "vocab/"
QUESTIONS: Final = BASE + "id/question/"
SOURCE_GRAPHS: Final = BASE + "graph/source/"
REFERENCE_GRAPHS: Final = BASE + "graph/reference/"
INFERRED_GRAPH: Final = BASE + "graph/inferred"
CATALOG_GRAPH: Final = BASE + "graph/catalog"
ONTOLOGY_GRAPH: Final = BASE + "graph/ontology"

SPACES: Final = ("id", "doc", "def", "vocab", "graph")  # the first part of the path of everything that we name

PREFIXES: Final[dict[str, str]] = {
    "sg": SG,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

SPARQL_PREFIXES: Final = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())


def expand(name: str) -> str:
    """The IRI of a prefixed name such as "sg:ReportingLine".

    Raises KeyError where the prefix is none of `PREFIXES`.
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """The shortest way to write an IRI: prefixed, relative to our base, or as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri[len(namespace) :].isidentifier():
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri.removeprefix(BASE)

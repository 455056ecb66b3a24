"""SPARQL 1.1 Service Description: the cases that the W3C's test suite names, and that what is described is there."""

from collections.abc import Iterator

import pytest
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node
from writing import Writing, writing

from service.sparql import description

GRAPHS = {f"http://example.org/described/{n}" for n in "ab"}
SYNTAXES = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld", "application/rdf+xml": "xml"}
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance with two small graphs."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        assert made.update("; ".join(f"INSERT DATA {{ GRAPH <{g}> {{ <{g}> a <urn:Document> }} }}" for g in GRAPHS)).status_code == 204
        yield made


def described(served: Writing, accept: str = "text/turtle", path: str = "/sparql") -> Graph:
    """The service description in a syntax."""
    answer = served.client.get(path, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, accept)
    return Graph().parse(data=answer.text, format=SYNTAXES[accept])


@pytest.mark.parametrize("accept", SYNTAXES)
def test_returns_rdf(served: Writing, accept: str) -> None:
    """GET without a query gives RDF (§2), the same in every syntax."""
    assert len(described(served, accept)) == len(described(served)) > 10


def test_returns_rdf_to_who_does_not_say_what(served: Writing) -> None:
    """Without a preference it is Turtle."""
    answer = served.client.get("/sparql", headers={"accept": "*/*"})
    assert answer.headers["content-type"] == "text/turtle"


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_has_endpoint_triple(served: Writing, path: str) -> None:
    """sd:endpoint is the URL that was asked (§3.4.1), of exactly one service."""
    found = described(served, path=path)
    assert set(found.objects(None, SD.endpoint)) == {URIRef(f"http://testserver{path}")}
    assert len(set(found.subjects(RDF.type, SD.Service))) == 1


# §3.4: each property with its domain, its range (None for what has no class) and how often a subject may have it.
PROPERTIES: dict[str, tuple[str, str | None, int, float]] = {
    "endpoint": ("Service", None, 1, 1),
    "feature": ("Service", "Feature", 0, float("inf")),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime", 0, 1),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime", 0, 1),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile", 0, float("inf")),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile", 0, float("inf")),
    "extensionFunction": ("Service", "Function", 0, float("inf")),
    "extensionAggregate": ("Service", "Aggregate", 0, float("inf")),
    "languageExtension": ("Service", "Feature", 0, float("inf")),
    "supportedLanguage": ("Service", "Language", 1, float("inf")),
    "propertyFeature": ("Service", "Feature", 0, float("inf")),
    "defaultDataset": ("Service", "Dataset", 0, 1),
    "availableGraphs": ("Service", "GraphCollection", 0, 1),
    "resultFormat": ("Service", None, 1, float("inf")),
    "inputFormat": ("Service", None, 0, float("inf")),
    "defaultGraph": ("Dataset", "Graph", 0, 1),
    "namedGraph": ("GraphCollection", "NamedGraph", 0, float("inf")),
    "name": ("NamedGraph", None, 1, 1),
    "graph": ("NamedGraph", "Graph", 0, 1),
}
INDIVIDUALS = {
    "Feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}
SUPER = {"Dataset": {"Dataset", "GraphCollection"}}
CLASSES = {c for domain, range_, _, _ in PROPERTIES.values() for c in (domain, range_) if c}


def classes(found: Graph, thing: Node) -> set[str]:
    """The classes of the vocabulary that a thing is said to be in, or that the vocabulary itself puts it in."""
    said = {str(c).removeprefix(SD) for c in found.objects(thing, RDF.type) if str(c).startswith(SD)}
    known = {c for c, names in INDIVIDUALS.items() if str(thing).removeprefix(SD) in names}
    return known.union(*(SUPER.get(c, {c}) for c in said))


def offences(found: Graph) -> Iterator[str]:
    """What in a description is against the vocabulary."""
    for s, p, o in found:
        name = str(p).removeprefix(SD)
        if str(p).startswith(SD) and name not in PROPERTIES:
            yield f"sd:{name} is no property of the vocabulary"
        elif str(p).startswith(SD):
            domain, range_, _, _ = PROPERTIES[name]
            if domain not in classes(found, s):
                yield f"sd:{name} is said of a thing that is no sd:{domain}"
            if isinstance(o, Literal) or (range_ is None and isinstance(o, BNode)):
                yield f"sd:{name} has no IRI but {o!r}"
            if range_ in ("Language", "Graph", "NamedGraph", "Dataset", "GraphCollection") and range_ not in classes(found, o):
                yield f"sd:{name} leads to {o}, which is no sd:{range_}"
    for name, (domain, _, least, most) in PROPERTIES.items():
        for s in found.subjects(RDF.type, SD[domain]):
            if not least <= len(set(found.objects(s, SD[name]))) <= most:
                yield f"a sd:{domain} has sd:{name} too seldom or too often"
    yield from (
        f"{c} is no class of the vocabulary" for c in set(found.objects(None, RDF.type)) if str(c).startswith(SD) and str(c).removeprefix(SD) not in CLASSES
    )


def test_conforms_to_schema(served: Writing) -> None:
    """Every statement of the description is one that the vocabulary knows, of the right kind of thing, as often as it may be."""
    assert set(offences(described(served))) == set()


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("[] a sd:Service ; sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat <urn:f> .", "sd:endpoint too seldom"),
        ("[] a sd:Dataset ; sd:endpoint <urn:e> .", "no sd:Service"),
        ("[] a sd:Dataset ; sd:defaultGraph [] .", "no sd:Graph"),
        ("[] a sd:NamedGraph ; sd:name 'a' .", "no IRI"),
        ("[] sd:url <urn:e> .", "no property"),
        ("[] a sd:Nonsense .", "no class"),
    ],
)
def test_what_does_not_conform_is_found(broken: str, told: str) -> None:
    """The check above can fail."""
    assert any(told in offence for offence in offences(Graph().parse(data=f"@prefix sd: <{SD}> . {broken}", format="turtle")))


def test_the_description_knows_the_graphs(served: Writing) -> None:
    """Its named graphs are those that GRAPH finds."""
    assert {str(name) for name in described(served).objects(None, SD.name)} == GRAPHS


POINT, AREA = (
    '"POINT(1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
    '"POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
)


@pytest.mark.parametrize("name", description.GEO_FUNCTIONS)
def test_each_function_that_is_described_is_there(served: Writing, name: str) -> None:
    """The endpoint gives a value for every function that the description names, called with a point, with an area too, or with a pattern of both."""
    ways = (POINT, f"{POINT}, {AREA}", f'{POINT}, {AREA}, "T********"')
    calls = " UNION ".join(f"{{ BIND(<{description.GEO}{name}>({way}) AS ?v) }}" for way in ways)
    assert served.rows(f"SELECT ?v {{ {calls} FILTER(BOUND(?v)) }}") != []

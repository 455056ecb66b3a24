"""How others find what is here: DCAT-AP, VoID, the dump, robots.txt, the sitemap, and what query editors ask for."""

import gzip
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyshacl
import pytest
from asking import Client
from paths import ROOT
from rdflib import DCAT, DCTERMS, RDF, SH, VOID, Graph, URIRef
from writing import Writing, writing

from graph import statistics
from graph.namespaces import BASE, PREFIXES
from graph.statistics import DATASET
from graph.store import Store, parse
from graph.validator import read, validate
from service.discovery import sitemap

SHAPES = ROOT.parent / "shared/conformance/dcat-ap/dcat-ap-SHACL-3.0.1.ttl"
QUICK = 5  # seconds that an editor waits

PREFIX_QUERY = (
    "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"
)
EXAMPLE_QUERY = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?sq"""
VOID_QUERY = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX ext: <http://ldf.fi/void-ext#> PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?graph ?kind ?label ?property ?triples ?object ?datatype WHERE {
  { OPTIONAL { ?graph sd:graph ?described . ?described void:classPartition ?part }
    ?part void:class ?kind ; void:propertyPartition ?sub . OPTIONAL { ?kind rdfs:label ?label } ?sub void:property ?property .
    OPTIONAL { ?sub void:triples ?triples }
    OPTIONAL { { ?sub void:classPartition [ void:class ?object ] } UNION { ?sub ext:datatypePartition [ ext:datatype ?datatype ] } }
  } UNION { ?set void:subjectsTarget [ void:class ?kind ] ; void:linkPredicate ?property ; void:objectsTarget [ void:class ?object ] }
} ORDER BY ?kind ?object ?datatype"""


def rows(client: Client, query: str, seconds: int = QUICK) -> list[dict[str, str]]:
    """The rows of a query at the endpoint."""
    answer = client.get("/sparql", params={"query": query, "timeout": str(seconds)})
    assert answer.status_code == 200, answer.text
    return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def followed(client: Client, path: str, accept: str = "text/turtle") -> Graph:
    """The RDF at a path, redirects followed, below its own address."""
    answer = client.get(path, headers={"accept": accept})
    while answer.status_code in (302, 303, 307):
        answer = client.get(urlsplit(answer.headers["location"]).path, headers={"accept": accept})
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.text, format={"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}[accept])


@pytest.fixture(scope="module")
def catalog(client: Client) -> Graph:
    """The description for catalogues."""
    return followed(client, "/catalog.ttl")


def test_an_editor_finds_the_prefixes(client: Client) -> None:
    """Every prefix that queries of ours use is declared, once, with its namespace."""
    found = [(r["prefix"], r["namespace"]) for r in rows(client, PREFIX_QUERY)]
    assert dict(found).items() >= PREFIXES.items()
    assert len(dict(found)) == len(found)


def test_an_editor_finds_examples_that_run(client: Client) -> None:
    """Each question of the catalogue is there with a comment in Swedish and English, and runs with the prefixes that the endpoint declares."""
    found = rows(client, EXAMPLE_QUERY)
    assert len({r["sq"] for r in found}) > 100
    assert len(found) == 2 * len({r["sq"] for r in found})
    declared = "".join(f"PREFIX {r['prefix']}: <{r['namespace']}> " for r in rows(client, PREFIX_QUERY))
    for example in {r["sq"]: r["query"] for r in found}.values():
        rows(client, declared + example, 30)


def test_an_editor_finds_what_may_follow_what(client: Client) -> None:
    """Classes with their properties, and what the values of these are; as many as the graph has, found while an editor waits."""
    began = time.monotonic()
    found = rows(client, VOID_QUERY)
    took = time.monotonic() - began
    assert took < QUICK
    lines = {(r["property"].rpartition("/")[2], r.get("object", "").rpartition("/")[2]) for r in found if r["kind"].endswith("/ReportingLine")}
    assert ("normStrength", "Concept") in {(p.rpartition("#")[2], o.rpartition("#")[2]) for p, o in lines}
    assert any(r.get("datatype", "").endswith("#integer") for r in found)


def test_pyshacl_accepts_the_catalogue(catalog: Graph) -> None:
    """The shapes of DCAT-AP 3.0.1 find no violation."""
    conforms, _, text = pyshacl.validate(catalog, shacl_graph=_whole_shapes(), allow_warnings=True, advanced=False)
    assert conforms, text


def test_our_validator_accepts_the_catalogue(client: Client, tmp_path: Path) -> None:
    """So does ours."""
    path = tmp_path / "catalog.ttl"
    path.write_text(client.get("/catalog.ttl").text, "utf-8")
    store = Store.memory()
    store.add(parse(path))
    assert [r for r in validate(store, read([_shapes()])).results if r.severity == "Violation"] == []


def test_the_shapes_would_tell(catalog: Graph) -> None:
    """A catalogue whose dataset has no title is refused, so the tests above can fail."""
    broken = Graph() + catalog
    broken.remove((URIRef(DATASET), DCTERMS.title, None))
    assert not pyshacl.validate(broken, shacl_graph=_whole_shapes(), allow_warnings=True)[0]


def _whole_shapes() -> Graph:
    """The shapes without the references to property shapes that the published file does not have, which pySHACL does not pass over."""
    found = Graph().parse(_shapes())
    for shape, part in list(found.subject_objects(SH.property)):
        if (part, SH.path, None) not in found:
            found.remove((shape, SH.property, part))
    return found


def _shapes() -> Path:
    if not SHAPES.is_file():
        pytest.skip(f"no DCAT-AP shapes at {SHAPES}")
    return SHAPES


def test_a_harvester_finds_dataset_distributions_and_service(client: Client, catalog: Graph, tmp_path: Path) -> None:
    """From /catalog.ttl alone: the dump holds as many triples as told, the service answers, its description is RDF, the licence is named."""
    (dataset,) = catalog.subjects(RDF.type, DCAT.Dataset)
    assert dataset == URIRef(DATASET)
    dumps = [urlsplit(u).path for d in catalog.objects(dataset, DCAT.distribution) for u in catalog.objects(d, DCAT.downloadURL)]
    assert dumps == ["/dump.trig.gz"]
    path = tmp_path / "dump.trig"
    path.write_bytes(gzip.decompress(client.get(dumps[0]).content))
    (told,) = catalog.objects(dataset, VOID.triples)
    assert len({(q.subject, q.predicate, q.object) for q in parse(path) if not statistics.counted(q)}) == int(told)
    (service,) = catalog.subjects(DCAT.servesDataset, dataset)
    (endpoint,) = catalog.objects(service, DCAT.endpointURL)
    assert client.get(urlsplit(endpoint).path, params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
    assert len(followed(client, urlsplit(endpoint).path)) > 10
    assert {urlsplit(u).path for u in catalog.objects(service, DCAT.endpointDescription)} == {"/sparql", "/api/openapi.json"}
    assert (dataset, DCTERMS.license, None) in catalog


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_well_known_void(client: Client, accept: str) -> None:
    """/.well-known/void leads to the description with all partitions, in the syntax that is liked."""
    found = followed(client, "/.well-known/void", accept)
    assert len(set(found.objects(URIRef(DATASET), VOID.classPartition))) > 50
    assert (URIRef(DATASET), VOID.dataDump, URIRef("http://testserver/dump.trig.gz")) in found
    assert (URIRef(DATASET), VOID.sparqlEndpoint, URIRef("http://testserver/sparql")) in found


def test_the_dump_is_kept_until_the_release_changes(client: Client) -> None:
    """It has an ETag that gives 304, HEAD has no body, a part can be asked for, and twice the same bytes come."""
    first, again = client.get("/dump.trig.gz"), client.get("/dump.trig.gz")
    assert (first.status_code, first.headers["content-type"], first.content) == (200, "application/gzip", again.content)
    assert client.get("/dump.trig.gz", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    head = client.request("HEAD", "/dump.trig.gz")
    assert (head.headers["content-length"], head.content) == (str(len(first.content)), b"")
    part = client.get("/dump.trig.gz", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, first.content[10:20])


def test_crawlers_are_told_where_to_go(client: Client) -> None:
    """robots.txt names the sitemap and closes what can be asked without end."""
    lines = client.get("/robots.txt").text.splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert {"Disallow: /sparql", "Disallow: /api/", "Disallow: /id/person/"} <= set(lines)


def test_the_sitemap_names_pages_that_answer(client: Client) -> None:
    """Things, documents, terms and questions are there, each once, persons are not, and every fortieth is looked up."""
    found = re.findall("<loc>http://testserver(/[^<]*)</loc>", client.get("/sitemap.xml").text)
    assert {"/", "/id/group/rag-onkologi.html", "/def/ReportingLine.html", "/questions/who-reports-to-whom"} <= set(found)
    assert len(found) == len(set(found)) > 1000
    assert not [p for p in found if "/id/person/" in p]
    for path in [*found[:8], *found[::40]]:
        assert client.get(path).status_code == 200, path


def test_a_long_sitemap_is_an_index_of_parts() -> None:
    """Of more pages than a file may name, each is in one part, and the index names all parts."""
    paths = tuple(f"id/thing/{n}.html" for n in range(2 * sitemap.MOST + 1))
    index = sitemap.index("http://x/", len(paths), "2026-01-01T00:00:00")
    assert re.findall(r"sitemap-(\d)", index) == ["1", "2", "3"]
    parts = [re.findall("<loc>http://x/([^<]*)</loc>", sitemap.part("http://x/", paths, n, "2026-01-01")) for n in (1, 2, 3)]
    assert [len(p) for p in parts] == [sitemap.MOST, sitemap.MOST, 1]
    assert tuple(p for part in parts for p in part) == paths


def test_a_view_of_a_day_is_described_as_it_is(client: Client) -> None:
    """VoID counts, sitemap and dump are of the view that is asked for: fewer triples held in 2017."""
    now, then = (Graph().parse(data=client.get("/catalog.ttl", params=p).text) for p in ({}, {"asOf": "2017-01-01"}))
    sizes = [int(next(g.objects(URIRef(DATASET), VOID.triples))) for g in (now, then)]
    assert sizes[1] < sizes[0]
    assert client.get("/dump.trig.gz", params={"asOf": "2017-01-01"}).content != client.get("/dump.trig.gz").content


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance without the package's data."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        yield made


def test_an_empty_instance_describes_itself_and_holds_nothing(served: Writing) -> None:
    """No quad is there that nobody put in; the description for catalogues tells of the instance's own data, and is valid."""
    assert not served.ask("ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    assert served.update("INSERT DATA { GRAPH <urn:g> { <urn:a> a <urn:b> } }").status_code == 204
    found = followed(served.client, "/catalog.ttl")
    (dataset,) = found.subjects(RDF.type, DCAT.Dataset)
    assert not dataset.startswith(BASE)
    assert [int(n) for n in found.objects(dataset, VOID.triples)] == [1]
    assert pyshacl.validate(found, shacl_graph=_whole_shapes(), allow_warnings=True)[0]

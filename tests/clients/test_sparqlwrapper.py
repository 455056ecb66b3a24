"""SPARQLWrapper against a running service; beside Accept it sends `format=`, `output=` and `results=`, unless it is told not to."""

import csv
import io
from collections.abc import Iterator
from xml.dom.minidom import Document

import pytest
from rdflib import Graph, URIRef
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException, Unauthorized

BARN, RPO = "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi", "https://w3id.org/styrgraf/id/group/rpo-barn-och-ungdomars-halsa"
LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SHAPE = {"CONSTRUCT": f"CONSTRUCT WHERE {{ <{BARN}> ?p ?o }}", "DESCRIBE": f"DESCRIBE <{BARN}>"}
WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def asking(full: str, query: str, form: str, method: str = GET, way: str = URLENCODED) -> SPARQLWrapper:
    """A client with a query."""
    made = SPARQLWrapper(f"{full}/sparql")
    made.setQuery(query)
    made.setReturnFormat(form)
    made.setMethod(method)
    made.setRequestMethod(way)
    return made


def rows(answer: object) -> Iterator[tuple[str, ...]]:
    """The rows of an answer as the client converts it: a dictionary, a document, or the bytes of a table."""
    if isinstance(answer, dict):
        yield from (tuple(row[name]["value"] for name in ("a", "b")) for row in answer["results"]["bindings"])
    elif isinstance(answer, Document):
        for result in answer.getElementsByTagName("result"):
            yield tuple(uri.firstChild.data for uri in result.getElementsByTagName("uri"))  # type: ignore[union-attr]
    elif isinstance(answer, bytes):
        text = answer.decode()
        yield from [tuple(cell.strip("<>") for cell in row) for row in csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ",")][1:]


@pytest.mark.parametrize(("method", "way"), WAYS)
def test_rows_in_each_format(full: str, method: str, way: str) -> None:
    """JSON, XML, CSV and TSV hold the same rows, asked by GET, by form and directly."""
    found = {form: set(rows(asking(full, LINES, form, method, way).queryAndConvert())) for form in (JSON, XML, CSV, TSV)}
    assert (BARN, RPO) in found[JSON]
    assert {frozenset(r) for r in found.values()} == {frozenset(found[JSON])}


@pytest.mark.parametrize("there", [True, False])
def test_ask_in_each_format(full: str, there: bool) -> None:
    """An ASK is read as true or false from JSON and XML."""
    query = f"ASK {{ <{BARN if there else 'urn:nothing'}> ?p ?o }}"
    answer = asking(full, query, JSON).queryAndConvert()
    assert isinstance(answer, dict)
    assert answer["boolean"] is there
    document = asking(full, query, XML).queryAndConvert()
    assert isinstance(document, Document)
    assert document.getElementsByTagName("boolean")[0].firstChild.data == str(there).lower()  # type: ignore[union-attr]


@pytest.mark.parametrize(("method", "way"), WAYS)
@pytest.mark.parametrize("kind", SHAPE)
@pytest.mark.parametrize(("form", "syntax"), [(XML, ""), (RDFXML, ""), (TURTLE, "turtle"), (N3, "turtle"), (JSONLD, "")])
def test_triples_in_each_format(full: str, kind: str, form: str, syntax: str, method: str, way: str) -> None:
    """CONSTRUCT and DESCRIBE give the same triples in every RDF syntax; without a syntax here the client itself makes the graph."""
    client = asking(full, SHAPE[kind], form, method, way)
    answer = client.queryAndConvert()
    graph = Graph().parse(data=answer, format=syntax) if isinstance(answer, bytes) else answer
    assert isinstance(graph, Graph)
    assert (URIRef(BARN), URIRef("https://w3id.org/styrgraf/def/reportsTo"), URIRef(RPO)) in graph


def test_its_default_graphs_are_honoured(full: str) -> None:
    """Both addDefaultGraph and addNamedGraph choose what is seen."""
    source = "https://w3id.org/styrgraf/graph/source/uppdrag-rag-onkologi"
    client = asking(full, "SELECT DISTINCT (?g AS ?a) (?g AS ?b) { GRAPH ?g { ?s ?p ?o } }", JSON)
    client.addNamedGraph(source)
    assert set(rows(client.queryAndConvert())) == {(source, source)}
    client = asking(full, "ASK { ?s ?p ?o }", JSON)
    client.addDefaultGraph("urn:nothing")
    answer = client.queryAndConvert()
    assert isinstance(answer, dict)
    assert answer["boolean"] is False


def test_a_bad_query_is_told(full: str) -> None:
    """The client's exception for 400 carries our message with the place."""
    with pytest.raises(QueryBadFormed) as told:
        asking(full, "SELECT *\nWHERE { ?s ?p", JSON).query()
    assert '"line": 2' in str(told.value)


def test_timeout_of_the_server_and_of_the_client(full: str) -> None:
    """`timeout=` ends a query with 504; the client's own limit ends it too, and the service answers the next."""
    client = asking(full, ENDLESS, JSON)
    client.addParameter("timeout", "0.5")
    with pytest.raises(OSError, match="504") as late:
        client.query()
    late.value.close()  # type: ignore[attr-defined]
    client = asking(full, ENDLESS, JSON)
    client.setTimeout(1)
    with pytest.raises(TimeoutError):
        client.query()
    assert set(rows(asking(full, LINES, JSON).queryAndConvert()))


def writing(empty: str, update: str, way: str = URLENCODED, bearer: str = "") -> SPARQLWrapper:
    """A client with an update."""
    made = SPARQLWrapper(f"{empty}/sparql", f"{empty}/update")
    made.setQuery(update)
    made.setMethod(POST)
    made.setRequestMethod(way)
    if bearer:
        made.addCustomHttpHeader("Authorization", bearer)
    return made


@pytest.mark.parametrize("way", [URLENCODED, POSTDIRECTLY])
def test_update(empty: str, bearer: str, way: str) -> None:
    """An update by form and directly, seen by the next query."""
    graph = f"http://example.org/sparqlwrapper/{way}"
    assert writing(empty, f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:å> <urn:b> 'ö' }} }}", way, bearer).query().response.status == 204
    answer = asking(empty, f"ASK {{ GRAPH <{graph}> {{ <urn:å> <urn:b> 'ö' }} }}", JSON).queryAndConvert()
    assert isinstance(answer, dict)
    assert answer["boolean"] is True


def test_an_update_without_a_token_is_refused(empty: str) -> None:
    """The client's exception for 401."""
    with pytest.raises(Unauthorized) as told:
        writing(empty, "CLEAR ALL").query()
    assert isinstance(told.value, SPARQLWrapperException)
    assert "Bearer" in str(told.value)

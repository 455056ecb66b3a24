"""SPARQL 1.1 Protocol at /sparql."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from asking import Client
from rdflib import Graph

LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"
BARN, RPO = "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi", "https://w3id.org/styrgraf/id/group/rpo-barn-och-ungdomars-halsa"
TRIPLES = f"CONSTRUCT WHERE {{ <{BARN}> ?p ?o }}"


def test_a_form_post_lists_reporting_lines_as_csv(client: Client) -> None:
    """The request in the README answers with real reporting lines."""
    answer = client.post("/sparql", data={"query": LINES}, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv"
    assert [BARN, RPO] in list(csv.reader(io.StringIO(answer.text)))


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_get_and_a_direct_post_answer_alike(client: Client, path: str) -> None:
    """GET, the form and the direct POST are three ways to ask the same."""
    asked = client.get(path, params={"query": LINES})
    direct = client.post(path, content=LINES, headers={"content-type": "application/sparql-query"})
    assert asked.json() == direct.json()
    assert asked.headers["content-type"] == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("accept", "read"),
    [
        ("application/sparql-results+json", lambda t: json.loads(t)["results"]["bindings"]),
        ("application/json", lambda t: json.loads(t)["results"]["bindings"]),
        ("application/sparql-results+xml", lambda t: list(ET.fromstring(t).iter("{http://www.w3.org/2005/sparql-results#}result"))),
        ("text/csv", lambda t: t.splitlines()[1:]),
        ("text/tab-separated-values", lambda t: t.splitlines()[1:]),
    ],
)
def test_rows_are_the_same_in_every_syntax(client: Client, accept: str, read: object) -> None:
    """Each results format carries all rows."""
    answer = client.get("/sparql", params={"query": LINES}, headers={"accept": accept})
    assert len(read(answer.text)) == len(client.get("/sparql", params={"query": LINES}).json()["results"]["bindings"]) > 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("accept", "syntax"), [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/ld+json", "json-ld"), ("application/rdf+xml", "xml")]
)
def test_triples_are_the_same_in_every_syntax(client: Client, accept: str, syntax: str) -> None:
    """Rdflib reads the same graph from each RDF syntax."""
    answer = client.get("/sparql", params={"query": TRIPLES}, headers={"accept": accept})
    assert answer.headers["content-type"] == accept
    read = Graph().parse(data=answer.text, format=syntax)
    reference = Graph().parse(data=client.get("/sparql", params={"query": TRIPLES}).text, format="turtle")
    assert set(read) == set(reference)


def test_ask_answers_true_and_false(client: Client) -> None:
    """An ASK is a boolean result."""
    assert client.get("/sparql", params={"query": f"ASK {{ <{BARN}> ?p ?o }}"}).json()["boolean"] is True
    assert client.get("/sparql", params={"query": "ASK { <http://nowhere/> ?p ?o }"}).json()["boolean"] is False


def test_the_dataset_of_the_request_is_honoured(client: Client) -> None:
    """default-graph-uri and named-graph-uri choose what is seen."""
    graph = "https://w3id.org/styrgraf/graph/source/uppdrag-rag-onkologi"
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/styrgraf/def/ReportingLine> }"

    def number(**params: str) -> int:
        return int(client.get("/sparql", params={"query": count, **params}).json()["results"]["bindings"][0]["n"]["value"])

    assert 0 < number(**{"default-graph-uri": graph}) < number()
    named = client.get("/sparql", params={"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": graph}).json()
    assert [b["g"]["value"] for b in named["results"]["bindings"]] == [graph]


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("GET", {"params": {"query": "SELECT * WHERE { ?s ?p"}}, 400),
        ("GET", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ("GET", {"params": {"query": " "}}, 400),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 400),
        ("PUT", {}, 405),
        ("DELETE", {}, 405),
        ("POST", {"content": "ASK {}", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", {"content": "ASK {}"}, 415),
        ("POST", {"content": b"ASK { ?s ?p '\xff' }", "headers": {"content-type": "application/sparql-query"}}, 400),
        ("POST", {"content": b"#" * 1_000_001, "headers": {"content-type": "application/sparql-query"}}, 413),
        ("GET", {"params": {"query": LINES}, "headers": {"accept": "text/html"}}, 406),
        ("GET", {"params": {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}}, 400),
    ],
)
def test_a_bad_request_is_told_as_a_problem(client: Client, method: str, more: dict[str, object], status: int) -> None:
    """Each mistake has its status and an application/problem+json body, with CORS."""
    answer = client.request(method, "/sparql", **more)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert status != 405 or "GET" in answer.headers["allow"]


def test_a_syntax_error_has_a_place(client: Client) -> None:
    """The problem names the line and the column."""
    told = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p"}).json()
    assert (told["line"], told["column"]) == (2, 14)


def test_preflight_allows_what_was_asked(client: Client) -> None:
    """OPTIONS answers 204 and echoes the headers requested."""
    answer = client.request(
        "OPTIONS", "/sparql", headers={"origin": "https://example.org", "access-control-request-method": "POST", "access-control-request-headers": "x-one"}
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "x-one"
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    """HEAD is GET without its body."""
    got, head = client.get("/sparql", params={"query": LINES}), client.request("HEAD", "/sparql", params={"query": LINES})
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_an_unchanged_answer_is_not_sent_again(client: Client) -> None:
    """If-None-Match with the answer's ETag gives 304."""
    etag = client.get("/sparql", params={"query": LINES}).headers["etag"]
    assert client.get("/sparql", params={"query": LINES}, headers={"if-none-match": etag}).status_code == 304


def test_without_a_query_the_endpoint_describes_itself(client: Client) -> None:
    """GET without a query answers with the service description, whose endpoint is the URL asked; a browser is led to the form."""
    described = Graph().parse(data=client.get("/sparql").text, format="turtle")
    assert "http://testserver/sparql" in {str(o) for o in described.objects()}
    page = client.get("/sparql", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "http://testserver/sparql-editor")

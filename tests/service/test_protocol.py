"""SPARQL 1.1 Protocol, query operation (§2.1): the cases that the W3C's test suite names; then what integrators expect of answers."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx
import pytest
from rdflib import RDF, Graph, URIRef
from writing import Writing, writing

A, B, C, D = (f"http://example.org/protocol/{n}" for n in "abcd")
DATA = "; ".join(f"INSERT DATA {{ GRAPH <{g}> {{ <{g}> a <urn:Document> }} }}" for g in (A, B, C, D))
SEEN = "{ { ?s a <urn:Document> BIND('default' AS ?in) } UNION { GRAPH ?g { ?s a <urn:Document> } BIND(STR(?g) AS ?in) } }"
SELECT, ASK = f"SELECT ?s ?in {SEEN}", "ASK {}"
CONSTRUCT, DESCRIBE = "CONSTRUCT WHERE { ?s a <urn:Document> }", f"DESCRIBE <{A}>"
JSON, XML, CSV, TSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"
DIRECT, PROBLEM = "application/sparql-query", "application/problem+json"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance with four small graphs."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        assert made.update(DATA).status_code == 204
        yield made


@dataclass(frozen=True)
class Case:
    """A request of the test suite and what its answer holds: triples, pairs of rows or a boolean, whatever the query gives."""

    name: str
    query: str = ASK
    way: str = "get"
    told: Mapping[str, list[str]] = field(default_factory=dict)
    expected: object = True


def default(*graphs: str) -> set[tuple[str, str]]:
    return {(g, "default") for g in graphs}


def named(*graphs: str) -> set[tuple[str, str]]:
    return {(g, g) for g in graphs}


FULL = {"default-graph-uri": [A, B], "named-graph-uri": [C, D]}
CASES = [
    Case("query_get"),
    Case("query_post_form", way="form"),
    Case("query_post_direct", way="direct"),
    Case("query_dataset_default_graph", SELECT, "direct", {"default-graph-uri": [A]}, default(A)),
    Case("query_dataset_default_graphs_get", SELECT, "get", {"default-graph-uri": [A, B]}, default(A, B)),
    Case("query_dataset_default_graphs_post", SELECT, "form", {"default-graph-uri": [A, B]}, default(A, B)),
    Case("query_dataset_named_graphs_get", SELECT, "get", {"named-graph-uri": [A, B]}, named(A, B)),
    Case("query_dataset_named_graphs_post", SELECT, "direct", {"named-graph-uri": [A, B]}, named(A, B)),
    Case("query_dataset_full", SELECT, "direct", FULL, default(A, B) | named(C, D)),
    Case("query_multiple_dataset", SELECT.replace("{", f"FROM <{A}> FROM NAMED <{A}> {{", 1), "get", {"default-graph-uri": [B]}, default(B)),
    Case("query_content_type_select", SELECT, expected=default(A, B, C, D) | named(A, B, C, D)),
    Case("query_content_type_ask"),
    Case("query_content_type_describe", DESCRIBE, expected={(URIRef(A), RDF.type, URIRef("urn:Document"))}),
    Case("query_content_type_construct", CONSTRUCT, expected={(URIRef(g), RDF.type, URIRef("urn:Document")) for g in (A, B, C, D)}),
]


def send(served: Writing, query: str, way: str, told: Mapping[str, list[str]], headers: dict[str, str] | None = None) -> httpx.Response:
    """Asks in one of the three ways of the protocol."""
    if way == "get":
        return served.client.get("/sparql", params={"query": query, **told}, headers=headers)
    if way == "form":
        return served.client.post("/sparql", data={"query": query, **told}, headers=headers)
    return served.client.post("/sparql", content=query.encode(), params=told, headers={**(headers or {}), "content-type": DIRECT})


def content(answer: httpx.Response) -> object:
    """What an answer of the default media types says."""
    if answer.headers["content-type"] == "text/turtle":
        return set(Graph().parse(data=answer.text, format="turtle"))
    assert answer.headers["content-type"] == JSON
    told = answer.json()
    return told["boolean"] if "boolean" in told else {tuple(row[n]["value"] for n in told["head"]["vars"]) for row in told["results"]["bindings"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_of_the_protocol(served: Writing, case: Case) -> None:
    """The answer has a media type of its kind, and says what the dataset of the request holds."""
    answer = send(served, case.query, case.way, case.told)
    assert answer.status_code == 200
    assert content(answer) == case.expected


@pytest.mark.parametrize("case", [c for c in CASES if c.told], ids=lambda case: case.name)
def test_each_dataset_in_each_way(served: Writing, case: Case) -> None:
    """The dataset of the request is the same whether it is asked by GET, by form or directly."""
    assert [content(send(served, case.query, way, case.told)) for way in ("get", "form", "direct")] == [case.expected] * 3


@pytest.mark.parametrize(
    ("name", "method", "more", "status"),
    [
        ("bad_query_method", "PUT", {"params": {"query": ASK}}, 405),
        ("bad_multiple_queries", "GET", {"params": {"query": [ASK, SELECT]}}, 400),
        ("bad_multiple_queries by form", "POST", {"data": {"query": [ASK, SELECT]}}, 400),
        ("bad_query_wrong_media_type", "POST", {"content": ASK, "headers": {"content-type": "text/plain"}}, 415),
        ("bad_query_missing_form_type", "POST", {"content": "query=ASK%20%7B%7D"}, 415),
        ("bad_query_missing_direct_type", "POST", {"content": ASK}, 415),
        ("bad_query_non_utf8", "POST", {"content": "ASK { FILTER('å' = 'ö') }".encode("utf-16"), "headers": {"content-type": DIRECT}}, 400),
        ("bad_query_non_utf8 in latin-1", "POST", {"content": "ASK { FILTER('å' = 'ö') }".encode("latin-1"), "headers": {"content-type": DIRECT}}, 400),
        ("bad_query_syntax", "GET", {"params": {"query": "ASK { ?s ?p"}}, 400),
    ],
)
def test_a_bad_case_of_the_protocol(served: Writing, name: str, method: str, more: dict[str, object], status: int) -> None:
    """Each mistake has its status, and is told as a problem to whoever asked, from any origin."""
    answer = served.client.request(method, "/sparql", **more)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), name
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json().keys() >= {"type", "title", "status", "detail", "requestId"}
    assert answer.json()["requestId"] == answer.headers["x-request-id"]


# What integrators expect of answers


def read_rows(media: str, text: str) -> int:
    """How many rows an answer has."""
    if media == JSON:
        return len(json.loads(text)["results"]["bindings"])
    if media == XML:
        return len(list(ET.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}result")))
    return len(list(csv.reader(io.StringIO(text), delimiter="\t" if media == TSV else ","))) - 1


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "", JSON),
        (SELECT, "*/*", JSON),
        (SELECT, "application/*", JSON),
        (SELECT, "text/*", CSV),
        (SELECT, f"{JSON};q=0, application/*", XML),
        (SELECT, f"{JSON};q=0.2, {XML};q=0.8, {TSV};q=0.5", XML),
        (SELECT, f"*/*;q=0.1, {TSV}", TSV),
        (SELECT, "application/json", JSON),
        (SELECT, "text/html, application/json;q=0.9, */*;q=0.1", JSON),
        (SELECT, "text/html", None),
        (SELECT, "text/turtle", None),
        (SELECT, "*/*;q=0", None),
        (ASK, "", JSON),
        (ASK, XML, XML),
        (ASK, f"{CSV}, {XML};q=0.1", XML),
        (ASK, CSV, None),
        (CONSTRUCT, "", "text/turtle"),
        (CONSTRUCT, "text/*", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "text/turtle;q=0.3, application/rdf+xml;q=0.4", "application/rdf+xml"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, JSON, None),
        (DESCRIBE, "", "text/turtle"),
    ],
)
def test_the_best_liked_form_is_chosen(served: Writing, query: str, accept: str, media: str | None) -> None:
    """Qualities, ranges and q=0 are honoured, 406 tells what there is; no form has a charset parameter, and caches hear what was weighed."""
    answer = send(served, query, "get", {}, {"accept": accept})
    assert answer.headers["content-type"] == (media or PROBLEM)
    assert answer.status_code == (200 if media else 406)
    assert media or "This result can be had as" in answer.json()["detail"] or "Svaret kan fås som" in answer.json()["detail"]
    assert "accept" in answer.headers["vary"].lower()
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("media", [JSON, XML, CSV, TSV])
def test_all_rows_in_each_form(served: Writing, media: str) -> None:
    """Four graphs, seen in the union and by name."""
    assert read_rows(media, send(served, SELECT, "form", {}, {"accept": media}).text) == 8


@pytest.mark.parametrize(
    ("query", "form", "media"),
    [
        (SELECT, "json", JSON),
        (SELECT, "xml", XML),
        (SELECT, "csv", CSV),
        (SELECT, "tsv", TSV),
        (SELECT, CSV, CSV),
        (CONSTRUCT, "ttl", "text/turtle"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "jsonld", "application/ld+json"),
        (CONSTRUCT, "rdf", "application/rdf+xml"),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_format_is_a_shortcut(served: Writing, query: str, form: str, media: str, way: str) -> None:
    """`format=` chooses in every way of asking, before Accept."""
    assert send(served, query, way, {"format": [form]}, {"accept": "text/html, */*;q=0.1"}).headers["content-type"] == media


def test_unknown_parameters_are_ignored(served: Writing) -> None:
    """What other services understand does no harm here."""
    told = {"output": ["xml"], "results": ["xml"], "debug": ["on"], "soft-limit": ["", "1"]}
    assert content(send(served, SELECT, "get", told)) == default(A, B, C, D) | named(A, B, C, D)


def test_a_request_is_known_by_its_id(served: Writing) -> None:
    """The client's own id comes back, a new one where there is none or a strange one, on errors too."""
    assert send(served, ASK, "get", {}, {"x-request-id": "my-1"}).headers["x-request-id"] == "my-1"
    assert send(served, "ASK {", "get", {}, {"x-request-id": "my-2"}).json()["requestId"] == "my-2"
    others = {send(served, ASK, "get", {}, headers).headers["x-request-id"] for headers in ({}, {"x-request-id": "<script>"})}
    assert len(others) == 2
    assert "<script>" not in others


@pytest.mark.parametrize(("query", "status"), [(SELECT, 200), ("ASK {", 400)])
def test_head_is_get_without_its_body(served: Writing, query: str, status: int) -> None:
    """HEAD has the status and the headers of GET, on errors too."""
    got, head = (served.client.request(method, "/sparql", params={"query": query}, headers={"x-request-id": "one"}) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (status, b"")
    assert dict(head.headers) == dict(got.headers)


def test_what_is_known_is_not_sent_again(served: Writing) -> None:
    """A strong ETag for each form; 304 for it, weak or in a list, with the headers that a cache and a browser need; 200 for another form's."""
    first = send(served, SELECT, "get", {})
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert etag != send(served, SELECT, "get", {}, {"accept": XML}).headers["etag"]
    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = send(served, SELECT, "get", {}, {"if-none-match": given})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert "accept" in answer.headers["vary"].lower()
        assert answer.headers["access-control-allow-origin"] == "*"
    assert send(served, SELECT, "get", {}, {"if-none-match": etag, "accept": XML}).status_code == 200


@pytest.mark.parametrize(
    ("path", "method"), [("/sparql", "PUT"), ("/update", "GET"), ("/update", "POST"), ("/store", "PATCH"), ("/store?graph=urn:none", "GET"), ("/store", "POST")]
)
def test_every_refusal_may_be_read_from_any_origin(served: Writing, path: str, method: str) -> None:
    """A browser shows the reason only where the error itself allows its origin; OPTIONS for the same address needs no token."""
    refused = served.client.request(method, path, headers={"origin": "https://example.org"})
    asked = served.client.request("OPTIONS", path, headers={"origin": "https://example.org", "access-control-request-headers": "authorization"})
    assert refused.status_code >= 400
    assert (asked.status_code, asked.content, asked.headers["access-control-allow-headers"]) == (204, b"", "authorization")
    for answer in (refused, asked):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"etag", "retry-after", "x-request-id"} <= {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}

"""SPARQL 1.1 Graph Store HTTP Protocol at /store: the cases that the W3C's test suite names, and ours."""

import gzip

import pytest
from rdflib import Graph, URIRef
from writing import Writing

G, OTHER = "http://example.org/person/1", "http://example.org/person/2"
TURTLE, XML = {"content-type": "text/turtle"}, {"content-type": "application/rdf+xml"}
JOHN = "@prefix foaf: <http://xmlns.com/foaf/0.1/> . <http://example.org/john> a foaf:Person ; foaf:name 'Jöhn' ."
JANE = JOHN.replace("john", "jane").replace("Jöhn", "Jane")


def put(scratch: Writing, body: str = JOHN, headers: dict[str, str] = TURTLE, **params: str) -> int:
    return scratch.request("PUT", "/store", headers, content=body.encode(), params=params or {"graph": G}).status_code


def got(scratch: Writing, **params: str) -> Graph:
    answer = scratch.client.get("/store", params=params or {"graph": G}, headers={"accept": "text/turtle"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle")
    return Graph().parse(data=answer.text, format="turtle")


def names(graph: Graph) -> set[str]:
    return {str(o) for o in graph.objects(None, URIRef("http://xmlns.com/foaf/0.1/name"))}


def test_put_makes_a_graph_and_get_reads_it(scratch: Writing) -> None:
    """PUT of a new graph answers 201, GET gives the same triples."""
    assert put(scratch) == 201
    assert names(got(scratch)) == {"Jöhn"}


def test_put_replaces_a_graph(scratch: Writing) -> None:
    """PUT of a graph that is there answers 204 and leaves nothing of the old one."""
    put(scratch)
    assert put(scratch, JANE) == 204
    assert names(got(scratch)) == {"Jane"}


def test_put_of_the_default_graph(scratch: Writing) -> None:
    """?default is the unnamed graph, never the union."""
    put(scratch)
    assert put(scratch, JANE, default="") == 204
    assert names(got(scratch, default="")) == {"Jane"}


def test_put_of_a_payload_that_is_not_what_it_says(scratch: Writing) -> None:
    """Turtle sent as RDF/XML is refused with 400, and the graph stays."""
    put(scratch)
    assert put(scratch, JANE, XML) == 400
    assert names(got(scratch)) == {"Jöhn"}


def test_put_of_an_empty_graph(scratch: Writing) -> None:
    """A graph may be empty and is still there."""
    assert put(scratch, "") == 201
    assert len(got(scratch)) == 0


def test_delete_and_then_there_is_nothing(scratch: Writing) -> None:
    """DELETE removes a graph; GET, HEAD and another DELETE answer 404, HEAD without a body."""
    put(scratch)
    assert scratch.request("DELETE", "/store", params={"graph": G}).status_code == 204
    assert scratch.client.get("/store", params={"graph": G}).status_code == 404
    assert scratch.request("DELETE", "/store", params={"graph": G}).status_code == 404
    head = scratch.client.request("HEAD", "/store", params={"graph": G})
    assert (head.status_code, head.content) == (404, b"")


def test_post_joins_a_graph(scratch: Writing) -> None:
    """POST adds to what is there; to an empty body nothing happens."""
    put(scratch)
    assert scratch.request("POST", "/store", TURTLE, content=JANE, params={"graph": G}).status_code == 204
    assert scratch.request("POST", "/store", TURTLE, content="", params={"graph": G}).status_code == 204
    assert names(got(scratch)) == {"Jöhn", "Jane"}


def test_post_of_several_parts(scratch: Writing) -> None:
    """multipart/form-data may hold RDF in several syntaxes."""
    ntriples = '<http://example.org/max> <http://xmlns.com/foaf/0.1/name> "Max" .'
    files = {"one": ("one.ttl", JANE, "text/turtle; charset=utf-8"), "two": ("two.nt", ntriples, "application/n-triples")}
    assert scratch.request("POST", "/store", params={"graph": G}, files=files).status_code == 201
    assert names(got(scratch)) == {"Jane", "Max"}


def test_post_to_the_bare_store_makes_a_graph(scratch: Writing) -> None:
    """201 with the graph's own URL, which can be read, named as ?graph= and queried."""
    made = scratch.request("POST", "/store", TURTLE, content=JOHN)
    where = made.headers["location"]
    assert (made.status_code, where.startswith("http://testserver/store/")) == (201, True)
    assert names(got(scratch, graph=where)) == {"Jöhn"}
    direct = scratch.client.get(where.removeprefix("http://testserver"), headers={"accept": "application/n-triples"})
    assert "Jöhn" in direct.text
    assert scratch.ask(f"ASK {{ GRAPH <{where}> {{ ?s ?p ?o }} }}")


def test_a_path_below_the_store_is_a_graph(scratch: Writing) -> None:
    """Direct identification (§4.1): the URL is the graph's IRI, and relative IRIs are relative to it."""
    assert scratch.request("PUT", "/store/a/b", TURTLE, content="<> <#p> <c> .").status_code == 201
    graph = URIRef("http://testserver/store/a/b")
    assert set(got(scratch, graph=str(graph))) == {(graph, graph + "#p", URIRef("http://testserver/store/a/c"))}


def test_head_has_the_headers_of_get(scratch: Writing) -> None:
    """HEAD tells length and type without the graph."""
    put(scratch)
    got_, head = (scratch.client.request(m, "/store", params={"graph": G}) for m in ("GET", "HEAD"))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", got_.headers["content-length"])


SYNTAXES = [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld"), ("application/n-triples", "nt")]


@pytest.mark.parametrize(("accept", "syntax"), SYNTAXES)
def test_a_graph_in_each_syntax(scratch: Writing, accept: str, syntax: str) -> None:
    """What was put comes back in every syntax, and each syntax can be put."""
    put(scratch)
    body = scratch.client.get("/store", params={"graph": G}, headers={"accept": accept})
    assert body.headers["content-type"] == accept
    assert names(Graph().parse(data=body.text, format=syntax)) == {"Jöhn"}
    assert put(scratch, body.text, {"content-type": accept}, graph=OTHER) == 201
    assert names(got(scratch, graph=OTHER)) == {"Jöhn"}


def test_data_that_names_its_graphs_goes_to_them(scratch: Writing) -> None:
    """TriG at the bare store: POST joins, PUT replaces everything."""
    body, told = f"<{G}> {{ <urn:a> <urn:b> 'x' }}", {"content-type": "application/trig"}
    put(scratch, graph=OTHER)
    assert scratch.request("POST", "/store", told, content=body).status_code == 204
    assert {r["g"] for r in scratch.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")} == {G, OTHER}
    assert scratch.request("PUT", "/store", told, content=body).status_code == 204
    assert {r["g"] for r in scratch.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")} == {G}


def test_blank_nodes_of_two_payloads_stay_apart(scratch: Writing) -> None:
    """A label in one file means nothing in another."""
    for _ in range(2):
        scratch.request("POST", "/store", TURTLE, content="_:x <urn:b> 1 .", params={"graph": G})
    assert len(got(scratch)) == 2


def test_a_packed_payload(scratch: Writing) -> None:
    """A body that came as gzip is unpacked."""
    answer = scratch.request("PUT", "/store", {**TURTLE, "content-encoding": "gzip"}, content=gzip.compress(JOHN.encode()), params={"graph": G})
    assert answer.status_code == 201
    assert names(got(scratch)) == {"Jöhn"}


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("PUT", {"params": {"graph": G}, "content": JOHN}, 415),
        ("PUT", {"params": {"graph": G}, "content": JOHN, "headers": {"content-type": "text/csv"}}, 415),
        ("PUT", {"params": {"graph": "relative"}, "content": JOHN, "headers": TURTLE}, 400),
        ("PUT", {"params": {"graph": G, "default": ""}, "content": JOHN, "headers": TURTLE}, 400),
        ("PUT", {"content": JOHN, "headers": TURTLE}, 400),
        ("GET", {}, 400),
        ("PATCH", {"params": {"graph": G}}, 405),
        ("PUT", {"params": {"graph": G}, "content": f"<{OTHER}> {{ <urn:a> <urn:b> 1 }}", "headers": {"content-type": "application/trig"}}, 400),
        ("POST", {"params": {"graph": G}, "content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400),
        ("POST", {"params": {"graph": G}, "files": {"one": ("one.csv", "a,b", "text/csv")}}, 415),
    ],
)
def test_a_bad_request_is_told_and_changes_nothing(scratch: Writing, method: str, more: dict[str, object], status: int) -> None:
    """Each mistake has its status and a problem document; the release is the same afterwards."""
    before = scratch.home.pointer()
    answer = scratch.request(method, "/store", **more)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert scratch.home.pointer() == before


def test_a_broken_payload_is_told_with_its_place(scratch: Writing) -> None:
    """The problem says on which line."""
    answer = scratch.request("PUT", "/store", TURTLE, content="<urn:a> <urn:b>\n ;;; oops .", params={"graph": G})
    assert (answer.status_code, ":2:" in answer.json()["detail"]) == (400, True)

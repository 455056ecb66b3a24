"""SPARQL 1.1 Protocol, update operation (§2.2); the cases that the W3C's test suite names, and ours."""

import pytest
from writing import Writing

A, B, C, OUT = (f"http://example.org/protocol/{n}" for n in ("a", "b", "c", "out"))
DATA = "; ".join(f"INSERT DATA {{ GRAPH <{g}> {{ <{g}> a <urn:Document> }} }}" for g in (A, B, C))
COPY = f"INSERT {{ GRAPH <{OUT}> {{ ?s a <urn:Resource> }} }} WHERE {{ ?s a <urn:Document> }}"
NAMED = f"INSERT {{ GRAPH <{OUT}> {{ ?s a <urn:Resource> }} }} WHERE {{ GRAPH ?g {{ ?s a <urn:Document> }} }}"
FULL = (
    f"INSERT {{ GRAPH <{OUT}> {{ ?s <urn:in> ?in }} }} "
    "WHERE { { GRAPH ?g { ?s a <urn:Document> } BIND(1 AS ?in) } UNION { ?s a <urn:Document> BIND(2 AS ?in) } }"
)


def copied(scratch: Writing) -> set[str]:
    return {r["s"] for r in scratch.rows(f"SELECT ?s {{ GRAPH <{OUT}> {{ ?s a <urn:Resource> }} }}")}


def test_an_update_by_form(scratch: Writing) -> None:
    """POST of a form with update= changes the store."""
    assert scratch.request("POST", "/update", data={"update": "INSERT DATA { <urn:a> <urn:b> 1 }"}).status_code == 204
    assert scratch.ask("ASK { <urn:a> <urn:b> 1 }")


@pytest.mark.parametrize("path", ["/update", "/update/"])
def test_a_direct_update(scratch: Writing, path: str) -> None:
    """POST of application/sparql-update changes the store, with a slash at the end too."""
    answer = scratch.request("POST", path, {"content-type": "application/sparql-update; charset=utf-8"}, content="INSERT DATA { <urn:å> <urn:b> 'ö' }".encode())
    assert (answer.status_code, answer.content) == (204, b"")
    assert scratch.ask("ASK { <urn:å> <urn:b> 'ö' }")


def test_relative_iris_have_a_base(scratch: Writing) -> None:
    """A relative IRI becomes an absolute one."""
    scratch.update("INSERT DATA { <urn:a> <urn:b> <test> }")
    assert scratch.ask('ASK { <urn:a> <urn:b> ?o FILTER(REGEX(STR(?o), "^https?://.+/test$")) }')


def test_the_dataset_of_the_request_with_one_default_graph(scratch: Writing) -> None:
    """using-graph-uri says where patterns are matched."""
    assert scratch.update(f"{DATA}; {COPY}", **{"using-graph-uri": A}).status_code == 204
    assert copied(scratch) == {A}


def test_the_dataset_of_the_request_with_two_default_graphs(scratch: Writing) -> None:
    """using-graph-uri may repeat; the graphs are merged."""
    scratch.update(f"{DATA}; {COPY}", **{"using-graph-uri": [A, B]})
    assert copied(scratch) == {A, B}


def test_the_dataset_of_the_request_with_named_graphs(scratch: Writing) -> None:
    """using-named-graph-uri says which graphs GRAPH finds."""
    scratch.update(f"{DATA}; {NAMED}", **{"using-named-graph-uri": [A, B]})
    assert copied(scratch) == {A, B}


def test_the_dataset_of_the_request_in_full(scratch: Writing) -> None:
    """Default and named graphs are kept apart, in the form too."""
    form = {"update": f"{DATA}; {FULL}", "using-graph-uri": A, "using-named-graph-uri": B}
    assert scratch.request("POST", "/update", data=form).status_code == 204
    assert {(r["s"], r["in"]) for r in scratch.rows(f"SELECT * {{ GRAPH <{OUT}> {{ ?s <urn:in> ?in }} }}")} == {(A, "2"), (B, "1")}


def test_without_a_dataset_patterns_see_the_union(scratch: Writing) -> None:
    """As in queries, the default graph is the union of all graphs; what is inserted without GRAPH goes to the unnamed graph."""
    scratch.update(f"{DATA}; INSERT {{ ?s a <urn:Resource> }} WHERE {{ ?s a <urn:Document> }}")
    assert {r["s"] for r in scratch.rows("SELECT ?s { ?s a <urn:Resource> }", **{"default-graph-uri": ""})} == {A, B, C}


def test_with_and_using_of_the_update_are_honoured(scratch: Writing) -> None:
    """WITH names the graph of templates and patterns, USING that of the patterns alone."""
    scratch.update(DATA)
    scratch.update(f"WITH <{A}> DELETE {{ ?s a <urn:Document> }} INSERT {{ ?s a <urn:Changed> }} WHERE {{ ?s a <urn:Document> }}")
    assert {(r["g"], r["s"]) for r in scratch.rows("SELECT * { GRAPH ?g { ?s a <urn:Changed> } }")} == {(A, A)}
    scratch.update(f"WITH <{OUT}> INSERT {{ ?s a <urn:Resource> }} USING <{B}> WHERE {{ ?s a <urn:Document> }}")
    assert copied(scratch) == {B}


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("POST", {"data": {"update": ["CLEAR ALL", "CLEAR ALL"]}}, 400),
        ("POST", {"data": {"query": "ASK {}"}}, 400),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 405),
        ("PUT", {}, 405),
        ("POST", {"content": "update=CLEAR%20ALL"}, 415),
        ("POST", {"content": "CLEAR ALL", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", {"content": b"INSERT DATA { <urn:a> <urn:b> '\xff' }", "headers": {"content-type": "application/sparql-update"}}, 400),
        ("POST", {"data": {"update": "INSERT DATA { <urn:a> <urn:b> "}}, 400),
        ("POST", {"data": {"update": "LOAD <http://127.0.0.1:1/x.ttl>"}}, 400),
        ("POST", {"data": {"update": "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}}, 400),
        ("POST", {"data": {"update": f"INSERT {{ ?s ?p ?o }} USING <{A}> WHERE {{ ?s ?p ?o }}", "using-graph-uri": B}}, 400),
        ("POST", {"data": {"update": f"WITH <{A}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}", "using-named-graph-uri": B}}, 400),
        ("POST", {"data": {"update": "DROP GRAPH <urn:none>"}}, 404),
        ("POST", {"content": b"\x1f\x8bnonsense", "headers": {"content-type": "application/sparql-update", "content-encoding": "gzip"}}, 400),
        ("POST", {"content": b"CLEAR ALL", "headers": {"content-type": "application/sparql-update", "content-encoding": "br"}}, 415),
    ],
)
def test_a_bad_update_is_told_and_changes_nothing(scratch: Writing, method: str, more: dict[str, object], status: int) -> None:
    """Each mistake has its status and a problem document; the release is the same afterwards."""
    before = scratch.home.pointer()
    answer = scratch.request(method, "/update", **more)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert scratch.home.pointer() == before
    assert status != 405 or "POST" in answer.headers["allow"]


def test_a_syntax_error_in_a_later_operation_has_its_place(scratch: Writing) -> None:
    """The line and column are those of the text that was sent, whatever stands before."""
    told = scratch.update("CLEAR ALL ; # first; <a#b> 'x'\nPREFIX a: <http://a#>\nINSERT DATA { a:x a:y }").json()
    assert (told["line"], told["column"]) == (3, 23)


def test_one_operation_that_fails_undoes_those_before(scratch: Writing) -> None:
    """An update is done whole or not at all."""
    assert scratch.update("INSERT DATA { <urn:a> <urn:b> 1 } ; DROP GRAPH <urn:none>").status_code == 404
    assert not scratch.ask("ASK { <urn:a> ?p ?o }")


def test_an_update_tells_its_release(scratch: Writing) -> None:
    """The ETag of the answer is the release that queries are answered from now."""
    etag = scratch.update("INSERT DATA { <urn:a> <urn:b> 2 }").headers["etag"]
    assert etag == f'"{scratch.home.pointer()}"'
    assert scratch.client.get("/sparql", params={"query": "ASK {}"}).headers["etag"].startswith(etag[:-1] + ".")


def test_if_match_refuses_a_change_that_comes_too_late(scratch: Writing) -> None:
    """A change that was meant for an older release is refused with 412; one for the current release is made."""
    old = scratch.home.pointer()
    assert scratch.update("INSERT DATA { <urn:a> <urn:b> 3 }", {"if-match": f'"{old}.text/turtle"'}).status_code == 204
    assert scratch.update("INSERT DATA { <urn:a> <urn:b> 4 }", {"if-match": f'"{old}"'}).status_code == 412
    assert not scratch.ask("ASK { <urn:a> <urn:b> 4 }")


def test_what_changes_nothing_makes_no_release(scratch: Writing) -> None:
    """An update without effect leaves the release as it is."""
    scratch.update("INSERT DATA { <urn:a> <urn:b> 5 }")
    before = scratch.home.pointer()
    assert scratch.update("INSERT DATA { <urn:a> <urn:b> 5 } ; DELETE DATA { <urn:x> <urn:y> <urn:z> }").status_code == 204
    assert scratch.home.pointer() == before


def test_preflight_needs_no_token(instance: Writing) -> None:
    """A browser may ask first, and hears that POST and the header with the token are allowed."""
    told = instance.client.request("OPTIONS", "/update", headers={"access-control-request-headers": "authorization"})
    assert (told.status_code, told.headers["access-control-allow-headers"]) == (204, "authorization")
    assert "POST" in told.headers["access-control-allow-methods"]

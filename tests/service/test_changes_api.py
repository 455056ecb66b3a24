"""Changes and releases over HTTP: previews, the history, differences, rollback and pruning."""

from collections.abc import Iterator

import pytest
from writing import Writing, writing

from graph import history, patches
from graph.namespaces import BASE, INFERRED_GRAPH
from service.web.access import Access

SG = "PREFIX sg: <https://w3id.org/styrgraf/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
MINE = "https://example.org/graph/mine"
RAG, RPO = f"{BASE}id/group/rag-onkologi", f"{BASE}id/group/rpo-cancer"
LINE = f"{SG} INSERT DATA {{ GRAPH <{MINE}> {{ <{RAG}> sg:reportsTo <{RPO}> }} }}"
UPDATE = {"content-type": "application/sparql-update"}
PATCH = {"content-type": "application/rdf-patch"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance with the package's data, and a token that may publish."""
    home = tmp_path_factory.mktemp("full")
    with writing(home, empty=False) as made:
        yield Writing(made.client, made.home, "publisher")


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An empty instance, and a token that may publish."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        yield Writing(made.client, made.home, "publisher")


def preview(served: Writing, body: str, kind: dict[str, str] = UPDATE, **params: str) -> dict[str, object]:
    answer = served.request("POST", "/api/changes/preview", kind, content=body.encode(), params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_preview_tells_what_would_change_and_changes_nothing(served: Writing) -> None:
    """Triples, inferences, words and the answers that change are told; the release is as it was."""
    before = served.home.pointer()
    told = preview(served, LINE)
    assert told["accepted"]
    assert told["added"] == [f"<{RAG}> <{BASE}def/reportsTo> <{RPO}> <{MINE}> ."]
    assert any(INFERRED_GRAPH in row for row in told["inferences"]["gained"])
    assert {"RAG onkologi rapporterar till RPO Cancer."} <= {w["words"]["sv"] for w in told["words"]}
    changed = {q["id"]: q for q in told["questions"]}["who-reports-to-whom"]
    assert (changed["before"], changed["rowsAfter"] - changed["rowsBefore"], len(changed["after"])) == ([], 1, 1)
    assert served.home.pointer() == before
    assert not served.ask(f"{SG} ASK {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }}")


def test_a_preview_of_what_would_be_refused_says_why(served: Writing) -> None:
    """Violations stand among the results gained, a contradiction in the refusal."""
    bad = preview(served, f"{SG} INSERT DATA {{ GRAPH <{MINE}> {{ <urn:line> a sg:ReportingLine }} }}")
    assert not bad["accepted"]
    assert {r["focus"] for r in bad["validation"]["gained"] if r["severity"] == "Violation"} == {"urn:line"}
    clash = preview(served, f"{SG} INSERT DATA {{ GRAPH <{MINE}> {{ <urn:x> a sg:QuestionColumn, sg:QuestionParameter }} }}")
    assert "QuestionColumn" in clash["refusal"]["en"]


def test_a_preview_takes_what_the_store_takes(served: Writing) -> None:
    """Turtle into a graph, TriG, RDF Patch, and what PUT and DELETE would do."""
    assert preview(served, "<urn:a> <urn:b> 1 .", {"content-type": "text/turtle"}, graph=MINE)["counts"] == {"added": 1, "removed": 0}
    assert preview(served, f"<{MINE}> {{ <urn:a> <urn:b> 1, 2 }}", {"content-type": "application/trig"})["counts"]["added"] == 2
    assert preview(served, f"A <urn:a> <urn:b> <urn:c> <{MINE}> .", PATCH)["counts"]["added"] == 1
    assert preview(served, "", {"content-type": "text/turtle"}, graph=MINE, method="put")["graphs"]["made"] == [MINE]
    assert served.request("POST", "/api/changes/preview", {"content-type": "text/turtle"}, params={"graph": MINE, "method": "delete"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("INSERT DATA {", UPDATE, 400),
        ("X <urn:a> .", PATCH, 400),
        ("A <urn:a> .", PATCH, 400),
        ("x", {"content-type": "text/plain"}, 415),
        (f"INSERT DATA {{ GRAPH <{INFERRED_GRAPH}> {{ <urn:a> <urn:b> 1 }} }}", UPDATE, 403),
    ],
)
def test_a_bad_change_is_told(served: Writing, body: str, kind: dict[str, str], status: int) -> None:
    """What cannot be read or may not be written has its status, in a preview too."""
    for path in ("/api/changes", "/api/changes/preview"):
        assert served.request("POST", path, kind, content=body.encode()).status_code == status


def test_changing_needs_a_token_and_going_back_a_publisher(served: Writing) -> None:
    """401 without a token, 403 where the role is too low."""
    assert served.client.post("/api/changes/preview", content="", headers=UPDATE).status_code == 401
    editor = {"authorization": f"Bearer {Access(served.home.path).create('editor', 'editor')}"}
    for path in ("/api/releases/1/rollback", "/api/releases/prune?keep=1"):
        assert served.client.post(path, headers=editor).status_code == 403
        assert served.client.get(path).status_code in (404, 405)


def test_the_history_names_author_reason_and_parent(empty: Writing) -> None:
    """Each change is a release with its author, its reason and how much it changed."""
    empty.request("POST", "/api/changes", {**UPDATE, "x-change-reason": "för att pröva".encode()}, content=b"INSERT DATA { <urn:a> <urn:b> 1 }")
    told = empty.client.get("/api/releases").json()
    newest, oldest = told["releases"]
    assert (newest["id"], newest["parent"], newest["author"], newest["reason"]) == (told["current"], oldest["id"], "test", "för att pröva")
    assert (newest["changed"], oldest["parent"]) == ({"added": 1, "removed": 0}, None)
    one = empty.client.get(f"/api/releases/{int(newest['id'])}").json()
    assert (one["id"], one["current"]) == (newest["id"], True)
    assert empty.client.get("/api/releases/99").status_code == 404


def test_a_correction_and_a_change_over_time_look_different(empty: Writing) -> None:
    """In the list, on the page of the release and in the API; the page's ETag is another one when the release is pruned."""
    ends = '<urn:s> <https://w3id.org/styrgraf/def/validTo> "2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    empty.update(f"INSERT DATA {{ GRAPH <urn:n> {{ {ends} . <urn:s> <urn:n> 1 }} }}")
    empty.update("DELETE DATA { GRAPH <urn:n> { <urn:s> <urn:n> 1 } }")
    told = empty.client.get("/api/releases").json()["releases"][:2]
    assert [r["nature"] for r in told] == [["correction"], ["turn"]]
    pages = [empty.client.get(f"/releases/{r['id']}?lang=en", headers={"accept": "text/html"}) for r in told]
    assert [("correction</span>" in p.text, "change over time</span>" in p.text) for p in pages] == [(True, False), (False, True)]
    listed = empty.client.get("/releases?lang=en", headers={"accept": "text/html"}).text
    assert "correction</span>" in listed
    assert "change over time</span>" in listed
    history.prune(empty.home, 1)
    again = empty.client.get(f"/releases/{told[1]['id']}?lang=en", headers={"accept": "text/html"})
    assert "pruned" in again.text
    assert again.headers["etag"] != pages[1].headers["etag"]


def test_a_difference_is_told_in_quads_and_as_a_patch_that_can_be_applied(empty: Writing) -> None:
    """The patch from A to B, sent as a change to A, gives B."""
    empty.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    first = empty.home.pointer()
    empty.update("DELETE DATA { <urn:a> <urn:b> 1 } ; INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 2 } }")
    second = empty.home.pointer()
    told = empty.client.get(f"/api/releases/{first}/diff/{second}").json()
    assert (told["counts"], told["graphs"]["made"]) == ({"added": 1, "removed": 1}, ["urn:g"])
    text = empty.client.get(f"/api/releases/{second}/diff/{first}", headers={"accept": "application/rdf-patch"}).text
    assert empty.request("POST", "/api/changes", PATCH, content=text.encode()).status_code == 200
    assert patches.read(empty.client.get(f"/api/releases/{first}/diff/current?format=rdfp").text) == patches.Patch()


def test_a_rollback_brings_back_and_loses_nothing(empty: Writing) -> None:
    """The content of an old release is current again, in a release of its own, and what came between is still there."""
    empty.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    first = empty.home.pointer()
    empty.update("CLEAR DEFAULT ; INSERT DATA { <urn:a> <urn:b> 2 }")
    second = empty.home.pointer()
    assert empty.request("POST", f"/api/releases/{first}/rollback", {"if-match": '"000000"'}).status_code == 412
    answer = empty.request("POST", f"/api/releases/{first}/rollback", {"if-match": f'"{second}"'})
    assert (answer.status_code, answer.json()["release"]) == (200, empty.home.pointer())
    assert empty.ask("ASK { <urn:a> <urn:b> 1 FILTER NOT EXISTS { <urn:a> <urn:b> 2 } }")
    assert empty.ask("ASK { <urn:a> <urn:b> 2 }", release=second)
    assert empty.client.get("/api/releases").json()["releases"][0]["restores"] == first


def test_pruning_keeps_the_history(empty: Writing) -> None:
    """Old stores go, releases stay listed, compared, and can be brought back."""
    for n in range(3):
        empty.update(f"INSERT DATA {{ <urn:a> <urn:b> {n} }}")
    assert empty.request("POST", "/api/releases/prune").status_code == 400
    assert empty.request("POST", "/api/releases/prune", params={"keep": "1"}).json()["pruned"] == ["000003", "000002", "000001"]
    assert [r["whole"] for r in empty.client.get("/api/releases").json()["releases"]] == [True, False, False, False]
    assert empty.client.get("/api/releases/2/diff/4").json()["counts"]["added"] == 2
    assert empty.client.get("/sparql", params={"query": "ASK {}", "release": "000002"}).status_code == 404
    assert empty.request("POST", "/api/releases/2/rollback").status_code == 200
    assert [r["o"] for r in empty.rows("SELECT ?o { <urn:a> <urn:b> ?o }")] == ["0"]


def test_blame_names_release_and_document(served: Writing) -> None:
    """A statement of a document came with the first build, one of a user with their change."""
    served.request("POST", "/api/changes", {**UPDATE, "x-change-reason": "ny linje"}, content=LINE.encode())
    told = served.client.get("/api/releases/blame", params={"s": "id/group/rag-onkologi", "p": "sg:reportsTo"}).json()["origins"]
    assert [(o["author"], o["reason"], o["graph"], o["release"]) for o in told] == [("test", "ny linje", MINE, served.home.pointer())]
    label = served.client.get("/api/releases/blame", params={"s": "id/group/rag-onkologi", "p": "rdfs:label"}).json()["origins"]
    assert {o["release"] for o in label} == {"000001"}
    assert all(o["graph"].startswith(BASE) for o in label)
    assert served.client.get("/api/releases/blame", params={"s": "id/group/none"}).status_code == 404
    assert served.client.get("/api/releases/blame").status_code == 400
    served.request("POST", "/api/releases/1/rollback")


@pytest.mark.parametrize(("lang", "words"), [("sv", "rapporterar till"), ("en", "reports to")])
def test_the_history_has_pages(served: Writing, lang: str, words: str) -> None:
    """The list, a release and a difference in words, in both languages, linked from the footer."""
    first = served.home.pointer()
    served.update(LINE)
    second = served.home.pointer()
    assert f'href="/releases?lang={lang}"' in served.client.get("/questions", params={"lang": lang}).text
    assert f"/releases/{second}" in served.client.get("/releases", params={"lang": lang}).text
    page = served.client.get(f"/releases/{second}", params={"lang": lang}).text
    assert words in page
    assert "test" in page
    assert words in served.client.get(f"/releases/{first}/diff/{second}", params={"lang": lang}).text
    assert served.client.get("/releases", params={"from": first, "to": second}).headers["location"].startswith(f"/releases/{first}/diff/{second}")
    assert served.client.get("/releases/99").status_code == 404
    served.request("POST", f"/api/releases/{first}/rollback")

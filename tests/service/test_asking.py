"""Asking and searching over HTTP and on the command line."""

import os
import threading

import pytest
from asking import Client

from graph.releases import Home
from service.api.asking import Askers
from service.cli import main
from service.views.current import Current

GROUP = "https://w3id.org/styrgraf/id/group/rag-onkologi"


def test_an_answer_is_told_with_its_question_and_evidence(client: Client) -> None:
    """Status, catalogue id, parameters by IRI, how it was understood, rows with evidence and the union of it."""
    told = client.get("/api/ask", params={"q": "På vems uppdrag arbetar RAG onkologi?"}).json()
    assert (told["status"], told["question"]) == ("answered", "on-whose-behalf")
    assert GROUP in told["params"].values()
    assert all(row["evidence"] for row in told["answer"])
    passages = [(e["document"], e["start"], e["end"]) for row in told["answer"] for e in row["evidence"]]
    assert {(e["document"], e["start"], e["end"]) for e in told["evidence"]} == set(passages)
    assert {"inferred", "validity", "strength"} <= told["evidence"][0].keys()


@pytest.mark.parametrize("text", ["asdf qwer", "Vilken årsbudget har RAG onkologi?", "'; DROP ALL #> } {", "x" * 5000])
def test_whatever_is_asked_gets_200(client: Client, text: str) -> None:
    """JSON with a status; no rows where nothing is said."""
    answer = client.get("/api/ask", params={"q": text})
    assert answer.status_code == 200
    assert answer.json()["answer"] == []


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask?q=", "/api/search"])
def test_without_a_question_there_is_an_error(client: Client, path: str) -> None:
    """4xx as a problem document."""
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_an_alternative_has_a_link_that_answers(client: Client) -> None:
    """The runners-up can be followed."""
    told = client.get("/api/ask", params={"q": "Vem utser ordförande i samordningsråd onkologi?"}).json()
    assert told["alternatives"]
    assert client.get(told["alternatives"][0]["link"]).status_code == 200


def test_an_unknown_name_is_told_with_the_nearest(client: Client) -> None:
    """The parameter, what was given, and things to choose from."""
    told = client.get("/api/ask", params={"q": "On whose behalf does Xyzzby work?", "lang": "en"}).json()
    assert told["status"] == "unknown_name"
    assert told["unknown"]["nearest"]


def test_the_asker_is_made_before_anyone_asks(home: Home) -> None:
    """While the service runs, a thread makes it for the release that is served."""
    askers = Askers(Current(home))
    with askers.warming():
        while not (made := [t for t in threading.enumerate() if t.name == "styrgraf-asker"]):
            pass
        first = askers.current()[1]
    made[0].join(60)
    assert not made[0].is_alive()
    assert askers.current()[1] is first


def test_every_cell_tells_its_column(client: Client) -> None:
    """A row says the same read alone."""
    told = client.get("/api/ask", params={"q": "På vems uppdrag arbetar RAG onkologi?"}).json()
    columns = {c["name"]: c["label"] for c in told["columns"]}
    assert all(cell["column"] == columns[name] for row in told["answer"] for name, cell in row.items() if name != "evidence")


def test_search_tells_what_a_thing_is_and_where_it_occurs(client: Client) -> None:
    """Classes by name, documents and the number of statements; both languages or one."""
    hit = client.get("/api/search", params={"q": "RAG onkologi", "type": "Party", "limit": 1}).json()["hits"][0]
    assert (hit["iri"], hit["how"]) == (GROUP, "exact")
    assert "sg:Party" in {t["name"] for t in hit["types"]}
    assert hit["documents"]
    assert hit["statements"]
    one = client.get("/api/search", params={"q": "RAG onkologi", "lang": "en", "limit": 1}).json()["hits"][0]
    assert set(one["label"]) == {"en"}


def test_a_class_that_is_none_is_told(client: Client) -> None:
    """The error names the parameter."""
    answer = client.get("/api/search", params={"q": "RAG", "type": "Nonsense"})
    assert answer.status_code == 404
    assert "type" in answer.json()["detail"]


def run(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setitem(os.environ, "STYRGRAF_HOME", str(home.path))
    monkeypatch.setitem(os.environ, "COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out + told.err


def test_the_command_line_asks(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """How it was understood, the rows, and the document and range of each."""
    code, told = run(home, capsys, monkeypatch, "ask", "På vems uppdrag arbetar RAG onkologi?")
    assert code == 0
    assert all(part in told for part in ("Frågan uppfattades", "RPO Cancer", "–"))


def test_the_command_line_searches(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and IRIs; what is called nothing ends with exit status 1."""
    assert "id/group/rag-onkologi" in run(home, capsys, monkeypatch, "search", "RAG onkologi")[1]
    assert run(home, capsys, monkeypatch, "search", "qqqqqqqq")[0] == 1

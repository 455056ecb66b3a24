"""The JSON API of questions."""

import csv
import io

import pytest
from asking import Client

from graph import questions
from graph.store import Store

GROUP = "https://w3id.org/styrgraf/id/group/rag-onkologi"


def test_the_catalogue_lists_every_question(client: Client, store: Store) -> None:
    """Wording, parameters and columns of each, in both languages."""
    told = client.get("/api/questions").json()
    assert [q["id"] for q in told["questions"]] == list(questions.catalogue(store))
    assert all({"sv", "en"} == set(q["label"]) for q in told["questions"])


def test_every_row_has_its_evidence(client: Client) -> None:
    """Document, range, strength, and names in both languages."""
    told = client.get("/api/questions/convener-contact").json()
    assert (told["status"], len(told["answer"])) == ("answered", 2)
    row = next(r for r in told["answer"] if r["body"]["value"] == GROUP)
    assert row["contact"]["label"]["sv"] == "Programområdets verksamhetschef (RPO Cancer)"
    (evidence,) = row["evidence"]
    assert evidence["document"].endswith("doc/uppdrag-rag-onkologi")
    assert evidence["start"] < evidence["end"]
    assert evidence["strength"].endswith("norm-strength/anges")


def test_a_row_of_the_frame_tells_its_source_and_certainty(client: Client) -> None:
    """Where there is no passage, there is a source."""
    told = client.get("/api/questions/parts-of-region").json()
    assert {"Södra sjukvårdsregionen", "Västra sjukvårdsregionen"} <= {r["healthcareRegion"]["label"]["sv"] for r in told["answer"]}
    assert all((e["source"] is None) == (e["start"] is not None) for e in told["evidence"])
    assert {e["certainty"] for e in told["evidence"] if e["source"]} == {"hög"}


def test_silence_is_told_as_such(client: Client) -> None:
    """Asked whom RAG onkologi reports to, no document says."""
    told = client.get("/api/questions/who-reports-to-whom", params={"body": GROUP}).json()
    assert (told["status"], told["answer"]) == ("not_documented", [])
    assert set(told["meaning"]) == {"sv", "en"}


@pytest.mark.parametrize(("lang", "head"), [("sv", ("Uppdragstagare", "belägg")), ("en", ("Commissioned body", "evidence"))])
def test_an_answer_is_a_table_too(client: Client, lang: str, head: tuple[str, str]) -> None:
    """text/csv by Accept, in the language asked for."""
    answer = client.get("/api/questions/on-whose-behalf", params={"lang": lang}, headers={"accept": "text/csv"})
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert (rows[0][0], rows[0][-1]) == head
    assert any("Uppdragsbeskrivning RAG onkologi" in r[-1] or "Mandate of RAG onkologi" in r[-1] for r in rows)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/questions/nonsense", 404), ("/api/questions/on-whose-behalf?nonsense=x", 404), ("/api/questions/on-whose-behalf?body=no%20iri", 404)],
)
def test_what_is_not_there_is_told(client: Client, path: str, status: int) -> None:
    """An unknown question, parameter or value is a problem that names it."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("value", [GROUP, "id/group/rag-onkologi", "RAG onkologi", " rag  ONKOLOGI "])
def test_a_parameter_takes_an_iri_a_path_or_a_name(client: Client, value: str) -> None:
    """All mean the same thing, which the answer tells by its IRI."""
    told = client.get("/api/questions/on-whose-behalf", params={"body": value}).json()
    assert told["params"] == {"body": GROUP}
    assert {r["commissioner"]["label"]["sv"] for r in told["answer"]} == {"RPO Cancer"}


@pytest.mark.parametrize("value", ["RAG onkolgi", "id/group/rag-onkolog", "https://w3id.org/styrgraf/id/group/rag-onkolog"])
def test_a_value_that_is_nothing_is_told_with_the_nearest(client: Client, value: str) -> None:
    """The problem names the parameter and offers what was probably meant."""
    answer = client.get("/api/questions/on-whose-behalf", params={"body": value})
    told = answer.json()
    assert (answer.status_code, told["parameter"]) == (404, "body")
    assert GROUP in [n["value"] for n in told["nearest"]]


def test_a_parameter_that_is_none_is_told_with_those_that_are(client: Client) -> None:
    """So is a parameter's name."""
    told = client.get("/api/questions/on-whose-behalf", params={"group": "RAG onkologi"}).json()
    assert (told["parameter"], [n["value"] for n in told["nearest"]]) == ("group", ["body", "commissioner"])


def test_a_query_that_finds_nothing_is_diagnosed(client: Client) -> None:
    """The pattern at fault and the nearest term."""
    query = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT * { ?x a sg:GovernanceGroup ; sg:reportTo ?y }"
    told = client.get("/api/diagnose", params={"query": query}).json()
    assert (told["status"], told["patterns"]) == ("empty", ["?x sg:reportTo ?y ."])
    assert "sg:reportsTo" in told["reasons"][0]["nearest"]


def test_a_diagnosis_of_what_is_no_query_tells_where_it_is_wrong(client: Client) -> None:
    """As /sparql does: 400 with line and column."""
    answer = client.get("/api/diagnose", params={"query": "SELECT * { ?x ?y }"})
    assert (answer.status_code, answer.headers["content-type"], answer.json()["line"]) == (400, "application/problem+json", 1)


def test_format_goes_before_accept(client: Client) -> None:
    """A link can ask for a form."""
    answer = client.get("/api/questions/on-whose-behalf?format=csv", headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/csv")


def test_a_form_that_is_not_offered_is_refused(client: Client) -> None:
    """406 tells the forms."""
    answer = client.get("/api/questions/on-whose-behalf", headers={"accept": "image/png"})
    assert (answer.status_code, "text/csv" in answer.json()["detail"]) == (406, True)


def test_the_openapi_document_names_the_routes(client: Client) -> None:
    """Each route of the API is described with its statuses."""
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/questions", "/api/questions/{name}", "/health/live", "/health/ready"} <= set(paths)
    assert {"200", "404", "406", "503"} <= set(paths["/api/questions/{name}"]["get"]["responses"])

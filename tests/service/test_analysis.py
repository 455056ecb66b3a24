"""Gap reports, the matrix, overviews and comparisons over HTTP and on the command line."""

import csv
import io
import json

import openpyxl
import pytest
from asking import Client
from typer.testing import CliRunner

from graph.namespaces import BASE
from graph.releases import Home
from service.api.analysis.tables import FORMS
from service.cli import app

RAGS = "/api/compare?a=RAG onkologi&b=RAG barnonkologi och hematologi"
REPORTS = ["/api/gap", "/api/matrix", "/api/plan", "/api/plan?body=Region Kronoberg", RAGS]


@pytest.mark.parametrize("path", REPORTS)
@pytest.mark.parametrize("form", FORMS)
def test_each_report_comes_in_each_form(client: Client, path: str, form: str) -> None:
    """Its media type tells which; an ETag saves the second answer, but for a workbook, which tells when it was made."""
    asked = client.get(f"{path}{'&' if '?' in path else '?'}format={form}&lang=en")
    assert asked.status_code == 200
    assert asked.headers["content-type"].startswith(FORMS[form])
    assert asked.content
    again = client.get(str(asked.request.url), headers={"if-none-match": asked.headers["etag"]})
    assert again.status_code == 304 or form == "xlsx"


def test_a_finding_has_its_passages_and_the_question_that_closes_it(client: Client) -> None:
    """Why in both languages, document and range of each passage, and a question of the catalogue that can be asked as it stands."""
    told = client.get("/api/gap", params={"region": "Region Kronoberg", "area": "patientprocess-och-svf"}).json()
    (missed,) = [f for f in told["findings"] if f["kind"] == "target-missed"]
    assert "32 %" in missed["why"]["sv"]
    assert missed["severity"] == "Violation"
    assert all(e["document"].endswith("handlingsplan-cancer-kronoberg") and e["start"] < e["end"] for e in missed["evidence"])
    answer = client.get(f"/api/questions/{missed['closing']['id']}", params=missed["closing"]["parameters"]).json()
    assert answer["status"] == "answered"
    assert told["counts"]["all"] == len(told["findings"]) == sum(told["counts"]["severity"].values())


@pytest.mark.parametrize(
    ("path", "parameter", "near"),
    [
        ("/api/gap?region=Kronobreg", "region", "Region Kronoberg"),
        ("/api/gap?area=screning", "area", "screening"),
        ("/api/gap?body=RAG onkolgi", "body", "RAG onkologi"),
        ("/api/plan?body=RAG onkolgi", "body", "RAG onkologi"),
        ("/api/compare?a=RAG onkolgi&b=RPO Cancer", "a", "RAG onkologi"),
        ("/api/matrix?region=Skane lan", "region", "Skåne"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(client: Client, path: str, parameter: str, near: str) -> None:
    """404 with what was meant perhaps, and no report."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert near in answer.text
    assert f"{parameter}=" in answer.text


@pytest.mark.parametrize(
    ("path", "status"), [("/api/compare?a=RAG onkologi", 400), ("/api/gap?format=pdf", 422), ("/api/plan?body=Region Skåne", 404), ("/api/gap?asOf=igår", 400)]
)
def test_what_cannot_be_done_is_said(client: Client, path: str, status: int) -> None:
    """A comparison of one thing, an unknown form, a body without a plan, a day that is none."""
    assert client.get(path).status_code == status


@pytest.mark.parametrize(("name", "other"), [("from", "to"), ("to", "from")])
def test_a_bad_day_is_told_by_the_name_it_was_given(client: Client, name: str, other: str) -> None:
    """A comparison of two days names the one that is none, not a parameter that nobody gave."""
    answer = client.get("/api/compare", params={"a": "RAG onkologi", name: "igår", other: "2026-01-01"})
    assert answer.status_code == 400
    assert f"{name}='igår'" in answer.text
    assert "asOf" not in answer.text


def test_no_form_that_is_accepted(client: Client) -> None:
    """406 lists what there is."""
    answer = client.get("/api/gap", headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.text


def test_as_of_moves_the_day(client: Client) -> None:
    """On a day in 2023 no time of the plan has run out."""
    kinds = {f["kind"] for f in client.get("/api/gap", params={"asOf": "2023-01-01"}).json()["findings"]}
    assert "goal-without-responsible" in kinds
    assert "deadline-passed" not in kinds


@pytest.mark.parametrize(("lang", "words"), [("sv", "≠ dokument säger olika"), ("en", "≠ documents disagree")])
def test_the_matrix_marks_where_documents_disagree(client: Client, lang: str, words: str) -> None:
    """As many cells in CSV and Excel as in JSON, where each names its disagreements."""
    asked = {"region": "Region Östergötland", "lang": lang}
    unlike = [c["disagreements"] for c in client.get("/api/matrix", params=asked).json()["cells"] if c["disagreements"]]
    assert unlike
    assert client.get("/api/matrix", params={**asked, "format": "csv"}).text.count(words) == len(unlike)
    (cells,) = openpyxl.load_workbook(io.BytesIO(client.get("/api/matrix", params={**asked, "format": "xlsx"}).content)).worksheets
    told = [str(c.value) for row in cells.iter_rows(min_row=2) for c in row if words in str(c.value)]
    assert [all(d["label"][lang] in cell for d in some) for some, cell in zip(unlike, told, strict=True)] == [True] * len(unlike)


def test_the_workbook_can_be_used_as_it_is(client: Client) -> None:
    """Findings, summary and matrix, each with a frozen header, filters, and set to be printed on one page's width; as many rows as findings."""
    book = openpyxl.load_workbook(io.BytesIO(client.get("/api/gap", params={"format": "xlsx", "region": "Region Kronoberg"}).content))
    count = client.get("/api/gap", params={"region": "Region Kronoberg"}).json()["counts"]["all"]
    assert book.sheetnames == ["Fynd", "Sammanfattning", "Ansvarsmatris"]
    assert book["Fynd"].max_row == count + 1
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
    assert sum(row[2] for row in book["Sammanfattning"].iter_rows(min_row=2, values_only=True)) == count


def test_the_overview_of_the_plan(client: Client) -> None:
    """Goal 21 has its outcome against its target, what is missing, and its activities below it."""
    lines = client.get("/api/plan", params={"body": "Region Kronoberg"}).json()["lines"]
    assert [x["number"] for x in lines if x["kind"]["value"].endswith("/Goal")] == [str(n) for n in range(1, 50)]
    goal = next(x for x in lines if x["number"] == "21")
    assert {("32", "80"), ("", "70")} == {(o["observed"], o["target"]) for o in goal["outcomes"]}
    assert {"target-missed", "target-without-observation", "goal-without-responsible"} <= {m["kind"] for m in goal["missing"]}
    below = [x for x in lines if x["goal"] == goal["thing"]["value"]]
    assert [x["status"][0]["label"]["sv"] for x in below] == ["pågår", "pågår"]
    assert lines.index(below[0]) == lines.index(goal) + 1


def test_a_body_without_a_plan_has_its_tasks(client: Client) -> None:
    """RAG onkologi: what it shall deliver, how firmly, to nobody named; a first name in the minutes is no responsible party."""
    lines = client.get("/api/plan", params={"body": "RAG onkologi"}).json()["lines"]
    gap = next(x for x in lines if x["thing"]["value"].endswith("onk-gap-analys"))
    assert gap["strength"][0]["value"].endswith("/ska")
    assert [m["kind"] for m in gap["missing"]] == ["deliverable-without-recipient"]
    invited = next(x for x in lines if x["thing"]["value"].endswith("mote-bjuda-in-tommy"))
    assert (invited["named"], [r["label"]["sv"] for r in invited["responsible"]]) == (["Tommy"], ["RAG onkologi"])


def test_two_days_are_compared(client: Client) -> None:
    """Nothing in the five documents ends between these days: all is the same, statement by statement."""
    told = client.get("/api/compare", params={"a": "RAG onkologi", "from": "2026-01-01", "to": "2026-11-01"}).json()
    assert set(told["counts"]) == {"same"}
    assert told["days"] == ["2026-01-01", "2026-11-01"]


def run(home: Home, *arguments: str) -> bytes:
    """The output of a command, which succeeds."""
    result = CliRunner().invoke(app, list(arguments), env={"STYRGRAF_HOME": str(home.path)})
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def test_the_commands_tell_what_the_api_tells(client: Client, home: Home) -> None:
    """The same JSON, but for the release's place."""
    pairs = {
        ("gap", "--region", "Region Kronoberg"): "/api/gap?region=Region Kronoberg",
        ("plan", "RAG onkologi"): "/api/plan?body=RAG onkologi",
        ("compare", "RAG onkologi", "RAG barnonkologi och hematologi"): RAGS,
        ("matrix", "--region", "Region Kronoberg"): "/api/matrix?region=Region Kronoberg",
    }
    for arguments, path in pairs.items():
        told, asked = json.loads(run(home, *arguments, "--format", "json")), client.get(path).json()
        assert {k: v for k, v in told.items() if k != "wanted"} == {k: v for k, v in asked.items() if k != "wanted"}


def test_the_command_writes_tables(home: Home) -> None:
    """CSV has a row for each finding; a workbook opens; Markdown has a table; an unknown form is told."""
    rows = list(csv.reader(io.StringIO(run(home, "gap", "--format", "csv").decode())))
    assert rows[0][0] == "Allvar"
    assert len(rows) > 250
    assert openpyxl.load_workbook(io.BytesIO(run(home, "gap", "--format", "xlsx"))).sheetnames[0] == "Fynd"
    assert run(home, "plan", "Region Kronoberg", "--format", "md").decode().startswith("# Handlingsplan")
    assert b"<h2>" in run(home, "compare", "RAG onkologi", "RAG barnonkologi och hematologi", "--format", "html")
    assert b"RAG onkologi" in run(home, "plan")
    assert CliRunner().invoke(app, ["gap", "--format", "pdf"], env={"STYRGRAF_HOME": str(home.path)}).exit_code != 0
    assert f"{BASE}id/region/kronoberg" not in run(home, "gap", "--region", "Region Kronoberg").decode()

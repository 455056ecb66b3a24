"""Pages that draw: timeline, chart, matrix, plan, comparison and gaps show what the analyses found, in both languages, and are their own data."""

import csv
import io
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from asking import Client
from hypothesis import given
from hypothesis import strategies as st

from graph.gaps import Cell, Value, of_bodies
from graph.names import Name
from graph.namespaces import BASE
from graph.questions import Row
from graph.store import Store
from service.pages import matrix, timeline

PAGES = ("/overviews", "/timeline", "/chart", "/matrix", "/plan", "/compare", "/gap")
MANDATES = "/compare?a=doc/uppdrag-rag-onkologi&b=doc/uppdrag-rag-barnonkologi"
FAR, NEAR = BASE + "id/group/rag-onkologi", BASE + "id/group/rpo-cancer"


def table(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).text)))


def sheet(client: Client, path: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(client.get(path).content))


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_each_page_speaks_both_languages(client: Client, path: str, lang: str) -> None:
    """The page is there and says which language it speaks."""
    answer = client.get(path, params={"lang": lang}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.text


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "md"])
@pytest.mark.parametrize("path", ["/timeline", "/matrix", "/plan", "/gap"])
def test_each_view_is_its_own_data(client: Client, path: str, form: str) -> None:
    """The same address with a suffix."""
    answer = client.get(f"{path}.{form}")
    assert answer.status_code == 200
    assert answer.content


def test_the_data_follow_the_filters(client: Client) -> None:
    """What is filtered away on the page is not in its file either."""
    goals, lacking = table(client, "/plan.csv?lang=sv"), table(client, "/plan.csv?lang=sv&lacking=goal-without-responsible")
    assert 0 < len(lacking) < len(goals)
    kinds = {row["Slag"] for row in table(client, f"/timeline.csv?lang=sv&kind={BASE}def/Deadline")}
    assert kinds == {"tidsgräns"}


def test_the_timeline_keeps_years_that_nobody_says_unsaid(client: Client) -> None:
    """Deadlines of the minutes have a day and a month, and stand apart from the years."""
    page = client.get("/timeline", params={"lang": "sv", "document": BASE + "doc/motesanteckningar-rag-onkologi"}).text
    assert "9/11, år ej angivet" in page
    assert not any(f"<h2>{year}</h2>" in page for year in range(2015, 2030))


@given(st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 900)), max_size=40))
def test_no_mark_of_the_timeline_covers_another(days: list[tuple[date, int]]) -> None:
    """Marks of one row do not meet, and what stands at the same time is one mark that has it all."""
    rows = [_row(n, first, first + timedelta(days=more)) for n, (first, more) in enumerate(days)]
    drawn = timeline.drawing(timeline.moments(rows))
    assert sum(len(mark.moments) for lane in drawn.lanes for mark in lane.marks) == len(rows)
    for lane in drawn.lanes:
        for y in {mark.y for mark in lane.marks}:
            marks = sorted((m for m in lane.marks if m.y == y), key=lambda m: m.x)
            assert all(a.x + a.width <= b.x for a, b in pairwise(marks))


def _row(number: int, first: date, last: date) -> Row:
    cells = {"what": Name(f"{BASE}id/x/{number}", {}), "kind": Name(f"{BASE}def/X", {}), "side": None, "told": None}
    return Row({**cells, "first": str(first), "last": str(last)}, ())


def test_the_matrix_tells_three_answers_apart(client: Client) -> None:
    """Assigned, documented as nobody's and not documented are three; a region without documents has a fourth, and is not shown unasked."""
    told = client.get("/matrix.json").json()
    values = {cell["value"] for line in told["lines"] for cell in line["cells"]}
    assert {"assigned", "not_documented"} <= values
    assert "no_document_here" not in values
    skane = client.get("/matrix.json", params={"column": BASE + "id/region/skane"}).json()
    assert {cell["value"] for line in skane["lines"] for cell in line["cells"]} == {"no_document_here"}


def test_two_columns_are_compared(client: Client) -> None:
    """With two columns each line says whether they are the same."""
    columns = [BASE + "id/region/jonkopings-lan", BASE + "id/region/kronoberg"]
    lines = client.get("/matrix.json", params={"column": columns}).json()["lines"]
    assert {line["compared"] for line in lines} <= {"same", "different", "first", "second"}
    assert len({line["compared"] for line in lines}) > 1


def test_a_cell_leads_to_its_passages(client: Client) -> None:
    """Each assigned cell of the page has a page of its own with the statements it rests on."""
    told = client.get("/matrix.json", params={"by": "body"}).json()
    line, cell = next((line, c) for line in told["lines"] for c in line["cells"] if c["value"] == "assigned")
    page = client.get("/matrix/cell", params={"by": "body", "column": cell["column"], "area": line["area"]["iri"], "lang": "sv"})
    assert page.status_code == 200
    assert page.text.count('<article class="resting">') == len(cell["assigned"]) + len(cell["none"])
    assert client.get("/matrix/cell", params={"column": "x", "area": "y"}).status_code == 404


def test_the_matrix_is_a_workbook_that_a_steering_group_can_use(client: Client) -> None:
    """A sheet with the matrix in words, a sheet with every passage; the header is frozen."""
    book = sheet(client, "/matrix.xlsx?lang=sv")
    cells, proof = book.worksheets
    assert cells.freeze_panes == "A2"
    words = [c.value for row in cells.iter_rows(min_row=2, min_col=2) for c in row]
    assert "inte dokumenterat" in words
    assert any("ska" in (word or "") for word in words)
    assert proof.max_row > 100


def test_a_body_counts_what_its_roles_and_parts_do(store: Store) -> None:
    """In the matrix of bodies a task of a group's members is the group's."""
    found = of_bodies(store)
    cells = {(c.region.iri, c.area.iri): c for c in found.cells}
    holders = {h.text("sv") for (body, _), c in cells.items() if body == FAR for h in c.holders}
    assert {"RAG onkologi", "Deltagare RAG onkologi"} <= holders


@pytest.mark.parametrize(("lang", "words"), [("sv", "≠ dokument säger olika"), ("en", "≠ documents disagree")])
def test_a_cell_says_where_documents_disagree(client: Client, lang: str, words: str) -> None:
    """Symbol and text in the page, in CSV and in Excel; in JSON the disagreements themselves, to which the page of the cell leads; the rest can be hidden."""
    asked = {"column": BASE + "id/region/ostergotland", "lang": lang}
    lines = {line["area"]["iri"]: line["cells"][0] for line in client.get("/matrix.json", params=asked).json()["lines"]}
    unlike = {area: cell for area, cell in lines.items() if "disagreement" in cell["marks"]}
    assert unlike == {area: cell for area, cell in lines.items() if cell["disagreements"]}
    assert 0 < len(unlike) < len(lines)
    assert client.get("/matrix", params=asked).text.count(f"{words}</a>") == len(unlike)
    assert client.get("/matrix.csv", params=asked).text.count(words) == len(unlike)
    cells = sheet(client, f"/matrix.xlsx?lang={lang}&column={asked['column']}").worksheets[0]
    assert sum(words in str(c.value) for row in cells.iter_rows(min_row=2) for c in row) == len(unlike)
    only = client.get("/matrix.json", params={**asked, "mark": "disagreement"}).json()["lines"]
    assert {line["area"]["iri"] for line in only} == set(unlike)
    area, cell = next(iter(unlike.items()))
    page = client.get("/matrix/cell", params={**asked, "area": area}).text
    assert all(d["label"][lang] in page for d in cell["disagreements"])


def test_marks_say_what_to_look_at() -> None:
    """Silence is a gap, two holders share, and a responsibility that is also said to be nobody's is a conflict."""
    x, one, two = (Name(BASE + n, {}) for n in "xab")
    assert matrix.marks(Cell(x, x, Value.SILENT)) == ["gap"]
    assert matrix.marks(Cell(x, x, Value.ASSIGNED, (one,), assigned=("s",))) == []
    assert matrix.marks(Cell(x, x, Value.ASSIGNED, (one, two), assigned=("s",), none=("t",))) == ["overlap", "conflict"]


def test_goals_without_anybody_responsible_come_first(client: Client) -> None:
    """The plan sorted by who is responsible begins with what nobody is responsible for: among it the 25 goals."""
    told = client.get("/plan.json?sort=responsible").json()["lines"]
    without = [line for line in told if not line["responsible"]]
    assert told[: len(without)] == without
    assert len([line for line in without if line["kind"]["value"].endswith("/Goal")]) == 25


def test_an_outcome_is_drawn_against_its_target(client: Client) -> None:
    """The SVF lead times: 32 percent of 80, a bar that falls short."""
    page = client.get("/plan?lang=sv").text
    assert '<rect class="part short" width="32.0"' in page
    assert '<line class="target" x1="80.0"' in page


def test_the_two_mandates_differ_in_the_conveners_contact(client: Client) -> None:
    """Side by side: the programme area's head here, its process support there."""
    page = client.get(f"{MANDATES}&lang=sv").text
    assert page.index("kontakt med programområdets verksamhetschef") < page.index("kontakt med programområdets processtöd") < page.index('id="same"')


def test_gaps_are_filtered_and_lead_to_the_question_that_closes_them(client: Client) -> None:
    """Fewer with a filter; each with a link to a question of the catalogue where there is one."""
    whole, grave = (client.get("/gap.json", params=p).json()["findings"] for p in ({}, {"severity": "Violation"}))
    assert 0 < len(grave) < len(whole)
    assert 'class="closing"' in client.get("/gap?severity=Violation").text
    assert client.get("/gap", params={"region": "Atlantis"}, headers={"Accept": "application/json"}).status_code == 404


def test_the_chart_shows_a_neighbourhood(client: Client) -> None:
    """Around a body: itself and what is a step away, in picture, outline and table alike."""
    told = client.get("/chart.json", params={"body": "RAG onkologi"}).json()
    names = {n["label"]["sv"] for n in told["nodes"]}
    assert {"RAG onkologi", "RPO Cancer"} <= names
    for view in ("picture", "outline", "table"):
        page = client.get("/chart", params={"body": "RAG onkologi", "view": view, "lang": "sv"}).text
        assert "RPO Cancer" in page


def test_a_path_has_a_reason_for_each_step(client: Client) -> None:
    """From the working group to the cancer centre: every step names the statement that makes it."""
    page = client.get("/chart", params={"body": "RAG onkologi", "to": "RCC Syd", "lang": "sv"}).text
    way = page.partition('<ol class="way">')[2].partition("</ol>")[0]
    steps = way.split("<li>")[2:]
    assert len(steps) > 1
    assert all('class="key' in step for step in steps)


def test_kinds_narrow_the_chart_and_its_data(client: Client) -> None:
    """Commissions alone."""
    edges = client.get("/chart.json", params={"kinds": "Commission"}).json()["edges"]
    assert {e["kind"] for e in edges} == {BASE + "def/Commission"}
    assert {row["Relation"] for row in table(client, "/chart.csv?lang=sv&kinds=Commission")} == {"uppdragsrelation"}


def test_what_is_closed_is_hidden_and_counted(client: Client) -> None:
    """A level that is closed is gone from the chart, and the link to open it tells how many it hides."""
    level = BASE + "vocab/level/nationell"
    whole, closed = (client.get("/chart.json", params=p).json()["nodes"] for p in ({}, {"closed": level}))
    gone = len(whole) - len(closed)
    assert gone > 0
    assert level not in {n["level"] for n in closed}
    assert f"+ nationell nivå ({gone})" in client.get("/chart", params={"closed": level, "lang": "sv"}).text


def test_an_unknown_body_is_told_with_what_is_nearest(client: Client) -> None:
    """No empty chart for a name that means nothing."""
    answer = client.get("/chart", params={"body": "RAG onkolgi xyz"}, headers={"Accept": "application/problem+json"})
    assert answer.status_code == 404
    assert answer.json()["nearest"]


@pytest.mark.parametrize(
    "asked",
    [
        "/chart?radius=99",
        "/chart?most=-3",
        "/chart?view=zzz",
        "/chart?level=zzz",
        "/chart?closed=zzz",
        "/matrix?by=zzz",
        "/matrix?mark=zzz",
        "/matrix?column=zzz",
        "/plan?sort=zzz",
        "/plan?status=zzz",
        "/plan?lacking=zzz",
        "/gap?severity=zzz",
        "/gap?kind=zzz",
        "/timeline?kind=zzz",
        "/timeline?document=zzz",
        f"{MANDATES}&kind=zzz",
        "/compare?a=RAG+onkologi&from=2020-13-01&to=zzz",
        "/compare?from=2020-01-01&to=2021-01-01",
    ],
)
def test_a_value_that_means_nothing_is_not_passed_over(client: Client, asked: str) -> None:
    """The parameter is named, and what may stand there; no page pretends that it was heeded."""
    answer = client.get(asked, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    name = asked.rpartition("&")[2].rpartition("?")[2].partition("=")[0]
    assert ("a: " if "from=2020-01" in asked else "from=" if "from=" in asked else f"{name}=") in answer.text


def test_a_kind_that_is_none_is_told_with_those_there_are(client: Client) -> None:
    """As at /api/network."""
    answer = client.get("/chart", params={"kinds": "Nonsense"}, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "ReportingLine" in answer.text


def test_columns_are_left_behind_where_regions_give_way_to_bodies(client: Client) -> None:
    """Whoever turns from regions to bodies with regions chosen sees bodies, not an error."""
    bodies = client.get("/matrix.json", params={"by": "body", "column": BASE + "id/healthcare-region/sydostra"}).json()
    assert bodies["columns"] == client.get("/matrix.json", params={"by": "body"}).json()["columns"]

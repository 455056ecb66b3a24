"""The forms of an answer."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from asking import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from rdflib import RDF, Graph, Namespace, URIRef

from graph import questions
from graph.evidence import Citation
from graph.names import Name
from graph.questions import Answer, Column, Question, Row
from graph.store import Store
from service.api import answers

PROV, OA = Namespace("http://www.w3.org/ns/prov#"), Namespace("http://www.w3.org/ns/oa#")
DOCUMENT = Name("https://w3id.org/styrgraf/doc/d", {"sv": "Dokument", "en": "Document"})
LONG = 40  # rows
COLUMNS = (Column("body", {"sv": "Organ", "en": "Body"}), Column("said", {"sv": "Sagt", "en": "Said"}))
QUESTION = Question("q", {"sv": "Vem?", "en": "Who?"}, {}, "", (), COLUMNS, {"sv": "Tyst.", "en": "Silent."})
CITED = Citation("https://w3id.org/styrgraf/id/task/t", DOCUMENT, None, 3, 9)


def of(*cells: str | Name | None, citations: tuple[Citation, ...] = (CITED,)) -> Answer:
    """An answer of one row."""
    return Answer(QUESTION, (Row(dict(zip(("body", "said"), cells, strict=True)), citations),))


def workbook(answer: Answer, lang: str = "sv") -> Workbook:
    return load_workbook(io.BytesIO(answers.as_excel(answer, lang)))


@pytest.fixture(scope="module")
def several(store: Store) -> list[Answer]:
    """The answers to every third question of the catalogue, those that are not long."""
    found = (questions.answer(store, q) for q in list(questions.catalogue(store).values())[::3])
    return [a for a in found if len(a.rows) <= LONG]


def test_all_evidence_is_told_once_at_the_top(several: list[Answer]) -> None:
    """The union has every piece of evidence of every row, and none twice."""
    for answer in several:
        told = answers.as_json(answer)
        union = [json.dumps(e, sort_keys=True) for e in told["evidence"]]
        assert len(union) == len(set(union))
        assert set(union) == {json.dumps(e, sort_keys=True) for row in told["answer"] for e in row["evidence"]}


def test_an_empty_cell_is_told_in_words() -> None:
    """Every form says that the documents do not state it."""
    silent = of(DOCUMENT, None)
    (row,) = answers.as_json(silent)["answer"]
    assert row["said"] == {"value": None, "label": {"sv": "ej angivet i dokumenten", "en": "not stated in the documents"}}
    assert "ej angivet i dokumenten" in answers.as_csv(silent, "sv")
    assert "not stated in the documents" in answers.as_markdown(silent, "en")
    assert workbook(silent)["Svar"]["B2"].value == "ej angivet i dokumenten"


def test_evidence_tells_validity_and_whether_the_row_is_inferred() -> None:
    """A premise's passage is marked in every form; a statement's days are told."""
    cited = replace(CITED, inferred=True, validity=("2025-01-01", None))
    (row,) = answers.as_json(of(DOCUMENT, "x", citations=(cited,)))["answer"]
    assert (row["evidence"][0]["inferred"], row["evidence"][0]["validity"]) == (True, {"from": "2025-01-01", "to": None})
    assert "härlett" in answers.as_csv(of(DOCUMENT, "x", citations=(cited,)), "sv")


def test_json_ld_holds_every_cell_and_every_passage(several: list[Answer]) -> None:
    """A parser reads as many rows, passages and things as the answer has."""
    for answer in several:
        read = Graph().parse(data=json.dumps(answers.as_jsonld(answer)), format="json-ld")
        rows = list(read.objects(predicate=PROV.hadMember))
        assert len(rows) == len(answer.rows), answer.question.id
        ranges = {(c.statement, c.start, c.end) for r in answer.rows for c in r.citations if not c.source}
        assert len({(s, str(sel)) for s, sel in read.subject_objects(OA.hasSelector)}) >= len({x[1:] for x in ranges})
        for column in answer.question.columns:
            things = {v.iri for r in answer.rows if isinstance(v := r.cells[column.name], Name)}
            assert things <= {str(o) for o in read.objects(predicate=URIRef(f"{answer.question.iri}/{column.name}"))}


def test_json_ld_keeps_what_a_column_could_shadow() -> None:
    """A column called as a keyword's usual alias does no harm."""
    columns = tuple(Column(n, {"sv": n, "en": n}) for n in ("id", "type", "label"))
    answer = Answer(replace(QUESTION, columns=columns), (Row({"id": DOCUMENT, "type": "a", "label": "b"}, ()),))
    read = Graph().parse(data=json.dumps(answers.as_jsonld(answer)), format="json-ld")
    (row,) = read.subjects(RDF.type, PROV.Entity)
    assert {str(o) for o in read.objects(row, URIRef(f"{QUESTION.iri}/type"))} == {"a"}


@given(st.text())
def test_csv_gives_back_every_text_and_no_formula(text: str) -> None:
    """No cell starts as a formula does, and what was in the cell can be read again."""
    (_, row) = csv.reader(io.StringIO(answers.as_csv(of("x", text), "sv"), newline=""))
    assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row[1].removeprefix("'") == text or row[1] == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_excel_never_takes_a_text_for_a_formula(text: str) -> None:
    """Whatever the text, the cell holds no formula."""
    assert workbook(of("x", text))["Svar"]["B2"].data_type != "f"
    assert workbook(of("x", "=1+1"))["Svar"]["B2"].value == "=1+1"


def test_the_workbook_has_the_answer_and_its_evidence(several: list[Answer]) -> None:
    """Two sheets with a frozen header and readable columns, a line for each row and each passage, things as links."""
    for answer in several:
        book = workbook(answer)
        assert book.sheetnames == ["Svar", "Belägg"]
        sheet, evidence = book["Svar"], book["Belägg"]
        assert (sheet.freeze_panes, evidence.freeze_panes) == ("A2", "A2")
        assert (sheet.max_row - 1, evidence.max_row - 1) == (len(answer.rows), sum(len(r.citations) for r in answer.rows))
        assert all(12 <= d.width <= 60 for d in sheet.column_dimensions.values())
    linked = workbook(of(DOCUMENT, "x"))["Svar"]["A2"]
    assert (linked.value, linked.hyperlink.target) == ("Dokument", DOCUMENT.iri)


def test_a_number_of_the_evidence_sheet_is_that_of_the_row() -> None:
    """The first row of the answer stands in line 2."""
    book = workbook(of(DOCUMENT, "x"))
    assert [c.value for c in book["Belägg"][2]][:6] == [2, "id/task/t", "Dokument", None, 3, 9]


def test_markdown_has_a_footnote_for_each_passage(several: list[Answer]) -> None:
    """Every note that the table refers to stands below it, with document and range."""
    for answer in several:
        written = answers.as_markdown(answer, "sv")
        table, notes = written[: written.index("\n[^")] if "\n[^" in written else written, re.findall(r"^\[\^(\d+)\]: (.+)$", written, re.MULTILINE)
        assert set(re.findall(r"\[\^(\d+)\]", table)) == {n for n, _ in notes}
        assert table.count("\n|") == len(answer.rows) + 2
    assert "[^1]: Dokument 3–9" in answers.as_markdown(of(DOCUMENT, "x"), "sv")


@given(st.text())
def test_markdown_keeps_a_cell_in_its_cell(text: str) -> None:
    """Bars and line breaks in a text add neither cells nor rows."""
    line = answers.as_markdown(of("x", text), "sv").split("\n")[4]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 4


def test_silence_is_told_in_every_form() -> None:
    """What an empty answer means stands where the rows would."""
    silent = Answer(QUESTION, ())
    assert (answers.as_json(silent)["status"], answers.as_json(silent)["meaning"]["en"]) == ("not_documented", "Silent.")
    assert "Tyst." in answers.as_markdown(silent, "sv")
    assert workbook(silent)["Svar"]["A2"].value == "Tyst."


@pytest.mark.parametrize(("form", "media"), answers.FORMS.items())
def test_each_form_is_served_by_format_and_by_accept(client: Client, form: str, media: str) -> None:
    """Both ways give the same, with a name to save it under."""
    asked: list[Any] = [
        client.get("/api/questions/who-appoints", params={"format": form}),
        client.get("/api/questions/who-appoints", headers={"accept": media}),
    ]
    for answer in asked:
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
        assert f'filename="who-appoints.{form}"' in answer.headers["content-disposition"]
    if form != "xlsx":  # a workbook holds the second in which it was made
        assert asked[0].content == asked[1].content

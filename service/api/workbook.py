"""Tables as an Excel workbook; an answer as one sheet with its rows and one with their evidence."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from graph.evidence import Citation
from graph.names import Name
from graph.questions import Answer, Row
from service.texts import text

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST: Final = 32767  # what a cell may hold (ECMA-376, as Excel limits it)
_NARROW, _WIDE = 12, 60  # characters
_EVIDENCE: Final = (
    "row",
    "statement",
    "document",
    "section",
    "start",
    "end",
    "strength",
    "hedges",
    "said.or.inferred",
    "valid.from",
    "valid.to",
    "source",
    "certainty",
)
_HEAD: Final = Font(bold=True)
_TEXT: Final = Alignment(wrap_text=True, vertical="top")
Value = Name | str | int | None


def as_excel(answer: Answer, lang: str) -> bytes:
    """The workbook of an answer: its rows, and their evidence."""
    rows = [[_stated(v, lang) for v in row.cells.values()] for row in answer.rows]
    silence: list[list[Value]] = [] if answer.rows else [[answer.question.not_documented.get(lang) or text("not.documented", lang)]]
    said = text("answer", lang), [c.labels[lang] for c in answer.question.columns], [*rows, *silence]
    proved = text("evidence", lang), [text(key, lang) for key in _EVIDENCE], _evidence(answer.rows, lang)
    return workbook(answer.question.labels[lang], [said, proved], lang)


def workbook(title: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]], lang: str) -> bytes:
    """A workbook of sheets, each a title, its columns and rows: a frozen header that is printed on each page, filters, columns as wide as what stands in
    them, things as links, and no text read as a formula.
    """
    book = Workbook()
    book.properties.title = title
    for sheet in book.worksheets:  # one that nobody asked for
        book.remove(sheet)
    for name, head, rows in sheets:
        _fill(book.create_sheet(name), head, rows, lang)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _stated(value: Name | str | None, lang: str) -> Value:
    return text("not.stated", lang) if value is None else value


def _evidence(rows: Sequence[Row], lang: str) -> Iterable[list[Value]]:
    """A line for each passage of each row; the number is that of the row in the other sheet."""
    return (_cited(number, c, lang) for number, row in enumerate(rows, 2) for c in row.citations)


def _cited(number: int, citation: Citation, lang: str) -> list[Value]:
    c = citation
    where = (None, None) if c.source else (c.start, c.end)
    hedges, kind = ", ".join(h.text(lang) for h in c.hedges), text("inferred" if c.inferred else "asserted", lang)
    return [number, Name(c.statement, {}), c.document, c.section, *where, c.strength, hedges, kind, *c.validity, c.source, c.certainty]


def _fill(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Value]], lang: str) -> None:
    for column, title in enumerate(head, 1):
        _put(sheet.cell(1, column), title, lang).font = _HEAD
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            _put(sheet.cell(number, column), value, lang).alignment = _TEXT
    sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows = "A2", sheet.dimensions, "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = "landscape", 0, PageSetupProperties(fitToPage=True)
    for column, cells in enumerate(sheet.columns, 1):
        longest = max(len(str(cell.value or "")) for cell in cells)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, _NARROW), _WIDE)


def _put(cell: Cell | MergedCell, value: Value, lang: str) -> Cell:
    """Writes a value; a text is a text even where it begins as a formula does."""
    assert isinstance(cell, Cell)
    if isinstance(value, int):
        cell.value = value
    elif value:
        said = value.text(lang) if isinstance(value, Name) else value
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", said)[:_LONGEST]
        cell.data_type = "s"
    if isinstance(value, Name):
        cell.hyperlink, cell.style = value.iri, "Hyperlink"
    return cell

"""A report of tables in every form that a steering group uses: CSV, Excel, Markdown and printable HTML."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from graph.names import Name
from service.api.answers import escaped, guarded, line
from service.api.workbook import EXCEL, Value, workbook

FORMS: Final = {"json": "application/json", "csv": "text/csv", "xlsx": EXCEL, "md": "text/markdown", "html": "text/html"}
_PAGE: Final = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{root}/static/styrgraf.css">
</head>
<body>
<main class="report">
<h1>{title}</h1>
{lead}
{tables}
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Table:
    """A table: its title, the titles of its columns, and its rows, each a value for each column."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Report:
    """A title, a few lines that say what was looked at, and tables; the first is the one that CSV has."""

    title: str
    lead: tuple[str, ...]
    tables: tuple[Table, ...]


def as_csv(report: Report, lang: str) -> bytes:
    """The first table as CSV (RFC 4180); no cell is read as a formula by a spreadsheet."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow([guarded(c) for c in report.tables[0].head])
    writer.writerows([guarded(_text(v, lang)) for v in row] for row in report.tables[0].rows)
    return lines.getvalue().encode()


def as_excel(report: Report, lang: str) -> bytes:
    """All tables, a sheet each, ready to be printed."""
    return workbook(report.title, [(t.title, t.head, t.rows) for t in report.tables], lang)


def as_markdown(report: Report, lang: str) -> bytes:
    """All tables as GitHub Flavored Markdown."""
    parts = [f"# {escaped(report.title)}", *map(escaped, report.lead)]
    for table in report.tables:
        rows = [line([_link(v, lang) for v in row]) for row in table.rows]
        parts += [f"## {escaped(table.title)}", "\n".join([line(map(escaped, table.head)), line(["---"] * len(table.head)), *rows])]
    return ("\n\n".join(parts) + "\n").encode()


def as_html(report: Report, lang: str, root: str = "") -> bytes:
    """All tables as a page without scripts, made to be printed; `root` stands before the path of the stylesheet."""
    lead = "\n".join(f"<p>{escape(words)}</p>" for words in report.lead)
    tables = "\n".join(_html(t, lang) for t in report.tables)
    return _PAGE.format(lang=lang, title=escape(report.title), lead=lead, tables=tables, root=root).encode()


def _html(table: Table, lang: str) -> str:
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in table.head)
    rows = "\n".join("<tr>" + "".join(f"<td>{_cell(v, lang)}</td>" for v in row) + "</tr>" for row in table.rows)
    return f"<h2>{escape(table.title)}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _cell(value: Value, lang: str) -> str:
    said = escape(_text(value, lang))
    return f'<a href="{escape(value.iri)}">{said}</a>' if isinstance(value, Name) else said


def _link(value: Value, lang: str) -> str:
    said = escaped(_text(value, lang))
    return f"[{said}](<{value.iri}>)" if isinstance(value, Name) else said


def _text(value: Value, lang: str) -> str:
    return value.text(lang) if isinstance(value, Name) else "" if value is None else str(value)


def joined(values: Sequence[Name | str], lang: str) -> Value:
    """Several things in a cell: one as a link, more as text."""
    if len(values) == 1:
        return values[0]
    return "; ".join(v.text(lang) if isinstance(v, Name) else v for v in values) or None

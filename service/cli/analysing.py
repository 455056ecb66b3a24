"""Commands that analyse a release: gap, matrix, plan, compare."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table as Grid

from graph.comparing import compare as compared
from graph.comparing import compare_days
from graph.errors import InputError, NotFoundError
from graph.gaps import gaps, matrix
from graph.names import Name, names
from graph.planning import plan as planned_by
from graph.planning import planned
from graph.search import Index
from service.api.analysis import plain, reports
from service.api.analysis.choosing import a_body, a_region, a_side, wanted
from service.api.analysis.tables import FORMS, Report, Table, as_csv, as_excel, as_html, as_markdown
from service.api.workbook import Value
from service.cli.reading import Day, Release, reading
from service.cli.speech import console, lang
from service.views.current import Reading

Form = Annotated[str, typer.Option("--format", help="table, json, csv, xlsx, md or html; xlsx goes to a file by redirection.")]
_TABLE: Final = "table"


def _write(form: str, read: Reading, values: Callable[[], dict[str, Any]], report: Callable[[], Report]) -> None:
    """Prints a report on standard output. Raises NotFoundError for a form that is none."""
    makers: dict[str, Callable[[], bytes]] = {
        "json": lambda: (json.dumps({**read.about, **values()}, ensure_ascii=False, indent=1) + "\n").encode(),
        "csv": lambda: as_csv(report(), lang()),
        "xlsx": lambda: as_excel(report(), lang()),
        "md": lambda: as_markdown(report(), lang()),
        "html": lambda: as_html(report(), lang()),
    }
    if form != _TABLE and form not in makers:
        known = ", ".join([_TABLE, *FORMS])
        raise NotFoundError(f"Rapporten finns inte som {form!r}; välj {known}.", f"The report is not to be had as {form!r}; choose {known}.")
    if form == _TABLE:
        _show(report())
        return
    sys.stdout.buffer.write(makers[form]())


def _show(report: Report) -> None:
    """The first table, for people at a terminal."""
    for words_of in (report.title, *report.lead):
        console.print(words_of)
    Console().print(_grid(report.tables[0]))


def _grid(table: Table) -> Grid:
    """Columns without any value are left out."""
    grid, shown = Grid(), [n for n in range(len(table.head)) if any(row[n] for row in table.rows)]
    for n in shown:
        grid.add_column(table.head[n])
    for row in table.rows:
        grid.add_row(*(_text(row[n]) for n in shown))
    return grid


def _text(value: Value) -> str:
    return value.text(lang()) if isinstance(value, Name) else "" if value is None else str(value)


def gap(
    region: Annotated[str, typer.Option(help="Only what concerns a region or healthcare region: IRI, name or abbreviation.")] = "",
    area: Annotated[str, typer.Option(help="Only what concerns an area of responsibility: IRI, name or notation.")] = "",
    body: Annotated[str, typer.Option(help="Only what concerns a body: IRI, name or abbreviation.")] = "",
    form: Form = _TABLE,
    release: Release = "",
    as_of: Day = "",
) -> None:
    """What the documents leave open or break: findings with why, passages, and the question that would close each."""
    read, store = reading(release, as_of)
    day, chosen = read.day or date.today(), wanted(Index.build(store), region, area, body)
    found = gaps(store, chosen, day)
    selection = list(names(store, {i for i in vars(chosen).values() if i}).values())

    def report() -> Report:
        cells = matrix(store, regions=[chosen.region] if chosen.region else ())
        return reports.gap_report(found, cells, selection, day, read.view.release.id, lang())

    _write(form, read, lambda: {"day": str(day), "wanted": vars(chosen), **plain.findings_as_json(found)}, report)


def responsibilities(
    region: Annotated[list[str] | None, typer.Option(help="A region or healthcare region to show; may be given several times.")] = None,
    form: Form = _TABLE,
    release: Release = "",
    as_of: Day = "",
) -> None:
    """Who is responsible for what, region by region: assigned, documented as nobody's, not documented, or no document here."""
    read, store = reading(release, as_of)
    index = Index.build(store)
    cells = matrix(store, regions=[a_region(index, r) for r in region or ()])
    table = reports.matrix_table(cells, lang())
    _write(form, read, lambda: plain.matrix_as_json(cells), lambda: Report(table.title, (), (table,)))


def plan(
    body: Annotated[str, typer.Argument(help="A body with a plan or tasks: IRI, name or abbreviation; without it, all that have.")] = "",
    form: Form = _TABLE,
    release: Release = "",
    as_of: Day = "",
) -> None:
    """The overview of a body's plan or tasks: status, who is responsible, next date, outcome against target, and what is missing."""
    read, store = reading(release, as_of)
    if not body.strip():
        bodies = planned(store)
        _write(form, read, lambda: {"bodies": plain.things(bodies)}, lambda: reports.bodies_report(bodies, lang()))
        return
    found = planned_by(store, a_body(Index.build(store), body), read.day or date.today())
    _write(form, read, lambda: plain.overview_as_json(found), lambda: reports.plan_report(found, read.view.release.id, lang()))


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="A body, region or document: IRI, name or abbreviation.")],
    second: Annotated[str, typer.Argument(metavar="[B]", help="What it is compared with; leave it out to compare two days.")] = "",
    days: Annotated[tuple[str, str], typer.Option("--as-of", help="Two days (YYYY-MM-DD) to compare, without B.")] = ("", ""),
    form: Form = _TABLE,
    release: Release = "",
) -> None:
    """What is said of two bodies, regions or documents, or of one on two days: the same, different, or only in one."""
    read, store = reading(release, "")
    index = Index.build(store)
    one = a_side(index, first, "A")
    if second:
        found, told = compared(store, one, a_side(index, second, "B")), list[str]()
    elif all(days):
        before, after = (reading(release, day)[1] for day in days)
        found, told = compare_days(before, after, one), list(days)
    else:
        raise InputError("Ange B, eller två dagar: --as-of 2025-01-01 2026-01-01.", "Give B, or two days: --as-of 2025-01-01 2026-01-01.")
    _write(form, read, lambda: plain.comparison_as_json(found), lambda: reports.comparison_report(found, told, read.view.release.id, lang()))

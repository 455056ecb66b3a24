"""The matrix of responsibilities as a page: regions or bodies side by side, an area a line, each cell with one of the three values and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graph.evidence import Citation, citations
from graph.gaps import Cell, Matrix, of_bodies
from graph.gaps import Value as Said
from graph.gaps import matrix as of_regions
from graph.names import Name, names
from graph.store import Store, is_iri
from service.api.analysis.tables import Report
from service.api.analysis.tables import Table as ReportTable
from service.api.workbook import Value
from service.pages.given import among
from service.texts import text

BY: Final = ("region", "body")
MARKS: Final = ("gap", "overlap", "conflict", "disagreement")
SYMBOLS: Final = {"disagreement": "≠"}
FEWEST: Final = 3  # areas that a body has a part in, to be shown unasked


@dataclass(frozen=True)
class Column:
    """A region or body, whether it is shown, and the documents that were searched for it."""

    name: Name
    shown: bool
    searched: tuple[Name, ...]


@dataclass(frozen=True)
class Line:
    """An area, a cell for each column that is shown, and how two columns compare ("" for more or fewer than two)."""

    area: Name
    cells: tuple[Cell, ...]
    compared: str


@dataclass(frozen=True)
class Table:
    """What the page shows."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def shown(self) -> list[Column]:
        """The columns that are shown."""
        return [c for c in self.columns if c.shown]


def table(store: Store, by: str, chosen: Sequence[str], mark: str = "") -> Table:
    """The matrix of regions or bodies, of the columns chosen (IRIs; the telling ones for none), and of the lines that have a mark in one of them."""
    found = _whole(store, by)
    wanted = _picked(store, found, chosen) or _telling(found, by)
    columns = tuple(Column(r, r.iri in wanted, found.searched[r.iri]) for r in found.regions)
    cells = {(c.area.iri, c.region.iri): c for c in found.cells}
    lines = (_line(area, tuple(cells[area.iri, c.name.iri] for c in columns if c.shown)) for area in found.areas)
    return Table(columns, tuple(line for line in lines if not mark or any(mark in marks(c) for c in line.cells)))


def cell(store: Store, by: str, column: str, area: str) -> tuple[Cell, tuple[Name, ...]] | None:
    """One cell (its column and area by IRI) and the documents that were searched for it; None where there is none."""
    found = _whole(store, by)
    return next(((c, found.searched[column]) for c in found.cells if (c.region.iri, c.area.iri) == (column, area)), None)


def _whole(store: Store, by: str) -> Matrix:
    return of_regions(store) if by == "region" else of_bodies(store)


def _picked(store: Store, found: Matrix, chosen: Sequence[str]) -> set[str]:
    """The columns chosen that this matrix has; those of the other one are left behind when it is changed. Raises InputError for what is nothing at all."""
    columns = {r.iri for r in found.regions}
    known = names(store, {c for c in chosen if is_iri(c)})
    for iri in chosen:
        if iri not in columns and not (iri in known and known[iri].labels):
            among("column", iri, columns)
    return set(chosen) & columns


def _telling(found: Matrix, by: str) -> set[str]:
    """The regions of which there are documents, or the bodies that have a part in several areas."""
    assigned = [c.region.iri for c in found.cells if c.value == Said.ASSIGNED]
    least = 1 if by == "region" else FEWEST
    return {iri for iri in assigned if assigned.count(iri) >= least} | {c.region.iri for c in found.cells if by == "region" and c.value == Said.SILENT}


def marks(cell: Cell) -> list[str]:
    """What to look at in a cell: nothing is documented, several hold the same, one document gives what another says is nobody's, or documents disagree."""
    told = (cell.value == Said.SILENT, len(cell.holders) > 1, bool(cell.assigned and cell.none), bool(cell.disagreements))
    return [mark for mark, there in zip(MARKS, told, strict=True) if there]


def _line(area: Name, cells: tuple[Cell, ...]) -> Line:
    return Line(area, cells, _compared(*cells) if len(cells) == 2 else "")


def _compared(a: Cell, b: Cell) -> str:
    if a.value != b.value:
        only = {a.value: "first", b.value: "second"}
        return only.get(Said.ASSIGNED, "different") if Said.NONE not in only else "different"
    strengths = [{s.iri for s in c.strengths} for c in (a, b)]
    return "same" if strengths[0] == strengths[1] else "different"


@dataclass(frozen=True)
class Statement:
    """A statement that a cell rests on: its name, whether it documents that nobody is responsible, and its passages."""

    name: Name
    none: bool
    citations: tuple[Citation, ...]


def statements(store: Store, cell: Cell) -> list[Statement]:
    """What a cell rests on, in reading order."""
    wanted = [*cell.assigned, *cell.none]
    called, said = names(store, set(wanted)), citations(store, wanted) if wanted else {}
    made = [Statement(called[s], s in cell.none, tuple(said.get(s, ()))) for s in wanted]
    return sorted(made, key=lambda s: [(c.document.iri if c.document else "", c.start) for c in s.citations[:1]])


def report(store: Store, found: Table, lang: str) -> Report:
    """The matrix in words, and all statements that it rests on, cell by cell."""
    lead = (text("matrix.lead", lang),)
    head = (text("matrix.area", lang), *(c.name.text(lang) for c in found.shown))
    lines: tuple[tuple[Value, ...], ...] = tuple((line.area, *(in_words(c, lang) for c in line.cells)) for line in found.lines)
    proof = tuple(text(key, lang) for key in ("matrix.area", "matrix.column", "statement", "strength", "document", "section", "start", "end"))
    cells = [c for line in found.lines for c in line.cells]
    proved = ReportTable(text("evidence", lang), proof, tuple(_proof(store, cells)))
    return Report(text("matrix", lang), lead, (ReportTable(text("matrix", lang), head, lines), proved))


def _proof(store: Store, cells: Sequence[Cell]) -> Iterator[tuple[Value, ...]]:
    """A line for each passage of each cell."""
    wanted = {s for c in cells for s in (*c.assigned, *c.none)}
    called, said = names(store, wanted), citations(store, wanted) if wanted else {}
    for cell in cells:
        for statement in (*cell.assigned, *cell.none):
            for c in said.get(statement, ()):
                yield cell.area, cell.region, called[statement], c.strength, c.document, c.section, c.start, c.end


def in_words(cell: Cell, lang: str) -> str:
    """A cell in words: who, how firmly; or that nobody is, or that nothing is documented; and what to look at."""
    strengths = f" ({_listed(cell.strengths, lang)})" if cell.strengths else ""
    said = f"{_listed(cell.holders, lang)}{strengths}" if cell.value == Said.ASSIGNED else text(f"matrix.{cell.value}", lang)
    told = ", ".join(marked(mark, lang) for mark in marks(cell) if mark != "gap")  # that there is a gap, the value says
    return f"{said}; {told}" if told else said


def marked(mark: str, lang: str) -> str:
    """A mark in words, behind its symbol where it has one."""
    return f"{SYMBOLS[mark]} {text(f'matrix.{mark}', lang)}" if mark in SYMBOLS else text(f"matrix.{mark}", lang)


def _listed(found: Iterable[Name], lang: str) -> str:
    return ", ".join(n.text(lang) for n in found)


def as_json(found: Table) -> dict[str, Any]:
    """The matrix as plain values."""
    return {
        "columns": [{**_plain(c.name), "searched": [_plain(d) for d in c.searched]} for c in found.shown],
        "lines": [{"area": _plain(line.area), "compared": line.compared or None, "cells": [_cell(c) for c in line.cells]} for line in found.lines],
    }


def _cell(cell: Cell) -> Mapping[str, Any]:
    named = {"holders": [_plain(h) for h in cell.holders], "strengths": [_plain(s) for s in cell.strengths]}
    named |= {"disagreements": [_plain(d) for d in cell.disagreements]}
    return {"column": cell.region.iri, "value": str(cell.value), **named, "assigned": cell.assigned, "none": cell.none, "marks": marks(cell)}


def _plain(name: Name) -> dict[str, Any]:
    return {"iri": name.iri, "label": name.labels}

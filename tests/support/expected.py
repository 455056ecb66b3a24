"""Expected answers in CSV: comments that give the parameters and, of a long answer, the number of rows; the column names; the rows in Swedish."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from graph.names import Name
from graph.namespaces import BASE
from graph.questions import Answer

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Expected:
    """What a question is asked with, what it shows, and how many rows there are; `rows` may be the first of them."""

    given: dict[str, str]
    columns: tuple[str, ...]
    rows: Rows
    total: int


def read(path: Path) -> Expected:
    """An expected answer from its file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    told = dict(line.removeprefix("# ").split("=", 1) for line in lines if line.startswith("# "))
    columns, *rows = csv.reader(line for line in lines if not line.startswith("# "))
    total = int(told.pop("rows", len(rows)))
    return Expected({k: BASE + v for k, v in told.items()}, tuple(columns), [tuple(r) for r in rows], total)


def shown(answer: Answer) -> Rows:
    """The rows of an answer in Swedish; an unbound cell is empty."""
    return [tuple(c.text("sv") if isinstance(c, Name) else c or "" for c in row.cells.values()) for row in answer.rows]

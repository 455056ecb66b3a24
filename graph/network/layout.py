"""Places a drawing in layers: a row for each level from the nation down to the care team, neighbours below each other (barycentres, Sugiyama 1981).

The same drawing is always placed alike. Lengths are in the units of the drawing (pixels at its natural size).
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.names import Name
from graph.network.describing import LEVELS, Drawing, Party, Relation

ACROSS: Final = 7  # boxes in a row
WIDTH, GAP, ROW = 168, 20, 96
LETTERS: Final = 24  # in a line of a box
LINE: Final = 15
MARGIN: Final = 24
TOP: Final = 56  # room for arcs above the first row
DEEPEST: Final = 6  # layers below the first of a level
_SWEEPS: Final = 6


@dataclass(frozen=True)
class Box:
    """A party's box: its middle, its size, and its lines of text."""

    party: Party
    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Bond:
    """All relations from one party to another, drawn as one arrow."""

    source: str
    target: str
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class Row:
    """A row of boxes and the level that it begins, None where it goes on with the one above."""

    y: float
    level: Name | None
    heading: bool


@dataclass(frozen=True)
class Placed:
    """A drawing with places; `boxes` by the party's IRI."""

    boxes: Mapping[str, Box]
    bonds: tuple[Bond, ...]
    rows: tuple[Row, ...]
    width: float
    height: float


def placed(drawing: Drawing, lang: str = "sv") -> Placed:
    """Where everything stands."""
    rows = _rows(drawing, lang)
    across = max((len(row) for row, _, _ in rows), default=1)
    width = across * (WIDTH + GAP) - GAP + 2 * MARGIN
    boxes: dict[str, Box] = {}
    told: list[Row] = []
    y = float(TOP)
    for row, level, heading in rows:
        y += LINE + 8 if heading else 0
        told.append(Row(y, level, heading))
        texts = [tuple(textwrap.wrap(p.name.text(lang), LETTERS)[:4]) for p in row]
        tall = max(map(len, texts)) * LINE + 16
        start = (width - len(row) * (WIDTH + GAP) + GAP + WIDTH) / 2
        for place, (party, lines) in enumerate(zip(row, texts, strict=True)):
            boxes[party.name.iri] = Box(party, start + place * (WIDTH + GAP), y + tall / 2, len(lines) * LINE + 16, lines)
        y += tall + ROW / 2
    return Placed(boxes, _bonds(drawing), tuple(told), width, y + MARGIN)


def _bonds(drawing: Drawing) -> tuple[Bond, ...]:
    found: dict[tuple[str, str], list[Relation]] = defaultdict(list)
    for relation in drawing.relations:
        found[relation.edge.source, relation.edge.target].append(relation)
    return tuple(Bond(a, b, tuple(relations)) for (a, b), relations in found.items())


def _rows(drawing: Drawing, lang: str) -> list[tuple[list[Party], Name | None, bool]]:
    """The parties by level, those without one last, and within it those that govern above those that are governed, in rows of at most ACROSS."""
    level = {p.name.iri: LEVELS.index(p.level.iri) if p.level and p.level.iri in LEVELS else len(LEVELS) for p in drawing.parties}
    rank = _ranks(drawing, level)
    layers: dict[tuple[int, int], list[Party]] = defaultdict(list)
    for party in sorted(drawing.parties, key=lambda p: (p.name.text(lang).casefold(), p.name.iri)):
        layers[level[party.name.iri], rank[party.name.iri]].append(party)
    ordered = _ordered([layers[n] for n in sorted(layers)], drawing)
    rows = [row[i : i + ACROSS] for row in ordered for i in range(0, len(row), ACROSS)]
    begun = [level[row[0].name.iri] for row in rows]
    return [(row, row[0].level, n == 0 or begun[n] != begun[n - 1]) for n, row in enumerate(rows)]


def _ranks(drawing: Drawing, level: Mapping[str, int]) -> dict[str, int]:
    """How many governing steps each is below the highest of its level; a circle ends at DEEPEST."""
    rank = dict.fromkeys(level, 0)
    within = {(e.superior, e.inferior) for e in (r.edge for r in drawing.relations) if e.superior and level[e.source] == level[e.target]}
    for _ in range(DEEPEST):
        for superior, inferior in sorted(within):
            rank[inferior] = min(DEEPEST, max(rank[inferior], rank[superior] + 1)) if superior != inferior else rank[inferior]
    return rank


def _ordered(rows: list[list[Party]], drawing: Drawing) -> list[list[Party]]:
    """Each row in the order of the mean places of what its parties are related to, down and up again until it has settled."""
    near: dict[str, list[str]] = defaultdict(list)
    for relation in drawing.relations:
        near[relation.edge.source].append(relation.edge.target)
        near[relation.edge.target].append(relation.edge.source)
    place = {p.name.iri: (i + 0.5) / len(row) for row in rows for i, p in enumerate(row)}

    def mean(party: Party) -> float:
        others = [place[o] for o in near[party.name.iri] if o in place]
        return sum(others) / len(others) if others else place[party.name.iri]

    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            row.sort(key=mean)
            place |= {p.name.iri: (i + 0.5) / len(row) for i, p in enumerate(row)}
    return rows

"""The timeline: the answer to the question of what happens when, drawn; with the releases of the graph beside what the documents say.

A year that nobody says is not invented: what has a day and a month alone, or words alone, stands for itself after the years.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.names import Name
from graph.questions import Row
from service.texts import text

YEAR: Final = 72  # width of a year in the drawing
LANE: Final = 22  # height of a row of marks
LEFT: Final = 190  # width of what stands before the years
SKIP: Final = 28  # width of years in which nothing happens
_LEAST: Final = 9  # width of a mark for a day


@dataclass(frozen=True)
class Moment:
    """A row of the answer with its time: the first and the last day that it may be (None: not said), else the words."""

    row: Row
    what: Name
    kind: Name
    side: Name | None
    first: date | None
    last: date | None
    day: str  # a day and a month without a year, as xsd:gMonthDay
    told: str

    @property
    def year(self) -> int | None:
        """The year under which it stands: that of its first day, or of its last where only that is known."""
        return (self.first or self.last or date.min).year if self.first or self.last else None

    @property
    def anchor(self) -> str:
        """What no other moment of the page is called."""
        side = f"-{self.side.iri.rpartition('/')[2]}" if self.side else ""
        return "-".join(self.what.iri.split("/")[-2:]) + side


@dataclass(frozen=True)
class Mark:
    """Moments in the drawing that stand at the same time."""

    moments: tuple[Moment, ...]
    x: float
    y: int
    width: float


@dataclass(frozen=True)
class Lane:
    """All marks of a kind, in as many rows as it takes that none covers another."""

    kind: Name
    marks: tuple[Mark, ...]
    y: int
    height: int


@dataclass(frozen=True)
class Drawing:
    """Lanes over an axis of the years in which something happens; `gaps` tells where years are left out."""

    lanes: tuple[Lane, ...]
    years: tuple[tuple[int, int], ...]  # year and where it begins
    gaps: tuple[int, ...]
    width: int
    height: int


def moments(rows: Iterable[Row]) -> tuple[Moment, ...]:
    """What the rows of the question say, each once, in the order of time; what has no year comes last."""
    found: dict[tuple[object, ...], Moment] = {}
    for row in rows:
        made = _moment(row)
        found.setdefault((made.what.iri, made.first, made.last, made.day, made.side and made.side.iri), made)
    return tuple(sorted(found.values(), key=lambda m: (m.year is None, m.first or m.last or date.min, m.day, m.what.text("sv"))))


def _moment(row: Row) -> Moment:
    cells = row.cells
    what, kind, side = cells["what"], cells["kind"], cells["side"]
    assert isinstance(what, Name)
    assert isinstance(kind, Name)
    first, last, told = (str(cells[c]) if cells[c] else "" for c in ("first", "last", "told"))
    day = first if first.startswith("--") else ""
    return Moment(row, what, kind, side if isinstance(side, Name) else None, _date(first), _date(last), day, told)


def _date(said: str) -> date | None:
    """A day within the years that the calendar of Python has; None for none."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def by_year(found: Iterable[Moment]) -> dict[int, list[Moment]]:
    """What has a year, by year, the latest first."""
    years: dict[int, list[Moment]] = {}
    for moment in found:
        if moment.year is not None:
            years.setdefault(moment.year, []).append(moment)
    return dict(sorted(years.items(), reverse=True))


def drawing(found: Sequence[Moment]) -> Drawing:
    """The lanes, by kind in the order of their first moment, over the years in which something happens."""
    dated = [m for m in found if m.year is not None]
    starts, gaps, width = _axis({y for m in dated for y in _years(m)})
    lanes: list[Lane] = []
    y = 34
    for kind in {m.kind.iri: m.kind for m in dated}.values():
        marks, rows = _stacked([m for m in dated if m.kind.iri == kind.iri], starts, y)
        lanes.append(Lane(kind, marks, y, rows * LANE))
        y += rows * LANE + 8
    return Drawing(tuple(lanes), tuple(starts.items()), gaps, width, y + 6)


def _years(moment: Moment) -> tuple[int, ...]:
    return tuple(d.year for d in (moment.first, moment.last) if d)


def _axis(years: set[int]) -> tuple[dict[int, int], tuple[int, ...], int]:
    """Where each year begins, where years are left out, and how wide it all is."""
    starts: dict[int, int] = {}
    gaps: list[int] = []
    x, before = LEFT, None
    for year in sorted(years):
        if before is not None and year > before + 1:
            gaps.append(x + SKIP // 2)
            x += SKIP
        starts[year] = x
        x, before = x + YEAR, year
    return starts, tuple(gaps), x + 10


def _stacked(some: list[Moment], starts: dict[int, int], top: int) -> tuple[tuple[Mark, ...], int]:
    """Marks in rows: each goes where there is room for it first; what stands at the same time is one mark."""
    ends: list[float] = []
    marks: list[Mark] = []
    alike: dict[tuple[float, float], list[Moment]] = {}
    for moment in some:
        alike.setdefault(_extent(moment, starts), []).append(moment)
    for (x, width), same in alike.items():
        row = next((n for n, end in enumerate(ends) if end + 3 <= x), len(ends))
        ends[row : row + 1] = [x + width + (22 if len(same) > 1 else 0)]
        marks.append(Mark(tuple(same), x, top + row * LANE, width))
    return tuple(marks), len(ends)


def _extent(moment: Moment, starts: dict[int, int]) -> tuple[float, float]:
    """Where a moment begins and how long it is; one with one end known stands at that end."""
    ends = [d for d in (moment.first or moment.last, moment.last or moment.first) if d]
    x, until = (starts[d.year] + YEAR * (d.timetuple().tm_yday - 1 + n) / 366 for n, d in enumerate(ends))
    return round(x, 1), round(max(_LEAST, until - x), 1)


def when(moment: Moment, lang: str) -> str:
    """The time in words: as it is told, with its days where these say more."""
    if moment.told:
        return moment.told
    side = f"{moment.side.text(lang)} " if moment.side else ""
    if moment.day:
        return side + _day_and_month(moment.day, lang)
    if moment.first and moment.last and moment.first != moment.last:
        whole = moment.first.year == moment.last.year and (moment.first.month, moment.first.day, moment.last.month, moment.last.day) == (1, 1, 12, 31)
        return side + (str(moment.first.year) if whole else f"{moment.first} – {moment.last}")
    if moment.first and moment.last:
        return f"{side}{moment.first}"
    return side + (f"{text('timeline.from', lang)} {moment.first}" if moment.first else f"{text('timeline.by', lang)} {moment.last}")


def _day_and_month(day: str, lang: str) -> str:
    """A day and a month, and that no year is said."""
    month, number = day.removeprefix("--").split("-")
    return f"{int(number)}/{int(month)}, {text('timeline.year.unsaid', lang)}"

"""Views: all that a release records, or of that what held on a day, in a store of its own with its own inferences.

The days from `sg:validFrom` to `sg:validTo`, both included, are those on which a statement holds; an end that is not told is open, and of several the widest
counts. The first days of what begins and the days after what ends cut time into periods: on all days of a period the same statements hold, so that they
share one view. In it the statements that do not hold are not there, nor what points at them or hangs on them alone, nor what follows from them: no query has
to filter. A view without a period is the release as it is, ended mandates included.

    releases/000001/views/2017-04-01/store            the view of the period that begins on that day
    releases/000001/public/views/2017-04-01/store     the same for the public, where the release has internal graphs

A view is a copy by hard links, made beside its place and moved there. The views least recently asked for go when there are more than KEPT; so do those of a
release that goes. The public's view is one of the public side of a release (graph.publishing): its path lies below that, and its id says so.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from graph.deriving import derive
from graph.errors import InputError, NotFoundError
from graph.namespaces import expand
from graph.reasoner import INFERRED
from graph.releases import PUBLIC, PUBLIC_SIDE, Home, Release
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Subject, Term, Triple

KEPT: Final = 32  # views of a state directory
_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_XSD_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_FROM, _TO = NamedNode(expand("sg:validFrom")), NamedNode(expand("sg:validTo"))
_REIFIES: Final = NamedNode(expand("rdf:reifies"))
_PARTS: Final = frozenset({NamedNode(expand("sg:evidence")), NamedNode(expand("oa:hasSelector"))})


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included; date.min and date.max where an end is open."""

    first: date = date.min
    last: date = date.max

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def ends(self) -> tuple[date | None, date | None]:
        """The first and the last day, None where an end is open."""
        return None if self.first == date.min else self.first, None if self.last == date.max else self.last


@dataclass(frozen=True)
class View:
    """What a reader sees: a release, and the period whose statements it holds (None for all that is recorded)."""

    release: Release
    period: Period | None = None

    @cached_property
    def id(self) -> str:
        """What no other view is called; the release's number stands first, alone for all of it."""
        parts = [self.release.id, *([PUBLIC] if self.audience == PUBLIC else []), *([str(self.period.first)] if self.period else [])]
        return "@".join(parts)

    @property
    def audience(self) -> str:
        """Who sees it: the public; or all of it, which is both where a release has no internal graph, the internal audience."""
        return self.release.manifest.audience

    @property
    def path(self) -> Path:
        """The folder in which its store lies."""
        return self.release.path / "views" / str(self.period.first) if self.period else self.release.path

    @property
    def made(self) -> bool:
        """Whether it is there to be read."""
        return self.path.is_dir()

    def open(self) -> Store:
        """Its store, to read. Raises what `Release.open` raises."""
        return Store.open(self.path / "store") if self.period else self.release.open()


def day(text: str, parameter: str = "asOf") -> date:
    """The day that somebody wrote as YYYY-MM-DD for a parameter.

    Raises InputError, which names the parameter; a year or a month alone is none, since different things may hold within it.
    """
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise InputError(
            f"{parameter}={text!r} är ingen dag. Skriv år, månad och dag: 2026-12-31.",
            f"{parameter}={text!r} is no day. Write year, month and day: 2026-12-31.",
        ) from None


def on(release: Release, when: date) -> View:
    """The view of a release on a day, made or not."""
    starts = _starts(release.path / "store", release.manifest.created)
    at = bisect_right(starts, when)
    return View(release, Period(starts[at - 1], starts[at] - _DAY if at < len(starts) else date.max))


@lru_cache(maxsize=64)
def _starts(store: Path, _created: str) -> tuple[date, ...]:
    """The first days of a release's periods; when it was made is part of the key, for a state directory that was made anew."""
    return starts(validity(Store.open(store)).values())


def starts(periods: Iterable[Period]) -> tuple[date, ...]:
    """The first days of the stretches of time within which nothing begins or ends, in order."""
    known = list(periods)
    return tuple(sorted({date.min, *(p.first for p in known), *(p.last + _DAY for p in known if p.last != date.max)}))


def validity(store: Store) -> dict[Subject, Period]:
    """When each statement holds of which the graph tells either end."""
    first, last = _told(store, _FROM), _told(store, _TO)
    return {s: Period(min(first.get(s, [date.min])), max(last.get(s, [date.max]))) for s in first.keys() | last.keys()}


def _told(store: Store, predicate: NamedNode) -> Mapping[Subject, list[date]]:
    found: dict[Subject, list[date]] = {}
    for q in store.quads(None, predicate):
        told = _date(q.object.value) if isinstance(q.object, Literal) else None
        if told and not isinstance(q.subject, Triple):
            found.setdefault(q.subject, []).append(told)
    return found


def _date(text: str) -> date | None:
    """The day of an xsd:date (its time zone is left out), or None for what is none: an end that nobody can read is open."""
    found = _XSD_DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def withdrawn(store: Store, statements: Iterable[Subject]) -> set[Quad]:
    """The asserted quads that go with statements: those that say something of them or point at them, what is noted about such (RDF 1.2), and their parts that
    nothing else shares.
    """
    gone = set(statements)
    gone |= {q.subject for q in store.quads(None, _REIFIES) if not isinstance(q.subject, Triple) and _named(q.object) & gone}
    parts = _below(store, gone) - gone
    shared = {p for p in parts if any(q.subject not in parts and q.subject not in gone for q in store.quads(None, None, p) if q.graph_name != INFERRED)}
    gone |= parts - shared - _below(store, shared)
    return {q for s in gone for q in (*store.quads(s), *store.quads(None, None, s)) if q.graph_name != INFERRED}


def _named(term: Term | Triple) -> set[Term]:
    """The terms of a triple term, or the term itself."""
    return _named(term.subject) | _named(term.object) if isinstance(term, Triple) else {term}


def _below(store: Store, things: Iterable[Subject]) -> set[Subject]:
    """The parts of things, and their parts: nodes without a name, passages and where these lie."""
    found: set[Subject] = set()
    ahead = list(things)
    while ahead:
        for q in store.quads(ahead.pop()):
            o = q.object
            if (isinstance(o, BlankNode) or (isinstance(o, NamedNode) and q.predicate in _PARTS)) and o not in found:
                found.add(o)
                ahead.append(o)
    return found


def make(home: Home, view: View) -> None:
    """Makes a view where it is missing. Raises NotFoundError where its release has gone."""
    if view.period is None:
        return
    with _making(home):
        if view.made:
            return
        _forget(home, KEPT - 1)
        with _beside(view) as folder:
            whole = view.release.open()
            derive(whole, folder / "store", withdrawn(whole, (s for s, held in validity(whole).items() if view.period.first not in held)))
            folder.rename(view.path)


@contextmanager
def _making(home: Home) -> Iterator[None]:
    """Holds the lock under which views are made, one at a time."""
    with (home.path / "views.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _beside(view: View) -> Iterator[Path]:
    """A folder to make a view in, gone afterwards unless it was moved."""
    try:
        view.path.parent.mkdir(exist_ok=True)  # not its parents: the release may be gone
        folder = Path(tempfile.mkdtemp(dir=view.path.parent, prefix="."))
    except FileNotFoundError:
        raise NotFoundError(f"Utgåva {view.release.id} finns inte längre.", f"Release {view.release.id} is there no longer.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def touch(view: View) -> None:
    """Notes that a view was asked for."""
    if view.period:
        with suppress(FileNotFoundError):  # it has just gone: whoever opens it says so
            os.utime(view.path)


def _forget(home: Home, most: int) -> None:
    """Removes the views least recently asked for, and what a crash left half made; the lock is held."""
    every = [p for place in ("*/views", f"*/{PUBLIC_SIDE}/views") for p in home.releases.glob(f"{place}/*")]
    for left in every:
        if left.name.startswith("."):
            shutil.rmtree(left, ignore_errors=True)
    views = sorted((p for p in every if not p.name.startswith(".")), key=lambda p: p.stat().st_mtime)
    for old in views[: max(0, len(views) - most)]:
        shutil.rmtree(old, ignore_errors=True)

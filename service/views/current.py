"""What a request reads: a view of a release, opened once.

The pointer to the served release is read at each request. A request may ask for another release, and for what held on a day; which view that is, is settled
once, before anything is read, and stands beside the request (`READING`), so that no reader can pass it by. Who asks for neither reads the release that is
served now, with all that it records.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from graph import history, views
from graph.errors import StateError
from graph.releases import Home, Release
from graph.store import Store
from graph.views import View
from service.views.keeping import ByView
from service.web.access import audience


@dataclass(frozen=True)
class Reading:
    """A view, the day that was asked for, if one was, and whether anything was asked for at all."""

    view: View
    day: date | None = None
    chosen: bool = False

    @property
    def about(self) -> dict[str, Any]:
        """The release as a plain value; where a day was asked for, that day, and from when to when the same holds (None: open)."""
        told: dict[str, Any] = {"release": self.view.release.id}
        if self.day and self.view.period:
            first, last = self.view.period.ends
            told |= {"asOf": str(self.day), "period": {"from": first and str(first), "to": last and str(last)}}
        return told


READING: Final[ContextVar[Reading | None]] = ContextVar("reading", default=None)


class Current:
    """Opens what is read. `make` makes views that are missing."""

    def __init__(self, home: Home, make: Callable[[View], None] | None = None) -> None:
        self._home = home
        self._make = make or (lambda view: views.make(home, view))
        self._releases: dict[str, Release] = {}
        self._stores: ByView[Store] = ByView()

    def served(self) -> Release:
        """The release that is served now, as the audience of the request sees it. Raises StateError where there is none, or where it is damaged."""
        who = audience()
        release = self._releases.get(who)
        if release is None or release.id != self._home.pointer():
            release = self._home.seen_by(who).current()
        if release is None:
            raise StateError("Det finns ingen utgåva ännu; kör 'styrgraf build'.", "There is no release yet; run 'styrgraf build'.")
        self._releases[who] = release
        return release

    @property
    def home(self) -> Home:
        """The state directory as the audience of the request sees it."""
        return self._home.seen_by(audience())

    def at(self, release: str | None, as_of: str | None, parameter: str = "asOf") -> Reading:
        """What a request reads that asks for a release by its number, for a day (YYYY-MM-DD), for both or neither; to make a missing view takes a while.

        Raises NotFoundError, InputError for what is no day, naming the `parameter` that it was given for, and what `make` raises.
        """
        found = self._named(release) if release else self.served()
        if not as_of:
            return Reading(View(found), chosen=bool(release))
        when = views.day(as_of, parameter)
        view = views.on(found, when)
        if not view.made:
            self._make(view)
        views.touch(view)
        return Reading(view, when, chosen=True)

    def _named(self, number: str) -> Release:
        """The release of a number. Raises NotFoundError, also where its store is gone."""
        found = history.find(self.home, number)
        if found.pruned:
            found.open()  # tells how to have it back
        return found

    def reading(self) -> Reading:
        """What this request reads."""
        return READING.get() or Reading(View(self.served()))

    def view(self) -> View:
        """The view that this request reads."""
        return self.reading().view

    def release(self) -> Release:
        """The release that this request reads."""
        return self.view().release

    def store(self) -> tuple[str, Store]:
        """The number of the release, and the store of the view, that this request reads."""
        read = self.reading()
        return read.view.release.id, self.opened(read)

    def opened(self, read: Reading) -> Store:
        """The store of a view, opened once."""
        return self._stores.get(read.view, read.chosen, read.view.open)

"""The release that is served now: the pointer is read at each request, the release and its store opened once."""

from __future__ import annotations

import threading

from graph.errors import StateError
from graph.releases import Home, Release
from graph.store import Store


class Current:
    """Opens the current release, anew when the pointer has moved."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._release: Release | None = None
        self._opened: tuple[str, Store] | None = None

    def release(self) -> Release:
        """The current release. Raises StateError where there is none, or where it is damaged."""
        release = self._release
        if release is None or release.id != self._home.pointer():
            release = self._release = self._home.current()
        if release is None:
            raise StateError("Det finns ingen utgåva ännu; kör 'styrgraf build'.", "There is no release yet; run 'styrgraf build'.")
        return release

    def store(self) -> tuple[str, Store]:
        """The id and the store of the current release."""
        release = self.release()
        with self._lock:
            if self._opened is None or self._opened[0] != release.id:
                self._opened = (release.id, release.open())
            return self._opened

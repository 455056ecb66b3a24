"""What is made once for each view and kept: stores, indexes. Few may wait for what others than the served view need."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from graph.releases import AUDIENCES
from graph.views import View
from service.web.refusals import BusyError

FEW: Final = 4  # other views whose values are kept, and requests that may wait for one to be made
V = TypeVar("V")


class Line:
    """A line in which only so many may stand, the one who is served among them."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._turn = threading.Lock()

    def __enter__(self) -> None:
        """Waits its turn. Raises BusyError where the line is full."""
        if not self._places.acquire(blocking=False):
            raise BusyError
        self._turn.acquire()

    def __exit__(self, *_: object) -> None:
        self._turn.release()
        self._places.release()


class Kept(Generic[V]):
    """Values by key, made at their first use; those least recently used go."""

    def __init__(self, most: int, waiting: int) -> None:
        self._most = most
        self._line = Line(waiting)
        self._guard = threading.Lock()
        self._values: OrderedDict[str, V] = OrderedDict()

    def get(self, key: str, make: Callable[[], V]) -> V:
        """The value of a key. Raises BusyError where too many wait for one to be made."""
        found = self._taken(key)
        if found is None:
            with self._line:
                found = self._taken(key)
                if found is None:
                    found = self._kept(key, make())
        return found

    def _taken(self, key: str) -> V | None:
        with self._guard:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def _kept(self, key: str, value: V) -> V:
        with self._guard:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class ByView(Generic[V]):
    """A value for each view: that of the served one, for each audience, and those of a few others, which cannot push it out."""

    def __init__(self) -> None:
        self._served, self._others = {audience: Kept[V](1, 1000) for audience in AUDIENCES}, Kept[V](FEW, FEW)

    def get(self, view: View, other: bool, make: Callable[[], V]) -> V:
        """The value of a view; `other` where somebody asked for it and it may not be the served one. Raises BusyError."""
        return (self._others if other else self._served[view.audience]).get(view.id, make)


__all__ = ["FEW", "ByView", "Kept", "Line"]

"""Answers that are kept: least recently used ones go first, and identical queries that come at the same time are answered once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from service.processes.lane import Job
from service.processes.nursery import Reply
from service.processes.workers import Asked, Workers

OVERHEAD: Final = 600  # bytes that an entry takes besides its key and body, roughly
V = TypeVar("V")


class Cache(Generic[V]):
    """At most so many bytes of values by key; a value of more than an eighth of them is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self.hits = self.misses = 0
        self._entries: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value of a key."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def keep(self, key: Hashable, value: V, size: int) -> None:
        """Keeps a value that takes so many bytes."""
        size += OVERHEAD
        if size > self._most // 8:
            return
        before = self._entries.pop(key, None)
        self._bytes += size - (before[1] if before else 0)
        self._entries[key] = (value, size)
        while self._bytes > self._most:
            self._bytes -= self._entries.popitem(last=False)[1][1]

    def figures(self, name: str) -> dict[str, float]:
        """What was found and what is taken, for metrics."""
        asked = "styrgraf_cache_requests_total"
        return {
            f'{asked}{{cache="{name}",result="hit"}}': self.hits,
            f'{asked}{{cache="{name}",result="miss"}}': self.misses,
            f'styrgraf_cache_bytes{{cache="{name}"}}': self._bytes,
        }

    @property
    def bytes(self) -> int:
        """How many are taken."""
        return self._bytes


class Flight:
    """A query under way, and those who wait for it."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.passengers = 0
        self._restless: list[asyncio.Future[Reply | None]] = []
        self._patient: list[asyncio.Future[Reply | None]] = []

    def wait(self, patient: bool = False) -> asyncio.Future[Reply | None]:
        """What comes of it; who is not patient is given None at the next tick, to see whether the client is still there."""
        waiter: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        (self._patient if patient else self._restless).append(waiter)
        return waiter

    def tell(self, came: Reply | Exception | None) -> None:
        """Tells those who wait what came."""
        told, self._restless = self._restless, []
        if came is not None:
            told, self._patient, self.job = told + self._patient, [], None
        for waiter in told:
            if not waiter.done():
                if isinstance(came, Exception):
                    waiter.set_exception(came)
                else:
                    waiter.set_result(came)


class Flights:
    """Queries under way: identical ones share one."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._flights: dict[Hashable, Flight] = {}

    def board(self, key: Hashable, asked: Asked, shape: int, seconds: float) -> Flight:
        """The flight of a key, started where there is none. Raises BusyError. Whoever boards leaves, too."""
        flight = self._flights.get(key)
        if flight is None:
            flight = Flight()

            def done(came: Reply | Exception | None) -> None:
                if came is not None:
                    del self._flights[key]
                flight.tell(came)

            flight.job = self._workers.submit(asked, shape, seconds, done)
            self._flights[key] = flight
        flight.passengers += 1
        return flight

    def leave(self, key: Hashable, flight: Flight) -> None:
        """One waits no longer; the last one takes the query along."""
        flight.passengers -= 1
        if flight.job and not flight.passengers:
            del self._flights[key]
            self._workers.drop(flight.job)

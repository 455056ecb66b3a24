"""Slow queries: the lane where they take turns, and how slow a query is likely to be."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from service.processes.nursery import NICEST, Reply, Worker
from service.processes.worker import Asked

SLOW, LAST = 10, NICEST  # how nice a process is with a slow query, and with one that runs only while no other does
TRIES: Final = 4  # processes that may die under a query that has hardly begun
QUICK: Final = 0.05  # seconds that a query may keep a quick slot
BEHIND: Final = 0.25  # seconds of running beyond which all others go before: a process that is merely nice keeps them waiting for the end of its slice
LONG: Final = 1.0  # seconds of running beyond which at most one runs at a time
TURN: Final = 0.25  # seconds that one of the long ones runs before the next does


class Job:
    """A query that was taken: when, until when, how many seconds it is likely to take, at work since when and in which process."""

    __slots__ = ("asked", "deadline", "done", "likely", "ran", "shape", "since", "taken", "tries", "worker")

    def __init__(self, asked: Asked, shape: int, likely: float, taken: float, deadline: float, done: Callable[[Reply | Exception | None], None]) -> None:
        self.asked = asked
        self.shape = shape
        self.likely = likely
        self.taken = taken
        self.deadline = deadline
        self.done = done
        self.worker: Worker | None = None
        self.since = taken
        self.ran = 0.0  # seconds at work at the last turn, for one in the lane
        self.tries = 1

    def worked(self, now: float) -> float:
        """Seconds at work: of processor time where the system tells, else with pauses."""
        spent = self.worker.spent() if self.worker and now - self.since >= QUICK else None
        return now - self.since if spent is None else spent


class Lane:
    """At most `places` slow queries, `size` of them running at the same time, of which one long one."""

    def __init__(self, size: int, places: int) -> None:
        self._size = size
        self._places = places
        self.jobs: list[Job] = []
        self.line: deque[Job] = deque()

    @property
    def full(self) -> bool:
        """No place is free."""
        return len(self.jobs) >= self._places

    @property
    def open(self) -> bool:
        """The next in line may start: those that are not long leave room to run."""
        return not self.full and sum(j.ran < LONG for j in self.jobs) < self._size

    @property
    def busy(self) -> bool:
        """There is someone in it or in line for it."""
        return bool(self.jobs or self.line)

    def enter(self, job: Job) -> None:
        """Takes a query in."""
        self.jobs.append(job)

    def discard(self, job: Job) -> None:
        """Lets a query go."""
        for where in (self.jobs, self.line):
            if job in where:
                where.remove(job)

    def turn(self, now: float) -> None:
        """Looks at how long each has run, and says who runs next."""
        for job in self.jobs:
            if job.worker and not job.worker.paused:
                job.ran = job.worked(now)
                if job.ran >= BEHIND:
                    job.worker.lower(LAST)
        running = self._running(int(now / TURN))
        for job in self.jobs:
            if job.worker:
                job.worker.pause(job not in running)

    def _running(self, nth: int) -> list[Job]:
        old = [j for j in self.jobs if j.ran >= LONG]
        young = [j for j in self.jobs if j.ran < LONG]
        if self._size == 1 and old and young:
            return [self.jobs[nth % len(self.jobs)]]
        return young[: self._size - bool(old)] + ([old[nth % len(old)]] if old else [])


class Shapes:
    """How many seconds of processor time queries of a shape have taken: the recent ones count most."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._seconds: dict[int, float] = {}

    def seconds(self, shape: int) -> float:
        """What the next one is likely to take; 0 where none is known."""
        return self._seconds.get(shape, 0.0)

    def learn(self, shape: int, seconds: float) -> None:
        """One has taken so long."""
        known = self._seconds.get(shape)
        if known is None and len(self._seconds) >= self._most:
            del self._seconds[next(iter(self._seconds))]
        self._seconds[shape] = seconds if known is None else known + 0.3 * (seconds - known)

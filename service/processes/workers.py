"""The processes that answer queries: short queries at once, slow ones beside them, and none takes the service or the others down with it.

A query starts in one of `size` quick slots. One that is at work longer than QUICK seconds steps aside into the lane: its process gives way to all others for
good, and a spare one takes its slot. In the lane at most `size` queries run at the same time, and at most one of those that have run longer than LONG seconds:
the others are paused and take turns. How long a query is likely to take is learned from those of the same shape, and what is likely to be slow starts in the
lane. So hostile queries get what others leave over. A time limit counts from when the service took the query.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from service.processes.lane import LONG, QUICK, SLOW, TRIES, Job, Lane, Shapes
from service.processes.nursery import Reply, Worker
from service.processes.pool import Pool
from service.processes.worker import Asked
from service.sparql.querytext import read
from service.web.refusals import BusyError, TimeLimitError, WorkerDiedError

__all__ = ["Asked", "Workers"]
TICK: Final = 0.05  # seconds between looks at what runs
PATIENCE: Final = 0.25  # seconds after which those who wait look whether their client is still there
SPARE: Final = 1  # processes kept warm beyond the quick slots


class Workers:
    """`size` queries at work in quick slots and `waiting` in line; `places` in the lane; each process has `megabytes` of memory for its query.

    `store` tells the path of the store that is served; it is kept in memory where that takes at most `loaded` megabytes. Used from one event loop, which
    `start` or the first query chooses.
    """

    def __init__(
        self, size: int, waiting: int, megabytes: int, places: int | None = None, store: Callable[[], str | None] = lambda: None, loaded: int = 0
    ) -> None:
        self._size = size
        self._waiting = waiting
        self._quick: set[Job] = set()
        self._line: deque[Job] = deque()
        self._lane = Lane(size, places or 4 * size)
        self._shapes = Shapes()
        self._pool = Pool(megabytes, loaded, lambda: size + SPARE - len(self._quick), store, self._dispatch, self._lost)
        self._ticking: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Starts the processes, so that the first query finds them."""
        self._pool.replenish()

    def submit(self, asked: Asked, shape: int, seconds: float, done: Callable[[Reply | Exception | None], None]) -> Job:
        """Takes a query of a shape, to be answered within so many seconds.

        `done` is called with its reply, or TimeLimitError, WorkerDiedError or BusyError; after a while, at each tick, with None.
        Raises BusyError where the line is full.
        """
        now = asyncio.get_running_loop().time()
        job = Job(asked.request(), shape, now, now + seconds, done)
        likely = self._shapes.seconds(shape)
        line = self._line if likely <= QUICK else self._lane.line
        if len(line) >= self._waiting + self._size or (likely > LONG and self._lane.full):
            raise BusyError
        line.append(job)
        self._pool.asked_for(asked.store)
        self._dispatch()
        return job

    async def ask(self, asked: Asked, seconds: float) -> Reply:
        """The reply to a query; see `submit`. Where the caller is cancelled, the query is stopped."""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def done(came: Reply | Exception | None) -> None:
            if isinstance(came, Exception):
                future.set_exception(came)
            elif came:
                future.set_result(came)

        job = self.submit(asked, read(asked.query).shape, seconds, done)
        try:
            return await future
        except asyncio.CancelledError:
            self.drop(job)
            raise

    def drop(self, job: Job) -> None:
        """Stops a query that nobody waits for any longer; `done` is not called."""
        self._remove(job)
        if job.worker:
            worked = job.worked(asyncio.get_running_loop().time())
            self._shapes.learn(job.shape, max(worked, self._shapes.seconds(job.shape)))
            self._pool.end(job.worker)
        self._dispatch()

    def _stop(self, job: Job, why: Exception) -> None:
        self.drop(job)
        job.done(why)

    def _remove(self, job: Job) -> None:
        self._quick.discard(job)
        self._lane.discard(job)
        if not job.worker and job in self._line:
            self._line.remove(job)

    def _dispatch(self) -> None:
        """Gives waiting queries the processes that are free."""
        while self._line and len(self._quick) < self._size and (worker := self._pool.take()):
            job = self._line.popleft()
            self._quick.add(job)
            self._begin(job, worker)
        while self._lane.line and self._lane.open and (worker := self._pool.take_low()):
            job = self._lane.line.popleft()
            self._lane.enter(job)
            self._begin(job, worker)
        self._pool.replenish()
        if self._ticking is None and (self._quick or self._line or self._lane.busy):
            self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _begin(self, job: Job, worker: Worker) -> None:
        job.worker, job.since = worker, asyncio.get_running_loop().time()
        worker.ask(job.request, lambda reply: self._answered(job, reply))

    def _answered(self, job: Job, reply: Reply) -> None:
        assert job.worker
        self._remove(job)
        self._shapes.learn(job.shape, reply.seconds)
        self._pool.give(job.worker)
        if self._line or self._lane.busy:
            self._dispatch()
        job.done(reply)

    def _tick(self) -> None:
        """Time limits, stepping aside, and turns in the lane."""
        self._ticking = None
        now = asyncio.get_running_loop().time()
        for job in self._jobs():
            if now >= job.deadline:
                self._stop(job, TimeLimitError(job.deadline - job.taken) if job.worker else BusyError())
            elif now - job.taken >= PATIENCE:
                job.done(None)
        for job in [j for j in self._quick if j.worked(now) >= QUICK]:
            if not self._lane.full:
                self._step_aside(job)
            elif job.worked(now) >= LONG:
                self._stop(job, BusyError())
        self._lane.turn(now)
        self._dispatch()

    def _jobs(self) -> list[Job]:
        return [*self._quick, *self._line, *self._lane.jobs, *self._lane.line]

    def _step_aside(self, job: Job) -> None:
        assert job.worker
        self._quick.discard(job)
        job.worker.lower(SLOW)
        self._lane.enter(job)

    def _lost(self, worker: Worker) -> None:
        """A process ended by itself: its query needed more memory than it may have, or it was killed from outside."""
        job = next((j for j in self._jobs() if j.worker is worker), None)
        if job and (job.tries >= TRIES or job.worked(asyncio.get_running_loop().time()) >= QUICK):
            self._stop(job, WorkerDiedError())
        elif job:  # it had hardly begun, and only reads: another process may try
            self._remove(job)
            job.tries, job.worker, job.ran = job.tries + 1, None, 0.0
            self._line.appendleft(job)

    async def close(self) -> None:
        """Ends all processes, and tells those who wait."""
        if self._ticking:
            self._ticking.cancel()
        for job in self._jobs():
            self._stop(job, BusyError())
        self._pool.close()
        if self._ticking:
            self._ticking.cancel()

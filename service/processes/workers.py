"""The processes that answer queries: short queries at once, slow ones beside them, and none takes the service or the others down with it.

A query starts in one of `size` quick slots. One that is at work longer than QUICK seconds steps aside into the lane: its process gives way to all others for
good, and a spare one takes its slot. In the lane at most `size` queries run at the same time, and at most one of those that have run longer than LONG seconds:
the others are paused and take turns. How long a query is likely to take is learned from those of the same shape, and what is likely to be slow starts in the
lane. So hostile queries get what others leave over. A time limit counts from when the service took the query.

Where several wait, a process is given those at once that are known to be short: most of what a short query costs is the way there and back.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import Final

from service.processes.lane import BEHIND, LAST, LONG, QUICK, SLOW, TRIES, Job, Lane, Shapes
from service.processes.nursery import Reply, Worker
from service.processes.pool import Pool
from service.processes.worker import Asked
from service.sparql.querytext import read
from service.web.refusals import BusyError, TimeLimitError, WorkerDiedError

__all__ = ["Asked", "Workers"]
TICK: Final = 0.05  # seconds between looks at what runs
PATIENCE: Final = 0.25  # seconds after which those who wait look whether their client is still there
SPARE: Final = 1  # processes kept warm beyond the quick slots
BATCH: Final = 8  # queries that a process is given at once
PROMPT: Final = 0.002  # seconds that they are likely to take together
WHY: Final[dict[type[Exception], str]] = {TimeLimitError: "time", WorkerDiedError: "memory", BusyError: "crowded"}


class Workers:
    """`size` queries at work in quick slots and `waiting` in line; `places` in the lane; each process has `megabytes` of memory for its query.

    `store` tells the path of the store that is served; it is kept in memory where that takes at most `loaded` megabytes. `tell` is told of a query that was
    slow or was stopped: its text, why, and the seconds at work. Used from one event loop, which `start` or the first query chooses.
    """

    def __init__(
        self,
        size: int,
        waiting: int,
        megabytes: int,
        places: int | None = None,
        store: Callable[[], str | None] = lambda: None,
        loaded: int = 0,
        tell: Callable[[str, str, float], None] = lambda *_: None,
    ) -> None:
        self._size = size
        self._waiting = waiting
        self._quick: dict[Worker, deque[Job]] = {}  # what each is at work on and has not answered
        self._line: deque[Job] = deque()
        self._lane = Lane(size, places or 4 * size)
        self._shapes = Shapes()
        self._tell = tell
        self._pool = Pool(megabytes, loaded, lambda: size + SPARE - len(self._quick), store, self._dispatch, self._lost)
        self._ticking: asyncio.TimerHandle | None = None
        self.stopped: Counter[str] = Counter()  # queries, by why
        self.begun, self.waited = 0, 0.0  # queries, and the seconds that they stood in line

    def start(self) -> None:
        """Starts the processes, so that the first query finds them."""
        self._pool.replenish()

    async def prepare(self, store: str) -> None:
        """Opens a store that is about to be served, beside the one that is; returns soon in any case."""
        await self._pool.prepare(store)

    def submit(self, asked: Asked, shape: int, seconds: float, done: Callable[[Reply | Exception | None], None]) -> Job:
        """Takes a query of a shape, to be answered within so many seconds.

        `done` is called with its reply, or TimeLimitError, WorkerDiedError or BusyError; after a while, at each tick, with None.
        Raises BusyError where the line is full.
        """
        now = asyncio.get_running_loop().time()
        likely = self._shapes.seconds(shape)
        job = Job(asked, shape, likely or QUICK, now, now + seconds, done)
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

    def drop(self, job: Job, why: str = "left") -> None:
        """Stops a query that nobody waits for any longer; `done` is not called."""
        if job.worker and len(self._quick.get(job.worker, ())) > 1:
            job.done = _unheard  # those beside it go on, and all of them are soon through
            return
        self._remove(job)
        if job.worker:
            worked = job.worked(asyncio.get_running_loop().time())
            self._shapes.learn(job.shape, max(worked, self._shapes.seconds(job.shape)))
            self._pool.end(job.worker)
            self._note(job, why, worked)
        self._dispatch()

    def _stop(self, job: Job, why: Exception) -> None:
        done = job.done
        self.drop(job, WHY.get(type(why), "crowded"))
        done(why)

    def _note(self, job: Job, why: str, seconds: float) -> None:
        self.stopped[why] += 1
        self._tell(job.asked.query, why, seconds)

    def figures(self) -> dict[str, float]:
        """What is at work now, and what was, for metrics; the names are those that Prometheus is told."""
        alive, idle = self._pool.figures
        return {
            'styrgraf_queries{state="waiting"}': len(self._line) + len(self._lane.line),
            'styrgraf_queries{state="quick"}': sum(map(len, self._quick.values())),
            'styrgraf_queries{state="slow"}': len(self._lane.jobs),
            'styrgraf_query_processes{state="busy"}': alive - idle,
            'styrgraf_query_processes{state="idle"}': idle,
            "styrgraf_query_wait_seconds_sum": round(self.waited, 6),
            "styrgraf_query_wait_seconds_count": self.begun,
            **{f'styrgraf_queries_stopped_total{{reason="{why}"}}': self.stopped[why] for why in ("left", *WHY.values())},
        }

    @property
    def failing(self) -> bool:
        """Whether processes cannot be started."""
        return self._pool.failing

    def _remove(self, job: Job) -> None:
        if job.worker:
            self._quick.pop(job.worker, None)
        elif job in self._line:
            self._line.remove(job)
        self._lane.discard(job)

    def _dispatch(self) -> None:
        """Gives waiting queries the processes that are free."""
        while self._line and len(self._quick) < self._size and (worker := self._pool.take()):
            free = self._size - len(self._quick)
            self._quick[worker] = jobs = self._next(-(-len(self._line) // free))
            self._begin(jobs, worker)
        while self._lane.line and self._lane.open and (worker := self._pool.take_low()):
            job = self._lane.line.popleft()
            if job.likely >= BEHIND:
                worker.lower(LAST)
            self._lane.enter(job)
            self._begin([job], worker)
        self._pool.replenish()
        if self._ticking is None and (self._quick or self._line or self._lane.busy):
            self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _next(self, share: int) -> deque[Job]:
        """The next in line, and up to `share` with those behind it that are likely to be through at once."""
        jobs = deque([self._line.popleft()])
        likely = jobs[0].likely
        while self._line and len(jobs) < min(share, BATCH) and self._line[0].asked.store == jobs[0].asked.store:
            likely += self._line[0].likely
            if likely > PROMPT:
                break
            jobs.append(self._line.popleft())
        return jobs

    def _begin(self, jobs: Iterable[Job], worker: Worker) -> None:
        now = asyncio.get_running_loop().time()
        for job in jobs:
            job.worker, job.since = worker, now
            self.begun += 1
            self.waited += now - job.taken
        worker.ask([j.asked for j in jobs], [partial(self._answered, j) for j in jobs])

    def _answered(self, job: Job, reply: Reply) -> None:
        worker = job.worker
        assert worker
        self._shapes.learn(job.shape, reply.seconds)
        if reply.seconds >= LONG:
            self._tell(job.asked.query, "slow", reply.seconds)
        last = len(self._quick.get(worker, ())) <= 1
        if last:
            self._remove(job)
            self._pool.give(worker)
        else:
            self._quick[worker].popleft()
        job.worker = None  # it is others' now: who leaves at this moment must not end it
        if last and (self._line or self._lane.busy):
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
        for batch in [b for b in self._quick.values() if b[0].worked(now) >= QUICK]:
            job = batch[0]
            if len(batch) > 1:
                self._ask_again(batch)
            elif not self._lane.full:
                self._step_aside(job)
            elif job.worked(now) >= LONG:
                self._stop(job, BusyError())
        self._lane.turn(now)
        self._dispatch()

    def _jobs(self) -> list[Job]:
        return [*chain.from_iterable(self._quick.values()), *self._line, *self._lane.jobs, *self._lane.line]

    def _step_aside(self, job: Job) -> None:
        assert job.worker
        del self._quick[job.worker]
        job.worker.lower(SLOW)
        self._lane.enter(job)

    def _lost(self, worker: Worker) -> None:
        """A process ended by itself: its query needed more memory than it may have, or it was killed from outside."""
        batch = self._quick.get(worker, ())
        job = next((j for j in self._jobs() if j.worker is worker), None)
        if len(batch) > 1:
            self._ask_again(batch)
        elif job and (job.tries >= TRIES or job.worked(asyncio.get_running_loop().time()) >= QUICK):
            self._stop(job, WorkerDiedError())
        elif job:  # it had hardly begun, and only reads: another process may try
            job.tries += 1
            self._ask_again([job])

    def _ask_again(self, jobs: Iterable[Job]) -> None:
        """Ends the process of some queries, and asks each again, alone: which of a batch took so long, or was its process's end, cannot be told."""
        for job in reversed([*jobs]):
            assert job.worker
            self._pool.end(job.worker)
            self._remove(job)
            job.worker, job.ran, job.likely = None, 0.0, QUICK
            if job.done is not _unheard:
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


def _unheard(_: Reply | Exception | None) -> None:
    """What comes of a query that nobody waits for any longer."""

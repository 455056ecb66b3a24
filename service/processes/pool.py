"""The supply of processes for queries: some are kept warm, the dead are replaced, and the store that is served is kept in memory where it fits.

A nursery that has the store in memory forks workers that share it: heavy queries run several times as fast as from disk. It is started once a store has been
asked for a while, beside the nursery that works from disk, and takes over when it is ready; nobody waits for it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from service.processes.lane import SLOW
from service.processes.nursery import Nursery, Reply, Worker
from service.processes.worker import Asked

SETTLE: Final = 3.0  # seconds that a store must have been the one that is served before it is loaded
PREPARING: Final = 0.25  # seconds that a store may wait until processes have opened it
BREATH: Final = 0.002  # seconds between looks for an idle process
AGAIN: Final = 0.05  # seconds before a dead process is replaced
MOST_LOW: Final = 2  # idle processes kept that give way to others
FAILING: Final = 3  # attempts in a row
MEMORY_TO_DISK: Final = 3  # a store takes about so many times the memory that its files take


class Pool:
    """Keeps `wanted` processes idle beyond those at work, each with `megabytes` for its query; `store` tells the path of the one that is served.

    Stores that are likely to take more than `loaded` megabytes stay on disk. `ready` is called when a process is, `lost` with one that ended by itself.
    """

    def __init__(
        self, megabytes: int, loaded: int, wanted: Callable[[], int], store: Callable[[], str | None], ready: Callable[[], None], lost: Callable[[Worker], None]
    ) -> None:
        self._megabytes = megabytes
        self._most_loaded = loaded
        self._wanted = wanted
        self._store = store
        self._ready = ready
        self._lost = lost
        self._workers: set[Worker] = set()
        self._arriving: set[Worker] = set()  # forked, and not yet through with opening the store
        self._idle: list[Worker] = []
        self._low: list[Worker] = []
        self._nursery: Nursery | None = None
        self._loading: Nursery | None = None
        self._retired: set[Nursery] = set()
        self._settling: tuple[asyncio.TimerHandle, str | None] | None = None
        self._closed = False
        self._failures = 0  # nurseries that died since a process last arrived

    def take(self) -> Worker | None:
        """An idle process."""
        return self._idle.pop() if self._idle else None

    def take_low(self) -> Worker | None:
        """An idle process that gives way to others."""
        worker = self._low.pop() if self._low else self.take()
        if worker:
            worker.lower(SLOW)
        return worker

    def give(self, worker: Worker) -> None:
        """Takes a process back that has answered."""
        if worker.nursery is not self._nursery or worker.nice > SLOW or (worker.nice and len(self._low) >= MOST_LOW):
            self.end(worker)
        else:
            (self._low if worker.nice else self._idle).append(worker)

    def end(self, worker: Worker) -> None:
        """Kills a process."""
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        self._arriving.discard(worker)
        for idle in (self._idle, self._low):
            if worker in idle:
                idle.remove(worker)
        worker.end()
        for nursery in [n for n in self._retired if all(w.nursery is not n for w in self._workers)]:
            self._retired.remove(nursery)
            nursery.close()

    @property
    def figures(self) -> tuple[int, int]:
        """How many processes there are, and how many of them are idle."""
        return len(self._workers), len(self._idle) + len(self._low) + len(self._arriving)

    @property
    def failing(self) -> bool:
        """Whether one attempt after another to have a process failed."""
        return self._failures >= FAILING

    def replenish(self) -> None:
        """Asks for as many processes as are missing."""
        if self._closed:
            return
        if self._nursery is None:
            self._nursery = Nursery(self._megabytes, None, self._born, self._failed)
        missing = self._wanted() - len(self._idle)
        if missing > 0:
            arriving = sum(w.nursery is self._nursery for w in self._arriving)
            for _ in range(missing - self._nursery.coming - arriving):
                self._nursery.fork()

    async def prepare(self, store: str) -> None:
        """Lets the processes open a store that is about to be served, one after another while they are idle, for a short while."""
        loop = asyncio.get_running_loop()
        end, known = loop.time() + PREPARING, set[Worker]()
        while loop.time() < end and (left := {w for w in self._workers if w.nursery is self._nursery and not w.nice} - known):
            worker = next((w for w in self._idle if w in left), None)
            if worker is None:
                await asyncio.sleep(BREATH)
                continue
            known.add(worker)
            self._idle.remove(worker)
            await asyncio.wait([self._opening(worker, store)], timeout=end - loop.time())

    def _opening(self, worker: Worker, store: str) -> asyncio.Future[None]:
        """Asks a process to open a store; it is idle again when it has."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(_: Reply) -> None:
            opened.cancel()
            self.give(worker)
            self._ready()

        worker.ask([Asked(store, "", "")], [done])
        return opened

    def asked_for(self, store: str) -> None:
        """A query asks for a store: sees to it, some time later, that the one that is served is in memory."""
        if self._settling is None and self._loading is None and self._nursery and self._nursery.store != store:
            self._settle_later(None)

    def _settle_later(self, path: str | None) -> None:
        self._settling = (asyncio.get_running_loop().call_later(SETTLE, self._settle), path)

    def _settle(self) -> None:
        """Loads the store that is served, where it was the same at the last look."""
        assert self._settling
        (_, before), path = self._settling, self._store()
        self._settling = None
        if path is None or self._closed or (self._nursery and self._nursery.store == path) or not self._fits(path):
            return
        if path != before:
            self._settle_later(path)
            return
        self._loading = Nursery(self._megabytes, path, self._born, self._failed)
        for _ in range(self._wanted()):
            self._loading.fork()

    def _fits(self, path: str) -> bool:
        return sum(f.stat().st_size for f in Path(path).glob("*")) * MEMORY_TO_DISK <= self._most_loaded << 20

    def _born(self, nursery: Nursery, pid: int, channel: socket.socket) -> None:
        worker = Worker(pid, channel, nursery, self._made, self._died)
        self._workers.add(worker)
        self._arriving.add(worker)

    def _made(self, worker: Worker) -> None:
        store = self._store()
        if store:
            worker.ask([Asked(store, "", "")], [lambda _: self._arrived(worker)])
        else:
            self._arrived(worker)

    def _arrived(self, worker: Worker) -> None:
        self._arriving.discard(worker)
        self._failures = 0
        if worker.nursery is self._loading:
            self._take_over(worker.nursery)
        self.give(worker)
        self._ready()

    def _take_over(self, nursery: Nursery) -> None:
        """The nursery that was loading has its first worker ready: those of the one before it end when they are idle."""
        before, self._nursery, self._loading = self._nursery, nursery, None
        if before:
            self._retired.add(before)
        for worker in [*self._idle, *self._low]:
            self.end(worker)

    def _died(self, worker: Worker) -> None:
        self._lost(worker)
        self.end(worker)
        asyncio.get_running_loop().call_later(AGAIN, self._ready)

    def _failed(self, nursery: Nursery) -> None:
        """A nursery died, and its workers with it."""
        self._failures += 1
        self._retired.discard(nursery)
        if nursery is self._nursery:
            self._nursery = None
        if nursery is self._loading:
            self._loading = None
        asyncio.get_running_loop().call_later(AGAIN, self._ready)

    def close(self) -> None:
        """Ends all processes."""
        self._closed = True
        if self._settling:
            self._settling[0].cancel()
        for worker in list(self._workers):
            self.end(worker)
        for nursery in (self._nursery, self._loading, *self._retired):
            if nursery:
                nursery.close()
        self._nursery = self._loading = None
        self._retired.clear()

"""The processes that answer queries: each may be killed, and none takes the service down with it."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from service.worker import LENGTH


class BusyError(Exception):
    """More queries are waiting than the service takes."""


class WorkerDiedError(Exception):
    """The query used more memory than it may, or ended its process."""


class Workers:
    """At most `size` processes at work, at most `waiting` queries in line for them; each process has `megabytes` of memory."""

    def __init__(self, size: int, waiting: int, megabytes: int) -> None:
        self._free = asyncio.Semaphore(size)
        self._idle: list[Process] = []
        self._room = size + waiting
        self._megabytes = megabytes

    async def ask(self, request: dict[str, Any], timeout: float) -> tuple[dict[str, Any], bytes]:
        """What came of a request, and the bytes of its result.

        Raises BusyError, WorkerDiedError, or TimeoutError after `timeout` seconds at work; then, and when the caller is cancelled, the process is killed.
        """
        if self._room <= 0:
            raise BusyError
        self._room -= 1
        try:
            async with self._free, self._worker() as worker, asyncio.timeout(timeout):
                return await _exchange(worker, request)
        finally:
            self._room += 1

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[Process]:
        """A process of one's own; it goes back to the idle ones only where all went well."""
        self._idle = [w for w in self._idle if w.returncode is None]
        worker = self._idle.pop() if self._idle else await self._start()
        try:
            yield worker
        except BaseException:  # a cancelled request too: its process must not go on
            await asyncio.shield(_ended(worker))
            raise
        self._idle.append(worker)

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(sys.executable, "-m", "service.worker", str(self._megabytes), stdin=PIPE, stdout=PIPE)

    async def close(self) -> None:
        """Ends the idle processes."""
        idle, self._idle = self._idle, []
        for worker in idle:
            await _ended(worker)


async def _ended(worker: Process) -> None:
    if worker.returncode is None:
        worker.kill()
    await worker.wait()


async def _exchange(worker: Process, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    assert worker.stdin
    assert worker.stdout
    data = json.dumps(request).encode()
    try:
        worker.stdin.write(LENGTH.pack(len(data)) + data)
        await worker.stdin.drain()
        told = json.loads(await _frame(worker.stdout))
        return told, await _frame(worker.stdout)
    except (asyncio.IncompleteReadError, ConnectionError) as ended:
        raise WorkerDiedError from ended


async def _frame(stream: asyncio.StreamReader) -> bytes:
    return await stream.readexactly(LENGTH.unpack(await stream.readexactly(LENGTH.size))[0])

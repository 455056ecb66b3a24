"""The service's side of the processes that answer queries: one nursery that forks them, and a handle for each."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, cast

from service.processes.worker import FORK, LENGTH, ORDER, PID, REAP, REPLY

NICEST: Final = 19


class Reply(NamedTuple):
    """What a worker answered: `kind` ANSWER or TOLD, the processor time in seconds, and the bytes."""

    kind: int
    seconds: float
    body: bytes | bytearray


class Worker(asyncio.Protocol):
    """A process that answers one query at a time; `made` is called when it can be asked, `ended` where it dies."""

    def __init__(self, pid: int, channel: socket.socket, nursery: Nursery, made: Callable[[Worker], None], ended: Callable[[Worker], None]) -> None:
        self._pid = pid
        self._channel = channel
        self.nursery = nursery
        self._made = made
        self._ended = ended
        self._over = False
        self._transport: asyncio.WriteTransport | None = None
        self._answered: Callable[[Reply], None] | None = None
        self._head = b""
        self._body: bytearray | None = None
        self._filled = 0
        self._total = 0  # nanoseconds of processor time up to the last reply
        self.nice = 0
        self.paused = False
        loop = asyncio.get_running_loop()
        self._connecting = loop.create_task(loop.create_unix_connection(lambda: self, sock=channel))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be asked."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by its class
        self._made(self)

    def connection_lost(self, _: Exception | None) -> None:
        """It died, or was ended."""
        if not self._over:
            self._ended(self)

    def ask(self, request: bytes, answered: Callable[[Reply], None]) -> None:
        """Sends a request; `answered` is called with its reply."""
        assert self._transport
        self._answered = answered
        self._transport.write(LENGTH.pack(len(request)) + request)

    def data_received(self, data: bytes) -> None:
        """Takes what comes of a reply."""
        if self._body is None:
            self._begin(self._head + data)
        else:
            self._body[self._filled : self._filled + len(data)] = data
            self._filled += len(data)
        if self._body is not None and self._filled == len(self._body):
            self._reply(self._body)

    def _begin(self, data: bytes) -> None:
        if len(data) < REPLY.size:
            self._head = data
            return
        self._head, length = data[: REPLY.size], REPLY.unpack_from(data)[2]
        if len(data) == REPLY.size + length:
            self._reply(data[REPLY.size :])
            return
        self._body, self._filled = bytearray(length), len(data) - REPLY.size
        self._body[: self._filled] = data[REPLY.size :]

    def _reply(self, body: bytes | bytearray) -> None:
        kind, total, _ = REPLY.unpack(self._head)
        took, self._total = total - self._total, total
        answered, self._answered = self._answered, None
        self._head, self._body = b"", None
        if answered:
            answered(Reply(kind, took / 1e9, body))

    def spent(self) -> float | None:
        """Seconds of processor time since the last reply, where the system tells: on a busy machine a query that has hardly run is not a slow one."""
        try:
            return (int(Path(f"/proc/{self._pid}/schedstat").read_text().split()[0]) - self._total) / 1e9
        except (OSError, IndexError):
            return None

    def lower(self, nice: int) -> None:
        """Gives way to others, for good: raising a priority again takes rights that a service has not."""
        if nice > self.nice:
            self.nice = nice
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._pid, nice)
                if nice == NICEST and hasattr(os, "SCHED_IDLE"):  # others need not even wait for the end of its slice
                    os.sched_setscheduler(self._pid, os.SCHED_IDLE, os.sched_param(0))

    def pause(self, paused: bool) -> None:
        """Stops it, or lets it go on."""
        if paused != self.paused:
            self.paused = paused
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGSTOP if paused else signal.SIGCONT)

    def end(self) -> None:
        """Kills it; it will not be heard of again."""
        self._over = True
        self._connecting.cancel()
        if self._transport:
            self._transport.abort()
        else:
            self._channel.close()
        with suppress(ProcessLookupError):  # where the nursery died, its workers are reaped by others
            os.kill(self._pid, signal.SIGKILL)
        self.nursery.reap(self._pid)


class Nursery:
    """A process that forks workers of so many megabytes, with `store` in memory where it is given.

    `born` is called with each, `failed` where the nursery dies.
    """

    def __init__(self, megabytes: int, store: str | None, born: Callable[[Nursery, int, socket.socket], None], failed: Callable[[Nursery], None]) -> None:
        self.store = store
        self._born = born
        self._failed = failed
        self._coming: deque[socket.socket] = deque()
        self._orders, theirs = socket.socketpair()
        command: list[str] = [sys.executable, "-m", "service.processes.worker", str(megabytes), *([store] if store else [])]
        with theirs:
            self._process = subprocess.Popen(command, stdin=theirs.fileno())  # noqa: S603 (our own module)
        self._orders.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._orders.fileno(), self._readable)

    @property
    def coming(self) -> int:
        """How many are asked for and not yet there."""
        return len(self._coming)

    def fork(self) -> None:
        """Asks for a worker."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, suppress(OSError):  # a dead nursery is heard of by the reader
            socket.send_fds(self._orders, [ORDER.pack(FORK, 0)], [theirs.fileno()])
        self._coming.append(ours)

    def reap(self, pid: int) -> None:
        """Lets go of a process that was killed."""
        with suppress(OSError):
            self._orders.send(ORDER.pack(REAP, pid))

    def _readable(self) -> None:
        try:
            data = self._orders.recv(PID.size * 64)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self._failed(self)
            return
        for (pid,) in PID.iter_unpack(data[: len(data) // PID.size * PID.size]):
            self._born(self, pid, self._coming.popleft())

    def close(self) -> None:
        """Ends the process, and with it its workers."""
        self._loop.remove_reader(self._orders.fileno())
        self._orders.close()
        self._process.kill()
        self._process.wait()
        while self._coming:
            self._coming.pop().close()

"""The service's side of the processes that answer queries: one nursery that forks them, and a handle for each."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, cast

from service.processes.worker import FORK, ORDER, PID, REAP, REPLY, Asked, packed

NICEST: Final = 19


class Reply(NamedTuple):
    """What a worker answered: `kind` ANSWER or TOLD, the processor time in seconds, and the bytes."""

    kind: int
    seconds: float
    body: bytes | bytearray


class Worker(asyncio.Protocol):
    """A process that answers one query after another; `made` is called when it can be asked, `ended` where it dies."""

    def __init__(self, pid: int, channel: socket.socket, nursery: Nursery, made: Callable[[Worker], None], ended: Callable[[Worker], None]) -> None:
        self._pid = pid
        self._channel = channel
        self.nursery = nursery
        self._made = made
        self._ended = ended
        self._over = False
        self._transport: asyncio.WriteTransport | None = None
        self._answered: deque[Callable[[Reply], None]] = deque()
        self._left = b""  # of a head that has not come whole
        self._head = (0, 0, 0)
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

    def ask(self, requests: Sequence[Asked], answered: Sequence[Callable[[Reply], None]]) -> None:
        """Sends requests; for each the one in `answered` is called with its reply."""
        assert self._transport
        self._answered.extend(answered)
        self._transport.write(packed(requests))

    def data_received(self, data: bytes) -> None:
        """Takes what comes of replies: short ones whole, long ones in parts."""
        data, at = self._left + data, 0
        while self._body is not None or len(data) - at >= REPLY.size:
            if self._body is None:
                head = REPLY.unpack_from(data, at)
                at += REPLY.size
                if len(data) - at >= head[2]:
                    self._reply(head, data[at : at + head[2]])
                    at += head[2]
                    continue
                self._head, self._body, self._filled = head, bytearray(head[2]), 0
            part = data[at : at + len(self._body) - self._filled]
            self._body[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            at += len(part)
            if self._filled < len(self._body):
                break
            body, self._body = self._body, None
            self._reply(self._head, body)
        self._left = data[at:]

    def _reply(self, head: tuple[int, int, int], body: bytes | bytearray) -> None:
        kind, total, _ = head
        took, self._total = total - self._total, total
        self._answered.popleft()(Reply(kind, took / 1e9, body))

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

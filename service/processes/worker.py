"""Processes that answer SPARQL queries for the service: `python -m service.processes.worker MEGABYTES [STORE]`.

The process started so is the nursery: it has loaded what answering takes (and the STORE into memory, where one is named), and forks a worker for each socket
that it is sent over standard input. A worker answers on its socket, one query after another. It may be killed at any moment: it only reads. Its memory is
limited, and it ends when the nursery does, which ends when the service does. A dead worker keeps its process id until the service says that it may be reaped.
"""

from __future__ import annotations

import ctypes
import gc
import json
import marshal
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from graph.errors import QueryError, StateError, StyrgrafError
from graph.store import Store

LENGTH: Final = struct.Struct(">I")  # before a list of requests, which is marshalled: several times as fast as JSON, and both ends are one Python
REPLY: Final = struct.Struct(">BQQ")  # before an answer: kind, nanoseconds of processor time since the process began, length
ANSWER, TOLD = 0, 1  # the bytes of a result; JSON that says why there is none
ORDER: Final = struct.Struct(">cI")  # to the nursery: FORK, with a socket beside it, or REAP a process
FORK, REAP = b"f", b"r"
PID: Final = struct.Struct(">I")
LARGE: Final = 1 << 16  # bytes of answers that are sent before the next query is begun


class Asked(NamedTuple):
    """What a worker is asked: a query over a store, its dataset, the media type and the most bytes of the result. An empty query only
    opens the store. `allowed` are the addresses that SERVICE may call.
    """

    store: str
    query: str
    media: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    most: int = 200 << 20
    allowed: tuple[str, ...] = ()


def packed(requests: Sequence[Asked]) -> bytes:
    """Requests as a worker reads them."""
    data = marshal.dumps([tuple(r) for r in requests])
    return LENGTH.pack(len(data)) + data


class Stores:
    """The stores that a worker has open: the one that the nursery loaded, and the last two others, so that one that comes does not close one that is served."""

    def __init__(self, loaded: tuple[str, Store] | None) -> None:
        self._loaded = loaded
        self._opened: list[tuple[str, Store]] = []

    def open(self, path: str) -> Store:
        """The store in a directory. Raises StateError."""
        if self._loaded and self._loaded[0] == path:
            return self._loaded[1]
        for known, store in self._opened:
            if known == path:
                return store
        self._opened = [*self._opened[-1:], (path, Store.open(Path(path)))]
        return self._opened[-1][1]


def answer(stores: Stores, asked: Asked) -> tuple[int, bytes]:
    """Evaluates one request. A result of more than `most` bytes is refused."""
    try:
        store = stores.open(asked.store)
        if not asked.query:
            return ANSWER, b""
        found = store.query(asked.query, asked.default_graphs, asked.named_graphs, asked.allowed)
        if asked.media not in found.offers:
            return TOLD, json.dumps({"offers": found.offers}).encode()
        body = found.write(asked.media)
        if len(body) > asked.most:
            told = f"{asked.most >> 20} MB"
            raise StateError(
                f"Svaret är större än {told} och skickas inte. Be om mindre, eller i delar med LIMIT och OFFSET.",
                f"The result is larger than {told} and is not sent. Ask for less, or in parts with LIMIT and OFFSET.",
            )
        return ANSWER, body
    except StyrgrafError as error:
        place = (error.line, error.column) if isinstance(error, QueryError) else None
        return TOLD, json.dumps({"sv": error.sv, "en": error.en, "place": place}).encode()


def serve(channel: socket.socket, stores: Stores) -> None:
    """Answers until the other end of the socket is closed."""
    while (requests := _read(channel)) is not None:
        ready, size = list[bytes](), 0
        for request in marshal.loads(requests):  # noqa: S302 (what the service sent)
            kind, body = answer(stores, Asked(*request))
            ready += REPLY.pack(kind, time.process_time_ns(), len(body)), body
            size += len(body)
            if size > LARGE:
                _write(channel, ready)
                ready, size = [], 0
        if ready:
            _write(channel, ready)


def _read(channel: socket.socket) -> bytes | None:
    data = channel.recv(8192)  # most requests come whole in one read; a larger buffer costs more than it saves
    while data and (len(data) < LENGTH.size or len(data) < LENGTH.size + LENGTH.unpack_from(data)[0]):
        more = channel.recv(1 << 20)
        data = data + more if more else b""
    return data[LENGTH.size :] if data else None


def _write(channel: socket.socket, parts: list[bytes]) -> None:
    sent = channel.sendmsg(parts)
    for part in parts:
        if sent < len(part):
            channel.sendall(memoryview(part)[sent:])
        sent = max(0, sent - len(part))


def _work(channel: socket.socket, megabytes: int, loaded: tuple[str, Store] | None) -> None:
    limit(megabytes)
    try:
        serve(channel, Stores(loaded))
    except (MemoryError, OSError):  # the service sees the end of the socket
        os._exit(1)
    os._exit(0)


def limit(megabytes: int) -> None:
    """No more memory than this beyond what is there already, the first to go where the machine has none left, and no life after the nursery."""
    most = (megabytes << 20) + _size()
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        Path("/proc/self/oom_score_adj").write_text("1000")


def _size() -> int:
    """Bytes of address space in use, where the system tells."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _loaded(path: str) -> tuple[str, Store]:
    store = Store.memory()
    store.add(Store.open(Path(path)))
    return path, store


class Nursery:
    """Takes orders until the service ends."""

    def __init__(self, orders: socket.socket, megabytes: int, loaded: tuple[str, Store] | None) -> None:
        self._orders = orders
        self._megabytes = megabytes
        self._loaded = loaded
        self._ending: set[int] = set()

    def run(self) -> None:
        """Forks and reaps as told."""
        while True:
            order, sockets, _, _ = socket.recv_fds(self._orders, ORDER.size, 1)
            if len(order) < ORDER.size:
                return
            kind, pid = ORDER.unpack(order)
            if kind == FORK:
                self._fork(socket.socket(fileno=sockets[0]))
            else:
                self._ending.add(pid)
            self._ending = {p for p in self._ending if os.waitpid(p, os.WNOHANG)[0] == 0}

    def _fork(self, channel: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            self._orders.close()
            _work(channel, self._megabytes, self._loaded)
        channel.close()
        self._orders.sendall(PID.pack(pid))


def main(arguments: list[str]) -> None:
    """Runs the nursery over standard input, which is a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loaded: Any = _loaded(arguments[1]) if len(arguments) > 1 else None
    gc.freeze()  # what is there now stays shared with those forked
    Nursery(socket.socket(fileno=0), int(arguments[0]), loaded).run()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Processes that answer SPARQL queries for the service: `python -m service.processes.worker MEGABYTES [STORE]`.

The process started so is the nursery: it has loaded what answering takes (and the STORE into memory, where one is named), and forks a worker for each socket
that it is sent over standard input. A worker answers on its socket, one query at a time. It may be killed at any moment: it only reads. Its memory is limited,
and it ends when the nursery does, which ends when the service does. A dead worker keeps its process id until the service says that it may be reaped.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import QueryError, StateError, StyrgrafError
from graph.store import Store

LENGTH: Final = struct.Struct(">I")  # before a request, which is marshalled: several times as fast as JSON, and both ends are one Python
REPLY: Final = struct.Struct(">BQQ")  # before an answer: kind, nanoseconds of processor time since the process began, length
ANSWER, TOLD = 0, 1  # the bytes of a result; JSON that says why there is none
ORDER: Final = struct.Struct(">cI")  # to the nursery: FORK, with a socket beside it, or REAP a process
FORK, REAP = b"f", b"r"
PID: Final = struct.Struct(">I")


@dataclass(frozen=True)
class Asked:
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

    def request(self) -> bytes:
        """As a worker reads it."""
        return marshal.dumps((self.store, self.query, self.default_graphs, self.named_graphs, self.media, self.most, self.allowed))


class Stores:
    """The stores that a worker has open: the one that the nursery loaded, and the last other one."""

    def __init__(self, loaded: tuple[str, Store] | None) -> None:
        self._loaded = loaded
        self._opened: tuple[str, Store] | None = None

    def open(self, path: str) -> Store:
        """The store in a directory. Raises StateError."""
        if self._loaded and self._loaded[0] == path:
            return self._loaded[1]
        if self._opened is None or self._opened[0] != path:
            self._opened = (path, Store.open(Path(path)))
        return self._opened[1]


def answer(
    stores: Stores,
    path: str,
    query: str,
    default_graphs: tuple[str, ...] | None,
    named_graphs: tuple[str, ...] | None,
    media: str,
    most: int,
    allowed: tuple[str, ...],
) -> tuple[int, bytes]:
    """Evaluates one request; see `Asked`. A result of more than `most` bytes is refused."""
    try:
        store = stores.open(path)
        if not query:
            return ANSWER, b""
        found = store.query(query, default_graphs, named_graphs, allowed)
        if media not in found.offers:
            return TOLD, json.dumps({"offers": found.offers}).encode()
        body = found.write(media)
        if len(body) > most:
            raise StateError(
                f"Svaret är större än {most >> 20} MB och skickas inte. Be om mindre, eller i delar med LIMIT och OFFSET.",
                f"The result is larger than {most >> 20} MB and is not sent. Ask for less, or in parts with LIMIT and OFFSET.",
            )
        return ANSWER, body
    except StyrgrafError as error:
        place = (error.line, error.column) if isinstance(error, QueryError) else None
        return TOLD, json.dumps({"sv": error.sv, "en": error.en, "place": place}).encode()


def serve(channel: socket.socket, stores: Stores) -> None:
    """Answers until the other end of the socket is closed."""
    while (request := _read(channel)) is not None:
        kind, body = answer(stores, *marshal.loads(request))  # noqa: S302 (what the service sent)
        _write(channel, REPLY.pack(kind, time.process_time_ns(), len(body)), body)


def _read(channel: socket.socket) -> bytes | None:
    data = channel.recv(8192)  # most requests come whole in one read; a larger buffer costs more than it saves
    while data and (len(data) < LENGTH.size or len(data) < LENGTH.size + LENGTH.unpack_from(data)[0]):
        more = channel.recv(1 << 20)
        data = data + more if more else b""
    return data[LENGTH.size :] if data else None


def _write(channel: socket.socket, head: bytes, body: bytes) -> None:
    sent = channel.sendmsg([head, body])
    if sent < len(head) + len(body):
        channel.sendall(memoryview(body)[sent - len(head) :])


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

"""A process that answers SPARQL queries for the service, one at a time: `python -m service.worker MEGABYTES`.

It reads requests from standard input and writes answers to standard output, each as frames: four bytes of length, then the bytes. It may be killed at any
moment: it only reads. Its memory is limited, and it ends when the service that started it does.
"""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from graph.errors import QueryError, StyrgrafError
from graph.store import JSON, Found, Store
from service.negotiation import best

LENGTH = struct.Struct(">I")


def write_frame(stream: BinaryIO, data: bytes) -> None:
    """Writes one frame."""
    stream.write(LENGTH.pack(len(data)) + data)


def read_frame(stream: BinaryIO) -> bytes | None:
    """Reads one frame; None at the end of the stream."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def media_type(found: Found, wanted: str | None, accept: str) -> str | None:
    """What to answer with: what `format=` asked for, else the best of Accept; application/json means results in JSON."""
    if wanted:
        return wanted if wanted in found.offers else None
    chosen = best(accept, [*found.offers, *(["application/json"] if JSON in found.offers else [])])
    return JSON if chosen == "application/json" else chosen


def answer(store: Store, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Evaluates one request: what came of it, and the bytes of the result."""
    try:
        found = store.query(asked["query"], asked["default_graphs"], asked["named_graphs"])
        media = media_type(found, asked["format"], asked["accept"])
        return ({"media": media}, found.write(media)) if media else ({"offers": list(found.offers)}, b"")
    except QueryError as error:
        return {"error": {"sv": error.sv, "en": error.en, "line": error.line, "column": error.column}}, b""


def _limit(megabytes: int) -> None:
    """No more memory than this, no interrupt meant for the service, and no life after it."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main() -> None:
    """Answers until standard input ends."""
    _limit(int(sys.argv[1]))
    opened: tuple[str, Store] | None = None
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        asked = json.loads(frame)
        try:
            if opened is None or opened[0] != asked["store"]:
                opened = (asked["store"], Store.open(Path(asked["store"])))
            told, body = answer(opened[1], asked)
        except StyrgrafError as error:
            told, body = {"failure": {"sv": error.sv, "en": error.en}}, b""
        write_frame(sys.stdout.buffer, json.dumps(told).encode())
        write_frame(sys.stdout.buffer, body)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

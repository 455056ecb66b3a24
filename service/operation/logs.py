"""What the service tells on standard error: a line for each request and each query that was slow or stopped; JSON for machines, words for people.

No line has a query, a parameter, a token or a passage: of a path only what comes before the `?`, of a query its hash. Lines are written by a thread of their
own, so that a reader that is slow, or has gone, keeps nobody waiting: what it does not take in time is dropped and counted.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import IO, Final

MOST: Final = 10_000  # lines that wait to be written
PAUSE: Final = 0.2  # seconds between looks at whether there are any
PATIENCE: Final = 1.0  # seconds that the last ones may take to be written
Fields = Mapping[str, str | int | float]
Told = tuple[float, str, Fields]  # when (seconds since 1970), what, and more


class Log:
    """Where lines go. `kind` is json, text or quiet, which tells of errors alone."""

    def __init__(self, kind: str, stream: IO[str]) -> None:
        self.kind = kind
        self.dropped = 0
        self._stream = stream
        self._lines: deque[Told] = deque()
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._writer: threading.Thread | None = None

    def request(self, **told: str | int | float) -> None:
        """Tells of a request that was answered."""
        self._tell("request", told)

    def query(self, text: str, outcome: str, seconds: float) -> None:
        """Tells of a query that was slow or was stopped, by the hash of its text."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._tell("query", {"query": digest, "outcome": outcome, "seconds": round(seconds, 3)})

    def _tell(self, event: str, told: Fields) -> None:
        if self.kind == "quiet":
            return
        if len(self._lines) >= MOST:
            self.dropped += 1
            return
        self._lines.append((time.time(), event, told))
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_on, daemon=True, name="log")
            self._writer.start()

    def _write_on(self) -> None:
        while not self._ended.wait(PAUSE):
            self.flush()
        self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        with self._writing:
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if not lines:
                return
            form = as_json if self.kind == "json" else as_text
            try:
                self._stream.write("".join(form(*line) for line in lines))
                self._stream.flush()
            except (OSError, ValueError):  # nobody reads any longer
                self.dropped += len(lines)

    def figures(self) -> dict[str, float]:
        """What was lost, for metrics."""
        return {"styrgraf_log_lines_dropped_total": self.dropped}

    def close(self) -> None:
        """Writes what waits, and no more: for a reader that is stuck nobody waits long."""
        self._ended.set()
        if self._writer:
            self._writer.join(PATIENCE)


def as_json(when: float, event: str, told: Fields) -> str:
    """A line for machines."""
    rest = "".join([f',"{name}":{_quoted(value) if type(value) is str else value}' for name, value in told.items()])  # a third of what json.dumps takes
    return f'{{"time":"{_time(when)}","event":"{event}"{rest}}}\n'


def as_text(when: float, event: str, told: Fields) -> str:
    """A line for people."""
    shown = f"{told['status']} {told['method']} {told['path']} {told['ms']} ms" if event == "request" else f"{event} {told['outcome']} {told['seconds']} s"
    rest = " ".join(f"{k}={v}" for k, v in told.items() if k in ("bytes", "client", "query", "id"))
    return f"{_time(when)[11:19]} {shown}  {rest}".translate(_PLAIN) + "\n"


_PLAIN: Final = dict.fromkeys((*range(32), 127), "?")  # a path cannot move the cursor of a terminal


def _time(when: float) -> str:
    second = int(when)
    return f"{_second(second)}.{int((when - second) * 1000):03d}Z"


@lru_cache(maxsize=4)
def _second(when: int) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class _Json(logging.Formatter):
    """What libraries log, in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return as_json(record.created, "log", told).rstrip("\n")


def opened(kind: str) -> Log:
    """The log of this process, on standard error; what libraries log comes in the same form. Without a kind it is text on a terminal, else JSON."""
    chosen = kind or ("text" if sys.stderr.isatty() else "json")
    if chosen == "json":
        handler = logging.StreamHandler()
        handler.setFormatter(_Json())
        for name in ("", "_granian"):
            logging.getLogger(name).handlers[:] = [handler]
    return Log(chosen, sys.stderr)


__all__ = ["Log", "as_json", "as_text", "opened"]

"""Who did what, and who was refused: lines of JSON in the state directory, to which is only added.

    audit.jsonl        what was written, or was to be
    refusals.jsonl     who was turned away for want of a token or a role; a flood of these pushes no line of the other file out
    audit.1.jsonl …    older lines, the oldest with the highest number

A line has no token, no parameter, no body and no passage; of a person it tells the name that the token was given, and no other. A name that is erased goes from
the lines that have it (graph.remains), and stays out of those to come.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from graph.erased import Names
from graph.errors import InputError
from graph.remains import without

WRITES, REFUSALS = "audit", "refusals"
MOST: Final = 8 << 20  # bytes of a file
KEPT: Final = 8  # older files
_LONGEST: Final = 200  # characters of a text that somebody sent


@dataclass(frozen=True)
class Entry:
    """One line. `status` is 0 where the client left before it was answered; `before` and `after` are releases; who has no token has the empty name."""

    door: str
    method: str
    status: int
    name: str = ""
    role: str = ""
    token: str = ""
    client: str = ""
    request: str = ""
    graphs: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""
    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    @property
    def refused(self) -> bool:
        """Whether nothing came of it."""
        return self.status >= 400

    @property
    def file(self) -> str:
        """Where it is kept."""
        return REFUSALS if self.status in (401, 403) else WRITES


@dataclass(frozen=True)
class Audit:
    """The log of a state directory: any number of processes may write to it. `most` are the bytes of a file, `kept` the number of older ones."""

    home: Path
    most: int = MOST
    kept: int = KEPT

    def write(self, entry: Entry) -> None:
        """Adds a line. Raises OSError where the disk cannot be written, StateError where nobody can tell which names were erased."""
        self.home.mkdir(parents=True, exist_ok=True)
        told = {k: _short(v) for k, v in asdict(entry).items()}
        with (self.home / f"{entry.file}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            names = Names.of(self.home)  # under the lock: who erases a name lists it first, and then waits here
            line = json.dumps(without(names, told) if names else told, ensure_ascii=False).encode() + b"\n"
            path = self._path(entry.file)
            if path.exists() and path.stat().st_size + len(line) > self.most:
                self._rotate(entry.file)
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(line)

    def read(self, since: str = "", name: str = "", refused: bool = False) -> list[dict[str, Any]]:
        """The entries from a time on (ISO 8601, or its beginning), by whom, or only what was refused; the newest first. Raises InputError for no time."""
        start = _time(since)
        wanted = (e for file in (WRITES, REFUSALS) for e in self._entries(file))
        found = [e for e in wanted if e["time"] >= start and name in ("", e["name"]) and (e["status"] >= 400 or not refused)]
        return sorted(found, key=lambda e: str(e["time"]), reverse=True)

    def _entries(self, file: str) -> Iterator[dict[str, Any]]:
        for number in range(self.kept + 1):
            try:
                lines = self._path(file, number).read_text("utf-8").split("\n")  # no other end of a line: clients may send those
            except FileNotFoundError:
                return
            yield from (json.loads(line) for line in lines if line.endswith("}"))  # a crash may have left half a line

    def _rotate(self, file: str) -> None:
        for number in range(self.kept - 1, -1, -1):
            path = self._path(file, number)
            if path.exists():
                path.replace(self._path(file, number + 1))

    def _path(self, file: str, number: int = 0) -> Path:
        return self.home / (f"{file}.{number}.jsonl" if number else f"{file}.jsonl")


def _short(value: Any) -> Any:
    """What somebody sent is cut."""
    if isinstance(value, list):
        return [_short(v) for v in value[:50]]
    return value[:_LONGEST] if isinstance(value, str) else value


def _time(text: str) -> str:
    try:
        told = datetime.fromisoformat(text) if text else None
        return (told.astimezone(UTC) if told.tzinfo else told).replace(tzinfo=None).isoformat() if told else ""
    except ValueError:
        raise InputError(f"since={text!r} är ingen tid; skriv 2026-12-31.", f"since={text!r} is no time; write 2026-12-31.") from None


__all__ = ["Audit", "Entry"]

"""The process that makes changes: one at a time, killable like those that answer queries, kept warm for the next change.

`python -m service.processes.writer MEGABYTES HOME` reads requests from standard input, a JSON object a line, and tells what came of each on standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from graph import changes, erasure, graphstore, history, patches, updates
from graph.changes import Ledger, Why
from graph.errors import (
    ConflictError,
    ContradictionError,
    ForbiddenError,
    FullError,
    GoneError,
    InputError,
    NotFoundError,
    QueryError,
    ReleaseRefusedError,
    StateError,
    StyrgrafError,
)
from graph.graphstore import Payload
from graph.preview import preview
from graph.releases import Home
from graph.report import Delegated, Report, Result
from graph.updates import Dataset
from service.api import previewing
from service.processes.worker import limit
from service.web.refusals import RefusalError

LINE: Final = 1 << 26  # bytes that one reply may have: a report can be long


@dataclass(frozen=True)
class Change:
    """A change as it is sent to the process; payloads are paths, media types and base IRIs.

    `kind` is update, patch, put, post, delete, join or replace; or rollback to the release `number`, prune to the last `number` releases, or erase `person`.
    `preview` tells what one of the first kinds would do, and does not make it.
    """

    kind: str
    author: str
    reason: str = ""
    expected: str | None = None
    graph: str = ""
    payloads: tuple[tuple[str, str, str], ...] = ()
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    allowed: tuple[str, ...] = ()
    number: str = ""
    person: str = ""
    preview: bool = False

    @property
    def why(self) -> Why:
        """Who makes it, why, and for which release."""
        return Why(self.author, self.reason, self.expected)

    def edit(self, ledger: Ledger) -> None:
        """Makes the change."""
        EDITS[self.kind](self, ledger)

    @property
    def parts(self) -> list[Payload]:
        """The payloads."""
        return [Payload(Path(path), media, base) for path, media, base in self.payloads]


def _update(change: Change, ledger: Ledger) -> None:
    text = Path(change.payloads[0][0]).read_text("utf-8")
    updates.run(text, ledger, Dataset(change.default, change.named), change.allowed)


def _patch(change: Change, ledger: Ledger) -> None:
    for part in change.parts:
        ledger.take(patches.read(part.path.read_text("utf-8"), "data"))


EDITS: Final[dict[str, Callable[[Change, Ledger], None]]] = {
    "update": _update,
    "patch": _patch,
    "put": lambda c, ledger: graphstore.put(ledger, c.graph, c.parts),
    "post": lambda c, ledger: graphstore.post(ledger, c.graph, c.parts),
    "delete": lambda c, ledger: graphstore.delete(ledger, c.graph),
    "join": lambda c, ledger: graphstore.join(ledger, c.parts),
    "replace": lambda c, ledger: graphstore.join(ledger, c.parts, replace=True),
}
_PLAIN: Final = (ConflictError, ContradictionError, ForbiddenError, FullError, GoneError, InputError, NotFoundError, StateError, StyrgrafError)
ERRORS: Final = {e.__name__: e for e in _PLAIN}


def answer(home: Home, change: Change) -> dict[str, Any]:
    """Makes one change, or tells what it would do: the release that is current then, what was asked for, or the error."""
    try:
        return DEEDS.get(change.kind, _previewed if change.preview else _applied)(home, change)
    except StyrgrafError as error:
        return {"error": type(error).__name__, "sv": error.sv, "en": error.en, **_more(error)}


def _applied(home: Home, change: Change) -> dict[str, Any]:
    return {"release": changes.apply(home, change.edit, change.why).id}


def _previewed(home: Home, change: Change) -> dict[str, Any]:
    return previewing.as_json(preview(home, change.edit, change.expected))


DEEDS: Final[dict[str, Callable[[Home, Change], dict[str, Any]]]] = {
    "rollback": lambda home, c: {"release": history.rollback(home, c.number, c.why).id},
    "prune": lambda home, c: {"pruned": history.prune(home, int(c.number))},
    "erase": lambda home, c: erasure.erase(home, c.person, c.author).as_json(),
}


def _more(error: StyrgrafError) -> dict[str, Any]:
    if isinstance(error, QueryError):
        return {"line": error.line, "column": error.column}
    if isinstance(error, ReleaseRefusedError):
        return {"report": error.report.as_json(), "delegated": [asdict(d) for d in error.report.delegated]}
    return {}


def error(told: dict[str, Any]) -> StyrgrafError:
    """The error that a reply tells of."""
    sv, en = told["sv"], told["en"]
    if "report" in told:
        return ReleaseRefusedError(sv, en, Report(tuple(Result(**r) for r in told["report"]), tuple(Delegated(**d) for d in told["delegated"])))
    if told["error"] == QueryError.__name__:
        return QueryError(sv, en, told["line"], told["column"])
    return ERRORS.get(told["error"], StyrgrafError)(sv, en)


@dataclass
class Writer:
    """The process as the service sees it. `megabytes` is what it may use of memory, `seconds` what one change may take."""

    home: Path
    megabytes: int
    seconds: float
    _process: Process | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def make(self, change: Change) -> str:
        """Makes a change; the id of the release that is current then. Raises what `tell` raises."""
        return str((await self.tell(change))["release"])

    async def tell(self, change: Change) -> dict[str, Any]:
        """Makes a change, or finds out what it would do; what the process says of it.

        Raises StyrgrafError where it is refused, RefusalError where it takes too long or too much memory; nothing is changed then.
        """
        async with self._turn:
            process = await self._running()
            try:
                async with asyncio.timeout(self.seconds):
                    told = await _exchange(process, change)
            except BaseException as ended:
                await asyncio.shield(self.close())  # a client that left, too: its change must not go on unseen
                if isinstance(ended, TimeoutError):
                    raise RefusalError(
                        504, f"Ändringen tog längre tid än {self.seconds:g} sekunder.", f"The change took longer than {self.seconds:g} seconds."
                    ) from ended
                raise
        if "error" in told:
            raise error(told)
        return told

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            command = (sys.executable, "-m", "service.processes.writer", str(self.megabytes), str(self.home))
            self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=LINE)
        return self._process

    async def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()


async def _exchange(process: Process, change: Change) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps(asdict(change)).encode() + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
    except ConnectionError:
        line = b""
    if not line:
        raise RefusalError(
            503,
            "Ändringen behövde mer minne än den får ha och stoppades. Dela upp den.",
            "The change needed more memory than it may have and was stopped. Send it in parts.",
        )
    told: dict[str, Any] = json.loads(line)
    return told


def main(arguments: list[str]) -> None:
    """Makes changes until standard input ends."""
    limit(int(arguments[0]))
    home = Home(Path(arguments[1]))
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        change = Change(**{k: _tuple(v) for k, v in asked.items()})
        sys.stdout.buffer.write(json.dumps(answer(home, change), ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


if __name__ == "__main__":
    main(sys.argv[1:])

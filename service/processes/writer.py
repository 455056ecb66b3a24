"""The process that makes changes: one at a time, killable like those that answer queries, kept warm for the next change.

`python -m service.processes.writer MEGABYTES HOME` reads requests from standard input, a JSON object a line, and tells what came of each on standard output.
Before a release becomes the current one it tells which, and waits for an empty line: so those who answer queries have opened it when the first one comes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from graph import changes, erasure, graphstore, history, patches, updates, visibility
from graph.changes import Ledger, Why
from graph.errors import QueryError, ReleaseRefusedError, StateError, StyrgrafError
from graph.graphstore import Payload
from graph.preview import preview
from graph.releases import PUBLIC, Home
from graph.report import Delegated, Report, Result
from graph.updates import Dataset
from service.api import previewing
from service.processes.endings import ended, memory_told
from service.processes.lane import SLOW
from service.processes.worker import limit
from service.web.access import Access
from service.web.problems import STATUS
from service.web.refusals import RefusalError

LINE: Final = 1 << 26  # bytes that one reply may have: a report can be long


@dataclass(frozen=True)
class Change:
    """A change as it is sent to the process; payloads are paths, media types and base IRIs.

    `kind` is update, patch, put, post, delete, join or replace; or rollback to the release `number`, prune to the last `number` releases, or erase `person`.
    `preview` tells what one of the first kinds would do, and does not make it. `visibility` tells who may see the graphs that it writes, `new` those that it
    makes where that is not told.
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
    visibility: str = ""
    new: str = PUBLIC

    @property
    def why(self) -> Why:
        """Who makes it, why, and for which release."""
        return Why(self.author, self.reason, self.expected)

    def edit(self, ledger: Ledger) -> None:
        """Makes the change."""
        named = (self.graph,) if self.kind in ("put", "post") else ()
        visibility.settle(lambda written: EDITS[self.kind](self, written), self.visibility, self.new, *named)(ledger)

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
ERRORS: Final = {e.__name__: e for e in STATUS}
OUTCOMES: Final = {"ReleaseRefusedError": "refused", "ContradictionError": "refused", "ConflictError": "conflict", "ForbiddenError": "forbidden"}


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
    """The process as the service sees it. `megabytes` is what it may use of memory, `seconds` what one change may take.

    `coming` is called with the folder of a release that is about to become the current one, which waits for it. `visibility` is that of new graphs.
    """

    home: Path
    megabytes: int
    seconds: float
    coming: Callable[[str], Awaitable[None]] | None = None
    visibility: str = PUBLIC
    outcomes: Counter[str] = field(default_factory=Counter)
    _process: Process | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def make(self, change: Change) -> str:
        """Makes a change; the id of the release that is current then. Raises what `tell` raises."""
        return str((await self.tell(change))["release"])

    async def tell(self, change: Change) -> dict[str, Any]:
        """Makes a change, or finds out what it would do; what the process says of it.

        Raises StyrgrafError where it is refused, RefusalError where it takes too long, too much memory or meets a fault; nothing is changed then.
        """
        async with self._turn:
            process = await self._running()
            try:
                async with asyncio.timeout(self.seconds):
                    told = await _exchange(process, json.dumps(asdict(replace(change, new=self.visibility))))
                    while "coming" in told:
                        if self.coming:
                            await self.coming(told["coming"])
                        told = await _exchange(process, "")
            except BaseException as ended:
                self.outcomes["stopped"] += 1
                await asyncio.shield(self.close())  # a client that left, too: its change must not go on unseen
                if isinstance(ended, TimeoutError):
                    raise RefusalError(
                        504, f"Ändringen tog längre tid än {self.seconds:g} sekunder.", f"The change took longer than {self.seconds:g} seconds."
                    ) from ended
                raise
        self.outcomes[OUTCOMES.get(told["error"], "invalid") if "error" in told else "previewed" if change.preview else "made"] += 1
        if "error" in told:
            raise error(told)
        return told

    def figures(self) -> dict[str, float]:
        """What became of changes, for metrics."""
        outcomes = ("made", "previewed", *sorted({*OUTCOMES.values()}), "invalid", "stopped")
        return {f'styrgraf_changes_total{{outcome="{outcome}"}}': self.outcomes[outcome] for outcome in outcomes}

    async def start(self) -> None:
        """Starts the process where anybody holds a token, so that the first change finds it."""
        with suppress(StateError):
            if Access(self.home).grants():
                await self._running()

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


async def _exchange(process: Process, said: str) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    line = b""
    with suppress(ConnectionError):
        if not process.stdin.is_closing():  # uvloop raises RuntimeError where asyncio raises ConnectionError
            process.stdin.write(said.encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
    if not line.endswith(b"\n"):  # it ended, perhaps in the middle of a line
        raise ended(await process.wait(), "Ändringen", "The change")
    told: dict[str, Any] = json.loads(line)
    return told


def main(arguments: list[str]) -> None:
    """Makes changes until standard input ends."""
    limit(int(arguments[0]))
    os.nice(SLOW)  # readers go before
    home = Home(Path(arguments[1]), coming=_announce)
    with suppress(StateError):  # the first change tells of it
        changes.prepare(home)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        change = Change(**{k: _tuple(v) for k, v in asked.items()})
        _say(answer(home, change))


def _announce(release: Path) -> None:
    """Tells which release comes, and waits until the service is ready for it, or has ended."""
    _say({"coming": str(release)})
    sys.stdin.buffer.readline()


def _say(told: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


if __name__ == "__main__":
    with memory_told():
        main(sys.argv[1:])

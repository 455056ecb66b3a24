"""SPARQL for the faces that are not the protocol: the same processes and limits as /sparql, and a diagnosis of what finds nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from graph.diagnosis import diagnose
from graph.errors import QueryError, StateError
from graph.store import JSON
from graph.views import View
from service.processes.worker import ANSWER
from service.processes.workers import Asked, Workers
from service.sparql.querytext import read
from service.web.refusals import TimeLimitError

_MOST: Final = 4 << 20  # bytes of a result that is read whole
_UNFINISHED: Final = {
    "sv": "Undersökningen hann inte bli klar inom tidsgränsen.",
    "en": "Looking into it was not finished within the time limit.",
}


@dataclass(frozen=True)
class Queries:
    """Queries over the view that is read, each, and each diagnosis, within `timeout` seconds."""

    workers: Workers
    view: Callable[[], View]
    timeout: float

    async def ask(self, query: str, media: str | None = None) -> tuple[str, bytes]:
        """The media type and the bytes of a result, by default in the usual type of the query's form.

        Raises QueryError, StateError where the result is too large, and the refusals of `Workers.submit`.
        """
        media = media or read(query).offers[0]
        reply = await self.workers.ask(Asked(str(self.view().path / "store"), query, media, most=_MOST), self.timeout)
        if reply.kind == ANSWER:
            return media, bytes(reply.body)
        told = json.loads(reply.body)
        if "offers" in told:
            return await self.ask(query, told["offers"][0])
        raise QueryError(told["sv"], told["en"], *told["place"]) if told["place"] else StateError(told["sv"], told["en"])

    async def diagnose(self, query: str) -> dict[str, Any]:
        """Which part of a query has no answer, and why as far as one can tell.

        `status` is "empty", "not_empty" or "unfinished". The query is one that has been asked: its syntax is right. Raises QueryError where it has no pattern.
        """

        async def run(text: str) -> dict[str, Any]:
            told: dict[str, Any] = json.loads((await self.ask(text, JSON))[1])
            return told

        try:
            async with asyncio.timeout(self.timeout):
                found = await diagnose(query, run)
        except (TimeoutError, TimeLimitError):
            return {"status": "unfinished", "words": _UNFINISHED, "patterns": [], "reasons": []}
        told = asdict(found)
        return {"status": "empty" if told.pop("empty") else "not_empty", **told}

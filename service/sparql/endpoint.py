"""SPARQL 1.1 Protocol, query operation: a raw ASGI route.

Without a dataset in the request or the query the default graph is the union of all graphs. Queries run in processes of their own, within limits of time
and memory; never on the event loop. An answer is known by its release, its query, its dataset and its media type, and kept under that key; under the bytes
of the request that asked for it, too, so that the same request is answered without being read again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Hashable
from contextvars import Context
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from graph.errors import QueryError, StateError, StyrgrafError
from graph.releases import Release
from graph.store import JSON, TRIPLES, serialize
from graph.views import View
from service.processes.nursery import Reply
from service.processes.worker import TOLD
from service.processes.workers import Asked, Workers
from service.settings import Settings
from service.sparql import description, querytext
from service.sparql.protocol import SHORTCUTS, QueryRequest, content, header_map, read, request_id, url_of
from service.sparql.querytext import QueryText
from service.web.access import audience
from service.web.cache import Cache, Flights
from service.web.compression import CODERS, coding
from service.web.negotiation import best
from service.web.raw import Prepared, from_response, preflight, prepare, refused, send_answer
from service.web.refusals import NotAcceptableError

Given = tuple[str | bytes | None, ...]  # the release, and what of a request an answer depends on
SHORT: Final = 1 << 16  # bytes of an answer that is kept ready to send


@dataclass(frozen=True)
class Limits:
    """What a query may take: `seconds` of time, `result` bytes of answer; `cache` bytes of answers are kept; SERVICE may call the addresses `allowed`."""

    seconds: float = 30
    result: int = 200 << 20
    cache: int = 64 << 20
    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """What the settings say."""
        return cls(settings.timeout, settings.result << 20, settings.cache << 20, settings.allow)


@dataclass(frozen=True, slots=True)
class Result:
    """The bytes of an answer under their key; `changing` where it would be another one the next time."""

    key: Hashable
    media: str
    release: str
    body: bytes | bytearray
    changing: bool = False


def store_of(release: Callable[[], Release]) -> Callable[[], str | None]:
    """Where the store of the release lies that the public is served now, whoever asks; None where there is none."""

    def path() -> str | None:
        try:
            return f"{Context().run(release).path}/store"
        except StyrgrafError:
            return None

    return path


def once_a_tick(view: Callable[[], View]) -> Callable[[], View]:
    """The same, looked up once for all requests of an audience that were there when it was: none of them came later than that."""
    held: dict[str, View] = {}

    def current() -> View:
        who = audience()
        if who not in held:
            held[who] = view()
            asyncio.get_running_loop().call_soon(held.clear)
        return held[who]

    return current


class SparqlEndpoint:
    """The route. `view` gives what is served now, `find` the view of a release (by its number) on a day: one that has to be made takes a while."""

    def __init__(self, view: Callable[[], View], find: Callable[[str | None, str | None], View], workers: Workers, limits: Limits) -> None:
        self._view = once_a_tick(view)
        self._find = find
        self._limits = limits
        self._flights = Flights(workers)
        self._results: Cache[Result] = Cache(limits.cache)
        self._prepared: Cache[Prepared] = Cache(limits.cache // 4)

    def figures(self) -> dict[str, float]:
        """What was found among the answers that are kept, and what these take, for metrics."""
        return {**self._prepared.figures("ready"), **self._results.figures("answers")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; a client that leaves takes its query with it."""
        headers = header_map(scope["headers"])
        identifier = request_id(headers.get(b"x-request-id"))
        try:
            answer = await self._answer(scope, receive, headers)
        except StyrgrafError as error:
            answer = refused(error, headers, identifier)
        if answer:
            await send_answer(answer, scope, send, headers, identifier)

    async def _answer(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Prepared | None:
        """The answer, or None where the client left. Raises StyrgrafError."""
        method, query = scope["method"], scope["query_string"]
        if method == "OPTIONS":
            return preflight(headers)
        if method in ("GET", "HEAD") and not query:
            return described(url_of(scope, headers), headers.get(b"accept", b"").decode("latin-1"), self._view(), self._limits.allowed)
        view, data = self._view(), await content(scope, receive, headers) if method != "GET" else b""
        given = (view.id, query, data, headers.get(b"content-type") if data else None, headers.get(b"accept"), headers.get(b"accept-encoding"))
        return self._prepared.get(given) or await self._prepare(given, read(scope, headers, data), view, headers, receive)

    async def _prepare(self, given: Given, asked: QueryRequest, served: View, headers: dict[bytes, bytes], receive: Receive) -> Prepared | None:
        """An answer that was not ready; kept under the request's own bytes, where it is short."""
        view = await asyncio.to_thread(self._find, asked.release, asked.as_of) if asked.release or asked.as_of else served
        result = await self._result(asked, view, headers, receive)
        if result is None:
            return None
        chosen = coding(headers.get(b"accept-encoding", b"").decode("latin-1"), len(result.body))
        body = await self._coded(result, chosen) if chosen else result.body
        prepared = prepare(result.media, body, None if result.changing else result.release, chosen)
        if not result.changing and len(body) <= SHORT:
            self._prepared.keep(given, prepared, len(body) + sum(len(part) for part in given if part))
        return prepared

    async def _coded(self, result: Result, chosen: str) -> bytes | bytearray:
        """The bytes of an answer in a content coding: made in a thread, kept beside the plain ones."""
        key = (result.key, chosen)
        kept = None if result.changing else self._results.get(key)
        if kept:
            return kept.body
        body = await asyncio.get_running_loop().run_in_executor(None, CODERS[chosen], bytes(result.body))
        if not result.changing:
            self._results.keep(key, replace(result, key=key, body=body), len(body))
        return body

    async def _result(self, asked: QueryRequest, view: View, headers: dict[bytes, bytes], receive: Receive) -> Result | None:
        text = querytext.read(asked.query)
        media = media_type(asked.format, headers.get(b"accept", b"").decode("latin-1"), text.offers)
        key = (view.id, asked.query, asked.default_graphs, asked.named_graphs, media)
        result = self._results.get(key)
        if result is None:
            reply = await self._reply(asked, text, media, view, receive)
            if reply is None:
                return None
            if reply.kind == TOLD:
                raise _told(json.loads(reply.body))
            result = Result(key, media, view.id, reply.body, text.changing)
            if not text.changing:
                self._results.keep(key, result, len(reply.body) + len(asked.query))
        return result

    async def _reply(self, asked: QueryRequest, text: QueryText, media: str, view: View, receive: Receive) -> Reply | None:
        """What a worker says, or None where the client left."""
        seconds = min(asked.timeout or self._limits.seconds, self._limits.seconds)
        key = (view.id, asked.query, asked.default_graphs, asked.named_graphs, media, seconds, object() if text.changing else None)
        request = Asked(f"{view.path}/store", asked.query, media, asked.default_graphs, asked.named_graphs, self._limits.result, self._limits.allowed)
        flight = self._flights.board(key, request, text.shape, seconds)
        try:
            return await flight.wait() or await _unless_gone(receive, flight.wait(patient=True))
        finally:
            self._flights.leave(key, flight)


async def _unless_gone(receive: Receive, reply: asyncio.Future[Reply | None]) -> Reply | None:
    """The reply, or None where the client leaves before it is there."""

    async def left() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    watch = asyncio.ensure_future(left())
    try:
        await asyncio.wait((reply, watch), return_when=asyncio.FIRST_COMPLETED)
        return reply.result() if reply.done() else None
    finally:
        watch.cancel()


@lru_cache(maxsize=256)
def media_type(wanted: str | None, accept: str, offers: tuple[str, ...]) -> str:
    """What to answer with: what `format=` asked for, else the best of Accept; application/json means results in JSON. Raises NotAcceptableError (406)."""
    short = next((media for media in SHORTCUTS.get(wanted or "", (wanted,)) if media in offers), None)
    chosen = short or best(accept, [*offers, *(["application/json"] if JSON in offers else [])])
    if chosen is None:
        raise NotAcceptableError(offers)
    return JSON if chosen == "application/json" else chosen


def _told(told: dict[str, Any]) -> StyrgrafError:
    """The error that a worker tells of."""
    if "offers" in told:
        return NotAcceptableError(told["offers"])
    return QueryError(told["sv"], told["en"], *told["place"]) if told["place"] else StateError(told["sv"], told["en"])


def described(url: str, accept: str, view: View, allowed: tuple[str, ...]) -> Prepared:
    """GET without a query: the service description (SPARQL 1.1 Service Description §2), or the query form for a browser. Raises NotAcceptableError (406)."""
    chosen = best(accept, [*TRIPLES, "text/html"])
    if chosen == "text/html":
        return from_response(RedirectResponse(url.rstrip("/") + "-editor", 303))
    if chosen is None:
        raise NotAcceptableError(TRIPLES)
    return prepare(chosen, serialize(description.triples(url, view.release, allowed), chosen), f"{view.id}.description", None)

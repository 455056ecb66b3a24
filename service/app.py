"""The HTTP service: `create_app(settings)`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import NotFoundError, StyrgrafError
from graph.releases import PUBLIC
from service import server
from service.api import asking, auditing, changes
from service.api import catalogue as api
from service.api.analysis import routes as analysis
from service.api.asking import Askers
from service.api.network import router as network
from service.api.queries import Queries
from service.discovery import routes as discovery
from service.mcp import server as mcp
from service.mcp.tools import Tools
from service.operation import metrics
from service.operation import routes as operation
from service.operation.figures import Figures
from service.operation.leaving import Leaving
from service.operation.logs import Log, opened
from service.operation.readiness import Readiness
from service.operation.watching import Watch
from service.pages import analysed, asked, chart, documents, past, pictures, query, start, things
from service.pages.assets import STATIC, Static
from service.pages.frame import Frame, Suffixes
from service.pages.rendered import Rendered
from service.processes.viewing import Making
from service.processes.workers import Workers
from service.processes.writer import Writer
from service.settings import Settings
from service.sparql.endpoint import Limits, SparqlEndpoint, store_of
from service.sparql.store_protocol import METHODS, StoreEndpoint
from service.sparql.update import UpdateEndpoint
from service.views.current import Current
from service.views.reading import settled
from service.web.access import Access
from service.web.audit import Audit
from service.web.compressing import Compressed
from service.web.doors import Door
from service.web.gate import Gate
from service.web.limits import Rate
from service.web.outside import Outside, inside
from service.web.problems import RESPONSES, problem, status

ROOMS: Final = frozenset({"api", "health", "metrics", "static"})  # what is counted apart, beside the doors; all else is pages


class Service:
    """The ASGI application: protocols on raw routes, all else on FastAPI."""

    def __init__(
        self, doors: Mapping[str, ASGIApp], rest: ASGIApp, gate: Gate, rate: Rate | None, watch: Watch, outside: Outside, close: Callable[[], Awaitable[None]]
    ) -> None:
        self._doors = doors
        self._rest = rest
        self._gate = gate
        self._rate = rate
        self._watch = watch
        self._outside = outside
        self.close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Routes one request: a door has the first part of the path, with or without a slash behind it; the graph store has all below it."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        scope = self._outside.seen(scope)
        _, first, *more = inside(scope).split("/", 2)
        door = self._doors.get(first) if first == "store" or not any(more) else None
        exchange = self._watch.begin(scope, send)
        try:
            if not self._rate or await self._rate.admits(scope, exchange.send):
                await self._gate(door or self._rest, scope, receive, exchange)
        finally:
            self._watch.end(first if door or first in ROOMS else "pages", scope, exchange)


def create_app(settings: Settings, ended: Callable[[], None] = lambda: None, log: Log | None = None) -> Service:
    """The service over the state directory of the settings; `ended` is called when it has shut down. Without a log nothing is told."""
    log = log or Log("quiet", sys.stderr)
    current = Current(settings.state, Making(settings.home, settings.write_memory, settings.write_timeout))
    askers = Askers(current)
    rendered = Rendered(current, settings)
    pages = Frame(current, settings, lambda words: askers.index().search(words, limit=5))
    workers = Workers(settings.workers, 256, settings.memory, store=store_of(current.served), loaded=settings.loaded, tell=log.query)
    writer = Writer(settings.home, settings.write_memory, settings.write_timeout, lambda release: workers.prepare(f"{release}/store"), settings.visibility)
    queries = Queries(workers, current.view, settings.timeout)
    tools = mcp.Endpoint(mcp.server(Tools(current, askers, queries)), settings.hosts)

    figures, leaving, outside = Figures(), Leaving(), Outside(settings.root_path, settings.proxy_header)

    async def close() -> None:
        await workers.close()
        await writer.close()
        log.close()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        leaving.listen()
        workers.start()
        await writer.start()
        async with tools.running():
            with askers.warming():
                yield
        await close()
        ended()

    rest = FastAPI(
        title="Styrgraf",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=RESPONSES,
    )
    rest.mount("/static", Static(directory=STATIC))
    sparql = SparqlEndpoint(current.view, lambda *asked: current.at(*asked).view, workers, Limits.of(settings))
    readiness = Readiness(settings.state.seen_by(PUBLIC), lambda: current.store()[0], lambda: not workers.failing, leaving)
    sources = (figures.series, workers.figures, sparql.figures, writer.figures, log.figures, metrics.release(current.served), metrics.process)
    rest.include_router(operation.router(readiness, sources))
    reads = [Depends(settled(current))]
    rest.include_router(api.router(current, askers, queries), dependencies=reads)
    rest.include_router(asking.router(current, askers), dependencies=reads)
    rest.include_router(analysis.router(current, askers), dependencies=reads)
    rest.include_router(network(current, askers), dependencies=reads)
    rest.include_router(changes.router(current))
    audit = Audit(settings.home)
    rest.include_router(auditing.router(audit))
    rest.include_router(past.router(pages, current))
    rest.include_router(pictures.router(pages, current, rendered), dependencies=reads)
    rest.include_router(analysed.router(pages, current, askers), dependencies=reads)
    rest.include_router(chart.router(pages, current, askers, rendered), dependencies=reads)
    rest.include_router(start.router(pages, current, rendered), dependencies=reads)
    rest.include_router(asked.router(pages, current, askers, rendered), dependencies=reads)
    rest.include_router(documents.router(pages, current, settings, rendered), dependencies=reads)
    rest.include_router(discovery.router(current), dependencies=reads)
    rest.include_router(query.router(pages, current, queries), dependencies=reads)
    rest.include_router(things.router(pages, current, rendered), dependencies=reads)
    _errors(rest, pages)
    gate = Gate(settings.state, Access(settings.home), audit, settings.proxy_header.lower().encode())
    doors: dict[str, ASGIApp] = {"sparql": sparql, "mcp": tools, **_writing(rest, settings, current, writer, sparql)}
    return Service(doors, Compressed(Suffixes(rest)), gate, Rate.of(settings), Watch(figures, log, outside), outside, close)


def _writing(rest: FastAPI, settings: Settings, current: Current, writer: Writer, sparql: ASGIApp) -> dict[str, ASGIApp]:
    """The doors through which changes come."""
    most = settings.upload << 20
    update = UpdateEndpoint(writer, settings.home, most, settings.allow)
    store = StoreEndpoint(writer, settings.home, most, lambda *asked: current.opened(current.at(*asked)), sparql)
    rest.router.routes[:0] = changes.Changes(writer, settings.home, update, store).routes()
    return {"update": Door(update.answer, "POST, OPTIONS"), "store": Door(store.answer, METHODS)}


def from_environment() -> Service:
    """The service by the environment's settings: what the server's workers call."""
    settings = Settings.read()
    return create_app(settings, server.leave, opened(settings.log))


def _errors(rest: FastAPI, pages: Frame) -> None:
    @rest.exception_handler(StyrgrafError)
    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, StyrgrafError)
        return await run_in_threadpool(pages.error, request, error, status(error))

    @rest.exception_handler(HTTPException)
    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return await run_in_threadpool(pages.error, request, NotFoundError("Ingen sida har den adressen.", "No page has that address."), 404)
        return problem(error.status_code, error.detail, dict(error.headers or {}))

    @rest.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem(422, "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))

    @rest.exception_handler(Exception)
    async def ours_to_mend(_request: Request, _error: Exception) -> Response:
        return problem(500, "Something went wrong in the service. Nothing was changed.")

"""The HTTP service: `create_app(settings)`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from graph import files
from graph.errors import NotFoundError, StyrgrafError
from service import server
from service.api import asking, changes
from service.api import catalogue as api
from service.api.asking import Askers
from service.api.queries import Queries
from service.mcp import server as mcp
from service.mcp.tools import Tools
from service.pages import past
from service.pages.site import SPACES, Pages
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
from service.web.doors import Door
from service.web.problems import RESPONSES, problem, status

SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Service:
    """The ASGI application: protocols on raw routes, all else on FastAPI."""

    def __init__(self, doors: Mapping[str, ASGIApp], rest: ASGIApp, close: Callable[[], Awaitable[None]]) -> None:
        self._doors = doors
        self._rest = rest
        self.close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Routes one request: a door has the first part of the path, with or without a slash behind it; the graph store has all below it."""
        door = None
        if scope["type"] == "http":
            _, first, *more = scope["path"].split("/", 2)
            door = self._doors.get(first) if first == "store" or not any(more) else None
        await (door or self._rest)(scope, receive, send)


def create_app(settings: Settings, ended: Callable[[], None] = lambda: None) -> Service:
    """The service over the state directory of the settings; `ended` is called when it has shut down."""
    current = Current(settings.state, Making(settings.home, settings.write_memory, settings.write_timeout))
    askers = Askers(current)
    pages = Pages(current, settings, askers)
    workers = Workers(settings.workers, 256, settings.memory, store=store_of(current.served), loaded=settings.loaded)
    writer = Writer(settings.home, settings.write_memory, settings.write_timeout)
    queries = Queries(workers, current.view, settings.timeout)
    tools = mcp.Endpoint(mcp.server(Tools(current, askers, queries)), settings.hosts)

    async def close() -> None:
        await workers.close()
        await writer.close()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        workers.start()
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
    rest.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    _health(rest, current, settings)
    reads = [Depends(settled(current))]
    rest.include_router(api.router(current, askers, queries), dependencies=reads)
    rest.include_router(asking.router(current, askers), dependencies=reads)
    rest.include_router(changes.router(settings.state))
    rest.include_router(past.router(pages, settings.state))
    rest.include_router(_pages(pages), dependencies=reads)
    _errors(rest, pages)
    rest.middleware("http")(_secured)
    sparql = SparqlEndpoint(current.served, lambda *asked: current.at(*asked).view, workers, Limits.of(settings))
    return Service({"sparql": sparql, "mcp": tools, **_writing(rest, settings, current, writer, sparql)}, rest, close)


def _writing(rest: FastAPI, settings: Settings, current: Current, writer: Writer, sparql: ASGIApp) -> dict[str, ASGIApp]:
    """The doors through which changes come."""
    access, most = Access(settings.home), settings.upload << 20
    update = UpdateEndpoint(access, writer, settings.home, most, settings.allow)
    store = StoreEndpoint(access, writer, settings.home, most, lambda *asked: current.opened(current.at(*asked)), sparql)
    rest.router.routes[:0] = changes.Changes(access, writer, settings.home, update, store).routes()
    return {"update": Door(update.answer, "POST, OPTIONS"), "store": Door(store.answer, METHODS)}


def from_environment() -> Service:
    """The service by the environment's settings: what the server's workers call."""
    return create_app(Settings.read(), server.leave)


def _health(rest: FastAPI, current: Current, settings: Settings) -> None:
    @rest.get("/health/live")
    def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @rest.get("/health/ready", response_model=None)
    def ready() -> Response | dict[str, str | None]:
        """A release can be served; says also whether the latest build failed."""
        try:
            release, _ = current.store()
        except StyrgrafError as error:
            return problem(503, error.en)
        failed = settings.state.failure()
        return {"status": "ready", "release": release, "buildFailed": failed.en if failed else None}


def _pages(pages: Pages) -> APIRouter:
    rest = APIRouter()

    @rest.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def home(request: Request) -> Response:
        return pages.home(request)

    @rest.api_route("/questions", methods=["GET", "HEAD"], include_in_schema=False)
    def question_list(request: Request) -> Response:
        return pages.question_list(request)

    @rest.api_route("/questions/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    def question(request: Request, name: str) -> Response:
        return pages.question(request, name)

    @rest.api_route("/ask", methods=["GET", "HEAD"], include_in_schema=False)
    def ask(request: Request, q: str = "") -> Response:
        return pages.ask(request, q)

    @rest.api_route("/explain", methods=["GET", "HEAD"], include_in_schema=False)
    def explain(request: Request, s: str, p: str = "", o: str = "", limit: int = 10) -> Response:
        return pages.explain(request, s, p, o, limit)

    @rest.api_route("/docs/changelog", methods=["GET", "HEAD"], include_in_schema=False)
    def changelog() -> Response:
        return Response((files.root() / "CHANGELOG.md").read_text("utf-8"), media_type="text/markdown")

    @rest.api_route("/coverage", methods=["GET", "HEAD"], include_in_schema=False)
    def coverage(request: Request) -> Response:
        return pages.coverage(request)

    @rest.api_route("/def.{form}", methods=["GET", "HEAD"], include_in_schema=False)
    def ontology(request: Request, form: str) -> Response:
        return pages.ontology(request, form)

    @rest.api_route("/def/context.jsonld", methods=["GET", "HEAD"], include_in_schema=False)
    def context() -> Response:
        return pages.context()

    @rest.api_route("/{space}/{rest_of_path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def thing(request: Request, space: str) -> Response:
        if space not in SPACES:
            raise NotFoundError("Ingen sida har den adressen.", "No page has that address.")
        return pages.thing(request, request.url.path.removeprefix("/"))

    return rest


def _errors(rest: FastAPI, pages: Pages) -> None:
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


async def _secured(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(SECURITY)
    return response

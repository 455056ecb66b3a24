"""The HTTP service: `create_app(settings)`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from graph import files
from graph.errors import NotFoundError, StyrgrafError
from service import api
from service.current import Current
from service.pages import SPACES, Pages
from service.problems import STATUS, problem
from service.settings import Settings
from service.sparql import SparqlEndpoint
from service.workers import Workers

SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Service:
    """The ASGI application: SPARQL on a raw route, all else on FastAPI."""

    def __init__(self, sparql: ASGIApp, rest: ASGIApp, workers: Workers) -> None:
        self._sparql = sparql
        self._rest = rest
        self._workers = workers

    async def close(self) -> None:
        """Ends the processes that answer queries."""
        await self._workers.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Routes one request; `/sparql` answers with and without a slash at its end."""
        raw = scope["type"] == "http" and scope["path"].rstrip("/") == "/sparql"
        await (self._sparql if raw else self._rest)(scope, receive, send)


def create_app(settings: Settings) -> Service:
    """The service over the state directory of the settings."""
    current = Current(settings.state)
    pages = Pages(current, settings)
    workers = Workers(settings.workers, 64, settings.memory)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await workers.close()

    rest = FastAPI(title="Styrgraf", version="0.1.0", lifespan=lifespan, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, redirect_slashes=False)
    rest.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    _health(rest, current, settings)
    rest.include_router(api.router(current))
    _pages(rest, pages)
    _errors(rest, pages)
    rest.middleware("http")(_secured)
    return Service(SparqlEndpoint(current.release, workers, settings.timeout), rest, workers)


def from_environment() -> Service:
    """The service by the environment's settings: what the server's workers call."""
    return create_app(Settings.read())


def _health(rest: FastAPI, current: Current, settings: Settings) -> None:
    @rest.get("/health/live")
    def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @rest.get("/health/ready", responses={503: {"description": "No release can be served."}}, response_model=None)
    def ready() -> Response | dict[str, str | None]:
        """A release can be served; says also whether the latest build failed."""
        try:
            release, _ = current.store()
        except StyrgrafError as error:
            return problem(503, error.en)
        failed = settings.state.failure()
        return {"status": "ready", "release": release, "buildFailed": failed.en if failed else None}


def _pages(rest: FastAPI, pages: Pages) -> None:
    @rest.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def home(request: Request) -> Response:
        return pages.home(request)

    @rest.api_route("/questions", methods=["GET", "HEAD"], include_in_schema=False)
    def question_list(request: Request) -> Response:
        return pages.question_list(request)

    @rest.api_route("/questions/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    def question(request: Request, name: str) -> Response:
        return pages.question(request, name)

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


def _errors(rest: FastAPI, pages: Pages) -> None:
    @rest.exception_handler(StyrgrafError)
    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, StyrgrafError)
        return await run_in_threadpool(pages.error, request, error, STATUS.get(type(error), 500))

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

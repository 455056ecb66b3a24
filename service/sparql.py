"""SPARQL 1.1 Protocol, query operation: a raw ASGI route.

Without a dataset in the request or the query the default graph is the union of all graphs. Queries run in processes of their own, within limits of time
and memory; never on the event loop.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import parse_qs

import anyio
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from graph.errors import StyrgrafError
from graph.namespaces import PREFIXES
from graph.releases import Release
from graph.store import CSV, JSON, TSV, XML
from service.negotiation import best, language
from service.problems import from_error, problem
from service.workers import BusyError, WorkerDiedError, Workers

QUERY: Final = "application/sparql-query"
FORM: Final = "application/x-www-form-urlencoded"
MAX_BODY: Final = 1_000_000
SHORTCUTS: Final = {
    "json": JSON,
    "xml": XML,
    "csv": CSV,
    "tsv": TSV,
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
CORS: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}
PREFLIGHT: Final = {"Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS", "Access-Control-Max-Age": "86400"}


@dataclass(frozen=True)
class Asked:
    """A protocol request (SPARQL 1.1 Protocol §2.1)."""

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    format: str | None
    timeout: float | None


class BadRequestError(Exception):
    """The request is not one of the protocol's; carries the status."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class SparqlEndpoint:
    """The route. `release` gives the release served now; `timeout` is in seconds."""

    def __init__(self, release: Callable[[], Release], workers: Workers, timeout: float) -> None:
        self._release = release
        self._workers = workers
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; a client that leaves takes its query with it."""
        request = Request(scope, receive)
        response = await self._respond(request)
        if response is None:
            return
        response.headers.update({**CORS, "Vary": "Accept, Accept-Encoding"})
        if request.method == "HEAD":
            response.body = b""  # RFC 9110 §9.3.2: the headers of GET, Content-Length included, without its body
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response | None:
        if request.method == "OPTIONS":
            wanted = request.headers.get("access-control-request-headers")
            return Response(status_code=204, headers={**PREFLIGHT, **({"Access-Control-Allow-Headers": wanted} if wanted else {})})
        if request.method in ("GET", "HEAD") and not request.url.query:
            return _described(request)
        try:
            asked = await _read(request)
            return await _unless_gone(request, self._answer(asked, request.headers))
        except BadRequestError as wrong:
            return problem(wrong.status, str(wrong), {"Allow": "GET, HEAD, POST, OPTIONS"} if wrong.status == 405 else None)
        except StyrgrafError as error:
            return from_error(error, language(None, request.headers.get("accept-language", "")))

    async def _answer(self, asked: Asked, headers: Headers) -> Response:
        release, seconds = self._release(), min(asked.timeout or self._timeout, self._timeout)
        request = {"store": str(release.path / "store"), "accept": headers.get("accept", ""), **asdict(asked)}
        try:
            told, body = await self._workers.ask(request, seconds)
        except TimeoutError:
            return problem(504, f"The query took longer than {seconds:g} seconds and was stopped.")
        except WorkerDiedError:
            return problem(503, "The query needed more memory than a query may have and was stopped. Ask for less, or in parts.", {"Retry-After": "1"})
        except BusyError:
            return problem(503, "Too many queries are waiting. Try again in a moment.", {"Retry-After": "2"})
        return _told(told, body, release.id, headers)


async def _unless_gone(request: Request, work: Awaitable[Response]) -> Response | None:
    """The response, or None where the client left before it was ready."""
    response = None

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        response = await work
        group.cancel_scope.cancel()
    return response


def _told(told: dict[str, Any], body: bytes, release: str, headers: Headers) -> Response:
    """The response for what a worker told."""
    lang = language(None, headers.get("accept-language", ""))
    if "failure" in told:
        return problem(503, told["failure"][lang])
    if "error" in told:
        error = told["error"]
        return problem(400, error[lang], line=error["line"], column=error["column"])
    if "offers" in told:
        return problem(406, f"This result can be had as {', '.join(told['offers'])}.")
    etag = f'"{release}.{told["media"]}"'
    if etag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(body, headers={"ETag": etag, "Content-Type": told["media"]})


def _described(request: Request) -> Response:
    """GET without a query: the service description (SPARQL 1.1 Service Description §2), or the query form for a browser."""
    chosen = best(request.headers.get("accept", ""), ["text/turtle", "text/html"])
    if chosen == "text/html":
        return RedirectResponse("/#sparql", 303)
    return (
        Response(description(str(request.url)), headers={"Content-Type": "text/turtle"})
        if chosen
        else problem(406, "The service description can be had as text/turtle.")
    )


async def _read(request: Request) -> Asked:
    if request.method in ("GET", "HEAD"):
        return _asked(parse_qs(request.url.query, keep_blank_values=True))
    if request.method != "POST":
        raise BadRequestError(405, f"{request.method} is not part of the SPARQL query protocol.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, QUERY):
        raise BadRequestError(415, f"POST takes {FORM} or {QUERY}.")
    text = _utf8(await _body(request))
    fields = parse_qs(text if kind == FORM else request.url.query, keep_blank_values=True)
    return _asked(fields if kind == FORM else {**fields, "query": [text]})


async def _body(request: Request) -> bytes:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > MAX_BODY:
            raise BadRequestError(413, f"The query is larger than {MAX_BODY} bytes.")
    return bytes(read)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise BadRequestError(400, f"The body is not UTF-8 (byte {wrong.start}).") from wrong


def _asked(fields: dict[str, list[str]]) -> Asked:
    queries = fields.get("query", [])
    if "update" in fields:
        raise BadRequestError(400, "An update cannot be sent as a query.")
    if len(queries) != 1 or not queries[0].strip():
        raise BadRequestError(400, f"Exactly one query parameter is needed; there are {len(queries)}." if len(queries) != 1 else "The query is empty.")
    shortcut = next(iter(fields.get("format", [])), "")
    return Asked(queries[0], fields.get("default-graph-uri"), fields.get("named-graph-uri"), SHORTCUTS.get(shortcut, shortcut) or None, _timeout(fields))


def _timeout(fields: dict[str, list[str]]) -> float | None:
    """The seconds that `timeout=` asks for; the server's own limit stays above it."""
    text = next(iter(fields.get("timeout", [])), None)
    try:
        seconds = float(text) if text else None
    except ValueError:
        seconds = -1
    if seconds is not None and not 0 < seconds < float("inf"):
        raise BadRequestError(400, f"timeout={text} is no number of seconds.")
    return seconds


def description(url: str) -> str:
    """The service description in Turtle (SPARQL 1.1 Service Description) for an endpoint at this URL."""
    formats = " , ".join(
        f"<http://www.w3.org/ns/formats/{f}>"
        for f in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD", "RDF_XML")
    )
    return f"""@prefix sd: <{PREFIXES["sd"]}> .
[] a sd:Service ;
    sd:endpoint <{url}> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:feature sd:UnionDefaultGraph ;
    sd:defaultEntailmentRegime <http://www.w3.org/ns/entailment/OWL-RDF-Based> ;
    sd:resultFormat {formats} ;
    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ] .
"""

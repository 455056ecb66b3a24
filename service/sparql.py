"""SPARQL 1.1 Protocol, query operation: a raw ASGI route.

Without a dataset in the request or the query the default graph is the union of all graphs. Queries run in threads, never on the event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from graph.errors import StyrgrafError
from graph.namespaces import PREFIXES
from graph.store import CSV, JSON, TSV, XML, Found, Store
from service.negotiation import best, language
from service.problems import from_error, problem

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

OpenRelease = Callable[[], tuple[str, Store]]


@dataclass(frozen=True)
class Asked:
    """A protocol request (SPARQL 1.1 Protocol §2.1)."""

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str | None


class BadRequestError(Exception):
    """The request is not one of the protocol's; carries the status."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class SparqlEndpoint:
    """The route. `release` gives the id and the store of the release served now; `timeout` is in seconds."""

    def __init__(self, release: OpenRelease, timeout: float) -> None:
        self._release = release
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        response = await self._respond(request)
        response.headers.update({**CORS, "Vary": "Accept, Accept-Encoding"})
        if request.method == "HEAD":
            response.body = b""  # RFC 9110 §9.3.2: the headers of GET, Content-Length included, without its body
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            wanted = request.headers.get("access-control-request-headers")
            return Response(status_code=204, headers={**PREFLIGHT, **({"Access-Control-Allow-Headers": wanted} if wanted else {})})
        if request.method in ("GET", "HEAD") and not request.url.query:
            return _described(request)
        try:
            asked = await _read(request)
            with anyio.fail_after(self._timeout):
                return await anyio.to_thread.run_sync(self._answer, asked, request.headers, abandon_on_cancel=True)
        except BadRequestError as wrong:
            return problem(wrong.status, str(wrong), {"Allow": "GET, HEAD, POST, OPTIONS"} if wrong.status == 405 else None)
        except StyrgrafError as error:
            return from_error(error, language(None, request.headers.get("accept-language", "")))
        except TimeoutError:
            return problem(504, f"The query took longer than {self._timeout:g} seconds.")

    def _answer(self, asked: Asked, headers: Headers) -> Response:
        release, store = self._release()
        found = store.query(asked.query, *(list(g) if g is not None else None for g in (asked.default_graphs, asked.named_graphs)))
        media = _media_type(found, asked.format, headers.get("accept", ""))
        if media is None:
            return problem(406, f"This result can be had as {', '.join(found.offers)}.")
        etag = f'"{release}.{media}"'
        if etag in headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": etag})
        return Response(found.write(media), headers={"ETag": etag, "Content-Type": media})


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


def _media_type(found: Found, shortcut: str | None, accept: str) -> str | None:
    """What to answer with; `format=` goes before Accept, and application/json means results in JSON."""
    if shortcut:
        wanted = SHORTCUTS.get(shortcut, shortcut)
        return wanted if wanted in found.offers else None
    offers = [*found.offers, *(["application/json"] if JSON in found.offers else [])]
    chosen = best(accept, offers)
    return JSON if chosen == "application/json" else chosen


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
    graphs = [tuple(fields[n]) if n in fields else None for n in ("default-graph-uri", "named-graph-uri")]
    return Asked(queries[0], graphs[0], graphs[1], next(iter(fields.get("format", [])), None))


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

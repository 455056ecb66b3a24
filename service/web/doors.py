"""What the doors for writing share: preflight, tokens, preconditions, errors as problems, and how a change is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import Receive, Scope, Send

from graph.errors import ReleaseRefusedError, StyrgrafError
from graph.store import serialize
from graph.validator import rdf
from graph.visibility import checked
from service.sparql.protocol import fields, header_map, request_id, url_of
from service.web.headers import COMMON
from service.web.negotiation import best, language
from service.web.problems import problem
from service.web.raw import Prepared, from_response, preflight, refused, send_answer

PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True)
class Asked:
    """A request to write: its scope, its body as it comes, where an answer goes, its headers by name, its id."""

    scope: Scope
    receive: Receive
    send: Send
    headers: dict[bytes, bytes]
    id: bytes

    @property
    def method(self) -> str:
        """The method, such as PUT."""
        return str(self.scope["method"])

    def header(self, name: bytes) -> str:
        """A header's value, or nothing."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def kind(self) -> str:
        """The media type of the body, without parameters, in lower case."""
        return self.header(b"content-type").partition(";")[0].strip().lower()

    @property
    def base(self) -> str:
        """The URL asked for, without its query."""
        return url_of(self.scope, self.headers)

    @property
    def expected(self) -> str | None:
        """The release that If-Match names (RFC 9110 §13.1.1); `*` is any, and a view counts as its release. Of several tags of one release the first tells."""
        tag = self.header(b"if-match").partition(",")[0].strip()
        return None if tag in ("", "*") else tag.removeprefix("W/").strip('"').partition(".")[0].partition("@")[0]

    @property
    def visibility(self) -> str:
        """Who may see the graphs that are written: `visibility=`, or X-Graph-Visibility; nothing where neither tells. Raises InputError."""
        told = fields(self.scope["query_string"]).get("visibility", [self.header(b"x-graph-visibility")])[0]
        return checked(told) if told else ""

    @property
    def reason(self) -> str:
        """Why a change is made, as the client says it (X-Change-Reason, in UTF-8)."""
        return self.headers.get(b"x-change-reason", b"").decode("utf-8", "replace")[:1000]


Answer = Callable[[Asked], Awaitable[Prepared | None]]


@dataclass(frozen=True)
class Door:
    """An ASGI route around a function that answers; None means that another has answered."""

    answer: Answer
    methods: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        headers = header_map(scope["headers"])
        asked = Asked(scope, receive, send, headers, request_id(headers.get(b"x-request-id")))
        if asked.method == "OPTIONS":
            answer: Prepared | None = _preflight(headers, self.methods)
        else:
            answer = await self._answered(asked)
        if answer:
            await send_answer(answer, scope, send, headers, asked.id)

    async def _answered(self, asked: Asked) -> Prepared | None:
        try:
            return await self.answer(asked)
        except ReleaseRefusedError as error:
            return _report(error, asked)
        except StyrgrafError as error:
            return refused(error, asked.headers, asked.id)


def _preflight(headers: dict[bytes, bytes], methods: str) -> Prepared:
    made = preflight(headers)
    kept = [(n, v) for n, v in made.headers if n != b"access-control-allow-methods"]
    return Prepared(made.status, [*kept, (b"access-control-allow-methods", methods.encode())], made.body)


def _report(error: ReleaseRefusedError, asked: Asked) -> Prepared:
    """422 with what the shapes found: as a problem, or as a sh:ValidationReport for whoever likes RDF better."""
    chosen = best(asked.header(b"accept"), [PROBLEM, "application/json", "text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"])
    if chosen and chosen not in (PROBLEM, "application/json"):
        body = serialize(rdf.triples(error.report), chosen)
        return Prepared(422, [*COMMON, (b"content-type", chosen.encode()), (b"content-length", b"%d" % len(body))], body)
    lang = language(None, asked.header(b"accept-language"))
    return from_response(problem(422, error.text(lang), requestId=asked.id.decode(), report=error.report.as_json()))


def done(status: int, release: str, more: list[tuple[bytes, bytes]] | None = None) -> Prepared:
    """The answer to a change: no body, and the release that is current now as its ETag."""
    headers = [*COMMON, (b"etag", f'"{release}"'.encode()), (b"cache-control", b"no-store"), *(more or [])]
    return Prepared(status, headers if status == 204 else [*headers, (b"content-length", b"0")], b"")

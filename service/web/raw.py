"""Answers of raw ASGI routes: headers made once, bodies sent in parts, problems with the request's id (RFC 9110, RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.types import Scope, Send

from graph.errors import StyrgrafError
from service.web.headers import COMMON, Headers
from service.web.negotiation import language
from service.web.problems import STATUS, members, problem
from service.web.refusals import RefusalError

PART: Final = 1 << 20  # bytes of a large answer that are sent at a time
PREFLIGHT: Final[Headers] = [(b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"), (b"access-control-max-age", b"86400")]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer ready to send; `etag` is empty where it has none."""

    status: int
    headers: Headers
    body: bytes | bytearray
    etag: bytes = b""


def prepare(media: str, body: bytes | bytearray, release: str | None, coding: str | None) -> Prepared:
    """A result of a release in a content coding; without a release it is one that the next request must not be given."""
    etag = f'"{release}.{media}{"." + coding if coding else ""}"'.encode() if release else b""
    headers = [*COMMON, (b"content-type", media.encode()), (b"content-length", b"%d" % len(body))]
    headers.append((b"etag", etag) if etag else (b"cache-control", b"no-store"))
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    return Prepared(200, headers, body, etag)


def from_response(response: Response) -> Prepared:
    """An answer made elsewhere."""
    return Prepared(response.status_code, [*COMMON, *response.raw_headers], bytes(response.body))


def refused(error: StyrgrafError, headers: dict[bytes, bytes], identifier: bytes) -> Prepared:
    """The problem document for an error, in the client's language."""
    lang = language(None, headers.get(b"accept-language", b"").decode("latin-1"))
    status = error.status if isinstance(error, RefusalError) else STATUS.get(type(error), 500)
    more = error.headers if isinstance(error, RefusalError) else {}
    return from_response(problem(status, error.text(lang), more, requestId=identifier.decode(), **members(error)))


def preflight(headers: dict[bytes, bytes]) -> Prepared:
    """What a browser asks before it asks (CORS); the headers that it names are allowed."""
    wanted = headers.get(b"access-control-request-headers")
    return Prepared(204, [*COMMON, *PREFLIGHT, *([(b"access-control-allow-headers", wanted)] if wanted else [])], b"")


def matches(etag: bytes, if_none_match: bytes) -> bool:
    """If-None-Match (RFC 9110 §13.1.2): one of the tags, compared weakly, or any at all."""
    given = [tag.strip() for tag in if_none_match.split(b",")]
    return bool(etag) and (given == [b"*"] or etag in [tag.removeprefix(b"W/") for tag in given])


async def send_answer(answer: Prepared, scope: Scope, send: Send, headers: dict[bytes, bytes], identifier: bytes) -> None:
    """Sends an answer: its headers alone for HEAD, 304 where the client has it already."""
    status, told, data = answer.status, answer.headers, answer.body
    if b"if-none-match" in headers and matches(answer.etag, headers[b"if-none-match"]):
        status, told, data = 304, [*COMMON, (b"etag", answer.etag)], b""
    elif scope["method"] == "HEAD":
        data = b""  # RFC 9110 §9.3.2: the headers of GET, Content-Length included, without its body
    await send({"type": "http.response.start", "status": status, "headers": [*told, (b"x-request-id", identifier)]})
    if len(data) <= PART:
        await send({"type": "http.response.body", "body": bytes(data)})
        return
    view = memoryview(data)
    for start in range(0, len(data), PART):
        await send({"type": "http.response.body", "body": bytes(view[start : start + PART]), "more_body": start + PART < len(data)})

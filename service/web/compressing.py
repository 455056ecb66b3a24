"""Pages, their data, styles and scripts in a content coding that the client likes (RFC 9110 §8.4); what was coded is kept by its bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.cache import Cache
from service.web.compression import CODERS, SMALL, coding

KEPT: Final = 16 << 20  # bytes of coded answers
MOST: Final = 8 << 20  # bytes of an answer that is coded; a larger one goes as it is
_TEXTS: Final = (b"text/", b"application/json", b"application/ld+json", b"application/javascript", b"image/svg+xml", b"application/rdf+xml")
Headers = list[tuple[bytes, bytes]]


class Compressed:
    """An application whose answers of text are sent in a content coding.

    An answer in a coding has an ETag of its own (RFC 9110 §8.8.3.3): that of the plain one, with a point and the coding behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: Cache[bytes] = Cache(KEPT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        told = dict(scope.get("headers", ()))
        accepts = told.get(b"accept-encoding", b"").decode("latin-1")
        if scope["type"] != "http" or not accepts:
            await self._app(scope, receive, send)
            return
        extensions = {k: v for k, v in (scope.get("extensions") or {}).items() if k != "http.response.pathsend"}
        inner = {**scope, "extensions": extensions, "headers": [(n, _plain(v) if n == b"if-none-match" else v) for n, v in scope["headers"]]}
        await self._app(inner, receive, _Answer(self._kept, accepts, told.get(b"if-none-match", b""), send).send)


class _Answer:
    """Holds an answer back until it is whole, and sends it coded; what is not to be coded passes."""

    def __init__(self, kept: Cache[bytes], accepts: str, known: bytes, send: Send) -> None:
        self._kept, self._accepts, self._known, self._send = kept, accepts, known, send
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._end(self._start, b"".join(self._parts))

    async def _begin(self, message: Message) -> None:
        headers = dict(message["headers"])
        length = int(headers.get(b"content-length", b"-1"))
        texts = headers.get(b"content-type", b"").startswith(_TEXTS) and b"content-encoding" not in headers
        if message["status"] == 304:
            message = {**message, "headers": _with(message["headers"], etag=self._known)} if b"etag" in headers else message
        if message["status"] == 200 and texts and SMALL <= length <= MOST:
            self._start = message
        else:
            await self._send(message)

    async def _end(self, start: Message, body: bytes) -> None:
        chosen = coding(self._accepts, len(body))  # none for HEAD, which has no body
        headers = dict(start["headers"])
        if chosen:
            etag = headers.get(b"etag", b"")
            body = await self._coded((hash(body), len(body), chosen), chosen, body)  # an ETag would not do: some answers have none, some files share one
            tag = etag[:-1] + b"." + chosen.encode() + b'"' if etag.endswith(b'"') else b""
            start = {**start, "headers": _with(start["headers"], etag=tag, encoding=chosen.encode(), length=b"%d" % len(body))}
        else:
            start = {**start, "headers": _with(start["headers"])}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    async def _coded(self, key: Hashable, chosen: str, body: bytes) -> bytes:
        kept = self._kept.get(key)
        if kept is None:
            kept = await asyncio.to_thread(CODERS[chosen], body)
            self._kept.keep(key, kept, len(kept))
        return kept


def _with(headers: Headers, etag: bytes = b"", encoding: bytes = b"", length: bytes = b"") -> Headers:
    """Headers of an answer that depends on Accept-Encoding, some of them anew."""
    new = {b"etag": etag, b"content-encoding": encoding, b"content-length": length}
    new = {name: value for name, value in new.items() if value}
    return [*((n, v) for n, v in headers if n not in new), *new.items(), (b"vary", b"Accept-Encoding")]


def _plain(tags: bytes) -> bytes:
    """Entity tags as the application knows them, without codings."""
    for name in CODERS:
        tags = tags.replace(b"." + name.encode() + b'"', b'"')
    return tags

"""Who passes: each request is told apart by its token before anything is read, and what it changed, or was refused, is noted.

The audience of a request is settled here and nowhere else (`service.web.access.audience`): whatever reads, reads what that may see.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import StateError, StyrgrafError
from graph.releases import Home
from service.operation.watching import Exchange
from service.sparql.protocol import header_map, request_id
from service.web.access import WHO, Access, Grant
from service.web.audit import Audit, Entry
from service.web.outside import inside
from service.web.raw import refused, send_answer

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
QUERIES: Final = frozenset({"/sparql", "/mcp", "/api/changes/preview"})  # a POST to these changes nothing
TURNED_AWAY: Final = frozenset({401, 403})
_LOG: Final = logging.getLogger("styrgraf.audit")


@dataclass(frozen=True)
class Gate:
    """Lets requests through to what answers them."""

    home: Home
    access: Access
    audit: Audit
    proxy_header: bytes = b""

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, exchange: Exchange) -> None:
        """Settles who asks, has the request answered, and notes it where it was to change something or was turned away."""
        changing = _changes(scope)
        before = self.home.pointer() if changing else None
        try:
            await self._answered(app, scope, receive, exchange.send)
        finally:
            if changing or exchange.status in TURNED_AWAY:
                await asyncio.shield(asyncio.to_thread(self._note, scope, exchange.status, dict(exchange.headers), before or "", WHO.get()))

    async def _answered(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        WHO.set(None)
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if given:
            try:
                WHO.set(await asyncio.to_thread(self.access.who, given[0].decode("latin-1")))
            except StyrgrafError as error:
                headers = header_map(scope["headers"])
                identifier = request_id(headers.get(b"x-request-id"))
                await send_answer(refused(error, headers, identifier), scope, send, headers, identifier)
                return
        await app(scope, receive, send)

    def _note(self, scope: Scope, status: int, told: dict[bytes, bytes], before: str, who: Grant | None) -> None:
        entry = Entry(
            inside(scope),
            str(scope["method"]),
            status,
            who.name if who else "",
            who.role if who else "",
            who.id if who else "",
            _client(scope, self.proxy_header),
            told.get(b"x-request-id", b"").decode("latin-1"),
            *self._change(scope, status, told, before),
        )
        try:
            self.audit.write(entry)
        except (OSError, StateError) as wrong:
            _LOG.error("the audit log cannot be written: %s", wrong)

    def _change(self, scope: Scope, status: int, told: dict[bytes, bytes], before: str) -> tuple[list[str], str, str]:
        """The graphs that were touched, or asked for, and the releases before and after."""
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("graph", [])
        made = told.get(b"etag", b"").decode("latin-1").strip('"')
        after = made or (self.home.pointer() or "" if 0 < status < 400 else before)
        if after == before or not _changes(scope):
            return asked, before, before
        try:
            manifest = self.home.find(after).manifest
        except StyrgrafError:  # another change has pruned or erased it since
            return asked, before, after
        return manifest.touched or asked, manifest.parent or before, after


def _changes(scope: Scope) -> bool:
    """Whether a request is one that may change something."""
    return scope["method"] not in SAFE and inside(scope).rstrip("/") not in QUERIES


def _client(scope: Scope, header: bytes) -> str:
    """The address of the client: of the connection, or as the trusted proxy tells it."""
    told = [value for name, value in scope["headers"] if header and name == header]
    address = str(scope["client"][0]) if scope.get("client") else ""
    return told[-1].rpartition(b",")[2].strip().decode("latin-1") if told else address


__all__ = ["Gate"]

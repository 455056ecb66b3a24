"""Watches each request from outside: counts it, gives it an id, tells the log of it."""

from __future__ import annotations

from collections.abc import Awaitable
from time import perf_counter
from typing import Final

from starlette.types import Message, Scope, Send

from service.operation.figures import Figures
from service.operation.logs import Log
from service.sparql.protocol import request_id
from service.web.headers import Headers, secured
from service.web.outside import Outside

ID: Final = b"x-request-id"


class Exchange:
    """One request under way: since when, and what has been sent of its answer (a status of 0: nothing)."""

    __slots__ = ("_scope", "_send", "began", "headers", "id", "sent", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.began = perf_counter()
        self.status = 0
        self.sent = 0
        self.id = b""
        self.headers: Headers = []

    def send(self, message: Message) -> Awaitable[None]:
        """Passes a message on; the first has the request's id and what every answer has, and an address on this host keeps the prefix of the service."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            if headers and headers[-1][0] == ID:  # the doors of the protocols put it there
                self.id = headers[-1][1]
            else:
                headers = self._begun(headers)
            message["headers"] = self.headers = secured(self._scope, self.status, headers)
        else:
            self.sent += len(message.get("body", b""))
        return self._send(message)

    def _begun(self, told: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        prefix = self._scope.get("root_path", "").encode()
        headers = [(name, _placed(value, prefix) if name == b"location" else value) for name, value in told]
        self.id = dict(headers).get(ID, b"")
        if not self.id:
            self.id = request_id(dict(self._scope["headers"]).get(ID))
            headers.append((ID, self.id))
        return headers


def _placed(location: bytes, prefix: bytes) -> bytes:
    outside = location.startswith(b"/") and not location.startswith((b"//", prefix + b"/"))
    return prefix + location if prefix and outside else location


class Watch:
    """Counts and tells of requests."""

    def __init__(self, figures: Figures, log: Log, outside: Outside) -> None:
        self._figures = figures
        self._log = log
        self._outside = outside

    def begin(self, scope: Scope, send: Send) -> Exchange:
        """A request has come."""
        self._figures.under_way += 1
        return Exchange(scope, send)

    def end(self, door: str, scope: Scope, exchange: Exchange) -> None:
        """It has been answered, or its client has left."""
        took = perf_counter() - exchange.began
        self._figures.under_way -= 1
        self._figures.count(door, scope["method"], exchange.status, took)
        if self._log.kind != "quiet":
            self._tell(door, scope, exchange, took)

    def _tell(self, door: str, scope: Scope, exchange: Exchange, took: float) -> None:
        self._log.request(
            id=exchange.id.decode("latin-1"),
            door=door,
            method=scope["method"],
            path=scope["path"],
            status=exchange.status,
            ms=round(took * 1000, 1),
            bytes=exchange.sent,
            client=self._outside.client(scope),
        )

"""How often a client may ask, whatever it asks for: a token bucket for each address."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.types import Scope, Send

from service.settings import Settings
from service.sparql.protocol import header_map, request_id
from service.web.outside import inside
from service.web.raw import refused, send_answer
from service.web.refusals import RefusalError

MOST_CLIENTS: Final = 10_000
FREE: Final = frozenset({"health", "metrics", "static"})  # first parts of paths that cost nothing


class Rate:
    """So many requests a second for each client, and as many at once as in `burst` seconds.

    The client is the address that the connection comes from, or what the trusted proxy in front says in `header`: the last address there.
    """

    def __init__(self, per_second: float, header: str = "", burst: float = 5, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._header = header.lower().encode()
        self._most = max(1.0, per_second * burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @classmethod
    def of(cls, settings: Settings) -> Rate | None:
        """What the settings say."""
        return cls(settings.rate, settings.proxy_header) if settings.rate > 0 else None

    async def admits(self, scope: Scope, send: Send) -> bool:
        """Whether a request may be answered; one that may not has had its answer."""
        if scope["method"] == "OPTIONS" or inside(scope).split("/", 2)[1] in FREE:
            return True
        headers = header_map(scope["headers"])
        try:
            self.take(scope, headers)
        except RefusalError as error:
            identifier = request_id(headers.get(b"x-request-id"))
            await send_answer(refused(error, headers, identifier), scope, send, headers, identifier)
            return False
        return True

    def take(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Counts a request. Raises RefusalError (429) where its client has asked too often."""
        client, now = self._client(scope, headers), self._clock()
        tokens, then = self._buckets.pop(client, (self._most, now))
        tokens = min(self._most, tokens + (now - then) * self._per_second)
        self._buckets[client] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        if tokens < 1:
            wait = f"{max(1, round((1 - tokens) / self._per_second + 0.5))}"
            raise RefusalError(429, f"För många anrop. Försök igen om {wait} s.", f"Too many requests. Try again in {wait} s.", Retry_After=wait)

    def _client(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        told = headers.get(self._header, b"").rpartition(b",")[2].strip().decode("latin-1") if self._header else ""
        return told or (scope["client"][0] if scope.get("client") else "")

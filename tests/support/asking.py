"""A client that speaks to the service in process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from service.app import Service


class Client:
    """Sends requests on an event loop that lives as long as the client, as a server's does."""

    def __init__(self, app: Service, portal: BlockingPortal) -> None:
        self._app = app
        self._portal = portal

    def request(self, method: str, path: str, **more: object) -> httpx.Response:
        """Sends one request and waits for the whole answer."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=60) as client:
                return await client.request(method, path, **more)  # type: ignore[arg-type]

        return self._portal.call(send)

    def stream_raw(self, path: str, params: dict[str, str], headers: dict[str, str]) -> httpx.Response:
        """GET, the body as it was sent: not decompressed."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)  # type: ignore[arg-type]
            async with (
                httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=60) as client,
                client.stream("GET", path, params=params, headers=headers) as answer,
            ):
                raw = b"".join([part async for part in answer.aiter_raw()])
                told = [(name, value) for name, value in answer.headers.multi_items() if name != "content-encoding"]
                made = httpx.Response(answer.status_code, headers=told, content=raw)
                made.headers["content-encoding"] = answer.headers.get("content-encoding", "")
                return made

        return self._portal.call(send)

    def get(self, path: str, **more: object) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: object) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **more)


@contextmanager
def client_of(app: Service) -> Iterator[Client]:
    """A client of a service; its processes end with it."""
    with start_blocking_portal() as portal:
        yield Client(app, portal)
        portal.call(app.close)

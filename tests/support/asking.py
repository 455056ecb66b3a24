"""A client that speaks to the service in process."""

from __future__ import annotations

import anyio
import httpx

from service.app import Service


class Client:
    """A client that speaks to the service in process."""

    def __init__(self, app: Service) -> None:
        self._app = app

    def request(self, method: str, path: str, **more: object) -> httpx.Response:
        """Sends one request and waits for the whole answer."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return await client.request(method, path, **more)  # type: ignore[arg-type]

        return anyio.run(send)

    def get(self, path: str, **more: object) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: object) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **more)

"""Services that can be written to, each over a state directory of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from asking import Client, client_of

from graph import build
from graph.releases import Home
from service.app import create_app
from service.settings import Settings
from service.web.access import Access


class Writing:
    """A client that has a token."""

    def __init__(self, client: Client, home: Home, role: str = "editor") -> None:
        self.client = client
        self.home = home
        self.token = {"authorization": f"Bearer {Access(home.path).create('test', role)}"}

    def request(self, method: str, path: str, headers: dict[str, str] | None = None, **more: object) -> httpx.Response:
        """Sends a request with the token."""
        return self.client.request(method, path, headers={**self.token, **(headers or {})}, **more)

    def update(self, text: str, headers: dict[str, str] | None = None, **params: str | list[str]) -> httpx.Response:
        """Sends an update directly."""
        told = {"content-type": "application/sparql-update", **(headers or {})}
        return self.request("POST", "/update", told, content=text.encode(), params=params)

    def ask(self, query: str, **params: str | list[str]) -> bool:
        """The answer of an ASK."""
        return bool(self.client.get("/sparql", params={"query": query, **params}).json()["boolean"])

    def rows(self, query: str, **params: str | list[str]) -> list[dict[str, str]]:
        """The rows of a SELECT as plain values."""
        found = self.client.get("/sparql", params={"query": query, **params}).json()["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in found]


@contextmanager
def writing(path: Path, empty: bool = True) -> Iterator[Writing]:
    """A writing client of an empty instance, or of one with the package's data."""
    home = Home(path)
    if empty:
        build.empty(home)
    else:
        build.build(home)
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(path)}))) as client:
        yield Writing(client, home)

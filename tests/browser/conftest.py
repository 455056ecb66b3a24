"""What the browser tests share: a service that runs, Debian's Chromium, and pages that watch what they load."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from paths import SOURCES
from playwright.sync_api import Browser, Page
from running import free_port, serving

from graph.releases import Home

WAIT = 90_000.0  # milliseconds; machines are slow at times


@pytest.fixture(scope="session")
def address(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service."""
    port, folder = free_port(), tmp_path_factory.mktemp("served")
    with serving(port, folder, STYRGRAF_HOME=str(home.path), STYRGRAF_SOURCES=str(SOURCES), STYRGRAF_REPORT="fel@example.org"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def bare(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that has no source texts."""
    port, folder = free_port(), tmp_path_factory.mktemp("bare")
    with serving(port, folder, STYRGRAF_HOME=str(home.path)):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that asks no other host and breaks no policy; at 1280 pixels unless a test says otherwise."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE") as context, context.new_page() as opened:
        opened.set_default_timeout(WAIT)
        asked: list[str] = []
        told: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda message: told.append(message.text) if "Content Security Policy" in message.text else None)
        opened.on("pageerror", lambda error: told.append(str(error)))
        yield opened
        assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:"))] == []
        assert told == []

"""What many tests need: the real graph built once, a home with a release, a client, the source texts where they are at hand."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest
from asking import Client, client_of
from need import need
from paths import SOURCES
from playwright.sync_api import Browser, sync_playwright

from graph import build, files
from graph.evidence import Texts
from graph.releases import Home
from graph.store import Store
from service.app import Service, create_app
from service.settings import Settings

# Machines are noisy: how long an example takes is no failure.
hypothesis.settings.register_profile("styrgraf", deadline=None)
hypothesis.settings.load_profile("styrgraf")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state directory with one release built from the repository's own files."""
    made = Home(tmp_path_factory.mktemp("home"))
    build.build(made, files.root())
    return made


@pytest.fixture(scope="session")
def store(home: Home) -> Store:
    """The store of that release."""
    release = home.current()
    assert release
    return release.open()


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The source texts; the test is skipped where they are not at hand."""
    if not SOURCES.is_dir():
        pytest.skip(f"no source texts at {SOURCES}; set STYRGRAF_SOURCES")
    return Texts.read(SOURCES)


@pytest.fixture(scope="session")
def settings(home: Home) -> Settings:
    """Settings for a service over that state directory."""
    return Settings.read({"STYRGRAF_HOME": str(home.path), "STYRGRAF_SOURCES": str(SOURCES)})


@pytest.fixture(scope="session")
def service(settings: Settings) -> Service:
    """The service itself."""
    return create_app(settings)


@pytest.fixture(scope="session")
def client(service: Service) -> Iterator[Client]:
    """A client of the service over the real graph."""
    with client_of(service) as made:
        yield made


@pytest.fixture(scope="session")
def client_without_texts(home: Home) -> Iterator[Client]:
    """A client of a service that has no source texts."""
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(home.path)}))) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one module: as long as it runs, no other event loop can in this thread."""
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=need("chromium"), args=flags) as launched:
        yield launched

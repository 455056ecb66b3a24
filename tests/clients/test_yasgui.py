"""YASGUI in Chromium, on a page of another origin, against a running service: what a browser allows is tried by a browser."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/>\nSELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"
BARN, RPO = "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi", "https://w3id.org/styrgraf/id/group/rpo-barn-och-ungdomars-halsa"


WAIT = 60_000.0  # milliseconds; machines are slow at times


class Files(SimpleHTTPRequestHandler):
    """The files of a folder, without a log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture(scope="module")
def site(node_modules: Path) -> Iterator[str]:
    """The address of a page that has YASGUI, at a port of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(node_modules.parent))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/yasgui.html"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh browser."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en") as context, context.new_page() as opened:
        context.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
        yield opened


def run(page: Page, site: str, endpoint: str, query: str, method: str = "POST") -> None:
    """Types a query into the editor and executes it."""
    page.goto(f"{site}?{urlencode({'endpoint': endpoint, 'method': method})}")
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)
    page.locator(".yasqe_queryButton").first.click()


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_rows_from_another_origin(page: Page, site: str, full: str, method: str) -> None:
    """A query that is typed shows its rows; the page's own header makes the browser ask for leave first."""
    with page.expect_response(lambda r: r.url.startswith(f"{full}/sparql") and r.request.method == method) as answer:
        run(page, site, f"{full}/sparql", LINES, method)
    assert answer.value.request.headers["x-own"] == "asks for a preflight"
    expect(page.locator(".yasr a.iri", has_text=RPO.rpartition("/")[2]).first).to_be_visible(timeout=WAIT)
    assert BARN in page.locator(".yasr a.iri").evaluate_all("links => links.map(link => link.href)")


def test_a_graph_from_another_origin(page: Page, site: str, full: str) -> None:
    """A CONSTRUCT shows its triples."""
    run(page, site, f"{full}/sparql", f"CONSTRUCT WHERE {{ <{BARN}> <https://w3id.org/styrgraf/def/reportsTo> ?b }}")
    expect(page.locator(".yasr").first).to_contain_text("rpo-barn-och-ungdomars-halsa", timeout=WAIT)


def test_an_error_is_read(page: Page, site: str, full: str) -> None:
    """The page may read the answer to a bad query, and shows its message in the browser's language."""
    run(page, site, f"{full}/sparql", "SELECT * WHERE { ?s ?p ")
    expect(page.locator(".yasr .errorResult, .yasr .alert").first).to_contain_text("400", timeout=WAIT)
    expect(page.locator(".yasr").first).to_contain_text("The query cannot be parsed: error at 1:24", timeout=WAIT)

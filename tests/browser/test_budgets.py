"""What pages weigh: all that a first visit transfers, in the coding that a browser asks for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

PLAIN = (
    "/",
    "/questions",
    "/questions/on-whose-behalf",
    "/documents",
    "/documents/uppdrag-rag-onkologi",
    "/documents/handlingsplan-cancer-kronoberg",
    "/id/group/rag-onkologi.html",
    "/id/region/kronoberg.html",
    "/def.html",
    "/ask?q=Vem+rapporterar+RAG+onkologi+till?",
    "/releases",
    "/matrix",
    "/plan",
    "/gap",
    "/compare?a=doc/uppdrag-rag-onkologi&b=doc/uppdrag-rag-barnonkologi",
    "/timeline",
)
CHARTS = ("/chart", "/chart?most=200")
DRAWN = ("/sparql-editor?query=SELECT%20%3Fa%20%3Fb%20%7B%20%3Fa%20%3Chttps%3A//w3id.org/styrgraf/def/reportsTo%3E%20%3Fb%20%7D",)


def transferred(browser: Browser, url: str, then: str = "") -> int:
    """Bytes of headers and bodies that a first visit receives; `then` is clicked and waited for."""
    with browser.new_context() as context, context.new_page() as page:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[int] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        page.goto(url)
        page.wait_for_load_state("networkidle")
        if then:
            page.locator(then).click()
            page.wait_for_load_state("networkidle")
        return sum(sizes)


@pytest.mark.parametrize("path", PLAIN)
def test_a_page_without_drawings_is_light(browser: Browser, address: str, path: str) -> None:
    """Less than 100 kB in all, styles and pictures included."""
    assert 0 < transferred(browser, address + path) < 100_000


@pytest.mark.parametrize("path", DRAWN)
def test_a_page_with_drawings_is_not_heavy(browser: Browser, address: str, path: str) -> None:
    """Less than 700 kB, the editor and the drawing library included."""
    assert 0 < transferred(browser, address + path, ".select_graph") < 700_000


@pytest.mark.parametrize("path", CHARTS)
def test_a_chart_is_not_heavy(browser: Browser, address: str, path: str) -> None:
    """Less than 700 kB with its script."""
    assert 0 < transferred(browser, address + path) < 700_000

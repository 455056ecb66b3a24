"""The first screen of each page as a picture for the documentation; written where STYRGRAF_PICTURES says so: `STYRGRAF_PICTURES=docs/pictures`.

They are taken of a service without source texts: the repository holds no sentence of a source, in pictures neither.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

PAGES = {
    "start": "/?lang=sv",
    "group": "/id/group/rag-onkologi.html?lang=sv",
    "goal": "/id/goal/krg-3.html?lang=sv",
    "document": "/documents/uppdrag-rag-onkologi?lang=sv",
    "documents": "/documents?lang=sv",
    "question": "/questions/on-whose-behalf?lang=sv",
    "ask": "/ask?lang=sv&q=Vem+rapporterar+RAG+barnonkologi+till?",
    "sparql": "/sparql-editor?lang=sv",
    "history": "/releases?lang=sv",
    "overviews": "/overviews?lang=sv",
    "chart": "/chart?lang=sv&body=RAG+onkologi",
    "matrix": "/matrix?lang=sv",
    "plan": "/plan?lang=sv",
    "compare": "/compare?lang=sv&a=doc/uppdrag-rag-onkologi&b=doc/uppdrag-rag-barnonkologi",
    "gaps": "/gap?lang=sv",
    "timeline": "/timeline?lang=sv",
}


@pytest.mark.parametrize("name", PAGES)
def test_the_first_screen_says_where_one_is(page: Page, bare: str, tmp_path: Path, name: str) -> None:
    """Heading and main content are in the first screen, whose picture is small."""
    folder = Path(os.environ.get("STYRGRAF_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1000, "height": 620})
    page.goto(bare + PAGES[name])
    page.wait_for_load_state("networkidle")
    heading = page.locator("h1").bounding_box()
    assert heading
    assert heading["y"] < 620
    page.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").stat().st_size < 100_000

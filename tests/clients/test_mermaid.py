"""Mermaid in Chromium draws what is exported for it, whatever the names hold."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from graph.names import Name
from graph.network import Edge
from graph.network.describing import Drawing, Party, Relation
from graph.network.export import FORMATS

HOSTILE = ['a "quoted" <b>', "end", "back\\slash", "]] --> x[[", "#quot; #35; %% ;", "subgraph `x`", "å ä ö – ∅", "<script>document.title='hit'</script>"]
KIND = Name("http://e/Kind", {"sv": 'slag | "av" relation'})
DRAW = "text => mermaid.render('drawn', text).then(made => { document.body.innerHTML = made.svg; return document.querySelectorAll('.node').length })"


@pytest.fixture(scope="module")
def page(browser: Browser, node_modules: Path) -> Iterator[Page]:
    """An empty page that has Mermaid and reaches no other address."""
    with browser.new_page() as opened:
        opened.route(lambda _: True, lambda route: route.abort())
        opened.set_content("<title>quiet</title>")
        opened.add_script_tag(path=node_modules / "mermaid/dist/mermaid.min.js")
        opened.evaluate("mermaid.initialize({startOnLoad: false, maxEdges: 5000, maxTextSize: 1000000})")
        yield opened


def test_names_of_any_kind(page: Page) -> None:
    """Each is shown as it is written, and nothing in it is run."""
    parties = tuple(Party(Name(f"http://e/{n}", {"sv": text}), KIND, None, "", None, None) for n, text in enumerate(HOSTILE))
    edges = (Edge(f"http://e/{n}", "http://e/0", KIND.iri, f"http://e/s/{n}", bool(n % 2)) for n in range(1, len(HOSTILE)))
    drawn = Drawing(parties, tuple(Relation(e, KIND, KIND, ()) for e in edges), True)
    assert page.evaluate(DRAW, FORMATS["mmd"][1](drawn, "sv")) == len(HOSTILE)
    shown = page.locator(".node").all_text_contents()
    assert sorted(" ".join(text.split()) for text in shown) == sorted(HOSTILE)
    assert page.title() == "quiet"


def test_the_network_of_the_documents(page: Page, full: str) -> None:
    """A large part of it, as the service gives it; the whole takes Mermaid a minute."""
    told = httpx.get(f"{full}/api/network", params={"limit": "60"}, timeout=60).json()
    text = httpx.get(f"{full}/api/network.mmd", params={"limit": "60"}, timeout=60).text
    assert page.evaluate(DRAW, text) == len(told["nodes"])

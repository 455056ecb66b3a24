"""Pages in a real browser: at the desk and on a phone, in both languages, by keyboard and to a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from graph.evidence import Texts

THINGS = (
    "/id/group/rag-onkologi.html",
    "/id/goal/krg-3.html",
    "/id/region/kalmar-lan.html",
    "/id/reporting-line/barn-rpo.html",
    "/doc/handlingsplan-cancer-kronoberg.html",
    "/vocab/norm-strength/ska.html",
    "/def.html",
    "/nonsense",
)
ANSWERS = ("/questions", "/questions/convener-contact", "/questions/responsible-for-goals", "/documents", "/documents/uppdrag-rag-onkologi")
SPARQL = ("/sparql-editor", "/sparql-editor?query=SELECT%20%3Fa%20%7B%20%3Fa%20%3Chttps%3A//w3id.org/styrgraf/def/reportsTo%3E%20%3Fb%20%7D")
EDGE = "s=id/group/rag-barnonkologi-och-hematologi&p=sg:reportsTo&o=id/group/rpo-barn-och-ungdomars-halsa"
REASONS = (f"/explain?{EDGE}", "/explain?s=id/approval/vgr-beslut", "/explain?s=id/group/rag-onkologi", "/explain?s=x&p=y&o=z")
ASKED = (
    "/ask",
    "/ask?q=På+vems+uppdrag+arbetar+RAG+onkologi?",
    "/ask?q=xyzzy",
    "/ask?q=Which+goals+have+no+responsible+party?",
    "/questions/on-whose-behalf?body=RAG+onkolgi",
    "/questions/who-reports-to-whom?body=RAG+barnonkologi",
)
PAST = ("/releases", "/releases/000001", "/releases/000001/diff/000001", "/questions/who-reports-to-whom?asOf=2026-01-01")
EMPTY = ("/plan?body=id/group/rag-onkologi&lacking=money-passed", "/gap?region=Kalmr&severity=Warning", "/questions/case-numbers?body=RAG+onkologi")
PATHS = ("/", *ANSWERS, *THINGS, *REASONS, *ASKED, *EMPTY, *PAST, *SPARQL)
WIDTHS = (1280, 390)


def show(page: Page, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_its_window(page: Page, address: str, path: str) -> None:
    """Nothing but a table scrolls sideways, at the desk or on a phone."""
    for width in WIDTHS:
        show(page, address + path, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(page: Page, address: str, path: str, lang: str) -> None:
    """WCAG 2.2 AA as far as axe can tell: no serious or critical finding, light or dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        show(page, f"{address}{path}{'&' if '?' in path else '?'}lang={lang}", 390 if scheme == "dark" else 1280)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in ("serious", "critical")] == [], scheme


def test_the_keyboard_alone_leads_from_a_question_to_its_passage(page: Page, address: str, texts: Texts) -> None:
    """Skip link, then a row's evidence opened with Enter: the passage is shown."""
    assert texts
    show(page, f"{address}/questions/convener-contact?lang=sv", 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Till innehållet"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert "håller kontakt med programområdets" in page.locator("mark:visible").first.inner_text()


def test_a_visitor_gets_from_home_to_a_passage_in_english(page: Page, address: str, texts: Texts) -> None:
    """Home, language, question, body, statement: every step is a link."""
    assert texts
    show(page, f"{address}/?lang=sv", 390)
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Who reports to whom, directly and transitively?").first.click()
    page.get_by_role("link", name="RAG barnonkologi och hematologi (paediatric oncology and haematology)").first.click()
    page.get_by_role("link", name="regular reporting to the programme area").first.click()
    assert "rapporterar regelbundet" in page.locator("mark").first.inner_text()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_alone_leads_from_the_box_to_an_answer(page: Page, address: str) -> None:
    """The box is reached by Tab from any page; Enter asks, and the page says how it understood the question."""
    show(page, f"{address}/releases?lang=sv", 1280)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("Vem rapporterar RAG barnonkologi till?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask?*")
    assert "RPO Barn och ungdomars hälsa" in page.locator("main").inner_text()

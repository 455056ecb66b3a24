"""What people come for, from the first click to the passage: searching, asking, reading a document, running a query."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from graph.evidence import Texts

LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/>\nSELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_search_leads_to_a_thing_and_on_to_its_passage(page: Page, address: str, texts: Texts, width: int) -> None:
    """A name in the box of the first page, the thing, its task, the passage in the document."""
    assert texts
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/?lang=sv")
    page.locator("main input[name=q]").fill("RAG onkologi")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="RAG onkologi", exact=True).first.click()
    source = page.locator("details.source", has_text="Uppdragsbeskrivning RAG onkologi").first
    source.locator("summary").click()
    expect(source.locator("mark")).to_be_visible()
    source.get_by_role("link", name=re.compile("tecken")).first.click()
    expect(page.locator("a.covered:target")).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "asked", "answer"), [("sv", "Vem rapporterar RAG barnonkologi till?", "RPO Barn"), ("en", "Who does RAG barnonkologi report to?", "RPO")]
)
def test_a_question_in_plain_words_is_answered_in_its_language(page: Page, address: str, lang: str, asked: str, answer: str) -> None:
    """The first page takes the question; the answer has rows and the language is kept."""
    page.goto(f"{address}/?lang={lang}")
    page.locator("main input[name=q]").fill(asked)
    page.keyboard.press("Enter")
    expect(page.locator("main table")).to_contain_text(answer)
    expect(page.locator("html")).to_have_attribute("lang", lang)


def test_a_document_leads_from_passage_to_statement_and_back(page: Page, address: str, texts: Texts) -> None:
    """Marked text is a link to its statement, and the statement one to its text; both stand out when they are reached."""
    assert texts
    page.goto(f"{address}/documents/uppdrag-rag-onkologi?lang=sv")
    marked = page.locator("a.covered").nth(3)
    marked.click()
    statement = page.locator("li.said:target")
    expect(statement).to_be_visible()
    statement.locator("a[href^='#t']").first.click()
    expect(page.locator("a.covered:target")).to_be_visible()
    assert page.locator("span.gap").count() > 1


def test_the_keyboard_alone_reads_a_document(page: Page, address: str, texts: Texts) -> None:
    """Tab reaches marked text, and Enter leads to its statement."""
    assert texts
    page.goto(f"{address}/documents/uppdrag-rag-onkologi?lang=sv")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "covered":
            break
    page.keyboard.press("Enter")
    expect(page.locator("li.said:target")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_example_of_the_catalogue_runs_and_is_shown_three_ways(page: Page, address: str, width: int) -> None:
    """An example is fetched and run; its rows stand by name, as a table, as bars and as a drawing."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/sparql-editor?lang=sv")
    page.locator("#example").select_option("on-whose-behalf")
    page.get_by_role("button", name="Hämta").click()
    expect(page.locator(".CodeMirror-code").first).to_contain_text("SELECT")
    page.get_by_role("button", name="Kör frågan").click()
    expect(page.locator("#results table")).to_contain_text("RPO Cancer")
    page.locator(".select_chart").click()
    expect(page.locator("svg.chart rect").first).to_be_visible()
    page.locator(".select_graph").click()
    expect(page.locator(".drawn canvas").first).to_be_visible()


def test_a_query_is_shared_by_its_address(page: Page, address: str) -> None:
    """What was run stands in the address, and whoever opens it sees the same rows."""
    page.goto(f"{address}/sparql-editor?lang=sv")
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(LINES)
    page.get_by_role("button", name="Kör frågan").click()
    expect(page.locator("#results table")).to_contain_text("RAG barnonkologi")
    shared = page.url
    page.goto(f"{address}/releases")
    page.goto(shared)
    expect(page.locator("#results table")).to_contain_text("RAG barnonkologi")


def test_the_keyboard_gets_out_of_the_editor(page: Page, address: str) -> None:
    """Tab leaves the editor for the button, which runs the query (WCAG 2.1.2)."""
    page.goto(f"{address}/sparql-editor?lang=sv")
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Kör frågan"
    page.keyboard.press("Enter")
    expect(page.locator("#results table")).to_be_visible()


def test_the_editor_completes_our_terms_by_what_they_are_called(page: Page, address: str) -> None:
    """A Swedish word leads to the property that is called so."""
    page.goto(f"{address}/sparql-editor?lang=sv")
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("SELECT ?a WHERE { ?a ")
    page.keyboard.type("sg:reports")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("sg:reportsTo")


def test_without_scripts_the_form_answers(browser: Browser, address: str) -> None:
    """The same page without JavaScript: the form asks, and the rows stand by name."""
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        page.goto(f"{address}/sparql-editor?lang=sv")
        page.locator("textarea[name=query]").fill(LINES)
        page.get_by_role("button", name="Kör frågan").click()
        expect(page.locator("#results table")).to_contain_text("RAG barnonkologi och hematologi")
        page.goto(f"{address}/sparql-editor?lang=sv&query=SELECT")
        expect(page.get_by_role("alert")).to_be_visible()


def test_an_error_is_reported_with_the_address_of_the_page(page: Page, address: str) -> None:
    """The link to report an error is a mail that names the page."""
    page.goto(f"{address}/id/group/rag-onkologi.html?lang=sv")
    link = page.get_by_role("link", name="Rapportera ett fel").get_attribute("href") or ""
    assert link.startswith("mailto:fel@example.org?subject=")
    assert "rag-onkologi" in link


def test_an_unknown_address_offers_what_is_called_like_it(page: Page, address: str) -> None:
    """A misremembered address leads to the thing."""
    page.goto(f"{address}/id/group/rag-onkologin?lang=sv")
    page.get_by_role("link", name="RAG onkologi", exact=True).click()
    expect(page.locator("h1")).to_contain_text("RAG onkologi")


def test_without_the_text_a_document_is_still_read_by_its_statements(page: Page, bare: str) -> None:
    """A citation leads to the place of its statement in the document, and sections and statements are there."""
    page.goto(f"{bare}/id/reporting-line/barn-rpo.html?lang=sv")
    page.get_by_role("link", name=re.compile("tecken")).first.click()
    expect(page.locator("li.said [id^=t]:target")).to_be_visible()
    assert page.locator("a.covered").count() == 0
    expect(page.get_by_role("heading", name="Rapportering")).to_be_visible()

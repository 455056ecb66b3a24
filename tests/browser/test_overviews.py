"""The overviews in a real browser: chart, matrix, plan, comparison, gaps and timeline, at the desk and on a phone, by keyboard and to a screen reader."""

from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from graph.evidence import Texts

MANDATES = "/compare?a=doc/uppdrag-rag-onkologi&b=doc/uppdrag-rag-barnonkologi"
CHARTS = (
    "/chart",
    "/chart?body=RAG+onkologi",
    "/chart?body=RAG+onkologi&to=RCC+Syd",
    "/chart?body=RAG+onkologi&view=outline",
    "/chart?view=table&kinds=Commission",
)
PATHS = ("/overviews", *CHARTS, "/matrix", "/matrix?by=body", "/plan?lacking=goal-without-responsible", "/compare", MANDATES, "/gap", "/timeline")


def show(page: Page, url: str, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)


@pytest.mark.parametrize("path", PATHS)
def test_no_overview_is_wider_than_its_window(page: Page, address: str, path: str) -> None:
    """Tables and drawings scroll within themselves, at the desk and on a phone."""
    for width in (1280, 390):
        show(page, address + path, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(page: Page, address: str, path: str, lang: str) -> None:
    """WCAG 2.2 AA as far as axe can tell: no serious or critical finding, light at the desk and dark on a phone."""
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        show(page, f"{address}{path}{'&' if '?' in path else '?'}lang={lang}", width)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in ("serious", "critical")] == [], scheme


def test_the_chart_is_walked_by_keyboard(page: Page, address: str) -> None:
    """From a box an arrow key leads to the nearest box that way, what is related to it is brought out, and Enter gives the chart around it."""
    show(page, address + "/chart?body=RAG+onkologi&lang=sv")
    page.locator(".box.focus").focus()
    page.keyboard.press("ArrowUp")
    there = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert not there.startswith("RAG onkologi,")
    assert page.locator("#chart.lit .bond.near").count() > 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/chart?*")
    assert there.split(",")[0] in page.locator("h1").inner_text()


def test_the_chart_zooms_by_keyboard_and_by_button(page: Page, address: str) -> None:
    """Plus makes it larger, the button for all of it fits it into the window again."""
    show(page, address + "/chart?lang=sv")
    drawing = page.locator("#chart svg")
    before = float(drawing.get_attribute("width") or 0)
    page.locator(".box").first.focus()
    page.keyboard.press("+")
    assert float(drawing.get_attribute("width") or 0) > before
    page.get_by_role("button", name="Hela bilden").click()
    assert float(drawing.get_attribute("width") or 0) <= page.locator(".canvas").bounding_box()["width"] + 1  # type: ignore[index]


def test_the_legend_filters_the_chart(page: Page, address: str) -> None:
    """To tick a kind shows its arrows alone, under an address that can be shared."""
    show(page, address + "/chart?lang=sv")
    page.get_by_text("Slag av relation").first.click()
    page.get_by_label("uppdragsrelation").check()
    page.wait_for_url("**kinds=Commission**")
    assert set(page.locator(".bond").evaluate_all("found => found.map(one => one.classList[1])")) == {"k-Commission"}


def test_a_body_is_collapsed_and_expanded(page: Page, address: str) -> None:
    """What hangs on a body alone goes with the minus beside it, and comes back with the plus."""
    show(page, address + "/chart?lang=sv")
    whole = page.locator(".box").count()
    page.locator(".fold").first.click()
    page.wait_for_url("**closed=**")
    assert page.locator(".box").count() < whole
    page.get_by_role("link", name="Fäll ut").first.click()
    page.wait_for_function("!location.search.includes('closed')")
    assert page.locator(".box").count() == whole


def test_the_path_between_two_bodies_tells_why(page: Page, address: str) -> None:
    """Both bodies typed, the steps are listed with their statements and drawn."""
    show(page, address + "/chart?lang=sv")
    page.get_by_label("Kring").fill("RAG onkologi")
    page.get_by_label("Väg till").fill("RCC Syd")
    page.get_by_label("Väg till").press("Enter")
    page.wait_for_url("**to=RCC**")
    way = page.locator(".way").first
    assert "RCC i samverkan" in way.inner_text()
    assert way.locator(".key").count() >= 2
    assert page.locator(".box.focus").count() == 2


def test_the_chart_is_saved_as_a_picture(page: Page, address: str, tmp_path: Path) -> None:
    """The button gives a PNG, the links the files of other programs."""
    show(page, address + "/chart?body=RAG+onkologi&lang=sv")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Spara som PNG").click()
    saved.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    for form, start in (("svg", b"<svg"), ("graphml", b"<graphml"), ("mmd", b"")):
        with page.expect_download() as saved:
            page.get_by_role("link", name=f".{form}", exact=True).last.click()
        saved.value.save_as(tmp_path / form)
        assert (tmp_path / form).read_bytes().lstrip().startswith(start)


def test_the_matrix_becomes_a_workbook(page: Page, address: str, tmp_path: Path) -> None:
    """Two columns chosen are compared line by line; the Excel file has the same columns."""
    show(page, address + "/matrix?lang=sv")
    page.get_by_text("Välj kolumner").click()
    for name in ("Region Kalmar län", "Region Kronoberg"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**column=**")
    assert "Jämfört" in page.locator("table.matrix thead").inner_text()
    with page.expect_download() as saved:
        page.get_by_role("link", name=".xlsx").click()
    saved.value.save_as(tmp_path / "matrix.xlsx")
    head = [c.value for c in openpyxl.load_workbook(tmp_path / "matrix.xlsx").worksheets[0][1]]
    assert head == ["Område", "Region Kalmar län", "Region Kronoberg"]


def test_a_cell_leads_to_the_passage(page: Page, address: str, texts: Texts) -> None:
    """From the matrix to the words of the document, marked."""
    show(page, address + "/matrix?lang=sv")
    page.locator("a.cell").first.click()
    page.wait_for_url("**/matrix/cell**")
    assert page.locator("mark").first.inner_text()


def test_the_two_mandates_are_compared(page: Page, address: str) -> None:
    """From the example on the empty page to the convener's contact, in what differs."""
    show(page, address + "/compare?lang=sv")
    page.get_by_role("link", name="Uppdragen för RAG onkologi").click()
    page.wait_for_url("**a=doc**")
    differs = page.locator("#different + .scroll")
    assert "Programområdets verksamhetschef" in differs.inner_text()
    assert "Programområdets processtöd" in differs.inner_text()


def test_the_plan_begins_with_what_nobody_is_responsible_for(page: Page, address: str) -> None:
    """Sorted by who is responsible, those without come first."""
    show(page, address + "/plan?lang=sv")
    page.get_by_label("Ordna efter").select_option("responsible")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**sort=responsible**")
    assert "ej angivet i dokumenten" in page.locator("table.plan tbody tr").first.inner_text()


def test_a_gap_leads_to_the_question_that_closes_it(page: Page, address: str) -> None:
    """The gravest alone, and from there to an answer."""
    show(page, address + "/gap?lang=sv&severity=Violation")
    page.locator(".closing a").first.click()
    page.wait_for_url("**/questions/**")
    assert page.locator("h1").inner_text()


def test_a_mark_of_the_timeline_leads_to_its_words(page: Page, address: str) -> None:
    """A click on a mark goes to its line in the list below."""
    show(page, address + "/timeline?lang=sv")
    page.locator(".timeline a").last.click()
    assert page.locator(".moments li:target").count() == 1


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until something has the focus; it must come within two hundred."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


WALKS = (
    ("/overviews", ".cards a", "/chart"),
    ("/matrix", "a.cell", "/matrix/cell"),
    ("/compare", "main li a", "a=doc"),
    ("/gap?severity=Violation", ".closing a", "/questions/"),
    ("/chart?body=RAG+onkologi&view=outline", ".outline details[open] a", "lang=sv"),
)


@pytest.mark.parametrize(("start", "selector", "there"), WALKS)
def test_the_keyboard_alone_leads_on(page: Page, address: str, start: str, selector: str, there: str) -> None:
    """Tab comes to what leads on, where the focus can be seen, and Enter goes there."""
    show(page, f"{address}{start}{'&' if '?' in start else '?'}lang=sv")
    if "outline" in start:
        tab_to(page, ".outline summary")
        if not page.locator(".outline details[open]").count():
            page.keyboard.press("Enter")
    tab_to(page, selector)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: there in url and not url.endswith(f"{start}?lang=sv"))


def test_the_plan_is_filtered_by_keyboard_alone(page: Page, address: str) -> None:
    """Tab to the order, the first letter of a choice, Enter on the button."""
    show(page, address + "/plan?lang=sv")
    tab_to(page, "#sort")
    page.keyboard.press("a")
    tab_to(page, "form.filters button")
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=responsible**")


def test_a_passage_of_the_timeline_opens_by_keyboard(page: Page, address: str) -> None:
    """Tab to the document of a line, Enter shows the passage."""
    show(page, address + "/timeline?lang=sv")
    tab_to(page, ".moments summary")
    page.keyboard.press("Enter")
    assert page.locator(".moments details[open]").count() == 1

"""Pages and dereferencing."""

import re

import pytest
from asking import Client
from rdflib import Graph

from graph.evidence import Texts

LINE = "/id/reporting-line/barn-rpo"
GROUP = "/id/group/rag-onkologi"


@pytest.mark.parametrize(
    ("accept", "form"), [("text/html", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/json", "json"), ("", "html")]
)
def test_a_thing_leads_to_the_form_that_is_liked(client: Client, accept: str, form: str) -> None:
    """An IRI of ours answers 303 to a page or to data, by Accept."""
    answer = client.get(GROUP, headers={"accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{GROUP}.{form}")
    assert client.get(f"{GROUP}.{form}").status_code == 200


def test_the_data_of_a_thing_is_rdf_about_it(client: Client) -> None:
    """Turtle says what the page says, evidence included."""
    read = Graph().parse(data=client.get(f"{LINE}.ttl").text, format="turtle")
    assert any(str(s).endswith(LINE) and str(p).endswith("lineTo") for s, p, _ in read)
    assert any(str(p).endswith("oa#start") for _, p, _ in read)


def test_a_page_names_things_and_shows_their_passage(client: Client, texts: Texts) -> None:
    """Names stand instead of IRIs, with document, section and the passage marked."""
    assert texts
    page = client.get(f"{LINE}.html").text
    assert "RPO Barn och ungdomars hälsa" in page
    assert "Rapportering" in page
    assert re.search(r"<mark>[^<]*rapporterar", page)


def test_incoming_statements_stand_on_the_page_of_a_body(client: Client) -> None:
    """A group's page lists the statements that concern it, inferred edges marked as such."""
    page = client.get("/id/group/rag-barnonkologi-och-hematologi.html").text
    assert "/id/reporting-line/barn-rpo" in page
    assert "härlett" in page


@pytest.mark.parametrize(
    "path", [GROUP, LINE, "/id/region/kalmar-lan", "/def/ReportingLine", "/vocab/norm-strength/ska", "/doc/uppdrag-samordningsrad-onkologi"]
)
def test_properties_have_names_not_iris(client: Client, path: str) -> None:
    """A reader meets words, also for what other vocabularies call it."""
    page = client.get(f"{path}.html").text
    assert re.findall(r">((?:skos|rdfs?|owl|dcterms|schema|oa|prov):\w+)<", page) == []


def test_without_the_text_the_page_tells_how_to_add_it(client: Client, client_without_texts: Client) -> None:
    """Section and offsets are shown, and the command that adds the text."""
    assert client
    page = client_without_texts.get(f"{LINE}.html").text
    assert "styrgraf sources add" in page
    assert "Rapportering" in page
    assert "<mark>" not in page


@pytest.mark.parametrize(("lang", "words"), [("sv", "Frågor"), ("en", "Questions")])
def test_pages_come_in_both_languages(client: Client, lang: str, words: str) -> None:
    """`?lang=` and Accept-Language choose, and the page says which it is."""
    for page in (client.get(f"/?lang={lang}"), client.get("/", headers={"accept-language": lang})):
        assert f'<html lang="{lang}">' in page.text
        assert words in page.text
        assert page.headers["content-language"] == lang


def test_the_home_page_counts_and_leads_on(client: Client) -> None:
    """Each of the three users finds a way in, and every document is a click away with the time that it states."""
    page = client.get("/?lang=sv").text
    assert page.count('href="/questions/') >= 5
    assert page.count('href="/documents/') == 5
    assert "Vad ändrades senast?" in page
    assert "2026-06-17" in page


def test_a_question_page_shows_rows_with_passages(client: Client) -> None:
    """An answer has its rows, each with its document."""
    page = client.get("/questions/convener-contact").text
    assert "Programområdets processtöd" in page
    assert "Uppdragsbeskrivning RAG onkologi" in page


def test_every_page_that_a_page_leads_to_is_there(client: Client) -> None:
    """No link of the home page, a question or a group leads nowhere."""
    seen = set()
    for start in ("/", "/questions", "/questions/who-appoints", f"{GROUP}.html"):
        seen |= set(re.findall(r'href="(/[^"#]*)', client.get(start).text))
    for link in sorted(seen)[:150]:
        assert client.get(link.replace("&amp;", "&"), headers={"accept": "text/html"}).status_code in (200, 303), link


@pytest.mark.parametrize(
    "path",
    ["/id/group/nonsense", "/id/group/nonsense.html", "/nonsense", "/questions/nonsense", "/vocab/level/nonsense.ttl", "/api/nonsense", "/id/%3Cx%3E.html"],
)
def test_an_unknown_address_is_told(client: Client, path: str) -> None:
    """404 as a page for people and as a problem for programs."""
    page = client.get(path, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    problem = client.get(path)
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/questions", 405), ("PUT", "/id/group/rag-onkologi", 405), ("GET", "/api/questions/tasks?format=docx", 422)]
)
def test_other_mistakes_are_problems_too(client: Client, method: str, path: str, status: int) -> None:
    """A wrong method or value is told as application/problem+json."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["status"]) == (status, "application/problem+json", status)


def test_no_page_or_data_shows_an_email_address(client: Client, texts: Texts) -> None:
    """The recipient of the mandate is named, the address is not."""
    assert texts
    for path in ("/id/person/p-3.html", "/doc/uppdrag-samordningsrad-onkologi.html", "/doc/uppdrag-samordningsrad-onkologi.json"):
        assert not re.search(r"[\w.]+@[\w-]+\.\w", client.get(path).text), path


def test_pages_ask_no_other_host(client: Client) -> None:
    """A strict policy, and no style, script or picture from elsewhere."""
    page = client.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'(?:src|<link[^>]*href)="https?:', page.text)


def test_health_tells_the_release(client: Client) -> None:
    """Live and ready, with the release that is served."""
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json()["release"] == "000001"

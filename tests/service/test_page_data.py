"""Every page is its data too, goes coded to who likes it, and is rendered once."""

from __future__ import annotations

import csv
import io
import re

import pytest
from asking import Client
from rdflib import Graph

from service.pages.frame import report
from service.pages.query import prefixed

HTML = {"accept": "text/html"}
PAGES = {
    "/": ("json", "csv"),
    "/questions": ("json", "csv"),
    "/questions/convener-contact": ("json", "csv", "jsonld"),
    "/ask?q=Vem rapporterar RAG barnonkologi till?": ("json", "csv", "jsonld"),
    "/documents": ("json", "csv"),
    "/documents/uppdrag-rag-onkologi": ("json", "csv", "ttl"),
    "/id/group/rag-onkologi.html": ("json", "csv", "ttl", "jsonld"),
    "/explain?s=id/group/rag-onkologi": ("json",),
}
TYPES = {"json": "application/json", "csv": "text/csv", "ttl": "text/turtle", "jsonld": "application/ld+json"}


def with_suffix(page: str, form: str) -> str:
    path, mark, query = page.partition("?")
    return ("/index" if path == "/" else path.removesuffix(".html")) + f".{form}{mark}{query}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_to_be_had_in_each_form_that_it_links_to(client: Client, page: str) -> None:
    """By suffix; what is offered is linked to at the end of the page, and each link answers in its type."""
    html = client.get(page, headers=HTML).text
    for form in PAGES[page]:
        answer = client.get(with_suffix(page, form))
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, TYPES[form])
    links = re.findall(r'<link rel="alternate" type="([^"]*)"', html)
    assert {TYPES[form] for form in PAGES[page]} <= set(links)


@pytest.mark.parametrize("page", [p for p in PAGES if ".html" not in p])
def test_a_page_is_to_be_had_by_accept(client: Client, page: str) -> None:
    """The same bytes as by suffix, and the answer says that it depends on Accept."""
    answer = client.get(page, headers={"accept": "application/json"})
    assert answer.json() == client.get(with_suffix(page, "json")).json()
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(("path", "status"), [("/questions.ttl", 404), ("/index.ttl", 404), ("/documents/nonsense.json", 404)])
def test_a_form_that_a_page_has_not_is_told(client: Client, path: str, status: int) -> None:
    """A problem document that says which forms there are."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_the_rows_of_a_thing_say_what_they_rest_on(client: Client) -> None:
    """CSV has a line for each value with its strength, whether it is inferred, and the document."""
    rows = list(csv.DictReader(io.StringIO(client.get("/id/group/rag-onkologi.csv?lang=sv").text)))
    assert {r["status"] for r in rows} == {"asserted", "inferred"}
    assert any(r["strength"] == "ska" and "Uppdragsbeskrivning" in r["evidence"] for r in rows)


def test_the_turtle_of_a_document_is_its_graph(client: Client) -> None:
    """All that the document says, as RDF."""
    read = Graph().parse(data=client.get("/documents/uppdrag-rag-onkologi.ttl").text, format="turtle")
    assert len(read) > 500


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
def test_a_page_goes_in_the_coding_that_is_liked(client: Client, coding: str) -> None:
    """Smaller by far, the same page, and with an ETag of its own that is honoured."""
    page = "/id/group/rag-onkologi.html"
    plain, coded = client.get(page, headers={"accept-encoding": "identity"}), client.stream_raw(page, {}, {"accept-encoding": coding})
    assert coded.headers["content-encoding"] == coding
    assert len(coded.content) < len(plain.content) / 4
    assert coded.headers["etag"] == plain.headers["etag"].removesuffix('"') + f'.{coding}"'
    again = client.get(page, headers={"accept-encoding": coding, "if-none-match": coded.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (304, coded.headers["etag"])


def test_a_page_is_the_same_the_second_time(client: Client) -> None:
    """What is kept is what was rendered, in each language, and 304 is told for it."""
    first = {lang: client.get(f"/id/goal/krg-3.html?lang={lang}") for lang in ("sv", "en")}
    second = {lang: client.get(f"/id/goal/krg-3.html?lang={lang}") for lang in ("sv", "en")}
    assert {k: v.text for k, v in first.items()} == {k: v.text for k, v in second.items()}
    assert first["sv"].text != first["en"].text
    assert client.get("/id/goal/krg-3.html?lang=sv", headers={"if-none-match": first["sv"].headers["etag"]}).status_code == 304


def test_styles_are_kept_for_ever_under_an_address_of_their_content(client: Client) -> None:
    """The page names the style by its hash, and that address is immutable; the bare one is asked for each time."""
    link = re.findall(r'href="(/static/styrgraf\.css\?v=\w+)"', client.get("/").text)[0]
    assert "immutable" in client.get(link).headers["cache-control"]
    assert client.get("/static/styrgraf.css").headers["cache-control"] == "no-cache"


def test_scripts_are_allowed_where_a_page_has_some_and_never_inline(client: Client) -> None:
    """The SPARQL page runs our own scripts; no page allows any inline."""
    policies = {path: client.get(path, headers=HTML).headers["content-security-policy"] for path in ("/", "/sparql-editor", "/nonsense")}
    assert "script-src" not in policies["/"]
    assert "script-src 'self'" in policies["/sparql-editor"]
    assert not any("unsafe" in policy for policy in policies.values())
    known = client.get("/sparql-editor", headers=HTML).headers["etag"]
    unchanged = client.get("/sparql-editor", headers={**HTML, "if-none-match": known})  # a browser takes the headers of a 304 for those of the page
    assert (unchanged.status_code, unchanged.headers["content-security-policy"]) == (304, policies["/sparql-editor"])


def test_a_query_of_the_catalogue_stands_alone() -> None:
    """It has the prefixes that it uses and no others, and none of the indentation of its file."""
    made = prefixed("\n        SELECT ?a WHERE {\n            ?a rdfs:label ?b }\n    ")
    assert made == "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nSELECT ?a WHERE {\n    ?a rdfs:label ?b }"


@pytest.mark.parametrize(
    ("address", "start"),
    [
        ("fel@example.org", "mailto:fel@example.org?subject=S&body="),
        ("https://x.example/new", "https://x.example/new?title=S%3A+"),
        ("https://x.example/n?p=1", "https://x.example/n?p=1&title="),
    ],
)
def test_errors_are_reported_by_mail_or_in_a_form(address: str, start: str) -> None:
    """A mail address is written to, the address of a form is filled in; the page is named in both."""
    assert report(address, "http://h/p", "S", "B").startswith(start)
    assert "%2Fp" in report(address, "http://h/p", "S", "B")


def test_without_an_address_no_report_is_offered() -> None:
    """Nothing is linked to."""
    assert report("", "http://h/p", "S", "B") == ""


def test_the_old_address_of_a_documents_coverage_leads_on(client: Client) -> None:
    """308 to the document view, with what else was asked for."""
    assert client.get("/coverage?document=uppdrag-rag-onkologi&lang=en").headers["location"] == "/documents/uppdrag-rag-onkologi?lang=en"

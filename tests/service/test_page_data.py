"""Every page is its data too, goes coded to who likes it, and is rendered once."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from asking import Client, client_of
from rdflib import DCTERMS, FOAF, PROV, Graph, URIRef
from rdflib import Literal as RdfLiteral
from writing import writing

from graph.releases import Home
from service.app import create_app
from service.pages.frame import report
from service.pages.query import prefixed
from service.settings import Settings

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
    "/releases": ("json", "csv", "ttl"),
    "/releases/000001": ("json", "csv", "ttl"),
    "/releases/1/diff/1": ("json", "csv"),
    "/def.html": ("json", "csv", "ttl", "jsonld", "rdf", "nt"),
}
TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}


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


def test_the_history_is_data_line_by_line(tmp_path: Path) -> None:
    """Who made which release, when and why, and what it changed: as JSON, as CSV and as PROV, each at the address of the page; a formula stays text."""
    with writing(tmp_path / "home") as made:
        made.update('INSERT DATA { GRAPH <urn:g> { <urn:x> <urn:label> "ny"@sv } }', {"x-change-reason": "=1+1"})
        made.update('DELETE DATA { GRAPH <urn:g> { <urn:x> <urn:label> "ny"@sv } }')
        rows = list(csv.DictReader(io.StringIO(made.client.get("/releases.csv").text)))
        assert [(r["id"], r["parent"], r["reason"], r["added"], r["removed"], r["current"]) for r in rows[:2]] == [
            ("000003", "000002", "", "0", "1", "True"),
            ("000002", "000001", "'=1+1", "1", "0", "False"),
        ]
        graph = Graph().parse(data=made.client.get("/releases.ttl").text, format="turtle")
        older, newer = (URIRef(f"http://testserver/releases/00000{n}") for n in (2, 3))
        assert (newer, PROV.wasRevisionOf, older) in graph
        assert (older, DCTERMS.description, RdfLiteral("=1+1")) in graph
        assert {str(n) for n in graph.objects(None, FOAF.name)} == {"test"}
        assert set(Graph().parse(data=made.client.get("/releases/2.ttl").text, format="turtle").subjects(PROV.wasRevisionOf)) == {older}
        for path in ("/releases/000003", "/releases/000002/diff/000003"):
            (line,) = csv.DictReader(io.StringIO(made.client.get(f"{path}.csv").text))
            assert (line["change"], line["status"], line["about"]) == ("removed", "asserted", "urn:x")
            assert made.client.get(f"{path}.json").json()["words"][0]["about"] == "urn:x"
        assert made.client.get("/releases/000002.json").json()["reason"] == "=1+1"
        assert made.client.get("/def.json").status_code == 404  # an empty instance has none


@pytest.mark.parametrize(
    ("lang", "words"), [("sv", ("Senast inläst", "okänd: dokumentet anger ingen tid")), ("en", ("Last read in", "unknown: the document states"))]
)
def test_the_first_page_tells_how_fresh_each_source_is(client: Client, lang: str, words: tuple[str, str]) -> None:
    """Each has the time that it states of itself, or that it states none, and the release in which it was read; the same as JSON."""
    table = re.search(r'<section aria-labelledby="documents">.*?</section>', client.get(f"/?lang={lang}").text, re.DOTALL)
    assert table
    assert all(w in table[0] for w in words)
    told = client.get("/index.json").json()["sources"]
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', table[0], re.DOTALL)
    assert len(rows) == len(told) == 5
    for row, source in zip(rows, told, strict=True):
        assert f"/releases/{source['read']['release']}" in row
        assert all(time["time"] in row for time in source["times"])
        assert (words[1] in row) == (source["times"] == [])


def test_two_releases_are_compared_below_a_prefix(home: Home) -> None:
    """The form of the list leads to the difference under the path that the service lies at, and the API says that it lies there."""
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(home.path), "STYRGRAF_ROOT_PATH": "/styrgraf"}))) as client:
        led = client.get("/styrgraf/releases", params={"from": "1", "to": "1"}, headers=HTML)
        assert led.headers["location"].startswith("/styrgraf/releases/000001/diff/000001")
        assert client.get(led.headers["location"], headers=HTML).status_code == 200
        assert client.get("/styrgraf/api/openapi.json").json()["servers"] == [{"url": "/styrgraf"}]


def test_the_ontology_is_data_term_by_term(client: Client) -> None:
    """Each class and property with its definition and its place, in the language asked for as CSV, in both as JSON."""
    told = client.get("/def.json").json()
    rows = {r["iri"]: r for r in csv.DictReader(io.StringIO(client.get("/def.csv?lang=en").text))}
    assert set(rows) == {t["iri"] for t in told["terms"]}
    line = next(t for t in told["terms"] if t["iri"].endswith("/ReportingLine"))
    assert line["label"] == {"sv": "rapporteringslinje", "en": "reporting line"}
    assert (rows[line["iri"]]["label"], rows[line["iri"]]["above"]) == ("reporting line", "; ".join(line["above"]))


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

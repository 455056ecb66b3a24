"""Pages of questions, and of questions asked in plain words."""

from __future__ import annotations

import html
import re

import pytest
from asking import Client

from graph.choosing import meant, spellings
from graph.errors import NotFoundError
from graph.names import Name
from graph.questions import Parameter, answer, catalogue, choices
from graph.search import Index
from graph.search.things import Called, Thing
from graph.store import Store
from service.api.answers import FORMS
from service.pages import picking
from service.texts import text

GROUP = "https://w3id.org/styrgraf/id/group/rag-onkologi"
PAGE = "/questions/on-whose-behalf"


@pytest.fixture(scope="module")
def index(store: Store) -> Index:
    """The names of the real graph."""
    return Index.build(store)


@pytest.mark.parametrize("typed", ["RAG onkologi", GROUP, "id/group/rag-onkologi"])
def test_what_is_typed_is_resolved_and_shown_by_name(client: Client, typed: str) -> None:
    """A name does as well as an IRI; the box shows the name and the link to share has the IRI."""
    page = client.get(PAGE, params={"body": typed}).text
    assert re.search(r'<input id="body"[^>]*value="RAG onkologi"', page)
    assert f'href="{PAGE}?body=https%3A%2F%2Fw3id.org%2Fstyrgraf%2Fid%2Fgroup%2Frag-onkologi" rel="bookmark"' in page
    assert "RPO Cancer" in page


def test_the_link_to_share_leads_to_the_same_answer(client: Client) -> None:
    """Its table is that of the page that it stands on."""
    page = client.get(PAGE, params={"body": "RAG onkologi"}).text
    link = html.unescape(re.findall(r'href="([^"]*)" rel="bookmark"', page)[0])
    tables = [re.findall(r"<table.*</table>", p, re.DOTALL) for p in (page, client.get(link).text)]
    assert tables[0] == tables[1] != []


def test_an_unknown_name_offers_the_nearest_as_links(client: Client) -> None:
    """The box is marked as wrong and tells why; a click on the nearest gives the answer."""
    page = client.get(PAGE, params={"body": "RAG onkolgi"}).text
    assert 'aria-invalid="true"' in page
    assert 'role="alert"' in page
    assert "<table" not in page
    link = html.unescape(re.findall(r'<li><a href="(/questions/[^"]*rag-onkologi[^"]*)"', page)[0])
    assert "RPO Cancer" in client.get(link).text


def test_every_form_can_be_had_from_the_page(client: Client) -> None:
    """Each link to data answers, with the parameters of the page."""
    page = client.get(PAGE, params={"body": "RAG onkologi"}).text
    links = {form: html.unescape(re.findall(rf'href="(/api{PAGE}\?format={form}[^"]*)"', page)[0]) for form in FORMS}
    for form, link in links.items():
        answer = client.get(link)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, FORMS[form])
    assert client.get(links["json"]).json()["params"] == {"body": GROUP}


def test_every_spelling_that_is_offered_means_its_thing(store: Store, index: Index) -> None:
    """Whatever the list completes to is resolved without a question back, for every parameter; nothing is offered where nothing is answered."""
    for question in catalogue(store).values():
        answered = bool(answer(store, question).rows)
        for field in picking.fields(store, index, question, {}):
            assert bool(field.options) == answered, (question.id, field.parameter.name)
            for spelled, thing in field.options[::7]:
                assert meant(index, field.parameter, spelled) == thing.iri, (question.id, spelled)


def test_abbreviations_are_offered(store: Store, index: Index) -> None:
    """A region may be picked by its abbreviation."""
    question = catalogue(store)["on-whose-behalf"]
    shorts = {c.text for n in choices(store, question)["body"] for c in index.things[n.iri].called if c.kind != "name"}
    assert shorts & {text for text, _ in spellings(index, question.parameters[0], choices(store, question)["body"])}


def test_a_name_of_several_things_is_asked_back() -> None:
    """The error offers each of them, and the picker offers them by their paths."""
    parameter = Parameter("body", {"sv": "Organ", "en": "Body"}, "https://w3id.org/styrgraf/def/Party")
    called = (Called("Samordningsrådet", "name", "sv"),)
    two = [Name(f"https://w3id.org/styrgraf/id/group/{n}", {"sv": "Samordningsrådet"}) for n in "ab"]
    index = Index(Thing(name, called, frozenset({parameter.takes}), (), 0) for name in two)
    with pytest.raises(NotFoundError) as wrong:
        meant(index, parameter, "samordningsrådet")
    assert set(wrong.value.nearest) == {n.iri for n in two}
    assert [spelled for spelled, _ in spellings(index, parameter, two)] == ["id/group/a", "id/group/b"]


@pytest.mark.parametrize("path", ["/", "/questions", PAGE, "/id/group/rag-onkologi.html", "/nonsense", "/documents/uppdrag-rag-onkologi"])
def test_every_page_has_the_box_to_ask_in(client: Client, path: str) -> None:
    """A form that works without scripts, labelled, and empty before anything is asked."""
    page = client.get(path, headers={"accept": "text/html"}).text
    assert '<form class="ask" role="search" action="/ask" method="get">' in page
    assert re.search(r'<label[^>]*for="q">', page)
    assert 'name="q" type="search" value=""' in page


def test_a_question_in_plain_words_is_answered_with_passages(client: Client) -> None:
    """How it was understood, the rows with their document, and the whole question."""
    page = client.get("/ask", params={"q": "På vems uppdrag arbetar RAG onkologi?", "lang": "sv"}).text
    assert "RPO Cancer" in page
    assert "Uppdragsbeskrivning RAG onkologi" in page
    assert 'value="På vems uppdrag arbetar RAG onkologi?"' in page
    assert "/questions/on-whose-behalf?lang=sv&amp;body=" in page


def test_a_name_leads_to_its_page(client: Client) -> None:
    """Search stands below: what is called so."""
    page = client.get("/ask", params={"q": "rag onkologi"}).text
    assert '<a href="/id/group/rag-onkologi?lang=sv">RAG onkologi</a>' in page


@pytest.mark.parametrize(("lang", "q"), [("sv", "Which goals have no responsible party?"), ("en", "Vilka mål saknar ansvarig?")])
def test_a_question_in_the_other_language_is_answered_in_that_of_the_page(client: Client, lang: str, q: str) -> None:
    """The same rows as in its own, told in the page's language; the heading says which language it is in, and a link leads to the answer in that."""
    other = {"sv": "en", "en": "sv"}[lang]
    page = client.get("/ask", params={"q": q, "lang": lang}).text
    here, there = (client.get("/ask.json", params={"q": q, "lang": code}).json() for code in (lang, other))
    assert [r["goal"]["value"] for r in here["answer"]] == [r["goal"]["value"] for r in there["answer"]] != []
    assert here["understood"] != there["understood"]
    assert f'<html lang="{lang}">' in page
    assert f'<h1 lang="{other}">{q}</h1>' in page
    assert re.search(rf'<a href="/ask\?[^"]*lang={other}[^"]*" lang="{other}" hreflang="{other}">', page)
    assert f'<th scope="col">{here["answer"][0]["goal"]["column"][lang]}</th>' in page


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_question_in_the_language_of_the_page_needs_no_link_to_the_other(client: Client, lang: str) -> None:
    """A name alone has no language, and is that of the page."""
    for q in ({"sv": "Vilka mål saknar ansvarig?", "en": "Which goals have no responsible party?"}[lang], "RAG onkologi"):
        page = client.get("/ask", params={"q": q, "lang": lang}).text
        assert f"<h1>{q}</h1>" in page
        assert text("ask.answer.here", "sv") not in page
        assert text("ask.answer.here", "en") not in page


@pytest.mark.parametrize("asked", ["", "   ", "xyzzy plugh", "<script>alert(1)</script>", "a" * 5000])
def test_nothing_that_is_asked_breaks_the_page(client: Client, asked: str) -> None:
    """Nothing, nonsense and markup get a page that says what to do."""
    answer = client.get("/ask", params={"q": asked})
    assert answer.status_code == 200
    assert "<script" not in answer.text

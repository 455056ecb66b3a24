"""Where there is nothing to show, the page says so in its language and leads on."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from asking import Client
from writing import Writing, writing

from graph import history
from graph.namespaces import BASE
from service.texts import text

HTML = {"accept": "text/html"}
LANGUAGES = pytest.mark.parametrize("lang", ["sv", "en"])


def shown(client: Client, path: str, lang: str, expected: int = 200, **asked: str) -> str:
    """What stands in the main part of a page."""
    answer = client.get(path, params={**asked, "lang": lang}, headers=HTML)
    assert answer.status_code == expected
    return html.unescape(answer.text[answer.text.index("<main") : answer.text.index("</main>")])


def link(page: str, words: str) -> str:
    """Where the link with these words leads."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>{re.escape(words)}</a>', page)
    assert found, words
    return found[1]


@LANGUAGES
@pytest.mark.parametrize(
    ("path", "asked", "kept"),
    [
        ("/gap", {"region": "id/region/kalmar-lan", "severity": "Violation"}, set()),
        ("/gap", {"region": "id/region/kalmar-lan", "kind": "money-passed"}, set()),
        ("/plan", {"body": "id/region/kronoberg", "status": f"{BASE}vocab/activity-status/finns", "lacking": "goal-without-responsible"}, {"body"}),
        ("/plan", {"body": "id/group/rag-onkologi", "status": f"{BASE}vocab/activity-status/uppskjuten"}, {"body"}),
        ("/timeline", {"kind": f"{BASE}def/Approval", "document": f"{BASE}doc/handlingsplan-cancer-kronoberg"}, set()),
        ("/questions/case-numbers", {"body": "id/group/rag-onkologi"}, set()),
    ],
)
def test_a_selection_with_nothing_in_it_leads_to_the_whole(client: Client, path: str, asked: dict[str, str], kept: set[str], lang: str) -> None:
    """A notice with a link to the same page without the selection, which has something; what was chosen stays chosen in the form."""
    page = shown(client, path, lang, **asked)
    assert all(f'value="{value}" selected' in page for name, value in asked.items() if path in ("/plan", "/timeline") and name != "body")
    assert 'class="notice"' in page
    whole = link(page, text("picture.whole", lang))
    assert {k for k in asked if f"{k}=" in whole} == kept
    assert text("picture.whole", lang) not in client.get(whole, headers=HTML).text


@LANGUAGES
def test_what_no_document_says_names_the_documents_that_were_searched(client: Client, lang: str) -> None:
    """On the page of a question and of one in plain words, each with a link."""
    told = client.get("/documents.json").json()["documents"]
    for path, asked in (("/questions/case-numbers", {"body": "id/group/rag-onkologi"}), ("/ask", {"q": "Vilket diarienummer har RAG onkologi?"})):
        page = shown(client, path, lang, **asked)
        part = re.search(rf'<p class="quiet">{text("searched.in", lang)}.*?</p>', page)
        assert part
        assert len(told) == part[0].count("<a ") > 3
        assert all(d["label"][lang] in part[0] for d in told)


@LANGUAGES
@pytest.mark.parametrize("q", ["", "xyzzy plugh"])
def test_a_search_without_hits_offers_questions_that_have_answers(client: Client, lang: str, q: str) -> None:
    """Nothing asked, or nothing known: examples in the language of the page, and all questions."""
    page = shown(client, "/ask", lang, q=q)
    examples = re.findall(r'<li><a href="(/ask\?[^"]*)">([^<]*)</a>', page)
    assert examples
    for there, _ in examples:
        assert "<table" in client.get(there, headers=HTML).text
    assert link(page, text("start.all.questions", lang)).startswith("/questions?")


@LANGUAGES
def test_one_side_alone_is_asked_for_the_other(client: Client, lang: str) -> None:
    """A comparison of one thing says what is missing; an empty one only shows examples."""
    assert text("compare.one", lang) in shown(client, "/compare", lang, a="RAG onkologi")
    assert text("compare.one", lang) not in shown(client, "/compare", lang)


@LANGUAGES
def test_a_name_that_means_nothing_is_answered_with_links_to_what_is_nearest(client: Client, lang: str) -> None:
    """The same page with each of them in its place, the rest of the selection kept; nothing is guessed from the address, which is right."""
    page = shown(client, "/gap", lang, 404, region="Kalmr", severity="Warning")
    near = link(page, {"sv": "Region Kalmar län", "en": "Region Kalmar County"}[lang])
    assert "severity=Warning" in near
    assert client.get(near, headers=HTML).status_code == 200
    assert text("not.found.help", lang) not in page
    assert client.get(link(page, text("picture.whole", lang)), headers=HTML).status_code == 200


@LANGUAGES
def test_an_address_that_is_unknown_is_still_answered_with_what_is_called_so(client: Client, lang: str) -> None:
    """Spelling is worth a look there; there is no selection to be without."""
    page = shown(client, "/id/group/rag-onkolog", lang, 404)
    assert text("not.found.help", lang) in page
    assert text("error.found", lang) in page
    assert text("picture.whole", lang) not in page


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance whose first two releases are pruned."""
    with writing(tmp_path_factory.mktemp("pruned")) as made:
        for n in range(2):
            made.update(f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:a> <urn:b> {n} }} }}")
        history.prune(made.home, 1)
        yield made


@LANGUAGES
def test_the_page_of_a_pruned_release_says_what_is_left(pruned: Writing, lang: str) -> None:
    """What it changed is there, how it is brought back too; the release that is served says nothing of the kind."""
    page = shown(pruned.client, "/releases/2", lang)
    assert text("history.pruned.what", lang) in page
    assert "styrgraf release rollback 000002" in page
    assert text("history.said", lang) in page
    assert "rollback" not in shown(pruned.client, "/releases/3", lang)


@LANGUAGES
def test_a_page_of_a_pruned_release_leads_back_to_now_and_to_its_history(pruned: Writing, lang: str) -> None:
    """Whatever the page, the error has a way on that works; nothing is said of spelling."""
    page = shown(pruned.client, "/questions", lang, 404, release="000002")
    assert text("not.found.help", lang) not in page
    for words in (text("back.to.now", lang), f"{text('release', lang)} 000002"):
        assert pruned.client.get(link(page, words), headers=HTML).status_code == 200


def test_what_is_printed_tells_its_selection_and_its_release(client: Client) -> None:
    """The form is not on paper: the address with what was asked for is, as is the release, so that "nothing here" says where."""
    page = shown(client, "/questions/case-numbers", "sv", body="id/group/rag-onkologi")
    printed = re.search(r'<p class="printed">(.*?)</p>', page)
    assert printed
    assert "http://testserver/questions/case-numbers?body=id%2Fgroup%2Frag-onkologi&lang=sv" in printed[1]
    assert "utgåva 000001" in printed[1]

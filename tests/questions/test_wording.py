"""Each question is worded so that people, and the matcher, find it, and its SELECT fits what it declares."""

import re
from collections import Counter

import pytest
from rdflib.plugins.sparql.parser import parseQuery

from graph import files
from graph.namespaces import BASE, SPARQL_PREFIXES, VOCAB
from graph.questions import Question, catalogue
from graph.store import Store

NAMES = sorted(p.stem for p in (files.root() / "ontology/questions").glob("*.ttl") if p.stem != "prefixes")
PHRASINGS = {"sv": 4, "en": 3}
SLOT = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def questions(store: Store) -> dict[str, Question]:
    """The catalogue, read once."""
    return catalogue(store)


def test_there_is_a_question_for_each_file(questions: dict[str, Question]) -> None:
    """A question's id is the name of its file, and there are at least seventy-five."""
    assert sorted(questions) == NAMES
    assert len(NAMES) >= 75


@pytest.mark.parametrize("name", NAMES)
def test_it_is_worded_in_both_languages(questions: dict[str, Question], name: str) -> None:
    """Wording, note, what silence means, parameters and columns."""
    q = questions[name]
    for texts in (q.labels, q.notes, q.not_documented, *(p.labels for p in (*q.parameters, *q.columns))):
        assert set(texts) == {"sv", "en"}
        assert all(texts.values())


@pytest.mark.parametrize("name", NAMES)
def test_it_has_phrasings_and_keywords(questions: dict[str, Question], name: str) -> None:
    """At least four ways to ask in Swedish and three in English besides the wording, and words to tell it by."""
    q = questions[name]
    for lang, least in PHRASINGS.items():
        assert len(set(q.phrasings[lang]) - {q.labels[lang]}) >= least
        assert q.keywords[lang]


@pytest.mark.parametrize("name", NAMES)
def test_a_slot_is_a_parameter_and_each_parameter_has_one(questions: dict[str, Question], name: str) -> None:
    """{name} in a phrasing stands for a parameter, and for each parameter there is a Swedish phrasing that asks with it."""
    q, parameters = questions[name], {p.name for p in questions[name].parameters}
    slots = {lang: {s for text in q.phrasings[lang] for s in SLOT.findall(text)} for lang in PHRASINGS}
    assert slots["sv"] == parameters
    assert slots["en"] <= parameters


@pytest.mark.parametrize("name", NAMES)
def test_its_select_projects_columns_and_parameters(questions: dict[str, Question], name: str) -> None:
    """And a statement or premise that each row rests on."""
    q = questions[name]
    projected = set(re.findall(r"\?(\w+)\)?", q.select.partition("WHERE")[0]))
    assert {c.name for c in q.columns} | {p.name for p in q.parameters} <= projected
    assert any(v.startswith(("statement", "premise")) for v in projected)


@pytest.mark.parametrize("name", NAMES)
def test_its_select_is_plain_sparql(questions: dict[str, Question], name: str) -> None:
    """Another SPARQL 1.1 parser reads it, and it names concepts of the vocabularies but no single body, document or statement."""
    select = questions[name].select
    parseQuery(SPARQL_PREFIXES + select)
    assert [iri for iri in re.findall(r"<([^>]*)>", select) if not iri.startswith(VOCAB)] == []


def test_each_kind_of_question_is_asked(store: Store, questions: dict[str, Question]) -> None:
    """A question has one of the kinds, and no kind is empty."""
    scheme = f"<{BASE}vocab/question-kind>"
    kinds = {r["k"].value for r in store.select(f"SELECT ?k WHERE {{ ?k skos:inScheme {scheme} }}")}
    assert {q.kind for q in questions.values()} == kinds


def test_no_two_questions_are_asked_alike(questions: dict[str, Question]) -> None:
    """The same phrasing twice would leave the matcher to guess."""
    said = Counter(text for q in questions.values() for texts in q.phrasings.values() for text in texts)
    assert [text for text, times in said.items() if times > 1] == []


def test_silence_means_something_of_its_own(questions: dict[str, Question]) -> None:
    """What an empty answer means is said for that question."""
    meanings = Counter(q.not_documented["sv"] for q in questions.values())
    assert [text for text, times in meanings.items() if times > 1] == []

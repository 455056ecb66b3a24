"""How questions are asked: parameters, choices, errors and rows. What each question answers stands in tests/questions."""

import pytest
from expected import Rows, shown

from graph import questions
from graph.errors import NotFoundError
from graph.questions import answer, catalogue, find
from graph.store import Store

RAG_O, RAG_B = "RAG onkologi", "RAG barnonkologi och hematologi"


def asked(store: Store, name: str, **given: str) -> Rows:
    return shown(answer(store, find(store, name), {k: f"https://w3id.org/styrgraf/id/{v}" for k, v in given.items()}))


def test_sydostra_is_these_three_regions_and_no_other(store: Store) -> None:
    """Kronoberg is not one of them."""
    regions = {r[1] for r in asked(store, "regions-of-healthcare-region", whole="healthcare-region/sydostra")}
    assert regions == {"Region Jönköpings län", "Region Kalmar län", "Region Östergötland"}


def test_the_oncology_group_reports_to_nobody_by_name(store: Store) -> None:
    """A commission and a hedged line without addressee make no reporting line."""
    assert asked(store, "who-reports-to-whom", body="group/rag-onkologi") == []


def test_a_parameter_narrows_the_answer(store: Store) -> None:
    """Asked about one body, the answer is about that body."""
    assert {r[0] for r in asked(store, "on-whose-behalf")} > {RAG_O, RAG_B}
    assert {r[0] for r in asked(store, "on-whose-behalf", body="group/rag-onkologi")} == {RAG_O}


def test_rows_that_show_the_same_are_one_row_with_all_that_it_rests_on(store: Store) -> None:
    """Both mandates say that Region Kalmar län is one of the three; the row is shown once and cites both."""
    found = answer(store, find(store, "regions-of-healthcare-region"), {"member": "https://w3id.org/styrgraf/id/region/kalmar-lan"})
    assert shown(found) == [("Sydöstra sjukvårdsregionen", "Region Kalmar län")]
    assert len({c.document.iri for c in found.rows[0].citations if c.document}) > 1


def test_a_row_that_follows_from_others_says_so(store: Store) -> None:
    """What an inferred edge rests on is cited as a premise, not as what is said."""
    found = answer(store, find(store, "inferred-edges"), {"body": "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi"})
    assert found.rows
    assert all(c.inferred for row in found.rows for c in row.citations)


def test_a_picker_offers_only_what_has_an_answer(store: Store) -> None:
    """Each parameter has a choice, and its first gives rows; nothing is offered of circles, since there are none."""
    asked = catalogue(store)
    assert questions.choices(store, asked.pop("governance-circles")) == {"body": []}
    for question in asked.values():
        for parameter, offered in questions.choices(store, question).items():
            assert offered, (question.id, parameter)
            assert answer(store, question, {parameter: offered[0].iri}).rows, (question.id, parameter, offered[0].iri)


def test_an_unknown_parameter_names_those_that_there_are(store: Store) -> None:
    """The error tells which parameters the question has."""
    with pytest.raises(NotFoundError, match="body"):
        answer(store, find(store, "on-whose-behalf"), {"nonsense": "x"})


def test_an_iri_that_is_none_is_told(store: Store) -> None:
    """A parameter's value must be an IRI; nothing is spliced into the query."""
    with pytest.raises(NotFoundError, match="no IRI"):
        answer(store, find(store, "on-whose-behalf"), {"body": "x> } DROP ALL #"})


def test_an_unknown_question_is_told(store: Store) -> None:
    """The error says how to see all questions."""
    with pytest.raises(NotFoundError, match="styrgraf questions"):
        find(store, "why-is-the-sky-blue")

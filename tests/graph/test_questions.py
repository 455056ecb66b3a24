"""The catalogue's questions and their expected answers on the real documents."""

import re

import pytest

from graph import questions
from graph.errors import NotFoundError
from graph.files import root
from graph.names import Name
from graph.questions import Answer, answer, catalogue, find
from graph.store import Store

NAMES = sorted(p.stem for p in (root() / "ontology/questions").glob("*.ttl") if p.stem != "prefixes")


def rows(found: Answer) -> set[tuple[str, ...]]:
    """The answer's rows by Swedish names; an empty cell is a dash."""
    return {tuple(c.text("sv") if isinstance(c, Name) else c or "–" for c in r.cells.values()) for r in found.rows}


def asked(store: Store, name: str, **given: str) -> set[tuple[str, ...]]:
    return rows(answer(store, find(store, name), {k: f"https://w3id.org/styrgraf/id/{v}" for k, v in given.items()}))


RAG_O, RAG_B, COUNCIL = "RAG onkologi", "RAG barnonkologi och hematologi", "Samordningsråd onkologi"
HSUD, HSD, REGION_DIRECTOR = "Hälso- och sjukvårdsutvecklingsdirektör VGR", "Hälso- och sjukvårdsdirektör VGR", "Regiondirektören VGR"

EXPECTED: dict[str, set[tuple[str, ...]]] = {
    "on-whose-behalf": {(RAG_O, "RPO Cancer"), (RAG_B, "RPO Barn och ungdomars hälsa"), (COUNCIL, HSUD)},
    "who-reports-to-whom": {(RAG_B, "RPO Barn och ungdomars hälsa", "ja"), ("Regionala processteam (VGR)", COUNCIL, "ja")},
    "who-appoints": {
        ("Ordförande samordningsråd onkologi", COUNCIL, "Ledningsgrupp hälso- och sjukvård", "Särskild rutin för utseende av ordförande (RS 2019-03137-40)"),
        ("Ordförande RAG barnonkologi och hematologi", RAG_B, RAG_B, "–"),
        ("Deltagare samordningsråd onkologi", COUNCIL, "Respektive förvaltningschef", "–"),
    },
    "convener-contact": {
        (RAG_O, "Sammankallande RAG onkologi", "Programområdets verksamhetschef (RPO Cancer)"),
        (RAG_B, "Sammankallande RAG barnonkologi och hematologi", "Programområdets processtöd (RPO Barn och ungdomars hälsa)"),
    },
    "delegations": {(REGION_DIRECTOR, HSUD)},
    "mandate-signer": {("Uppdragshandling samordningsråd onkologi", HSD, "2026-06-17", HSUD, "nej")},
    "regions-of-sydostra": {("Region Jönköpings län",), ("Region Kalmar län",), ("Region Östergötland",)},
    "permanence": {(RAG_O, "permanent"), (RAG_B, "permanent")},
    "chairs-and-conveners": {(RAG_O, "sammankallande"), (RAG_B, "sammankallande"), (RAG_B, "ordförande"), (COUNCIL, "ordförande")},
    "follow-up": {(RAG_B, "RPO Barn och ungdomars hälsa")},
    "cadences": {(COUNCIL, "4", "8")},
    "boundaries": {("Regionövergripande samordnande grupper",), ("Klinisk ledning",)},
    "escalations": {("Ordförande samordningsråd onkologi", "Kontaktperson samordningsråd"), ("RCC styrgrupp (sydöst)", "Kunskapsrådet Kirurgi och cancer")},
    "level-responsibilities": {("Vårdteamet",), ("Sjukvårdsregional/regional nivå",), ("Nationell nivå",)},
    "areas-of-work": {(RAG_O,)},
    "members-of": {("Sydöstra sjukvårdsregionen", "Region Kalmar län")},
}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items(), ids=EXPECTED)
def test_the_answer_holds_what_the_documents_say(store: Store, name: str, expected: set[tuple[str, ...]]) -> None:
    """Each expected row is in the answer: its values stand in one row, in order."""
    found = asked(store, name)
    for want in expected:
        assert any(all(any(w == value for value in row) for w in want) for row in found), (want, found)


def test_sydostra_is_these_three_regions_and_no_other(store: Store) -> None:
    """Kronoberg is not one of them."""
    assert asked(store, "regions-of-sydostra") == EXPECTED["regions-of-sydostra"]


def test_the_oncology_group_reports_to_nobody_by_name(store: Store) -> None:
    """A commission and a hedged line without addressee make no reporting line."""
    assert asked(store, "who-reports-to-whom", body="group/rag-onkologi") == set()


def test_a_parameter_narrows_the_answer(store: Store) -> None:
    """Asked about one body, the answer is about that body."""
    assert asked(store, "on-whose-behalf", body="group/rag-onkologi") == {(RAG_O, "RPO Cancer")}


def test_a_picker_offers_only_what_has_an_answer(store: Store) -> None:
    """Every choice of a parameter gives rows."""
    for question in catalogue(store).values():
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


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_whole(store: Store, name: str) -> None:
    """Wording in both languages, columns and parameters that the SELECT projects, what silence means, and an answer with rows."""
    question = catalogue(store)[name]
    projected = set(re.findall(r"\?(\w+)", question.select.partition("WHERE")[0]))
    assert {"sv", "en"} == set(question.labels) == set(question.notes) == set(question.not_documented)
    assert {c.name for c in question.columns} | {p.name for p in question.parameters} <= projected
    assert questions.answer(store, question).rows


# Roles that a group has stand on no statement of their own, and a line through several bodies is inferred.
WITHOUT_STATEMENT = {"chairs-and-conveners", "who-reports-to-whom"}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in WITHOUT_STATEMENT])
def test_every_row_rests_on_a_passage(store: Store, name: str) -> None:
    """Each row carries the document and range, or the source, of what it says."""
    assert all(r.citations for r in answer(store, find(store, name)).rows)

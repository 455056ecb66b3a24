"""Questions in plain language over the real graph."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.namespaces import BASE
from graph.store import Store
from graph.understanding import ANSWERED, NOT_DOCUMENTED, NOT_UNDERSTOOD, UNKNOWN_NAME, Asker, Reply
from graph.understanding.asked import asked
from graph.understanding.mentions import Recogniser


@pytest.fixture(scope="module")
def asker(store: Store) -> Asker:
    """An asker of the real graph."""
    return Asker(store)


def said(reply: Reply) -> str:
    """All that the rows show, in Swedish."""
    return "\n".join(c if isinstance(c, str) else c.text("sv") for r in reply.rows for c in r.cells.values() if c is not None)


@pytest.mark.parametrize(
    ("text", "lang", "question"),
    [
        ("Vem utser ordförande i samordningsråd onkologi?", "sv", "who-appoints"),
        ("Who appoints the chair of samordningsråd onkologi?", "en", "who-appoints"),
        ("På vems uppdrag arbetar RAG onkologi?", "sv", "on-whose-behalf"),
        ("Vem rapporterar RAG onkologi till?", "sv", "reporting-relations"),
        ("Who does RAG onkologi report to?", "en", "reporting-relations"),
        ("På vems updrag arbetar RAG onkolgi?", "sv", "on-whose-behalf"),
    ],
)
def test_the_question_of_the_catalogue_is_found(asker: Asker, text: str, lang: str, question: str) -> None:
    """In both languages, inflected, and with misspellings."""
    reply = asker.ask(text, lang)
    assert (reply.status, reply.question and reply.question.id) == (ANSWERED, question)


def test_parameters_are_the_same_in_both_languages(asker: Asker) -> None:
    """Things by IRI, whatever the words."""
    swedish, english = asker.ask("På vems uppdrag arbetar RAG onkologi?"), asker.ask("On whose behalf does RAG onkologi work?", "en")
    assert swedish.params == english.params
    assert BASE + "id/group/rag-onkologi" in swedish.params.values()


def test_every_row_of_an_answer_has_its_passage(asker: Asker) -> None:
    """Document and range, also where statements answer."""
    for text in ("På vems uppdrag arbetar RAG onkologi?", "Vad sägs om stimulansmedel för IPÖ?"):
        reply = asker.ask(text)
        assert reply.rows
        assert all(r.citations for r in reply.rows)


def test_silence_is_told_as_silence(asker: Asker) -> None:
    """A question that is understood and about which the documents are silent gets no rows."""
    reply = asker.ask("Vilken årsbudget har RAG onkologi?")
    assert (reply.status, reply.rows) == (NOT_DOCUMENTED, ())


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "Vad är huvudstaden i Frankrike?", "?!", "", "och men eller"])
def test_what_is_not_ours_is_not_understood(asker: Asker, text: str) -> None:
    """Nonsense and other subjects get no answer, no question and no parameters."""
    reply = asker.ask(text)
    assert (reply.status, reply.question, reply.params, reply.rows) == (NOT_UNDERSTOOD, None, {}, ())


def test_an_unknown_name_is_told_with_the_nearest(asker: Asker) -> None:
    """Which parameter it was given for, and what there is instead."""
    reply = asker.ask("På vems uppdrag arbetar Xyzzby?")
    assert reply.status == UNKNOWN_NAME
    assert reply.unknown
    assert (reply.unknown.given, bool(reply.unknown.nearest)) == ("xyzzby", True)


def test_two_things_are_set_side_by_side(asker: Asker) -> None:
    """The rows of both are given, and no others."""
    reply = asker.ask("Vem håller sammankallande kontakt med i RAG onkologi jämfört med RAG barnonkologi?")
    assert {"Programområdets verksamhetschef (RPO Cancer)", "Programområdets processtöd (RPO Barn och ungdomars hälsa)"} <= set(said(reply).split("\n"))


def test_a_yes_or_no_question_is_answered_by_yes_or_no(asker: Asker) -> None:
    """A statement that denies says no."""
    assert "nej" in said(asker.ask("Ska samordningsråden hantera frågor om ersättningar och lokalförsörjning?")).casefold()


def test_a_question_in_other_words_finds_the_statement(asker: Asker) -> None:
    """Words of the same sense stand for each other: the document says neither kostnadsdrivare nor åldrar of these."""
    assert "lungmedicin" in said(asker.ask("Vad är RJL:s stora kostnadsdrivare enligt mötesanteckningarna?")).casefold()
    assert "40–74" in said(asker.ask("Vilka åldrar kallas till mamografi i Kronoberg?"))


def test_how_many_is_answered_by_a_number(asker: Asker) -> None:
    """Rows that have no figures are counted."""
    reply = asker.ask("Hur många patientlöften finns i uppdragsbeskrivningen för barnonkologi?")
    assert [row.cells["number"] for row in reply.rows] == ["7"]
    assert reply.rows[0].citations


def test_part_of_many_is_counted_whole(asker: Asker) -> None:
    """How many of the 49 goals lack something is their number, and not a few of them."""
    reply = asker.ask("Hur många av de 49 målen i Kronobergs plan saknar angiven ansvarig?")
    assert [r.cells["number"] for r in reply.rows] == ["25"]


@pytest.mark.parametrize("text", ["Vilken årsbudget har RAG onkologi?", "Hur stor budget har RAG onkologi?", "What budget does RAG onkologi have?"])
def test_an_amount_that_no_document_gives_is_silence(asker: Asker, text: str) -> None:
    """Who pays for what is no budget."""
    assert asker.ask(text).status == NOT_DOCUMENTED


def test_a_question_that_asks_twice_is_answered_twice(asker: Asker) -> None:
    """Who gives the assignment, and who holds that role: the second half is of what the first one names."""
    reply = asker.ask("Vilka ingår i den lokala styrgruppen cancer i Kronoberg och vem leder den?")
    assert "Cancersamordnare" in said(reply)
    assert "Sjukhuschef" in said(reply)
    twice = asker.ask("Hur många patientlöften har Samverkansnämnden formulerat och på hur många dimensioner av god vård bygger de?")
    assert "sex dimensioner" in said(twice)
    assert "Samverkansnämnden" in twice.understood
    assert "god vård" in twice.understood


def test_no_member_of_a_list_hides_the_others(asker: Asker) -> None:
    """Of three roles named together each has its row."""
    told = said(asker.ask("Vem utser ordförande, deltagare och kontaktperson i samordningsrådet?"))
    assert all(name in told for name in ("ordförande i samordningsråd", "Deltagare samordningsråd", "Kontaktperson samordningsråd"))


def test_each_side_of_a_comparison_is_told(asker: Asker) -> None:
    """How often, in one group and in the other."""
    told = said(asker.ask("Hur ofta stäms arbetet av med programområdet i RAG onkologi jämfört med RAG barnonkologi?"))
    assert "en gång per halvår" in told
    assert "en gång per år" in told


def test_who_holds_a_role_is_told_with_the_role(asker: Asker) -> None:
    """Where the documents name the holder of the role that answers who."""
    reply = asker.ask("Vem är uppdragsgivare för samordningsråd onkologi?")
    assert any(row.cells.get("holder") for row in reply.rows)


@pytest.mark.parametrize("text", ["Hur många vårdplatser har onkologkliniken i Växjö?", "How many radiotherapy machines are there at Skandionkliniken?"])
def test_what_is_said_of_others_is_no_answer(asker: Asker, text: str) -> None:
    """A name that no statement has, and a thing whose number is asked but that none speaks of, are not documented."""
    assert asker.ask(text, "en" if text.startswith("How") else "sv").status == NOT_DOCUMENTED


def test_a_comparison_tells_what_only_one_side_has(asker: Asker) -> None:
    """Whichever of the two is named first."""
    for first, second in (("RAG onkologi", "RAG barnonkologi"), ("RAG barnonkologi", "RAG onkologi")):
        told = said(asker.ask(f"Vilka av sammankallandes uppgifter finns i {first} men saknas i {second}?"))
        assert "företräder sjukvårdsregionen" in told
        assert "båda" not in told


def test_how_it_was_understood_is_told_in_the_language_asked(asker: Asker) -> None:
    """One sentence that names the question and what it is about."""
    assert asker.ask("På vems uppdrag arbetar RAG onkologi?").understood.startswith("Frågan uppfattades som")
    assert "RAG onkologi" in asker.ask("On whose behalf does RAG onkologi work?", "en").understood


def test_a_range_of_numbers_stands_for_each(store: Store, asker: Asker) -> None:
    """Mål 7–9 are three goals; 1987–2020 is no range of goals."""
    recogniser = Recogniser(asker.index, frozenset({BASE + "def/Goal"}))
    goals = {m.thing.name.iri for m in recogniser.mentions(asked("Vem ansvarar för mål 7–9?")) if m.one_of}
    assert goals == {f"{BASE}id/goal/krg-{n}" for n in (7, 8, 9)}
    assert asked("åren 1987–2020").ranges == {}


@settings(max_examples=40)
@given(st.text(max_size=120), st.sampled_from(["sv", "en"]))
def test_any_text_gets_a_reply(asker: Asker, text: str, lang: str) -> None:
    """Rows are given with the status answered, and only with that; parameters are IRIs."""
    reply = asker.ask(text, lang)
    assert (reply.status == ANSWERED) is bool(reply.rows)
    assert all(v.startswith(BASE) for v in reply.params.values())
    assert reply.understood

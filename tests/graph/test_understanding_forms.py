"""What kind of answer is asked for, which things a question names, and which statements and rows are chosen."""

import pytest

from graph.names import Name
from graph.namespaces import BASE
from graph.questions import Answer, Column, Question, Row
from graph.store import Store
from graph.understanding import ANSWERED, NOT_DOCUMENTED, Asker
from graph.understanding.asked import asked
from graph.understanding.choosing import best
from graph.understanding.forms import AMOUNT, LONG, NUMBER, OFTEN, PERSON, WHEN, YEAR, form, gives
from graph.understanding.halves import completed, halves
from graph.understanding.spoken import counted
from graph.understanding.statements import Found, Part

ID = BASE + "id/"


@pytest.fixture(scope="module")
def asker(store: Store) -> Asker:
    """An asker of the real graph."""
    return Asker(store)


def row(text: str) -> Row:
    """A row that says something."""
    return Row({"what": text}, ())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("När ska svaren vara inne?", WHEN),
        ("Sedan vilket år finns rådet?", YEAR),
        ("In what year was it founded?", YEAR),
        ("Hur ofta träffas gruppen?", OFTEN),
        ("How many times does it meet?", OFTEN),
        ("Hur länge gäller uppdraget?", LONG),
        ("Hur många mål finns?", NUMBER),
        ("Hur stor är budgeten?", AMOUNT),
        ("Vad kostar det?", AMOUNT),
        ("Vad heter ordföranden?", PERSON),
        ("Vem är uppdragsgivare?", None),
        ("Vilka uppgifter har gruppen?", None),
    ],
)
def test_a_question_tells_what_kind_of_answer_it_asks_for(text: str, wanted: str | None) -> None:
    """By the words that open it, in both languages."""
    assert form(asked(text)) == wanted


def test_who_holds_a_role_asks_for_a_person() -> None:
    """Only where a role is named: who is responsible may be a body."""
    assert (form(asked("Vem är ordförande i gruppen?"), role=True), form(asked("Vem är ansvarig?"))) == (PERSON, None)


@pytest.mark.parametrize(
    ("wanted", "text", "says"),
    [
        (WHEN, "svaren ska vara inne 9 november", True),
        (WHEN, "gruppen träffas regelbundet", False),
        (YEAR, "rådet finns sedan 2013", True),
        (YEAR, "en gång per år", False),
        (OFTEN, "en gång per termin", True),
        (OFTEN, "mötet är i Alvesta", False),
        (NUMBER, "ansvarig för mål 12, beslutat 2023", False),
        (NUMBER, "sex vårdplatser", True),
        (AMOUNT, "sex dimensioner", False),
        (AMOUNT, "100 000 kr", True),
    ],
)
def test_a_row_gives_it_or_not(wanted: str, text: str, says: bool) -> None:
    """The number of a goal is no number of things, and a year no amount."""
    assert gives(row(text), wanted, frozenset()) is says


def test_a_list_of_numbers_stands_for_each() -> None:
    """Written with commas and a last "och"; a number that counts known things is not what is asked about."""
    assert asked("målen 7, 9 och 13").ranges == {1: ("7", "9", "13")}
    text = asked("Hur många av de 49 målen saknar ansvarig?")
    assert not text.content(text.words.index("49"))


def test_a_role_is_named_by_its_body_and_its_own_word(asker: Asker) -> None:
    """However far apart they stand; and the body's own name is not a shorter one's."""
    found = asker._recogniser.mentions(asked("Vad ingår i sammankallandes uppdrag i RAG onkologi?"))
    named = {m.thing.name.iri for m in found}
    assert ID + "role/onk-sammankallande" in named
    assert ID + "group/rag" not in named


def test_sides_of_a_comparison_are_given_alike() -> None:
    """The best statements of each side, though those of one speak of more of the question."""
    question = asked("Jämför möten i Alfa med möten i Beta.")
    parts = [Part(frozenset({1}), (), 3.0), Part(frozenset({3}), ("alfa",), 3.0, needed=True), Part(frozenset({7}), ("beta",), 3.0, needed=True)]
    strong = [Found(f"a{i}", 0.9 - i / 100, frozenset({0, 1})) for i in range(9)]
    weak = [Found("b", 0.4, frozenset({2}))]
    assert question.comparing()
    assert [f.iri for f in best([*strong, *weak], parts, question)] == ["a0", "a1", "a2", "a3", "b"]


def test_a_question_for_one_thing_gets_few_statements() -> None:
    """At most four, however many are as good."""
    alike = [Found(str(i), 0.9, frozenset({0})) for i in range(20)]
    part = [Part(frozenset({1}), (), 3.0)]
    assert len(best(alike, part, asked("När träffas gruppen?"))) == 4
    assert len(best(alike, part, asked("Vad gör gruppen?"))) > 4


def test_numbered_rows_are_counted() -> None:
    """The number of an item tells rows apart, and is no figure."""
    columns = (Column("number", {"sv": "Punkt"}), Column("item", {"sv": "Dagordningspunkt"}))
    question = Question("q", {"sv": "Dagordning"}, {}, "", (), columns, {})
    rows = tuple(Row({"number": str(i), "item": Name(f"i{i}", {"sv": f"punkt {i}"})}, ()) for i in range(1, 6))
    assert [r.cells["number"] for r in counted(Answer(question, rows)).rows] == ["5"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Vem är ordförande i RAG onkologi?", "sv"),
        ("Vem är kontaktperson för samordningsråd onkologi?", "sv"),
        ("Hur många vårdplatser har onkologen i Region Kalmar län?", "sv"),
    ],
)
def test_what_gives_no_such_answer_is_silence(asker: Asker, text: str, lang: str) -> None:
    """Something else is said of the same thing, and no person, or number, is."""
    assert asker.ask(text, lang).status == NOT_DOCUMENTED


def test_the_general_answer_has_few_columns(asker: Asker) -> None:
    """What is said, its kind, what it concerns, details, what is said besides, and the document."""
    reply = asker.ask("Vad är RJL:s stora kostnadsdrivare enligt mötesanteckningarna?")
    assert reply.status == ANSWERED
    assert reply.question
    assert [c.name for c in reply.question.columns if c.name not in {"verdict", "more"}] == ["what", "kind", "concerns", "details", "document"]


def test_a_gap_is_narrowed_by_what_its_goals_speak_of(asker: Asker) -> None:
    """Childhood cancer is in the chapter of the goals, and cancer in others is not childhood cancer; what is missing is shown as an empty cell."""
    rows = asker.ask("Vilka mål inom barncancer saknar ansvarig?").rows
    assert {"43", "44"} <= {r.cells["number"] for r in rows}
    assert len(rows) < 12
    assert all(r.cells["responsible"] is None for r in rows)


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("Vem leder gruppen och hur ofta möts den?", ("Vem leder gruppen?", "hur ofta möts den?")),
        ("Who chairs the council, and to whom does it report?", ("Who chairs the council?", "to whom does it report?")),
        ("Var och när är mötet?", None),
        ("Vem kallar till mötet, och hur?", None),
        ("Vad säger planen om vård och forskning?", None),
    ],
)
def test_a_question_that_asks_twice_is_taken_apart(text: str, two: tuple[str, str] | None) -> None:
    """Where both halves ask something by themselves."""
    assert halves(text) == two


def test_the_second_half_is_told_what_the_first_one_names() -> None:
    """By what is named, where it points there; else by all that the first half is about."""
    first = asked("Hur rapporterar gruppen uppåt?")
    assert completed("hur sprids det?", first, [frozenset({2})]) == "hur sprids det gruppen?"
    assert completed("när?", first, []) == "när rapporterar gruppen uppåt?"


def test_the_members_of_a_list_stand_together() -> None:
    """Three or more single words with commas before "and"; two are no list."""
    question = asked("Vem utser ordförande, deltagare och kontaktperson i rådet?")
    assert [question.words[i] for i in sorted(question.together())] == ["ordförande", "deltagare", "kontaktperson"]
    assert not asked("Vem utser ordförande och deltagare?").together()


def test_what_is_counted_may_be_a_part_of_many() -> None:
    """How many of the 49 goals counts goals."""
    for text, word in (("Hur många av de 49 målen saknar ansvarig?", "målen"), ("How many goals are there?", "goals")):
        question = asked(text)
        assert question.words[question.counted()[0]] == word

"""Search by name over the real graph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.names import Name
from graph.namespaces import BASE, SG
from graph.search import EXACT, FUZZY, PREFIX, SHORT, WORD, Index, kinds
from graph.search.things import NAME, Called, Thing
from graph.search.words import Vocabulary, alike, fold, stem, words
from graph.store import Store


@pytest.fixture(scope="module")
def index(store: Store) -> Index:
    """The index of the real graph."""
    return Index.build(store)


def found(index: Index, text: str) -> list[str]:
    return [h.thing.name.iri.removeprefix(BASE) for h in index.search(text)]


def thing(slug: str, *names: str, types: frozenset[str] = frozenset({SG + "Party"})) -> Thing:
    return Thing(Name(BASE + slug, {"sv": names[0]}), tuple(Called(n, NAME, "sv") for n in names), types, (), 0)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("RAG onkologi", "id/group/rag-onkologi"),
        ("lppl", "id/role/krg-lokal-patientprocessledare"),
        ("RgK", "id/region/kronoberg"),
        ("SÖSR", "id/healthcare-region/sydostra"),
        ("samordningsrådet onkologi", "id/group/samordningsrad-onkologi"),
        ("samordningsrad onkologi", "id/group/samordningsrad-onkologi"),
        ("Region Östergötlands", "id/region/ostergotland"),
        ("Medicinska komitten", "id/group/krg-medicinska-kommitten"),
    ],
)
def test_names_abbreviations_forms_and_misspellings_lead_to_the_thing(index: Index, text: str, first: str) -> None:
    """The thing that is meant comes first."""
    assert found(index, text)[0] == first


@pytest.mark.parametrize(
    ("text", "how"), [("RPO Cancer", EXACT), ("RPO", SHORT), ("Lokal patientprocess", PREFIX), ("patientprocessledare", WORD), ("kvinoklinikken", FUZZY)]
)
def test_a_hit_tells_how_it_was_met(index: Index, text: str, how: str) -> None:
    """By its whole name, an abbreviation, a beginning, a word inside or a misspelling."""
    assert any(h.how == how for h in index.search(text))


def test_the_letter_as_written_goes_before_the_forgiven_one() -> None:
    """Råd and rad are two words; who writes one gets it first, and the other after it."""
    both = Index([thing("rad", "Rad"), thing("raad", "Råd")])
    assert [h.thing.name.labels["sv"] for h in both.search("råd")] == ["Råd", "Rad"]
    assert [h.thing.name.labels["sv"] for h in both.search("rad")] == ["Rad", "Råd"]


def test_bodies_go_before_statements(index: Index) -> None:
    """Of what is met in the same way, bodies, roles and documents come first."""
    ranks = [h.thing.rank for h in index.search("patientprocessledare", limit=50) if h.how == WORD]
    assert (ranks[0], 2 in ranks) == (0, True)


def test_only_things_of_a_class(store: Store, index: Index) -> None:
    """A class by its local name, IRI or label, with the classes below it."""
    wanted = kinds(store, "Document")
    assert wanted == kinds(store, SG + "Document") == kinds(store, "dokument")
    assert SG + "MeetingNotes" in wanted
    assert all(h.thing.types & wanted for h in index.search("onkologi", kinds=wanted))


@pytest.mark.parametrize("name", ["Nonsense", "x> } DROP ALL #", BASE + "a b", ""])
def test_what_names_no_class_gives_none(store: Store, name: str) -> None:
    """Nothing from outside is spliced into a query."""
    assert kinds(store, name) == frozenset()


def test_a_hit_tells_where_the_thing_occurs(index: Index) -> None:
    """In which documents, and in how many statements."""
    hit = index.search("RAG onkologi")[0].thing
    assert {d.removeprefix(BASE + "doc/") for d in hit.documents} >= {"uppdrag-rag-onkologi", "motesanteckningar-rag-onkologi"}
    assert hit.statements > 10


@given(st.text(max_size=40))
def test_any_text_may_be_searched(index: Index, text: str) -> None:
    """Each thing is found at most once, and nothing breaks."""
    hits = index.search(text)
    assert len({h.thing.name.iri for h in hits}) == len(hits) <= 20


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö", min_size=1, max_size=12), st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö", min_size=1, max_size=12))
def test_likeness_is_symmetric_and_between_none_and_same(a: str, b: str) -> None:
    """A word is like itself, and as like another as that one is like it."""
    assert alike(a, a) == 1.0
    assert 0.0 <= alike(a, b) == alike(b, a) <= 1.0


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("koordinatorn", "koordinator", True),
        ("vårdprogrammet", "vårdprogram", True),
        ("utser", "utses", True),
        ("processägare", "processteam", False),
        ("möte", "mål", False),
    ],
)
def test_forms_of_a_word_are_alike_and_other_words_are_not(a: str, b: str, same: bool) -> None:
    """Inflection is forgiven; the same beginning of two compounds is not enough."""
    assert (alike(stem(a), stem(b)) >= 0.9) is same


def test_possessives_accents_and_hyphens_are_no_part_of_words() -> None:
    """VGR:s is VGR; é is e, but å is å."""
    assert words("VGR:s RAG-onkologi, kommittén på 84,8 %") == ["vgr", "rag", "onkologi", "kommitten", "på", "84,8"]
    assert fold("råd") == "rad"


@given(st.lists(st.text(alphabet="abcdeåäö", min_size=1, max_size=9), max_size=30), st.text(alphabet="abcdeåäö", min_size=1, max_size=9))
def test_a_vocabulary_finds_what_comparing_all_words_finds(known: list[str], word: str) -> None:
    """The shortcuts lose no word that is alike; misspellings come on top."""
    near = Vocabulary(known).near(word)
    assert {w for w in known if alike(w, word) >= 0.9} <= set(near)

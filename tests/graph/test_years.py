"""No invented year."""

import pytest

from graph.evidence import Texts, sha256
from graph.namespaces import BASE
from graph.store import Literal, NamedNode, Quad, Store
from graph.years import Invented, invented

TEXT = "Infört 2023. Kostnaden gäller 2026 och 27. Möte den 9 nov."
STATEMENT = BASE + "id/deadline/x"


def stated(passage: str, **values: str) -> Store:
    """A store with one statement that rests on a passage and has these values."""
    store, graph, span = Store.memory(), NamedNode(BASE + "graph/source/x"), BASE + "id/evidence/x/1"
    start = TEXT.index(passage)
    store.update(f"""INSERT DATA {{ GRAPH {graph} {{ <{STATEMENT}> a sg:Deadline ; sg:evidence <{span}> .
        <{span}> a sg:EvidenceSpan ; oa:hasSource <{BASE}doc/x/v> ; oa:hasSelector <{span}/s> ; schema:sha256 "{sha256(passage)}" .
        <{span}/s> oa:start {start} ; oa:end {start + len(passage)} . <{BASE}doc/x/v> schema:sha256 "{sha256(TEXT)}" }} }}""")
    store.add(Quad(NamedNode(STATEMENT), NamedNode(f"https://w3id.org/styrgraf/def/{p}"), Literal(v), graph) for p, v in values.items())
    return store


TEXTS = Texts({sha256(TEXT): TEXT})


@pytest.mark.parametrize(("passage", "year"), [("Infört 2023", "2023"), ("2026 och 27", "2027"), ("2026 och 27", "2026")])
def test_a_year_of_the_passage_is_right(passage: str, year: str) -> None:
    """A year may be written in full or as its last two digits."""
    assert list(invented(stated(passage, year=year), TEXTS)) == []


@pytest.mark.parametrize("value", ["2024", "9 november 2024", "2024-11-09"])
def test_a_year_that_the_passage_lacks_is_told(value: str) -> None:
    """An added year is found in any value."""
    assert list(invented(stated("Möte den 9 nov", timeText=value), TEXTS)) == [Invented(STATEMENT, "2024")]


def test_our_reading_may_have_a_year_when_it_says_so() -> None:
    """A statement with a reading note is marked as ours."""
    assert list(invented(stated("Möte den 9 nov", timeText="2024", readingNote="vår läsning"), TEXTS)) == []


def test_case_numbers_are_no_years() -> None:
    """RS 2019-03137-40 says nothing of 2019."""
    assert list(invented(stated("Möte den 9 nov", caseNumber="RS 2019-03137-40"), TEXTS)) == []


def test_no_year_in_the_data_is_invented(store: Store, texts: Texts) -> None:
    """All five documents."""
    assert list(invented(store, texts)) == []

"""Evidence ranges and quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import EvidenceError
from graph.evidence import Span, Texts, check, citations, documents_of_versions, locate, passage, sha256, spans
from graph.namespaces import SOURCE_GRAPHS
from graph.store import Store

TEXT = "Gruppen ska\nmötas två gånger. Gruppen bör skriva. å ä ö"


def test_a_quote_matches_across_line_breaks() -> None:
    """White space in a quote matches any white space."""
    assert locate("ska mötas", TEXT) == (8, 17)


def test_an_ellipsis_skips_text() -> None:
    """A range may be given by its beginning and end."""
    start, end = locate("ska … gånger", TEXT)
    assert TEXT[start:end] == "ska\nmötas två gånger"


def test_a_quote_that_stands_twice_needs_a_number() -> None:
    """An ambiguous quote is refused, and a number picks one."""
    with pytest.raises(EvidenceError, match="2 times"):
        locate("Gruppen", TEXT)
    assert locate("Gruppen #2", TEXT) == (30, 37)


def test_a_quote_that_is_absent_is_refused() -> None:
    """What the text does not hold cannot be evidence."""
    with pytest.raises(EvidenceError, match="not in the text"):
        locate("rapporterar", TEXT)


@given(st.text(alphabet="abc åäö\n.", min_size=1, max_size=80), st.data())
def test_any_unique_slice_is_found_where_it_is(text: str, data: st.DataObject) -> None:
    """A passage that occurs once is located at its own range."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end].strip()
    if quote and text.count(quote) == 1 and " ".join(quote.split()) in text and " ".join(text.split()).count(" ".join(quote.split())) == 1:
        found = locate(quote, text)
        assert text[slice(*found)] == quote


def span(start: int, end: int, digest: str, graph: str = "d") -> Span:
    return Span("e", SOURCE_GRAPHS + graph, "v", sha256(TEXT), start, end, digest)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (span(0, 7, sha256("Annat")), "hashes"),
        (span(0, 999, sha256("x")), "outside"),
        (span(7, 7, sha256("")), "outside"),
        (span(0, 7, sha256("Gruppen"), "other"), "another document"),
    ],
)
def test_a_wrong_range_is_found(wrong: Span, why: str) -> None:
    """A range is wrong by its hash, its place or its document."""
    verdict = next(check([wrong], Texts({sha256(TEXT): TEXT}), {"v": "https://w3id.org/styrgraf/doc/d"}))
    assert verdict.problem
    assert why in verdict.problem[1]


def test_a_right_range_passes() -> None:
    """A range that holds what was recorded is right."""
    verdict = next(check([span(0, 7, sha256("Gruppen"))], Texts({sha256(TEXT): TEXT}), {"v": "https://w3id.org/styrgraf/doc/d"}))
    assert verdict.problem is None


def test_every_range_of_the_data_is_right(store: Store, texts: Texts) -> None:
    """All evidence in data/ is proved against the source texts."""
    verdicts = list(check(spans(store), texts, documents_of_versions(store)))
    assert len(verdicts) > 700
    assert [v for v in verdicts if v.problem] == []


def test_a_citation_tells_document_section_and_strength(store: Store) -> None:
    """A statement's citation says where it stands and how firmly."""
    iri = "https://w3id.org/styrgraf/id/reporting-line/barn-rpo"
    (cited,) = citations(store, [iri])[iri]
    assert (cited.document, cited.section, cited.strength) != (None, None, None)
    told = [n.text("sv") for n in (cited.document, cited.section, cited.strength) if n]
    assert told == ["Uppdragsbeskrivning RAG barnonkologi och hematologi", "Rapportering", "anges i indikativ"]


def test_no_passage_shows_an_email_address() -> None:
    """An address in a passage is masked, and offsets stay as they are."""
    text = "skickas till nagon.annan@example.se för kännedom"
    before, marked, after = passage(text, 13, 35)
    assert "@" not in before + marked + after
    assert len(before + marked + after) == len(text)

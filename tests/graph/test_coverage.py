"""Which passages no statement rests on."""

from graph.coverage import coverage
from graph.evidence import Texts
from graph.store import Store


def test_segments_make_up_the_whole_text(store: Store, texts: Texts) -> None:
    """Cut and joined again a text is as it was, every address covered."""
    for found in coverage(store, texts):
        whole = "".join(s.text for s in found.segments)
        assert len(whole) in {len(t) for t in texts.by_hash.values()}
        assert "@" not in whole


def test_nearly_all_that_the_documents_say_is_evidence(store: Store, texts: Texts) -> None:
    """Little but headings and lead-ins is left without a statement."""
    shares = {c.document.iri.rpartition("/")[2]: c.share for c in coverage(store, texts)}
    assert len(shares) == 5
    assert min(shares.values()) > 0.85


def test_a_gap_is_a_run_with_words(store: Store, texts: Texts) -> None:
    """Punctuation between two ranges is no gap, and a gap has no statement."""
    for found in coverage(store, texts):
        assert all(any(c.isalnum() for c in g.text) and not g.statements for g in found.gaps)

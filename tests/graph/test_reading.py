"""Documents as one reads them."""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from graph import build, changes, history, updates
from graph.evidence import Texts, masked
from graph.namespaces import BASE, SPARQL_PREFIXES
from graph.reading import read
from graph.releases import Home
from graph.sources import read_in, sources
from graph.store import Store

MANDATE = f"{BASE}doc/uppdrag-rag-onkologi"


@pytest.fixture(scope="module")
def documents(store: Store) -> list[str]:
    """The source documents."""
    return [s.document.iri for s in sources(store)]


def test_the_parts_are_the_whole_text(store: Store, texts: Texts, documents: list[str]) -> None:
    """Put together, the segments of all parts are the text, character by character."""
    for document in documents:
        reading = read(store, texts, document)
        assert reading.covered
        whole = "".join(s.text for part in reading.parts for s in part.segments)
        assert whole in {masked(t) for t in texts.by_hash.values()}


def test_statements_stand_in_reading_order(store: Store, texts: Texts, documents: list[str]) -> None:
    """Each stands where its first passage begins, in the part to which that belongs; none is missing."""
    for document in documents:
        reading = read(store, texts, document)
        starts = [s.start for s in reading.said]
        assert starts == sorted(starts)
        for part, following in zip(reading.parts, [*reading.parts[1:], None], strict=True):
            assert all(part.start <= s.start and (not following or s.start < following.start) for s in part.said)
    counted = {s.document.iri: s.statements for s in sources(store)}
    assert {d: len(read(store, texts, d).said) for d in documents} == counted


def test_every_passage_is_marked_in_the_text(store: Store, texts: Texts) -> None:
    """A segment begins where a passage begins, so that a link to the passage leads there."""
    reading = read(store, texts, MANDATE)
    starts = {s.start for part in reading.parts for s in part.segments if s.statements}
    assert {c.start for s in reading.said for c in s.citations} <= starts


def test_without_the_text_the_statements_remain(store: Store, texts: Texts) -> None:
    """Sections and statements are the same, and nothing is claimed of the text."""
    assert texts
    reading = read(store, Texts({}), MANDATE)
    assert reading.covered is None
    assert [s.statement for s in reading.said] == [s.statement for s in read(store, texts, MANDATE).said]
    assert {p.section.text("sv") for p in reading.parts if p.section} >= {"Arbetssätt", "Finansiering"}


def test_a_source_tells_its_time_as_it_says_it(store: Store) -> None:
    """A date that a document gives is told with what it is the date of; where none is given, none is made up."""
    found = {s.document.iri.rpartition("/")[2]: [when for _, when in s.times] for s in sources(store)}
    assert "2026-06-17" in found["uppdrag-samordningsrad-onkologi"]
    assert found["motesanteckningar-rag-onkologi"] == []


def test_a_time_that_is_said_of_a_source_stands_in_for_its_own(tmp_path: Path) -> None:
    """Of a document that states none: issued and modified, each named; where the document speaks itself, that goes before."""
    home = Home(tmp_path)
    build.empty(home)
    when = '<urn:v> sg:versionOf <urn:d> . <urn:d> a sg:SourceDocument ; dcterms:issued "2020-01-02"^^xsd:date ; dcterms:modified "2021-03-04"^^xsd:date'
    changes.apply(home, partial(updates.run, f"{SPARQL_PREFIXES} INSERT DATA {{ GRAPH <urn:g> {{ {when} }} }}"))
    release = home.current()
    assert release
    (source,) = sources(release.open())
    assert [(what.text("sv"), time) for what, time in source.times] == [("utgivet", "2020-01-02"), ("ändrat", "2021-03-04")]


def test_when_a_source_was_read_is_told_by_the_release_that_last_changed_its_graph(tmp_path: Path) -> None:
    """A change elsewhere is none of it; the first release read all that it has; a document whose beginning is out of sight is not told."""
    home, (one, two) = Home(tmp_path), (f"{BASE}doc/{slug}" for slug in ("one", "two"))
    build.empty(home)
    for n, graph in enumerate(("source/one", "source/two", "source/one", "other")):
        changes.apply(home, partial(updates.run, f"INSERT DATA {{ GRAPH <{BASE}graph/{graph}> {{ <urn:a> <urn:b> {n} }} }}"))
    found = {d: r.id for d, r in read_in([one, two, f"{BASE}doc/three"], history.chain(home)).items()}
    assert found == {one: "000004", two: "000003"}
    assert read_in([two], islice(history.chain(home), 2)) == {}


def test_the_first_release_read_all_of_its_sources(home: Home, store: Store) -> None:
    """Where nothing has changed since, that is when they were read."""
    first = list(history.chain(home))[-1]
    iris = [s.document.iri for s in sources(store)]
    assert iris
    assert read_in(iris, [first]) == dict.fromkeys(iris, first)

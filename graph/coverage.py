"""Which passages of a source text no statement rests on, so that a curator sees what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from graph.evidence import Span, Texts, masked, spans
from graph.names import Name, names
from graph.store import Store


@dataclass(frozen=True)
class Segment:
    """A run of a text, with the statements that rest on it (IRIs; none for a gap)."""

    start: int
    end: int
    text: str
    statements: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        """Whether something is said here that no statement rests on: a run with a letter or a digit in it."""
        return not self.statements and any(c.isalnum() for c in self.text)


@dataclass(frozen=True)
class Coverage:
    """A document's text, cut where evidence begins and ends."""

    document: Name
    segments: tuple[Segment, ...]

    @property
    def share(self) -> float:
        """The share of letters and digits that some statement rests on, 0 to 1."""
        weights = [(sum(map(str.isalnum, s.text)), bool(s.statements)) for s in self.segments]
        return sum(n for n, covered in weights if covered) / max(1, sum(n for n, _ in weights))

    @property
    def gaps(self) -> list[Segment]:
        """The runs that no statement rests on, in reading order."""
        return [s for s in self.segments if s.is_gap]


def coverage(store: Store, texts: Texts, document: str | None = None) -> Iterator[Coverage]:
    """The coverage of each document whose text is at hand, by document; of one alone where its IRI is given."""
    found = list(spans(store))
    resting = _resting(store)
    rows = store.select("SELECT ?v ?d ?h WHERE { ?v sg:versionOf ?d ; schema:sha256 ?h } ORDER BY ?d")
    called = names(store, {r["d"].value for r in rows})
    for r in rows:
        text = texts.get(r["h"].value)
        if text is not None and document in (None, r["d"].value):
            own = [s for s in found if s.version == r["v"].value]
            yield Coverage(called[r["d"].value], tuple(_segments(masked(text), own, resting)))


def _resting(store: Store) -> dict[str, list[str]]:
    """The statements that rest on each range."""
    found: dict[str, list[str]] = {}
    for r in store.select("SELECT ?e ?s WHERE { ?s sg:evidence ?e } ORDER BY ?e ?s"):
        found.setdefault(r["e"].value, []).append(r["s"].value)
    return found


def _segments(text: str, own: list[Span], resting: dict[str, list[str]]) -> Iterator[Segment]:
    cuts = sorted({0, len(text)} | {s.start for s in own} | {s.end for s in own})
    for start, end in pairwise(cuts):
        held = (resting.get(s.iri, []) for s in own if s.start <= start and end <= s.end)
        yield Segment(start, end, text[start:end], tuple(dict.fromkeys(i for some in held for i in some)))

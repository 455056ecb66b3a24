"""A document as one reads it: its sections in order, each with its text, where that is at hand, and the statements that rest on it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.coverage import Coverage, Segment, coverage
from graph.evidence import Citation, Texts, citations
from graph.names import Name, names
from graph.store import Row, Store


@dataclass(frozen=True)
class Said:
    """A statement with what it rests on in this document, in reading order; it stands where the first passage does."""

    statement: Name
    kind: Name | None
    citations: tuple[Citation, ...]

    @property
    def start(self) -> int:
        """Where its first passage begins, in characters."""
        return self.citations[0].start


@dataclass(frozen=True)
class Part:
    """A part of a document: its name (ours; None before the first section), where it begins, its text cut where evidence begins and ends, its statements."""

    section: Name | None
    start: int
    segments: tuple[Segment, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Reading:
    """A document's parts in order; `covered` tells how much of its text is evidence, None where the text is not at hand."""

    document: Name
    parts: tuple[Part, ...]
    covered: Coverage | None

    @property
    def said(self) -> list[Said]:
        """All statements, in reading order."""
        return [s for part in self.parts for s in part.said]


def read(store: Store, texts: Texts, document: str) -> Reading:
    """A document (by its IRI) as one reads it."""
    statements = sorted(_said(store, document), key=lambda s: (s.start, s.citations[0].end, s.statement.iri))
    rows = store.select(f"SELECT ?s ?start WHERE {{ ?s sg:sectionOf ?v ; sg:startOffset ?start . ?v sg:versionOf <{document}> }} ORDER BY ?start DESC(?s)")
    found = next(coverage(store, texts, document), None)
    called = names(store, {document} | {r["s"].value for r in rows})
    return Reading(called[document], tuple(_parts(rows, called, statements, found.segments if found else ())), found)


def _said(store: Store, document: str) -> Iterator[Said]:
    rows = store.select(f"SELECT DISTINCT ?s WHERE {{ ?v sg:versionOf <{document}> . ?e oa:hasSource ?v . ?s sg:evidence ?e }}")
    found = {r["s"].value for r in rows}
    cited, called, kinds = citations(store, found), names(store, found), _kinds(store, found)
    for iri in found:
        own = tuple(c for c in cited.get(iri, []) if c.document and c.document.iri == document)
        if own:
            yield Said(called[iri], kinds.get(iri), own)


def _kinds(store: Store, statements: set[str]) -> dict[str, Name]:
    """The class of each statement: the most specific one."""
    wanted = " ".join(f"<{s}>" for s in sorted(statements))
    rows = store.select(f"""SELECT ?s (SAMPLE(?c) AS ?k) WHERE {{ VALUES ?s {{ {wanted} }} ?s a ?c FILTER(STRSTARTS(STR(?c), STR(sg:)))
        FILTER NOT EXISTS {{ ?s a ?d . ?d rdfs:subClassOf+ ?c FILTER(?d != ?c) }} }} GROUP BY ?s""")
    called = names(store, {r["k"].value for r in rows if "k" in r})
    return {r["s"].value: called[r["k"].value] for r in rows if "k" in r}


def _parts(rows: list[Row], called: dict[str, Name], statements: list[Said], segments: Iterable[Segment]) -> Iterator[Part]:
    """Sections that begin at the same place are one part, named after the last of them."""
    named = {int(r["start"].value): called[r["s"].value] for r in rows}
    starts = sorted({0, *named})
    texts: list[list[Segment]] = [[] for _ in starts]
    said: list[list[Said]] = [[] for _ in starts]
    for segment in segments:
        for cut in _cut(segment, starts):
            texts[bisect_right(starts, cut.start) - 1].append(cut)
    for statement in statements:
        said[bisect_right(starts, statement.start) - 1].append(statement)
    for n, start in enumerate(starts):
        if texts[n] or said[n]:
            yield Part(named.get(start), start, tuple(texts[n]), tuple(said[n]))


def _cut(segment: Segment, starts: list[int]) -> Iterator[Segment]:
    """A segment cut where sections begin."""
    ends = [s for s in starts if segment.start < s < segment.end]
    for start, end in zip([segment.start, *ends], [*ends, segment.end], strict=True):
        yield Segment(start, end, segment.text[start - segment.start : end - segment.start], segment.statements)

"""No invented year: a year that a statement gives stands in a passage that it rests on, or the statement says that it is our reading."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.evidence import Texts, spans
from graph.namespaces import SOURCE_GRAPHS
from graph.store import Store

_YEAR: Final = re.compile(r"(?<![\d-])(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Invented:
    """A statement with a year that its passages lack."""

    statement: str
    year: str


def invented(store: Store, texts: Texts) -> Iterator[Invented]:
    """Statements of the documents whose years, in labels and values, stand in none of their passages and that carry no sg:readingNote.

    A passage may shorten a year to its last two digits ("2026 och 27"). Case numbers and versions are no years.
    """
    said = {s.iri: text[s.start : s.end] for s in spans(store) if (text := texts.get(s.version_hash)) is not None}
    passages: dict[str, list[str]] = defaultdict(list)
    for r in store.select("SELECT ?s ?e WHERE { ?s sg:evidence ?e FILTER NOT EXISTS { ?s sg:readingNote ?note } }"):
        passages[r["s"].value].append(said.get(r["e"].value, ""))
    rows = store.select(f"""SELECT DISTINCT ?s ?v WHERE {{ GRAPH ?g {{ ?s ?p ?v }} ?s sg:evidence ?e
        FILTER(ISLITERAL(?v) && STRSTARTS(STR(?g), "{SOURCE_GRAPHS}"))
        FILTER(?p NOT IN (sg:caseNumber, sg:readingNote, sg:notBefore, sg:notAfter)) }} ORDER BY ?s""")
    for r in rows:
        held = " ".join(passages.get(r["s"].value, []))
        for year in _YEAR.findall(r["v"].value):
            if held and year not in held and not re.search(rf"\b{year[2:]}\b", held):
                yield Invented(r["s"].value, year)

"""The source documents: how fresh each is, and how much it says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph import questions
from graph.errors import NotFoundError
from graph.names import Name, names
from graph.store import Store


@dataclass(frozen=True)
class Source:
    """A document whose text the graph was made of: the times that it states of itself (what, and when), and how many statements rest on it."""

    document: Name
    times: tuple[tuple[Name, str], ...]
    statements: int


def sources(store: Store) -> tuple[Source, ...]:
    """All source documents, by name; what is found is kept with a store that does not change."""
    return store.once(_sources)


def _sources(store: Store) -> tuple[Source, ...]:
    counts = {
        r["d"].value: int(r["n"].value)
        for r in store.select(
            "SELECT ?d (COUNT(DISTINCT ?s) AS ?n) WHERE { ?d a sg:SourceDocument . ?v sg:versionOf ?d . ?e oa:hasSource ?v . ?s sg:evidence ?e } GROUP BY ?d"
        )
    }
    called = names(store, {r["d"].value for r in store.select("SELECT DISTINCT ?d WHERE { ?d a sg:SourceDocument }")})
    times = _times(store)
    made = (Source(name, tuple(times[iri]), counts.get(iri, 0)) for iri, name in called.items())
    return tuple(sorted(made, key=lambda s: s.document.text("sv").casefold()))


def _times(store: Store) -> dict[str, list[tuple[Name, str]]]:
    """What each document says of its own time, by the question of the catalogue that asks for it."""
    found: dict[str, list[tuple[Name, str]]] = defaultdict(list)
    try:
        question = questions.find(store, "document-dates")
    except NotFoundError:  # an instance that began empty has no catalogue
        return found
    for row in questions.answer(store, question).rows:
        document, what = row.cells["document"], row.cells["what"]
        time = next((str(t) for name in ("date", "time", "year") if isinstance(t := row.cells.get(name), str)), "")
        if isinstance(document, Name) and isinstance(what, Name) and time:
            found[document.iri].append((what, time))
    return found

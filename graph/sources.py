"""The source documents: how fresh each is, when it was read into the graph, and how much it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph import questions
from graph.errors import NotFoundError
from graph.names import Name, names
from graph.namespaces import BASE, SOURCE_GRAPHS
from graph.releases import Release
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


def read_in(documents: Iterable[str], releases: Iterable[Release]) -> dict[str, Release]:
    """The release in which each document was last read or curated: the newest that changed its graph, or the first of all; none where these end before it.

    `releases` are the one that is read and those before it, the newest first.
    """
    found, left = dict[str, Release](), {SOURCE_GRAPHS + d.removeprefix(f"{BASE}doc/"): d for d in documents}
    for release in releases:
        changed = release.manifest.touched if release.manifest.parent else release.manifest.graphs
        found |= {left.pop(graph): release for graph in left.keys() & set(changed)}
        if not left:
            break
    return found


def _sources(store: Store) -> tuple[Source, ...]:
    counts = {
        r["d"].value: int(r["n"].value)
        for r in store.select(
            "SELECT ?d (COUNT(DISTINCT ?s) AS ?n) WHERE { ?d a sg:SourceDocument . ?v sg:versionOf ?d . ?e oa:hasSource ?v . ?s sg:evidence ?e } GROUP BY ?d"
        )
    }
    called = names(store, {r["d"].value for r in store.select("SELECT DISTINCT ?d WHERE { ?d a sg:SourceDocument }")})
    times = _times(store)
    made = (Source(name, tuple(times.get(iri, ())), counts.get(iri, 0)) for iri, name in called.items())
    return tuple(sorted(made, key=lambda s: s.document.text("sv").casefold()))


def _times(store: Store) -> dict[str, list[tuple[Name, str]]]:
    """The times of each document: what it says itself, by the question of the catalogue that asks for it, else what is said of it as a whole."""
    found: dict[str, list[tuple[Name, str]]] = defaultdict(list)
    try:
        question = questions.find(store, "document-dates")
    except NotFoundError:  # an instance that began empty has no catalogue
        return _dated(store)
    for row in questions.answer(store, question).rows:
        document, what = row.cells["document"], row.cells["what"]
        time = next((str(t) for name in ("date", "time", "year") if isinstance(t := row.cells.get(name), str)), "")
        if isinstance(document, Name) and isinstance(what, Name) and time:
            found[document.iri].append((what, time))
    return _dated(store) | found


def _dated(store: Store) -> dict[str, list[tuple[Name, str]]]:
    found: dict[str, list[tuple[Name, str]]] = defaultdict(list)
    rows = store.select("SELECT DISTINCT ?d ?p ?t WHERE { VALUES ?p { dcterms:issued dcterms:modified } ?d a sg:SourceDocument ; ?p ?t } ORDER BY ?d ?t")
    called = names(store, {r["p"].value for r in rows})
    for r in rows:
        found[r["d"].value].append((called[r["p"].value], r["t"].value))
    return found

"""The ontology as tests need it, read once."""

from __future__ import annotations

from functools import cache

from graph import files, reasoner
from graph.namespaces import ONTOLOGY_GRAPH
from graph.store import Literal, Quad, Store, parse


@cache
def asserted() -> list[Quad]:
    """The ontology without its texts."""
    return [q for path in files.rdf_files("ontology") for q in parse(path, ONTOLOGY_GRAPH) if not isinstance(q.object, Literal)]


@cache
def reasoned() -> list[Quad]:
    """The ontology and what follows from it; without its texts, which no shape reads, it loads in half the time."""
    store = Store.memory()
    store.add(asserted())
    reasoner.reason(store)
    return list(store)

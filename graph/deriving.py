"""A store from another one: less some of what that asserts, and less what followed from it alone."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from graph import reasoner, statistics
from graph.namespaces import CATALOG_GRAPH, INFERRED_GRAPH
from graph.reasoner import INFERRED, Change
from graph.store import Quad, Store

MANY: Final = 40  # a full run takes about as long as revising by one quad in so many


def derive(whole: Store, path: Path, gone: set[Quad], dropped: Collection[str] = ()) -> Change:
    """Writes what a store on disk asserts but for some quads, and some graphs, and what follows from that; returns by what it differs.

    It is a copy by hard links that is revised, or where much goes a full run in memory.
    """
    if len(gone) * MANY > len(whole):
        made = without(whole, gone, dropped)
        write(made, path)
        before, after = ({*store.graph(INFERRED_GRAPH), *filter(statistics.counted, store.graph(CATALOG_GRAPH))} for store in (whole, made))
        return Change(frozenset(after - before), frozenset(gone | (before - after)))
    whole.copy_to(path)
    store = Store.create(path)
    change = reasoner.revise(store, set(), gone)
    fresh, stale = statistics.revise(store, change.added, change.removed)
    for name in dropped:
        store.drop_graph(name)
    store.flush()
    return Change(change.added | fresh, change.removed | stale)


def without(whole: Store, gone: set[Quad], dropped: Collection[str] = ()) -> Store:
    """What a store asserts but for some quads, and what follows from that, in memory."""
    store = Store.memory()
    store.add(q for q in whole if q.graph_name != INFERRED and q not in gone)
    for name in whole.graph_names():
        if name not in dropped:
            store.make_graph(name)
    reasoner.reason(store)
    statistics.describe(store)
    return store


def write(store: Store, path: Path) -> None:
    """Copies a store to disk, empty graphs too; whole and closed when it returns."""
    disk = Store.create(path)
    disk.add(store)
    for name in store.graph_names():
        disk.make_graph(name)
    disk.optimize()
    disk.flush()


__all__ = ["MANY", "derive", "without", "write"]

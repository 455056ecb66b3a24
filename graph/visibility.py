"""Who may see a graph: everybody, or only those with a token.

That a graph is internal is said by `<graph> sg:visibility <vocab/visibility/internal>`: in <graph/local-catalog>, which `declare` alone writes, or in any
other graph; of a graph of the package, in one of the package. The default graph is called <graph/default> here. What is said is kept when the graph is dropped:
should one of that name be made again, it is as internal as it was. `graph.publishing` makes what the public sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from graph.errors import ForbiddenError, InputError, NotFoundError
from graph.ledger import Ledger, graph_of
from graph.namespaces import BASE, VOCAB, expand
from graph.reasoner import INFERRED
from graph.releases import AUDIENCES, INTERNAL, PUBLIC
from graph.store import UNNAMED, NamedNode, Quad, Store, is_iri

LOCAL_CATALOG: Final = BASE + "graph/local-catalog"  # in which what users say of graphs is kept
DEFAULT_GRAPH: Final = BASE + "graph/default"
_VISIBILITY: Final = NamedNode(expand("sg:visibility"))
_CONCEPT: Final = {audience: NamedNode(f"{VOCAB}visibility/{audience}") for audience in AUDIENCES}


def checked(visibility: str) -> str:
    """The visibility that somebody wrote. Raises InputError for another word than public or internal."""
    if visibility not in AUDIENCES:
        told = " / ".join(AUDIENCES)
        raise InputError(f"Synlighet {visibility!r}; välj {told}.", f"Visibility {visibility!r}; choose {told}.")
    return visibility


def internal(store: Store, owned: Iterable[str]) -> frozenset[str]:
    """The names of the graphs that a store says are internal; `owned` are the package's graphs."""
    package = {*owned}
    quads = (q for q in store.quads(None, _VISIBILITY, _CONCEPT[INTERNAL]) if q.graph_name != INFERRED)
    said = ((q.subject.value, graph_of(q)) for q in quads if isinstance(q.subject, NamedNode))
    return frozenset(_named(graph) for graph, by in said if graph not in package or by in package)


def withheld(store: Store, graphs: Iterable[str]) -> set[Quad]:
    """The asserted quads of some graphs, and what is said of these graphs anywhere."""
    names = list(graphs)
    found = {q for name in names for q in store.graph(name)}
    return found | {q for name in names for q in store.quads(_node(name)) if q.graph_name != INFERRED}


def declared(graphs: Iterable[str]) -> set[Quad]:
    """What says that graphs are internal."""
    return {Quad(_node(name), _VISIBILITY, _CONCEPT[INTERNAL], NamedNode(LOCAL_CATALOG)) for name in graphs}


def declare(ledger: Ledger, graph: str, visibility: str) -> None:
    """Says who may see a graph. Raises NotFoundError where there is no such graph, ForbiddenError for one of the package, InputError."""
    if (graph != UNNAMED and not is_iri(graph)) or not ledger.store.has_graph(graph):
        raise NotFoundError(f"Det finns ingen graf <{graph}>.", f"There is no graph <{graph}>.")
    if not ledger.writable(graph):
        raise ForbiddenError(f"Grafen <{graph}> hör till Styrgraf; den är som paketet säger.", f"The graph <{graph}> is Styrgraf's; it is as the package says.")
    checked(visibility)
    (wanted,) = declared([graph])
    ledger = replace(ledger, protected=ledger.protected - {LOCAL_CATALOG})  # nothing else writes there
    ledger.remove(q for q in list(ledger.store.quads(_node(graph), _VISIBILITY)) if q != wanted and q.graph_name != INFERRED)
    if visibility == INTERNAL:
        ledger.add([wanted])
    else:
        ledger.remove([wanted])  # public is what nothing is said of


def settle(edit: Callable[[Ledger], None], visibility: str, default: str = PUBLIC, *graphs: str) -> Callable[[Ledger], None]:
    """An edit that also says who may see the graphs that it writes, and those named, where a `visibility` is told; else, those that it makes, by `default`.

    Raises InputError for what is no visibility.
    """
    if checked(visibility or default) == PUBLIC and not visibility:
        return edit

    def settled(ledger: Ledger) -> None:
        edit(ledger)
        names = {g for g in (*map(graph_of, ledger.added), *ledger.made, *graphs) if ledger.store.has_graph(g)} if visibility else _new(ledger)
        for graph in sorted(names - {LOCAL_CATALOG}):
            declare(ledger, graph, visibility or default)

    return settled


def _new(ledger: Ledger) -> set[str]:
    """The graphs that were not there before, the default one too where it was empty."""
    unnamed = list(ledger.store.graph(UNNAMED))
    return ledger.made | ({UNNAMED} if unnamed and ledger.added.issuperset(unnamed) else set())


def _node(graph: str) -> NamedNode:
    return NamedNode(graph or DEFAULT_GRAPH)


def _named(iri: str) -> str:
    return UNNAMED if iri == DEFAULT_GRAPH else iri


__all__ = ["DEFAULT_GRAPH", "LOCAL_CATALOG", "checked", "declare", "declared", "internal", "settle", "withheld"]

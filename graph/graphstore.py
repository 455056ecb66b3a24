"""What the SPARQL 1.1 Graph Store Protocol does to a store: whole graphs are replaced, joined and removed (§5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graph.errors import InputError, NotFoundError
from graph.store import DefaultGraph, Quad, read
from graph.updates import Target, in_graph


@dataclass(frozen=True)
class Payload:
    """RDF that a client sent: where it lies, in which syntax, and its base IRI."""

    path: Path
    media_type: str
    base: str

    def quads(self) -> Iterable[Quad]:
        """What it says. Raises InputError with line and column."""
        return read(self.path, self.media_type, self.path.name if self.base == "" else "data", self.base or None)


def put(target: Target, graph: str, payloads: Iterable[Payload]) -> None:
    """Replaces a graph (§5.3). Raises InputError for a payload that cannot be parsed."""
    wanted = set(in_graph(_triples(payloads), graph))
    target.remove([q for q in target.store.graph(graph) if q not in wanted])
    if graph:
        target.make_graph(graph)
    target.add(wanted)


def post(target: Target, graph: str, payloads: Iterable[Payload]) -> None:
    """Joins triples to a graph, which is made where it is missing (§5.5)."""
    wanted = in_graph(_triples(payloads), graph)
    if graph:
        target.make_graph(graph)
    target.add(wanted)


def delete(target: Target, graph: str) -> None:
    """Removes a graph; the default graph becomes empty (§5.4). Raises NotFoundError for one that is not there."""
    if not target.store.has_graph(graph):
        raise NotFoundError(f"Det finns ingen graf <{graph}>.", f"There is no graph <{graph}>.")
    if graph:
        target.drop_graph(graph)
    else:
        target.remove(list(target.store.graph(graph)))


def join(target: Target, payloads: Iterable[Payload], replace: bool = False) -> None:
    """Adds quads, each to the graph that it names; `replace` first empties every graph that may be written."""
    wanted = {q for p in payloads for q in p.quads()}
    if replace:
        for name in [*(n for n in target.store.graph_names() if target.writable(n)), ""]:
            target.remove([q for q in target.store.graph(name) if q not in wanted])
    target.add(wanted)


def _triples(payloads: Iterable[Payload]) -> list[Quad]:
    found = [q for p in payloads for q in p.quads()]
    if any(not isinstance(q.graph_name, DefaultGraph) for q in found):
        raise InputError(
            "Innehållet namnger egna grafer; skicka det till /store utan ?graph=.", "The payload names graphs of its own; send it to /store without ?graph=."
        )
    return found

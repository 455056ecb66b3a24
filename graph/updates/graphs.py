"""Operations on whole graphs: CLEAR, DROP, CREATE, ADD, COPY, MOVE and LOAD (SPARQL 1.1 Update §3.1.4 and §3.2)."""

from __future__ import annotations

from collections.abc import Iterable

from graph.errors import NotFoundError, QueryError
from graph.store import UNNAMED, DefaultGraph, NamedNode, Quad, Store
from graph.syntax import Token
from graph.updates.parsing import Operation, iri
from graph.updates.target import Target


def _graph(operation: Operation, tokens: list[Token]) -> str:
    return UNNAMED if tokens[0].word == "DEFAULT" else iri(operation, tokens[-1])


def manage(operation: Operation, target: Target) -> None:
    """CLEAR, DROP and CREATE (§3.2); of ALL or NAMED graphs those that may be written."""
    rest = [t for t in operation.tokens[1:] if t.word != "SILENT"]
    silent, kind = len(rest) + 1 < len(operation.tokens), operation.word(0)
    if rest[0].word in ("ALL", "NAMED"):
        names = [n for n in target.store.graph_names() if target.writable(n)] + [UNNAMED] * (rest[0].word == "ALL")
    else:
        names = [_graph(operation, rest)]
        _expect(target.store, names[0], kind != "CREATE", silent)
    for name in names:
        if kind == "CREATE":
            target.make_graph(name)
        elif kind == "DROP":
            _drop(target, name)
        else:
            target.remove(list(target.store.graph(name)))


def _drop(target: Target, name: str) -> None:
    """Removes a graph; the default graph is only emptied."""
    if name == UNNAMED:
        target.remove(list(target.store.graph(name)))
    else:
        target.drop_graph(name)


def _expect(store: Store, name: str, there: bool, silent: bool) -> None:
    if not silent and store.has_graph(name) != there:
        if there:
            raise NotFoundError(f"Det finns ingen graf <{name}>.", f"There is no graph <{name}>.")
        raise QueryError(f"Grafen <{name}> finns redan.", f"The graph <{name}> exists already.")


def transfer(operation: Operation, target: Target) -> None:
    """ADD, COPY and MOVE (§3.2.3 to §3.2.5)."""
    rest = [t for t in operation.tokens[1:] if t.word != "SILENT"]
    cut = next(n for n, t in enumerate(rest) if t.word == "TO")
    source, goal = _graph(operation, rest[:cut]), _graph(operation, rest[cut + 1 :])
    _expect(target.store, source, True, len(rest) + 1 < len(operation.tokens))
    if source == goal:
        return
    quads = list(target.store.graph(source))
    if operation.word(0) != "ADD":
        _drop(target, goal)
    target.add(in_graph(quads, goal))
    if operation.word(0) == "MOVE":
        _drop(target, source)


def in_graph(quads: Iterable[Quad], name: str) -> list[Quad]:
    """The same triples in one graph."""
    home = NamedNode(name) if name != UNNAMED else DefaultGraph()
    return [Quad(q.subject, q.predicate, q.object, home) for q in quads]


def load(operation: Operation, target: Target, allowed: Iterable[str]) -> None:
    """LOAD (§3.1.4) from an address that is allowed."""
    into = next((n for n, t in enumerate(operation.tokens) if t.word == "INTO"), None)
    goal = UNNAMED if into is None else iri(operation, operation.tokens[-1])
    loaded = Store.memory()
    try:
        loaded.update(f"{operation.prologue} LOAD {operation.text(operation.tokens[-1 if into is None else into - 1 :][:1])}", allowed)
    except QueryError:
        if operation.word(1) != "SILENT":
            raise
    target.add(in_graph(loaded, goal))

"""Blank nodes that keep their names from one build to the next, so that what is as it was is no change.

A parser names them at random. Nodes are told apart by what is said of them (colour refinement); those that look alike in both stores get the name of before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from graph.namespaces import INFERRED_GRAPH
from graph.store import BlankNode, NamedNode, Quad, Store

_Node = tuple[str, BlankNode]  # which store, and the node
_Said = tuple[Quad, str]


def keep(store: Store, previous: Store) -> None:
    """Renames the blank nodes of a store that look like some of the previous one."""
    quads = {side: [q for q in s if _blanks(q) and q.graph_name != NamedNode(INFERRED_GRAPH)] for side, s in (("new", store), ("old", previous))}
    names = _matched(_colours([(q, side) for side, found in quads.items() for q in found]))
    renamed = [_renamed(q, names) for q in quads["new"]]
    store.remove(quads["new"])
    store.add(renamed)


def _blanks(q: Quad) -> list[BlankNode]:
    return [node for node in (q.subject, q.object) if isinstance(node, BlankNode)]


def _colours(said: list[_Said]) -> dict[_Node, bytes]:
    """What tells each node apart, until another look at its neighbours tells no more apart."""
    around: dict[_Node, list[_Said]] = defaultdict(list)
    for q, side in said:
        for node in _blanks(q):
            around[side, node].append((q, side))
    colours, kinds = dict.fromkeys(around, b""), 1
    while True:
        finer = {node: _digest(sorted(_look(q, node, colours) for q, _ in quads), colours[node]) for node, quads in around.items()}
        if len(set(finer.values())) == kinds:
            return colours
        colours, kinds = finer, len(set(finer.values()))


def _look(q: Quad, node: _Node, colours: dict[_Node, bytes]) -> bytes:
    """A quad as it looks from one of its nodes."""

    def seen(term: object) -> str:
        return "self" if term == node[1] else colours[node[0], term].hex() if isinstance(term, BlankNode) else str(term)

    return "\0".join([seen(q.subject), str(q.predicate), seen(q.object), str(q.graph_name)]).encode()


def _digest(parts: Iterable[bytes], before: bytes) -> bytes:
    return blake2b(before + b"\1".join(parts), digest_size=16).digest()


def _matched(colours: dict[_Node, bytes]) -> dict[BlankNode, BlankNode]:
    """The name of before for each new node that has a match; a name of its own for one that has none and whose name is taken."""
    old, new = (_by_colour(colours, side) for side in ("old", "new"))
    pairs = {n: o for colour, nodes in new.items() for n, o in zip(nodes, old.get(colour, []), strict=False)}
    taken = set(pairs.values())
    return pairs | {n: BlankNode() for nodes in new.values() for n in nodes if n not in pairs and n in taken}


def _by_colour(colours: dict[_Node, bytes], side: str) -> dict[bytes, list[BlankNode]]:
    found: dict[bytes, list[BlankNode]] = defaultdict(list)
    for node in _sorted(node for s, node in colours if s == side):
        found[colours[side, node]].append(node)
    return found


def _sorted(nodes: Iterable[BlankNode]) -> Iterator[BlankNode]:
    yield from sorted(nodes, key=lambda n: n.value)


def _renamed(q: Quad, names: dict[BlankNode, BlankNode]) -> Quad:
    s, o = q.subject, q.object
    return Quad(names.get(s, s) if isinstance(s, BlankNode) else s, q.predicate, names.get(o, o) if isinstance(o, BlankNode) else o, q.graph_name)

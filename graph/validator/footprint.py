"""Which triples a query reads, and by which patterns each of them is tied to a focus node.

Say that a result of a focus node comes or goes with a change. Then some pattern of the query matches a triple of the change, and all that holds
outright beside that pattern (not under OPTIONAL, not inside an expression, not in another branch of a UNION) holds with it: after the change for a triple
that came, before it for one that went. So the patterns beside lead from each changed triple to all focus nodes that it can affect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from graph.validator import grammar
from graph.validator.grammar import UnreadableError
from graph.validator.trees import Edge, Group, Part, Path

_MOST: Final = 100  # ways through the UNIONs of one query
_LAST: Final = ("holds", "filter")  # a filter sees the whole group, wherever it stands in it (SPARQL 1.1 §18.2.2)


@dataclass(frozen=True)
class Read:
    """A single triple pattern that a query reads, and what holds outright beside it."""

    pattern: Edge
    beside: tuple[Edge, ...]

    def way(self, focus: str) -> tuple[Edge, ...]:
        """The patterns that tie the pattern to the focus variable, each after one that it shares a variable with, and those that test what is found.

        Where none leads to it, all that hang together with the pattern.
        """
        far = _distances(self.beside, focus)
        known, left, found = self.pattern.variables, list(self.beside), list[Edge]()
        while left:
            tests = [e for e in left if e.variables <= known]
            steps = [e for e in left if e.variables & known] if focus not in known else []
            chosen = next(iter(tests), None) or min(steps, key=lambda e: min(far.get(v, _MOST) for v in e.variables), default=None)
            if chosen is None:
                break
            left.remove(chosen)
            found.append(chosen)
            known |= chosen.variables
        return tuple(found)


def reads(query: str) -> list[Read]:
    """All that a SELECT reads. Raises UnreadableError where that cannot be told."""
    fresh = count()
    found = [r for way in _Ways(fresh).through(grammar.read(query)) for r in _reads(way, (), fresh)]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class _Way:
    """One way through a group, with a branch of each UNION: what holds outright, and the ways through what may or may not hold under it."""

    edges: tuple[Edge, ...] = ()
    under: tuple[_Way, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(v for e in self.edges for v in e.variables)

    def with_edge(self, edge: Edge) -> _Way:
        return _Way((*self.edges, edge), self.under)

    def joined(self, other: _Way) -> _Way:
        return _Way(self.edges + other.edges, self.under + other.under)

    def over(self, ways: Iterable[_Way]) -> _Way:
        return _Way(self.edges, (*self.under, *ways))


class _Ways:
    def __init__(self, fresh: Iterator[int]) -> None:
        self._fresh = fresh

    def through(self, group: Group, given: frozenset[str] = frozenset(), seen: frozenset[str] = frozenset()) -> list[_Way]:
        """The ways through a group that gets these variables from the outside; its own filters see more of them."""
        ways = [_Way()]
        for item in sorted(group, key=lambda i: isinstance(i, Part) and i.kind in _LAST):
            ways = [longer for way in ways for longer in (self._on(way, item, given, seen) if isinstance(item, Part) else [way.with_edge(item)])]
            if len(ways) > _MOST:
                raise UnreadableError
        return ways

    def _on(self, way: _Way, part: Part, given: frozenset[str], seen: frozenset[str]) -> list[_Way]:
        bound = way.variables | given
        match part.kind:
            case "union":
                return [way.joined(branch) for group in part.groups for branch in self.through(group, given)]
            case "lateral":
                return [way.joined(inner) for inner in self.through(part.groups[0], bound)]
            case "optional":
                return [way.over(self.through(self._apart(part.groups[0], bound), given, bound))]
            case "holds":
                return [way.joined(inner) for inner in self.through(self._apart(part.groups[0], bound | seen), bound | seen)]
            case "filter" | "bind":
                return [way.over(w for group in part.groups for w in self.through(self._apart(group, bound | seen), bound | seen))]

    def _apart(self, group: Group, bound: frozenset[str]) -> Group:
        """The group with names of its own for variables that are not surely bound outside it: only by chance are they the same elsewhere."""
        own = next(self._fresh)
        return _renamed(group, bound, own)


def _renamed(group: Group, bound: frozenset[str], own: int) -> Group:
    def renamed(item: Edge | Part) -> Edge | Part:
        if isinstance(item, Edge):
            return item.renamed(lambda v: v if v in bound else f"{v}_own{own}")
        return Part(item.kind, tuple(_renamed(g, bound, own) for g in item.groups))

    return tuple(map(renamed, group))


def _reads(way: _Way, above: tuple[Edge, ...], fresh: Iterator[int]) -> Iterator[Read]:
    together = above + way.edges
    _refuse_nowhere(way.edges, together)
    for edge in way.edges:
        beside = tuple(e for e in together if e is not edge)
        yield from (Read(pattern, beside + more) for pattern, more in _steps(edge, fresh))
    for inner in way.under:
        yield from _reads(inner, together, fresh)


def _refuse_nowhere(edges: Iterable[Edge], together: tuple[Edge, ...]) -> None:
    """Raises UnreadableError for a path over no triple at a node that no triple need mention: it is there if any triple at all mentions the node."""
    mentioned = {end for e in together if not e.path.empty for end in (e.subject, e.object)}
    if any(e.path.empty and e.subject not in mentioned and e.object not in mentioned for e in edges):
        raise UnreadableError


def _steps(edge: Edge, fresh: Iterator[int]) -> Iterator[tuple[Edge, tuple[Edge, ...]]]:
    """The single patterns that an edge with a path reads, each with the rest of the path before and after it."""
    s, path, o = edge.subject, edge.path, edge.object
    if not path.parts:
        yield edge, ()
    elif path.sign == "^":
        yield from _steps(Edge(o, path.parts[0], s), fresh)
    elif path.sign == "/":
        ends = [s, *(f"?_way{next(fresh)}" for _ in path.parts[1:]), o]
        chain = [Edge(a, p, b) for a, p, b in zip(ends, path.parts, ends[1:], strict=False)]
        for one in chain:
            rest = tuple(e for e in chain if e is not one)
            yield from ((pattern, rest + more) for pattern, more in _steps(one, fresh))
    elif path.sign in ("*", "+"):
        a, b, again = f"?_way{next(fresh)}", f"?_way{next(fresh)}", Path("*", path.parts)
        ends_too = (Edge(s, again, a), Edge(b, again, o))
        yield from ((pattern, ends_too + more) for pattern, more in _steps(Edge(a, path.parts[0], b), fresh))
    else:  # | and ?
        for part in path.parts:
            yield from _steps(Edge(s, part, o), fresh)


def _distances(edges: Iterable[Edge], focus: str) -> dict[str, int]:
    """How many patterns each variable is away from the focus variable."""
    found, ring = {focus: 0}, {focus}
    while ring:
        ring = {v for e in edges if e.variables & ring for v in e.variables} - found.keys()
        found.update(dict.fromkeys(ring, max(found.values()) + 1))
    return found


__all__ = ["Read", "UnreadableError", "reads"]

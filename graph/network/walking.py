"""Walks through the network: chains up and down, paths between bodies, common superiors, and who is reached where a body is dissolved.

A chain goes on along direct edges only; what is hedged is a step that is shown and not followed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from graph.network.model import ABOVE, CHAIN, Edge, Network

LONGEST: Final = 4  # steps of a path
MOST: Final = 100  # paths between two bodies
EFFORT: Final = 100_000  # looks onward in search of them


class Step(NamedTuple):
    """An edge met on a walk, and after how many steps, from 1."""

    edge: Edge
    number: int


def chain(network: Network, start: Collection[str], kinds: Collection[str] = CHAIN, up: bool = True) -> Iterator[Step]:
    """The edges met going up (or down) from parties along edges of these kinds, the nearest first, each once."""
    turn = network.ups if up else network.downs
    seen, ahead = set(start), deque((party, 1) for party in start)
    met = set[Edge]()
    while ahead:
        here, number = ahead.popleft()
        for edge in turn(here, kinds):
            if edge not in met:
                met.add(edge)
                yield Step(edge, number)
            beyond = edge.superior if up else edge.inferior
            if edge.direct and beyond not in seen:
                seen.add(beyond)
                ahead.append((beyond, number + 1))


def reached(network: Network, start: Collection[str], kinds: Collection[str] = CHAIN, up: bool = True) -> dict[str, int]:
    """Who is reached along direct edges, and in how few steps; a party that a circle leads back to is there too, but not with 0."""
    found = dict[str, int]()
    for edge, number in chain(network, start, kinds, up):
        if edge.direct:
            found.setdefault(edge.superior if up else edge.inferior, number)
    return found


@dataclass(frozen=True)
class Paths:
    """Paths between two bodies as the bodies on the way, the shortest first; `cut` where there are more."""

    found: tuple[tuple[str, ...], ...]
    cut: bool


def paths(network: Network, start: str, end: str, longest: int = LONGEST, most: int = MOST) -> Paths:
    """The paths without repetition between two bodies, of at most so many steps, whatever way their edges run."""
    left = _distances(network, end, longest)
    if start == end or start not in left:
        return Paths((), False)
    budget = [EFFORT]
    found = (path for length in range(left[start], longest + 1) for path in _of_length(network, (start,), end, length, left, budget))
    first = tuple(islice(found, most + 1))
    return Paths(first[:most], len(first) > most or not budget[0])


def _of_length(network: Network, path: tuple[str, ...], end: str, length: int, left: dict[str, int], budget: list[int]) -> Iterator[tuple[str, ...]]:
    """The paths that go on from a path and are of just this length; each look onward costs one of the budget, so that no dense part takes for ever."""
    if path[-1] == end:
        if len(path) == length + 1:
            yield path
        return
    for body in sorted(n for n in network.links[path[-1]] if n not in path and len(path) + left.get(n, length) <= length):
        if not budget[0]:
            return
        budget[0] -= 1
        yield from _of_length(network, (*path, body), end, length, left, budget)


def _distances(network: Network, end: str, longest: int) -> dict[str, int]:
    """How many steps it is to a body from each that is near enough."""
    found, ahead = {end: 0}, deque([end])
    while ahead:
        here = ahead.popleft()
        if found[here] < longest:
            new = [n for n in network.links.get(here, ()) if n not in found]
            found |= dict.fromkeys(new, found[here] + 1)
            ahead.extend(new)
    return found


def superiors(network: Network, one: str, other: str) -> list[str]:
    """The nearest parties above both (or the one that is above the other): those with the fewest steps from both together."""
    sides = [{**reached(network, network.with_roles(p), ABOVE), p: 0} for p in (one, other)]
    sums = {p: sides[0][p] + sides[1][p] for p in sides[0].keys() & sides[1].keys()}
    return sorted(p for p, n in sums.items() if n == min(sums.values())) if one != other else []


def ascent(network: Network, start: str, superior: str) -> list[Edge]:
    """A shortest way up from a party (or one of its roles) to one above it: its edges; none where it is the same."""
    by: dict[str, Edge] = {}
    for edge, _ in chain(network, network.with_roles(start), ABOVE):
        if edge.direct:
            by.setdefault(edge.superior, edge)
    way: list[Edge] = []
    here, own = superior, set(network.with_roles(start))
    while here not in own:
        way.append(by[here])
        here = by[here].inferior
    return way[::-1]


class Loss(NamedTuple):
    """Who is reached where a body is dissolved: by which edge, after how many steps; whether no other way up is left (None: it is not below)."""

    party: str
    edge: Edge
    number: int
    only: bool | None


def dissolved(network: Network, body: str) -> Iterator[Loss]:
    """Whoever is related to a body or its roles, and whoever is below those, the nearest first."""
    gone = set(network.with_roles(body))
    below = list(chain(network, sorted(gone), ABOVE, up=False))
    lost = _orphans(network, gone, {s.edge.inferior for s in below if s.edge.direct} - gone)
    told = [step for step in below if step.edge.inferior not in gone]
    for edge, number in told:
        yield Loss(edge.inferior, edge, number, edge.inferior in lost if edge.direct else None)
    met = {step.edge for step in told}
    for party in sorted(gone):
        for edge in network.at(party):
            if edge not in met and edge.other(party) not in gone:
                yield Loss(edge.other(party), edge, 1, None)


def _orphans(network: Network, gone: set[str], below: set[str]) -> set[str]:
    """Those below that have no way up but through what is gone."""

    def held(party: str) -> bool:
        return any(e.direct and e.superior not in gone and e.superior not in below for e in network.ups(party, ABOVE))

    rescued = {p for p in below if held(p)}
    return below - rescued - reached(network, rescued, ABOVE, up=False).keys()

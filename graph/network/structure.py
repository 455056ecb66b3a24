"""The structure of the network: circles, bridges, single points of failure, and the bodies that most depends on. The only module that knows networkx."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import networkx

from graph.network.model import ABOVE, Edge, Network

ROUND: Final = 8  # steps of a circle
CIRCLES: Final = 100
EXACT: Final = 200_000  # bodies times links up to which every body is counted from, and at which a sample stops


@dataclass(frozen=True)
class Circles:
    """Circles of governing edges, each from below to above until it comes back; `cut` where there are more."""

    found: tuple[tuple[Edge, ...], ...]
    cut: bool


def circles(network: Network) -> Circles:
    """The circles of at most ROUND steps in which each governs the next, a direct edge going before one that is hedged."""
    by: dict[tuple[str, str], Edge] = {}
    for edge in sorted(network.edges, key=lambda e: (not e.direct, e)):
        if edge.kind in ABOVE:
            by.setdefault((edge.inferior, edge.superior), edge)
    graph = networkx.DiGraph(sorted(by))
    rounds = (_from_least(found) for found in networkx.simple_cycles(graph, length_bound=ROUND))
    found = sorted(islice(rounds, CIRCLES + 1))
    edges = (tuple(by[pair] for pair in zip(nodes, (*nodes[1:], nodes[0]), strict=True)) for nodes in found[:CIRCLES])
    return Circles(tuple(edges), len(found) > CIRCLES)


def _from_least(nodes: list[str]) -> tuple[str, ...]:
    at = nodes.index(min(nodes))
    return (*nodes[at:], *nodes[:at])


@dataclass(frozen=True)
class Weak:
    """Where the network would fall apart: links between bodies, or bodies, with how many bodies each would cut off."""

    links: dict[tuple[str, str], int]
    bodies: dict[str, int]


def weak(network: Network) -> Weak:
    """The bridges and cut points of the links between bodies (Hopcroft and Tarjan 1973), with how many bodies each cuts off from the largest part left."""
    links, cuts = dict[tuple[str, str], int](), dict[str, int]()
    seen = set[str]()
    for root in sorted(network.links):
        if root not in seen:
            _Search(network, root, seen).collect(links, cuts)
    return Weak(links, cuts)


class _Search:
    """A depth-first search of one part of the network."""

    def __init__(self, network: Network, root: str, seen: set[str]) -> None:
        self._network, self._root = network, root
        self._number: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._size: dict[str, int] = {}
        self._above: dict[str, str] = {}
        self._order = list(self._walk())
        seen.update(self._order)

    def _walk(self) -> Iterator[str]:
        """The bodies as they are left behind, those below before those above."""
        ahead: list[tuple[str, Iterator[str]]] = []

        def enter(body: str) -> None:
            self._number[body] = self._low[body] = len(self._number)
            self._size[body] = 1
            ahead.append((body, iter(sorted(self._network.links[body]))))

        enter(self._root)
        while ahead:
            here, onward = ahead[-1]
            for body in onward:
                if body not in self._number:
                    self._above[body] = here
                    enter(body)
                    break
                if body != self._above.get(here):
                    self._low[here] = min(self._low[here], self._number[body])
            else:
                ahead.pop()
                yield here
                if above := self._above.get(here):
                    self._low[above] = min(self._low[above], self._low[here])
                    self._size[above] += self._size[here]

    def collect(self, links: dict[tuple[str, str], int], cuts: dict[str, int]) -> None:
        """Adds what this part has."""
        whole = len(self._order)
        parts: dict[str, list[int]] = {}
        for body, above in self._above.items():
            size = self._size[body]
            if self._low[body] > self._number[above]:
                links[above, body] = min(size, whole - size)
            if self._low[body] >= self._number[above]:
                parts.setdefault(above, []).append(size)
        for body, sizes in parts.items():
            left = whole - 1 - sum(sizes)
            if left or len(sizes) > 1:
                cuts[body] = whole - 1 - max(left, *sizes)


@dataclass(frozen=True)
class Dependence:
    """The share (0 to 1) of all shortest paths between other bodies that pass each body; `sample` is from how many bodies it was counted, None for all."""

    shares: dict[str, float]
    sample: int | None


def dependence(network: Network) -> Dependence:
    """Betweenness (Freeman 1977), exact where that is quick and else from a sample of bodies, always the same one."""
    graph = networkx.Graph(sorted((a, b) for a, others in network.links.items() for b in others if a < b))
    bodies, cost = len(graph), max(1, graph.number_of_edges())
    sample = None if bodies * cost <= EXACT else max(10, min(bodies, EXACT // cost))
    shares = networkx.betweenness_centrality(graph, k=sample, seed=1)
    return Dependence(shares, sample)

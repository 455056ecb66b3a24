"""Selections of the network: around a body, between two, of kinds, within a region, at a level; never more than are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from graph.errors import NotFoundError
from graph.network.model import Edge, Network, local, parties_of
from graph.network.walking import LONGEST, paths


@dataclass(frozen=True)
class Selection:
    """What of the network is wanted; what is left empty narrows nothing.

    `body` with those at most `radius` steps away, or with `to` the paths between the two of at most `longest` steps; edges of `kinds`; with both ends
    within `region` (the party itself, or what belongs to it); with both ends at `level`. All are IRIs.
    """

    body: str = ""
    to: str = ""
    radius: int = 1
    longest: int = LONGEST
    kinds: frozenset[str] = frozenset()
    region: str = ""
    level: str = ""


@dataclass(frozen=True)
class Part:
    """The edges that a selection holds and the parties at their ends; `cut` where there are more of them."""

    edges: tuple[Edge, ...]
    parties: tuple[str, ...]
    cut: bool = False


def select(network: Network, wanted: Selection, most: int) -> Part:
    """The part of the network that is wanted, with at most so many parties, the nearest to the body or those with most edges first."""
    whole = network if not (wanted.kinds or wanted.region or wanted.level) else _narrowed(network, wanted)
    if wanted.body and wanted.to:
        found = paths(whole, whole.body(wanted.body), whole.body(wanted.to), wanted.longest)
        edges = dict.fromkeys(e for path in found.found for a, b in pairwise(path) for e in whole.links[a][b])
        return _at_most(list(edges), [wanted.body, wanted.to], most, found.cut)
    if wanted.body:
        near = _around(whole, wanted.body, wanted.radius)
        return _at_most(_between(whole, near), near, most, False)
    busiest = sorted(whole.parties, key=lambda p: (-len(whole.at(p)), p))
    return _at_most(list(whole.edges), busiest, most, False)


def _narrowed(network: Network, wanted: Selection) -> Network:
    def here(party: str) -> bool:
        inside = not wanted.region or wanted.region in (party, *network.within(party))
        return inside and (not wanted.level or network.level(party) == wanted.level)

    edges = (e for e in network.edges if not wanted.kinds or e.kind in wanted.kinds)
    return Network(tuple(e for e in edges if here(e.source) and here(e.target)), network.role_in, network.belongs, network.levels)


def _around(network: Network, body: str, radius: int) -> list[str]:
    """A body with its roles and all that lie so many steps away, roles with their bodies, the nearest first."""
    last = network.with_roles(body)
    found = dict.fromkeys(last)
    for _ in range(radius):
        new = dict.fromkeys(e.other(p) for p in last for e in network.at(p))
        last = [q for p in new for q in (p, *network.with_roles(network.body(p))) if q not in found]
        found |= dict.fromkeys(last)
    return list(found)


def _between(network: Network, parties: Iterable[str]) -> list[Edge]:
    there = dict.fromkeys(parties)
    return [e for p in there for e in network.out.get(p, ()) if e.target in there]


def _at_most(edges: list[Edge], first: Collection[str], most: int, cut: bool) -> Part:
    """The edges between the first parties that have any."""
    ends = parties_of(edges)
    known = set(ends)
    order = dict.fromkeys([*(p for p in first if p in known), *ends])
    kept = set(list(order)[:most])
    inside = tuple(e for e in edges if e.source in kept and e.target in kept)
    return Part(inside, tuple(parties_of(inside)) or tuple(first)[:1], cut or len(order) > most)


def kinds_named(network: Network, names: Iterable[str], labels: dict[str, dict[str, str]]) -> frozenset[str]:
    """The kinds that names mean: the short name of a class (ReportingLine) or its label in either language. Raises NotFoundError."""
    meant: dict[str, str] = {}
    for kind in network.kinds:
        meant |= dict.fromkeys([kind, *(text.casefold() for text in (local(kind), *labels.get(kind, {}).values()))], kind)
    found = set[str]()
    for name in names:
        told = meant.get(name) or meant.get(name.strip().casefold())
        if told is None:
            known = ", ".join(map(local, network.kinds))
            raise NotFoundError(
                f"kinds={name!r} är inget slag av relation här; det finns: {known}.",
                f"kinds={name!r} is no kind of relation here; there are: {known}.",
                parameter="kinds",
                nearest={k: labels.get(k, {}) for k in network.kinds},
            )
        found.add(told)
    return frozenset(found)

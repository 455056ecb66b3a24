"""The governance network: a typed, directed multigraph of parties, whose edges are the statements that relate them.

An edge runs as its statement does, from `sg:relationFrom` to `sg:relationTo`. It is direct where a direct property (`sg:reportsTo`, `sg:worksOnBehalfOf` …)
follows from its statement; what is hedged, denied or implicit is an edge that is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

from graph.namespaces import SG

Made = TypeVar("Made")
_WITHIN: Final = 8  # bodies within bodies that are looked through for a level

# Which end of a statement governs the other. Of other kinds neither does.
_TO: Final = ("ReportingLine", "Commission", "EscalationPath", "AppointmentRule", "FollowUp")
_FROM: Final = ("Delegation", "OrganisationalForm")
ABOVE: Final = {**{SG + name: True for name in _TO}, **{SG + name: False for name in _FROM}}
CHAIN: Final = frozenset(SG + name for name in ("ReportingLine", "Commission", "EscalationPath", "Delegation"))


class Edge(NamedTuple):
    """One relation of two parties: IRIs of its ends, of its class and of its statement ("" where only the direct property is asserted).

    `direct` tells whether a direct property follows, None where its kind has none.
    """

    source: str
    target: str
    kind: str
    statement: str
    direct: bool | None

    @property
    def superior(self) -> str:
        """The end that governs the other, "" where neither does."""
        to = ABOVE.get(self.kind)
        return "" if to is None else self.target if to else self.source

    @property
    def inferior(self) -> str:
        """The end that the other governs, "" where neither does."""
        to = ABOVE.get(self.kind)
        return "" if to is None else self.source if to else self.target

    def other(self, party: str) -> str:
        """The end that is not this one."""
        return self.target if party == self.source else self.source


def local(kind: str) -> str:
    """The short name of a kind: that of its class after our namespace."""
    return kind.removeprefix(SG)


@dataclass(frozen=True)
class Network:
    """The edges of a store's statements, found from either end; what each role is a role in; what each party belongs to; and its level, where it has one.

    All parties, kinds and levels are IRIs; labels are looked up for what is shown (`graph.network.describing`).
    """

    edges: tuple[Edge, ...]
    role_in: Mapping[str, str] = field(default_factory=dict)
    belongs: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    out: Mapping[str, list[Edge]] = field(init=False, repr=False)
    into: Mapping[str, list[Edge]] = field(init=False, repr=False)
    roles: Mapping[str, list[str]] = field(init=False, repr=False)
    _made: dict[object, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        out, into, roles = dict[str, list[Edge]](), dict[str, list[Edge]](), defaultdict[str, list[str]](list)
        for edge in self.edges:
            out.setdefault(edge.source, []).append(edge)
            into.setdefault(edge.target, []).append(edge)
        for role, body in self.role_in.items():
            roles[body].append(role)
        for name, value in (("out", out), ("into", into), ("roles", dict(roles))):
            object.__setattr__(self, name, value)

    def once(self, make: Callable[[Network], Made]) -> Made:
        """What a function finds of the network, kept with it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @property
    def parties(self) -> set[str]:
        """Every party at an end of an edge."""
        return self.out.keys() | self.into.keys()

    @property
    def kinds(self) -> list[str]:
        """The kinds that there are edges of, in order."""
        return sorted({e.kind for e in self.edges})

    def at(self, party: str) -> list[Edge]:
        """The edges at a party, those that leave it first; one from a party to itself once."""
        return [*self.out.get(party, ()), *(e for e in self.into.get(party, ()) if e.source != party)]

    def ups(self, party: str, kinds: Collection[str] = CHAIN) -> list[Edge]:
        """The edges of these kinds by which others govern a party."""
        return [e for e in self.at(party) if e.kind in kinds and e.inferior == party]

    def downs(self, party: str, kinds: Collection[str] = CHAIN) -> list[Edge]:
        """The edges of these kinds by which a party governs others."""
        return [e for e in self.at(party) if e.kind in kinds and e.superior == party]

    def body(self, party: str) -> str:
        """The body that a role is a role in; any other party itself."""
        return self.role_in.get(party, party)

    def with_roles(self, party: str) -> list[str]:
        """A party and its roles."""
        return [party, *self.roles.get(party, ())]

    def within(self, party: str) -> list[str]:
        """What a party is a role in or belongs to, and what that belongs to, from the nearest."""
        found = [party]
        while (around := self.role_in.get(found[-1]) or self.belongs.get(found[-1])) and around not in found and len(found) <= _WITHIN:
            found.append(around)
        return found[1:]

    def level(self, party: str) -> str:
        """A party's level, else that of the nearest that it is within; "" where none is known."""
        return next((self.levels[p] for p in (party, *self.within(party)) if p in self.levels), "")

    def only(self, kinds: Collection[str]) -> Network:
        """The network of these kinds of edges alone."""
        return Network(tuple(e for e in self.edges if e.kind in kinds), self.role_in, self.belongs, self.levels)

    @cached_property
    def links(self) -> Mapping[str, Mapping[str, list[Edge]]]:
        """For each body those that it is related to either way, with the edges; a role stands for the body that it is in."""
        found: dict[str, dict[str, list[Edge]]] = {}
        for edge in self.edges:
            a, b = self.body(edge.source), self.body(edge.target)
            if a != b:
                found.setdefault(a, {}).setdefault(b, []).append(edge)
                found.setdefault(b, {}).setdefault(a, []).append(edge)
        return found


def parties_of(edges: Iterable[Edge]) -> list[str]:
    """The ends of edges, each once, in the order of the edges."""
    return list(dict.fromkeys(p for e in edges for p in (e.source, e.target)))

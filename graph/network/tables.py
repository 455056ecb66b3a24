"""Computed tables: rows of the network that a question's SELECT takes in where SPARQL alone cannot find them.

A question that is `sg:computedBy` a table has one empty inline table in its SELECT (SPARQL 1.1 §10.2), which tells the variables: `VALUES (?body ?step …) { }`.
It is filled with the rows of the table before the SELECT is run, so names, passages and faces are those of any other question. At most ROWS are filled in;
`?cut` is "ja" in all rows where there are more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from graph.errors import NotFoundError
from graph.namespaces import SG
from graph.network import reading, walking
from graph.network.model import ABOVE, CHAIN, Edge, Network
from graph.network.structure import circles, dependence, weak
from graph.store import Literal, NamedNode, Store, Term

ROWS: Final = 1000
LISTED: Final = 20  # bodies in a list of those that most depends on
_RESTING: Final = 12  # statements that such a row rests on
_MEMBERSHIP: Final = SG + "Membership"
_FIRST: Final = (CHAIN - {SG + "Delegation"}) | {_MEMBERSHIP}
_EMPTY: Final = re.compile(r"VALUES\s*\(([^()]*)\)\s*\{\s*\}")

Cells = dict[str, Term]
Given = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """How rows are found for the parameters that are given (any may be missing), and what each parameter has rows for."""

    rows: Callable[[Network, Given], Iterator[Cells]]
    choices: Callable[[Network], dict[str, set[str]]]


def filled(store: Store, table: str, select: str, bindings: Mapping[str, Term]) -> str:
    """A SELECT with the rows of a table in place of its empty one. Raises NotFoundError where there is no such table."""
    found = find(table).rows(reading.of(store), {name: term.value for name, term in bindings.items()})
    rows = list(islice(found, ROWS + 1))
    cut = _word(len(rows) > ROWS)

    def values(match: re.Match[str]) -> str:
        names = match[1].replace("?", " ").split()
        told = (" ".join(str({"cut": cut, **row}.get(n, "UNDEF")) for n in names) for row in rows[:ROWS])
        return f"VALUES ({match[1]}) {{ {' '.join(f'({line})' for line in told)} }}"

    return _EMPTY.sub(values, select, count=1)


def choices(store: Store, table: str) -> dict[str, set[str]]:
    """For each parameter the parties that the table has rows for. Raises NotFoundError where there is no such table."""
    return find(table).choices(reading.of(store))


def find(name: str) -> Table:
    """The table of this name. Raises NotFoundError."""
    if name not in TABLES:
        known = ", ".join(TABLES)
        raise NotFoundError(
            f"Det finns ingen beräknad tabell {name!r} (sg:computedBy); det finns: {known}.",
            f"There is no computed table {name!r} (sg:computedBy); there are: {known}.",
        )
    return TABLES[name]


def _word(holds: bool) -> Literal:
    return Literal("ja" if holds else "nej")


def _told(edge: Edge) -> Cells:
    """What a row says of an edge; where only the direct property is asserted, its kind stands for the statement."""
    ends = {"from": edge.source, "to": edge.target, "kind": edge.kind, "statement": edge.statement or edge.kind}
    return {name: NamedNode(iri) for name, iri in ends.items()}


def _asked(given: Given, name: str, every: Iterable[str]) -> list[str]:
    return [given[name]] if name in given else sorted(every)


def _chain(network: Network, given: Given) -> Iterator[Cells]:
    """The chain up from a body and its roles, of all kinds; a membership is shown, and nothing follows from it."""
    for body in _asked(given, "body", _started(network)["body"]):
        start = [p for p in network.with_roles(body) if any(e.kind in _FIRST for e in network.out.get(p, ()))]
        met = dict.fromkeys(s.edge for s in walking.chain(network, start))
        parties = dict.fromkeys([*start, *walking.reached(network, start)])
        met |= dict.fromkeys(e for p in parties for e in network.out.get(p, ()) if e.kind == _MEMBERSHIP)
        for edge in met:
            up = edge.kind == _MEMBERSHIP
            ends = (edge.source, edge.target) if up else (edge.inferior, edge.superior)
            yield {**_told(edge), "body": NamedNode(body), "from": NamedNode(ends[0]), "to": NamedNode(ends[1])}


def _started(network: Network) -> dict[str, set[str]]:
    first = {e.source for e in network.edges if e.kind in _FIRST}
    return {"body": first | {network.body(p) for p in first}}


def _by_kind(up: bool) -> Table:
    """The chains up (or down) from a body and its roles, each of one kind of relation, with the number of each step."""

    def rows(network: Network, given: Given) -> Iterator[Cells]:
        for body in _asked(given, "body", offered(network)["body"]):
            start = network.with_roles(body)
            for kind in sorted({e.kind for p in start for e in network.at(p)} & ABOVE.keys()):
                for edge, number in walking.chain(network, start, {kind}, up):
                    here, there = (edge.inferior, edge.superior) if up else (edge.superior, edge.inferior)
                    if here in start and there in start:
                        continue
                    ends: Cells = {"body": NamedNode(body), "from": NamedNode(here), "to": NamedNode(there)}
                    yield {**_told(edge), **ends, "step": Literal(number)}

    def offered(network: Network) -> dict[str, set[str]]:
        pairs = {(e.inferior, e.superior) if up else (e.superior, e.inferior) for e in network.edges if e.kind in ABOVE}
        own = {network.body(here) for here, there in pairs if network.body(here) != network.body(there)}
        return {"body": own | {here for here, there in pairs if here != there}}

    return Table(rows, offered)


def _paths(network: Network, given: Given) -> Iterator[Cells]:
    """The paths between two bodies; without the other, to every body within reach."""
    for body in _asked(given, "body", network.links):
        for other in _asked(given, "other", network.links):
            found = walking.paths(network, network.body(body), network.body(other))
            own: Cells = {"body": NamedNode(body), "other": NamedNode(other), **({"cut": _word(True)} if found.cut else {})}
            for number, path in enumerate(found.found, 1):
                for step, (here, there) in enumerate(pairwise(path), 1):
                    place: Cells = {"path": Literal(number), "step": Literal(step), "here": NamedNode(here), "there": NamedNode(there)}
                    yield from ({**_told(edge), **own, **place} for edge in network.links[here][there])


def _linked(*names: str) -> Callable[[Network], dict[str, set[str]]]:
    """Every body with a link, and its roles, for each of the parameters."""

    def choices(network: Network) -> dict[str, set[str]]:
        return {name: set(network.links) for name in names}

    return choices


def _superiors(network: Network, given: Given) -> Iterator[Cells]:
    """The nearest superiors of two bodies, with the way up to each from either."""
    candidates = _governed(network)["body"]
    for body in _asked(given, "body", candidates):
        for other in _asked(given, "other", candidates):
            for superior in walking.superiors(network, body, other):
                own: Cells = {"body": NamedNode(body), "other": NamedNode(other), "superior": NamedNode(superior)}
                for side in (body, other):
                    for step, edge in enumerate(walking.ascent(network, side, superior), 1):
                        place: Cells = {"side": NamedNode(side), "step": Literal(step), "lower": NamedNode(edge.inferior), "upper": NamedNode(edge.superior)}
                        yield {**_told(edge), **own, **place}


def _governed(network: Network) -> dict[str, set[str]]:
    """Whoever shares a superior with somebody: all that some direct edge governs, but for those that are alone below it."""
    below: dict[str, set[str]] = {}
    for edge in network.edges:
        if edge.direct and edge.kind in ABOVE and edge.inferior != edge.superior:
            below.setdefault(edge.superior, {edge.superior}).update((edge.inferior, network.body(edge.inferior)))
    every = set().union(*below.values()) if below else set()
    return {"body": every, "other": every}


def _dissolved(network: Network, given: Given) -> Iterator[Cells]:
    """Whoever is reached where a body is dissolved."""
    for body in _asked(given, "body", network.links):
        for loss in walking.dissolved(network, body):
            only: Cells = {} if loss.only is None else {"only": _word(loss.only)}
            yield {**_told(loss.edge), **only, "body": NamedNode(body), "reached": NamedNode(loss.party), "step": Literal(loss.number)}


def _circles(network: Network, given: Given) -> Iterator[Cells]:
    """The circles in which each governs the next, or those that pass a body."""
    found = network.once(circles)
    for number, circle in enumerate(found.found, 1):
        for body in {e.inferior for e in circle} & ({given["body"]} if "body" in given else {e.inferior for e in circle}):
            for step, edge in enumerate(circle, 1):
                place: Cells = {"circle": Literal(number), "step": Literal(step), "lower": NamedNode(edge.inferior), "upper": NamedNode(edge.superior)}
                yield {**_told(edge), **place, "body": NamedNode(body), **({"cut": _word(True)} if found.cut else {})}


def _circling(network: Network) -> dict[str, set[str]]:
    return {"body": {e.inferior for circle in network.once(circles).found for e in circle}}


def _bridges(network: Network, given: Given) -> Iterator[Cells]:
    """The links that alone hold parts of more than one body together, those that would cut off most first."""
    for (a, b), lost in sorted(network.once(weak).links.items(), key=lambda item: (-item[1], item[0])):
        if lost > 1 and given.get("body", a) in (a, b):
            for body in (a, b) if "body" not in given else (given["body"],):
                ends: Cells = {"body": NamedNode(body), "a": NamedNode(a), "b": NamedNode(b), "lost": Literal(lost)}
                yield from ({**_told(edge), **ends} for edge in network.links[a][b])


def _bridging(network: Network) -> dict[str, set[str]]:
    return {"body": {p for pair, lost in network.once(weak).links.items() if lost > 1 for p in pair}}


def _points(network: Network, given: Given) -> Iterator[Cells]:
    """The bodies without which others lose touch with the rest, those that would cut off most first."""
    for body, lost in sorted(network.once(weak).bodies.items(), key=lambda item: (-item[1], item[0])):
        if lost > 1 and given.get("body", body) == body:
            yield from _resting(network, body, {"body": NamedNode(body), "lost": Literal(lost)})


def _pointed(network: Network) -> dict[str, set[str]]:
    return {"body": {body for body, lost in network.once(weak).bodies.items() if lost > 1}}


def _depended(network: Network, given: Given) -> Iterator[Cells]:
    """The bodies that most shortest paths between others pass, with that share in per cent, and how it was counted."""
    found = network.once(dependence)
    method = "exakt" if found.sample is None else f"stickprov från {found.sample} organ"
    order = sorted((-share, body) for body, share in found.shares.items() if share)[:LISTED]
    for place, (share, body) in enumerate(order, 1):
        if given.get("body", body) == body:
            told: Cells = {"body": NamedNode(body), "place": Literal(place), "share": Literal(f"{-100 * share:.1f}"), "method": Literal(method)}
            yield from _resting(network, body, {**told, "below": Literal(len(walking.reached(network, network.with_roles(body), ABOVE, up=False)))})


def _most(network: Network) -> dict[str, set[str]]:
    return {"body": {row["body"].value for row in _depended(network, {})}}


def _resting(network: Network, body: str, cells: Cells) -> Iterator[Cells]:
    """The cells, once for each of the first statements that relate a body to others."""
    edges = sorted({e for others in network.links[body].values() for e in others})
    yield from ({**cells, "premise": NamedNode(edge.statement or edge.kind)} for edge in edges[:_RESTING])


TABLES: Final[Mapping[str, Table]] = {
    "chain": Table(_chain, _started),
    "above": _by_kind(up=True),
    "below": _by_kind(up=False),
    "paths": Table(_paths, _linked("body", "other")),
    "superiors": Table(_superiors, _governed),
    "dissolved": Table(_dissolved, _linked("body")),
    "circles": Table(_circles, _circling),
    "bridges": Table(_bridges, _bridging),
    "points": Table(_points, _pointed),
    "dependence": Table(_depended, _most),
}

"""What a part of the network is called and rests on: names, classes, levels, abbreviations and regions of parties; names, strength and passages of edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graph.evidence import Citation, citations
from graph.names import Name, names
from graph.namespaces import SG, VOCAB
from graph.network.model import Edge, Network
from graph.network.selecting import Part
from graph.store import Store

LEVELS: Final = tuple(f"{VOCAB}level/{name}" for name in ("nationell", "sjukvardsregional", "regional", "lokal", "vardteam"))  # from above
_REGIONS: Final = (SG + "Region", SG + "HealthcareRegion")
_CLASSES: Final = """SELECT DISTINCT ?x ?y WHERE {{ VALUES ?x {{ {wanted} }} ?x a ?y . ?y rdfs:subClassOf* sg:Party
    FILTER NOT EXISTS {{ ?x a ?narrower . ?narrower rdfs:subClassOf ?y FILTER(?narrower != ?y) }} }} ORDER BY ?y"""
_SHORT: Final = """SELECT ?x ?y WHERE {{ VALUES ?x {{ {wanted} }}
    {{ ?u sg:standsFor ?x ; sg:abbreviation ?y }} UNION {{ ?x skos:altLabel ?y }} FILTER(STRLEN(?y) < 12) }} ORDER BY STRLEN(?y) ?y"""


@dataclass(frozen=True)
class Party:
    """A node: what it is called, its class, its level, its abbreviation ("" for none), what it is a role in or belongs to, and the region it lies in."""

    name: Name
    kind: Name
    level: Name | None
    abbreviation: str
    within: Name | None
    region: Name | None


@dataclass(frozen=True)
class Relation:
    """An edge with the names of its kind and statement, how firmly it is said, and where; `direct` as in `Edge`."""

    edge: Edge
    kind: Name
    statement: Name
    citations: tuple[Citation, ...]

    @property
    def firm(self) -> bool:
        """Whether it is said without a reservation, and outright."""
        return self.edge.direct is not False and not self.hedges

    @property
    def strength(self) -> Name | None:
        """How bindingly it is said, where a passage tells."""
        return next((c.strength for c in self.citations if c.strength), None)

    @property
    def hedges(self) -> tuple[Name, ...]:
        """Its reservations, each once."""
        return tuple({h.iri: h for c in self.citations for h in c.hedges}.values())


@dataclass(frozen=True)
class Drawing:
    """A part of the network, described; `cut` where it is not all that was selected."""

    parties: tuple[Party, ...]
    relations: tuple[Relation, ...]
    cut: bool


def described(store: Store, network: Network, part: Part) -> Drawing:
    """A part of the network with all that is told of it."""
    around = {p: network.within(p) for p in part.parties}
    every = sorted({*part.parties, *(w for inside in around.values() for w in inside)})
    classes, short = _first(store, _CLASSES, every), _first(store, _SHORT, part.parties)
    levels = {p: network.level(p) for p in part.parties}
    statements = {e.statement for e in part.edges if e.statement}
    called = names(store, {*every, *classes.values(), *levels.values(), *statements, *(e.kind for e in part.edges), SG + "Party"} - {""})
    cited = citations(store, statements) if statements else {}

    def party(iri: str) -> Party:
        region = next((called[w] for w in (iri, *around[iri]) if classes.get(w) in _REGIONS), None)
        within = called[around[iri][0]] if around[iri] else None
        return Party(called[iri], called[classes.get(iri, SG + "Party")], called.get(levels[iri]), short.get(iri, ""), within, region)

    relations = (Relation(e, called[e.kind], called[e.statement or e.kind], tuple(cited.get(e.statement, ()))) for e in part.edges)
    return Drawing(tuple(map(party, part.parties)), tuple(relations), part.cut)


def _first(store: Store, query: str, iris: Iterable[str]) -> dict[str, str]:
    """The first value that a query finds for each thing."""
    found: dict[str, str] = {}
    wanted = " ".join(f"<{i}>" for i in sorted(iris))
    for r in store.select(query.format(wanted=wanted)):
        found.setdefault(r["x"].value, r["y"].value)
    return found

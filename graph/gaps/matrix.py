"""Who is responsible for what, region by region: a cell for each region and area, with one of three values, or none where we hold no document of the region.

A statement *assigns* an area where it makes a party responsible, or gives it a task, an area of work, a deliverable, a decision right, the responsibility of
its level, a principle that it shall keep, a cost, a consultation or a commission; performing is not answering. It *documents none* where it says that a
responsibility is not distributed, or what a body may not do. It counts in a region if it rests on a document of the region, and its party lies there; a party
that lies in a healthcare region counts in all regions of that, and one that lies nowhere, such as "each region", where the document does.

A disagreement counts in a cell that rests on one of the statements that disagree, and, of the area that it names itself, wherever one of them would count.
It changes no value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import starmap
from typing import Final, NamedTuple

from graph.gaps.places import Places, pairs
from graph.names import Name, names
from graph.namespaces import VOCAB
from graph.store import Store

_SAID: Final = f"""SELECT DISTINCT ?statement ?area ?party ?document ?none ?strength WHERE {{
    {{ VALUES (?class ?role) {{
         (sg:Responsibility sg:responsibleParty) (sg:Task sg:bearer) (sg:AreaOfWork sg:bearer) (sg:Deliverable sg:bearer) (sg:DecisionRight sg:bearer)
         (sg:LevelResponsibility sg:bearer) (sg:Financing sg:payer) (sg:ConsultationAssignment sg:assignedTo) (sg:Commission sg:commissionedBody) }}
       ?statement a ?class ; ?role ?party . BIND(false AS ?none) }}
    UNION {{ ?statement a sg:Principle , sg:Duty ; sg:bearer ?party . BIND(false AS ?none) }}
    UNION {{ ?statement sg:responsibilityValue <{VOCAB}responsibility-value/ej-fordelat> . BIND(true AS ?none) }}
    UNION {{ ?statement a sg:Prohibition ; sg:bearer ?party . BIND(true AS ?none) }}
    ?statement sg:area ?area ; sg:evidence/oa:hasSource/sg:versionOf ?document . OPTIONAL {{ ?statement sg:normStrength ?strength }}
    MINUS {{ ?statement sg:negated true }} FILTER(?none || COALESCE(?strength != <{VOCAB}norm-strength/far-inte>, true)) }}"""
_DISAGREED: Final = """SELECT DISTINCT ?disagreement ?area ?party ?document WHERE {
    ?disagreement a sg:Disagreement ; sg:area ?area ; sg:disagreeing ?statement . ?statement sg:evidence/oa:hasSource/sg:versionOf ?document .
    OPTIONAL { ?statement sg:bearer|sg:responsibleParty|sg:assignedTo|sg:relationFrom ?party } }"""


class Value(StrEnum):
    """What the documents say of an area in a region."""

    ASSIGNED = "assigned"
    NONE = "documented_as_none"
    SILENT = "not_documented"
    NO_DOCUMENT = "no_document_here"


@dataclass(frozen=True)
class Cell:
    """A region's cell for an area: the parties assigned, with their norm strengths, the statements that assign or document none, and the disagreements."""

    region: Name
    area: Name
    value: Value
    holders: tuple[Name, ...] = ()
    strengths: tuple[Name, ...] = ()
    assigned: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    disagreements: tuple[Name, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """All cells, region by region and area by area, and the documents that were searched for each region (by IRI)."""

    regions: tuple[Name, ...]
    areas: tuple[Name, ...]
    searched: Mapping[str, tuple[Name, ...]]
    cells: tuple[Cell, ...]


class _Said(NamedTuple):
    """A row of what is said, each "" where nothing is."""

    statement: str
    area: str
    party: str
    document: str
    none: str = ""
    strength: str = ""


@dataclass
class _Found:
    """What was found for one cell."""

    holders: set[str] = field(default_factory=set)
    strengths: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    none: set[str] = field(default_factory=set)
    disagreements: set[str] = field(default_factory=set)

    @property
    def value(self) -> Value:
        """What the documents say."""
        return Value.ASSIGNED if self.assigned else Value.NONE if self.none else Value.SILENT

    @property
    def named(self) -> set[str]:
        """What is shown by its name."""
        return self.holders | self.strengths | self.disagreements


def matrix(store: Store, places: Places | None = None, regions: Iterable[str] = ()) -> Matrix:
    """The matrix of all regions and healthcare regions, or of those given."""
    where = places or Places.of(store)
    chosen = set(regions) or {*where.regions, *where.healthcare}
    return _matrix(store, _found(store, _counted(where)), chosen, _documents(where), lambda r: r in where.healthcare)


def _matrix(
    store: Store, found: Mapping[tuple[str, str], _Found], chosen: Collection[str], documents: Mapping[str, set[str]], rank: Callable[[str], int]
) -> Matrix:
    areas = [r["a"].value for r in store.select(f"SELECT ?a WHERE {{ ?a skos:inScheme <{VOCAB}area> }} ORDER BY ?a")]
    called = names(store, set(chosen) | set(areas) | {d for ds in documents.values() for d in ds} | {i for f in found.values() for i in f.named})
    order = sorted(chosen, key=lambda r: (rank(r), called[r].text("sv").casefold()))
    cells = tuple(_cell(called, r, a, found.get((r, a)), r in documents) for r in order for a in areas)
    searched = {r: _named(called, documents.get(r, ())) for r in order}
    return Matrix(tuple(called[r] for r in order), tuple(called[a] for a in areas), searched, cells)


def of_bodies(store: Store, places: Places | None = None) -> Matrix:
    """The same for bodies: a statement counts in the body that its party is, or lies within; of each body all documents are searched."""
    where = places or Places.of(store)
    kinds = "VALUES ?kind { sg:GovernanceGroup sg:Organisation } ?b a ?kind FILTER NOT EXISTS { ?b a sg:HealthcareRegion }"
    bodies = frozenset(r["b"].value for r in store.select(f"SELECT DISTINCT ?b WHERE {{ {kinds} }}"))
    found = _found(store, lambda said: where.within(said.party) & bodies if said.party else frozenset[str]())
    chosen = {body for (body, _), cell in found.items() if cell.value != Value.SILENT}
    return _matrix(store, found, chosen, {body: set(where.bodies) for body in chosen}, lambda _: 0)


def _documents(places: Places) -> dict[str, set[str]]:
    """The documents that are searched for each region."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in places.bodies:
        for region in places.regions_of_document(document):
            found[region].add(document)
    return dict(found)


def _found(store: Store, counted: Callable[[_Said], Iterable[str]]) -> dict[tuple[str, str], _Found]:
    cells: defaultdict[tuple[str, str], _Found] = defaultdict(_Found)
    for said in starmap(_Said, store.table(_SAID)):
        for place in counted(said):
            _count(cells[place, said.area], said)
    disagreeing = pairs(store, "SELECT ?a ?b WHERE { ?b a sg:Disagreement ; sg:disagreeing ?a }")
    for cell in cells.values():
        cell.disagreements.update(*(disagreeing[s] for s in disagreeing.keys() & (cell.assigned | cell.none)))
    for said in starmap(_Said, store.table(_DISAGREED)):
        for place in counted(said):
            cells[place, said.area].disagreements.add(said.statement)
    return dict(cells)


def _counted(places: Places) -> Callable[[_Said], Iterable[str]]:
    """What tells the regions in which a statement counts."""
    of_party, of_document = cache(places.regions_of), cache(places.regions_of_document)

    def counted(said: _Said) -> Iterable[str]:
        here = of_document(said.document)
        there = of_party(said.party) if said.party else None
        return here & there if there else here

    return counted


def _count(cell: _Found, said: _Said) -> None:
    if said.none == "true":
        cell.none.add(said.statement)
        return
    cell.assigned.add(said.statement)
    cell.holders.add(said.party)
    if said.strength:
        cell.strengths.add(said.strength)


def _cell(called: Mapping[str, Name], region: str, area: str, found: _Found | None, held: bool) -> Cell:
    if not held:
        return Cell(called[region], called[area], Value.NO_DOCUMENT)
    if found is None:
        return Cell(called[region], called[area], Value.SILENT)
    who, how, unlike = (_named(called, iris) for iris in (found.holders, found.strengths, found.disagreements))
    return Cell(called[region], called[area], found.value, who, how, tuple(sorted(found.assigned)), tuple(sorted(found.none)), unlike)


def _named(called: Mapping[str, Name], iris: Iterable[str]) -> tuple[Name, ...]:
    return tuple(sorted((called[i] for i in iris), key=lambda n: n.text("sv").casefold()))

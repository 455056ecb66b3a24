"""Reads the network of a store: one scan for each property that is an end of a governance relation.

Only what is asserted is read; which ends make a direct edge, and which property that is, the chains of the ontology tell (OWL 2 §9.2.1). So the direct edges
of the network are those that the reasoner infers, each with its statement, and those that are asserted without one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from graph.namespaces import INFERRED_GRAPH, SG, expand
from graph.network.model import Edge, Network
from graph.store import TSV, UNNAMED, Store
from graph.sweeping import unswept

_BELOW: Final = "SELECT DISTINCT ?x WHERE { ?x rdfs:subClassOf+ sg:GovernanceRelation FILTER(ISIRI(?x) && ?x != sg:GovernanceRelation) }"
_ABOVE: Final = "SELECT DISTINCT ?x WHERE { ?y rdfs:subClassOf ?x . ?y rdfs:subClassOf+ sg:GovernanceRelation FILTER(?x != ?y) }"
_ENDS: Final = "SELECT DISTINCT ?p ?domain WHERE {{ ?p rdfs:subPropertyOf* {end} OPTIONAL {{ ?p rdfs:domain ?domain }} }}"
_CHAINS: Final = """SELECT DISTINCT ?direct ?from ?to WHERE {
    ?direct owl:propertyChainAxiom ?l . ?l rdf:first [ owl:inverseOf ?from ] ; rdf:rest [ rdf:first ?to ; rdf:rest rdf:nil ] .
    ?from rdfs:subPropertyOf+ sg:relationFrom . ?to rdfs:subPropertyOf+ sg:relationTo }"""

Ends = dict[str, dict[str, str]]  # by statement: the party at this end → the property that says so


def of(store: Store) -> Network:
    """The network of all that a store asserts: of a release, or of a view of one; kept with a store that does not change."""
    return store.once(read)


def read(store: Store) -> Network:
    """The same, read now."""
    with unswept():
        return _Reading(store).network()


class _Reading:
    """One reading of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._unnamed = any(True for _ in store.graph(UNNAMED))
        below = {r["x"].value for r in store.select(_BELOW)}
        above = {
            r["y"].value
            for r in store.select("SELECT DISTINCT ?y WHERE { ?x rdfs:subClassOf ?y . ?x rdfs:subClassOf+ sg:GovernanceRelation FILTER(?x != ?y) }")
        }
        self._leaves = below - above
        self._kinds: dict[str, str] = {}
        self._shared: set[str] = set()  # kinds without two ends of their own, whose statements are not read yet

    def network(self) -> Network:
        """Both ends of every statement, joined."""
        chains = {(r["from"].value, r["to"].value): r["direct"].value for r in self._store.select(_CHAINS)}
        properties = [self._properties(end) for end in ("sg:relationFrom", "sg:relationTo")]
        self._shared = self._leaves - set[str].intersection(*({domain for _, domain in end} for end in properties))
        sources, targets = map(self._ends, properties)
        direct = {edge: self._domain(start) for (start, _), edge in chains.items()}
        edges = dict.fromkeys(self._joined(sources, targets, set(chains), set(direct.values())))
        for edge in self._asserted(direct):
            edges.setdefault(edge)
        role_in, belongs, levels = (dict(self._pairs(expand(p))) for p in ("sg:roleIn", "sg:belongsTo", "sg:level"))
        return Network(tuple(edges), role_in, belongs, levels)

    def _ends(self, properties: list[tuple[str, str]]) -> Ends:
        """What each statement says of one of its ends; a property that says most (`sg:lineTo`) goes before one above it (`sg:addressee`)."""
        found: Ends = defaultdict(dict)
        for p, domain in properties:
            rows = self._pairs(p) if domain in self._leaves else self._typed(p, domain)
            for statement, party in rows:
                found[statement].setdefault(party, p)
            if domain in self._leaves:
                self._kinds |= dict.fromkeys((s for s, _ in rows), domain)
        return found

    def _properties(self, end: str) -> list[tuple[str, str]]:
        """The properties of an end with their domains, those of one kind of relation first."""
        rows = [(r["p"].value, r["domain"].value if "domain" in r else "") for r in self._store.select(_ENDS.format(end=end))]
        return sorted(rows, key=lambda row: (row[1] not in self._leaves, row))

    def _typed(self, p: str, domain: str) -> list[tuple[str, str]]:
        """The pairs of a property that several kinds share, their kinds noted."""
        found = self._pairs(p)
        if self._shared and any(s not in self._kinds for s, _ in found):
            for kind in sorted(self._shared):
                self._kinds |= dict.fromkeys((row[0] for row in self._rows(f"?s a <{kind}>", "?s")), kind)
            self._shared = set()
        untold = {s for s, _ in found if s not in self._kinds}
        self._kinds |= dict.fromkeys(untold, domain)
        for r in self._store.select(f"SELECT ?s ?k WHERE {{ VALUES ?s {{ {' '.join(f'<{s}>' for s in untold)} }} ?s a ?k }}") if untold else ():
            if r["k"].value in self._leaves:
                self._kinds[r["s"].value] = r["k"].value
        return found

    def _joined(self, sources: Ends, targets: Ends, chains: set[tuple[str, str]], chained: set[str]) -> Iterator[Edge]:
        for statement, starts in sources.items():
            kind = self._kinds.get(statement, SG + "GovernanceRelation")
            otherwise = False if kind in chained else None
            for target, to in targets.get(statement, {}).items():
                for source, start in starts.items():
                    yield Edge(source, target, kind, statement, (start, to) in chains or otherwise)

    def _asserted(self, direct: dict[str, str]) -> Iterator[Edge]:
        """The direct edges that somebody asserted without a statement."""
        for p, kind in direct.items():
            for source, target in self._pairs(p):
                yield Edge(source, target, kind, "", True)

    def _domain(self, p: str) -> str:
        return next(r["d"].value for r in self._store.select(f"SELECT ?d WHERE {{ <{p}> rdfs:domain ?d }}"))

    def _pairs(self, p: str) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._rows(f"?s <{p}> ?o", "?s ?o") if len(row) == 2]

    def _rows(self, said: str, columns: str) -> Iterator[list[str]]:
        """The rows of a pattern that a graph asserts, where all values are IRIs; read as TSV, at half the cost of one object for each term."""
        named = f"SELECT {columns} WHERE {{ GRAPH ?g {{ {said} }} FILTER(?g != <{INFERRED_GRAPH}>) }}"
        told = [self._store.query(named).write(TSV)]
        if self._unnamed:
            told.append(self._store.query(f"SELECT {columns} WHERE {{ {said} }}", [UNNAMED], []).write(TSV))
        for line in b"\n".join(told).decode().split("\n"):
            if line.startswith("<") and line.endswith(">"):
                yield line[1:-1].split(">\t<")

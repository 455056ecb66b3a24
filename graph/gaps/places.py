"""Where parties and documents belong: to which bodies and regions, by `sg:belongsTo`, `sg:roleIn` and the membership of regions in healthcare regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.store import Store

Pairs = Mapping[str, frozenset[str]]


def pairs(store: Store, query: str) -> Pairs:
    """What a SELECT of ?a and ?b relates, by ?a."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for r in store.select(query):
        found[r["a"].value].add(r["b"].value)
    return {a: frozenset(b) for a, b in found.items()}


@dataclass(frozen=True)
class Places:
    """Of each party the bodies that it lies within; of each region the healthcare regions; of each document its bodies; all by IRI."""

    above: Pairs
    regions: frozenset[str]
    healthcare: frozenset[str]
    joined: Pairs
    bodies: Pairs

    @classmethod
    def of(cls, store: Store) -> Places:
        """The places that a store tells of."""
        kinds = pairs(store, "SELECT ?a ?b WHERE { VALUES ?a { sg:Region sg:HealthcareRegion } ?b a ?a }")
        regions, healthcare = (next((v for k, v in kinds.items() if k.endswith("/" + name)), frozenset[str]()) for name in ("Region", "HealthcareRegion"))
        joined = pairs(store, "SELECT DISTINCT ?a ?b WHERE { ?a a sg:Region ; sg:memberOf ?b . ?b a sg:HealthcareRegion }")
        bodies = pairs(store, "SELECT ?a ?b WHERE { ?a sg:mandateOf|sg:planOf|sg:notesOf ?b }")
        return cls(pairs(store, "SELECT ?a ?b WHERE { ?a sg:belongsTo|sg:roleIn ?b }"), regions, healthcare, joined, bodies)

    def within(self, party: str) -> frozenset[str]:
        """A party and all that it lies within."""
        found, ahead = {party}, [party]
        while ahead:
            new = self.above.get(ahead.pop(), frozenset()) - found
            found |= new
            ahead += new
        return frozenset(found)

    def around(self, parties: Iterable[str]) -> frozenset[str]:
        """Some parties and all that they lie within."""
        return frozenset[str]().union(*(self.within(p) for p in parties))

    def regions_of(self, party: str) -> frozenset[str]:
        """The regions that a party lies within; without any, the healthcare regions that it lies within and all their regions."""
        inside = self.within(party)
        if inside & self.regions:
            return inside & self.regions
        wide = inside & self.healthcare
        return wide | {r for r, h in self.joined.items() if h & wide}

    def regions_of_document(self, document: str) -> frozenset[str]:
        """The regions of the bodies that a document is of."""
        return frozenset[str]().union(*(self.regions_of(b) for b in self.bodies.get(document, ())))

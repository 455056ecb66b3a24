"""The full run: stratum by stratum, one SPARQL update for all rules that write the same property or class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.namespaces import SPARQL_PREFIXES
from graph.reasoner.atoms import INFERRED, Atom, Key, Rule, holds, inferred, keys, some
from graph.reasoner.axioms import rules
from graph.reasoner.pruning import ENDS, Pruning
from graph.reasoner.strata import Stratum, strata
from graph.store import DefaultGraph, Store, Triple


def reason(store: Store) -> int:
    """Runs the rules to a fixpoint and keeps what they add in the inferred graph; returns the number of inferred triples."""
    before = len(store)
    made = rules(store)
    nameless = next(store.quads(None, None, None, DefaultGraph()), None) is not None
    plan = Plan(nameless, frozenset(Pruning(made).find()))
    for stratum in strata(made):
        plan.run(store, stratum)
    return len(store) - before


@dataclass(frozen=True)
class Plan:
    """How the rules read the store: whether it has triples in no named graph, and which rules need only read what is asserted."""

    nameless: bool
    asserted: frozenset[Rule]

    def run(self, store: Store, stratum: Stratum) -> None:
        """Runs the rules of one stratum to their fixpoint."""
        keys = {rule.head.key for rule in stratum.rules}
        known = _said(store, keys) if stratum.recursive else set()
        for rule in sorted(stratum.rules, key=lambda r: (r.name == "prp-trp", r.name in ENDS)):
            if all(some(store, atom) for atom in rule.body):
                _close(store, rule) if rule.name == "prp-trp" else store.update(self.update(rule))
        if stratum.recursive:
            extend(store, stratum.rules, _said(store, keys) - known)

    def update(self, rule: Rule) -> str:
        """The rule as an update; what it would say again costs a look-up instead of a write, so one rule at a time is fastest."""
        patterns = " ".join(self._pattern(atom, f"g{n}") for n, atom in enumerate(rule.body))
        asserted = f"FILTER(?g0 != {INFERRED})" if rule in self.asserted and not self.nameless else ""
        body = f"{patterns} {asserted} FILTER NOT EXISTS {{ {self._pattern(rule.head, 'h')} }}"
        if rule.name in ENDS:
            body = f"SELECT DISTINCT ?{rule.head.subject} WHERE {{ {body} }}"
        return f"INSERT {{ GRAPH {INFERRED} {{ {rule.head} }} }} WHERE {{ {body} }}"

    def _pattern(self, atom: Atom, graph: str) -> str:
        """The pattern in whichever graph; an update cannot take the union of all graphs as its default graph."""
        named = f"GRAPH ?{graph} {{ {atom} }}"
        return f"{{ {{ {atom} }} UNION {{ {named} }} }}" if self.nameless else named


def _said(store: Store, keys: Iterable[Key]) -> set[Triple]:
    """What the inferred graph says by these properties and classes."""
    return {Triple(q.subject, q.predicate, q.object) for p, c in keys for q in store.quads(None, p, c, INFERRED)}


def _close(store: Store, rule: Rule) -> None:
    """prp-trp: the whole closure at once, by a property path over the union of all graphs."""
    head, p = rule.head, rule.head.predicate
    path = f"CONSTRUCT {{ {head} }} WHERE {{ ?{head.subject} {p}+ ?{head.object} FILTER NOT EXISTS {{ {head} }} }}"
    store.add([inferred(t) for t in set(store.run(SPARQL_PREFIXES + path))])


def reading(made: Iterable[Rule]) -> dict[Key, list[Rule]]:
    """The rules that read each property or class."""
    found: dict[Key, list[Rule]] = defaultdict(list)
    for rule in made:
        for key in dict.fromkeys(atom.key for atom in rule.body):
            found[key].append(rule)
    return found


def following(store: Store, readers: dict[Key, list[Rule]], premise: Triple) -> Iterator[Triple]:
    """What follows in one step from a triple together with the store."""
    for key in keys(premise):
        for rule in readers.get(key, ()):
            yield from rule.consequences(store, premise)


def extend(store: Store, made: Iterable[Rule], new: set[Triple]) -> set[Triple]:
    """Semi-naive: adds what follows from the new triples, which are in the store, then from what that added, until nothing does; returns what it added."""
    readers, added = reading(made), set[Triple]()
    while new:
        found = {t for premise in new for t in following(store, readers, premise)}
        new = {t for t in found if not holds(store, t)}
        store.add([inferred(t) for t in new])
        added |= new
    return added

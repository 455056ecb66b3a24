"""What the full run need not read: domains and ranges of edges that the rules made themselves, where their premises give the same type.

Say that lineFrom is below reporter, and that lineFrom's domain is below reporter's. Then no reporter edge that follows from a lineFrom edge need be read
for its domain: only those that a document says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from graph.reasoner.atoms import TYPE, Rule, Slot
from graph.store import NamedNode, Term

ENDS = ("prp-dom", "prp-rng")


class Pruning:
    """Finds the rules of domain and range that need only read what is asserted.

    By induction over derivations: an edge made by a rule has premises whose own domains and ranges are in the closure already; beyond these, a rule on a
    property above a premise may give the type, if it is itself kept whole (`kept`).
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = list(rules)
        self._ends: dict[Term | Slot, list[Rule]] = defaultdict(list)
        self._writers: dict[NamedNode, list[Rule]] = defaultdict(list)
        self._classes: dict[Term | Slot, set[Slot]] = defaultdict(set)
        self._properties: dict[Term | Slot, set[Slot]] = defaultdict(set)
        for rule in self._rules:
            self._note(rule)
        self.pruned: set[Rule] = set()
        self.kept: set[Rule] = set()

    def _note(self, rule: Rule) -> None:
        if rule.name in ENDS:
            self._ends[rule.body[0].predicate].append(rule)
        if rule.head.predicate != TYPE:
            self._writers[rule.head.predicate].append(rule)
        if rule.name in ("cax-sco", "cax-eqc1", "cax-eqc2"):
            self._classes[rule.body[0].object].add(rule.head.object)
        if rule.name in ("prp-spo1", "prp-eqp1", "prp-eqp2"):
            self._properties[rule.body[0].predicate].add(rule.head.predicate)

    def find(self) -> set[Rule]:
        """The rules that need only read what is asserted."""
        ends = [r for r in self._rules if r.name in ENDS and self._writers[r.body[0].predicate]]
        self.pruned = {r for r in ends if all(self._given(w, r, direct=True) for w in self._writers[r.body[0].predicate])}
        for r in ends:
            if r not in self.pruned | self.kept:
                reasons = [self._given(w, r, direct=False) for w in self._writers[r.body[0].predicate]]
                if all(reasons):
                    self.pruned.add(r)
                    self.kept.update(k for found in reasons for k in found)
        return self.pruned

    def _given(self, writer: Rule, end: Rule, direct: bool) -> list[Rule]:
        """A rule by which the writer's premises give the type that `end` would give, if there is one."""
        slot = writer.head.subject if end.name == "prp-dom" else writer.head.object
        for atom in writer.body:
            for p in {atom.predicate} if direct else {atom.predicate} | self._above(self._properties, atom.predicate):
                for other in self._ends[p]:
                    own = p == atom.predicate
                    typed = (atom.subject if other.name == "prp-dom" else atom.object) == slot
                    whole = own or (other != end and other not in self.pruned)
                    if typed and whole and self._is(other.head.object, end.head.object):
                        return [other]
        return []

    def _is(self, narrow: Slot, wide: Slot) -> bool:
        return narrow == wide or wide in self._above(self._classes, narrow)

    @staticmethod
    def _above(steps: dict[Term | Slot, set[Slot]], start: Slot) -> set[Slot]:
        found: set[Slot] = set()
        ahead = [start]
        while ahead:
            new = steps.get(ahead.pop(), set()) - found
            found |= new
            ahead += new
        return found

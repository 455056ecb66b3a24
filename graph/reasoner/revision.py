"""The inferred graph after a small change, without a full run: delete and rederive (Gupta, Mumick and Subrahmanian 1993).

What may rest on something that went is taken away, what still follows is put back, and what follows from the new is added. A change of axioms is a
change of rules: all that an axiom that went gave may go, all that a new one gives is added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.reasoner.atoms import INFERRED, Rule, asserted, holds, inferred, saying, stands
from graph.reasoner.axioms import is_axiom, rules
from graph.reasoner.forward import extend, following, reading
from graph.store import Quad, Store, Triple


@dataclass(frozen=True)
class Change:
    """The quads by which a store differs from what it was."""

    added: frozenset[Quad]
    removed: frozenset[Quad]


def revise(store: Store, added: set[Quad], removed: set[Quad]) -> Change:
    """Applies a change to a store whose inferred graph is that of a full run before it, and leaves it as that of a full run after it.

    Quads that are in both sets stay. Nothing may be added to the inferred graph or removed from it by hand. Returns all that changed, inferences included.
    """
    removed = {q for q in removed - added if q.graph_name != INFERRED and _there(store, q)}
    added = {q for q in added if q.graph_name != INFERRED and not _there(store, q)}
    before = rules(store)
    after = _rules_after(store, added, removed, before)
    kept = set(before) & set(after)
    store.add(added)
    doubtful = _resting_on(store, before, {_triple(q) for q in removed}, [r for r in before if r not in kept])
    said = {t for q in added if stands(store, t := _triple(q))}
    gone = removed | {inferred(t) for t in doubtful | said}
    store.remove(gone)
    new = {_triple(q) for q in added} | _still_following(store, after, doubtful | {_triple(q) for q in removed})
    new |= {t for rule in after if rule not in kept for t in rule.everything(store) if not holds(store, t)}
    again = {t for t in new if not holds(store, t)}
    store.add([inferred(t) for t in again])
    came = added | {inferred(t) for t in again | extend(store, after, new)}
    return Change(frozenset(came - gone), frozenset(gone - came))


def _triple(q: Quad) -> Triple:
    return Triple(q.subject, q.predicate, q.object)


def _there(store: Store, q: Quad) -> bool:
    return any(other == q for other in saying(store, _triple(q)))


def _rules_after(store: Store, added: set[Quad], removed: set[Quad], before: list[Rule]) -> list[Rule]:
    """The rules once the change is made; the store itself is left as it was, should they be refused."""
    if not any(is_axiom(q) for q in added | removed):
        return before
    store.add(added)
    store.remove(removed)
    try:
        return rules(store)
    finally:
        store.remove(added)
        store.add(removed)


def _resting_on(store: Store, before: list[Rule], removed: set[Triple], dropped: Iterable[Rule]) -> set[Triple]:
    """What the inferred graph holds and may rest on a triple that goes or on a rule that goes, read before anything went."""
    readers = reading(before)
    ahead = removed | {t for rule in dropped for t in rule.everything(store)}
    found = {t for t in ahead if stands(store, t)}
    while ahead:
        ahead = {t for premise in ahead for t in following(store, readers, premise) if stands(store, t)} - found
        found |= ahead
    return found


def _still_following(store: Store, after: list[Rule], gone: set[Triple]) -> set[Triple]:
    """Those that follow in one step from what is left and that no graph says outright; the rest comes back from them."""
    open_ = (t for t in gone if not asserted(store, t))
    return {t for t in open_ if any(True for rule in after for _ in rule.instances(store, t))}

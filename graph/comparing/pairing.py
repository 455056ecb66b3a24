"""Pairs of statements about the same matter, the surest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Final

from graph.comparing.sides import Said, Terms, told
from graph.namespaces import SG, VOCAB, expand
from graph.store import NamedNode

Pair = tuple[Said | None, Said | None]
_ONE: Final = frozenset(SG + c for c in ("PermanenceRule", "CadenceRule"))


def paired(terms: Terms, first: Sequence[Said], second: Sequence[Said]) -> list[Pair]:
    """The pairs of one class and role, and what is left on each side."""
    left, right, made = list(first), list(second), list[Pair]()
    for key in (lambda s: s.wording, lambda s: s.topics, lambda s: _objects(s, terms), lambda s: _one(s, terms)):
        for a, b in _alike(left, right, key):
            left.remove(a)
            right.remove(b)
            made.append((a, b))
    return [*made, *((a, None) for a in left), *((None, b) for b in right)]


def _alike(left: Sequence[Said], right: Sequence[Said], key: Callable[[Said], Hashable]) -> list[tuple[Said, Said]]:
    """What has the same key on both sides and is alone with it on its side; an empty key is none."""
    found: defaultdict[Hashable, tuple[list[Said], list[Said]]] = defaultdict(lambda: ([], []))
    for n, side in enumerate((left, right)):
        for said in side:
            found[key(said)][n].append(said)
    return [(a[0], b[0]) for k, (a, b) in found.items() if k and len(a) == len(b) == 1]


def _objects(said: Said, terms: Terms) -> frozenset[str]:
    """The other parties and things that a statement names, beside those that it is about."""
    named = {p: {t.value for t in ts if isinstance(t, NamedNode) and not t.value.startswith(VOCAB)} for p, ts in said.values.items()}
    return frozenset(v for p in told(said, terms) for v in named[p] & said.put[p])


def _one(said: Said, terms: Terms) -> bool:
    """Whether it is a relation, or a rule of which a party has one."""
    return said.kind in _ONE or expand("sg:GovernanceRelation") in terms.above.get(said.kind, ())

"""The order of rules: each stratum reads only what it and those before it write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.reasoner.atoms import Atom, Key, Rule


@dataclass(frozen=True)
class Stratum:
    """Rules that write what depends on each other; one pass is enough unless it is recursive (closure under prp-trp apart)."""

    rules: tuple[Rule, ...]
    recursive: bool


def strata(rules: Iterable[Rule]) -> list[Stratum]:
    """The rules by strata, in the order in which they feed each other."""
    by_head: dict[Key, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_head[rule.head.key].append(rule)
    feeding = {key: _feeding(key, by_head) for key in by_head}
    groups: dict[frozenset[Key], list[Key]] = defaultdict(list)
    for key, below in feeding.items():
        groups[below].append(key)
    # whatever feeds a key is fed by fewer keys than the key itself, or by the same where they feed each other
    return [_stratum([r for key in keys for r in by_head[key]], set(keys)) for _, keys in sorted(groups.items(), key=lambda g: len(g[0]))]


def _feeding(key: Key, by_head: dict[Key, list[Rule]]) -> frozenset[Key]:
    """The keys from which a key can follow, itself among them."""
    found, ahead = {key}, [key]
    while ahead:
        below = {atom.key for rule in by_head.get(ahead.pop(), ()) for atom in rule.body} - found
        found |= below
        ahead += below
    return frozenset(found)


def _stratum(rules: list[Rule], keys: set[Key]) -> Stratum:
    writers = [r for r in rules if r.name != "prp-trp"]
    return Stratum(tuple(rules), any(_feeds(w, r) for r in writers for w in rules if w.head.key in keys))


def _feeds(writer: Rule, reader: Rule) -> bool:
    """Whether what one rule writes makes the other say anything new; two that turn each other round do not."""
    turned = reader.body == (writer.head,) and writer.body == (reader.head,)
    return not turned and any(_may_be(writer.head, atom) for atom in reader.body)


def _may_be(one: Atom, other: Atom) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a == b or isinstance(a, str) or isinstance(b, str) for a, b in pairs)

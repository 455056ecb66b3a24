"""How near one phrasing of a question is to what was asked.

The nearness is the harmonic mean of two shares, each weighed by how rare the words are among the questions of the catalogue: how much of what was asked the
phrasing explains (words alike, and things that fill its parameters), and how much of the phrasing was asked. To it come small bonuses: for what the question's
other phrasings and keywords explain besides, and where the asked question opens as questions of that kind do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.namespaces import SG
from graph.questions import Question
from graph.understanding.asked import Asked
from graph.understanding.mentions import Mention

_SLOT_WEIGHT: Final = 1.2  # weight of a parameter of a phrasing, to that of a mean word
_FREE: Final = 0.85  # how well a thing explains its words where the phrasing has no place for it, or where it tells whose something is (VGR's mandate)
_SILENT: Final = 0.7  # how well a thing fills a parameter for which the question has no answer about it
_BESIDES: Final = 0.25  # weight of all phrasings and keywords together beside the best phrasing
_EXPLAINED: Final = 0.5  # how alike a word must be to be explained


@dataclass(frozen=True)
class Phrasing:
    """One way of asking a question: its stems with their weights, and its parameters in order."""

    question: Question
    stems: Mapping[str, float]
    slots: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """A question as asked, seen from the catalogue: each word's kin there and its weight; the things named; the weight of a mean word."""

    asked: Asked
    near: list[dict[str, float]]
    weights: list[float]
    mentions: list[Mention]
    mean: float


class Nearness:
    """One phrasing beside one question; `plain` are the positions of the words that are explained by words.

    `besides` are the words of the question's other phrasings, `values` what each parameter has answers for, `within` what belongs to a thing.
    """

    def __init__(self, view: View, phrasing: Phrasing, besides: set[str], values: Mapping[str, set[str]], within: Mapping[str, set[str]], bonus: float) -> None:
        self._view, self._phrasing, self._values, self._within, self._bonus = view, phrasing, values, within, bonus
        self._words = [max((near[s] for s in near.keys() & phrasing.stems.keys()), default=0.0) for near in view.near]
        self._share = list(self._words)
        wide = [max((near[s] for s in near.keys() & besides), default=0.0) for near in view.near]
        self.plain = frozenset(i for i, s in enumerate(wide) if s >= _EXPLAINED)
        self._wide = wide
        self._found = sum(weight * max((near.get(s, 0.0) for near in view.near), default=0.0) for s, weight in phrasing.stems.items())
        self._needed = sum(phrasing.stems.values()) + view.mean * _SLOT_WEIGHT * len(phrasing.slots)
        self._total = sum(view.weights) or 1.0
        for mention in view.mentions:  # any answer can be narrowed to what a document says
            if SG + "Document" in mention.thing.types:
                self._raise(self._share, mention, _FREE)

    def scored(self, filled: Mapping[str, Mention]) -> tuple[float, frozenset[int]]:
        """The nearness with these parameters, and the positions of the words explained."""
        share, placed = list(self._share), 0.0
        for name, mention in filled.items():
            answers = 1.0 if mention.thing.name.iri in self._values.get(name, ()) else _SILENT
            new = sum(self._words[position] < _EXPLAINED for position in mention.at) / len(mention.at)
            placed += new * answers * mention.quality if name in self._phrasing.slots else 0.0
            self._raise(share, mention, answers * (1.0 if name in self._phrasing.slots else _FREE))
        for mention in self._view.mentions if filled else ():
            if any(m.thing.name.iri in self._within.get(mention.thing.name.iri, ()) for m in filled.values()):
                self._raise(share, mention, _FREE)
        explained = self._weighed(share)
        covered = (self._found + self._view.mean * _SLOT_WEIGHT * placed) / self._needed if self._needed else 0.0
        mean = 2 * explained * covered / (explained + covered) if explained + covered else 0.0
        wide = [max(s, w) for s, w in zip(share, self._wide, strict=True)]
        score = (1 - _BESIDES) * mean + _BESIDES * self._weighed(wide) + self._bonus
        return score, frozenset(i for i, s in enumerate(wide) if s >= _EXPLAINED)

    def _raise(self, share: list[float], mention: Mention, weight: float) -> None:
        for position in mention.at:
            share[position] = max(share[position], mention.quality * weight)

    def _weighed(self, share: list[float]) -> float:
        return sum(w * s for w, s in zip(self._view.weights, share, strict=True)) / self._total

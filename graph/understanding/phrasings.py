"""Which question of the catalogue is meant, and what its parameters are: the phrasings that share words with what was asked, compared by `nearness`."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.questions import Question
from graph.search.words import Vocabulary, stem, words
from graph.understanding.asked import FUNCTION, Asked
from graph.understanding.mentions import Mention
from graph.understanding.nearness import Nearness, Phrasing, View

Values = Mapping[str, Mapping[str, set[str]]]  # by question and parameter

_SLOT: Final = re.compile(r"\{(\w+)\}")
_CLOSED: Final = 0.25  # weight of a function word, to that of a content word as rare
_OPENING: Final = 0.06  # most that the opening of the question adds
_TRIED: Final = 90  # phrasings that are compared
_EACH: Final = 3  # of one question
_CANDIDATES: Final = 6  # things tried for one parameter


@dataclass(frozen=True)
class Match:
    """A question that may be meant, how likely, and the things that fill its parameters.

    `explained` are the positions of the words that it explains with them, `plain` those by words alone.
    """

    question: Question
    score: float
    filled: Mapping[str, Mention]
    explained: frozenset[int]
    plain: frozenset[int]


class Phrasings:
    """The phrasings of a catalogue in one language.

    `below` are the classes below each class, `values` the things that a question has answers for, `within` what belongs to a thing.
    """

    def __init__(self, questions: Iterable[Question], lang: str, below: Mapping[str, set[str]], values: Values, within: Mapping[str, set[str]]) -> None:
        self._below, self._within, self._values = below, within, values
        plain = [p for q in questions for p in _phrasings(q, lang)]
        self._besides: defaultdict[str, set[str]] = defaultdict(set)
        for phrasing in plain:
            self._besides[phrasing.question.id] |= {*phrasing.stems, *_keywords(phrasing.question, lang)}
        self._count = Counter(s for found in self._besides.values() for s in found)
        self._vocabulary = Vocabulary(self._count)
        self._mean = sum(self._weight(s) for s in self._count) / max(1, len(self._count))
        self._all = [replace(p, stems={s: self._weight(s) for s in p.stems}) for p in plain]
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        self._openings: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for number, phrasing in enumerate(self._all):
            for word in phrasing.stems:
                self._postings[word].append(number)
            for length in (1, 2):
                self._openings[tuple(phrasing.stems)[:length]][phrasing.question.kind] += 1

    def _weight(self, word: str) -> float:
        rare = math.log(1 + len(self._besides) / (1 + self._count[word]))
        return rare * (_CLOSED if word in FUNCTION else 1.0)

    def matches(self, asked: Asked, mentions: list[Mention]) -> list[Match]:
        """The questions that may be meant, the likeliest first."""
        near = [self._vocabulary.near(s) if s not in FUNCTION else {s: 1.0} for s in asked.stems]
        weights = [self._asked_weight(s, near[i]) for i, s in enumerate(asked.stems)]
        view = View(asked, near, weights, mentions, self._mean)
        best: dict[str, Match] = {}
        for phrasing in self._sharing(view):
            match = self._filled(view, phrasing)
            known = best.get(match.question.id)
            if known is None or match.score > known.score:
                best[match.question.id] = match
        return sorted(best.values(), key=lambda m: (-m.score, m.question.id))

    def _asked_weight(self, word: str, near: Mapping[str, float]) -> float:
        """The weight of the word that it is most like; a word that no question has weighs as a mean one."""
        if word in FUNCTION:
            return self._weight(word)
        return self._weight(max(near, key=lambda w: near[w])) if near else self._mean

    def _sharing(self, view: View) -> list[Phrasing]:
        """The phrasings that share most with the question, by their words alone, to their length and the question's."""
        shared: defaultdict[int, float] = defaultdict(float)
        for near, weight in zip(view.near, view.weights, strict=True):
            best: dict[int, float] = {}
            for word, similarity in near.items():
                for number in self._postings.get(word, ()):
                    best[number] = max(similarity, best.get(number, 0.0))
            for number, similarity in best.items():
                shared[number] += weight * similarity
        total = sum(view.weights)
        ordered = sorted(shared, key=lambda n: (-shared[n] / (total + sum(self._all[n].stems.values())), n))
        taken: Counter[str] = Counter()
        kept: list[Phrasing] = []
        for phrasing in (self._all[n] for n in ordered):
            if taken[phrasing.question.id] < _EACH:
                taken[phrasing.question.id] += 1
                kept.append(phrasing)
                if len(kept) == _TRIED:
                    break
        return kept

    def _opens(self, asked: Asked, question: Question) -> float:
        """More where most questions that open with these words are of its kind."""
        for length in (2, 1):
            kinds = self._openings.get(asked.stems[:length])
            if kinds:
                return _OPENING * kinds[question.kind] / kinds.total()
        return 0.0

    def _filled(self, view: View, phrasing: Phrasing) -> Match:
        """The phrasing with its parameters filled one after another, each by what brings it nearest.

        After them come those that no column shows; by the rest the rows are narrowed.
        """
        question, filled = phrasing.question, dict[str, Mention]()
        near = Nearness(view, phrasing, self._besides[question.id], self._values[question.id], self._within, self._opens(view.asked, question))
        score, explained = near.scored(filled)
        shown = {c.name for c in question.columns}
        takes = {p.name: self._below.get(p.takes, set()) for p in question.parameters}
        for name in (*phrasing.slots, *(n for n in takes if n not in phrasing.slots and n not in shown)):
            free = [m for m in view.mentions if not any(m.at & f.at or m.thing == f.thing for f in filled.values())]
            for mention in [m for m in free if m.thing.types & takes[name]][:_CANDIDATES]:
                tried = {**filled, name: mention}
                better, now = near.scored(tried)
                if better > score:
                    score, explained, filled = better, now, tried
        return Match(question, score, filled, explained, near.plain)


def _phrasings(question: Question, lang: str) -> Iterator[Phrasing]:
    known = {p.name for p in question.parameters}
    for text in (question.labels.get(lang, ""), *question.phrasings.get(lang, ())):
        slots = tuple(dict.fromkeys(s for s in _SLOT.findall(text) if s in known))
        yield Phrasing(question, dict.fromkeys((stem(w) for w in words(_SLOT.sub(" ", text))), 0.0), slots)


def _keywords(question: Question, lang: str) -> set[str]:
    return {stem(w) for tag in ("", lang) for text in question.keywords.get(tag, ()) for w in words(text)}

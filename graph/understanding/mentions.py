"""Which things a question names: by a whole name, an inflected, misspelled or shortened one, or several that share their words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from graph.namespaces import SG
from graph.search import Index
from graph.search.things import Thing
from graph.search.words import INFLECTED, MODIFIER, cut, normal, stem
from graph.understanding.asked import FUNCTION, Asked
from graph.understanding.composed import composed

_LONGEST: Final = 9  # words of a name that is looked up whole
_ENOUGH: Final = 0.62  # share of a name, weighed by how rare its words are, that must be there
_LIKELIEST: Final = 0.5  # the same for the likeliest body, role or document of those with these words
_UNIQUE: Final = 0.35  # and for the only one with several of these words, or the only such document ("the minutes")
_COMMON: Final = 2500  # names that share a word: with more it finds no name by itself
_ALIKE: Final = 0.05  # how much less well a thing may be named, to be meant instead
_SURE: Final = 0.8  # quality of a name that holds another whole one, to be meant instead
_TINY: Final = 2  # letters of an abbreviation that must be written with a capital: "nu" and "us" are words too
_DOCUMENT: Final = SG + "Document"
_BEST: Final = 12  # things kept for the same words


@dataclass(frozen=True)
class Mention:
    """A thing named at some of the question's words; how well, from 0 to 1; `one_of` where the words stand for several things (mål 7–13)."""

    thing: Thing
    at: frozenset[int]
    quality: float
    one_of: bool = False


class Recogniser:
    """Finds things that may be meant in a question.

    `nameable` are the classes of statements that have names of their own (goals …), `within` what belongs to a body.
    """

    def __init__(self, index: Index, nameable: frozenset[str], within: Mapping[str, set[str]] | None = None) -> None:
        self._index, self._within = index, within or {}
        self._stems: list[tuple[str, ...]] = [tuple(stem(w) for w in e.key.split()) for e in index.entries]
        self._bound = [_bound(e.text) if e.language == "en" else () for e in index.entries]
        self._usable = [e.thing.rank <= 1 or bool(e.thing.types & nameable) for e in index.entries]
        self._whole: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, found in enumerate(self._stems):
            if self._usable[number] and found:
                self._whole[found].append(number)

    def rarity(self, word: str) -> float:
        """How much a stem tells of which name is meant: the fewer names have it, the more."""
        if word in FUNCTION:
            return 0.2
        return math.log(2 + len(self._index.entries) / (1 + len(self._index.postings.get(word, ()))))

    def mentions(self, asked: Asked) -> list[Mention]:
        """The things that may be meant, the likeliest first; those at the same words by what is most spoken of."""
        plain = _once((*self._exact(asked), *self._partial(asked)))
        found = _once((*plain.values(), *composed(asked, plain.values(), self._index, self._within)))
        whole = [m.at for m in found.values() if m.quality == 1.0 and (len(m.at) > 1 or m.thing.rank == 0)]
        sure = [m for m in found.values() if m.quality >= _SURE or not any(at < m.at for at in whole)]  # a whole name is not a part of a doubtful longer one
        wider = [m.at for m in sure if m.quality == 1.0 and m.thing.rank == 0 and _DOCUMENT not in m.thing.types]
        sure = [m for m in sure if not any(m.at < at for at in wider)]  # nor is a part of a body's name another body
        ordered = sorted(sure, key=lambda m: (-sum(map(asked.content, m.at)) * m.quality, m.thing.rank, -m.thing.statements, m.thing.name.iri))
        kept: defaultdict[frozenset[int], list[Mention]] = defaultdict(list)
        for mention in ordered:
            same = kept[mention.at]
            if mention.one_of or (len(same) < _BEST and not any(m.quality > mention.quality + _ALIKE for m in same)):
                same.append(mention)
        return [m for m in ordered if m in kept[m.at]]

    def _exact(self, asked: Asked) -> Iterator[Mention]:
        """Names that stand whole in the question, also in the genitive."""
        for start in range(len(asked.stems)):
            for end in range(start + 1, min(len(asked.stems), start + _LONGEST) + 1):
                at = frozenset(range(start, end))
                if end - start == 1 and not asked.content(start):
                    continue
                before, last = asked.stems[start : end - 1], asked.words[end - 1]
                genitive = (*before, stem(last[:-1])) if len(last) > _TINY and last.endswith("s") else ()
                for number in (*self._whole.get(asked.stems[start:end], ()), *self._whole.get(genitive, ())):
                    entry = self._index.entries[number]
                    if not entry.short or len(entry.key) > _TINY or start in asked.names or start == 0:
                        yield Mention(entry.thing, at, 1.0)

    def _partial(self, asked: Asked) -> Iterator[Mention]:
        """Names of which enough stands in the question, in any order and form, with nothing but function words between."""
        near = [self._near(asked, i) for i in range(len(asked.stems))]
        by_word: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for position, alike in enumerate(near):
            for word, similarity in alike.items():
                by_word[word][position] = similarity
        numbers = {n for word in by_word if len(self._index.postings[word]) <= _COMMON for n in self._index.postings[word] if self._usable[n]}
        found = [m for number in sorted(numbers) if (m := self._compared(number, by_word, asked))]
        yield from (m for m in found if m.quality >= _ENOUGH)
        sharing: defaultdict[frozenset[int], list[Mention]] = defaultdict(list)
        for mention in found:
            if mention.thing.rank == 0:
                sharing[mention.at].append(mention)
        for same in sharing.values():
            best = max(same, key=lambda m: (round(m.quality, 1), m.thing.statements))
            alone = len({m.thing.name.iri for m in same}) == 1
            if alone and (_DOCUMENT in best.thing.types or sum(map(asked.content, best.at)) > 1):
                yield replace(best, quality=max(best.quality, _ENOUGH))
            elif best.quality >= _LIKELIEST:
                yield best

    def _near(self, asked: Asked, position: int) -> dict[str, float]:
        """The words of names that a word of the question may be: of a range all its numbers, but not what a compound is one kind of (barnonkologi)."""
        if position in asked.ranges:
            return {n: 1.0 for n in asked.ranges[position] if n in self._index.vocabulary}
        if not asked.content(position):
            return {}
        word = asked.stems[position]
        return {w: s for w, s in self._index.vocabulary.near(word).items() if s >= INFLECTED * 0.9 or (s >= MODIFIER and not word.endswith(w))}

    def _compared(self, number: int, by_word: dict[str, dict[int, float]], asked: Asked) -> Mention | None:
        """How much of a name stands in the question, and where."""
        total = met = 0.0
        sure = False
        at: set[int] = set()
        lacking: set[str] = set()
        for word in sorted(self._stems[number], key=self.rarity, reverse=True):
            weight = self.rarity(word)
            total += weight
            places = {p: s for p, s in by_word.get(word, {}).items() if p not in at}
            if places:
                best = max(places, key=lambda p: (places[p], -min((abs(p - a) for a in at), default=0)))
                at.add(best)
                met += weight * places[best]
                sure = sure or (places[best] >= INFLECTED * 0.9 and word not in FUNCTION and word.isalpha())
            else:
                lacking.add(word)
        if any(head in lacking and modifier not in lacking for modifier, head in self._bound[number]):
            return None
        needed = _UNIQUE if sure else _ENOUGH if sum(w not in FUNCTION for w in self._stems[number]) > 1 else 1.0
        if _counting(asked, at) or not at or met / total < needed or any(i not in at and asked.content(i) for i in range(min(at), max(at))):
            return None
        return Mention(self._index.entries[number].thing, frozenset(at), met / total * 0.95, bool(at & asked.ranges.keys()))


def _bound(name: str) -> tuple[tuple[str, str], ...]:
    """The words of an English name that are but parts of open compounds (meeting notes), each with the word after it, which is no name of its own.

    In Swedish such a part is no word, and names nothing.
    """
    written = cut(name)
    pairs = [(normal(a), normal(b)) for a, b in pairwise(written) if b.islower()]
    return tuple((stem(a), stem(b)) for a, b in pairs if a not in FUNCTION and b not in FUNCTION)


def _counting(asked: Asked, at: Iterable[int]) -> bool:
    """Whether a number among these words counts what follows it ("the 49 goals"), and is not the number of what goes before ("goal 49")."""
    places = set(at)
    return any(asked.words[i].isdigit() and i + 1 in places and i - 1 not in places for i in places)


def _once(found: Iterable[Mention]) -> dict[tuple[str, frozenset[int]], Mention]:
    """Each thing once at the same words, as well as it is named there."""
    best: dict[tuple[str, frozenset[int]], Mention] = {}
    for mention in found:
        key = mention.thing.name.iri, mention.at
        if key not in best or best[key].quality < mention.quality:
            best[key] = mention
    return best

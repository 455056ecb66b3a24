"""Words of Swedish and English text: how they are cut, what they have in common, and which words of a vocabulary are near one.

One stemmer (Snowball's for Swedish) serves both languages, since Swedish names stand in English questions; what it leaves, nearness forgives.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import snowballstemmer
from rapidfuzz import fuzz, process

_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_CLITIC: Final = re.compile(r"(?<=\w)[:'’](?:s|n|ns|ar|arna|arnas|er|erna|en|et)\b", re.IGNORECASE)  # VGR:s, RAG:arna, group's
_ACCENTS: Final = str.maketrans("áàâãæóòôøéèêëíìîïúùûü", "aaaaäoooöeeeeiiiiuuuu")
_FOLDED: Final = str.maketrans("åäö", "aao")
_WHOLE: Final = {"note": "note", "notes": "note"}  # their stem would be "not"
_ENDING: Final = 3  # letters that an ending may have
_PART: Final = 4  # letters that a part of a compound has at least
INFLECTED: Final = 0.9
DERIVED: Final = 0.75
HEAD: Final = 0.7
MODIFIER: Final = 0.6
_FUZZY: Final = 82.0  # per cent of letters in place (rapidfuzz ratio) for a misspelling


def normal(text: str) -> str:
    """A text for comparison: lower case, without accents (å, ä and ö are letters)."""
    return unicodedata.normalize("NFC", text).casefold().translate(_ACCENTS)


def fold(text: str) -> str:
    """Normal text with å, ä and ö forgiven."""
    return text.translate(_FOLDED)


def cut(text: str) -> list[str]:
    """The words and numbers of a text as they stand, without possessive endings after a colon or an apostrophe."""
    return _TOKEN.findall(_CLITIC.sub("", unicodedata.normalize("NFC", text)))


def words(text: str) -> list[str]:
    """The words and numbers of a text, in normal form."""
    return [normal(w) for w in cut(text)]


@lru_cache(1 << 14)
def stems(text: str) -> frozenset[str]:
    """The stems of a text."""
    return frozenset(map(stem, words(text)))


@lru_cache(1 << 17)
def stem(word: str) -> str:
    """The stem of a lower-case word; a number is its own."""
    return word if word[0].isdigit() else _WHOLE.get(word) or str(snowballstemmer.stemmer("swedish").stemWord(word))


@lru_cache(1 << 17)
def alike(a: str, b: str) -> float:
    """How alike two stems are, from 0 to 1: the same, inflected, derived, or one part of the other as a compound."""
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if short[0].isdigit() or long[0].isdigit():
        return 0.0
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(short))
    if shared >= len(short) - (len(short) > _PART + 1) and len(short) >= _PART and len(long) - shared <= _ENDING:
        return INFLECTED
    if (shared >= 6 and shared == len(short) and len(long) - shared <= _ENDING + 1) or (shared >= 8 and len(long) - shared <= _ENDING - 1):
        return DERIVED
    if len(short) >= _PART and long.endswith(short):
        return HEAD
    return MODIFIER if len(short) > _PART and shared == len(short) else 0.0


class Vocabulary:
    """Stems, found by what they have in common with another one."""

    def __init__(self, found: Iterable[str]) -> None:
        self._sorted = sorted(set(found))
        self._known = frozenset(self._sorted)
        self._backwards = sorted(w[::-1] for w in self._sorted)
        self._first: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._sorted:
            self._first[fold(word[0]), len(word)].append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def starting(self, beginning: str) -> Iterator[str]:
        """The stems that begin so."""
        yield from _run(self._sorted, beginning)

    def near(self, word: str) -> dict[str, float]:
        """The stems that are alike, each with how much; those spelled alike only where no inflection of the word is known."""
        found = {w: s for w in self._candidates(word) if (s := alike(word, w))}
        if not found or max(found.values()) < INFLECTED:
            found |= {w: max(s, found.get(w, 0.0)) for w, s in self.misspelled(word).items()}
        return found

    def _candidates(self, word: str) -> set[str]:
        """Those that share a beginning or an end with a stem."""
        parts = {word[i:] for i in range(len(word) - _PART + 1)} | {word[:i] for i in range(_PART, len(word) + 1)}
        found = {p for p in parts if p in self._known} | {word} & self._known
        if len(word) >= _PART and not word[0].isdigit():
            found |= set(_run(self._sorted, word[: max(3, len(word) - _ENDING)])) | {w[::-1] for w in _run(self._backwards, word[::-1])}
        return found

    def misspelled(self, word: str) -> dict[str, float]:
        """The stems of about that length that are spelled alike and begin with the same letter, å, ä and ö forgiven."""
        if len(word) < _PART or word[0].isdigit():
            return {}
        about = [w for n in range(len(word) - 2, len(word) + 3) for w in self._first.get((fold(word[0]), n), ())]
        found = process.extract(fold(word), [fold(w) for w in about], scorer=fuzz.ratio, score_cutoff=_FUZZY, limit=8)
        return {about[i]: INFLECTED * score / 100 for _, score, i in found}


def _run(ordered: list[str], beginning: str) -> Iterator[str]:
    """Those of a sorted list that begin so."""
    for i in range(bisect_left(ordered, beginning), len(ordered)):
        if not ordered[i].startswith(beginning):
            return
        yield ordered[i]

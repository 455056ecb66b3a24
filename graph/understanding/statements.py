"""Statements by what they say: those that speak of most of what a question names, each part weighed by how rare it is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.namespaces import VOCAB
from graph.search import Index
from graph.search.senses import ALSO, Senses
from graph.search.words import HEAD, INFLECTED, Vocabulary, alike
from graph.store import Store
from graph.understanding.accounts import LINKED, TOWARDS, WITHIN, Accounts
from graph.understanding.asked import FUNCTION, Asked
from graph.understanding.mentions import Mention

_TEXT: Final = 0.9  # how well the words of a name say that the thing is meant
_NAMED: Final = 3.0  # least weight of a thing named
_UNKNOWN: Final = 4.0  # weight of a word that no statement has
_ASPECT: Final = 1.5  # weight of a word that asks for what a class or property says (when, how many)
_FOCUS: Final = 1.2  # weight of what the question names first, to that of the rest
_MISSED: Final = 0.75  # what is left of the score of a statement that does not speak of a thing surely named
_PLAIN: Final = 0.45  # how plainly a statement must speak of a part, for the part to be spoken of
_KIN: Final = 0.3  # share of what a statement says that another one must say, to tell more of the same
_MOST: Final = 200
_SAME: Final = 0.85  # of the best one's share, for a statement of the same kind to be counted
_WIDER: Final = 0.4  # how well what a compound is one kind of (cancer) says the compound (childhood cancer)
_KEPT: Final = 2000  # words kept
_SURE: Final = 0.8  # quality of a mention that statements should speak of


@dataclass(frozen=True)
class Part:
    """A part of a question that statements are to speak of: a word, or the things that some of its words name; whether surely, and a body."""

    at: frozenset[int]
    things: tuple[str, ...]
    weight: float
    needed: bool = False
    body: bool = False


@dataclass(frozen=True)
class Found:
    """A statement, how much of the question it speaks of (0 to 1), and of which parts; whether it has nothing to do with what it should speak of."""

    iri: str
    score: float
    parts: frozenset[int]
    lacks: bool = False


class Statements:
    """All statements of a store, by word and by thing."""

    def __init__(self, store: Store, index: Index, senses: Senses) -> None:
        self._accounts = Accounts(store, index, senses)
        self._senses = senses
        self._vocabulary = Vocabulary(self._accounts.words)
        self._kept: dict[str, dict[str, float]] = {}
        self._rare_as: dict[str, float] = {}
        self.within: Mapping[str, set[str]] = self._accounts.within

    def rarity(self, word: str) -> float:
        """How much a word tells of which statement is meant; kept for the words of statements."""
        if word not in self._accounts.words:
            return math.log(1 + len(self._accounts.iris))
        if word not in self._rare_as:
            plain = sum(w >= LINKED for w in self._accounts.words[word].values())
            self._rare_as[word] = math.log(1 + len(self._accounts.iris) / (1 + plain))
        return self._rare_as[word]

    def knows(self, word: str) -> bool:
        """Whether any statement has a word like this stem."""
        return bool(self._near_stems(word))

    def silent(self, asked: Asked, mentions: Iterable[Mention]) -> bool:
        """Whether nothing speaks of a name in the question, or of what it asks the number of."""
        met = {i for m in mentions for i in m.at}
        return any(i not in met and asked.content(i) and not self.knows(asked.stems[i]) for i in (*asked.names, *asked.counted()))

    def parts(self, asked: Asked, mentions: Iterable[Mention]) -> list[Part]:
        """What statements are to speak of: the things named, the longest names first, and the content words beside them."""
        taken: set[int] = set()
        named: defaultdict[frozenset[int], list[Mention]] = defaultdict(list)
        for mention in mentions:
            if (mention.at in named or not mention.at & taken) and any(map(asked.telling, mention.at)):
                named[mention.at].append(mention)
                taken |= mention.at
        rest = [frozenset({i}) for i in range(len(asked.stems)) if i not in taken and asked.telling(i)]
        aspects = [frozenset({i}) for i in range(len(asked.stems)) if i not in taken and not asked.content(i) and asked.asking(i, self._senses.asking)]
        first = min((min(at) for at in (*named, *rest)), default=0)
        made = [Part(at, (), self._weight(asked, at)) for at in rest] + [Part(at, (), _ASPECT) for at in aspects]
        for at, same in named.items():
            sure = any(m.quality >= _SURE and m.thing.rank <= 1 and not m.thing.name.iri.startswith(VOCAB) for m in same)
            body = sure and all(m.thing.rank == 0 for m in same)
            made.append(Part(at, tuple(m.thing.name.iri for m in same), max(_NAMED, self._weight(asked, at)), sure, body))
        return [replace(p, weight=p.weight * (_FOCUS if first in p.at else 1.0)) for p in sorted(made, key=lambda p: min(p.at))]

    def _weight(self, asked: Asked, at: frozenset[int]) -> float:
        """As rare as its rarest word; a word that is known in other words only is as rare as a mean of these."""
        return max(self._rare(asked.stems[i]) for i in at)

    def _rare(self, word: str) -> float:
        near = self._near_stems(word)
        best = max(near.values(), default=0.0)
        return sum(found := [self.rarity(w) for w, s in near.items() if s >= best - 0.01]) / len(found) if near else _UNKNOWN

    def speaking(self, asked: Asked, parts: list[Part]) -> list[Found]:
        """The statements that speak of most of the parts, best first."""
        total = sum(p.weight for p in parts) or 1.0
        scores: defaultdict[int, float] = defaultdict(float)
        speaks: defaultdict[int, set[int]] = defaultdict(set)
        near: defaultdict[int, set[int]] = defaultdict(set)
        needed = [i for i, p in enumerate(parts) if p.needed]
        least = min(len(needed), 1) if asked.joins() else len(needed)
        for i, part in enumerate(parts):
            for number, share in self._said(asked, part).items():
                scores[number] += part.weight * share / total
                if part.needed and share >= TOWARDS:
                    near[number].add(i)
                if share >= _PLAIN:
                    speaks[number].add(i)
        for i in needed:
            for number in scores:
                if i not in near[number]:
                    scores[number] *= _MISSED
        iris, found = self._accounts.iris, dict[str, Found]()
        for number in sorted(scores, key=lambda n: (-round(scores[n], 6), iris[n]))[:_MOST]:
            for iri in sorted(self._accounts.sides.get(iris[number]) or {iris[number]}):  # of a disagreement, what its sides say
                found.setdefault(iri, Found(iri, scores[number], frozenset(speaks[number]), len(near[number]) < least))
        return list(found.values())

    def kin(self, iri: str, found: Iterable[Found]) -> list[str]:
        """Of statements found, those that say much of the same as one: the most alike first."""
        own = self._accounts.plain(iri)
        total = sum(map(self.rarity, own)) or 1.0
        alike = {f.iri: sum(map(self.rarity, own & self._accounts.plain(f.iri))) / total for f in found if f.iri != iri}
        return sorted((i for i, share in alike.items() if share >= _KIN), key=lambda i: (-alike[i], i))

    def of_kind(self, asked: Asked, found: Iterable[Found]) -> list[str]:
        """Of statements found those of the kind that the question asks the number of, nearly as good as the best of them."""
        wanted = [asked.stems[i] for i in asked.counted()]
        own = [f for f in found if not f.lacks and self.is_of(f.iri, wanted)]
        return [f.iri for f in own if f.score >= _SAME * own[0].score]

    def is_of(self, iri: str, wanted: Iterable[str]) -> bool:
        """Whether a statement is of a kind that is called by one of these stems."""
        kinds = self._accounts.kinds(iri)
        return any(alike(w, k) >= INFLECTED for w in wanted for k in kinds)

    def _said(self, asked: Asked, part: Part) -> Mapping[int, float]:
        """The statements that speak of a part, and how plainly."""
        by_word = [self._near(*asked.ranges.get(i, (asked.stems[i],))) for i in part.at if not part.things or asked.stems[i] not in FUNCTION]
        found: dict[int, float] = {}
        if by_word:
            fewest = min(by_word, key=len)
            shares = {n: [w.get(n, 0.0) for w in by_word] for n in fewest}
            if part.body:  # others have the same words in their names: all of them must be there
                found = {n: _TEXT * min(s) for n, s in shares.items() if min(s) > HEAD}
            else:
                found = {n: sum(s) / len(s) * (_TEXT if part.things else 1.0) for n, s in shares.items()}
        for iri in part.things:
            for inner in self.within.get(iri, ()):
                found.update((n, max(WITHIN * w, found.get(n, 0.0))) for n, w in self._accounts.things.get(inner, {}).items())
            found.update((n, max(w, found.get(n, 0.0))) for n, w in self._accounts.things.get(iri, {}).items())
        return found

    def says(self, word: str, iri: str) -> float:
        """How plainly a statement says a stem, or one that is alike or means the same."""
        number = self._accounts.number(iri)
        return 0.0 if number is None else max((s * self._accounts.words[w].get(number, 0.0) for w, s in self._near_stems(word).items()), default=0.0)

    def _near(self, *words: str) -> dict[int, float]:
        """The statements that say one of these stems, and how plainly."""
        found: dict[int, float] = {}
        for other, similarity in (n for word in words for n in self._near_stems(word).items()):
            for number, weight in self._accounts.words[other].items():
                if found.get(number, 0.0) < similarity * weight:
                    found[number] = similarity * weight
        return found

    def _near_stems(self, word: str) -> Mapping[str, float]:
        """The stems of statements that are alike, or that mean the same; kept for as many words as questions have."""
        if word not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[word] = self._likened(word)
        return self._kept[word]

    def _likened(self, word: str) -> dict[str, float]:
        found = {w: _WIDER if s == HEAD and len(w) < len(word) else s for w, s in self._vocabulary.near(word).items() if s >= HEAD or s > 0.5}
        for other in self._senses.others.get(word, ()):
            if other in self._vocabulary:
                found[other] = max(ALSO, found.get(other, 0.0))
        return found

"""Search: things by their names, with Swedish letters, word forms, abbreviations and misspellings.

An index is made from a store and kept as long as the release that it was made from. Hits are ranked by how the name was met (`LEVELS`), then with å, ä and ö
as written before forgiven ones, bodies, roles and documents before other things, and what more is said of before the rest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from graph.names import labels
from graph.namespaces import PREFIXES, SG, expand
from graph.search.things import ABBREVIATION, Thing, things
from graph.search.words import INFLECTED, Vocabulary, alike, fold, normal, stem, words
from graph.store import Store, is_iri

EXACT, SHORT, PREFIX, WORD, FUZZY = LEVELS = ("exact", "abbreviation", "prefix", "word", "fuzzy")
_SCANNED: Final = 600  # names looked at for one way of meeting them


@dataclass(frozen=True)
class Hit:
    """A thing that was found, by which of its names, and how that was met."""

    thing: Thing
    matched: str
    how: str


@dataclass(frozen=True)
class _Entry:
    """One name of one thing, ready for comparison."""

    thing: Thing
    text: str
    key: str
    short: bool
    language: str = ""


class Index:
    """All names of a store."""

    def __init__(self, found: Iterable[Thing]) -> None:
        self.things: dict[str, Thing] = {t.name.iri: t for t in found}
        self.entries: list[_Entry] = []
        self._folded: defaultdict[str, list[int]] = defaultdict(list)
        self.postings: defaultdict[str, list[int]] = defaultdict(list)
        for thing in self.things.values():
            for name in thing.called:
                self._add(_Entry(thing, name.text, " ".join(words(name.text)), name.kind == ABBREVIATION, name.language))
        self._ordered = sorted(self._folded)
        self.vocabulary = Vocabulary(self.postings)

    @classmethod
    def build(cls, store: Store) -> Index:
        """An index of everything that has a name in a store."""
        return cls(things(store))

    def _add(self, entry: _Entry) -> None:
        number = len(self.entries)
        self.entries.append(entry)
        self._folded[fold(entry.key)].append(number)
        for word in {stem(w) for w in entry.key.split()}:
            self.postings[word].append(number)

    def search(self, text: str, *, kinds: frozenset[str] = frozenset(), limit: int = 20) -> list[Hit]:
        """The things whose names fit a text best, each once, at most `limit`; of one of the classes `kinds`, where any are given."""
        key = " ".join(words(text))
        found: dict[str, tuple[tuple[object, ...], Hit]] = {}
        for level, number in self._met(key) if key else ():
            entry = self.entries[number]
            if kinds and not entry.thing.types & kinds:
                continue
            order = self._order(level, entry, key)
            known = found.get(entry.thing.name.iri)
            if known is None or order < known[0]:
                found[entry.thing.name.iri] = order, Hit(entry.thing, entry.text, _how(level, entry))
        return [hit for _, hit in sorted(found.values(), key=lambda f: f[0])[:limit]]

    def knows(self, word: str) -> bool:
        """Whether a name has this word, a form of it or one spelled much like it."""
        return any(similarity >= INFLECTED * 0.9 for similarity in self.vocabulary.near(stem(normal(word))).values())

    def nearest(self, text: str, kinds: frozenset[str], limit: int = 3) -> list[Hit]:
        """The things of some classes whose names are most like a text, however little."""
        entries = {n: fold(e.key) for n, e in enumerate(self.entries) if e.thing.types & kinds}
        found = process.extract(fold(" ".join(words(text))), entries, scorer=fuzz.WRatio, limit=4 * limit)
        hits = {self.entries[n].thing.name.iri: Hit(self.entries[n].thing, self.entries[n].text, FUZZY) for _, _, n in reversed(found)}
        return list(reversed(hits.values()))[:limit]

    def _order(self, level: str, entry: _Entry, key: str) -> tuple[object, ...]:
        """What goes first; misspelled names by how near they are."""
        strict = entry.key.startswith(key) if level in (EXACT, PREFIX) else all(stem(w) in entry.key for w in key.split())
        near = -round(fuzz.ratio(fold(key), fold(entry.key))) if level == FUZZY else 0
        return LEVELS.index(_how(level, entry)), not strict, near, entry.thing.rank, -entry.thing.statements, len(entry.key), entry.key, entry.thing.name.iri

    def _met(self, key: str) -> Iterator[tuple[str, int]]:
        """The names that a text meets, and how; words inside and misspellings are tried where what went before leaves room."""
        folded = fold(key)
        yield from ((EXACT, n) for n in self._folded.get(folded, ()))
        for i in range(bisect_left(self._ordered, folded), min(len(self._ordered), bisect_left(self._ordered, folded) + _SCANNED)):
            if not self._ordered[i].startswith(folded):
                break
            yield from ((PREFIX, n) for n in self._folded[self._ordered[i]])
        inside = self._having([self._forms(w) for w in key.split()])
        yield from ((WORD, n) for n in inside)
        if not inside:
            yield from ((FUZZY, n) for n in self._having([self._forms(w) | set(self.vocabulary.misspelled(stem(w))) for w in key.split()]))

    def _forms(self, word: str) -> set[str]:
        """The stems that a word begins, or is a form of."""
        stemmed = stem(word)
        folded = {w for w in self.vocabulary.misspelled(stemmed) if fold(w) == fold(stemmed)}
        return (
            set(self.vocabulary.starting(word) if len(word) > 1 else ()) | {w for w in self.vocabulary.near(stemmed) if alike(stemmed, w) >= INFLECTED} | folded
        )

    def _having(self, wanted: list[set[str]]) -> list[int]:
        """The names that have one stem of each set, at most `_SCANNED`."""
        found: set[int] | None = None
        for forms in sorted(wanted, key=lambda f: sum(len(self.postings[w]) for w in f)):
            numbers = {n for w in forms for n in self.postings[w]}
            found = numbers if found is None else found & numbers
        return sorted(found or ())[:_SCANNED]


def _how(level: str, entry: _Entry) -> str:
    return SHORT if level == EXACT and entry.short else level


def kinds(store: Store, name: str) -> frozenset[str]:
    """The classes that a name means, those below them too: an IRI, a prefixed or local name, or a label in either language; none where it means none."""
    iri = expand(name) if name.partition(":")[0] in PREFIXES else name if is_iri(name) else SG + name
    called = {normal(text): c for c, told in labels(store, "?x a owl:Class").items() for text in told.values()}
    wanted = called.get(normal(name), iri)
    known = is_iri(wanted) and store.ask(f"ASK {{ <{wanted}> a owl:Class }}")
    return (
        frozenset(r["x"].value for r in store.select(f"SELECT DISTINCT ?x WHERE {{ ?x rdfs:subClassOf* <{wanted}> FILTER(ISIRI(?x)) }}"))
        if known
        else frozenset()
    )

"""Which words mean much the same, read from the scheme of word senses: what a question asks in other words than the documents', or in the other language."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from graph.namespaces import VOCAB
from graph.search.words import stem, words
from graph.store import Store

SCHEME: Final = VOCAB + "word-sense"
ALSO: Final = 0.7  # how alike words of one sense are


class Senses:
    """The senses of a store: `others` of a word are the words that may stand for it, `of_term` the words for what a class or property says without them."""

    def __init__(self, store: Store) -> None:
        said: defaultdict[str, set[str]] = defaultdict(set)
        for r in store.select(f"SELECT ?x ?l WHERE {{ ?x skos:inScheme <{SCHEME}> ; skos:prefLabel|skos:altLabel ?l }}"):
            said[r["x"].value] |= {stem(w) for w in words(r["l"].value)}
        self.others: defaultdict[str, set[str]] = defaultdict(set)
        for found in said.values():
            for word in found:
                self.others[word] |= found - {word}
        self.of_term: defaultdict[str, set[str]] = defaultdict(set)
        for r in store.select(f"SELECT ?x ?t WHERE {{ ?x skos:inScheme <{SCHEME}> ; rdfs:seeAlso ?t }}"):
            self.of_term[r["t"].value] |= said[r["x"].value]
        self.asking = frozenset(w for found in self.of_term.values() for w in found)

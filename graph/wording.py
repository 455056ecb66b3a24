"""A difference in words, Swedish and English: things that come and go by class and name, what they are related to by the names of properties.

A property whose name begins with a verb makes a sentence ("RAG onkologi rapporterar inte längre till …"); any other is told as a field of the thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from graph.names import Name, names
from graph.namespaces import SG, expand
from graph.patches import Patch
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Term, Triple

_TYPE: Final = NamedNode(expand("rdf:type"))
_LABELS: Final = (NamedNode(expand("rdfs:label")), NamedNode(expand("skos:prefLabel")))
_LANGUAGES: Final = ("sv", "en")
_COMES: Final = {"sv": "Tillkommer", "en": "New"}
_GOES: Final = {"sv": "Utgår", "en": "Removed"}
_LONG: Final = 80  # characters of a literal that are told

Node = Term | Triple
_Key = tuple[NamedNode | BlankNode | Triple, NamedNode]


@dataclass(frozen=True)
class Sentence:
    """One thing that changes: whether it comes ("+"), goes ("-") or is otherwise ("~"), in words, and the thing that it is about."""

    sign: str
    words: dict[str, str]
    about: str
    inferred: bool = False


def sentences(said: Patch, inferred: Patch | None, *stores: Store) -> list[Sentence]:
    """What a difference says; names are looked up in the stores, the last one first. Consequences come after what was said."""
    return list(_Telling(said, inferred or Patch(), stores).all())


class _Telling:
    def __init__(self, said: Patch, inferred: Patch, stores: tuple[Store, ...]) -> None:
        added, removed = _triples(said.added), _triples(said.removed)
        self._added, self._removed = added - removed, removed - added
        self._stores = stores
        self._inferred = [(q, sign) for sign, quads in (("-", inferred.removed), ("+", inferred.added)) for q in sorted(_triples(quads), key=str)]
        everything = self._added | self._removed | {t for t, _ in self._inferred}
        self._names = _called(everything, stores, said)
        self._come, self._gone = self._things(self._added, self._removed), self._things(self._removed, self._added)
        self._statements = self._of_statements({t.subject for t in everything})

    def all(self) -> Iterator[Sentence]:
        """Things that come and go, then what changes on others, then what follows."""
        folded = self._folded()
        for things, triples, sign in ((self._gone, self._removed, "-"), (self._come, self._added, "+")):
            yield from sorted((self._thing(t, triples, sign, folded) for t in things - folded), key=lambda s: s.words["sv"])
        yield from self._fields(folded)
        told = self._come | self._gone
        yield from (self._sentence(t, sign, True) for t, sign in self._inferred if self._worth_telling(t, sign, told))

    def _things(self, these: set[Triple], others: set[Triple]) -> set[Node]:
        """What has a class in these triples and none in the others, nor in the store that holds them: it comes as a whole, or goes."""
        typed: set[Node] = set()
        typed |= {t.subject for t in these if t.predicate == _TYPE} - {t.subject for t in others if t.predicate == _TYPE}
        kept = {t for t in typed if all(self._typed(store, t) for store in self._stores)} if len(self._stores) > 1 else set[Node]()
        return typed - kept

    @staticmethod
    def _typed(store: Store, thing: Node) -> bool:
        return isinstance(thing, NamedNode | BlankNode) and any(True for _ in store.quads(thing, _TYPE))

    def _folded(self) -> set[Node]:
        """What has no name and is a part of something that is told: evidence, selectors, lists."""
        found = set[Node]()
        for triples in (self._added, self._removed):
            parts: set[Node] = {t.object for t in triples if isinstance(t.object, NamedNode | BlankNode)}
            parts &= {t.subject for t in triples}
            found |= {p for p in parts if not (isinstance(p, NamedNode) and self._names[p.value].labels)}
        return found

    def _of_statements(self, subjects: Iterable[Node]) -> set[Node]:
        """The subjects that are statements: their properties are fields, not sentences."""
        wanted = " ".join(sorted(str(s) for s in subjects if isinstance(s, NamedNode)))
        query = f"SELECT DISTINCT ?s WHERE {{ VALUES ?s {{ {wanted} }} ?s a sg:Statement }}"
        return {row["s"] for store in self._stores for row in store.select(query)} if wanted else set()

    def _thing(self, thing: Node, triples: set[Triple], sign: str, folded: set[Node]) -> Sentence:
        """A thing that comes or goes, with its class, its name and its fields."""
        mine = sorted((t for t in triples if t.subject == thing), key=str)
        kinds = [t.object for t in mine if t.predicate == _TYPE]
        fields = [t for t in mine if t.predicate not in (_TYPE, *_LABELS) and t.object not in folded]
        words = {}
        for lang in _LANGUAGES:
            start = (_COMES if sign == "+" else _GOES)[lang]
            told = "; ".join(f"{self._text(t.predicate, lang)}: {self._text(t.object, lang)}" for t in fields)
            words[lang] = f"{start}: {', '.join(self._text(k, lang) for k in kinds)} {_quoted(self._text(thing, lang), lang)}{f' ({told})' if told else ''}."
        return Sentence(sign, words, _iri(thing))

    def _fields(self, folded: set[Node]) -> Iterator[Sentence]:
        """What changes on things that stay: a value for another, or one that comes or goes."""
        whole = self._come | self._gone | folded
        values: dict[_Key, tuple[list[Node], list[Node]]] = defaultdict(lambda: ([], []))
        for n, triples in enumerate((self._removed, self._added)):
            for t in sorted(triples, key=str):
                if t.subject not in whole:
                    values[t.subject, t.predicate][n].append(t.object)
        for (subject, predicate), (old, new) in sorted(values.items(), key=str):
            if len(old) == len(new) == 1 and isinstance(old[0], Literal):
                yield self._changed(subject, predicate, old[0], new[0])
                continue
            yield from (self._sentence(Triple(subject, predicate, o), "-") for o in old)
            yield from (self._sentence(Triple(subject, predicate, o), "+") for o in new)

    def _changed(self, subject: object, predicate: NamedNode, old: object, new: object) -> Sentence:
        words = {lang: f"{self._text(subject, lang)}: {self._text(predicate, lang)}: {self._text(old, lang)} → {self._text(new, lang)}." for lang in _LANGUAGES}
        return Sentence("~", words, _iri(subject))

    def _sentence(self, t: Triple, sign: str, inferred: bool = False) -> Sentence:
        return Sentence(sign, {lang: self._said(t, sign == "+", lang) for lang in _LANGUAGES}, _iri(t.subject), inferred)

    def _said(self, t: Triple, holds: bool, lang: str) -> str:
        """That a triple holds, or no longer."""
        s, o = self._text(t.subject, lang), self._text(t.object, lang)
        if t.predicate == _TYPE:
            return f"{s} {_NOW[lang] if holds else _NO_LONGER_IS[lang]} {o}."
        first, _, rest = self._text(t.predicate, lang).partition(" ")
        edge = isinstance(t.object, NamedNode) and t.predicate.value.startswith(SG) and t.subject not in self._statements
        if not edge:
            return f"{s}: {first}{' ' + rest if rest else ''}: {o}{'' if holds else _ENDED[lang]}."
        return " ".join(filter(None, [s, *_verb(first, rest, holds, lang), o])) + "."

    def _worth_telling(self, t: Triple, sign: str, told: set[Node]) -> bool:
        """A consequence that concerns known things, by a property of ours, and that no more specific one says already."""
        same = {x for x, s in self._inferred if s == sign} | (self._added if sign == "+" else self._removed)
        if not t.predicate.value.startswith(SG) or not isinstance(t.object, NamedNode) or t.subject in told or t.object in told:
            return False
        specific = any(x != t and x.subject == t.subject and x.object == t.object and self._below(x.predicate, t.predicate) for x in same)
        turned = any(x.subject == t.object and x.object == t.subject and self._inverse(x.predicate, t.predicate) for x in same)
        return not specific and not turned

    def _below(self, one: NamedNode, other: NamedNode) -> bool:
        return self._stores != () and self._stores[-1].ask(f"ASK {{ {one} rdfs:subPropertyOf+ {other} FILTER({one} != {other}) }}")

    def _inverse(self, one: NamedNode, other: NamedNode) -> bool:
        """Whether a property is declared the inverse of another one, which is told in its place."""
        return self._stores != () and self._stores[-1].ask(f"ASK {{ {other} owl:inverseOf {one} }}")

    def _text(self, term: object, lang: str) -> str:
        if isinstance(term, NamedNode):
            return self._names[term.value].text(lang)
        if isinstance(term, Literal):
            short = term.value if len(term.value) <= _LONG else term.value[: _LONG - 1] + "…"
            return _quoted(short, lang) + (f" ({term.language})" if term.language and term.language != lang else "")
        return str(term)


_NOW: Final = {"sv": "är nu", "en": "is now"}
_NO_LONGER_IS: Final = {"sv": "är inte längre", "en": "is no longer"}
_ENDED: Final = {"sv": " (inte längre)", "en": " (no longer)"}


def _verb(first: str, rest: str, holds: bool, lang: str) -> list[str]:
    """A property's name as the predicate of a sentence; without a verb of its own it gets "is"."""
    verb = first.endswith(("r", "s")) if lang == "sv" else first.endswith("s") and not first.endswith("ss")
    if holds:
        return [first, rest] if verb else [{"sv": "är", "en": "is"}[lang], first, rest]
    if not verb:
        return [_NO_LONGER_IS[lang], first, rest]
    return [first, "inte längre", rest] if lang == "sv" else ["no longer", first, rest]


def _quoted(text: str, lang: str) -> str:
    return f"”{text}”" if lang == "sv" else f"“{text}”"


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _triples(quads: Iterable[Quad]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in quads}


def _called(triples: Iterable[Triple], stores: tuple[Store, ...], said: Patch) -> dict[str, Name]:
    """The names of all terms: from the stores, the last one first, else from the difference itself."""
    iris = {x.value for t in triples for x in (t.subject, t.predicate, t.object) if isinstance(x, NamedNode)}
    found = {i: Name(i, {}) for i in iris}
    for q in (*said.removed, *said.added):
        if q.predicate in _LABELS and isinstance(q.subject, NamedNode) and isinstance(q.object, Literal):
            found[q.subject.value].labels.setdefault(q.object.language or "sv", q.object.value)
    for store in stores:
        found |= {i: n for i, n in names(store, iris).items() if n.labels}
    return found


__all__ = ["Sentence", "sentences"]

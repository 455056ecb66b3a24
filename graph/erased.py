"""Erased names: a list of hashes that keeps each name out of what is built and changed from now on, and what takes its place.

    STYRGRAF_HOME/erasures.jsonl    a line for each erasure: when, by whom, the hashes of the name, and which release became which

The list holds no name, but for each a scrypt hash (RFC 7914) with the state directory's salt, how many words it has, and CHECK bits of a fast keyed hash, so
that few passages need the slow one. It keeps a name from being read in the list; whoever has the list and a register of names can still try them all.

A person whose name is erased stays as a node of no name: what the documents say of roles, groups and meetings is as true, and as valid, as it was. In texts
"någon" (someone) stands where the name stood.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import unquote

from graph.errors import ForbiddenError, StateError
from graph.namespaces import BASE, INFERRED_GRAPH, PREFIXES, expand
from graph.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Subject, Term, Triple, is_iri

FILE: Final = "erasures.jsonl"
CHECK: Final = 12  # bits
PERSON: Final = frozenset(NamedNode(iri) for iri in (expand("sg:Person"), expand("foaf:Person"), "http://schema.org/Person", "https://schema.org/Person"))
NAMING: Final = frozenset(
    NamedNode(iri)
    for iri in (*map(expand, ("rdfs:label", "skos:prefLabel", "skos:altLabel", "foaf:name")), "http://schema.org/name", "https://schema.org/name")
)
NOBODY: Final = {"en": "person not named"}
SOMEONE: Final = {"en": "someone"}
N = TypeVar("N", bound=Subject | Triple)
_TYPE: Final = NamedNode(expand("rdf:type"))
_LABELS: Final = frozenset({NamedNode(expand("rdfs:label")), NamedNode(expand("skos:prefLabel"))})
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_GAP: Final = re.compile(r"[\s,]+")
_IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class Hash:
    """What is kept of a name: the number of its words, CHECK bits of a keyed hash, and the scrypt hash (lower-case hex)."""

    words: int
    check: int
    hash: str


@dataclass(frozen=True)
class Entry:
    """One erasure: `releases` tells which release became which (None: removed), `finished` when all that held the name had gone."""

    time: str
    author: str
    salt: str
    names: tuple[Hash, ...]
    releases: dict[str, str | None] = field(default_factory=dict)
    finished: str | None = None


def read(home: Path) -> list[Entry]:
    """The erasures of a state directory, the oldest first. Raises StateError for a damaged list: without it a name might come back."""
    path = home / FILE
    try:
        told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [Entry(**{**t, "names": tuple(Hash(**n) for n in t["names"])}) for t in told]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as wrong:
        raise StateError(f"{path} kan inte läsas: {wrong}. Återställ den.", f"{path} cannot be read: {wrong}. Restore it.") from wrong


def save(home: Path, entries: Iterable[Entry]) -> None:
    """Writes the list in one step that lasts."""
    fresh = home / f".{FILE}"
    with fresh.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(e), ensure_ascii=False) + "\n" for e in entries)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / FILE)


def words(text: str) -> list[str]:
    """The words of a name, as they are compared: normalised (NFC), without case."""
    return [w.casefold() for w in _WORD.findall(unicodedata.normalize("NFC", text))]


def hashed(name: str, salt: str) -> Hash:
    """What is kept of a name. The order of its words is not: "Berg, Eva" is "Eva Berg"."""
    parts = sorted(words(name))
    return Hash(len(parts), _check(parts, bytes.fromhex(salt)), _scrypt(parts, salt))


def _check(parts: list[str], salt: bytes) -> int:
    digest = hashlib.blake2b(" ".join(parts).encode(), key=salt, digest_size=4).digest()
    return int.from_bytes(digest) >> (32 - CHECK)


def _scrypt(parts: list[str], salt: str) -> str:
    return hashlib.scrypt(" ".join(parts).encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32).hex()


@dataclass(frozen=True)
class Names:
    """The erased names, to look for."""

    salt: str
    hashes: frozenset[Hash]
    _tried: dict[str, bool] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, home: Path) -> Names:
        """Those of a state directory."""
        entries = read(home)
        return cls(entries[0].salt if entries else "", frozenset(h for e in entries for h in e.names))

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def __contains__(self, name: str) -> bool:
        return self._erased(words(name))

    def _erased(self, parts: list[str]) -> bool:
        """Whether these words, in any order, are an erased name."""
        kin = [h for h in self.hashes if h.words == len(parts)]
        ordered = sorted(parts)
        check = _check(ordered, bytes.fromhex(self.salt)) if kin else 0
        kin = [h for h in kin if h.check == check]
        key = " ".join(ordered)
        if kin and key not in self._tried:
            self._tried[key] = _scrypt(ordered, self.salt) in {h.hash for h in kin}
        return bool(kin) and self._tried[key]

    def found(self, text: str) -> list[tuple[int, int]]:
        """Where erased names stand in a text (which is NFC); of a genitive, "Eva Bergs", the s is left over."""
        at = [(m.start(), m.end()) for m in _WORD.finditer(text)]
        plain = [text[a:b].casefold() for a, b in at]
        spans, free = list[tuple[int, int]](), 0
        for i in range(len(at)):
            for n in {h.words for h in self.hashes}:
                end = i + n - 1
                if i < free or end >= len(at) or not all(_GAP.fullmatch(text, at[j][1], at[j + 1][0]) for j in range(i, end)):
                    continue
                own = next((cut for cut in (0, 1) if (not cut or plain[end][-1] == "s") and self._erased(_cut(plain[i : end + 1], cut))), None)
                if own is not None:
                    spans.append((at[i][0], at[end][1] - own))
                    free = end + 1
        return spans

    def names(self, text: str) -> bool:
        """Whether a text has an erased name in it."""
        return bool(self.hashes and self.found(unicodedata.normalize("NFC", text)))

    def redacted(self, text: str, lang: str | None = None, parts: frozenset[str] = frozenset()) -> str:
        """A text in which "someone" stands for each erased name, and for each of the `parts` of names that stands alone with a capital letter."""
        clear, other = unicodedata.normalize("NFC", text), SOMEONE.get(lang or "", "någon")
        spans = self.found(clear)
        taken = {i for a, b in spans for i in range(a, b)}
        for m in _WORD.finditer(clear) if parts else ():
            word = m[0].casefold()
            cut = 0 if word in parts else 1 if word[-1] == "s" and word[:-1] in parts else None
            if cut is not None and m[0][0].isupper() and m.start() not in taken:
                spans.append((m.start(), m.end() - cut))
        for a, b in sorted(spans, reverse=True):
            clear = clear[:a] + other + clear[b:]
        return clear if spans else text

    def refuse(self, quads: Iterable[Quad], *texts: str) -> None:
        """Raises ForbiddenError where an erased name comes back."""
        if not self.hashes:
            return
        where = next((f"{q.subject} {q.predicate}" for q in quads if any(self.names(t) for t in _texts(q))), None)
        where = where or next(("X-Change-Reason, --reason, --author" for t in texts if self.names(t)), None)
        if where:
            raise ForbiddenError(
                f"Ändringen har namnet på en person som har tagits bort ({where}). Skriv om den utan namnet.",
                f"The change has the name of a person who was erased ({where}). Write it without the name.",
            )


def _cut(parts: list[str], letters: int) -> list[str]:
    return [*parts[:-1], parts[-1][: len(parts[-1]) - letters]]


def _texts(q: Quad) -> Iterator[str]:
    """The texts in a quad in which a name can stand."""
    for term in _terms(q.subject, q.predicate, q.object, q.graph_name):
        if isinstance(term, Literal):
            yield term.value
        elif isinstance(term, NamedNode) and not term.value.startswith(BASE):
            yield spoken(term.value)


def _terms(*terms: object) -> Iterator[object]:
    for term in terms:
        if isinstance(term, Triple):
            yield from _terms(term.subject, term.predicate, term.object)
        else:
            yield term


def spoken(iri: str) -> str:
    """The words of an IRI."""
    return re.sub(r"[^\w]|_", " ", unquote(iri))


class Erasing:
    """What erased names do to one dataset: quads and texts as they are without them."""

    def __init__(self, names: Names, quads: Iterable[Quad]) -> None:
        self._names = names
        self.before = frozenset(quads)
        self._parts = self._persons()
        self._iris = {p.value: self._node(p).value for p in self._parts if isinstance(p, NamedNode)}
        self._linked = self._statements()
        self._own = self._private()
        self.after = frozenset(self._rewritten())

    def _persons(self) -> dict[object, frozenset[str]]:
        """The persons of erased names, and the words of these."""
        persons = {q.subject for q in self.before if q.predicate == _TYPE and q.object in PERSON}
        found: dict[object, frozenset[str]] = defaultdict(frozenset)
        for q in self.before:
            if q.subject in persons and q.predicate in NAMING and isinstance(q.object, Literal) and q.object.value in self._names:
                found[q.subject] |= frozenset(words(q.object.value))
        for node in {t for q in self.before for t in _terms(q.subject, q.object) if isinstance(t, NamedNode) and not t.value.startswith(BASE)}:
            if self._names.names(spoken(node.value)):
                found[node] |= frozenset()
        return dict(found)

    def _statements(self) -> Mapping[object, frozenset[str]]:
        """What says something of them, and the words that can mean them there."""
        found: dict[object, frozenset[str]] = defaultdict(frozenset)
        for q in self.before:
            for term in _terms(q.object):
                if term in self._parts:
                    found[q.subject] |= self._parts[term]
        return found

    def _private(self) -> set[object]:
        """Nodes without a name that hang on these persons alone, such as an address."""
        down, up = defaultdict[object, set[object]](set), defaultdict[object, set[object]](set)
        for q in self.before:
            if isinstance(q.object, BlankNode):
                down[q.subject].add(q.object)
                up[q.object].add(q.subject)
        own, ahead = set[object](), [n for p in self._parts for n in down[p]]
        while ahead:
            node = ahead.pop()
            if node not in own and node not in self._parts and all(u in own or u in self._parts for u in up[node]):
                own.add(node)
                ahead += down[node]
        return own

    def _rewritten(self) -> Iterator[Quad]:
        for q in self.before:
            graph = q.graph_name if isinstance(q.graph_name, DefaultGraph) else self._node(q.graph_name)
            if q.subject in self._parts:
                obj = self._kept(q)
            else:
                obj = None if q.subject in self._own or q.object in self._own else self._term(q.object, self._linked.get(q.subject, frozenset()))
            if obj is not None:
                yield Quad(self._node(q.subject), q.predicate, obj, graph)

    def _kept(self, q: Quad) -> Term | Triple | None:
        """What stays of what is said of a person: the class, relations in our own terms, and a label that names nobody."""
        if isinstance(q.object, Literal):
            lang = q.object.language
            return Literal(NOBODY.get(lang or "", "ej namngiven person"), language=lang) if q.predicate in _LABELS else None
        ours = q.predicate == _TYPE or q.predicate.value.startswith(PREFIXES["sg"])
        return self._term(q.object, frozenset()) if ours and q.object not in self._own else None

    def _node(self, node: N) -> N | NamedNode:
        """The node that stands for another; each person's is another one, the same in every build."""
        if not isinstance(node, NamedNode) or node not in self._parts:
            return node
        digest = hashlib.blake2b(node.value.encode(), key=bytes.fromhex(self._names.salt), digest_size=6).hexdigest()
        return NamedNode(f"{BASE}id/person/erased-{digest}")

    def _term(self, term: Term | Triple, parts: frozenset[str]) -> Term | Triple:
        if isinstance(term, Triple):
            return Triple(self._node(term.subject), term.predicate, self._term(term.object, parts))
        if isinstance(term, NamedNode | BlankNode):
            return self._node(term)
        text = self._names.redacted(term.value, term.language, parts)
        if text == term.value:
            return term
        return Literal(text, language=term.language) if term.language else Literal(text, datatype=term.datatype)

    @property
    def asserted(self) -> tuple[set[Quad], set[Quad]]:
        """What is to be added and removed of what is said; what follows from it is derived anew."""
        graph = NamedNode(INFERRED_GRAPH)
        return {q for q in self.after - self.before if q.graph_name != graph}, {q for q in self.before - self.after if q.graph_name != graph}

    def told(self, value: object, lang: str | None = None, parts: frozenset[str] = frozenset()) -> object:
        """A plain value, such as a manifest's, without the names; `lang` is its language."""
        if isinstance(value, dict):
            about = value.get("focus")
            parts = self._linked.get(NamedNode(about), parts) if isinstance(about, str) and is_iri(about) else parts
            return {k: self.told(v, k if k in ("sv", "en") else lang, parts) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.told(v, lang, parts) for v in value]
        if not isinstance(value, str):
            return value
        return _IRI.sub(lambda m: self._iris.get(m[0], m[0]), self._names.redacted(value, lang, parts))


__all__ = ["FILE", "NAMING", "PERSON", "SOMEONE", "Entry", "Erasing", "Hash", "Names", "hashed", "read", "save", "spoken", "words"]

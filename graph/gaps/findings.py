"""Findings: what the kinds of gap find, in words, with the statements they rest on and the question that would close each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Final

from graph.evidence import Citation, citations
from graph.gaps.kinds import TODAY, Kind, kinds, rows
from graph.gaps.matrix import Cell, Matrix, matrix
from graph.gaps.places import Pairs, Places, pairs
from graph.names import Name, names
from graph.namespaces import BASE, VOCAB, expand
from graph.questions import find
from graph.store import Literal, NamedNode, Row, Store, Term
from graph.sweeping import unswept

LANGUAGES: Final = ("sv", "en")
_AREA: Final = NamedNode(expand("sg:area"))
_AREAS: Final = VOCAB + "area/"
_HOLE: Final = re.compile(r"\{\?(\w+)\}")
_UNSAID: Final = {"sv": "ej angivet", "en": "not stated"}
_PROOF: Final = ("statement", "premise")


@dataclass(frozen=True)
class Wanted:
    """Of which findings to tell, each by IRI or "" for all: those of a region, an area of responsibility, a body."""

    region: str = ""
    area: str = ""
    body: str = ""


@dataclass(frozen=True)
class Closing:
    """The question that would close a gap, in words, and the question of the catalogue to ask, with its parameters ("" where none fits)."""

    words: dict[str, str]
    question: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class Finding:
    """One gap: its kind, what it is a gap of, all things concerned, the areas, why in words, the statements and passages, and what would close it."""

    kind: Kind
    subject: tuple[Name, ...]
    things: tuple[Name, ...]
    areas: tuple[Name, ...]
    why: dict[str, str]
    statements: tuple[str, ...]
    citations: tuple[Citation, ...]
    closing: Closing

    @property
    def id(self) -> str:
        """What no other finding of the same store is called."""
        return "/".join([self.kind.id, *(s.iri.removeprefix(BASE) for s in self.subject)])


@dataclass(frozen=True)
class _Raw:
    """A finding before it has words: all values of each variable."""

    kind: Kind
    values: dict[str, tuple[Term, ...]]

    @cached_property
    def statements(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v.value for n, vs in self.values.items() if n.startswith(_PROOF) for v in vs if isinstance(v, NamedNode)))

    @cached_property
    def things(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v.value for n, vs in self.values.items() if not n.startswith(_PROOF) for v in vs if isinstance(v, NamedNode)))


def gaps(store: Store, wanted: Wanted = Wanted(), today: date | None = None, only: Iterable[str] = ()) -> tuple[Finding, ...]:
    """All findings that are wanted on a day (today), of all kinds or `only` some (by id), kind by kind, each kind in the order of its question."""
    with unswept():
        return _gaps(store, wanted, today or date.today(), frozenset(only))


def _gaps(store: Store, wanted: Wanted, day: date, chosen: Collection[str]) -> tuple[Finding, ...]:
    places = Places.of(store)
    looked = [k for k in kinds(store) if not chosen or k.id in chosen]
    cells = matrix(store, places) if any(k.cell for k in looked) else None
    raw = [f for k in looked for f in _grouped(k, _cells(cells, k) if k.cell and cells else rows(store, k, day))]
    areas = _areas(store, raw)
    kept = _kept(store, places, raw, areas, wanted)
    said = citations(store, {s for f in kept for s in f.statements}) if kept else {}
    called = names(store, {i for f in kept for i in f.things} | {a for f in kept for a in areas[id(f)]})
    asked = {q: frozenset(p.name for p in find(store, q).parameters) for q in {f.kind.closed_by for f in kept} if q}
    return tuple(_told(f, called, areas[id(f)], said, asked.get(f.kind.closed_by, frozenset())) for f in kept)


def _cells(found: Matrix, kind: Kind) -> list[Row]:
    """The cells of the matrix that have the value of a kind; a region without any document is one cell."""
    wanted = [c for c in found.cells if c.value == kind.cell and (len(kind.subject) > 1 or c.area is found.areas[0])]
    return [row for c in wanted for row in _of_cell(c, found.searched[c.region.iri])]


def _of_cell(cell: Cell, searched: Sequence[Name]) -> list[Row]:
    here: Row = {"region": NamedNode(cell.region.iri), "area": NamedNode(cell.area.iri)}
    more = [{"searched": NamedNode(d.iri)} for d in searched] + [{"statement": NamedNode(s)} for s in cell.none]
    return [{**here, **row} for row in more] or [{"region": here["region"]}]


def _grouped(kind: Kind, found: Iterable[Row]) -> list[_Raw]:
    """Rows of the same subject are one finding, which has the values of all of them."""
    groups: dict[tuple[Term | None, ...], dict[str, dict[Term, None]]] = {}
    for row in found:
        values = groups.setdefault(tuple(row.get(v) for v in kind.subject), {})
        for name, term in row.items():
            if name != TODAY:
                values.setdefault(name, {})[term] = None
    return [_Raw(kind, {n: tuple(terms) for n, terms in values.items()}) for values in groups.values()]


def _areas(store: Store, raw: Sequence[_Raw]) -> dict[int, tuple[str, ...]]:
    """The areas of each finding: those that it names, else those of its statements and things."""

    @cache
    def of(thing: str) -> frozenset[str]:
        return frozenset(q.object.value for q in store.quads(NamedNode(thing), _AREA) if isinstance(q.object, NamedNode))

    def found(raw: _Raw) -> tuple[str, ...]:
        return tuple(sorted(frozenset[str]().union(*map(of, (*raw.statements, *raw.things)))))

    return {id(f): tuple(t for t in f.things if t.startswith(_AREAS)) or found(f) for f in raw}


def _kept(store: Store, places: Places, raw: Sequence[_Raw], areas: Mapping[int, tuple[str, ...]], wanted: Wanted) -> list[_Raw]:
    """The findings that are wanted."""
    kept = [f for f in raw if not wanted.area or wanted.area in areas[id(f)]]
    if not wanted.body and not wanted.region:
        return kept
    documents = pairs(store, "SELECT ?a ?b WHERE { ?a sg:evidence [ oa:hasSource [ sg:versionOf ?b ] ] }")
    parties = pairs(store, "SELECT ?a ?b WHERE { ?a sg:concerns ?b . ?b a sg:Party }")
    return [f for f in kept if _belongs(places, f, documents, parties, wanted)]


def _belongs(places: Places, raw: _Raw, documents: Pairs, parties: Pairs, wanted: Wanted) -> bool:
    """Whether a finding is of the body and of the region that are wanted: by its parties, or by the bodies of the documents it rests on."""
    held = {d for s in raw.statements for d in documents.get(s, ())} | {t for t in raw.things if t in places.bodies}
    concerned = {*raw.things, *(p for s in (*raw.statements, *raw.things) for p in parties.get(s, ()))} | {b for d in held for b in places.bodies.get(d, ())}
    region = {v.value for v in raw.values.get("region", ())}
    around = places.around(region or concerned)
    inside = around if region else around | {r for d in held for r in places.regions_of_document(d)}
    return (not wanted.body or wanted.body in around) and (not wanted.region or wanted.region in inside)


def _told(raw: _Raw, called: Mapping[str, Name], areas: Sequence[str], said: Mapping[str, Sequence[Citation]], asked: frozenset[str]) -> Finding:
    subject = tuple(called[v.value] for n in raw.kind.subject for v in raw.values.get(n, ()) if isinstance(v, NamedNode))
    given = {n: vs[0].value for n, vs in raw.values.items() if n in asked and isinstance(vs[0], NamedNode)}
    why, closing = ({lang: _filled(texts.get(lang, ""), raw, called, lang) for lang in LANGUAGES} for texts in (raw.kind.words, raw.kind.closing))
    passages = tuple(c for s in raw.statements for c in said.get(s, ()))
    things = tuple(called[i] for i in raw.things)
    return Finding(raw.kind, subject, things, tuple(called[a] for a in areas), why, raw.statements, passages, Closing(closing, raw.kind.closed_by, given))


@cache
def _parts(words: str) -> tuple[str, ...]:
    return tuple(_HOLE.split(words))


def _filled(words: str, raw: _Raw, called: Mapping[str, Name], lang: str) -> str:
    """The words with every {?variable} replaced by what was found, names in the language."""
    parts = _parts(words)  # every second one is a variable
    return "".join(_value(raw.values.get(part, ()), called, lang) if n % 2 else part for n, part in enumerate(parts))


def _value(terms: Sequence[Term], called: Mapping[str, Name], lang: str) -> str:
    """Things by their names; of literals in several languages those in the one that is spoken."""
    if len(terms) == 1:
        return (called[terms[0].value].text(lang) if isinstance(terms[0], NamedNode) else terms[0].value) or _UNSAID[lang]
    spoken = any(isinstance(t, Literal) and t.language == lang for t in terms)
    told = [called[t.value].text(lang) if isinstance(t, NamedNode) else t.value for t in terms if not (spoken and _foreign(t, lang))]
    return ", ".join(dict.fromkeys(told)) or _UNSAID[lang]


def _foreign(term: Term, lang: str) -> bool:
    return isinstance(term, Literal) and term.language not in (None, lang)

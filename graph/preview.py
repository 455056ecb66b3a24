"""What a change would do, without making it: triples, inferences, validation results, and answers to the questions of the catalogue."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from graph import changes, questions
from graph.changes import Edit, Outcome
from graph.errors import StyrgrafError
from graph.namespaces import QUESTIONS, expand
from graph.patches import Patch
from graph.questions import Question, Row
from graph.releases import Home
from graph.report import Result, compared
from graph.store import BlankNode, NamedNode, Quad, Store, Triple
from graph.validator.footprint import Read, UnreadableError, reads
from graph.wording import Sentence, sentences

SECONDS: Final = 30.0  # of work, for asking questions anew: in a large graph some take long
_LABELS: Final = (NamedNode(expand("rdfs:label")), NamedNode(expand("skos:prefLabel")))
_SHOWN: Final = frozenset(
    map(expand, ("rdfs:label", "skos:prefLabel", "sg:evidence", "sg:normStrength", "sg:hedge", "sg:validFrom", "sg:validTo", "dcterms:source"))
)


@dataclass(frozen=True)
class Changed:
    """A question whose answer changes: how many rows it has before and after, and the rows that only one of them has."""

    question: Question
    rows: tuple[int, int]
    lost: tuple[Row, ...]
    gained: tuple[Row, ...]


@dataclass(frozen=True)
class Preview:
    """What a change would do to a release; `refusal` is why it would not be taken, `unasked` the questions for which no time was left."""

    release: str
    refusal: StyrgrafError | None
    said: Patch
    inferred: Patch
    sentences: tuple[Sentence, ...]
    results_lost: tuple[Result, ...]
    results_gained: tuple[Result, ...]
    questions: tuple[Changed, ...]
    unasked: tuple[str, ...]


def preview(home: Home, edit: Edit, expected: str | None = None, root: Path | None = None) -> Preview:
    """What `changes.apply` would do. Raises what it raises, but for what a refused change would be refused for: that is told."""
    with changes.candidate(home, edit, expected, root) as (_, made):
        lost, gained = compared(made.previous.manifest.known_report, made.report)
        told = sentences(made.patch, made.inferred, made.before, made.after)
        return Preview(made.previous.id, made.refusal, made.patch, made.inferred, tuple(told), lost, gained, *_questions(made))


def _questions(made: Outcome) -> tuple[tuple[Changed, ...], tuple[str, ...]]:
    """Asks anew what reads a triple that changed, before and after, as long as there is time; what was not asked."""
    quads = [q for patch in (made.patch, made.inferred) for q in patch.added | patch.removed]
    old, new = _selects(made.before), _selects(made.after)
    showing = {q.subject for q in quads if q.predicate.value in _SHOWN}
    lasting = {s for s in showing if isinstance(s, NamedNode) and all(any(True for _ in store.quads(s)) for store in (made.before, made.after))}
    telling = [q for q in quads if q.predicate not in _LABELS or q.subject in lasting]  # the name of what is new is read with something else that is new
    asking = [n for n in sorted(old.keys() & new.keys()) if quads and (lasting or old[n] != new[n] or _touched(new[n], made, telling))]
    found, deadline = list[Changed](), time.thread_time() + SECONDS  # a busy machine leaves no question out
    while asking and time.thread_time() < deadline:
        found += _compared(asking.pop(0), made, lasting)
    return tuple(found), tuple(asking)


def _selects(store: Store) -> dict[str, str]:
    rows = store.select("SELECT ?q ?select ?table WHERE { ?q a sh:SPARQLExecutable ; sh:select ?select OPTIONAL { ?q sg:computedBy ?table } }")
    return {r["q"].value.removeprefix(QUESTIONS): (f"{r['table'].value}: " if "table" in r else "") + r["select"].value for r in rows}


def _touched(select: str, made: Outcome, quads: Iterable[Quad]) -> bool:
    """Whether a query reads any of the quads, together with what holds beside it: after the change for one that came, before it for one that went."""
    found = _reads(select)
    if found is None:
        return True
    came, went = made.patch.added | made.inferred.added, made.patch.removed | made.inferred.removed
    sides = ((made.after, [q for q in quads if q in came]), (made.before, [q for q in quads if q in went]))
    return any(_reached(read, store, [q for q in some if _fits(read, q)]) for store, some in sides for read in found)


@lru_cache(maxsize=512)
def _reads(select: str) -> tuple[Read, ...] | None:
    """What a query reads; None where that cannot be told."""
    try:
        return tuple(reads(select))
    except UnreadableError:
        return None


def _fits(read: Read, q: Quad) -> bool:
    slots = (read.pattern.subject, read.pattern.path.sign, read.pattern.object)
    return all(slot == str(term) for slot, term in zip(slots, (q.subject, q.predicate, q.object), strict=True) if slot[0] == "<")


def _reached(read: Read, store: Store, quads: list[Quad]) -> bool:
    """Whether what a query asks for beside a pattern is there for any of the quads that fit it."""
    terms = [dict(zip((read.pattern.subject, read.pattern.path.sign, read.pattern.object), (q.subject, q.predicate, q.object), strict=True)) for q in quads]
    names = sorted(read.pattern.variables)
    if not names or any(isinstance(row[n], BlankNode | Triple) for row in terms for n in names):
        return bool(quads)
    rows, way = " ".join(f"({' '.join(str(row[n]) for n in names)})" for row in terms), ""
    for edge in reversed(read.way("")):
        way = f"LATERAL {{ {edge} {way} }}"
    return bool(quads) and store.ask(f"ASK {{ VALUES ({' '.join(names)}) {{ {rows} }} {way} }}")


def _compared(name: str, made: Outcome, shown: set[NamedNode]) -> Iterator[Changed]:
    """The question with the rows that are not the same before and after, where there are any.

    Only rows are told of which a value changed, or of which a thing is `shown` otherwise: to look up the names and passages of all takes long.
    """
    sides = [(store, questions.find(store, name)) for store in (made.before, made.after)]
    found = [questions.found(store, question) for store, question in sides]
    old, new = ({frozenset(row.items()) for row in rows} for rows in found)
    doubtful = old ^ new | {row for row in old | new if any(value in shown for _, value in row)}
    if not doubtful:
        return
    cells = [[tuple(row.get(c.name) for c in question.columns) for row in rows] for (_, question), rows in zip(sides, found, strict=True)]
    wanted = {tuple(dict(row).get(c.name) for c in question.columns) for row in doubtful for _, question in sides}
    before, after = (
        questions.told(store, question, [row for row, key in zip(rows, keys, strict=True) if key in wanted])
        for (store, question), rows, keys in zip(sides, found, cells, strict=True)
    )
    lost, gained = _only(before, after), _only(after, before)
    if lost or gained:
        yield Changed(sides[1][1], (len(set(cells[0])), len(set(cells[1]))), lost, gained)


def _only(rows: Iterable[Row], others: Iterable[Row]) -> tuple[Row, ...]:
    """The rows that are not among the others."""
    there = {_shown(r) for r in others}
    return tuple(r for r in rows if _shown(r) not in there)


def _shown(row: Row) -> str:
    return repr((row.cells, row.citations))


__all__ = ["Changed", "Preview", "preview"]

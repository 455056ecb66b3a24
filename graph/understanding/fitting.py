"""How well a question of the catalogue fits what was asked, with its answer; and which statements and rows stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from graph.understanding.answering import Given, Within, meets, rests
from graph.understanding.asked import Asked
from graph.understanding.choosing import CLOSE
from graph.understanding.mentions import Mention
from graph.understanding.phrasings import Match
from graph.understanding.statements import Found, Part

COMPARE: Final = "/compare"
WHOLE: Final = 0.8  # fit of an answer that rests on that statement and needs no others
_MISSING: Final = 0.5  # what a question loses by explaining none of the words, nor its rows
_EMPTY: Final = 0.2  # what a question loses by having no rows
_AGREE: Final = 0.1  # what it gains by rows that rest on the statement that speaks of most of the question
_ASIDE: Final = 0.15  # what a question that compares loses where nothing is compared
_LONG: Final = 12  # rows of a doubtful answer that need no narrowing
_NAMED: Final = 0.9  # quality of a mention that an answer should take or tell of
_UNMET: Final = 0.15  # what it loses for each thing surely named that it neither takes nor tells of


def fit(match: Match, given: Given, question: Asked, found: list[Found], mentions: list[Mention], within: Within) -> float:
    """How well a question and its answer fit: its score, less for words that nothing explains, and without rows; none where no word is explained.

    It fits better where its rows rest on statements that speak of what was asked.
    """
    named = {i for m in match.filled.values() for i in m.at}
    content = {i for i in range(len(question.stems)) if question.content(i)} - named
    missing = content - match.explained - given.said
    if content and missing == content:
        return 0.0
    rests = {c.statement for row in given.answer.rows for c in row.citations}
    agree = max((f.score for f in found if f.iri in rests), default=0.0) / found[0].score if found else 0.0
    less = (_MISSING * len(missing) / len(content) if content else 0.0) + (0.0 if given.answer.rows else _EMPTY)
    less += _ASIDE if match.question.kind.endswith(COMPARE) and not question.comparing() else 0.0
    return match.score + _AGREE * agree - less - _UNMET * _unmet(given, match, mentions, within)


def _unmet(given: Given, match: Match, mentions: list[Mention], within: Within) -> int:
    """How many bodies and roles surely named an answer neither takes nor tells of."""
    taken = {i for m in match.filled.values() for i in m.at}
    sure = [m for m in mentions if m.quality >= _NAMED and m.thing.rank == 0 and not m.at <= match.plain]
    free = {m.at: m for m in sure if not m.at & taken and not any(m.at < other.at for other in sure)}
    return sum(not any(meets(row, m, within) or rests(row, m, within) for row in given.answer.rows) for m in free.values())


def of_all_named(found: list[Found], parts: list[Part], question: Asked, wanted: str | None) -> list[Found]:
    """The statements found that have to do with all that is surely named, where a time or a number is asked for; and with what is counted."""
    kept = [f for f in found if not f.lacks] if wanted else found
    number = {i for i, p in enumerate(parts) if p.at & set(question.counted())}
    return [f for f in kept if f.parts & number] if number else kept


def narrowed(given: Given, found: list[Found], fit: float) -> Given:
    """Of many rows of a doubtful answer those that rest on the statements that speak of most of the question."""
    rows, scores = given.answer.rows, {f.iri: f.score for f in found}
    said = [max((scores.get(c.statement, 0.0) for c in row.citations), default=0.0) for row in rows]
    if len(rows) <= _LONG or fit >= WHOLE or not any(said):
        return given
    kept = tuple(row for row, score in zip(rows, said, strict=True) if score >= CLOSE * max(said))
    return replace(given, answer=replace(given.answer, rows=kept))

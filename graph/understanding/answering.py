"""Answers of the catalogue to a question understood, with the rows narrowed to what else it names.

A thing is met in a row as a cell, as that to which a cell's thing belongs, or by its words; so it is found although no parameter or column is for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.names import Name
from graph.namespaces import SG
from graph.questions import Answer, Question, Row, answer, values
from graph.search.words import INFLECTED, alike, stems, words
from graph.store import Store
from graph.understanding.asked import Asked
from graph.understanding.mentions import Mention
from graph.understanding.phrasings import Match
from graph.understanding.statements import Statements

Within = Mapping[str, set[str]]  # what belongs to a thing
_FEW: Final = 6  # rows that need no narrowing by words
_TELLING: Final = 4.0  # how rare a word among statements is that narrows rows
_ONLY: Final = "bara"  # how cells of comparisons begin that hold for one side
_ONE_SIDE: Final = frozenset(words("bara endast enbart saknas saknar inte ej only not missing lacks unlike"))
_HALF: Final = 0.5  # share of the words left over that the best row must have
_NEARLY: Final = 0.8  # of the best row's share, for another row to stay
_SURE: Final = 0.6  # quality of a mention that narrows rows
_RESTING: Final = 0.4  # how plainly a statement must say a word, for a row that rests on it to be kept
_KEPT: Final = 512  # answers kept
_COMPARE: Final = "/compare"


@dataclass(frozen=True)
class Given:
    """An answer, with the things that its rows were narrowed to, the words that they were narrowed by, and the positions of what the rows say."""

    answer: Answer
    params: dict[str, str]
    things: tuple[Name, ...] = ()
    words: tuple[str, ...] = ()
    said: frozenset[int] = frozenset()


class Answerable(dict[str, dict[str, set[str]]]):
    """For each question, by id, the things that its parameters have answers for; read from the store at the first use."""

    def __init__(self, store: Store, questions: Mapping[str, Question]) -> None:
        super().__init__()
        self._store, self._questions = store, questions

    def __missing__(self, name: str) -> dict[str, set[str]]:
        return self.setdefault(name, values(self._store, self._questions[name]))


class Answers:
    """The answers of one store, kept as long as there are not too many: a store that is served does not change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[str, frozenset[tuple[str, str]]], Answer] = {}

    def get(self, question: Question, params: Mapping[str, str]) -> Answer:
        """The answer to a question with these things."""
        key = question.id, frozenset(params.items())
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = answer(self._store, question, params)
        return self._kept[key]


def catalogued(answers: Answers, match: Match, mentions: list[Mention], asked: Asked, statements: Statements) -> Given:
    """The answer to a question of the catalogue; where its parameters give no row, the rows that speak of the same things otherwise."""
    within = statements.within
    together = asked.together()
    chosen = {name: m.thing.name.iri for name, m in match.filled.items() if not m.one_of and not m.at & together}
    found = answers.get(match.question, chosen)
    used = {i for name, m in match.filled.items() if name in chosen for i in m.at}
    mentions = _apart_from(mentions, together)
    left = _others(mentions, used - together, match, asked)
    given = _side_by_side(answers, match, Given(found, chosen), left, within) if found.rows else _otherwise(answers, match, Given(found, chosen), asked, within)
    given = _by_things(given, [m for m in left if m.thing.name not in given.things], within)
    met = {i for m in left if m.thing.name in given.things for i in m.at}
    rest = [i for i in range(len(asked.stems)) if asked.content(i) and i not in used | met | match.explained | together]
    given = _apart(given, asked) if match.question.kind.endswith(_COMPARE) else given
    given = replace(given, said=frozenset(met).union(*(_saying(row, rest, asked) for row in given.answer.rows)))
    return _by_words(given, [i for i in rest if statements.rarity(asked.stems[i]) >= _TELLING], asked, statements)


def _apart_from(mentions: list[Mention], together: frozenset[int]) -> list[Mention]:
    """The things named beside a list ("chair, members and contact person of the council"): rows are not narrowed to one of its members."""
    return [m for m in mentions if not m.at & together]


def _others(mentions: list[Mention], used: set[int], match: Match, asked: Asked) -> list[Mention]:
    """The things named beside those that fill the parameters, by the longest names, where the question's own words are not all there is to them."""
    taken = set(used)
    kept: list[Mention] = []
    for mention in mentions:
        own = {i for i in mention.at if asked.content(i)} <= match.plain
        if (mention.quality >= _SURE or mention.one_of) and not own and (not mention.at & taken or any(mention.at == k.at for k in kept)):
            kept.append(mention)
            taken |= mention.at
    return kept


def _otherwise(answers: Answers, match: Match, given: Given, asked: Asked, within: Within) -> Given:
    """Of all rows of the question those that speak of the things asked about, or of most of several; none where there are no such rows."""
    wanted = [m for m in match.filled.values() if not m.one_of]
    every = answers.get(match.question, {}).rows if wanted else ()
    counts = [sum(meets(row, m, within) or _says(row, m, asked) for m in wanted) for row in every]
    best = max(counts, default=0)
    if best < len(wanted) and 2 * best <= len(wanted):
        return given
    rows = tuple(row for row, n in zip(every, counts, strict=True) if n == best)
    met = [m for m in wanted if any(meets(r, m, within) or _says(r, m, asked) for r in rows)]
    return Given(replace(given.answer, rows=rows), {}, tuple(m.thing.name for m in met)) if best else given


def _side_by_side(answers: Answers, match: Match, given: Given, left: list[Mention], within: Within) -> Given:
    """Where the question names another thing that fits a parameter, or sets things side by side, the rows of both, the parameter left open."""
    for name, mention in match.filled.items():
        comparing = match.question.kind.endswith(_COMPARE)
        also = [m for m in left if m.thing != mention.thing and (comparing or m.thing.types & _classes(mention))]
        if not also:
            continue
        params = {k: v for k, v in given.params.items() if k != name}
        every = answers.get(match.question, params)
        sides = [m for m in (mention, *also) if any(meets(row, m, within) for row in every.rows)]
        if mention in sides and len({m.at for m in sides}) > 1:
            rows = tuple(row for row in every.rows if any(meets(row, m, within) for m in sides))
            return Given(replace(every, rows=rows), params, _once(m.thing.name for m in sides))
    return given


def _by_things(given: Given, left: list[Mention], within: Within) -> Given:
    """The rows that speak of the other things named, as far as there are any; of several at the same words, or of one range, any of them."""
    rows, held = given.answer.rows, list(given.things)
    for at in dict.fromkeys(m.at for m in left):
        same = [m for m in left if m.at == at]
        kept = tuple(row for row in rows if any(meets(row, m, within) or rests(row, m) for m in same))
        if kept and len(kept) < len(rows):
            rows = kept
            held += [m.thing.name for m in same if any(meets(row, m, within) or rests(row, m) for row in kept)]
    return replace(given, answer=replace(given.answer, rows=rows), things=_once(held))


def _by_words(given: Given, left: list[int], asked: Asked, statements: Statements) -> Given:
    """Of many rows those that have most of the words that nothing has explained yet, themselves or in what they rest on, where the best has half of them."""
    rows = given.answer.rows
    if not left or not rows:
        return given
    resting = [{i for i in left if any(statements.says(asked.stems[i], c.statement) >= _RESTING for c in row.citations)} for row in rows]
    shares = [len(_saying(row, left, asked) | more) / len(left) for row, more in zip(rows, resting, strict=True)]
    best, least = max(shares), min(shares)
    if len(rows) <= _FEW or best < _HALF or least >= _NEARLY * best:
        return given
    kept = tuple(r for r, s in zip(rows, shares, strict=True) if s >= _NEARLY * best)
    return replace(given, answer=replace(given.answer, rows=kept), words=tuple(asked.words[i] for i in left))


def _apart(given: Given, asked: Asked) -> Given:
    """Of a comparison the rows that hold for one side only, where that is asked."""
    rows = tuple(r for r in given.answer.rows if any(isinstance(c, str) and c.startswith(_ONLY) for c in r.cells.values()))
    return replace(given, answer=replace(given.answer, rows=rows)) if rows and _ONE_SIDE & set(asked.words) else given


def _saying(row: Row, left: list[int], asked: Asked) -> set[int]:
    """The positions of the words that a row has."""
    found = _stems(row)
    return {i for i in left if any(_means(s, asked.stems[i]) for s in found)}


def _means(said: str, word: str) -> bool:
    """Whether a stem says a word: a compound of it does, but not what it is a compound of (cancer does not say childhood cancer)."""
    return alike(word, said) >= (INFLECTED * 0.8 if len(said) < len(word) and word.endswith(said) else _HALF)


def meets(row: Row, mention: Mention, within: Within) -> bool:
    """Whether a cell is the thing, or belongs to it."""
    wanted = {mention.thing.name.iri} | within.get(mention.thing.name.iri, set())
    return any(isinstance(cell, Name) and cell.iri in wanted for cell in row.cells.values())


def rests(row: Row, mention: Mention, within: Within | None = None) -> bool:
    """Whether the row rests on a document, or on one that belongs to a body."""
    wanted = {mention.thing.name.iri} | (within or {}).get(mention.thing.name.iri, set())
    return any(c.document and c.document.iri in wanted for c in row.citations)


def _says(row: Row, mention: Mention, asked: Asked) -> bool:
    """Whether the row has all the words by which the thing was named."""
    said = _stems(row)
    return all(any(alike(asked.stems[i], s) >= INFLECTED for s in said) for i in mention.at if asked.content(i))


def _stems(row: Row) -> set[str]:
    texts = (text for c in row.cells.values() for text in (c.labels.values() if isinstance(c, Name) else (c or "",)))
    return set().union(*map(stems, texts))


def _classes(mention: Mention) -> frozenset[str]:
    """The classes of ours that tell what the thing is."""
    return frozenset(c for c in mention.thing.types if c.startswith(SG))


def _once(found: Iterable[Name]) -> tuple[Name, ...]:
    return tuple({n.iri: n for n in found}.values())

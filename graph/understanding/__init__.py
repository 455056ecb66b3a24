"""Questions in plain Swedish or English: which question of the catalogue is meant, about what, and its answer. No language model, no network.

    words → things named (`mentions`) → the question of the catalogue that is nearest (`phrasings`) → its rows, narrowed to what was asked (`answering`),
                                      ↓                                           and below them what statements say that it lacks
                                      ↘ no question near enough: the statements that speak of most of what was asked (`statements`, `accounts`)

Where nothing speaks of it the reply is "not_documented"; where the words are none of ours, "not_understood". Nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from graph.names import Name
from graph.questions import Answer, Column, Parameter, Question, Row, catalogue
from graph.search import Index
from graph.search.senses import Senses
from graph.search.things import inherited
from graph.search.words import words
from graph.store import Store
from graph.understanding.answering import Answerable, Answers, Given, catalogued
from graph.understanding.asked import Asked, asked
from graph.understanding.mentions import Mention, Recogniser
from graph.understanding.phrasings import Match, Phrasings
from graph.understanding.spoken import counted, joined, spoken
from graph.understanding.statements import Found, Part, Statements
from graph.understanding.telling import no_such, told

ANSWERED, NOT_DOCUMENTED, UNKNOWN_NAME, NOT_UNDERSTOOD = "answered", "not_documented", "unknown_name", "not_understood"
LANGUAGES: Final = ("sv", "en")
GENERAL: Final = "said-about"  # the question that statements answer where no other fits
_NEAR: Final = 0.5  # score of a question of the catalogue that is taken
_SPOKEN: Final = 0.42  # share of a question that a statement must speak of
_SURE: Final = 0.65  # fit of a question of the catalogue whose silence is taken for an answer
_INSTEAD: Final = 0.15  # how much better than that a statement must speak of the question, to be given instead
_MANY: Final = 3  # parts of a question of which a statement seldom speaks by chance
_SEVERAL: Final = 0.1  # how much less it must speak of more of them
_FITS: Final = 0.5  # how well a question of the catalogue and its answer must fit
_TRIED: Final = 4  # questions of the catalogue that are answered before one is chosen
_MARGIN: Final = 0.2  # below the best score, for another to be tried
_MISSING: Final = 0.4  # what a question loses by explaining none of the words, nor its rows
_EMPTY: Final = 0.1  # what a question loses by having no rows
_AGREE: Final = 0.1  # what it gains by rows that rest on the statement that speaks of most of the question
_PERFECT: Final = 1.0  # fit of an answer that needs no others
_WHOLE: Final = 0.8  # fit of an answer that rests on that statement and needs no others
_ADDED: Final = 0.45  # share of the question that a statement must speak of to be added to an answer
_FEW: Final = 3  # statements added
_CLOSE: Final = 0.75  # of the best statement's share, for another to be given too
_MOST: Final = 8  # statements given
_ALIKE: Final = 14  # and of those that are as good as the best
_EQUAL: Final = 0.97  # of the best share, to be as good
_ASKED: Final = 2.0  # weight of a part that asks for something (when, how many), at most
_BESIDE: Final = 0.4  # of the best statement's share, for one to be given that speaks of another part
_EACH: Final = 2  # statements given for such a part
_LONG: Final = 12  # rows of a doubtful answer that need no narrowing
_TOGETHER: Final = 0.55  # share of the question that a statement of all things named must speak of, to break the silence of an answer
_KIN: Final = 4  # statements given, those among them that say more of the same as the best one
_ALTERNATIVE: Final = 0.3  # score of a question that is offered beside
_OPENING: Final = 5  # words in which a question word is looked for
_QUESTION_WORDS: Final = frozenset(
    words("vad vem vems vilka vilken vilket vilkas hur när var vart varifrån varför what who whom whose which how when where why")
)


_WHO: Final = frozenset(words("vem vems vilka who whom whose"))
_HOLDER: Final = Column("holder", {"sv": "Innehas av", "en": "Held by"})


@dataclass(frozen=True)
class Unknown:
    """A name in a question that is no thing's: the parameter that it was given for, and the nearest things that there are."""

    parameter: Parameter
    given: str
    nearest: tuple[Name, ...]


@dataclass(frozen=True)
class Reply:
    """What a question was understood as, and the answer: `params` are things by IRI; `understood` is told in the language asked."""

    status: str
    question: Question | None
    params: dict[str, str]
    understood: str
    rows: tuple[Row, ...]
    alternatives: tuple[Match, ...]
    unknown: Unknown | None = None


class Asker:
    """Answers questions over one store; made once for each release, since it reads all names and statements."""

    def __init__(self, store: Store, index: Index | None = None) -> None:
        self._store = store
        self.index = index or Index.build(store)
        self._catalogue = catalogue(store)
        self._below = below = inherited(store)
        taken = {c for q in self._catalogue.values() for p in q.parameters for c in below.get(p.takes, {p.takes})}
        self._recogniser = Recogniser(self.index, frozenset(taken))
        self._statements = Statements(store, self.index, Senses(store))
        self._answers = Answers(store)
        held = store.select("SELECT ?role ?who WHERE { ?s sg:heldRole ?role ; sg:roleHolder ?who }")
        self._holders = {r["role"].value: self.index.things[r["who"].value].name for r in held if r["who"].value in self.index.things}
        self._known = Answerable(store, self._catalogue)
        specific = [q for q in self._catalogue.values() if q.id != GENERAL]
        self._phrasings = {lang: Phrasings(specific, lang, below, self._known, self._statements.within) for lang in LANGUAGES}

    def warm(self) -> None:
        """Reads beforehand what each question of the catalogue has answers for; without it each is read at its first use."""
        for question in self._catalogue:
            _ = self._known[question]

    def ask(self, text: str, lang: str = "sv") -> Reply:
        """The answer to a question in a language."""
        question = asked(text)
        mentions = self._recogniser.mentions(question)
        matches = self._phrasings[lang].matches(question, mentions)
        others = tuple(m for m in matches[:4] if m.score >= _ALTERNATIVE)
        if matches and matches[0].score >= _NEAR and (unknown := self._unknown(matches[0], question)):
            sentence = told(matches[0].question, {}, (), (), lang) + " " + no_such(unknown.given, unknown.nearest, lang)
            return Reply(UNKNOWN_NAME, matches[0].question, {}, sentence, (), others[1:], unknown)
        parts = self._statements.parts(question, mentions)
        found = self._statements.speaking(question, parts)
        tried = [(self._fit(m, given, question, found), m, given) for m, given in self._tried(matches, mentions, question)]
        fit, match, given = max(tried, key=lambda t: t[0], default=(0.0, None, None))
        if self._statements.silent(question, mentions):
            found = []
        if match is None or given is None or fit < _FITS or self._better(given, fit, found, parts):
            return self._general(question, parts, found, others[:3], lang)
        given = self._completed(_narrowed(given, found, fit), found, fit, question)
        given = replace(given, answer=self._held(given.answer)) if set(question.words) & _WHO else given
        given = replace(given, answer=counted(given.answer)) if question.counted() else given
        return self._replied(given, tuple(m for m in others if m is not match)[:3], lang)

    def _better(self, given: Given, fit: float, found: list[Found], parts: list[Part]) -> bool:
        """Whether statements break the silence of an answer: they speak of more of the question than it fits, or of all things named together."""
        if given.answer.rows:
            return False
        best = found[0].score if found else 0.0
        named = {i for i, p in enumerate(parts) if p.needed}
        together = len(named) > 1 and any(named <= f.parts and f.score >= _TOGETHER for f in found[:_FEW])
        return together or best > fit + (_INSTEAD if fit >= _SURE else 0.0)

    def _completed(self, given: Given, found: list[Found], fit: float, question: Asked) -> Given:
        """An answer with the best statements that it lacks, where these speak of more of the question than its own rows do."""
        rows = given.answer.rows
        rests = {c.statement for row in rows for c in row.citations}
        if not rows or not found or question.counted() or fit >= _PERFECT or (found[0].iri in rests and fit >= _WHOLE):
            return given
        more = [f.iri for f in _close(found) if f.iri not in rests and f.score >= max(_ADDED, _CLOSE * found[0].score)][:_FEW]
        return replace(given, answer=joined(given.answer, spoken(self._store, given.answer.question, more, verdict=False))) if more else given

    def _held(self, answer: Answer) -> Answer:
        """An answer to who does something, with who holds the roles that it names, where that is said."""
        cells = [[self._holders.get(c.iri) for c in row.cells.values() if isinstance(c, Name)] for row in answer.rows]
        held = [next((h for h in found if h), None) for found in cells]
        if not any(held):
            return answer
        rows = tuple(replace(r, cells={**r.cells, _HOLDER.name: h or ""}) for r, h in zip(answer.rows, held, strict=True))
        return replace(answer, question=replace(answer.question, columns=(*answer.question.columns, _HOLDER)), rows=rows)

    def _tried(self, matches: list[Match], mentions: list[Mention], question: Asked) -> Iterator[tuple[Match, Given]]:
        """The answers of the questions that are nearly as near as the nearest."""
        for match in matches[:_TRIED]:
            if match.score >= max(_NEAR, matches[0].score - _MARGIN):
                yield match, catalogued(self._answers, match, mentions, question, self._statements)

    def _fit(self, match: Match, given: Given, question: Asked, found: list[Found]) -> float:
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
        return match.score + _AGREE * agree - (_MISSING * len(missing) / len(content) if content else 0.0) - (0.0 if given.answer.rows else _EMPTY)

    def _unknown(self, match: Match, question: Asked) -> Unknown | None:
        """What the question gives for a parameter that nothing fills, where it is written as a name and nothing at all goes by it."""
        left = [
            i for i in sorted(question.names - match.explained) if not self._statements.knows(question.stems[i]) and not self.index.knows(question.words[i])
        ]
        for parameter in match.question.parameters if left else ():
            if parameter.name not in match.filled:
                given = " ".join(question.words[i] for i in left)
                hits = self.index.nearest(given, frozenset(self._below.get(parameter.takes, {parameter.takes})))
                return Unknown(parameter, given, tuple(h.thing.name for h in hits))
        return None

    def _replied(self, given: Given, others: tuple[Match, ...], lang: str) -> Reply:
        status = ANSWERED if given.answer.rows else NOT_DOCUMENTED
        sentence = told(given.answer.question, self._named(given.params), given.things, given.words, lang)
        return Reply(status, given.answer.question, given.params, sentence, given.answer.rows, others)

    def _named(self, params: dict[str, str]) -> dict[str, Name]:
        return {k: self.index.things[v].name for k, v in params.items()}

    def _general(self, question: Asked, parts: list[Part], found: list[Found], others: tuple[Match, ...], lang: str) -> Reply:
        """What statements say of all that the question names; else that none does, or that the question was not understood."""
        general = self._catalogue.get(GENERAL)
        about = [t for p in parts for t in p.things[:1]]
        if not found or not _told(found, parts) or found[0].score < _SPOKEN - (_SEVERAL if len(parts) > _MANY else 0.0) or general is None:
            known = bool(about) or sum(self._statements.knows(question.stems[i]) for p in parts for i in p.at) * 2 > sum(len(p.at) for p in parts)
            return self._silent(general if known else None, about, parts, question, others, lang)
        best = [f.iri for f in _best(found, parts)]
        kin = self._statements.kin(best[0], found)[: max(0, _KIN - len(best))]
        answer = spoken(self._store, general, [*best, *(iri for iri in kin if iri not in best)], verdict=_polar(question))
        params = {general.parameters[0].name: about[0]} if about and general.parameters else {}
        left = tuple(question.words[i] for p in parts if not p.things for i in sorted(p.at))
        sentence = told(general, self._named(params), (), left, lang, statements=True)
        return Reply(ANSWERED, answer.question, params, sentence, answer.rows, others)

    def _silent(self, general: Question | None, about: list[str], parts: list[Part], question: Asked, others: tuple[Match, ...], lang: str) -> Reply:
        left = tuple(question.words[i] for p in parts if not p.things for i in sorted(p.at))
        if general is None:
            return Reply(NOT_UNDERSTOOD, None, {}, told(None, {}, (), left, lang), (), others)
        params = {general.parameters[0].name: about[0]} if about and general.parameters else {}
        return Reply(NOT_DOCUMENTED, general, params, told(general, self._named(params), (), left, lang, statements=True), (), others)


def _told(found: list[Found], parts: list[Part]) -> bool:
    """Whether one of the best statements speaks of a word of the question, where it has any beside the things that it names, or of several of these."""
    plain = {i for i, p in enumerate(parts) if not p.things and p.weight > _ASKED}
    return not plain or any(plain & f.parts or len(f.parts - plain) > 1 for f in _close(found))


def _narrowed(given: Given, found: list[Found], fit: float) -> Given:
    """Of many rows of a doubtful answer those that rest on the statements that speak of most of the question."""
    rows, scores = given.answer.rows, {f.iri: f.score for f in found}
    said = [max((scores.get(c.statement, 0.0) for c in row.citations), default=0.0) for row in rows]
    if len(rows) <= _LONG or fit >= _WHOLE or not any(said):
        return given
    kept = tuple(row for row, score in zip(rows, said, strict=True) if score >= _CLOSE * max(said))
    return replace(given, answer=replace(given.answer, rows=kept))


def _close(found: list[Found]) -> list[Found]:
    """The statements nearly as good as the best: few, and more only where these are just as good."""
    close = [f for f in found if f.score >= _CLOSE * found[0].score]
    return close[:_MOST] + [f for f in close[_MOST:_ALIKE] if f.score >= _EQUAL * found[0].score]


def _best(found: list[Found], parts: list[Part]) -> list[Found]:
    """The statements nearly as good as the best; for each part of the question that none of them speaks of, the best ones that do."""
    chosen = _close(found)
    for number, part in enumerate(parts):
        if (part.things or part.weight <= _ASKED) and not any(number in f.parts for f in chosen):
            chosen += [f for f in found if number in f.parts and f not in chosen and f.score >= _BESIDE * found[0].score][:_EACH]
    return chosen


def _polar(question: Asked) -> bool:
    """Whether a question asks for yes or no: no question word opens it."""
    return question.text.rstrip().endswith("?") and not set(question.words[:_OPENING]) & _QUESTION_WORDS

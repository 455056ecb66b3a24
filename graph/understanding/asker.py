"""Asking: the question of the catalogue or the statements that answer best, or that the documents are silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from graph.names import Name
from graph.namespaces import SG
from graph.questions import Answer, Column, Question, Row, catalogue
from graph.search import Index
from graph.search.senses import Senses
from graph.search.things import inherited
from graph.search.words import INFLECTED, alike, stems, words
from graph.store import Store
from graph.understanding.answering import Answerable, Answers, Given, catalogued
from graph.understanding.asked import Asked, asked
from graph.understanding.choosing import ASKED, CLOSE, best
from graph.understanding.choosing import told as speaks_of
from graph.understanding.fitting import COMPARE, WHOLE, fit, narrowed, of_all_named
from graph.understanding.forms import AMOUNT, PERSON, form, gives, own
from graph.understanding.halves import completed, halves
from graph.understanding.mentions import Mention, Recogniser
from graph.understanding.phrasings import Match, Phrasings
from graph.understanding.reply import ANSWERED, NOT_DOCUMENTED, NOT_UNDERSTOOD, UNKNOWN_NAME, Reply, Unknown, both, tells
from graph.understanding.spoken import counted, joined, linked, spoken
from graph.understanding.statements import Found, Part, Statements
from graph.understanding.telling import no_such, told

LANGUAGES: Final = ("sv", "en")
GENERAL: Final = "said-about"  # the question that statements answer where no other fits
_NEAR: Final = 0.5  # score of a question of the catalogue that is taken
_SPOKEN: Final = 0.42  # share of a question that a statement must speak of
_SURE: Final = 0.65  # fit of a question of the catalogue whose silence is taken for an answer
_INSTEAD: Final = 0.15  # how much better than that a statement must speak of the question, to be given instead
_MANY: Final = 3  # parts of a question of which a statement seldom speaks by chance
_SEVERAL: Final = 0.1  # how much less it must speak of more of them, or of things alone
_FITS: Final = 0.5  # how well a question of the catalogue and its answer must fit
_TRIED: Final = 4  # questions of the catalogue that are answered before one is chosen
_MARGIN: Final = 0.2  # below the best score, for another to be tried
_PERFECT: Final = 1.0  # fit of an answer that needs no others
_ADDED: Final = 0.4  # share of the question that a statement must speak of to be added to an answer
_FEW: Final = 3  # statements added
_SIDES: Final = 6  # and to an answer that sets things side by side
_TOGETHER: Final = 0.55  # share of the question that a statement of all things named must speak of, to break the silence of an answer
_LOOKED: Final = 25  # statements among which those are looked for that give a time or a number
_CUT: Final = 0.55  # of the best one's share, to be looked at
_COUNTS: Final = 0.45  # how plainly a statement must say what is counted
_TIMES: Final = 4  # of them given
_BEST: Final = 3  # of the best statements, given although they do not
_KIN: Final = 4  # statements given, those among them that say more of the same as the best one
_ALTERNATIVE: Final = 0.3  # score of a question that is offered beside
_GAP, _PATH = "/gap", "/path"
_ROLE: Final = SG + "Role"
_NAMED: Final = 0.9  # quality of the mention of a role of which a person is asked
_OPENING: Final = 5  # words in which a question word is looked for
_QUESTION_WORDS: Final = frozenset(
    words("vad vem vems vilka vilken vilket vilkas hur när var vart varifrån varför what who whom whose which how when where why")
)
_WHO: Final = frozenset(words("vem vems vilka who whom whose"))
_HOLDER: Final = Column("holder", {"sv": "Innehas av", "en": "Held by"})


class Asker:
    """Answers questions over one store; made once for each release, since it reads all names and statements."""

    def __init__(self, store: Store, index: Index | None = None) -> None:
        self._store = store
        self.index = index or Index.build(store)
        self._catalogue = catalogue(store)
        self._below = below = inherited(store)
        taken = {c for q in self._catalogue.values() for p in q.parameters for c in below.get(p.takes, {p.takes})}
        self._statements = Statements(store, self.index, Senses(store))
        self._recogniser = Recogniser(self.index, frozenset(taken), self._statements.within)
        self._answers = Answers(store)
        self._naming = frozenset(r["s"].value for r in store.select("SELECT DISTINCT ?s WHERE { { ?s ?p ?o . ?o a sg:Person } UNION { ?s sg:heldRole ?o } }"))
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
        """The answer to a question, told in a language; the question may be in the other one. One that asks twice is answered twice."""
        two = halves(text)
        if two is None:
            return self._one(text, lang)
        first, named = asked(two[0]), self._recogniser.mentions(asked(two[1]))
        own = any(m.quality >= _NAMED and m.thing.rank <= 1 for m in named)
        about = [m.at for m in self._recogniser.mentions(first) if m.quality >= _NAMED]
        whole, second = self._one(text, lang), self._one(two[1] if own else completed(two[1], first, about), lang)
        if tells(whole, second) or (whole.fit > second.fit and self._specific(whole)):
            return whole
        return both(self._one(two[0], lang), second)

    def _specific(self, reply: Reply) -> bool:
        return reply.question is not None and reply.question.id != GENERAL

    def _one(self, text: str, lang: str) -> Reply:
        question = asked(text)
        mentions = self._recogniser.mentions(question)
        matches = self._phrasings[question.language(lang)].matches(question, mentions)
        others = tuple(m for m in matches[:4] if m.score >= _ALTERNATIVE)
        if matches and matches[0].score >= _NEAR and (unknown := self._unknown(matches[0], question)):
            sentence = told(matches[0].question, {}, (), (), lang) + " " + no_such(unknown.given, unknown.nearest, lang)
            return Reply(UNKNOWN_NAME, matches[0].question, {}, sentence, (), others[1:], unknown)
        wanted = form(question, role=any(_ROLE in m.thing.types and m.quality > _NAMED for m in mentions))
        parts = self._statements.parts(question, mentions)
        found = self._statements.speaking(question, parts)
        tried = [(fit(m, given, question, found, mentions, self._statements.within), m, given) for m, given in self._tried(matches, mentions, question)]
        tried = [t for t in tried if self._as_wanted(t[2].answer, question, wanted).rows or not t[2].answer.rows]
        best_fit, match, given = max(tried, key=lambda t: t[0], default=(0.0, None, None))
        found = [] if self._statements.silent(question, mentions) else of_all_named(found, parts, question, wanted)
        if match is None or given is None or best_fit < _FITS or self._better(given, best_fit, found, parts):
            return self._general(question, wanted, parts, found, others[:3], lang)
        given = given if question.counted() else narrowed(given, found, best_fit)
        given = self._completed(given, found, parts, best_fit, question)
        given = replace(given, answer=self._held(given.answer)) if set(question.words) & _WHO else given
        if given.answer.question.kind.endswith(COMPARE):
            given = replace(given, answer=linked(self._store, given.answer))
        given = replace(given, answer=self._as_wanted(given.answer, question, wanted))
        return replace(self._replied(given, tuple(m for m in others if m is not match)[:3], lang), fit=best_fit)

    def _better(self, given: Given, fit: float, found: list[Found], parts: list[Part]) -> bool:
        """Whether statements are the better answer: they speak of more of the question than a doubtful one fits; or they break a silence, also by speaking
        of all things named together.
        """
        first = found[0].score if found else 0.0
        if given.answer.rows:
            rests = {c.statement for row in given.answer.rows for c in row.citations}
            return fit < _SURE and first > fit + _INSTEAD and found[0].iri not in rests
        if given.answer.question.kind.endswith(_PATH):
            return bool(found)
        named = {i for i, p in enumerate(parts) if p.needed}
        together = len(named) > 1 and any(named <= f.parts and f.score >= _TOGETHER for f in found[:_FEW])
        return together or first > fit + (_INSTEAD if fit >= _SURE else 0.0)

    def _completed(self, given: Given, found: list[Found], parts: list[Part], fit: float, question: Asked) -> Given:
        """An answer with the best statements that it lacks, where these speak of more of the question than its own rows do."""
        rows = given.answer.rows
        rests = {c.statement for row in rows for c in row.citations}
        kind = given.answer.question.kind
        few = _SIDES if question.comparing() or kind.endswith(_PATH) else _FEW
        enough = fit >= _PERFECT or (found[0].iri in rests and fit >= WHOLE) if found else True
        if not rows or question.counted() or kind.endswith(_GAP) or (enough and not kind.endswith(_PATH)):
            return given
        more = [f.iri for f in best(found, parts, question) if f.iri not in rests and f.score >= max(_ADDED, CLOSE * found[0].score)][:few]
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

    def _general(self, question: Asked, wanted: str | None, parts: list[Part], found: list[Found], others: tuple[Match, ...], lang: str) -> Reply:
        """What statements say of all that the question names; else that none does, or that the question was not understood."""
        general = self._catalogue.get(GENERAL)
        about = [t for p in parts for t in p.things[:1]]
        enough = _SPOKEN - (_SEVERAL if len(parts) > _MANY or all(p.things for p in parts) else 0.0)
        answer = self._said(general, question, wanted, parts, found) if general and found and found[0].score >= enough and speaks_of(found, parts) else None
        left = tuple(question.words[i] for p in parts if not p.things for i in sorted(p.at))
        if general is None or answer is None or not answer.rows:
            known = bool(about) or sum(self._statements.knows(question.stems[i]) for p in parts for i in p.at) * 2 > sum(len(p.at) for p in parts)
            if general is None or not known:
                return Reply(NOT_UNDERSTOOD, None, {}, told(None, {}, (), left, lang), (), others)
        params = {general.parameters[0].name: about[0]} if about and general.parameters else {}
        sentence = told(general, self._named(params), (), left, lang, statements=True)
        rows = answer.rows if answer else ()
        status = ANSWERED if rows else NOT_DOCUMENTED
        return Reply(status, answer.question if answer else general, params, sentence, rows, others, fit=found[0].score if rows else 0.0)

    def _as_wanted(self, answer: Answer, question: Asked, wanted: str | None) -> Answer:
        """An answer whose rows give what is asked for (a time, a number …), else none; how many rows there are, where that is asked and none tells."""
        answer = counted(answer, {question.stems[i] for i in question.counted()}) if question.counted() and self._of(answer, question) else answer
        return answer if wanted is None or any(self._gives(r, wanted, question) for r in answer.rows) else replace(answer, rows=())

    def _gives(self, row: Row, wanted: str, question: Asked) -> bool:
        """Whether a row gives what is wanted, a number with what is counted."""
        asked_for = question.measured() if wanted == AMOUNT else question.counted()
        counted = [question.stems[i] for i in asked_for] if row.cells.get("number") is None else []
        if wanted == PERSON and any(isinstance(c, Name) and c.iri in self._holders for c in row.cells.values()):
            return True
        says = any(self._statements.says(w, c.statement) >= _COUNTS for w in counted for c in row.citations)
        return gives(row, wanted, self._naming) and (not counted or not row.citations or says)

    def _of(self, answer: Answer, question: Asked) -> bool:
        """Whether rows are of what is counted: by the names of the question and its columns, or by the kind of the statements that they rest on."""
        wanted = [question.stems[i] for i in question.counted()]
        labels = (answer.question.labels, *(c.labels for c in answer.question.columns))
        named = any(alike(w, s) >= INFLECTED for w in wanted for told in labels for text in told.values() for s in stems(text))
        return named or any(self._statements.is_of(c.statement, wanted) for row in answer.rows[:1] for c in row.citations)

    def _giving(self, general: Question, question: Asked, wanted: str, parts: list[Part], found: list[Found]) -> Answer:
        """The statements that speak of what is asked and give a time, a number …, and the best ones beside them; none where none gives it."""
        asking = own(question)
        plain = {i for i, p in enumerate(parts) if not p.things and p.weight > ASKED and not p.at <= asking}
        role = plain | {i for i, p in enumerate(parts) if p.things} if wanted == PERSON else set[int]()
        near = [f for f in found[:_LOOKED] if f.score >= _CUT * found[0].score]
        told = spoken(self._store, general, [f.iri for f in near], verdict=False)
        speaking = [r for r, f in zip(told.rows, near, strict=True) if (not plain or plain & f.parts) and role <= f.parts]
        giving = [r for r in speaking if self._gives(r, wanted, question)][:_TIMES]
        return replace(told, rows=(*giving, *[r for r in told.rows[:_BEST] if r not in giving]) if giving else ())

    def _said(self, general: Question, question: Asked, wanted: str | None, parts: list[Part], found: list[Found]) -> Answer:
        """The statements that answer, and those that say more of the same as the best one, where they are few."""
        if question.counted() and (kind := self._statements.of_kind(question, found)):
            return counted(spoken(self._store, general, kind, verdict=False))
        if wanted:
            return self._giving(general, question, wanted, parts, found)
        chosen = [f.iri for f in best(found, parts, question)]
        kin = self._statements.kin(chosen[0], found)[: max(0, _KIN - len(chosen))]
        return spoken(self._store, general, [*chosen, *(iri for iri in kin if iri not in chosen)], verdict=_polar(question))


def _polar(question: Asked) -> bool:
    """Whether a question asks for yes or no: no question word opens it."""
    return question.text.rstrip().endswith("?") and not set(question.words[:_OPENING]) & _QUESTION_WORDS

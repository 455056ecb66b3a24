"""What kind of answer a question asks for (a time, a number, how often, a person's name), and whether a row gives one.

A row that tells something else of the same thing is no answer: where no row gives what was asked for, the documents are silent.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from graph.names import Name
from graph.questions import Row
from graph.search.words import words
from graph.understanding.asked import Asked

WHEN, YEAR, OFTEN, LONG, NUMBER, AMOUNT, PERSON = "when", "year", "often", "long", "number", "amount", "person"
_YEARS: Final = frozenset(words("år årtal datum dag månad year date day month"))
_WHICH: Final = frozenset(words("vilket vilken vilka what which"))
_SIZE: Final = frozenset(words("många mycket stor stort stora hög högt gammal many much large big high old"))
_MANY: Final = frozenset(words("många many"))
_HOW: Final = frozenset(words("hur how"))
_COSTS: Final = frozenset(words("kosta kostar kostade kostat cost costs"))
_SUMS: Final = ("budget", "belopp", "summa")
_TIMES: Final = frozenset(words("gånger times"))
_BEFORE: Final = frozenset(words("sedan från till och i på since from until on in by"))
_NAMED: Final = re.compile(r"\b(?:19|20)\d\d\b(?:-\d\d)*|\bQ\d\b|\b(?:mål|målbild|punkt|delprojekt|goal|item|avdelning|bilaga)\s+\d+", re.IGNORECASE)
_SAYS: Final = {
    YEAR: re.compile(r"\b(?:19|20)\d\d\b"),
    WHEN: re.compile(
        r"\b(?:19|20)\d\d|\bQ[1-4]\b|--\d\d|\d/\d|\b(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
        r"|jan|feb|apr|aug|sept?|okt|nov|dec|kvartal|vår(?:en)?|höst(?:en)?|sommar(?:en)?|vintern?|senast|nästa|veck(?:a|or)|månad(?:er)?|innan|därefter"
        r"|vid behov|termin|halvår|idag|dagtid|per år|inom (?:\d|två|tre|fyra|fem|sex))\b",
        re.IGNORECASE,
    ),
    LONG: re.compile(r"\b(?:permanen\w*|tills ?vidare|tillfällig\w*|tidsbegräns\w*|till och med|\d+ (?:år|månader|veckor|dagar))\b", re.IGNORECASE),
    OFTEN: re.compile(
        r"\b(?:gång|gånger|årlig\w*|årsvis|varje|regelbund\w*|löpande|per (?:år|termin|månad|halvår|vecka|kvartal)|vid behov|kontinuerlig\w*)\b", re.IGNORECASE
    ),
    AMOUNT: re.compile(r"\d|\b(?:hälften|tredjedel\w*|fjärdedel\w*)\b", re.IGNORECASE),
    NUMBER: re.compile(r"\d|\b(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|hälften|tredjedel|flertal\w*|flera)\b", re.IGNORECASE),
}


def form(asked: Asked, *, role: bool = False) -> str | None:
    """What kind of answer a question asks for; None where any will do. `role`: it names a role, so that who it is asks for a person."""
    start = next((i for i, w in enumerate(asked.words) if w not in _BEFORE), 0)
    first, second = (*asked.words[start : start + 2], "", "")[:2]
    if first in _WHICH and second in {"år", "årtal", "year"}:
        return YEAR
    if first in {"när", "when"} or (first in _WHICH and second in _YEARS):
        return WHEN
    if first in _HOW and (second in {"ofta", "often"} or (second in _SIZE and set(asked.words[start + 2 : start + 3]) & _TIMES)):
        return OFTEN
    if first in _HOW and second in {"länge", "long"}:
        return LONG
    if (set(asked.words) & _COSTS and first in _HOW | {"vad", "what"}) or (first in _HOW and second in _SIZE - _MANY):
        return AMOUNT
    if first in _WHICH and second.endswith(_SUMS):
        return AMOUNT
    if role and (first, second) in {("vem", "är"), ("vem", "var"), ("who", "is"), ("who", "was")}:
        return PERSON
    if (first, second) in {("vad", "heter"), ("what", "called")} or set(asked.words[start : start + 4]) >= {"what", "name"}:
        return PERSON
    return NUMBER if first in _HOW and second in _SIZE else None


def own(asked: Asked) -> frozenset[int]:
    """The positions of the words that say what kind of answer is asked for."""
    return frozenset(i for i, w in enumerate(asked.words) if w in _YEARS | _SIZE | _HOW | _WHICH | _TIMES | {"ofta", "often", "heter", "name", "called"})


def gives(row: Row, wanted: str, naming: Container[str]) -> bool:
    """Whether a row says what is asked for, numbers of goals, items and years left out; `naming` are the statements that name a person."""
    if wanted == PERSON:
        return any(c.statement in naming for c in row.citations)
    return any(
        _SAYS[wanted].search(_NAMED.sub(" ", text) if wanted in {NUMBER, AMOUNT} else text)
        for name, cell in row.cells.items()
        if name != "document"
        for text in _texts(cell)
    )


def _texts(cell: Name | str | None) -> tuple[str, ...]:
    return (cell.text("sv"),) if isinstance(cell, Name) else (cell or "",)

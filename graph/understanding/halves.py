"""A question that asks twice ("who are its members, and who leads it?"), taken apart; the second half is told what the first one is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from graph.search.words import words
from graph.understanding.asked import Asked, asked

_ASKS: Final = "vem|vems|vilka|vilken|vilket|hur|vad|när|var|vart|varför|who|whom|whose|which|how|what|when|where|why"
_BEFORE: Final = "i|från|till|med|på|sedan|för|av|om|enligt|in|from|to|with|on|since|for|by|of|under|at"
_SECOND: Final = re.compile(rf"\s*,?\s+(?:och|samt|and)\s+(?=(?:(?:{_BEFORE})\s+)?(?:{_ASKS})\b)", re.IGNORECASE)
_OPENING: Final = re.compile(rf"\b(?:{_ASKS})\b", re.IGNORECASE)
_POINTING: Final = frozenset(words("den det de dem denna detta dessa dess deras han hon honom it its they them their this these he she him her rollen the"))


def halves(text: str) -> tuple[str, str] | None:
    """The two questions in one; None where a half asks nothing by itself ("and how?")."""
    found = _SECOND.search(text)
    if not found:
        return None
    first, second = text[: found.start()].strip(), text[found.end() :].strip()
    whole = _OPENING.search(first) and all(_content(h) for h in (first, second))
    return (first + "?", second) if whole else None


def completed(second: str, first: Asked, named: Iterable[frozenset[int]]) -> str:
    """The second half with what the first one names, or, where it neither names nor points to anything, with all that the first one is about."""
    pointed = bool(set(words(second)) & _POINTING) or len(_content(second)) > 1
    at = set().union(*named) if pointed else set()
    kept = [w for i, w in enumerate(first.words) if (i in at if at else first.content(i))]
    return second.rstrip(" ?") + " " + " ".join(kept) + "?"


def _content(text: str) -> list[int]:
    cut = asked(text)
    return [i for i in range(len(cut.words)) if cut.content(i)]

"""Which of the statements found are given: those nearly as good as the best, and where a question sets things side by side, as many for each side."""

from __future__ import annotations

from typing import Final

from graph.search.words import words
from graph.understanding.asked import Asked
from graph.understanding.statements import Found, Part

CLOSE: Final = 0.75  # of the best statement's share, for another to be given too
ASKED: Final = 2.0  # weight of a part that asks for something (when, how many), at most
_STEPS: Final = ((4, 0.55), (7, 0.8), (12, 0.92))  # statements given: how many at most that are so nearly as good as the best
_BESIDE: Final = 0.4  # of the best statement's share, for one to be given that speaks of another part
_EACH: Final = 2  # statements given for such a part
_ONE: Final = 4  # statements given where one thing is asked for
_SIDE: Final = 4  # statements given for one of the sides of a comparison
_RARE: Final = 4.5  # weight of a word of which a statement seldom speaks by chance
_JOINING: Final = frozenset(words("och respektive samt med än mot från kontra eller and versus vs with or from than"))
_COMPARING: Final = frozenset(
    words("jämför jämfört jämförelse jämförs skillnad skillnaden skillnader skiljer skilja likhet likheter likheterna lika olika respektive mellan både båda")
    + words("compare compared comparison difference differences differ differs similar alike respectively between both versus vs")
)


def comparing(asked: Asked) -> bool:
    """Whether a question sets things side by side."""
    return bool(_COMPARING & set(asked.words))


def close(found: list[Found]) -> list[Found]:
    """The statements nearly as good as the best: few, and more only where these are just as good."""
    return [f for i, f in enumerate(found[: _STEPS[-1][0]]) if f.score >= next(least for most, least in _STEPS if i < most) * found[0].score]


def best(found: list[Found], parts: list[Part], asked: Asked) -> list[Found]:
    """The statements that answer a question.

    For each part of it that none of the nearly best speaks of, the best ones that do; of a comparison the best ones of each side.
    """
    if asked.single():
        return close(found)[:_ONE]
    sides = _sides(parts, asked)
    chosen = _beside(found, parts, sides) if sides else close(found)
    for number, part in enumerate(parts):
        if not any(number in f.parts for f in chosen):
            beside = [f for f in found if number in f.parts and f not in chosen and f.score >= _BESIDE * found[0].score]
            chosen += (beside if part.things or part.weight <= ASKED else [f for f in beside if part.weight >= _RARE and len(f.parts) > 1])[:_EACH]
    return chosen


def told(found: list[Found], parts: list[Part]) -> bool:
    """Whether one of the best statements speaks of a word of the question, where it has any beside the things that it names, or of several of these."""
    plain = {i for i, p in enumerate(parts) if not p.things and p.weight > ASKED}
    return not plain or any(plain & f.parts or len(f.parts - plain) > 1 for f in close(found))


def _sides(parts: list[Part], asked: Asked) -> tuple[int, int] | None:
    """The parts before and after the word that joins them, in a question that compares; the nearest things, where the one before is a thing."""
    if not comparing(asked):
        return None
    for at in (i for i, w in enumerate(asked.words) if w in _JOINING):
        before = [n for n, p in enumerate(parts) if max(p.at) < at]
        after = [n for n, p in enumerate(parts) if min(p.at) > at]
        if before and after:
            left = next((n for n in reversed(before[-2:]) if parts[n].things), before[-1])
            right = next((n for n in after[:3] if parts[n].things), after[0]) if parts[left].things else after[0]
            if not set(parts[left].things) & set(parts[right].things):
                return left, right
    return None


def _beside(found: list[Found], parts: list[Part], sides: tuple[int, int]) -> list[Found]:
    """For each side the statements that speak of it and of most else."""
    total = sum(p.weight for p in parts)
    chosen: list[Found] = []
    for side, other in (sides, sides[::-1]):
        own = [(f.score - (parts[other].weight / total if other in f.parts else 0.0), f) for f in found if side in f.parts]
        own.sort(key=lambda s: -s[0])
        chosen += [f for score, f in own if score >= CLOSE * own[0][0] and f not in chosen][:_SIDE]
    return chosen or close(found)

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
_MANY: Final = 3  # sides for which fewer are given
_RARE: Final = 4.5  # weight of a word of which a statement seldom speaks by chance
_JOINING: Final = frozenset(words("och respektive samt med än mot från kontra eller and versus vs with or from than"))


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


def _sides(parts: list[Part], asked: Asked) -> tuple[int, ...]:
    """The parts that a question sets side by side: those around the word that joins them, and those before it in a list; of two, where it compares."""
    found = (_listed(parts, asked, at) for at, word in enumerate(asked.words) if word in _JOINING)
    return max((s for s in found if len(s) > 1 + (not asked.comparing())), key=len, default=())


def _listed(parts: list[Part], asked: Asked, at: int) -> tuple[int, ...]:
    """The parts before and after a joining word, the nearest things where the one before is a thing; and before them what commas part from them."""
    before = [n for n, p in enumerate(parts) if max(p.at) < at]
    after = [n for n, p in enumerate(parts) if min(p.at) > at]
    if not before or not after:
        return ()
    left = next((n for n in reversed(before[-2:]) if parts[n].things), before[-1])
    right = next((n for n in after[:3] if parts[n].things), after[0]) if parts[left].things else after[0]
    if set(parts[left].things) & set(parts[right].things):
        return ()
    sides = [left, right]
    while sides[0] > 0 and parts[sides[0]].at & asked.listed:
        sides.insert(0, sides[0] - 1)
    return tuple(sides)


def _beside(found: list[Found], parts: list[Part], sides: tuple[int, ...]) -> list[Found]:
    """For each side the statements that speak of it and of most else."""
    total = sum(p.weight for p in parts)
    chosen: list[Found] = []
    for side in sides:
        others = [(n, parts[n].weight / total) for n in sides if n != side]
        own = [(f.score - sum(weight for n, weight in others if n in f.parts), f) for f in found if side in f.parts]
        own.sort(key=lambda s: -s[0])
        chosen += [f for score, f in own if score >= CLOSE * own[0][0] and f not in chosen][: _SIDE if len(sides) < _MANY else _EACH]
    return chosen or close(found)

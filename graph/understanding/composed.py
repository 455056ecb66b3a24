"""Things that a question names in two places: what belongs to a body, by the body and by the rest of its own name (the convener … of the group)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from graph.search import Index
from graph.search.words import INFLECTED, alike, stems
from graph.understanding.asked import FUNCTION, Asked

if TYPE_CHECKING:
    from graph.understanding.mentions import Mention

_QUALITY: Final = 0.92  # of a thing named so
_LEAST: Final = 0.8  # quality of the body's mention
_MOST: Final = 400  # things that belong to a body that many things do: too many to be named by the rest of a name


def composed(asked: Asked, found: Iterable[Mention], index: Index, within: Mapping[str, set[str]]) -> Iterator[Mention]:
    """What belongs to the bodies found, where the rest of its name stands elsewhere in the question."""
    for mention in found:
        inner = within.get(mention.thing.name.iri, set()) if mention.thing.rank == 0 and mention.quality >= _LEAST else set()
        if not 0 < len(inner) <= _MOST:
            continue
        body = frozenset(s for c in mention.thing.called for s in stems(c.text))
        for iri in sorted(inner & index.things.keys()):
            thing = index.things[iri]
            places = [at for c in thing.called if (at := _rest(asked, stems(c.text), body, mention.at)) is not None]
            if thing.rank == 0 and places:
                yield replace(mention, thing=thing, at=mention.at | max(places, key=len), quality=_QUALITY, one_of=False)


def _rest(asked: Asked, name: frozenset[str], body: frozenset[str], taken: frozenset[int]) -> frozenset[int] | None:
    """Where the words of a name that are not the body's stand outside the body's own; None where one of them is missing."""
    rest = {s for s in name - FUNCTION if not any(alike(s, b) >= INFLECTED for b in body)}
    if not rest or rest == name:
        return None
    at = set[int]()
    for word in rest:
        near = [i for i, s in enumerate(asked.stems) if i not in taken and asked.content(i) and alike(word, s) >= INFLECTED]
        if not near:
            return None
        at.add(near[0])
    return frozenset(at)

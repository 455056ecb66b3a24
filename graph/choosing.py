"""What somebody means by the value of a question's parameter: an IRI, a name or an abbreviation; where it is unclear, what is nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from graph.errors import NotFoundError
from graph.names import Name
from graph.namespaces import BASE
from graph.questions import Parameter, Question
from graph.search import EXACT, SHORT, Index
from graph.search.words import fold, words
from graph.store import is_iri

_OFFERED: Final = 5
_LOOKED_AT: Final = 100


def resolve(index: Index, question: Question, given: Mapping[str, str]) -> dict[str, str]:
    """The IRIs that are meant by the values given to a question's parameters; empty values are left out.

    Raises NotFoundError for a parameter that the question does not have, and, with the nearest things, for a value that means nothing or several things.
    """
    known = {p.name: p for p in question.parameters}
    for name in given:
        if name not in known:
            raise _no_parameter(question, name)
    return {name: meant(index, known[name], value.strip()) for name, value in given.items() if value.strip()}


def meant(index: Index, parameter: Parameter, value: str) -> str:
    """The IRI that one value means. Raises NotFoundError."""
    whole = "://" in value and is_iri(value)
    iri = value if whole else BASE + value
    if iri in index.things and parameter.takes in index.things[iri].types:
        return iri
    text = value.rpartition("/")[2].replace("-", " ") if whole else value
    hits = index.search(text, kinds=frozenset({parameter.takes}), limit=_LOOKED_AT)
    for how in (EXACT, SHORT):
        found = [h.thing.name for h in hits if h.how == how]
        if len(found) == 1 and not whole:
            return found[0].iri
        if found:
            raise _unclear(parameter, value, found)
    raise _unclear(parameter, value, [h.thing.name for h in hits or index.nearest(text, frozenset({parameter.takes}), _OFFERED)])


def _no_parameter(question: Question, name: str) -> NotFoundError:
    known = {p.name: p.labels for p in question.parameters}
    listed = ", ".join(known) or "–"
    return NotFoundError(
        f"Frågan {question.id} har ingen parameter {name!r}; den har: {listed}.",
        f"The question {question.id} has no parameter {name!r}; it has: {listed}.",
        parameter=name,
        nearest=known,
    )


def _unclear(parameter: Parameter, value: str, found: Iterable[Name]) -> NotFoundError:
    offered = list(found)[:_OFFERED]
    sv, en = (", ".join(f"{n.text(lang)} ({n.iri.removeprefix(BASE)})" for n in offered) for lang in ("sv", "en"))
    return NotFoundError(
        f"{parameter.name}={value!r} ({parameter.labels['sv']}) är inte en enda sak här; " + (f"menas {sv}?" if offered else "skriv ett namn eller en IRI."),
        f"{parameter.name}={value!r} ({parameter.labels['en']}) is no single thing here; " + (f"is it {en}?" if offered else "write a name or an IRI."),
        parameter=parameter.name,
        nearest={n.iri: n.labels for n in offered},
    )


def spellings(index: Index, parameter: Parameter, offered: Iterable[Name]) -> list[tuple[str, Name]]:
    """What may be typed for each of the things that are offered: its names and abbreviations that mean it alone, or else its path."""
    means: defaultdict[str, set[str]] = defaultdict(set)
    for thing in index.things.values():
        if parameter.takes in thing.types:
            for called in thing.called:
                means[_key(called.text)].add(thing.name.iri)
    written: list[tuple[str, Name]] = []
    for name in offered:
        texts = dict.fromkeys(c.text for c in index.things[name.iri].called)
        alone = [text for text in texts if len(means[_key(text)]) == 1]
        written += [(text, name) for text in alone or [name.iri.removeprefix(BASE)]]
    return written


def _key(text: str) -> str:
    """What two spellings share that a search takes for the same."""
    return fold(" ".join(words(text)))

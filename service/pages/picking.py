"""The form of a question's page: what may be chosen for each parameter, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.choosing import meant, spellings
from graph.errors import NotFoundError
from graph.names import Name
from graph.questions import Parameter, Question, choices
from graph.search import Index
from graph.store import Store


@dataclass(frozen=True)
class Field:
    """One parameter: what stands in its box, the IRI that this means ("" for none), what completes it, and why it means nothing."""

    parameter: Parameter
    typed: str
    iri: str
    options: tuple[tuple[str, Name], ...]
    wrong: NotFoundError | None = None


def fields(store: Store, index: Index, question: Question, typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of a question's form; a thing that is given by its IRI is shown by name."""
    answered = choices(store, question)
    offered = {p.name: [n for n in answered[p.name] if n.iri in index.things and p.takes in index.things[n.iri].types] for p in question.parameters}
    return tuple(_field(index, p, tuple(spellings(index, p, offered[p.name])), typed.get(p.name, "").strip()) for p in question.parameters)


def _field(index: Index, parameter: Parameter, options: tuple[tuple[str, Name], ...], typed: str) -> Field:
    if not typed:
        return Field(parameter, "", "", options)
    try:
        iri = meant(index, parameter, typed)
    except NotFoundError as wrong:
        return Field(parameter, typed, "", options, wrong)
    named = typed in {c.text for c in index.things[iri].called}
    return Field(parameter, typed if named else spellings(index, parameter, [index.things[iri].name])[0][0], iri, options)

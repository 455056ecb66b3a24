"""The parts that a compiled constraint is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from graph.store import BlankNode, Literal, NamedNode, Term


class UncoveredError(Exception):
    """A shape uses what the compiler does not cover; the reference engine takes it over. The reason, in both languages."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv = sv
        self.en = en


@dataclass(frozen=True)
class Breach:
    """How a constraint is broken, as a graph pattern over a focus variable and, mostly, a test of what it binds.

    `value` and `path` name the variables that a result reports, `keys` more that tell results apart.
    """

    component: str
    pattern: str
    test: str = ""
    value: str = ""
    path: str = ""
    keys: tuple[str, ...] = ()
    parameter: tuple[Term, ...] = ()

    @property
    def whole(self) -> str:
        """The pattern with its test."""
        return f"{self.pattern} FILTER({self.test})" if self.test else self.pattern


@dataclass(frozen=True)
class Place:
    """Where focus nodes come from: a pattern that binds `focus`, and the nodes above it that tell apart results that look the same."""

    pattern: str
    focus: str
    above: tuple[str, ...] = ()

    def step(self, steps: str, value: str) -> Place:
        """The value nodes of these focus nodes, as focus nodes in their turn."""
        keys = (*self.above, self.focus)
        inner = f"{{ SELECT DISTINCT {' '.join((*keys, value))} WHERE {{ {self.pattern} {steps} }} }}"
        return Place(inner, value, keys)


@dataclass
class Fresh:
    """Variables that no user's query has."""

    numbers: Iterator[int] = field(default_factory=count)

    def __call__(self) -> str:
        """One that was not given out before."""
        return f"?_{next(self.numbers)}"


def text(term: Term) -> str:
    """A term as SPARQL writes it. Raises UncoveredError for a blank node, which no query can name."""
    if isinstance(term, NamedNode | Literal):
        return str(term)
    assert isinstance(term, BlankNode)
    raise UncoveredError("Formen pekar på en tom nod i datan.", "The shape points at a blank node of the data.")

"""An update taken apart into its operations (SPARQL 1.1 Update §3; the grammar is SPARQL 1.1 §19.8, rules 29 to 57)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.errors import QueryError
from graph.store import NamedNode, Quad, Store, refuse_calls_out
from graph.syntax import Token, bare, one_reading, plain


@dataclass(frozen=True)
class Operation:
    """One operation: its tokens without the prologue, and the prologue that holds for it."""

    before: tuple[Token, ...]
    tokens: tuple[Token, ...]

    @property
    def prologue(self) -> str:
        """The prologue as text."""
        return self.text(self.before)

    def word(self, n: int) -> str:
        """The keyword at a place, in upper case."""
        return self.tokens[n].word if n < len(self.tokens) else ""

    def text(self, tokens: Iterable[Token]) -> str:
        """Tokens as text that can be parsed again; those that touched still do (`<<(`, `^^<`)."""
        parts, end = list[str](), -1
        for token in tokens:
            parts += ["" if token.start == end else " ", one_reading(token)]
            end = token.end
        return "".join(parts)

    def alone(self, update: str) -> str:
        """The update with all but this operation and its prologue blanked out: what is left stands where it stood."""
        kept, parts, at = [*self.before, *self.tokens], list[str](), 0
        for token in kept:
            parts += [_blank(update[at : token.start]), token.text]
            at = token.end
        return "".join(parts) + _blank(update[at:])


def _blank(text: str) -> str:
    return "".join(c if c == "\n" else " " for c in text)


def parse(update: str, allowed: Iterable[str] = ()) -> list[Operation]:
    """The operations of an update. Raises QueryError with the place of a syntax error, and for a LOAD or SERVICE that is not allowed."""
    refuse_calls_out(plain(update), allowed)
    found, prologue, start, depth = list[Operation](), list[Token](), 0, 0
    tokens = bare(update)
    for n, token in enumerate([*tokens, Token("mark", ";", len(update))]):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if n == len(tokens) or (depth == 0 and token.text == ";" and token.kind == "mark"):
            more, rest = _split(tokens[start:n])
            prologue += more
            if rest or n < len(tokens):
                found.append(Operation(tuple(prologue), tuple(rest)))
            start = n + 1
    for operation in found:
        _check(operation, update)
    return found


def _check(operation: Operation, update: str) -> None:
    """Lets the engine read the operation where it stands, so that its complaints name the right place; nothing is there for it to change."""
    if any(t.word in ("LOAD", "SERVICE") for t in operation.tokens):
        return  # what calls another host is read when its turn comes, once
    try:
        Store.memory().update(operation.alone(update))
    except QueryError as wrong:
        if wrong.line is not None:
            raise


def _split(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The prologue that stands before an operation, and the operation."""
    n = 0
    while n < len(tokens) and tokens[n].word in ("BASE", "PREFIX", "VERSION"):
        n += 3 if tokens[n].word == "PREFIX" else 2
    return tokens[:n], tokens[n:]


def data(operation: Operation, block: Iterable[Token]) -> list[Quad]:
    """The quads of a block of data; blank nodes get new names."""
    store = Store.memory()
    store.update(f"{operation.prologue} INSERT DATA {operation.text(block)}")
    return list(store)


def block(tokens: list[Token], start: int) -> list[Token]:
    """The group in braces that begins at a place."""
    depth = 0
    for n in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[n].text, 0) if tokens[n].kind == "mark" else 0
        if depth == 0:
            return tokens[start : n + 1]
    raise AssertionError("the engine has read the update: its braces match")


def iri(operation: Operation, token: Token) -> str:
    """The absolute IRI that a token means under the prologue."""
    store = Store.memory()
    store.update(f"{operation.prologue} INSERT DATA {{ {one_reading(token)} a 1 }}")
    said = next(iter(store)).subject
    assert isinstance(said, NamedNode)
    return said.value

"""A SPARQL query taken apart: the elements of its group, each as text that can stand alone (SPARQL 1.1 §18.2.2, §19.8).

Only the text is read, so what an element says is what its author wrote; whether the query is SPARQL at all is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin

from graph.errors import QueryError
from graph.namespaces import BASE
from graph.syntax import Token, bare

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_CLOSING: Final = {"(": ")", "{": "}", "[": "]"}
_KEYWORDS: Final = ("OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE")


@dataclass(frozen=True)
class Element:
    """Part of a group: a triple pattern, or what its keyword says in lower case ("filter", "optional", "union", "group" …).

    A triple pattern of plain terms has its three `parts`; a group and a GRAPH have what stands before their brace and the elements inside.
    """

    kind: str
    text: str
    parts: tuple[str, str, str] | None = None
    opening: str = ""
    inside: tuple[Element, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        """The variables in it, without their mark."""
        return frozenset(t.text[1:] for t in bare(self.text) if t.kind == "variable")


@dataclass(frozen=True)
class Pattern:
    """What a query asks for: its declarations, its dataset clauses, its group, and what stands after that."""

    prologue: str
    dataset: str
    elements: tuple[Element, ...]
    after: str
    prefixes: dict[str, str]
    base: str

    def iri(self, token: Token) -> str:
        """The IRI that an IRI or prefixed name stands for; empty for a prefix that is not declared, or a blank node."""
        if token.kind == "iri":
            return urljoin(self.base, token.iri)
        prefix, _, local = token.text.partition(":")
        return self.prefixes[prefix] + local.replace("\\", "") if prefix in self.prefixes else ""


def read(text: str) -> Pattern:
    """Takes a query apart. Raises QueryError where it has no group to look into."""
    found = _tokens(text)
    form = next((n for n, t in enumerate(found) if t.word in _FORMS), None)
    opening = None if form is None else _group(found, form)
    if form is None or opening is None:
        raise QueryError("Frågan har inget mönster (WHERE { … }) att undersöka.", "The query has no pattern (WHERE { … }) to look into.")
    closing = _matching(found, opening)
    dataset = next((n for n in range(form, opening) if found[n].word == "FROM"), opening)
    clauses = text[found[dataset].start : found[opening].start].rstrip()
    clauses = clauses[:-5] if clauses.upper().endswith("WHERE") else clauses
    prefixes, base = _declared(found[:form])
    elements = tuple(_elements(text, found[opening + 1 : closing]))
    return Pattern(text[: found[form].start], clauses, elements, text[found[closing].end :].strip(), prefixes, base)


def _tokens(text: str) -> list[Token]:
    """The tokens that mean something; the full stop after a name is a token of its own (§19.8, PN_LOCAL does not end in one)."""
    return [part for token in bare(text) for part in _apart(token)]


def _apart(token: Token) -> Iterator[Token]:
    name = token.text.rstrip(".") if token.kind == "name" else token.text
    yield replace(token, text=name)
    for n in range(len(name), len(token.text)):
        yield Token("mark", ".", token.start + n)


def _declared(found: Sequence[Token]) -> tuple[dict[str, str], str]:
    """The prefixes and the base IRI; without one, ours."""
    prefixes = {b.text[:-1]: c.iri for a, b, c in zip(found, found[1:], found[2:], strict=False) if a.word == "PREFIX"}
    return prefixes, next((b.iri for a, b in pairwise(found) if a.word == "BASE"), BASE)


def _group(found: Sequence[Token], form: int) -> int | None:
    """Where the group of the query opens; a CONSTRUCT's template goes before it."""
    n = form + 1
    if found[form].word == "CONSTRUCT" and found[n : n + 1] and found[n].text == "{":
        n = _matching(found, n) + 1
    while n < len(found) and found[n].text != "{":
        n = _matching(found, n) + 1 if found[n].text == "(" else n + 1
    return n if n < len(found) else None


def _matching(found: Sequence[Token], opening: int) -> int:
    """Where the bracket that opens here closes. Raises QueryError where it does not."""
    depth = 0
    for n in range(opening, len(found)):
        if found[n].kind == "mark":
            depth += (found[n].text in _CLOSING) - (found[n].text in _CLOSING.values())
            if depth == 0:
                return n
    raise QueryError("En parentes i frågan sluts aldrig.", "A bracket in the query never closes.")


def _elements(text: str, found: Sequence[Token]) -> Iterator[Element]:
    """The elements of a group, in order."""
    n = 0
    while n < len(found):
        if found[n].text == ".":
            n += 1
        elif found[n].word in _KEYWORDS or found[n].text == "{":
            end = _clause(found, n)
            yield _made(text, found[n:end])
            n = end
        else:
            triples, n = _triples(text, found, n)
            yield from triples


def _clause(found: Sequence[Token], start: int) -> int:
    """Where a clause that begins with a keyword or a brace ends: with its last bracket."""
    word, n = found[start].word, start
    in_brackets = word == "BIND" or (word == "FILTER" and [t.word in ("NOT", "EXISTS") for t in found[n + 1 : n + 2]] != [True])
    opening = "(" if in_brackets else "{"
    while found[n].text != opening:
        n = _matching(found, n) + 1 if found[n].text == "(" else n + 1
        if n >= len(found):
            raise QueryError(f"Frågans {word} är inte hel.", f"The query's {word} is not whole.")
    n = _matching(found, n) + 1
    while not word and n + 1 < len(found) and found[n].word == "UNION":
        n = _matching(found, n + 1) + 1
    return n


def _made(text: str, found: Sequence[Token]) -> Element:
    """The element of a clause; groups and GRAPHs are looked into, the others stand as they are."""
    whole, word = text[found[0].start : found[-1].end], found[0].word
    opening = next(n for n, t in enumerate(found) if t.text in ("{", "("))
    if word not in ("", "GRAPH"):
        return Element(word.lower(), whole)
    if not word and _matching(found, 0) < len(found) - 1:
        return Element("union", whole)
    if found[opening + 1].word == "SELECT":
        return Element("select", whole)
    inside = tuple(_elements(text, found[opening + 1 : -1]))
    return Element(word.lower() or "group", whole, None, text[found[0].start : found[opening].start], inside)


def _triples(text: str, found: Sequence[Token], start: int) -> tuple[list[Element], int]:
    """The triple patterns of one subject, each written out, and where they end; a subject in brackets keeps all of its own."""
    made: list[Element] = []
    n = after = _term(found, start)
    subject = text[found[start].start : found[after - 1].end]
    while n < len(found) and not _ends(found[n]):
        verb, n = n, _verb(found, n)
        verb_text = text[found[verb].start : found[n - 1].end]
        while True:
            begin, n = n, _term(found, n)
            parts = (subject, verb_text, text[found[begin].start : found[n - 1].end])
            made.append(Element("triple", " ".join(parts) + " .", parts))
            if n >= len(found) or found[n].text != ",":
                break
            n += 1
        while n < len(found) and found[n].text == ";":
            n += 1
    if found[start].text in ("[", "("):
        return [Element("triple", text[found[start].start : found[n - 1].end] + " .")], n
    return made, n


def _ends(token: Token) -> bool:
    return token.text in (".", "{", "}") or token.word in _KEYWORDS


def _term(found: Sequence[Token], start: int) -> int:
    """Where a term ends: brackets, a literal with its tag or datatype, a number, or one token."""
    if start >= len(found):
        raise QueryError("Frågans sista trippel är inte hel.", "The last triple of the query is not whole.")
    token, n = found[start], start + 1
    if token.text in ("[", "("):
        return _matching(found, start) + 1
    if token.kind == "string" and n < len(found):
        typed = [t.text for t in found[n : n + 2]] == ["^", "^"]
        return n + 1 if found[n].kind == "tag" else n + 3 if typed else n
    if token.text in ("+", "-"):
        return _term(found, n)
    while n + 1 < len(found) and token.text.isdigit() and found[n].text == "." and found[n].end == found[n + 1].start and found[n - 1].end == found[n].start:
        n += 2
    return n


def _verb(found: Sequence[Token], start: int) -> int:
    """Where a verb ends: a variable, or a property path (§9.1)."""
    n = start
    while True:
        while n < len(found) and found[n].text in ("^", "!"):
            n += 1
        if n >= len(found):
            raise QueryError("Frågans sista trippel är inte hel.", "The last triple of the query is not whole.")
        n = _matching(found, n) + 1 if found[n].text == "(" else n + 1
        while n < len(found) and found[n].text in ("*", "+", "?"):
            n += 1
        if n >= len(found) or found[n].text not in ("/", "|"):
            return n
        n += 1

"""Queries that shapes bring with them, read token by token, so that strings, IRIs and comments stay as they are (SHACL §5.2 and §5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from graph.errors import InputError

_TOKEN: Final = re.compile(
    r"""(?P<string>\"{3}(?:\\.|(?!\"{3}).)*\"{3}|'{3}(?:\\.|(?!'{3}).)*'{3}|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*')
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)|(?P<comment>\#[^\n\r]*)|(?P<variable>[?$]\w+)|(?P<tag>@[\w-]+)|(?P<name>[\w.-]*:[\w.:%\\-]*)
    |(?P<word>\w+)|(?P<space>\s+)|(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
Token = tuple[str, str]


class Query:
    """A query as tokens: kind (word, variable, mark …) and text; comments become spaces."""

    def __init__(self, text: str) -> None:
        found = ((str(m.lastgroup), m[0]) for m in _TOKEN.finditer(text))
        self.tokens: list[Token] = [("space", " ") if kind == "comment" else (kind, part) for kind, part in found]

    @property
    def _bare(self) -> list[Token]:
        return [t for t in self.tokens if t[0] != "space"]

    def words(self) -> set[str]:
        """The keywords in upper case."""
        return {part.upper() for kind, part in self.tokens if kind == "word"}

    def variables(self) -> set[str]:
        """The names of all variables."""
        return {part[1:] for kind, part in self.tokens if kind == "variable"}

    def with_values(self, values: Mapping[str, str]) -> str:
        """The text with values in the place of variables."""
        return "".join(values.get(part[1:], part) if kind == "variable" else part for kind, part in self.tokens)

    def refuse(self, prebound: set[str]) -> None:
        """Raises InputError for what a query with pre-bound variables may not hold (SHACL, appendix A)."""
        for word in sorted(self.words() & {"MINUS", "VALUES", "SERVICE"}):
            raise _refused(f"{word} får inte stå i den", f"it may not hold {word}")
        bare = self._bare
        for (_, word), (kind, name) in pairwise(bare):
            if word.upper() == "AS" and kind == "variable" and name[1:] in prebound:
                raise _refused(f"{name} är redan bunden", f"{name} is bound already")
        for projected in list(self._projections())[1:]:
            if "this" not in projected and "this" in prebound:
                raise _refused("en inre SELECT måste välja $this", "an inner SELECT must select $this")

    def _projections(self) -> Iterator[set[str]]:
        """The variables that each SELECT selects by name, the outer one first."""
        bare = self._bare
        for start, (kind, part) in enumerate(bare):
            if kind == "word" and part.upper() == "SELECT":
                rest = bare[start + 1 :]
                end = next((n for n, (_, p) in enumerate(rest) if p == "{" or p.upper() == "WHERE"), len(rest))
                yield {p[1:] for k, p in rest[:end] if k == "variable"}

    def split(self, word: str) -> tuple[str, Query]:
        """What stands before a keyword (PREFIX lines), and the query from it on. Raises InputError where it is missing."""
        for n, (kind, part) in enumerate(self.tokens):
            if kind == "word" and part.upper() == word:
                return "".join(p for _, p in self.tokens[:n]), _of(self.tokens[n:])
        raise _refused(f"den saknar {word}", f"it has no {word}")

    def stepwise(self) -> Query:
        """The same query with each plain OPTIONAL looked up row by row: joined at once, the engine would first collect all that might match."""
        tokens, rest = list[Token](), self.tokens
        while rest:
            end = _plain_group(rest[1:]) if rest[0][0] == "word" and rest[0][1].upper() == "OPTIONAL" else None
            if end is None:
                tokens, rest = [*tokens, rest[0]], rest[1:]
            else:
                tokens, rest = [*tokens, ("word", "LATERAL { "), *rest[: end + 2], ("mark", " }")], rest[end + 2 :]
        return _of(tokens)

    def body(self) -> Query:
        """What stands between the outer braces."""
        marks = [n for n, t in enumerate(self.tokens) if t in (("mark", "{"), ("mark", "}"))]
        if not marks:
            raise _refused("den saknar { }", "it has no { }")
        return _of(self.tokens[marks[0] + 1 : marks[-1]])


def _plain_group(tokens: list[Token]) -> int | None:
    """Where the group ends that tokens begin with, if it holds neither other groups nor BIND."""
    bare = [n for n, t in enumerate(tokens) if t[0] != "space"]
    if not bare or tokens[bare[0]] != ("mark", "{"):
        return None
    for n in bare[1:]:
        kind, part = tokens[n]
        if (kind, part) == ("mark", "{") or (kind == "word" and part.upper() == "BIND"):
            return None
        if (kind, part) == ("mark", "}"):
            return n
    return None


def _of(tokens: list[Token]) -> Query:
    query = Query("")
    query.tokens = tokens
    return query


def _refused(sv: str, en: str) -> InputError:
    return InputError(
        f"En SPARQL-fråga i formerna är inte tillåten: {sv} (SHACL, bilaga A).", f"A SPARQL query of the shapes is not allowed: {en} (SHACL, appendix A)."
    )

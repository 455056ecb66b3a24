"""SPARQL text, token by token, so that what stands in strings, IRIs and comments is never taken for a keyword (SPARQL 1.1 §19.8).

The grammar reads `<` by the longest match (an IRI), the engine by what fits (maybe "less than"): `?a<7)SERVICE?x#>` is an IRI to one and a call to the other.
`plain` therefore gives the engine a text with one reading: no comments, and within IRIs no character that could open a comment or a string.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<string>\"{3}(?:\\.|(?!\"{3}).)*\"{3}|'{3}(?:\\.|(?!'{3}).)*'{3}|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*')
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>|<(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9a-fA-F]{4,8})*>)|(?P<comment>\#[^\n\r]*)|(?P<variable>[?$]\w+)|(?P<tag>@[\w-]+)
    |(?P<name>[\w.-]*:(?:[\w.:%-]|\\.)*)|(?P<word>\w+)|(?P<space>\s+)|(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_TEXT: Final = re.compile(re.sub(r"\?P<\w+>", "?:", _TOKEN.pattern), _TOKEN.flags)
# What may hold what is not meant as it looks, in a text without backslashes: there the other tokens hold none of the characters that open these.
_COVERED: Final = re.compile(
    r"""\"{3}(?:(?!\"{3}).)*\"{3}|'{3}(?:(?!'{3}).)*'{3}|"[^"\n\r]*"|'[^'\n\r]*'|<[^<>"{}|^`\x00-\x20]*>|\#[^\n\r]*""", re.VERBOSE | re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")


@dataclass(frozen=True)
class Token:
    """A token: its kind (string, iri, comment, variable, tag, name, word, space, mark), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in upper case, or nothing for any other kind."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)

    @property
    def iri(self) -> str:
        """What stands between the angle brackets, escapes resolved (§19.2)."""
        return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), self.text[1:-1])


def tokens(text: str) -> Iterator[Token]:
    """All tokens; their texts joined are the text."""
    return (Token(str(m.lastgroup), m[0], m.start()) for m in _TOKEN.finditer(text))


def bare(text: str) -> list[Token]:
    """The tokens that mean something: no white space, no comments."""
    return [t for t in tokens(text) if t.kind not in ("space", "comment")]


@dataclass(frozen=True)
class Plain:
    """A text with one reading, and the original."""

    text: str
    original: str

    @cached_property
    def keywords(self) -> frozenset[str]:
        """Its keywords in upper case."""
        return frozenset(t.upper() for t, _ in self._parts if ":" not in t and (t[0].isalnum() or t[0] == "_"))

    def has(self, *keywords: str) -> bool:
        """Whether one of these keywords is among its own."""
        upper = self.original.upper()  # most texts do not even hold the letters
        return any(k in upper for k in keywords) and not self.keywords.isdisjoint(keywords)

    @cached_property
    def _parts(self) -> list[tuple[str, str]]:
        """Each token's text in the original and here."""
        return [(t, _one_reading(t)) for t in _TEXT.findall(self.original)]

    def place(self, line: int, column: int) -> tuple[int, int]:
        """The line and column of the original, from 1, of a place in the plain text."""
        starts = list(accumulate((len(part) for _, part in self._parts), initial=0))
        offset = _offset(self.text, line, column)
        n = min(bisect_right(starts, offset), len(self._parts)) - 1
        origin = min(sum(len(token) for token, _ in self._parts[:n]) + offset - starts[n], len(self.original)) if n >= 0 else 0
        return self.original.count("\n", 0, origin) + 1, origin - (self.original.rfind("\n", 0, origin) + 1) + 1


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(x) + 1 for x in lines[: line - 1]) + column - 1


def plain(text: str) -> Plain:
    """The text as the engine may have it."""
    if "\\" in text:
        return Plain("".join(map(_one_reading, _TEXT.findall(text))), text)
    return Plain(_COVERED.sub(lambda m: _one_reading(m[0]), text), text)  # every query comes this way: making all tokens takes as long as answering a short one


def one_reading(token: Token) -> str:
    """The token as the engine may have it."""
    return _one_reading(token.text)


def _one_reading(token: str) -> str:
    if token[0] == "#":
        return ""
    return token.replace("#", r"\u0023").replace("'", r"\u0027") if token[0] == "<" and len(token) > 1 else token


def keywords(text: str) -> frozenset[str]:
    """The keywords in upper case."""
    return plain(text).keywords


def canonical(text: str) -> str:
    """The same for texts that differ only in white space and comments."""
    return "\0".join(t.text for t in bare(text))


def calls_out(text: str) -> Iterator[tuple[str, str | None]]:
    """Each SERVICE and LOAD with the IRI that it calls, or None where it is a variable or a prefixed name."""
    found = bare(text)
    for n, token in enumerate(found):
        if token.word in ("SERVICE", "LOAD"):
            after = [t for t in found[n + 1 : n + 3] if t.word != "SILENT"]
            yield token.word, after[0].iri if after and after[0].kind == "iri" else None

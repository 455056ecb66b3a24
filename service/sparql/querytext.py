"""What can be told of a SPARQL query from its text, before it is run."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from graph.store import JSON, ROWS, TRIPLES, XML

# The same strings, IRIs and comments as in graph.syntax, and numbers: this runs for every query that is not in the cache.
_CONSTANT: Final = re.compile(
    r"""\"{3}(?:\\.|(?!\"{3}).)*\"{3}|'{3}(?:\\.|(?!'{3}).)*'{3}|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*'
    |<(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9a-fA-F]{4,8})*>|\#[^\n\r]*|\\.|[0-9]+""",
    re.VERBOSE | re.DOTALL,
)
_FORM: Final = re.compile(r"(?<![?$:.\w-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![:.\w-])")
_CHANGING: Final = re.compile(r"(?<![?$:.\w-])(?:NOW|RAND|UUID|STRUUID|BNODE)(?![:.\w-])")
_OFFERS: Final = {"SELECT": ROWS, "ASK": (JSON, XML), "CONSTRUCT": TRIPLES, "DESCRIBE": TRIPLES}


class QueryText(NamedTuple):
    """A query: its shape, which those share that differ in constants and comments only; the media types that its form can be answered in.

    And whether the answer changes from one time to the next (NOW, RAND, UUID, BNODE).
    """

    shape: int
    offers: tuple[str, ...]
    changing: bool


def read(query: str) -> QueryText:
    """Looks at a query; one that cannot be parsed gets some form or other."""
    shape = _CONSTANT.sub("0 ", query).upper()
    form = _FORM.search(shape)
    return QueryText(hash(shape), _OFFERS[form[1]] if form else _OFFERS["SELECT"], _CHANGING.search(shape) is not None)

"""Look-ups: queries of one triple pattern that have at most one solution, answered where they arrive.

Most of what a short query costs is the way to a process and back, and reading its text there. One pattern of IRIs and variables over the union of all graphs
needs neither: it is one stretch of one index, whichever of its terms are told, and no more than two quads of it are read. Where there is a second one a process
answers, since the order of several differs from a store on disk to one in memory, and an answer is the same bytes whoever finds it. A process answers all else
that is not written as `_QUERY` tells.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from asyncio import Future
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from graph.namespaces import expand
from graph.store import Literal, NamedNode, Store, Term, Triple
from graph.views import View

LONGEST: Final = 4096  # characters of a query that is looked at
SLOW: Final = 0.05  # seconds of a look-up after which there is none for REST times as long: a single quad may hold a literal of a hundred megabytes
REST: Final = 20
SERVED: Final = 2  # stores: one for each audience
PLACES: Final = ("subject", "predicate", "object")

_IRI: Final = r"""<[^<>"{}|^`\\\x00-\x20]*>"""
_NAME: Final = r"(?:[a-z][\w-]*)?:(?:\w[\w-]*)?"
_END: Final = rf"({_IRI}|[?$]\w+|{_NAME})"
_PREFIX: Final = rf"PREFIX\s+((?:[a-z][\w-]*)?):\s*({_IRI})\s*"
_QUERY: Final = re.compile(
    rf"\s*((?:{_PREFIX})*)SELECT\s+(\*|[?$]\w+(?:\s+[?$]\w+)*)\s*(?:WHERE\s*)?"
    rf"\{{\s*{_END}\s+({_IRI}|[?$]\w+|{_NAME}|(?-i:a))\s+{_END}\s*\.?\s*\}}\s*(?:LIMIT\s+([0-9]{{1,15}})\s*)?".replace(r"\s", r"[ \t\r\n]"),
    re.ASCII | re.IGNORECASE,
)
_DECLARED: Final = re.compile(_PREFIX, re.ASCII | re.IGNORECASE)
_TYPE: Final = NamedNode(expand("rdf:type"))
_STRING: Final = NamedNode(expand("xsd:string"))
_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode


class Lookup(NamedTuple):
    """One triple pattern, None for a variable, and what was asked for: by the names of variables the places in a quad."""

    pattern: list[NamedNode | None]
    asked: dict[str, str]

    def answer(self, store: Store) -> bytes | None:
        """The solution (SPARQL 1.1 Query Results JSON Format), or that there is none, byte for byte as the engine writes it; None where there are several."""
        found = list(islice(store.quads(*self.pattern), 2))
        terms = [getattr(quad, place) for quad in found for place in self.asked.values()]
        if len(found) > 1 or any(isinstance(term, Triple) for term in terms):
            return None
        names = ",".join([f'"{name}"' for name in self.asked])
        told = ",".join([f'"{name}":{_told(term)}' for name, term in zip(self.asked, terms, strict=False)])
        return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{f"{{{told}}}" if found else ""}]}}}}'.encode()


def read(query: str) -> Lookup | None:
    """The look-up that a query is; None where it is none, or where the engine should judge what is wrong with it."""
    match = _QUERY.fullmatch(query) if len(query) <= LONGEST else None
    if match is None or "/." in query or ":." in query:  # resolving an IRI may take a part of its path away (RFC 3986 §5.2.4)
        return None
    declared, _, _, asked, *terms, limit = match.groups()
    variables = dict[str, str]()
    try:
        prefixes = _prefixes(declared)
        pattern = [None if term[0] in "?$" else _term(term, prefixes) for term in terms]
        for place, term, known in zip(PLACES, terms, pattern, strict=True):
            if known is None:
                variables[term[1:]] = place
        names = sorted(variables) if asked == "*" else [name[1:] for name in asked.split()]
        chosen = {name: variables[name] for name in names}
    except (KeyError, ValueError):  # a prefix that is not declared, no IRI, or a variable that is not in the pattern
        return None
    if len(variables) < pattern.count(None) or len(chosen) < len(names) or (limit and not int(limit)):  # one comes twice, or none is wanted
        return None
    return Lookup(pattern, chosen)


@lru_cache(maxsize=64)
def _prefixes(declared: str) -> Mapping[str, str]:
    """The prefixes that are declared. Raises ValueError."""
    return {prefix: NamedNode(iri[1:-1]).value for prefix, iri in _DECLARED.findall(declared)}


def _term(text: str, prefixes: Mapping[str, str]) -> NamedNode:
    """The IRI that is meant. Raises KeyError, ValueError."""
    if text[0] == "<":
        return NamedNode(text[1:-1])
    if text == "a":
        return _TYPE
    prefix, _, local = text.partition(":")
    return NamedNode(prefixes[prefix] + local)


def _told(term: Term) -> str:
    if isinstance(term, Literal):
        return f'{{"type":"literal","value":{_quoted(term.value)}{_kind(term)}}}'
    return f'{{"type":"{"uri" if isinstance(term, NamedNode) else "bnode"}","value":{_quoted(term.value)}}}'


def _kind(literal: Literal) -> str:
    if literal.language:
        return f',"xml:lang":"{literal.language}"' + (f',"its:dir":"{literal.direction.value}"' if literal.direction else "")
    return "" if literal.datatype == _STRING else f',"datatype":{_quoted(literal.datatype.value)}'


def _tried(lookup: Lookup, store: Store) -> bytes | None:
    try:
        return lookup.answer(store)
    except OSError:  # a process tells what is wrong with the disk
        return None


class Lookups:
    """Answers look-ups from the stores of the views that are served; `store` gives that of one, which may take a while the first time."""

    def __init__(self, store: Callable[[View], Store], clock: Callable[[], float] = time.perf_counter) -> None:
        self._store = store
        self._clock = clock
        self._resting = 0.0  # until then
        self._opened: dict[str, Future[Store]] = {}
        self._counted = {True: 0, False: 0}

    def figures(self) -> dict[str, float]:
        """How many were answered here, and how many were left to a process, for metrics."""
        return {f'styrgraf_lookups_total{{result="{"answered" if here else "left"}"}}': number for here, number in self._counted.items()}

    def answer(self, lookup: Lookup, view: View) -> bytes | None:
        """The solutions in JSON; None where a process should find them. Slow ones take at most a twentieth of the time."""
        store, began = self._of(view), self._clock()
        answer = None if store is None or began < self._resting else _tried(lookup, store)
        took = self._clock() - began
        if took > SLOW:
            self._resting = began + took * REST
        self._counted[answer is not None] += 1
        return answer

    def _of(self, view: View) -> Store | None:
        """The store of a view, where it is open; it is being opened from the first time on that it is asked for."""
        opened = self._opened.get(view.id)
        if opened is None:
            self._opened[view.id] = asyncio.get_running_loop().run_in_executor(None, self._store, view)
            while len(self._opened) > SERVED:
                del self._opened[next(iter(self._opened))]
            return None
        return opened.result() if opened.done() and opened.exception() is None else None

"""SHACL property paths as SPARQL property paths (SHACL §2.3.1).

A focus node that the data nowhere mentions has no path of length zero to itself, as in SPARQL 1.1 §18.4; pySHACL gives it one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from graph.errors import InputError
from graph.namespaces import PREFIXES
from graph.store import BlankNode, NamedNode, Subject, Term
from graph.validator.triples import Readable, objects

RDF: Final = PREFIXES["rdf"]
SH: Final = PREFIXES["sh"]
FIRST: Final = NamedNode(RDF + "first")
REST: Final = NamedNode(RDF + "rest")
NIL: Final = NamedNode(RDF + "nil")
_SUFFIXES: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def items(store: Readable, head: Term) -> Iterator[Term]:
    """The members of an RDF list. Raises InputError for a list that is broken or runs in a circle."""
    seen: set[Term] = set()
    while head != NIL:
        first, rest = (_only(store, head, p) for p in (FIRST, REST))
        if first is None or rest is None or head in seen:
            raise InputError(f"Listan vid {head} är trasig.", f"The list at {head} is broken.")
        seen.add(head)
        yield first
        head = rest


def _only(store: Readable, subject: Term, predicate: NamedNode) -> Term | None:
    if not isinstance(subject, NamedNode | BlankNode):
        return None
    return next(objects(store, subject, predicate), None)


def sparql(store: Readable, path: Term, above: frozenset[Term] = frozenset()) -> str:
    """A path as SPARQL. Raises InputError for one that SHACL does not know, and for one that holds itself."""
    if isinstance(path, NamedNode):
        return str(path)
    if path in above or not isinstance(path, BlankNode):
        raise _broken(path)
    return _composed(store, path, above | {path})


def steps(store: Readable, path: Term) -> tuple[str, ...]:
    """The steps of a path that is a sequence; any other path is one step."""
    if isinstance(path, BlankNode) and _only(store, path, FIRST) is not None:
        return tuple(s for step in items(store, path) for s in steps(store, step))
    return (sparql(store, path),)


def reach(walked: tuple[str, ...], start: str, end: str, fresh: Callable[[], str]) -> str:
    """A pattern that leads along steps, one by one: joined at once, the engine might begin at the far end."""
    if len(walked) == 1:
        return f"{start} {walked[0]} {end} ."
    middle = fresh()
    return f"{start} {walked[0]} {middle} LATERAL {{ {reach(walked[1:], middle, end, fresh)} }}"


def _composed(store: Readable, path: Subject, above: frozenset[Term]) -> str:
    if _only(store, path, FIRST) is not None:
        return "(" + "/".join(sparql(store, step, above) for step in items(store, path)) + ")"
    if (inverse := _only(store, path, NamedNode(SH + "inversePath"))) is not None:
        return f"^{sparql(store, inverse, above)}"
    if (choices := _only(store, path, NamedNode(SH + "alternativePath"))) is not None:
        return "(" + "|".join(sparql(store, choice, above) for choice in items(store, choices)) + ")"
    for name, suffix in _SUFFIXES.items():
        if (inner := _only(store, path, NamedNode(SH + name))) is not None:
            return f"({sparql(store, inner, above)}){suffix}"
    raise _broken(path)


def shown(path: str) -> str:
    """A path as a result names it: the bare IRI of a single step, else the SPARQL property path."""
    return path[1:-1] if path.startswith("<") and path.endswith(">") and path.count("<") == 1 else path


def _broken(path: Term) -> InputError:
    return InputError(f"Vägen vid {path} är ingen SHACL-väg.", f"The path at {path} is no SHACL path.")

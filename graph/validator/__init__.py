"""SHACL: what complete and consistent data looks like, and what in a store does not.

The shapes run over the union of all graphs, the inferred one included. Each constraint becomes one SPARQL query over all its focus nodes; what the compiler
does not cover goes to pySHACL, which is also the reference engine (`engine="pyshacl"`), and the report says so. Messages stand in the shapes in Swedish
and English.

    shapes.py     a shapes graph (triples.py) → shapes as plain values;  paths.py  their paths as SPARQL
    core.py       constraints on values → graph patterns;  logic.py  those that lead to other shapes;  custom.py, queries.py  those in SPARQL
    compiler.py   targets and patterns → one query for each constraint;  engine.py  runs them;  classes.py  which classes they name
    grammar.py    a query as a tree (trees.py);  footprint.py  what it reads;  plan.py  which shapes a change touches;  revision.py  the report after the change
    patterns.py   what a compiled constraint is made of
    reference.py  pySHACL
    findings.py   what was found → a report;  messages.py  what it says
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from graph.engines import chosen
from graph.report import Delegated, Report
from graph.store import Quad, Store, parse
from graph.validator import engine as compiled
from graph.validator import findings, reference, revision
from graph.validator.findings import Finding
from graph.validator.shapes import Shapes
from graph.validator.triples import Triples

Validation = Callable[[Store, Shapes], tuple[list[Finding], list[Delegated]]]


def validate(store: Store, shapes: Iterable[Path] | Shapes, engine: str = "sparql") -> Report:
    """Checks a store against shapes files, or shapes read from them. The store must already be reasoned over: no inference is done here.

    Raises InputError for an unknown engine and for shapes that no engine can use.
    """
    found, delegated = chosen(ENGINES, engine, "validerare", "validator")(store, read(shapes))
    return findings.report(store, found, delegated)


def revalidate(before: Store, after: Store, shapes: Iterable[Path] | Shapes, report: Report, added: set[Quad], removed: set[Quad]) -> Report:
    """What `validate` says of the store after a change, from what it said of the store before it, in time that goes with the change.

    `added` and `removed` are the quads by which the stores differ, the inferred graph included. Where the class tree changes or a shape is not covered by
    the compiler, all is validated anew. Whoever revalidates often keeps the shapes that `read` gives: what they watch is found out once.
    """
    known = read(shapes)
    try:
        return revision.revised(before, after, known, report, added, removed)
    except revision.AllAnewError:
        return validate(after, known)


def read(shapes: Iterable[Path] | Shapes) -> Shapes:
    """The shapes of some files, as one shapes graph; shapes that were read already stay as they are."""
    return shapes if isinstance(shapes, Shapes) else Shapes(Triples(quad for path in shapes for quad in parse(path)))


def _compiled(store: Store, shapes: Shapes) -> tuple[list[Finding], list[Delegated]]:
    found, left = compiled.run(store, shapes)
    return (found + reference.run(store, shapes, left) if left else found), list(left.values())


def _reference(store: Store, shapes: Shapes) -> tuple[list[Finding], list[Delegated]]:
    return reference.run(store, shapes), []


ENGINES: Final[dict[str, Validation]] = {"sparql": _compiled, "pyshacl": _reference}


__all__ = ["ENGINES", "Shapes", "Validation", "read", "revalidate", "validate"]

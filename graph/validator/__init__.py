"""SHACL: what complete and consistent data looks like, and what in a store does not.

The shapes run over the union of all graphs, the inferred one included. Each constraint becomes one SPARQL query over all its focus nodes; what the compiler
does not cover goes to pySHACL, which is also the reference engine (`engine="pyshacl"`), and the report says so. Messages stand in the shapes in Swedish
and English.

    shapes.py     a shapes graph (triples.py) → shapes as plain values;  paths.py  their paths as SPARQL
    core.py       constraints on values → graph patterns;  logic.py  those that lead to other shapes;  custom.py, queries.py  those in SPARQL
    compiler.py   targets and patterns → one query for each constraint;  engine.py  runs them
    patterns.py   what a compiled constraint is made of
    reference.py  pySHACL
    findings.py   what was found → a report;  messages.py  what it says
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from graph.errors import InputError
from graph.report import Delegated, Report
from graph.store import Store, parse
from graph.validator import engine as compiled
from graph.validator import findings, reference
from graph.validator.findings import Finding
from graph.validator.shapes import Shapes
from graph.validator.triples import Triples

Validation = Callable[[Store, Shapes], tuple[list[Finding], list[Delegated]]]


def validate(store: Store, shapes: Iterable[Path], engine: str = "sparql") -> Report:
    """Checks a store against shapes files. The store must already be reasoned over: no inference is done here.

    Raises InputError for an unknown engine and for shapes that no engine can use.
    """
    found, delegated = _engine(engine)(store, read(shapes))
    return findings.report(store, found, delegated)


def read(paths: Iterable[Path]) -> Shapes:
    """The shapes of some files, as one shapes graph."""
    return Shapes(Triples(quad for path in paths for quad in parse(path)))


def _compiled(store: Store, shapes: Shapes) -> tuple[list[Finding], list[Delegated]]:
    found, left = compiled.run(store, shapes)
    return (found + reference.run(store, shapes, left) if left else found), list(left.values())


def _reference(store: Store, shapes: Shapes) -> tuple[list[Finding], list[Delegated]]:
    return reference.run(store, shapes), []


ENGINES: Final[dict[str, Validation]] = {"sparql": _compiled, "pyshacl": _reference}


def _engine(name: str) -> Validation:
    try:
        return ENGINES[name]
    except KeyError:
        names = ", ".join(ENGINES)
        raise InputError(f"Okänd validerare {name!r}; välj bland {names}.", f"Unknown validator {name!r}; choose one of {names}.") from None

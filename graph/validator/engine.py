"""Runs compiled shapes on a store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from graph.errors import QueryError
from graph.report import Delegated
from graph.store import Literal, NamedNode, Row, Store, Subject, Term
from graph.validator import paths
from graph.validator.compiler import Check, Compiler, Part
from graph.validator.findings import SH, Finding
from graph.validator.messages import filled
from graph.validator.patterns import UncoveredError
from graph.validator.shapes import Shapes


def run(data: Store, shapes: Shapes) -> tuple[list[Finding], dict[Subject, Delegated]]:
    """The findings of all shapes that the compiler covers, and the others, each with its reason."""
    found, left = list[Finding](), dict[Subject, Delegated]()
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the store lets go of the interpreter while it evaluates
        for root, asked in list(_asked(pool, data, shapes, left)):
            try:
                found += [f for answer in asked for f in answer.result()]
            except QueryError as wrong:
                left[root] = Delegated(root.value, f"Frågan går inte att köra: {wrong.sv}", f"The query does not run: {wrong.en}")
    return found, left


Answers = list[Future[list[Finding]]]


def _asked(pool: Executor, data: Store, shapes: Shapes, left: dict[Subject, Delegated]) -> Iterator[tuple[Subject, Answers]]:
    """The queries of each shape that compiles, on their way."""
    compiler = Compiler(data, shapes)
    for root in shapes.roots():
        try:
            checks = compiler.checks(root)
        except UncoveredError as reason:
            left[root] = Delegated(root.value, reason.sv, reason.en)
        else:
            yield root, [pool.submit(findings, data, check) for check in checks]


def findings(data: Store, check: Check) -> list[Finding]:
    """The results of one check; rows that say the same are one result."""
    rows = {tuple(sorted(row.items())): row for row in data.select(check.query)}
    return [_finding(check, part, row) for row in rows.values() for part in check.parts if not part.flag or row[part.flag[1:]].value == "true"]


def _finding(check: Check, part: Part, row: Row) -> Finding:
    value = next((row[n] for name in check.value.split("|") if (n := name[1:]) in row), None)
    path = row.get(check.path[1:]) if check.path else None
    shown = path.value if isinstance(path, NamedNode) else paths.shown(part.shape.path)
    own = row.get("message")
    told = (own,) if isinstance(own, Literal) else part.messages
    values: dict[str, Term] = check.given | row
    messages = tuple(filled(m, values) for m in told)
    return Finding(part.shape.severity.removeprefix(SH), row[check.focus[1:]], shown, value, part.shape.node, part.component, messages)

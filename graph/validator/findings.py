"""What an engine found: validation results with their RDF terms (SHACL §3.6.2), and the report that readers get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from graph.names import labels
from graph.namespaces import PREFIXES
from graph.report import SEVERITIES, Delegated, Report, Result
from graph.store import Literal, NamedNode, Store, Subject, Term

SH: Final = PREFIXES["sh"]


@dataclass(frozen=True)
class Finding:
    """One validation result. `path` is an IRI, a SPARQL property path where it is longer than one step, or empty."""

    severity: str
    focus: Term
    path: str
    value: Term | None
    shape: Subject
    component: str
    messages: tuple[Literal, ...]


def report(store: Store, findings: Iterable[Finding], delegated: Iterable[Delegated] = ()) -> Report:
    """The findings as plain values, the worst first; focus nodes carry their names."""
    found = list(findings)
    named = _labels(store, {f.focus for f in found if isinstance(f.focus, NamedNode)})
    results = (_result(f, named) for f in found)
    return Report(tuple(sorted(results, key=place)), tuple(delegated))


def place(r: Result) -> tuple[object, ...]:
    """Where a result stands in a report: everything that it says counts, so that the order is always the same."""
    rank = SEVERITIES.index(r.severity) if r.severity in SEVERITIES else len(SEVERITIES)
    return rank, r.shape, r.label, r.focus, r.path, r.value, r.component, *r.messages.items()


def _labels(store: Store, nodes: set[NamedNode]) -> dict[str, dict[str, str]]:
    return labels(store, "VALUES ?x { " + " ".join(map(str, nodes)) + " }") if nodes else {}


def _result(f: Finding, named: dict[str, dict[str, str]]) -> Result:
    focus = f.focus.value
    label = (named.get(focus, {}).get("sv") if isinstance(f.focus, NamedNode) else None) or focus
    value = f.value.value if f.value is not None else ""
    messages = dict(_messages(f.messages))
    return Result(f.severity, focus, label, f.path, value, f.shape.value, f.component.removeprefix(SH), messages)


def _messages(found: Iterable[Literal]) -> Iterator[tuple[str, str]]:
    """By language; one without a tag counts as Swedish, the language of the graph."""
    for message in sorted(found, key=str):
        yield message.language or "sv", message.value

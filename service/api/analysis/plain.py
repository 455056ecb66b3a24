"""Findings, the matrix, overviews and comparisons as plain values: the same for the API, for the command line and for pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from graph.comparing import Comparison, Matter
from graph.gaps import SEVERITIES, Cell, Finding, Matrix
from graph.names import Name
from graph.namespaces import QUESTIONS
from graph.planning import Line, Overview
from service.api.answers import evidence_as_json


def thing(name: Name | str | None) -> dict[str, Any] | str | None:
    """A thing by its IRI and names; a text as it is."""
    return {"value": name.iri, "label": name.labels} if isinstance(name, Name) else name


def things(names: Iterable[Name | str]) -> list[dict[str, Any] | str | None]:
    """Several things."""
    return [thing(n) for n in names]


def findings_as_json(found: Sequence[Finding]) -> dict[str, Any]:
    """All findings, and how many there are of each kind and severity."""
    kinds = {f.kind.id: f.kind for f in found}
    counts = Counter(f.kind.id for f in found)
    severities = Counter(f.kind.severity for f in found)
    return {
        "counts": {"all": len(found), "severity": {s: severities[s] for s in SEVERITIES}},
        "kinds": [{"id": k.id, "severity": k.severity, "label": k.labels, "note": k.notes, "count": counts[k.id]} for k in kinds.values()],
        "findings": [finding_as_json(f) for f in found],
    }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """One finding: what, why, the statements with their passages, and the question that would close it."""
    closing = finding.closing
    return {
        "id": finding.id,
        "kind": finding.kind.id,
        "severity": finding.kind.severity,
        "label": finding.kind.labels,
        "why": finding.why,
        "subject": things(finding.subject),
        "things": things(finding.things),
        "areas": things(finding.areas),
        "statements": list(finding.statements),
        "evidence": [evidence_as_json(c) for c in finding.citations],
        "closing": {"words": closing.words, "question": QUESTIONS + closing.question, "id": closing.question, "parameters": closing.parameters},
    }


def matrix_as_json(found: Matrix) -> dict[str, Any]:
    """The matrix of responsibilities: regions, areas, the documents searched for each region, and all cells."""
    return {
        "regions": [{**_named(r), "searched": things(found.searched[r.iri])} for r in found.regions],
        "areas": things(found.areas),
        "cells": [cell_as_json(c) for c in found.cells],
    }


def _named(name: Name) -> dict[str, Any]:
    return {"value": name.iri, "label": name.labels}


def cell_as_json(cell: Cell) -> dict[str, Any]:
    """One cell: its value, who holds it and how strongly, the statements that assign or document none, and where documents disagree about it."""
    told = {"region": cell.region.iri, "area": cell.area.iri, "value": cell.value.value}
    named = {"holders": things(cell.holders), "strengths": things(cell.strengths), "disagreements": things(cell.disagreements)}
    return {**told, **named, "assigned": list(cell.assigned), "none": list(cell.none)}


def overview_as_json(overview: Overview) -> dict[str, Any]:
    """An overview: the body, the day and all lines."""
    return {"body": thing(overview.body), "day": str(overview.day), "lines": [line_as_json(one) for one in overview.lines]}


def line_as_json(line: Line) -> dict[str, Any]:
    """One line of an overview."""
    return {
        "thing": thing(line.thing),
        "kind": thing(line.kind),
        "number": line.number or None,
        "section": thing(line.section),
        "goal": line.above.iri if line.above else None,
        **{name: things(getattr(line, name)) for name in ("status", "strength", "hedges", "responsible", "performers", "named")},
        "due": line.due or None,
        "passed": line.passed,
        "times": list(line.times),
        "outcomes": [{**vars(o), "indicator": thing(o.indicator)} for o in line.outcomes],
        "missing": [{"id": f.id, "kind": f.kind.id, "label": f.kind.labels, "why": f.why} for f in line.missing],
        "evidence": [evidence_as_json(c) for c in line.citations],
    }


def comparison_as_json(found: Comparison) -> dict[str, Any]:
    """A comparison: both sides, how many matters are the same, different or only in one, and all matters."""
    counts = Counter(m.found.value for m in found.matters)
    return {"first": thing(found.first), "second": thing(found.second), "counts": dict(counts), "matters": [matter_as_json(m) for m in found.matters]}


def matter_as_json(matter: Matter) -> dict[str, Any]:
    """One matter of a comparison."""
    return {
        "found": matter.found.value,
        "kind": thing(matter.kind),
        "first": thing(matter.first),
        "second": thing(matter.second),
        "strengths": things(s or "" for s in matter.strengths),
        "differences": [{"property": thing(d.property), "first": things(d.first), "second": things(d.second)} for d in matter.differences],
        "evidence": [evidence_as_json(c) for c in matter.citations],
    }

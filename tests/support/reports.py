"""Validation reports in a form that can be compared."""

from __future__ import annotations

from collections import Counter

from graph.report import Report


def told(report: Report, *, messages: bool = False) -> Counter[tuple[object, ...]]:
    """The results; their messages without language tags where they count."""
    return Counter(
        (r.severity, r.focus, r.path, r.value, r.shape, r.component, *(sorted(set(r.messages.values())) if messages else ())) for r in report.results
    )

"""A validation report as plain values: what does not fit the shapes, where and why (SHACL §3.6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Final

SEVERITIES: Final = ("Violation", "Warning", "Info")


@dataclass(frozen=True)
class Result:
    """One validation result (SHACL §3.6.2). `messages` maps a language to the message; `label` is the focus node's name."""

    severity: str
    focus: str
    label: str
    path: str
    value: str
    shape: str
    component: str
    messages: dict[str, str]

    def message(self, lang: str) -> str:
        """The message in a language, or in any that there is."""
        return self.messages.get(lang) or next(iter(self.messages.values()), self.component)


@dataclass(frozen=True)
class Delegated:
    """A shape that the compiler does not cover and the reference engine checked in its place; why, in Swedish and English."""

    shape: str
    sv: str
    en: str


@dataclass(frozen=True)
class Report:
    """All results, the worst first, and the shapes that another engine checked."""

    results: tuple[Result, ...]
    delegated: tuple[Delegated, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether any result is a Violation, which stops a release."""
        return any(r.severity == "Violation" for r in self.results)

    def counts(self) -> dict[str, int]:
        """How many results there are of each severity."""
        found = Counter(r.severity for r in self.results)
        return {s: found[s] for s in SEVERITIES}

    def as_json(self) -> list[dict[str, Any]]:
        """The results as plain values."""
        return [asdict(r) for r in self.results]


def compared(before: Report, after: Report) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
    """The results that only the first of two reports has, and those that only the second has."""
    old, new = ({_key(r): r for r in report.results} for report in (before, after))
    return tuple(r for k, r in old.items() if k not in new), tuple(r for k, r in new.items() if k not in old)


def _key(r: Result) -> tuple[str, ...]:
    return r.severity, r.focus, r.path, r.value, r.shape, r.component, *r.messages.values()

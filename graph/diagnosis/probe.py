"""Smaller queries asked of the same data as the query that is looked into."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from graph.diagnosis.patterns import Element, Pattern

Run = Callable[[str], Awaitable[dict[str, Any]]]
"""Evaluates an ASK or a SELECT: its result as SPARQL 1.1 Query Results JSON."""

_MOST: Final = 5000


@dataclass(frozen=True)
class Scope:
    """Where patterns are asked for: the query's prefixes and dataset, within the groups that are open."""

    pattern: Pattern
    run: Run
    openings: tuple[str, ...] = ()

    def inside(self, element: Element) -> Scope:
        """The scope inside a group or a GRAPH."""
        return replace(self, openings=(*self.openings, element.opening))

    async def holds(self, elements: Sequence[Element]) -> bool:
        """Whether these elements together have an answer."""
        return await self.asks(" ".join(e.text for e in elements))

    async def asks(self, body: str) -> bool:
        """Whether a pattern has an answer."""
        found = await self.run(f"{self.pattern.prologue}ASK {self.pattern.dataset} {{ {self._enclosed(body)} }}")
        return bool(found["boolean"])

    async def selects(self, variables: str, body: str, limit: int = _MOST) -> list[dict[str, dict[str, str]]]:
        """The different values of variables for which a pattern holds, as terms of SPARQL Results JSON."""
        body = f"SELECT DISTINCT {variables} {self.pattern.dataset} WHERE {{ {self._enclosed(body)} }} LIMIT {limit}"
        found = await self.run(self.pattern.prologue + body)
        rows: list[dict[str, dict[str, str]]] = found["results"]["bindings"]
        return rows

    def everywhere(self) -> Scope:
        """The same over all graphs."""
        return replace(self, pattern=replace(self.pattern, dataset=""), openings=())

    def _enclosed(self, body: str) -> str:
        for opening in reversed(self.openings):
            body = f"{opening} {{ {body} }}"
        return body

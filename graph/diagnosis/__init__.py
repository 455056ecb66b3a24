"""Why a query finds nothing: the smallest part of its pattern that has no answer, and what can be said of the reason.

The pattern is grown element by element until nothing is left; of what had been read by then, everything that does not matter is taken away again. What remains
has no answer, and has one when any part of it is taken away. Queries are run by whoever calls, within limits of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.diagnosis.patterns import Element, Pattern, read
from graph.diagnosis.probe import Run, Scope
from graph.diagnosis.reasons import Reason, reasons

__all__ = ["Diagnosis", "Reason", "Run", "diagnose"]

_BINDING = ("triple", "group", "graph", "union", "values", "select", "bind", "optional")


@dataclass(frozen=True)
class Diagnosis:
    """Whether the pattern has no answer; if so, the parts that cannot hold together, in the words of the query, and why as far as one can tell."""

    empty: bool
    words: dict[str, str]
    patterns: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


async def diagnose(query: str, run: Run) -> Diagnosis:
    """Which part of a SELECT, ASK, CONSTRUCT or DESCRIBE has no answer. Raises QueryError where the query cannot be taken apart."""
    pattern = read(query)
    scope = Scope(pattern, run)
    if await scope.holds(pattern.elements):
        return _not_the_pattern(pattern)
    core, scope = await _core(pattern.elements, scope)
    return Diagnosis(True, _told(core), tuple(e.text for e in core), tuple(await reasons(core, scope)))


def _not_the_pattern(pattern: Pattern) -> Diagnosis:
    after = f" Kommer inga rader ändå beror det på det som står efter: {pattern.after}" if pattern.after else ""
    then = f" If no rows come all the same, it is by what stands after it: {pattern.after}" if pattern.after else ""
    return Diagnosis(False, {"sv": f"Frågans mönster har svar.{after}", "en": f"The pattern of the query has answers.{then}"})


def _told(core: Sequence[Element]) -> dict[str, str]:
    if not core:
        return {"sv": "Grafen som frågan läser är tom.", "en": "The graph that the query reads is empty."}
    if len(core) == 1:
        return {"sv": f"Inget stämmer med {core[0].text}", "en": f"Nothing matches {core[0].text}"}
    listed = " ".join(e.text for e in core)
    return {
        "sv": f"De här delarna har inget gemensamt svar, men vilken som helst kan tas bort så finns det svar: {listed}",
        "en": f"These parts have no answer in common, though there is one without any of them: {listed}",
    }


async def _core(elements: Sequence[Element], scope: Scope) -> tuple[list[Element], Scope]:
    """A smallest set of elements without an answer, looked for inside a group or a GRAPH that has none by itself."""
    ordered = sorted(elements, key=lambda e: e.kind == "filter")  # a filter is about its whole group (§18.2.2)
    kept: list[Element] = []
    for element in ordered:
        kept.append(element)
        if not await scope.holds(kept):
            break
    for element in kept[:-1]:
        fewer = [e for e in kept if e is not element]
        if _bound(fewer, kept) and not await scope.holds(fewer):
            kept = fewer
    if len(kept) == 1 and kept[0].inside:
        return await _core(kept[0].inside, scope.inside(kept[0]))
    return kept, scope


def _bound(fewer: Sequence[Element], kept: Sequence[Element]) -> bool:
    """Whether what filters, BINDs and MINUS read is bound as it was: without its variables a filter removes everything."""

    def binds(elements: Sequence[Element], but: Element) -> set[str]:
        return {v for e in elements if e is not but and e.kind in _BINDING for v in e.variables}

    return all(binds(fewer, e) >= binds(kept, e) & e.variables for e in fewer if e.kind in ("filter", "bind", "minus", "optional"))

"""The kinds of gap: each a file in `ontology/gaps/`, with what finds it, how it is told and the question that would close it.

A kind finds by a SELECT of its own, by a question of the catalogue, or by the cells of the matrix of responsibilities that have a value. Of the variables
found, those that begin with "statement" bind the passages; `?today`, where a SELECT projects it, is given the day of the analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.namespaces import BASE, QUESTIONS, expand
from graph.questions import find
from graph.store import Literal, NamedNode, Row, Store

KINDS: Final = BASE + "id/gap-kind/"
TODAY: Final = "today"
SEVERITIES: Final = ("Violation", "Warning", "Info")  # of SHACL, the gravest first


@dataclass(frozen=True)
class Kind:
    """One kind of gap. `subject` names the variables that tell one finding from another; `words` and `closing` have {?variable} for what was found."""

    id: str
    severity: str
    subject: tuple[str, ...]
    labels: dict[str, str]
    notes: dict[str, str]
    words: dict[str, str]
    closing: dict[str, str]
    select: str
    cell: str
    closed_by: str

    @property
    def iri(self) -> str:
        """The kind's IRI."""
        return KINDS + self.id


def kinds(store: Store) -> tuple[Kind, ...]:
    """All kinds of gap, in the order of their numbers. Raises NotFoundError for one that finds by a question that is not there."""
    rows = store.select("SELECT ?k ?severity ?subject WHERE { ?k a sg:GapKind ; sg:number ?n ; sh:severity ?severity ; sg:findingOf ?subject } ORDER BY ?n ?k")
    return tuple(_kind(store, r["k"].value, r["severity"].value.rpartition("#")[2], tuple(r["subject"].value.split())) for r in rows)


def _kind(store: Store, iri: str, severity: str, subject: tuple[str, ...]) -> Kind:
    said: dict[str, dict[str, str]] = {}
    for r in store.select(f"SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }}"):
        tag = r["o"].language or "" if isinstance(r["o"], Literal) else ""
        said.setdefault(r["p"].value, {})[tag] = r["o"].value

    def one(name: str) -> str:
        return next(iter(said.get(expand(name), {}).values()), "")

    question = one("sg:findsBy").removeprefix(QUESTIONS)
    select = find(store, question).select if question else one("sh:select")
    labels, notes, words, closing = (said.get(expand(name), {}) for name in ("rdfs:label", "rdfs:comment", "sh:message", "sg:closingWords"))
    found = select, one("sg:cellValue"), one("sg:closedBy").removeprefix(QUESTIONS)
    return Kind(iri.removeprefix(KINDS), severity, subject, labels, notes, words, closing, *found)


def rows(store: Store, kind: Kind, today: date) -> list[Row]:
    """What the SELECT of a kind finds on a day."""
    day = {TODAY: Literal(today.isoformat(), datatype=NamedNode(expand("xsd:date")))} if f"?{TODAY}" in kind.select else {}
    return store.select(kind.select, **day)

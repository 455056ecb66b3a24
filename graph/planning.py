"""The overview of a plan (handlingsplan översikt): goals and activities, or tasks, with status, who is responsible, next date, outcome and what is missing.

A body has an overview where a plan is its own (`sg:planOf`), where it or a role in it bears tasks, deliverables or areas of work, or where its meetings gave
actions and deadlines. What is missing is what `graph.gaps` finds about the line, told by the same kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.errors import NotFoundError
from graph.evidence import Citation, citations
from graph.gaps import Finding, gaps
from graph.names import Name, names
from graph.namespaces import expand
from graph.store import Literal, NamedNode, Row, Store, Term

_LINES: Final = """SELECT DISTINCT ?line ?class ?number ?above ?section WHERE {
    { ?plan sg:planOf ?body . ?section sg:subchapterOf*/sg:chapterOf ?plan . ?line sg:inChapter ?section ; a sg:Goal . BIND(sg:Goal AS ?class) }
    UNION { ?plan sg:planOf ?body . ?section sg:subchapterOf*/sg:chapterOf ?plan . ?above sg:inChapter ?section .
            ?line sg:forGoal ?above ; a sg:PlannedActivity . BIND(sg:PlannedActivity AS ?class) }
    UNION { VALUES ?class { sg:Deliverable sg:Task sg:AreaOfWork } ?who sg:roleIn? ?body . ?line sg:bearer ?who ; a ?class .
            OPTIONAL { ?line sg:forGoal ?above } }
    UNION { VALUES ?class { sg:ActionItem sg:ConsultationAssignment sg:Deadline } ?line sg:underItem/sg:itemOf/sg:meetingOf ?body ; a ?class }
    OPTIONAL { ?line sg:number ?number }
} ORDER BY ?number ?line"""
_BODIES: Final = """SELECT DISTINCT ?body WHERE {
    { ?plan sg:planOf ?body } UNION { ?meeting sg:meetingOf ?body . ?item sg:itemOf ?meeting }
    UNION { VALUES ?class { sg:Task sg:Deliverable sg:AreaOfWork } ?line a ?class ; sg:bearer ?who . ?who sg:roleIn? ?body .
            VALUES ?sort { sg:GovernanceGroup sg:Organisation } ?body a ?sort } }"""
_ORDER: Final = ("Goal", "Deliverable", "AreaOfWork", "Task", "ActionItem", "ConsultationAssignment", "Deadline")
_SAID: Final = """SELECT DISTINCT ?line ?p ?o ?of WHERE { VALUES ?line { %s }
    { VALUES ?p { sg:activityStatus sg:normStrength sg:bearer sg:performer sg:actionOwner sg:assignedTo sg:counterpart sg:hedge sg:namedAs sg:timeText sg:date
                  sg:notAfter sg:monthDay } ?line ?p ?o . BIND(?line AS ?of) }
    UNION { ?of sg:responsibilityFor|sg:forActivity ?line ; sg:responsibleParty ?o . BIND(sg:responsibleParty AS ?p) }
    UNION { VALUES ?p { sg:date sg:notAfter sg:timeText sg:monthDay } ?of sg:deadlineFor ?line ; ?p ?o } }"""
_OUTCOMES: Final = """SELECT ?goal ?indicator ?value ?low ?high ?unit ?year ?about ?seen ?target ?least ?most WHERE { VALUES ?goal { %s }
    ?indicator a sg:Indicator ; sg:forGoal ?goal .
    OPTIONAL { ?seen a sg:IndicatorObservation ; sg:ofIndicator ?indicator OPTIONAL { ?seen sg:value ?value } OPTIONAL { ?seen sg:lowerBound ?low }
        OPTIONAL { ?seen sg:upperBound ?high } OPTIONAL { ?seen sg:year ?year } OPTIONAL { ?seen sg:approximation ?about } }
    OPTIONAL { ?indicator sg:unit ?unit }
    OPTIONAL { ?target a sg:Target ; sg:ofIndicator ?indicator OPTIONAL { ?target sg:value ?least } OPTIONAL { ?target sg:upperBound ?most } }
} ORDER BY ?goal ?indicator DESC(?year)"""
_RESPONSIBLE: Final = ("sg:responsibleParty", "sg:bearer", "sg:actionOwner", "sg:assignedTo")
_DATES: Final = ("sg:date", "sg:notAfter")


@dataclass(frozen=True)
class Outcome:
    """An indicator with its latest observation and its target, each as told in the graph, "" where there is none."""

    indicator: Name
    observed: str
    year: str
    target: str
    unit: str


@dataclass(frozen=True)
class Line:
    """One line: a goal, an activity below it (`above` is the goal), or a task, deliverable, action or deadline of a body.

    `due` is the next date from the day of the overview on, else the last one that has passed (`passed`); `times` are the times as said, those without a year
    too. `named` are names that the text gives and that do not tell who is meant.
    """

    thing: Name
    kind: Name
    number: str
    section: Name | None
    above: Name | None
    status: tuple[Name, ...]
    strength: tuple[Name, ...]
    hedges: tuple[Name, ...]
    responsible: tuple[Name, ...]
    performers: tuple[Name, ...]
    named: tuple[str, ...]
    due: str
    passed: bool
    times: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    missing: tuple[Finding, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Overview:
    """All lines of a body's overview on a day."""

    body: Name
    day: date
    lines: tuple[Line, ...]


def planned(store: Store) -> tuple[Name, ...]:
    """The bodies that have a plan or tasks, by name."""
    called = names(store, {r["body"].value for r in store.select(_BODIES)})
    return tuple(sorted(called.values(), key=lambda n: n.text("sv").casefold()))


def plan(store: Store, body: str, today: date | None = None) -> Overview:
    """The overview of a body (by IRI) on a day (today). Raises NotFoundError where it has neither a plan nor tasks."""
    day = today or date.today()
    found = store.select(_LINES.replace("?body", f"<{body}>"))
    name = names(store, {body})[body]
    if not found:
        raise NotFoundError(
            f"{name.text('sv')} har varken plan eller uppgifter i grafen; 'styrgraf plan' visar vilka som har.",
            f"{name.text('en')} has neither a plan nor tasks in the graph; 'styrgraf plan' lists those that have.",
        )
    lines = _ordered({r["line"].value: r for r in found})
    said = _said(store, lines)
    missing = _missing(gaps(store, today=day))
    outcomes = _outcomes(store, lines)
    proof = {i: [i, *dict.fromkeys(r["of"].value for r in said.get(i, ()))] for i in lines}
    cited = citations(store, {s for all_of in proof.values() for s in all_of})
    called = names(store, _mentioned([*lines.values(), *(r for rows in said.values() for r in rows)]))
    passages = {i: tuple(c for s in dict.fromkeys(proof[i]) for c in cited.get(s, ())) for i in lines}
    made = (_line(r, said.get(i, ()), called, day, outcomes.get(i, ()), missing.get(i, ()), passages[i]) for i, r in lines.items())
    return Overview(name, day, tuple(made))


def _mentioned(rows: Iterable[Row]) -> set[str]:
    return {t.value for r in rows for t in r.values() if isinstance(t, NamedNode)}


def _ordered(found: Mapping[str, Row]) -> dict[str, Row]:
    """The lines as a reader wants them: goals by number, each with what is below it, then the rest by kind."""
    below: dict[str, list[str]] = {}
    for iri, r in found.items():
        below.setdefault(r["above"].value if "above" in r and r["above"].value in found else "", []).append(iri)
    ranked = sorted(below.get("", ()), key=lambda i: _ORDER.index(k) if (k := found[i]["class"].value.rpartition("/")[2]) in _ORDER else len(_ORDER))
    return {i: found[i] for top in ranked for i in (top, *below.get(top, ()))}


def _said(store: Store, lines: Iterable[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for r in store.select(_SAID % _values(lines)):
        found.setdefault(r["line"].value, []).append(r)
    return found


def _values(iris: Iterable[str]) -> str:
    return " ".join(f"<{i}>" for i in iris)


def _missing(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings about each thing; those of kinds whose subject it is, or which concern it as their goal."""
    about: dict[str, list[Finding]] = {}
    for finding in found:
        for thing in dict.fromkeys(t.iri for t in (*finding.subject, *finding.things)):
            about.setdefault(thing, []).append(finding)
    return about


def _outcomes(store: Store, lines: Iterable[str]) -> dict[str, list[Outcome]]:
    """The indicators of each goal, with the latest observation."""
    rows = {(r["goal"].value, r["indicator"].value): r for r in reversed(store.select(_OUTCOMES % _values(lines)))}
    called = names(store, {i for _, i in rows})
    found: dict[str, list[Outcome]] = {}
    for (goal, indicator), r in sorted(rows.items()):
        said = {k: v.value for k, v in r.items()}
        observed = " ".join(w for w in (said.get("about", ""), said.get("value") or _range(said.get("low", ""), said.get("high", ""))) if w)
        target = said.get("least") or _range("", said.get("most", ""))
        found.setdefault(goal, []).append(Outcome(called[indicator], observed, said.get("year", ""), target, said.get("unit", "")))
    return found


def _range(low: str, high: str) -> str:
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""


def _line(
    row: Row,
    said: Sequence[Row],
    called: Mapping[str, Name],
    day: date,
    outcomes: Sequence[Outcome],
    missing: Sequence[Finding],
    passages: tuple[Citation, ...],
) -> Line:
    def of(*predicates: str) -> list[Term]:
        return list(dict.fromkeys(r["o"] for p in predicates for r in said if r["p"].value == expand(p)))

    def things(*predicates: str) -> tuple[Name, ...]:
        return tuple(called[t.value] for t in of(*predicates) if isinstance(t, NamedNode))

    named = tuple(t.value for t in of("sg:namedAs"))
    days = sorted(t.value for t in of(*_DATES))
    ahead = [d for d in days if d >= day.isoformat()]
    times = tuple(dict.fromkeys(t.value for t in of("sg:timeText", "sg:monthDay") if isinstance(t, Literal) and t.language != "en"))
    at = {k: called[row[k].value] for k in ("line", "class", "section", "above") if k in row}
    number = row["number"].value if "number" in row else ""
    how = things("sg:activityStatus"), things("sg:normStrength"), things("sg:hedge")
    who = things(*_RESPONSIBLE), things("sg:performer"), named
    when = (ahead or days[-1:] or [""])[0], bool(days) and not ahead, times
    return Line(at["line"], at["class"], number, at.get("section"), at.get("above"), *how, *who, *when, tuple(outcomes), tuple(missing), passages)

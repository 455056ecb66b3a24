"""Pages of the analyses: the overview of a plan, two things compared, and what the documents leave open; what /api/plan, /api/compare and /api/gap tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from graph.comparing import Comparison, Found, Matter, compare, compare_days
from graph.errors import InputError, NotFoundError
from graph.gaps import SEVERITIES, Finding, Kind, gaps, kinds, matrix
from graph.names import Name, names
from graph.planning import Line, Outcome, Overview, plan, planned
from graph.store import Store
from service.api.analysis import plain, reports
from service.api.analysis.choosing import a_body, a_side, wanted
from service.api.analysis.tables import Report
from service.api.analysis.words import word
from service.api.asking import Askers
from service.pages.frame import Frame, lang_of
from service.pages.given import a_day, among, offered, one_of
from service.pages.pictures import by_name, reported
from service.views.current import Current

SORTS: Final = ("document", "status", "responsible", "due", "missing")
BAR: Final = 100  # width of the picture of an outcome: percent
_SIDES: Final = """SELECT DISTINCT ?side WHERE {
    { ?side sg:mandateOf|sg:planOf|sg:notesOf ?any } UNION { ?any sg:mandateOf|sg:planOf|sg:notesOf ?side }
    UNION { VALUES ?class { sg:Region sg:HealthcareRegion sg:RegionalWorkingGroup sg:CoordinationCouncil sg:RegionalCancerCentre } ?side a ?class .
            ?statement sg:concerns ?side ; sg:evidence ?passage } }"""


def router(frame: Frame, current: Current, askers: Askers) -> APIRouter:
    """The routes of these pages."""
    routes = APIRouter(include_in_schema=False)

    def day() -> date:
        return current.reading().day or date.today()

    def release() -> str:
        return current.reading().view.release.id

    @routes.api_route("/plan", methods=["GET", "HEAD"])
    def overview(request: Request) -> Response:
        store, lang, query = current.store()[1], lang_of(request), request.query_params
        bodies = planned(store)
        if not bodies:
            raise NotFoundError("Inget organ i grafen har plan eller uppgifter.", "No body in the graph has a plan or tasks.")
        whole = plan(store, a_body(askers.index(), query["body"]) if query.get("body") else _fullest(store, bodies), day())
        statuses = by_name(offered(store, query.get("status"), "skos:Concept", (s for line in whole.lines for s in line.status)), lang)
        lacking = by_kind((f for line in whole.lines for f in line.missing), kinds(store), query.get("lacking"))
        chosen = {"status": among("status", query.get("status"), {s.iri for s in statuses}), "lacking": among("lacking", query.get("lacking"), lacking)}
        sort = one_of("sort", query.get("sort"), SORTS)
        lines = sorted_lines(chosen_lines(whole.lines, **chosen), sort, lang)
        found = Overview(whole.body, whole.day, tuple(lines))
        return frame.page(
            request,
            "plan.html",
            data=reported(plain.overview_as_json(found), lambda: reports.plan_report(found, release(), lang), lang),
            overview=found,
            total=len(whole.lines),
            bodies=by_name(bodies, lang),
            sorts=SORTS,
            sort=sort,
            statuses=statuses,
            lacking=lacking,
            chosen=chosen,
            picture=picture,
        )

    @routes.api_route("/compare", methods=["GET", "HEAD"])
    def side_by_side(request: Request) -> Response:
        store, lang, query = current.store()[1], lang_of(request), request.query_params
        sides = by_name(names(store, {r["side"].value for r in store.select(_SIDES)}).values(), lang)
        found, days = _compared(current, store, askers, query.get("a", ""), query.get("b", ""), query.get("from", ""), query.get("to", ""))
        classes = by_name(offered(store, query.get("kind"), "owl:Class", (m.kind for m in found.matters)), lang) if found else []
        kind = among("kind", query.get("kind"), {k.iri for k in classes}) if found else ""
        narrowed = replace(found, matters=tuple(m for m in found.matters if kind in ("", m.kind.iri))) if found else None
        return frame.page(
            request,
            "compare.html",
            data=reported(plain.comparison_as_json(narrowed), lambda: reports.comparison_report(narrowed, days, release(), lang), lang) if narrowed else None,
            found=narrowed,
            groups=grouped(narrowed.matters) if narrowed else {},
            kinds=classes,
            days=days,
            offered=sides,
            chosen={name: query.get(name, "") for name in ("a", "b", "from", "to", "kind")},
        )

    @routes.api_route("/gap", methods=["GET", "HEAD"])
    def open_ends(request: Request) -> Response:
        store, lang, query = current.store()[1], lang_of(request), request.query_params
        asked = wanted(askers.index(), *(query.get(name, "") for name in ("region", "area", "body")))
        whole = gaps(store, asked, day())
        severity = among("severity", query.get("severity"), SEVERITIES)
        kind = among("kind", query.get("kind"), {k.id for k in kinds(store)})
        found = [f for f in whole if severity in ("", f.kind.severity) and kind in ("", f.kind.id)]
        named = names(store, {i for i in vars(asked).values() if i})
        cells = matrix(store)

        def report() -> Report:
            return reports.gap_report(found, matrix(store, regions=[asked.region] if asked.region else ()), list(named.values()), day(), release(), lang)

        return frame.page(
            request,
            "gaps.html",
            data=reported({"day": str(day()), **plain.findings_as_json(found)}, report, lang),
            groups=by_finding_kind(found),
            counts=Counter(f.kind.severity for f in whole),
            kinds=by_kind(whole, kinds(store), kind),
            total=len(whole),
            shown=len(found),
            severities=SEVERITIES,
            regions=by_name(cells.regions, lang),
            areas=by_name(cells.areas, lang),
            bodies=by_name(planned(store), lang),
            chosen={"severity": severity, "kind": kind, **vars(asked)},
            day=day(),
            word=lambda key: word(key, lang),
        )

    return routes


def _fullest(store: Store, bodies: Iterable[Name]) -> str:
    """The body that a plan is of, else the first."""
    own = {r["b"].value for r in store.select("SELECT ?b WHERE { ?plan a sg:ActionPlan ; sg:planOf ?b }")}
    return next((b.iri for b in bodies if b.iri in own), next(iter(bodies)).iri)


def chosen_lines(lines: Iterable[Line], status: str, lacking: str) -> list[Line]:
    """The lines that have a status (by IRI) and lack something (by the id of a kind of gap); "" for any."""
    return [n for n in lines if (not status or status in {s.iri for s in n.status}) and (not lacking or lacking in {f.kind.id for f in n.missing})]


def sorted_lines(lines: Sequence[Line], by: str, lang: str) -> list[Line]:
    """The lines in another order; what has nothing there comes first for who is responsible, last for all else."""
    keys: dict[str, Callable[[Line], Any]] = {
        "document": lambda _: (),
        "status": lambda n: (not n.status, [s.text(lang) for s in n.status]),
        "responsible": lambda n: (bool(n.responsible), [r.text(lang) for r in n.responsible]),
        "due": lambda n: (not n.due, n.due),
        "missing": lambda n: -len(n.missing),
    }
    return sorted(lines, key=keys[by])


def picture(outcome: Outcome) -> tuple[float, float | None] | None:
    """How long the bar of an outcome in percent is and where its target stands; None for what is no share."""
    if outcome.unit not in ("%", "procent") or not outcome.observed:
        return None
    told = [_number(words) for words in (outcome.observed, outcome.target)]
    return (told[0], told[1]) if told[0] is not None else None


def _number(words: str) -> float | None:
    """The last number in words, where it is a share."""
    for part in reversed(words.replace("–", " ").split()):
        try:
            return min(max(float(part.replace(",", ".")), 0), BAR)
        except ValueError:
            continue
    return None


def _compared(current: Current, store: Store, askers: Askers, a: str, b: str, first: str, last: str) -> tuple[Comparison | None, list[str]]:
    """What two things, or one on two days, have in common; None where less was asked for."""
    if a and b:
        return compare(store, a_side(askers.index(), a, "a"), a_side(askers.index(), b, "b")), []
    if not (first or last):
        return None, []
    if not a:
        raise InputError("Ange a: vad de två dagarna ska jämföras för.", "Give a: what the two days are to be compared for.")
    days = [a_day("from", first), a_day("to", last)]
    number = release.view.release.id if (release := current.reading()).chosen else ""
    before, after = (current.opened(current.at(number, when)) for when in days)
    return compare_days(before, after, a_side(askers.index(), a, "a")), days


def grouped(matters: Iterable[Matter]) -> dict[str, list[Matter]]:
    """Matters by where they are found: what differs first, then what only one side has, then what is the same."""
    order = (Found.DIFFERENT, Found.FIRST, Found.SECOND, Found.SAME)
    found = list(matters)
    return {str(where): some for where in order if (some := [m for m in found if m.found == where])}


def by_kind(found: Iterable[Finding], known: Iterable[Kind], chosen: str | None) -> dict[str, tuple[dict[str, str], int]]:
    """Kinds of gap by their id: what they are called, and how many findings there are; of those without any only the one that is chosen."""
    all_of = list(found)
    counts = Counter(f.kind.id for f in all_of)
    return {k.id: (k.labels, counts[k.id]) for k in (*(f.kind for f in all_of), *(k for k in known if k.id == chosen))}


def by_finding_kind(found: Iterable[Finding]) -> list[list[Finding]]:
    """Findings by kind, the gravest kinds first."""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.kind.id, []).append(finding)
    return sorted(groups.values(), key=lambda some: SEVERITIES.index(some[0].kind.severity))

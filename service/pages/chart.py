"""The organisation chart: the governance network, or the part around a body or between two, as a picture, an outline and a table.

What is closed hides what hangs on it alone; the picture, the outline and the table always show the same relations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from graph import network as governance
from graph.evidence import citations
from graph.names import Name, names
from graph.network import Network, local
from graph.network.describing import LEVELS, Drawing, Party, Relation, described
from graph.network.layout import WIDTH, placed
from graph.network.pictures import curve
from graph.network.selecting import Part, Selection, kinds_named, select
from graph.network.walking import dissolved, paths
from graph.store import Store
from service.api.analysis.choosing import a_body, a_region
from service.api.asking import Askers
from service.pages.frame import Frame, as_csv, as_json, lang_of
from service.pages.given import among, one_of
from service.pages.pictures import by_name
from service.pages.rendered import Rendered
from service.texts import text
from service.views.current import Current

VIEWS: Final = ("picture", "outline", "table")
SIZES: Final = ("60", "200", "2000")
RADII: Final = ("1", "2", "3")
NAMED: Final = 600  # bodies that complete what is typed
COLOURED: Final = ("ReportingLine", "Commission", "AppointmentRule", "AdvisoryRelation", "Dialogue", "EscalationPath", "SupportRelation", "Delegation")
TOGGLED: Final = 200  # parties up to which each can be closed
Step = tuple[Name, Sequence[Relation]]


@dataclass(frozen=True)
class Chart:
    """What is shown: the drawing, what was asked for, how many lie hidden below what is closed, and the paths between two bodies."""

    drawing: Drawing
    wanted: Selection
    hidden: Mapping[str, int]
    ways: Sequence[Sequence[Step]]
    cut: bool


def router(frame: Frame, current: Current, askers: Askers, rendered: Rendered) -> APIRouter:
    """The route of this page."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/chart", methods=["GET", "HEAD"])
    @rendered
    def shown(request: Request) -> Response:
        store, lang, query = current.store()[1], lang_of(request), request.query_params
        whole = governance.of(store)
        wanted = asked(whole, askers, query)
        closed = frozenset(among("closed", c, {*LEVELS, *whole.parties}) for c in query.getlist("closed"))
        chart = made(store, whole, wanted, int(one_of("most", query.get("most"), SIZES)), closed)
        called = names(store, {*whole.kinds, *LEVELS, *(i for i in (wanted.body, wanted.to, wanted.region) if i)})
        drawing, view = chart.drawing, one_of("view", query.get("view"), VIEWS)
        return frame.page(
            request,
            "chart.html",
            data={"json": as_json(plain(chart)), "csv": as_csv(head(lang), rows(drawing, lang))},
            islands=("chart",) if view == "picture" else (),
            chart=chart,
            drawn=placed(drawing, lang) if view == "picture" else None,
            curve=curve,
            width=WIDTH,
            look=look,
            ends={p.name.iri: p.name for p in drawing.parties},
            outline=outlined(drawing) if view == "outline" else (),
            view=view,
            views=VIEWS,
            kinds=[(called[k], Counter(e.kind for e in whole.edges)[k], not wanted.kinds or k in wanted.kinds) for k in ordered(whole.kinds)],
            shown_kinds=[called[k] for k in ordered({r.edge.kind for r in drawing.relations}) if local(k) in COLOURED],
            levels=[called[level] for level in LEVELS],
            regions=by_name(_regions(store), lang),
            bodies=_bodies(store, whole, lang),
            called=called,
            closed=closed,
            closable=_closable(whole, drawing, closed),
            sizes=SIZES,
            radii=RADII,
            asked={n: query.get(n, "") for n in ("body", "to", "radius", "region", "level", "most")},
            same=[(n, v) for n, v in query.multi_items() if v and n not in ("lang", "release", "asOf")],
            turned=lambda name, value: turned(query, name, value),
        )

    return routes


def asked(whole: Network, askers: Askers, query: QueryParams) -> Selection:
    """The part of the network that is asked for. Raises NotFoundError for what means nothing, with what is nearest."""
    index = askers.index()
    body, to = (a_body(index, query[n], n) if query.get(n) else "" for n in ("body", "to"))
    region = a_region(index, query["region"]) if query.get("region") else ""
    kinds = kinds_named(whole, query.getlist("kinds"), {})
    return Selection(body, to, int(one_of("radius", query.get("radius"), RADII)), kinds=kinds, region=region, level=among("level", query.get("level"), LEVELS))


def made(store: Store, whole: Network, wanted: Selection, most: int, closed: frozenset[str]) -> Chart:
    """The chart: the selection, without the levels that are closed and without what hangs on closed bodies alone."""
    below = {c: {loss.party for loss in dissolved(whole, c) if loss.only} for c in closed if c in whole.parties}
    gone = {p for some in below.values() for p in some} - {wanted.body, wanted.to}
    part = select(whole, wanted, most)
    kept = Part(*_kept(part, lambda p: p not in gone and whole.level(p) not in closed), part.cut)
    drawing = described(store, whole, kept)
    hidden = {c: len(set(part.parties) & some) for c, some in below.items()}
    hidden |= Counter(level for p in part.parties if (level := whole.level(p)) in closed)
    return Chart(drawing, wanted, hidden, *_ways(store, whole, wanted))


def _kept(part: Part, there: Any) -> tuple[tuple[governance.Edge, ...], tuple[str, ...]]:
    return tuple(e for e in part.edges if there(e.source) and there(e.target)), tuple(p for p in part.parties if there(p))


def _ways(store: Store, whole: Network, wanted: Selection) -> tuple[list[list[Step]], bool]:
    """The paths between two bodies, each step with the relations that make it."""
    if not (wanted.body and wanted.to):
        return [], False
    network = whole.only(wanted.kinds) if wanted.kinds else whole
    found = paths(network, network.body(wanted.body), network.body(wanted.to), wanted.longest, most=20)
    steps = {(a, b): network.links[a][b] for path in found.found for a, b in pairwise(path)}
    edges = {e for some in steps.values() for e in some}
    cited = citations(store, {e.statement for e in edges if e.statement}) if edges else {}
    called = names(store, {p for path in found.found for p in path} | {e.kind for e in edges} | {e.statement for e in edges if e.statement})
    told = {e: Relation(e, called[e.kind], called[e.statement or e.kind], tuple(cited.get(e.statement, ()))) for e in edges}
    return [[(called[b], [told[e] for e in steps[a, b]]) for a, b in pairwise(path)] for path in found.found], found.cut


def look(relations: Iterable[Relation]) -> str:
    """The class of an arrow in the style sheet: that of the first of its kinds that has a colour of its own."""
    there = {local(r.edge.kind) for r in relations}
    return next((f"k-{name}" for name in COLOURED if name in there), "k-other")


def ordered(kinds: Iterable[str]) -> list[str]:
    """Kinds with a colour of their own first, then the others."""
    return sorted(kinds, key=lambda k: (COLOURED.index(local(k)) if local(k) in COLOURED else len(COLOURED), k))


def outlined(drawing: Drawing) -> list[tuple[Name | None, list[tuple[Party, list[Relation]]]]]:
    """The parties by level, each with its relations."""
    at: dict[str, list[Relation]] = {}
    for relation in drawing.relations:
        for end in {relation.edge.source, relation.edge.target}:
            at.setdefault(end, []).append(relation)
    levels: dict[str, list[tuple[Party, list[Relation]]]] = {}
    for party in sorted(drawing.parties, key=lambda p: p.name.text("sv").casefold()):
        levels.setdefault(party.level.iri if party.level else "", []).append((party, at.get(party.name.iri, [])))
    order = sorted(levels, key=lambda i: LEVELS.index(i) if i in LEVELS else len(LEVELS))
    return [(levels[i][0][0].level if i else None, levels[i]) for i in order]


def head(lang: str) -> list[str]:
    """The header of the relations as CSV."""
    return [text(f"chart.{name}", lang) for name in ("from", "kind", "to", "says", "strength", "firm", "passages")]


def rows(drawing: Drawing, lang: str) -> Iterable[list[str]]:
    """The relations as lines."""
    called = {p.name.iri: p.name.text(lang) for p in drawing.parties}
    for r in drawing.relations:
        said = "; ".join(f"{c.document.text(lang)} {c.start}–{c.end}" if c.document and not c.source else c.source for c in r.citations)
        strength = r.strength.text(lang) if r.strength else ""
        yield [called[r.edge.source], r.kind.text(lang), called[r.edge.target], r.statement.text(lang), strength, text(f"chart.firm.{r.firm}", lang), said]


def plain(chart: Chart) -> dict[str, Any]:
    """The chart as plain values."""
    nodes = [
        {"iri": p.name.iri, "label": p.name.labels, "kind": p.kind.iri, "level": p.level and p.level.iri, "within": p.within and p.within.iri}
        for p in chart.drawing.parties
    ]
    edges = [
        {
            "from": r.edge.source,
            "to": r.edge.target,
            "kind": r.edge.kind,
            "statement": r.edge.statement or None,
            "firm": r.firm,
            "strength": r.strength and r.strength.iri,
        }
        for r in chart.drawing.relations
    ]
    return {"nodes": nodes, "edges": edges, "cut": chart.drawing.cut or chart.cut}


def turned(query: QueryParams, name: str, value: str) -> dict[str, list[str]]:
    """What the page was asked with, but one value of a parameter taken away where it is there, else added."""
    given = {n: [v for v in query.getlist(n) if v] for n in query if n not in ("lang", "release", "asOf")}
    had = given.get(name, [])
    return {**given, name: [v for v in had if v != value] if value in had else [*had, value]}


def _closable(whole: Network, drawing: Drawing, closed: frozenset[str]) -> frozenset[str]:
    """The bodies that are closed, and those on which others of the drawing hang alone; these are not looked for in a large one."""
    there = {p.name.iri for p in drawing.parties}
    if len(there) > TOGGLED:
        return closed
    return closed | {p for p in there if any(loss.only and loss.party in there for loss in dissolved(whole, p))}


def _regions(store: Store) -> Iterable[Name]:
    found = store.select("SELECT DISTINCT ?r WHERE { VALUES ?class { sg:Region sg:HealthcareRegion } ?r a ?class }")
    return names(store, {r["r"].value for r in found}).values()


def _bodies(store: Store, whole: Network, lang: str) -> list[Name]:
    """The bodies that a box for one completes; none where they are too many to send."""
    bodies = {whole.body(p) for p in whole.parties}
    return by_name(names(store, bodies).values(), lang) if len(bodies) <= NAMED else []

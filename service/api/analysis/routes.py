"""Routes: /api/gap, /api/matrix, /api/plan and /api/compare, each as JSON, CSV, Excel, Markdown and printable HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from graph.comparing import compare, compare_days
from graph.errors import InputError
from graph.gaps import gaps, matrix
from graph.names import names
from graph.planning import plan, planned
from service.api.analysis import plain, reports
from service.api.analysis.choosing import a_body, a_region, a_side, wanted
from service.api.analysis.tables import FORMS, Report, as_csv, as_excel, as_html, as_markdown
from service.api.asking import Askers
from service.views.current import Current
from service.views.reading import about, tagged
from service.web.negotiation import best, language
from service.web.problems import problem

Form = Literal["json", "csv", "xlsx", "md", "html"]
_TOLD: dict[int | str, dict[str, Any]] = {200: {"description": "The report.", "content": {media: {} for media in FORMS.values()}}}


@dataclass(frozen=True)
class Asked:
    """In which form and language a report is asked for."""

    form: Form | None = None
    lang: str = "sv"
    accept: str = ""


def asked(
    form: Annotated[Form | None, Query(alias="format", description="Goes before Accept.")] = None,
    lang: Annotated[str | None, Query(description="Language of the tables: sv or en.")] = None,
    accept: Annotated[str, Header(description=f"One of {', '.join(FORMS.values())}.")] = "",
    accept_language: Annotated[str, Header(description="The language of the tables, where lang gives none.")] = "",
) -> Asked:
    """What a request asks for."""
    return Asked(form, language(lang, accept_language), accept)


class Told:
    """Writes a report in the form that a request likes best."""

    def __init__(self, current: Current) -> None:
        self._current = current

    def __call__(self, request: Request, name: str, asked: Asked, values: Callable[[], dict[str, Any]], report: Callable[[str], Report]) -> Response:
        """The response; `values` and `report` make the content, as plain values and as tables in a language."""
        read, lang = self._current.reading(), asked.lang
        media = FORMS[asked.form] if asked.form else best(asked.accept, list(FORMS.values()))
        if media is None:
            return problem(406, f"The report can be had as {', '.join(FORMS.values())}.")
        makers: dict[str, Callable[[], bytes]] = {
            "json": lambda: json.dumps({**about(read), **values()}, ensure_ascii=False).encode(),
            "csv": lambda: as_csv(report(lang), lang),
            "xlsx": lambda: as_excel(report(lang), lang),
            "md": lambda: as_markdown(report(lang), lang),
            "html": lambda: as_html(report(lang), lang, request.scope.get("root_path", "")),
        }
        chosen = next(f for f, m in FORMS.items() if m == media)
        called = f"{name}-{read.day}" if read.day else name
        headers = {"Content-Disposition": f'inline; filename="{called}.{chosen}"', "Vary": "Accept, Accept-Language"}
        return tagged(request, read, Response(makers[chosen](), media_type=media, headers=headers))


def router(current: Current, askers: Askers) -> APIRouter:
    """The routes, below /api."""
    routes = APIRouter(prefix="/api", tags=["analysis"], responses=_TOLD)
    told = Told(current)

    def day() -> date:
        """The day of the analysis: the one that was asked for, else today."""
        return current.reading().day or date.today()

    @routes.get("/gap")
    def gap(
        request: Request,
        region: Annotated[str, Query(description="Only what concerns a region or healthcare region: IRI, name or abbreviation.")] = "",
        area: Annotated[str, Query(description="Only what concerns an area of responsibility: IRI, name or notation.")] = "",
        body: Annotated[str, Query(description="Only what concerns a body: IRI, name or abbreviation.")] = "",
        asked: Annotated[Asked, Depends(asked)] = Asked(),
    ) -> Response:
        """What the documents leave open or break, as findings: kind, severity, why, statements with passages, and the question that would close each.

        Dates are held against the day of `asOf`, or today. In Excel and HTML the matrix of responsibilities comes too.
        """
        store, read = current.store()[1], current.reading()
        chosen = wanted(askers.index(), region, area, body)
        found = gaps(store, chosen, day())
        named = names(store, {i for i in vars(chosen).values() if i})

        def report(shown: str) -> Report:
            cells = matrix(store, regions=[chosen.region] if chosen.region else ())
            return reports.gap_report(found, cells, list(named.values()), day(), read.view.release.id, shown)

        values = {"day": str(day()), "wanted": {k: plain.thing(named[i]) if i else None for k, i in vars(chosen).items()}}
        return told(request, "gap", asked, lambda: {**values, **plain.findings_as_json(found)}, report)

    @routes.get("/matrix")
    def responsibilities(
        request: Request,
        region: Annotated[Sequence[str], Query(description="Regions or healthcare regions to show; without any, all.")] = (),
        asked: Annotated[Asked, Depends(asked)] = Asked(),
    ) -> Response:
        """Who is responsible for what, region by region: `assigned`, `documented_as_none` or `not_documented`; `no_document_here` where none is held."""
        cells = matrix(current.store()[1], regions=[a_region(askers.index(), r) for r in region if r.strip()])

        def report(shown: str) -> Report:
            table = reports.matrix_table(cells, shown)
            return Report(table.title, (), (table,))

        return told(request, "matrix", asked, lambda: plain.matrix_as_json(cells), report)

    @routes.get("/plan")
    def overview(
        request: Request,
        body: Annotated[str, Query(description="A body with a plan or tasks: IRI, name or abbreviation; without it, all that have.")] = "",
        asked: Annotated[Asked, Depends(asked)] = Asked(),
    ) -> Response:
        """The overview of a body's plan or tasks: status, who is responsible, next date, outcome against target, and what is missing."""
        store, read = current.store()[1], current.reading()
        if not body.strip():
            bodies = planned(store)
            return told(request, "plan", asked, lambda: {"bodies": plain.things(bodies)}, lambda shown: reports.bodies_report(bodies, shown))
        found = plan(store, a_body(askers.index(), body), day())
        return told(request, "plan", asked, lambda: plain.overview_as_json(found), lambda shown: reports.plan_report(found, read.view.release.id, shown))

    @routes.get("/compare")
    def comparison(
        request: Request,
        a: Annotated[str, Query(description="A body, region or document: IRI, name or abbreviation.")],
        b: Annotated[str, Query(description="What it is compared with.")] = "",
        first: Annotated[str, Query(alias="from", description="Without b: the first day (YYYY-MM-DD).")] = "",
        last: Annotated[str, Query(alias="to", description="Without b: the second day (YYYY-MM-DD).")] = "",
        asked: Annotated[Asked, Depends(asked)] = Asked(),
    ) -> Response:
        """What is said of two bodies, regions or documents, or of one on two days: the same, different, or only in one, with norm strengths."""
        store, read = current.store()[1], current.reading()
        one = a_side(askers.index(), a, "a")
        if b.strip():
            found, days = compare(store, one, a_side(askers.index(), b, "b")), []
        elif first and last:
            number = read.view.release.id if read.chosen else ""
            before, after = (current.opened(current.at(number, when, name)) for name, when in (("from", first), ("to", last)))
            found, days = compare_days(before, after, one), [first, last]
        else:
            raise InputError("Ange b, eller två dagar med from och to.", "Give b, or two days with from and to.")
        values = {**plain.comparison_as_json(found), **({"days": days} if days else {})}
        return told(request, "compare", asked, lambda: values, lambda shown: reports.comparison_report(found, days, read.view.release.id, shown))

    return routes

"""Pages that draw: timeline, matrix, plan, comparison and gaps; each draws what the graph's own analyses found, and is to be had as data under its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from graph import history, questions
from graph.errors import NotFoundError
from graph.names import Name
from graph.questions import Answer, Row
from service.api import answers
from service.api.analysis.tables import Report, as_csv, as_excel, as_markdown
from service.pages import matrix, timeline
from service.pages.frame import Forms, Frame, as_json, lang_of
from service.pages.given import among, offered, one_of
from service.pages.rendered import Rendered
from service.views.current import Current
from service.views.reading import about

OVERVIEWS: Final = ("chart", "matrix", "plan", "compare", "gap", "timeline")
SHOWN: Final = 12  # releases that the timeline shows
FEW: Final = 3  # holders that a cell of the matrix names


def router(frame: Frame, current: Current, rendered: Rendered) -> APIRouter:
    """The routes of these pages."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/overviews", methods=["GET", "HEAD"])
    def overviews(request: Request) -> Response:
        return frame.page(request, "overviews.html", overviews=OVERVIEWS)

    @routes.api_route("/timeline", methods=["GET", "HEAD"])
    def shown(request: Request) -> Response:
        query, lang = request.query_params, lang_of(request)
        read = documents(asked(current, "timeline", {}, ()).rows, lang)
        among("document", query.get("document"), {d.iri for d in read})
        whole = asked(current, "timeline", query, ("document", "body"))
        kinds = by_name(offered(current.store()[1], query.get("kind"), "owl:Class", things(whole.rows, "kind", lang)), lang)
        kind = among("kind", query.get("kind"), {k.iri for k in kinds})
        answer = narrowed(whole, "kind", kind)
        found = timeline.moments(answer.rows)
        return frame.page(
            request,
            "timeline.html",
            data=forms(answer, lang, about(current.reading())),
            drawn=timeline.drawing(found),
            years=timeline.by_year(found),
            yearless=[m for m in found if m.day],
            undated=[m for m in found if m.year is None and not m.day],
            kinds=kinds,
            documents=read,
            chosen={name: query.get(name, "") for name in ("kind", "document", "body")},
            releases=[] if kind else list(history.chain(current.home))[:SHOWN],
            when=lambda moment: timeline.when(moment, lang),
            today=date.today(),
        )

    @routes.api_route("/matrix", methods=["GET", "HEAD"])
    @rendered
    def side_by_side(request: Request) -> Response:
        query, lang = request.query_params, lang_of(request)
        by, mark, picked = one_of("by", query.get("by"), matrix.BY), among("mark", query.get("mark"), matrix.MARKS), query.getlist("column")
        table = matrix.table(current.store()[1], by, picked, mark)
        told = {**about(current.reading()), **matrix.as_json(table)}
        data = reported(told, lambda: matrix.report(current.store()[1], table, lang), lang)
        return frame.page(
            request,
            "matrix.html",
            data=data,
            table=table,
            by=by,
            bys=matrix.BY,
            mark=mark,
            markings=matrix.MARKS,
            marks=matrix.marks,
            marked=matrix.marked,
            picked=picked,
            few=FEW,
        )

    @routes.api_route("/matrix/cell", methods=["GET", "HEAD"])
    def cell(request: Request, column: str, area: str) -> Response:
        store, lang, by = current.store()[1], lang_of(request), one_of("by", request.query_params.get("by"), matrix.BY)
        there = matrix.cell(store, by, column, area)
        if there is None:
            raise NotFoundError("Matrisen har ingen sådan cell.", "The matrix has no such cell.")
        found, searched = there
        said = matrix.statements(store, found)
        return frame.page(request, "cell.html", cell=found, found=said, searched=searched, by=by, words=matrix.in_words(found, lang))

    return routes


def reported(told: Mapping[str, Any], report: Callable[[], Report], lang: str) -> Forms:
    """What a page shows as data: plain values, and the tables of a report, which is made where it is asked for."""
    return {"json": as_json(told), "csv": lambda: as_csv(report(), lang), "xlsx": lambda: as_excel(report(), lang), "md": lambda: as_markdown(report(), lang)}


def asked(current: Current, name: str, given: Mapping[str, str], parameters: Iterable[str]) -> Answer:
    """A catalogue question's answer; of what is given, these parameters go to it. Raises NotFoundError."""
    store = current.store()[1]
    return questions.answer(store, questions.find(store, name), {p: given[p] for p in parameters if given.get(p)})


def narrowed(answer: Answer, column: str, iri: str) -> Answer:
    """The rows that have a thing in a column; all rows for no thing."""
    return answer if not iri else replace(answer, rows=tuple(r for r in answer.rows if isinstance(n := r.cells[column], Name) and n.iri == iri))


def things(rows: Iterable[Row], column: str, lang: str) -> list[Name]:
    """What stands in a column, each once, by name."""
    return by_name((n for r in rows if isinstance(n := r.cells[column], Name)), lang)


def documents(rows: Iterable[Row], lang: str) -> list[Name]:
    """The documents that rows rest on, each once, by name."""
    return by_name((c.document for r in rows for c in r.citations if c.document and not c.source), lang)


def by_name(found: Iterable[Name], lang: str) -> list[Name]:
    """Things, each once, by name."""
    return sorted({n.iri: n for n in found}.values(), key=lambda n: n.text(lang).casefold())


def forms(answer: Answer, lang: str, told: Mapping[str, Any]) -> Forms:
    """An answer as data."""
    return {form: partial(answers.written, answer, form, lang, told) for form in ("json", "csv", "xlsx", "md")}

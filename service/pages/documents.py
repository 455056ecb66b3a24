"""The documents: their list, and each as one reads it, the statements beside the text that they rest on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from graph.coverage import coverage as covered
from graph.errors import NotFoundError
from graph.namespaces import BASE, SOURCE_GRAPHS
from graph.reading import Reading, Said, read
from graph.sources import Source, sources
from graph.store import serialize
from service.pages.frame import MEDIA, Frame, as_csv, as_json, lang_of
from service.pages.rendered import Rendered
from service.settings import Settings
from service.views.current import Current

_COLUMNS = ("section", "statement", "iri", "kind", "strength", "start", "end")


def router(frame: Frame, current: Current, settings: Settings, rendered: Rendered) -> APIRouter:
    """The routes of these pages."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/documents", methods=["GET", "HEAD"])
    @rendered
    def documents(request: Request) -> Response:
        """Each source, how fresh it is, how many statements it makes, and how much of its text they rest on."""
        _, store = current.store()
        found, lang = sources(store), lang_of(request)
        shares = {c.document.iri: c.share for c in covered(store, settings.texts())}
        told = [_source_as_json(s, shares) for s in found]
        rows = ((s.document.text(lang), s.document.iri, _times(s, lang), s.statements, shares.get(s.document.iri)) for s in found)
        data = {"json": as_json({"documents": told}), "csv": as_csv(("document", "iri", "times", "statements", "share"), rows)}
        return frame.page(request, "documents.html", data=data, sources=found, shares=shares)

    @routes.api_route("/documents/{slug}", methods=["GET", "HEAD"])
    @rendered
    def document(request: Request, slug: str) -> Response:
        """A document in reading order."""
        _, store = current.store()
        source = next((s for s in sources(store) if s.document.iri == f"{BASE}doc/{slug}"), None)
        if source is None:
            raise NotFoundError(f"Det finns inget dokument {slug!r}.", f"There is no document {slug!r}.")
        found, lang = read(store, settings.texts(), source.document.iri), lang_of(request)
        data = {
            "json": as_json(_reading_as_json(found)),
            "csv": as_csv(_COLUMNS, _rows(found, lang)),
            "ttl": lambda: serialize(sorted({q.triple for q in store.graph(SOURCE_GRAPHS + slug)}, key=str), MEDIA["ttl"]),
        }
        first = {iri: f"s{n}" for n, iri in enumerate(s.statement.iri for s in found.said)}
        return frame.page(request, "document.html", data=data, reading=found, source=source, anchors=first)

    @routes.api_route("/coverage", methods=["GET", "HEAD"])
    def coverage(request: Request, document: str = "") -> Response:
        """The address that the document view had before."""
        kept = urlencode({k: v for k, v in request.query_params.items() if k != "document"})
        return RedirectResponse(request.scope.get("root_path", "") + "/documents" + (f"/{document}" if document else "") + (f"?{kept}" if kept else ""), 308)

    return routes


def _source_as_json(source: Source, shares: dict[str, float]) -> dict[str, Any]:
    iri, times = source.document.iri, [{"statement": what.iri, "label": what.labels, "time": when} for what, when in source.times]
    return {"iri": iri, "label": source.document.labels, "times": times, "statements": source.statements, "share": shares.get(iri)}


def _times(source: Source, lang: str) -> str:
    return "; ".join(f"{what.text(lang)}: {when}" for what, when in source.times)


def _reading_as_json(reading: Reading) -> dict[str, Any]:
    """A document's parts with their statements; its text is not repeated."""
    return {
        "document": {"iri": reading.document.iri, "label": reading.document.labels},
        "share": reading.covered.share if reading.covered else None,
        "sections": [
            {"section": p.section and {"iri": p.section.iri, "label": p.section.labels}, "start": p.start, "statements": [_said_as_json(s) for s in p.said]}
            for p in reading.parts
        ],
    }


def _said_as_json(said: Said) -> dict[str, Any]:
    strength = said.citations[0].strength
    return {
        "iri": said.statement.iri,
        "label": said.statement.labels,
        "kind": said.kind and said.kind.iri,
        "strength": strength and strength.iri,
        "ranges": [{"start": c.start, "end": c.end} for c in said.citations],
    }


def _rows(reading: Reading, lang: str) -> list[tuple[object, ...]]:
    return [
        (p.section and p.section.text(lang), s.statement.text(lang), s.statement.iri, s.kind and s.kind.text(lang), firm and firm.text(lang), c.start, c.end)
        for p in reading.parts
        for s in p.said
        for c in s.citations
        for firm in (c.strength,)
    ]

"""The addresses by which others find what is here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from graph.dump import dump
from graph.errors import NotFoundError
from graph.releases import DUMP
from graph.store import serialize
from service.discovery import sitemap
from service.discovery.catalogue import Catalogue
from service.views.current import Current
from service.views.keeping import FEW, Line
from service.views.reading import tagged
from service.web.negotiation import best
from service.web.raw import matches
from service.web.refusals import RefusalError

FORMS: Final = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml", "nt": "application/n-triples"}
OPEN: Final = {"Access-Control-Allow-Origin": "*"}


def router(current: Current) -> APIRouter:
    """The routes over what a request reads."""
    rest, line = APIRouter(), Line(FEW)

    def catalogue(request: Request) -> Catalogue:
        _, store = current.store()
        return Catalogue(store, current.release().manifest, str(request.base_url))

    def answered(request: Request, body: str | bytes, media: str) -> Response:
        return tagged(request, current.reading(), Response(body, headers={**OPEN, "Content-Type": media}))

    @rest.api_route("/catalog", methods=["GET", "HEAD"], include_in_schema=False)
    def catalog(request: Request) -> Response:
        return _elsewhere(request, "catalog")

    @rest.api_route("/catalog.{form}", methods=["GET", "HEAD"], include_in_schema=False)
    def catalog_as(request: Request, form: str) -> Response:
        return answered(request, serialize(catalogue(request).triples(), _media(form)), _media(form))

    @rest.api_route("/.well-known/void", methods=["GET", "HEAD"], include_in_schema=False)
    def well_known(request: Request) -> Response:
        return _elsewhere(request, "void")

    @rest.api_route("/void.{form}", methods=["GET", "HEAD"], include_in_schema=False)
    def void_as(request: Request, form: str) -> Response:
        found = catalogue(request)
        return answered(request, serialize(found.triples() | found.partitions(), _media(form)), _media(form))

    @rest.api_route(f"/{DUMP}", methods=["GET", "HEAD"], include_in_schema=False)
    def whole(request: Request) -> Response:
        view = current.view()
        headers = {**OPEN, "ETag": f'"{view.id}.trig.gz"', "Vary": "Authorization"}
        if matches(headers["ETag"].encode(), request.headers.get("if-none-match", "").encode()):
            return Response(None, 304, headers)
        with line:
            return FileResponse(dump(view), headers=headers, media_type="application/gzip", filename=f"styrgraf-{view.release.id}.trig.gz")

    @rest.api_route("/robots.txt", methods=["GET", "HEAD"], include_in_schema=False)
    def robots(request: Request) -> Response:
        return Response(sitemap.robots(str(request.base_url), request.scope.get("root_path", "")), media_type="text/plain")

    @rest.api_route("/sitemap.xml", methods=["GET", "HEAD"], include_in_schema=False)
    def sitemap_whole(request: Request) -> Response:
        paths, base, created = sitemap.pages(current.store()[1]), str(request.base_url), current.release().manifest.created
        one = len(paths) <= sitemap.MOST
        return answered(request, sitemap.part(base, paths, 1, created) if one else sitemap.index(base, len(paths), created), "application/xml")

    @rest.api_route("/sitemap-{number}.xml", methods=["GET", "HEAD"], include_in_schema=False)
    def sitemap_part(request: Request, number: int) -> Response:
        paths = sitemap.pages(current.store()[1])
        if not 0 < number <= -(-len(paths) // sitemap.MOST):
            raise NotFoundError(f"Kartan har ingen del {number}.", f"The sitemap has no part {number}.")
        return answered(request, sitemap.part(str(request.base_url), paths, number, current.release().manifest.created), "application/xml")

    return rest


def _media(form: str) -> str:
    """The media type of a suffix. Raises NotFoundError."""
    if form not in FORMS:
        told = ", ".join(f".{f}" for f in FORMS)
        raise NotFoundError(f"Beskrivningen finns som {told}.", f"The description is to be had as {told}.")
    return FORMS[form]


def _elsewhere(request: Request, name: str) -> Response:
    """303 to the form that the client likes best. Raises RefusalError (406)."""
    chosen = best(request.headers.get("accept", ""), list(FORMS.values()))
    if chosen is None and best(request.headers.get("accept", ""), ["text/html"]):
        chosen = FORMS["ttl"]  # a browser
    if chosen is None:
        told = ", ".join(FORMS.values())
        raise RefusalError(406, f"Beskrivningen kan fås som {told}.", f"The description can be had as {told}.")
    form = next(f for f, media in FORMS.items() if media == chosen)
    return RedirectResponse(f"{request.base_url}{name}.{form}", 303, {**OPEN, "Vary": "Accept"})

"""A page for every IRI of ours, each also as data (303 by Accept), and the ontology as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from graph import files, questions
from graph.entities import Entity, describe, triples
from graph.errors import NotFoundError
from graph.layout import arrange
from graph.names import Name, names
from graph.namespaces import BASE, SG, SPACES, expand
from graph.store import Store, is_iri, serialize
from graph.terms import context, terms
from service.api.answers import place
from service.pages import vocabulary
from service.pages.frame import MEDIA, Forms, Frame, as_csv, as_json, lang_of
from service.pages.rendered import Rendered
from service.texts import text
from service.views.current import Current
from service.views.reading import tagged
from service.web.negotiation import best
from service.web.outside import inside
from service.web.refusals import NotAcceptableError

FORMS: Final = {form: MEDIA[form] for form in ("html", "ttl", "jsonld", "rdf", "nt", "json", "csv")}
_COLUMNS: Final = ("direction", "property", "value", "iri", "status", "strength", "evidence")


def router(frame: Frame, current: Current, rendered: Rendered) -> APIRouter:
    """The routes of these pages. The last one matches any path, so this router comes after all others."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/docs/changelog", methods=["GET", "HEAD"])
    def changelog() -> Response:
        return Response((files.root() / "CHANGELOG.md").read_text("utf-8"), media_type="text/markdown")

    @routes.api_route("/def.{form}", methods=["GET", "HEAD"])
    @rendered
    def whole(request: Request, form: str) -> Response:
        return _ontology(frame, current, request, form)

    @routes.api_route("/def/context.jsonld", methods=["GET", "HEAD"])
    def the_context() -> Response:
        made = json.dumps({"@context": context(current.store()[1])}, ensure_ascii=False, indent=1)
        return Response(made, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}, media_type=MEDIA["jsonld"])

    @routes.api_route("/{space}/{rest_of_path:path}", methods=["GET", "HEAD"])
    @rendered
    def thing(request: Request, space: str) -> Response:
        if space not in SPACES:
            raise NotFoundError("Ingen sida har den adressen.", "No page has that address.")
        return _thing(frame, current, request, inside(request.scope).removeprefix("/"))

    return routes


def _thing(frame: Frame, current: Current, request: Request, path: str) -> Response:
    """Dereferences an IRI of ours: 303 to its page or data, or that page or data. Raises NotFoundError for what the graph does not know."""
    stem, _, form = path.rpartition(".")
    _, store = current.store()
    if form not in FORMS:
        return _elsewhere(store, request, path)
    found = _described(store, BASE + stem)
    if form == "html":
        return _page(frame, store, request, found)
    makers = _forms(store, found, request)
    return tagged(request, current.reading(), Response(makers[form](), headers={"Content-Type": FORMS[form], "Access-Control-Allow-Origin": "*"}))


def _page(frame: Frame, store: Store, request: Request, entity: Entity) -> Response:
    """The page of a thing, as ontology/pages lays it out."""
    page = arrange(store, entity)
    linked = [{**vars(s), "parameter": s.question and _parameter(store, s.question, page.classes)} for s in page.sections]
    readable = expand("sg:SourceDocument") in page.classes
    return frame.page(request, "entity.html", data=_forms(store, entity, request), entity=entity, page={**vars(page), "sections": linked}, reading=readable)


def _parameter(store: Store, question: str, classes: frozenset[str]) -> str | None:
    """The parameter of a question that takes things of these classes."""
    found = store.once(questions.catalogue).get(question)
    return next((p.name for p in found.parameters if p.takes in classes), None) if found else None


def _forms(store: Store, entity: Entity, request: Request) -> Forms:
    """What makes each form of the data of a thing."""
    iri, lang = entity.name.iri, lang_of(request)

    def rdf(form: str) -> bytes:
        return serialize(sorted(triples(store, iri), key=str), MEDIA[form])

    return {
        "json": lambda: json.dumps(asdict(entity), ensure_ascii=False, indent=1).encode(),
        "csv": as_csv(_COLUMNS, _rows(entity, lang)),
        **{form: partial(rdf, form) for form in ("ttl", "nt", "rdf")},
        "jsonld": lambda: vocabulary.compact(store, rdf("ttl"), str(request.base_url) + "def/context.jsonld"),
    }


def _rows(entity: Entity, lang: str) -> Iterator[tuple[str | None, ...]]:
    """Each value out of the thing and into it: which way, by which property, what, whether it is inferred, and what it rests on."""
    for way, properties in (("out", entity.outgoing), ("in", entity.incoming)):
        for p in properties:
            for v in p.values:
                iri, told = (v.value.iri, v.value.text(lang)) if isinstance(v.value, Name) else (None, v.value)
                strength = next((c.strength.text(lang) for c in v.citations if c.strength), None)
                yield way, p.name.text(lang), told, iri, "inferred" if v.inferred else "asserted", strength, "; ".join(place(c, lang) for c in v.citations)


def _elsewhere(store: Store, request: Request, path: str) -> Response:
    """303 (Cool URIs for the Semantic Web §4.3) to the form that the client prefers. Raises NotAcceptableError."""
    whole = path.rstrip("/") == "def"
    if not whole:
        _described(store, BASE + path)
    chosen = best(request.headers.get("accept", ""), list(FORMS.values()))
    if chosen is None:
        raise NotAcceptableError(FORMS.values())
    form = next(f for f, media in FORMS.items() if media == chosen)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{path.rstrip('/')}.{form}{query}", 303, {"Vary": "Accept"})


def _ontology(frame: Frame, current: Current, request: Request, form: str) -> Response:
    """The ontology as a page, all of it as RDF, or its terms as JSON or CSV."""
    _, store = current.store()
    if form not in FORMS:
        told = ", ".join(f".{f}" for f in FORMS)
        raise NotFoundError(f"Ontologin finns som {told}.", f"The ontology is to be had as {told}.")
    found = terms(store)
    if not found:
        raise NotFoundError("Den här instansen har ingen ontologi.", "This instance has no ontology.")
    schemes = sorted(names(store, {r["s"].value for r in store.select("SELECT ?s WHERE { ?s a skos:ConceptScheme }")}).values(), key=lambda n: n.text("sv"))
    version = store.select(f"SELECT ?v WHERE {{ <{SG}> owl:versionInfo ?v }}")[0]["v"].value
    data: Forms = {
        **{f: partial(vocabulary.ontology, store, FORMS[f]) for f in ("ttl", "jsonld", "rdf", "nt")},
        "json": as_json({"version": version, "terms": [vocabulary.term_as_json(t) for t in found], "schemes": [vars(s) for s in schemes]}),
        "csv": as_csv(vocabulary.COLUMNS, (vocabulary.term_row(t, lang_of(request)) for t in found)),
    }
    if form != "html":
        return tagged(request, current.reading(), Response(data[form](), headers={"Content-Type": FORMS[form], "Access-Control-Allow-Origin": "*"}))
    return frame.page(
        request,
        "vocabulary.html",
        data=data,
        classes=vocabulary.tree(found),
        properties=[t for t in found if t.kind != "Class"],
        diagram=vocabulary.diagram(store),
        schemes=schemes,
        width=vocabulary.WIDTH,
        height=vocabulary.HEIGHT,
        box=vocabulary.BOX,
        version=version,
    )


def _described(store: Store, iri: str) -> Entity:
    found = describe(store, iri) if is_iri(iri) else None
    if found is None:
        raise NotFoundError(f"{text('not.found', 'sv')} ({iri})", f"{text('not.found', 'en')} ({iri})")
    return found

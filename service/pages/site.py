"""Pages: home, questions, and a page for every IRI of ours, each also as data (303 by Accept)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from graph import evidence, questions
from graph.coverage import coverage
from graph.entities import Entity, describe, triples
from graph.errors import NotFoundError, StyrgrafError
from graph.evidence import Citation
from graph.names import Name, names
from graph.namespaces import BASE, SG
from graph.store import Store, is_iri, serialize
from graph.terms import context, terms
from service.api import answers, why
from service.api.asking import LONGEST, Askers, reply_as_json
from service.pages import picking, vocabulary
from service.settings import Settings
from service.texts import text
from service.views.current import Current, Reading
from service.views.reading import PARAMETERS, kept, tagged, words
from service.web.negotiation import best, language
from service.web.problems import from_error

FORMS: Final = {"html": "text/html", "ttl": "text/turtle", "jsonld": "application/ld+json", "json": "application/json"}
FOUND: Final = 10  # things shown for a search
SPACES: Final = ("id", "doc", "def", "vocab", "graph")
EXAMPLES: Final = ("id/group/rag-barnonkologi-och-hematologi", "id/group/rag-onkologi", "id/group/samordningsrad-onkologi", "id/healthcare-region/sydostra")


class Pages:
    """Renders pages from the current release."""

    def __init__(self, current: Current, settings: Settings, askers: Askers) -> None:
        self._current = current
        self._askers = askers
        self._settings = settings
        loader = jinja2.FileSystemLoader(Path(__file__).parent.parent / "templates")
        self._templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
        self._templates.filters |= {"path": _path}
        self._templates.tests["name"] = lambda value: isinstance(value, Name)

    def home(self, request: Request) -> Response:
        """What is in the graph, and where to begin."""
        _, store = self._current.store()
        counts = {
            name: int(store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")[0]["n"].value)
            for name, pattern in (("statements", "?x a sg:Statement"), ("parties", "?x a sg:Party"), ("spans", "?x a sg:EvidenceSpan"))
        }
        documents = store.select("SELECT ?d ?l WHERE { ?d a sg:SourceDocument ; rdfs:label ?l FILTER(LANG(?l) = 'sv') } ORDER BY ?l")
        examples = [e for e in (describe(store, BASE + p) for p in EXAMPLES) if e]
        return self.page(
            request,
            "home.html",
            counts=counts,
            catalogue=questions.catalogue(store).values(),
            examples=examples,
            documents=[{"iri": r["d"].value, "name": r["l"].value} for r in documents],
        )

    def question_list(self, request: Request) -> Response:
        """All questions of the catalogue."""
        return self.page(request, "questions.html", catalogue=questions.catalogue(self._current.store()[1]).values())

    def question(self, request: Request, name: str) -> Response:
        """One question with its answer, each row with its passages; where a parameter means nothing, what is nearest instead of an answer."""
        _, store = self._current.store()
        question = questions.find(store, name)
        fields = picking.fields(store, self._askers.index(), question, request.query_params)
        given = {f.parameter.name: f.iri for f in fields if f.iri}
        answer = None if any(f.wrong for f in fields) else questions.answer(store, question, given)
        shared = {**given, **kept(request)}
        link = f"{request.url.path}?{urlencode(shared)}" if shared else request.url.path
        return self.page(request, "question.html", question=question, answer=answer, fields=fields, given=given, link=link, forms=answers.FORMS)

    def ask(self, request: Request, asked: str) -> Response:
        """The answer to a question in plain words, how it was understood, what else may have been meant, and the things that are called so."""
        if not asked.strip():
            return self.page(request, "ask.html", sought="", reply=None, told={}, hits=[])
        lang, asker = _lang(request), self._askers.current()[1]
        reply = asker.ask(asked[:LONGEST], lang)
        hits = asker.index.search(asked[:LONGEST], limit=FOUND)
        return self.page(request, "ask.html", sought=asked, reply=reply, told=reply_as_json(reply, lang), hits=hits)

    def coverage(self, request: Request) -> Response:
        """Each document's text with the passages that statements rest on marked; `document` (a slug) picks one."""
        found = coverage(self._current.store()[1], self._settings.texts())
        asked = request.query_params.get("document", "")
        return self.page(request, "coverage.html", covered=[c for c in found if not asked or c.document.iri.endswith("/" + asked)], asked=asked)

    def explain(self, request: Request, subject: str, predicate: str, obj: str, limit: int) -> Response:
        """Why a triple holds, or what the shapes found about a thing."""
        release, (_, store) = self._current.release(), self._current.store()
        found = why.proofs(store, subject, predicate, obj, limit) if predicate else []
        findings = [] if predicate else why.results(store, release.manifest, subject)
        return self.page(request, "explain.html", proofs=found, findings=findings, query=request.url.query)

    def thing(self, request: Request, path: str) -> Response:
        """Dereferences an IRI of ours: 303 to its page or data, or that page or data. Raises NotFoundError for what the graph does not know."""
        stem, _, form = path.rpartition(".")
        if form not in FORMS:
            return self._elsewhere(request, path)
        _, store = self._current.store()
        iri = BASE + stem
        found = _described(store, iri)
        if form == "html":
            return self.page(request, "entity.html", entity=found)
        if form == "json":
            return self._data(request, json.dumps(asdict(found), ensure_ascii=False, indent=1).encode(), form)
        data = serialize(sorted(triples(store, iri), key=str), "text/turtle")
        if form == "jsonld":
            data = vocabulary.compact(store, data, str(request.base_url) + "def/context.jsonld")
        return self._data(request, data, form)

    def _data(self, request: Request, data: bytes, form: str) -> Response:
        return tagged(request, self._current.reading(), Response(data, headers={"Content-Type": FORMS[form]}))

    def ontology(self, request: Request, form: str) -> Response:
        """The ontology as a page, or all of it as RDF."""
        _, store = self._current.store()
        if form not in ("html", "ttl", "jsonld"):
            raise NotFoundError("Ontologin finns som .html, .ttl och .jsonld.", "The ontology is to be had as .html, .ttl and .jsonld.")
        if form != "html":
            return Response(vocabulary.ontology(store, FORMS[form]), headers={"Content-Type": FORMS[form]})
        found = terms(store)
        schemes = names(store, {r["s"].value for r in store.select("SELECT ?s WHERE { ?s a skos:ConceptScheme }")})
        return self.page(
            request,
            "vocabulary.html",
            classes=vocabulary.tree(found),
            properties=[t for t in found if t.kind != "Class"],
            diagram=vocabulary.diagram(store),
            schemes=sorted(schemes.values(), key=lambda n: n.text("sv")),
            width=vocabulary.WIDTH,
            height=vocabulary.HEIGHT,
            box=vocabulary.BOX,
            version=_version(store),
        )

    def context(self) -> Response:
        """The JSON-LD context."""
        made = {"@context": context(self._current.store()[1])}
        return Response(
            json.dumps(made, ensure_ascii=False, indent=1),
            headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"},
            media_type=FORMS["jsonld"],
        )

    def _elsewhere(self, request: Request, path: str) -> Response:
        """303 (Cool URIs for the Semantic Web §4.3) to the form that the client prefers."""
        _, store = self._current.store()
        whole = path.rstrip("/") == "def"
        if not whole:
            _described(store, BASE + path)
        chosen = best(request.headers.get("accept", ""), [m for f, m in FORMS.items() if not whole or f != "json"])
        if chosen is None:
            return Response(", ".join(FORMS.values()), 406, media_type="text/plain")
        form = next(f for f, media in FORMS.items() if media == chosen)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{path.rstrip('/')}.{form}{query}", 303, {"Vary": "Accept"})

    def error(self, request: Request, error: StyrgrafError, status: int) -> Response:
        """An error as a page for people and as a problem document for programs."""
        if best(request.headers.get("accept", ""), ["application/problem+json", "text/html"]) != "text/html":
            return from_error(error, _lang(request))
        return self.page(request, "error.html", status, message=error.text(_lang(request)))

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page from a template, with what all pages share."""
        lang = _lang(request)
        texts, read, keep = self._settings.texts(), self._read(), kept(request)
        other = request.url.include_query_params(lang="en" if lang == "sv" else "sv")
        now = request.url.remove_query_params(list(PARAMETERS))
        shared = {
            "lang": lang,
            "t": lambda key: text(key, lang),
            "passage": lambda c: _passage(c, texts),
            "release": read.view.release.manifest if read else None,
            "shows": words(read, lang) if read else "",
            "now": f"{now.path}?{now.query}",
            "kept": keep,
            "at": "".join(f"&{k}={quote(v)}" for k, v in keep.items()),
            "failed": self._settings.state.failure(),
            "other_language": f"{other.path}?{other.query}",
            "path": request.url.path,
        }
        body = self._templates.get_template(template).render(**shared, **values)
        response = Response(body, status, {"Vary": "Accept, Accept-Language", "Content-Language": lang}, "text/html")
        return tagged(request, read, response) if read and status == 200 else response

    def _read(self) -> Reading | None:
        try:
            return self._current.reading()
        except StyrgrafError:
            return None


def _version(store: Store) -> str:
    return store.select(f"SELECT ?v WHERE {{ <{SG}> owl:versionInfo ?v }}")[0]["v"].value


def _described(store: Store, iri: str) -> Entity:
    found = describe(store, iri) if is_iri(iri) else None
    if found is None:
        raise NotFoundError(f"{text('not.found', 'sv')} ({iri})", f"{text('not.found', 'en')} ({iri})")
    return found


def _lang(request: Request) -> str:
    return language(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def _path(iri: str) -> str:
    """Where a thing is found here: our own IRIs under this host, others as they are."""
    return "/" + iri.removeprefix(BASE) if iri.startswith(BASE) else iri


def _passage(citation: Citation, texts: evidence.Texts) -> tuple[str, str, str] | None:
    """The passage with what stands around it, or None where its text is not at hand."""
    found = texts.get(citation.version_hash)
    return evidence.passage(found, citation.start, citation.end) if found else None


__all__ = ["FORMS", "SPACES", "Pages"]

"""Pages of the question catalogue: the list, a question with its answer, a question in plain words, and why something holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Final

from fastapi import APIRouter, Request, Response

from graph import questions
from graph.names import Name, names
from graph.questions import Answer, Question
from graph.sources import sources
from graph.store import Store
from graph.understanding.asked import asked
from service.api import answers, why
from service.api.asking import LONGEST, Askers, hit_as_json, reply_as_json
from service.pages import picking
from service.pages.frame import Forms, Frame, as_csv, as_json, lang_of
from service.pages.links import Links
from service.pages.rendered import Rendered
from service.pages.start import ASKED
from service.texts import text
from service.views.current import Current
from service.views.reading import about, kept
from service.web.outside import inside

FOUND: Final = 10  # things shown for a search
MOST: Final = 200  # rows of an answer shown on its page; its data have all


def router(frame: Frame, current: Current, askers: Askers, rendered: Rendered) -> APIRouter:
    """The routes of these pages."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/questions", methods=["GET", "HEAD"])
    @rendered
    def question_list(request: Request) -> Response:
        """All questions of the catalogue."""
        store, lang = current.store()[1], lang_of(request)
        found = list(store.once(questions.catalogue).values())
        data = {
            "json": as_json({"questions": [answers.question_as_json(q) for q in found]}),
            "csv": as_csv(("id", "label", "note"), ((q.id, q.labels[lang], q.notes.get(lang, "")) for q in found)),
        }
        return frame.page(request, "questions.html", data=data, kinds=_by_kind(store, found))

    @routes.api_route("/questions/{name}", methods=["GET", "HEAD"])
    @rendered
    def question(request: Request, name: str) -> Response:
        """One question with its answer, each row with its passages; where a parameter means nothing, what is nearest instead of an answer."""
        _, store = current.store()
        found = questions.find(store, name)
        fields = picking.fields(store, askers.index(), found, request.query_params)
        given = {f.parameter.name: f.iri for f in fields if f.iri}
        answer = None if any(f.wrong for f in fields) else questions.answer(store, found, given)
        link = Links(Links.of(request, "").prefix, kept(request)).to(inside(request.scope), **given)
        data = _written(answer, lang_of(request), {**about(current.reading()), "params": given}) if answer else {}
        told = partial(frame.page, request, "question.html", data=data, question=found, answer=answer, fields=fields)
        return told(given=given, link=link, kinds=answers.FORMS, most=MOST, searched=[s.document for s in sources(store)])

    @routes.api_route("/ask", methods=["GET", "HEAD"])
    @rendered
    def ask(request: Request, q: str = "") -> Response:
        """The answer to a question in plain words, how it was understood, what else may have been meant, and the things that are called so."""
        lang = lang_of(request)
        shown = partial(frame.page, request, "ask.html", phrases=ASKED[lang])
        if not q.strip():
            return shown(sought="", spoken=lang, reply=None, told={}, hits=[])
        asker, searched = askers.current()[1], [s.document for s in sources(current.store()[1])]
        reply, index = asker.ask(q[:LONGEST], lang), asker.index
        hits = index.search(q[:LONGEST], limit=FOUND)
        told = reply_as_json(reply, lang)
        rows = _written(Answer(reply.question, tuple(reply.rows)), lang, {}) if reply.question else {}
        data = {**rows, "json": as_json({**about(current.reading()), **told, "hits": [hit_as_json(h, index, lang) for h in hits]})}
        spoken = asked(q[:LONGEST]).language(lang)
        switch = text("ask.answer.here", spoken)
        return shown(data=data, sought=q, spoken=spoken, switch=switch, reply=reply, told=told, hits=hits, searched=searched)

    @routes.api_route("/explain", methods=["GET", "HEAD"])
    @rendered
    def explain(request: Request, s: str, p: str = "", o: str = "", limit: int = 10) -> Response:
        """Why a triple holds, or what the shapes found about a thing."""
        release, store = current.release(), current.store()[1]
        proofs = why.proofs(store, s, p, o, limit) if p else []
        findings = [] if p else why.results(store, release.manifest, s)
        told = {"proofs": [why.as_json(f) for f in proofs]} if p else {"results": [why.finding_as_json(f) for f in findings]}
        return frame.page(request, "explain.html", data={"json": as_json(told)}, proofs=proofs, findings=findings)

    return routes


def _by_kind(store: Store, found: Iterable[Question]) -> list[tuple[Name | None, list[Question]]]:
    """The questions of each kind, the kinds by name; those of no kind come last."""
    kinds: dict[str, list[Question]] = defaultdict(list)
    for question in found:
        kinds[question.kind].append(question)
    called = names(store, {k for k in kinds if k})
    return sorted(((called.get(k), some) for k, some in kinds.items()), key=lambda pair: (pair[0] is None, pair[0].text("sv") if pair[0] else ""))


def _written(answer: Answer, lang: str, told: dict[str, object]) -> Forms:
    """The forms of an answer, made when one is asked for."""
    return {form: partial(answers.written, answer, form, lang, told) for form in ("json", "csv", "jsonld")}

"""The JSON API: the question catalogue and its answers, each row with its evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from graph import questions
from graph.evidence import Citation
from graph.names import Name
from graph.questions import Answer, Question
from service import why
from service.current import Current
from service.negotiation import best, language
from service.problems import problem

RESERVED = {"lang", "format"}
FORMS = {"json": "application/json", "csv": "text/csv"}
STATUSES = {404: "There is no such question, parameter or thing.", 406: "The answer is not to be had in that form.", 503: "There is no release."}
PROBLEM: dict[int | str, dict[str, Any]] = {code: {"description": what, "content": {"application/problem+json": {}}} for code, what in STATUSES.items()}
CSV: dict[int | str, dict[str, Any]] = {200: {"description": "The answer.", "content": {"text/csv": {}}}}


def router(current: Current) -> APIRouter:
    """The routes below /api."""
    routes = APIRouter(prefix="/api", tags=["questions"])

    @routes.get("/questions", responses=PROBLEM)
    def catalogue() -> JSONResponse:
        """Every question with its wording, parameters and columns in Swedish and English."""
        release, store = current.store()
        return JSONResponse({"release": release, "questions": [_question(q) for q in questions.catalogue(store).values()]})

    @routes.get("/questions/{name}", responses=CSV | PROBLEM)
    def answer(
        name: str,
        request: Request,
        lang: Annotated[str | None, Query(description="Language of the names in CSV: sv or en.")] = None,
        form: Annotated[Literal["json", "csv"] | None, Query(alias="format", description="Goes before Accept.")] = None,
        accept: Annotated[str, Header(description="application/json or text/csv.")] = "",
    ) -> Response:
        """One question's answer; its parameters are query parameters whose values are IRIs.

        `status` is "answered", or "not_documented" where no document says. Each row has its evidence.
        """
        release, store = current.store()
        question = questions.find(store, name)
        given = {k: v for k, v in request.query_params.items() if k not in RESERVED}
        media = FORMS[form] if form else best(accept, list(FORMS.values()))
        if media is None:
            return problem(406, "The answer can be had as application/json or text/csv.")
        found = questions.answer(store, question, given)
        if media == "text/csv":
            return Response(as_csv(found, language(lang, request.headers.get("accept-language", ""))), media_type="text/csv")
        return JSONResponse({"release": release, "params": given, **as_json(found)})

    @routes.get("/explain", responses=PROBLEM, tags=["why"])
    def explain(
        s: Annotated[str, Query(description="The thing: an IRI, a prefixed name, or relative to our base.")],
        p: Annotated[str, Query(description="The property; without it, what the shapes found about the thing.")] = "",
        o: Annotated[str, Query(description="The value: an IRI, or the text of a literal.")] = "",
        limit: Annotated[int, Query(ge=1, le=why.MOST, description="Most proofs to give.")] = 10,
    ) -> JSONResponse:
        """Why a triple holds: its proofs, the shortest first, down to what documents say; or the validation results of a thing."""
        release, (number, store) = current.release(), current.store()
        if p:
            return JSONResponse({"release": number, "proofs": [why.as_json(proof) for proof in why.proofs(store, s, p, o, limit)]})
        return JSONResponse({"release": number, "results": [why.finding_as_json(f) for f in why.results(store, release.manifest, s)]})

    return routes


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "iri": question.iri,
        "label": question.labels,
        "note": question.notes,
        "parameters": [{"name": p.name, "label": p.labels, "takes": p.takes} for p in question.parameters],
        "columns": [{"name": c.name, "label": c.labels} for c in question.columns],
    }


def as_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain values: status, question and rows with their evidence."""
    status = "answered" if answer.rows else "not_documented"
    rows = [{**{c: _cell(v) for c, v in row.cells.items()}, "evidence": [_evidence(c) for c in row.citations]} for row in answer.rows]
    meaning = {} if answer.rows else {"meaning": answer.question.not_documented}
    return {"status": status, "question": _question(answer.question), "answer": rows, **meaning}


def _cell(cell: Name | str | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {"value": cell.iri, "label": cell.labels} if isinstance(cell, Name) else {"value": cell}


def _evidence(citation: Citation) -> dict[str, Any]:
    found = {
        "statement": citation.statement,
        "document": citation.document.iri if citation.document else None,
        "section": citation.section.labels if citation.section else None,
        "strength": citation.strength.iri if citation.strength else None,
        "hedges": [h.iri for h in citation.hedges],
    }
    if citation.source:
        return {**found, "source": citation.source, "certainty": citation.certainty}
    return {**found, "start": citation.start, "end": citation.end}


def as_csv(answer: Answer, lang: str) -> str:
    """An answer as CSV (RFC 4180): names in a language, and where each row is said."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([*(c.labels[lang] for c in answer.question.columns), "belägg" if lang == "sv" else "evidence"])
    for row in answer.rows:
        cells = (v.text(lang) if isinstance(v, Name) else v or "" for v in row.cells.values())
        writer.writerow([*cells, "; ".join(_places(row.citations, lang))])
    return written.getvalue()


def _places(citations: tuple[Citation, ...], lang: str) -> Iterator[str]:
    return (f"{c.document.text(lang)} {c.start}–{c.end}" if c.document and not c.source else c.source for c in citations)

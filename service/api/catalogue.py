"""The JSON API: the question catalogue and its answers, each row with its evidence."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from graph import questions
from graph.choosing import resolve
from service.api import why
from service.api.answers import FORMS, question_as_json, written
from service.api.asking import Askers
from service.api.queries import Queries
from service.views.current import Current
from service.views.reading import PARAMETERS, about, answered, tagged
from service.web.negotiation import best, language
from service.web.problems import problem

RESERVED = {"lang", "format", *PARAMETERS}
ANSWER: dict[int | str, dict[str, Any]] = {200: {"description": "The answer.", "content": {media: {} for media in FORMS.values()}}}


def router(current: Current, askers: Askers, queries: Queries) -> APIRouter:
    """The routes for questions, proofs and diagnoses, below /api."""
    routes = APIRouter(prefix="/api", tags=["questions"])

    @routes.get("/questions")
    def catalogue(request: Request) -> Response:
        """Every question with its wording, parameters and columns in Swedish and English."""
        return answered(request, current, {"questions": [question_as_json(q) for q in questions.catalogue(current.store()[1]).values()]})

    @routes.get("/questions/{name}", responses=ANSWER)
    def answer(
        name: str,
        request: Request,
        lang: Annotated[str | None, Query(description="Language of the names in tables: sv or en.")] = None,
        form: Annotated[Literal["json", "jsonld", "csv", "xlsx", "md"] | None, Query(alias="format", description="Goes before Accept.")] = None,
        accept: Annotated[str, Header(description=f"One of {', '.join(FORMS.values())}.")] = "",
    ) -> Response:
        """One question's answer; its parameters are query parameters whose values are IRIs, names or abbreviations.

        `status` is "answered", or "not_documented" where no document says. Each row has its evidence.
        """
        read, store = current.reading(), current.store()[1]
        question = questions.find(store, name)
        asked = {k: v for k, v in request.query_params.items() if k not in RESERVED}
        given = resolve(askers.index(), question, asked) if asked else {}
        media = FORMS[form] if form else best(accept, list(FORMS.values()))
        if media is None:
            return problem(406, f"The answer can be had as {', '.join(FORMS.values())}.")
        chosen = next(f for f, m in FORMS.items() if m == media)
        shown = language(lang, request.headers.get("accept-language", ""))
        body = written(questions.answer(store, question, given), chosen, shown, {**about(read), "params": given})
        called = f"{name}-{read.day}" if read.day else name
        headers = {"Content-Disposition": f'inline; filename="{called}.{chosen}"', "Vary": "Accept, Accept-Language"}
        return tagged(request, read, Response(body, media_type=media, headers=headers))

    @routes.get("/explain", tags=["why"])
    def explain(
        request: Request,
        s: Annotated[str, Query(description="The thing: an IRI, a prefixed name, or relative to our base.")],
        p: Annotated[str, Query(description="The property; without it, what the shapes found about the thing.")] = "",
        o: Annotated[str, Query(description="The value: an IRI, or the text of a literal.")] = "",
        limit: Annotated[int, Query(ge=1, le=why.MOST, description="Most proofs to give.")] = 10,
    ) -> Response:
        """Why a triple holds: its proofs, the shortest first, down to what documents say; or the validation results of a thing."""
        release, store = current.release(), current.store()[1]
        if p:
            return answered(request, current, {"proofs": [why.as_json(proof) for proof in why.proofs(store, s, p, o, limit)]})
        return answered(request, current, {"results": [why.finding_as_json(f) for f in why.results(store, release.manifest, s)]})

    @routes.get("/diagnose", tags=["why"])
    async def diagnose(query: Annotated[str, Query(description="A SPARQL query that finds nothing.")]) -> JSONResponse:
        """Why a query finds nothing: the smallest part of its pattern that has no answer, and as far as one can tell the reason, with the nearest terms.

        `status` is "empty", "not_empty" (the pattern has answers) or "unfinished" (the time limit came first).
        """
        await queries.ask(query)
        return JSONResponse({**about(current.reading()), **await queries.diagnose(query)})

    return routes

"""The page on which one asks in SPARQL: an editor where scripts run, a form that answers where they do not."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from graph import questions
from graph.errors import StyrgrafError
from graph.names import Name, names
from graph.namespaces import BASE, PREFIXES
from graph.store import JSON, Store
from graph.terms import terms
from service.api.queries import Queries
from service.pages.frame import Frame, lang_of
from service.views.current import Current

SHOWN: Final = 500  # rows that the page shows; all are in the data
FIRST: Final = "SELECT ?body ?recipient WHERE { ?body sg:reportsTo ?recipient }"
_PREFIX: Final = re.compile(r"\b([a-z]+):\w")


@dataclass(frozen=True)
class Found:
    """What a query found: a table of things and values, or a text (RDF, yes or no)."""

    head: tuple[str, ...] = ()
    rows: tuple[tuple[Name | str | None, ...], ...] = ()
    more: bool = False
    text: str = ""


def router(frame: Frame, current: Current, queries: Queries) -> APIRouter:
    """The route of this page."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/sparql-editor", methods=["GET", "HEAD"])
    async def editor(request: Request, query: str = "", example: str = "") -> Response:
        found, wrong = None, None
        if query.strip() and not example:
            try:
                media, body = await queries.ask(query, JSON)
                found = await asyncio.to_thread(_found, current.store()[1], media, body)
            except StyrgrafError as error:
                wrong = error
        return await run_in_threadpool(_page, frame, current, request, query, example, found, wrong)

    return routes


def _page(frame: Frame, current: Current, request: Request, query: str, example: str, found: Found | None, wrong: StyrgrafError | None) -> Response:
    store, lang = current.store()[1], lang_of(request)
    catalogue = store.once(questions.catalogue)
    written = prefixed(catalogue[example].select) if example in catalogue else query or prefixed(FIRST)
    known: dict[str, Any] = {"prefixes": PREFIXES, "terms": [[t.name.iri, t.kind, t.name.text(lang)] for t in store.once(terms)], "lang": lang}
    return frame.page(
        request,
        "sparql.html",
        islands=("sparql",),
        query=written,
        asked=query,
        example=example,
        catalogue=list(catalogue.values()),
        found=found,
        wrong=wrong.text(lang) if wrong else "",
        known=json.dumps(known, ensure_ascii=False).replace("<", "\\u003c"),
    )


def prefixed(query: str) -> str:
    """A query with a PREFIX line for each of our prefixes that it uses, without the indentation that it has in its file."""
    lines = query.strip("\n").rstrip().split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    used = [p for p in PREFIXES if p in set(_PREFIX.findall(query))]
    return "\n".join([*(f"PREFIX {p}: <{PREFIXES[p]}>" for p in used), *(line[indent:] for line in lines)])


def _found(store: Store, media: str, body: bytes) -> Found:
    """What an answer says, things of ours by name."""
    if media != JSON:
        return Found(text=body.decode())
    told = json.loads(body)
    if "boolean" in told:
        return Found(text=str(told["boolean"]).lower())
    head, rows = told["head"]["vars"], told["results"]["bindings"]
    iris = {cell["value"] for row in rows[:SHOWN] for cell in row.values() if cell["type"] == "uri"}
    called = names(store, {i for i in iris if i.startswith(BASE)})
    shown = tuple(tuple(_cell(row.get(v), called) for v in head) for row in rows[:SHOWN])
    return Found(tuple(head), shown, len(rows) > SHOWN)


def _cell(cell: dict[str, str] | None, called: dict[str, Name]) -> Name | str | None:
    return None if cell is None else called.get(cell["value"], cell["value"])

"""Changes and releases over HTTP: what a change would do, the history of releases, how two differ, going back, pruning."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final
from typing import Literal as Choice

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph import history, patches
from graph.errors import InputError, NotFoundError
from graph.releases import Home
from graph.store import Literal, NamedNode
from service.api import previewing, why
from service.processes.writer import Change, Writer
from service.sparql.protocol import FORM, fields
from service.sparql.store_protocol import StoreEndpoint
from service.sparql.update import UPDATE, UpdateEndpoint
from service.views.current import Current
from service.web import uploads
from service.web.access import needed
from service.web.doors import Asked, Door
from service.web.negotiation import best
from service.web.raw import Prepared, from_response
from service.web.refusals import RefusalError

PATCH: Final = patches.MEDIA_TYPE
_METHODS: Final = "POST, OPTIONS"
STATUSES: Final[dict[int | str, dict[str, Any]]] = {404: {"description": "There is no such release.", "content": {"application/problem+json": {}}}}


@dataclass(frozen=True)
class Changes:
    """Answers POST requests that change, or would change, the graph and its history."""

    writer: Writer
    home: Path
    update: UpdateEndpoint
    store: StoreEndpoint

    def routes(self) -> list[Route]:
        """The ASGI routes; they go before the router's."""
        doors = {
            "/api/changes/preview": self.preview,
            "/api/changes": self.make,
            "/api/releases/prune": self.prune,
            "/api/persons/erase": self.erase,
            "/api/releases/{number}/rollback": self.rollback,
        }
        return [Route(path, Door(answer, _METHODS)) for path, answer in doors.items()]

    async def preview(self, asked: Asked) -> Prepared:
        """What a change would do: triples, inferences, validation results and answers, gained and lost. Nothing is changed."""
        return await self._told(asked, preview=True)

    async def make(self, asked: Asked) -> Prepared:
        """Makes the change: the id of the release that is current then."""
        return await self._told(asked, preview=False)

    async def _told(self, asked: Asked, preview: bool) -> Prepared:
        _expect_post(asked)
        who = needed("editor")
        with uploads.folder(self.home) as folder:
            change = await self._change(asked, folder, who.name)
            return _json(await self.writer.tell(replace(change, preview=preview, visibility=asked.visibility)))

    async def _change(self, asked: Asked, folder: Path, author: str) -> Change:
        """By the media type of the body: an update, a patch, or RDF as for /store; `method` is put or delete for what these would do."""
        if asked.kind in (UPDATE, FORM):
            return await self.update.change(asked, folder, author)
        if asked.kind == PATCH:
            await uploads.save(asked.receive, folder / "patch", self.store.most, asked.header(b"content-encoding"))
            return Change("patch", author, asked.reason, asked.expected, payloads=((str(folder / "patch"), PATCH, ""),))
        method = fields(asked.scope["query_string"]).get("method", ["post"])[0].lower()
        if method not in ("put", "post", "delete"):
            raise RefusalError(400, f"method={method}; välj put, post eller delete.", f"method={method}; choose put, post or delete.")
        return await self.store.change(asked, folder, author, method)

    async def rollback(self, asked: Asked) -> Prepared:
        """Makes a release with the content of an old one. Needs the role publisher."""
        _expect_post(asked)
        who, number = needed("publisher"), str(asked.scope["path_params"]["number"])
        found = history.find(Home(self.home), number)
        return _json(await self.writer.tell(Change("rollback", who.name, asked.reason, asked.expected, number=found.id)))

    async def prune(self, asked: Asked) -> Prepared:
        """Removes the stores of all but the last `keep` releases. Needs the role publisher."""
        _expect_post(asked)
        who, keep = needed("publisher"), fields(asked.scope["query_string"]).get("keep", [""])[0]
        if not re.fullmatch(r"\d{1,9}", keep):
            raise RefusalError(400, "Ange ?keep=ANTAL: hur många utgåvor som behålls hela.", "Give ?keep=NUMBER: how many releases are kept whole.")
        return _json(await self.writer.tell(Change("prune", who.name, number=keep)))

    async def erase(self, asked: Asked) -> Prepared:
        """Erases the person that the form field `person` names, by full name or IRI, from all releases. Needs the role admin."""
        _expect_post(asked)
        who = needed("admin")
        with uploads.folder(self.home) as folder:
            await uploads.save(asked.receive, folder / "form", 1 << 16, asked.header(b"content-encoding"))
            given = fields((folder / "form").read_bytes()).get("person", [])
        if len(given) != 1:
            raise RefusalError(400, "Skicka formulärfältet person, en gång.", "Send the form field person, once.")
        return _json(await self.writer.tell(Change("erase", who.name, person=given[0])))


def _expect_post(asked: Asked) -> None:
    if asked.method != "POST":
        raise RefusalError(405, f"{asked.method} går inte här; använd POST.", f"{asked.method} is not possible here; use POST.", Allow=_METHODS)


def _json(told: dict[str, Any]) -> Prepared:
    return from_response(JSONResponse(told, headers={"Cache-Control": "no-store", **({"ETag": f'"{told["release"]}"'} if told.keys() == {"release"} else {})}))


def router(current: Current) -> APIRouter:
    """The routes that read the history, below /api."""
    routes = APIRouter(prefix="/api", tags=["history"])

    @routes.get("/releases")
    def releases() -> JSONResponse:
        """All releases, the newest first: who made each, when and why, and how much it changed."""
        return JSONResponse(previewing.releases_as_json(history.chain(current.home), current.home.pointer()))

    @routes.get("/releases/blame")
    def blame(
        s: Annotated[str, Query(description="The thing: an IRI, a prefixed name, or relative to our base.")] = "",
        p: Annotated[str, Query(description="The property; without it, any.")] = "",
        o: Annotated[str, Query(description="The value: an IRI, or the text of a literal; without it, any.")] = "",
    ) -> JSONResponse:
        """In which release, by whom, why, and from which document or graph each statement that matches came."""
        return JSONResponse({"origins": [previewing.origin_as_json(found) for found in origins(current.home, s, p, o)]})

    @routes.get("/releases/{number}")
    def release(number: str) -> JSONResponse:
        """One release, with its graphs, the time that each step took, and what the shapes found."""
        return JSONResponse(previewing.release_in_full(history.find(current.home, number), current.home.pointer()))

    @routes.get("/releases/{first}/diff/{second}")
    def diff(
        first: str,
        second: str,
        form: Annotated[Choice["json", "rdfp"] | None, Query(alias="format", description="Goes before Accept.")] = None,
        accept: Annotated[str, Header(description=f"application/json or {PATCH}.")] = "",
    ) -> Response:
        """How two releases differ, in words and quads, or as an RDF Patch that leads from the first to the second."""
        home = current.home
        a, b = history.find(home, first).id, history.find(home, second).id
        found = history.difference(home, a, b)
        if form == "rdfp" or (form is None and best(accept, ["application/json", PATCH]) == PATCH):
            return Response(found.said.text({"from": a, "to": b}), media_type=PATCH, headers={"Vary": "Accept"})
        return JSONResponse(previewing.difference_as_json(found, a, b, history.words(home, found, a, b)), headers={"Vary": "Accept"})

    return routes


def origins(home: Home, subject: str, predicate: str, obj: str) -> list[history.Origin]:
    """Where statements came from; names as somebody writes them. Raises InputError where nothing is named, NotFoundError where nothing matches."""
    if not (subject or predicate or obj):
        raise InputError("Ange minst ett av s, p och o.", "Give at least one of s, p and o.")
    s, p = (NamedNode(why.thing(text)) if text else None for text in (subject, predicate))
    value = _named(obj)
    found = history.blame(home, s, p, value) if value or not obj else []
    found = found or [origin for origin in history.blame(home, s, p) if isinstance(origin.quad.object, Literal) and origin.quad.object.value == obj]
    if not found:
        raise NotFoundError("Ingen graf säger det.", "No graph says so.")
    return found


def _named(text: str) -> NamedNode | None:
    """A thing that a value may name; None for what can only be the text of a literal."""
    try:
        return NamedNode(why.thing(text)) if text else None
    except NotFoundError:
        return None

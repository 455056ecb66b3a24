"""SPARQL 1.1 Graph Store HTTP Protocol at /store.

`?graph=IRI` and `?default` name a graph; so does the path below /store, whose graph has the URL itself as its IRI (§4.1). Without either, RDF that names its
own graphs (TriG, N-Quads) goes to these, and a POST of triples makes a new graph. Reading goes through the query service, with its cache and its limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from starlette.types import ASGIApp

from graph.errors import NotFoundError
from graph.store import TRIPLES, UNNAMED, Store, is_iri
from service.processes.writer import Change, Writer
from service.sparql.protocol import fields
from service.web import uploads
from service.web.access import needed
from service.web.doors import Asked, done
from service.web.outside import inside
from service.web.raw import Prepared
from service.web.refusals import RefusalError

MULTIPART: Final = "multipart/form-data"
QUADS: Final = ("application/trig", "application/n-quads")
METHODS: Final = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class StoreEndpoint:
    """Answers requests for graphs. `store` gives the store of a release (None: the served one) on a day; `most` is the bytes that a payload may have."""

    writer: Writer
    home: Path
    most: int
    store: Callable[[str | None, str | None], Store]
    query: ASGIApp

    async def answer(self, asked: Asked) -> Prepared | None:
        """Reads or writes; None where the query service has answered."""
        graph = _graph(asked)
        if asked.method in ("GET", "HEAD"):
            await self._read(asked, graph)
            return None
        if asked.method not in ("PUT", "POST", "DELETE"):
            raise RefusalError(405, f"{asked.method} går inte här.", f"{asked.method} is not possible here.", Allow=METHODS)
        who = needed("editor")
        with uploads.folder(self.home) as folder:
            change = replace(await self.change(asked, folder, who.name), visibility=asked.visibility)
            named = asked.method != "DELETE" and change.graph != UNNAMED
            created = named and not (await asyncio.to_thread(self.store, None, None)).has_graph(change.graph)
            release = await self.writer.make(change)
        return done(201 if created else 204, release, [(b"location", change.graph.encode())] if created else [])

    async def _read(self, asked: Asked, graph: str | None) -> None:
        """Hands a query for the whole graph to the query service."""
        told = fields(asked.scope["query_string"])
        release, day = (told.get(name, [""])[0] for name in ("release", "asOf"))
        if not (await asyncio.to_thread(self.store, release, day)).has_graph(_named(graph)):
            raise NotFoundError(f"Det finns ingen graf <{graph}>.", f"There is no graph <{graph}>.")
        query = urlencode({"query": ALL, "default-graph-uri": graph, "release": release, "asOf": day}).encode()
        await self.query({**asked.scope, "query_string": query}, asked.receive, asked.send)

    async def change(self, asked: Asked, folder: Path, author: str, method: str = "") -> Change:
        """The change that PUT, POST or DELETE asks for; what was sent is kept in a folder. Raises RefusalError."""
        graph, kind, parts = _graph(asked), (method or asked.method).lower(), list[tuple[str, str, str]]()
        if kind == "delete":
            graph = _named(graph)
        else:
            parts = await _payloads(asked, folder, self.most, graph or asked.base)
        if graph is None and all(media in QUADS for _, media, _ in parts):
            kind = "replace" if kind == "put" else "join"
        elif graph is None:
            graph = _new_graph(asked, kind)
        return Change(kind, author, asked.reason, asked.expected, graph or UNNAMED, tuple(parts))


def _graph(asked: Asked) -> str | None:
    """The graph that a request names, UNNAMED for the default one, None where it names none. Raises RefusalError."""
    told = fields(asked.scope["query_string"])
    graphs, default = told.get("graph", []), "default" in told
    if len(graphs) + default > 1:
        raise RefusalError(400, "Ange antingen ?graph=IRI en gång eller ?default.", "Give either ?graph=IRI once or ?default.")
    if default:
        return UNNAMED
    if graphs and not is_iri(graphs[0]):
        raise RefusalError(400, f"graph={graphs[0]} är ingen absolut IRI.", f"graph={graphs[0]} is no absolute IRI.")
    below = inside(asked.scope).startswith("/store/") and inside(asked.scope) != "/store/"
    return graphs[0] if graphs else asked.base if below else None


def _named(graph: str | None) -> str:
    """The graph, where one must be named."""
    if graph is None:
        raise RefusalError(400, "Ange ?graph=IRI eller ?default.", "Give ?graph=IRI or ?default.")
    return graph


def _new_graph(asked: Asked, kind: str) -> str:
    """An IRI for a graph that a POST makes: a URL below /store."""
    if kind == "put":
        raise RefusalError(400, "PUT behöver ?graph=IRI eller ?default, eller TriG eller N-Quads.", "PUT needs ?graph=IRI or ?default, or TriG or N-Quads.")
    return f"{asked.base.removesuffix(inside(asked.scope))}/store/{uuid4()}"


async def _payloads(asked: Asked, folder: Path, most: int, base: str) -> list[tuple[str, str, str]]:
    """What was sent: paths, media types, base IRIs. Raises RefusalError."""
    if asked.kind == MULTIPART:
        parts = await uploads.save_parts(asked.receive, asked.headers[b"content-type"], folder, most)
        found = [(part.path, part.media_type.partition(";")[0].strip().lower()) for part in parts]
    else:
        _known(asked.kind)
        await uploads.save(asked.receive, folder / "payload", most, asked.header(b"content-encoding"))
        found = [(folder / "payload", asked.kind)]
    return [(str(path), _known(media), base) for path, media in found]


def _known(media: str) -> str:
    if media not in TRIPLES:
        told = ", ".join(TRIPLES)
        raise RefusalError(415, f"Content-Type {media or 'saknas'}; välj bland {told}.", f"Content-Type {media or 'is missing'}; choose one of {told}.")
    return media

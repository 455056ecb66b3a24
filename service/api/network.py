"""The governance network over HTTP: /api/network as JSON, and as GraphML, GEXF, DOT, Mermaid and SVG by suffix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from graph import network
from graph.errors import NotFoundError
from graph.names import Name, labels
from graph.namespaces import VOCAB
from graph.network.describing import LEVELS, Drawing, Party, Relation, described
from graph.network.export import FORMATS
from graph.network.selecting import Selection, kinds_named, select
from graph.search import Index
from graph.store import Store
from service.api.analysis.choosing import a_body, a_region
from service.api.answers import evidence_as_json
from service.api.asking import Askers
from service.views.current import Current
from service.views.reading import answered, tagged
from service.web.negotiation import language

MOST: Final = 500  # parties, unless more are asked for
FARTHEST: Final = 6  # steps around a body, or of a path
LIMIT: Final = 20_000
_LEVEL: Final = VOCAB + "level/"


@dataclass(frozen=True)
class Asked:
    """A selection as somebody writes it: IRIs, names or abbreviations, kinds with commas between; "" for what narrows nothing."""

    body: str = ""
    to: str = ""
    radius: int = 1
    length: int = 4
    kinds: str = ""
    region: str = ""
    level: str = ""
    limit: int = MOST


def drawing(store: Store, index: Index, asked: Asked) -> Drawing:
    """The part of a store's network that is asked for, described. Raises NotFoundError for a name that means nothing, or several things."""
    whole = network.of(store)
    if asked.to and not asked.body:
        raise NotFoundError("to= kräver body=: en väg har två ändar.", "to= needs body=: a path has two ends.", parameter="body")
    named = [name for name in asked.kinds.split(",") if name.strip()]
    called = labels(store, f"VALUES ?x {{ {' '.join(f'<{kind}>' for kind in whole.kinds)} }}") if named else {}
    wanted = Selection(
        body=a_body(index, asked.body) if asked.body else "",
        to=a_body(index, asked.to, "to") if asked.to else "",
        radius=asked.radius,
        longest=asked.length,
        kinds=kinds_named(whole, named, called),
        region=a_region(index, asked.region) if asked.region else "",
        level=_level(store, asked.level) if asked.level else "",
    )
    return described(store, whole, select(whole, wanted, asked.limit))


def _level(store: Store, value: str) -> str:
    """The IRI of a level, by IRI, notation or name. Raises NotFoundError."""
    called = labels(store, f"VALUES ?x {{ {' '.join(f'<{level}>' for level in LEVELS)} }}")
    for level in LEVELS:
        if value.strip().casefold() in {level, level.removeprefix(_LEVEL), *(text.casefold() for text in called.get(level, {}).values())}:
            return level
    known = ", ".join(level.removeprefix(_LEVEL) for level in LEVELS)
    raise NotFoundError(
        f"level={value!r} är ingen nivå; det finns: {known}.",
        f"level={value!r} is no level; there are: {known}.",
        parameter="level",
        nearest={level: called.get(level, {}) for level in LEVELS},
    )


def as_json(drawn: Drawing) -> dict[str, Any]:
    """Nodes and edges as plain values, each edge with its evidence; `cut` tells that the selection has more."""
    return {"nodes": [_node(p) for p in drawn.parties], "edges": [_edge(r) for r in drawn.relations], "cut": drawn.cut}


def _node(party: Party) -> dict[str, Any]:
    named = {"kind": party.kind, "level": party.level, "within": party.within, "region": party.region}
    return {"id": party.name.iri, "label": party.name.labels, "abbreviation": party.abbreviation or None, **{n: _named(v) for n, v in named.items()}}


def _edge(relation: Relation) -> dict[str, Any]:
    edge = relation.edge
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": _named(relation.kind),
        "statement": edge.statement or None,
        "label": relation.statement.labels,
        "strength": _named(relation.strength),
        "hedges": [_named(h) for h in relation.hedges],
        "direct": bool(edge.direct),
        "firm": relation.firm,
        "superior": edge.superior or None,
        "evidence": [evidence_as_json(c) for c in relation.citations],
    }


def _named(thing: Name | None) -> dict[str, Any] | None:
    return {"id": thing.iri, "label": thing.labels} if thing else None


def asking(
    body: Annotated[str, Query(description="A body and what is around it: IRI, name or abbreviation.")] = "",
    to: Annotated[str, Query(description="Another body: the paths between the two.")] = "",
    radius: Annotated[int, Query(ge=0, le=FARTHEST, description="Steps around the body.")] = 1,
    length: Annotated[int, Query(ge=1, le=FARTHEST, description="Most steps of a path.")] = 4,
    kinds: Annotated[str, Query(description="Kinds of relations, with commas between: ReportingLine,Commission or their names.")] = "",
    region: Annotated[str, Query(description="Only within a region or healthcare region.")] = "",
    level: Annotated[str, Query(description="Only at a level: nationell, sjukvardsregional, regional, lokal or vardteam.")] = "",
    limit: Annotated[int, Query(ge=1, le=LIMIT, description="Most parties.")] = MOST,
) -> Asked:
    """What a request selects."""
    return Asked(body, to, radius, length, kinds, region, level, limit)


def router(current: Current, askers: Askers) -> APIRouter:
    """The routes, below /api."""
    routes = APIRouter(prefix="/api", tags=["network"])

    @routes.get("/network")
    def told(request: Request, asked: Annotated[Asked, Depends(asking)]) -> Response:
        """The governance network, or a part of it: parties and the statements that relate them, each with its evidence."""
        return answered(request, current, as_json(drawing(current.store()[1], askers.index(), asked)))

    @routes.get("/network.{form}", responses={200: {"description": "The network.", "content": {media: {} for media, _ in FORMATS.values()}}})
    def written(
        form: Literal["graphml", "gexf", "dot", "mmd", "svg"],
        request: Request,
        asked: Annotated[Asked, Depends(asking)],
        lang: Annotated[str | None, Query(description="Language of labels: sv or en.")] = None,
    ) -> Response:
        """The same for other programs: GraphML, GEXF, DOT, Mermaid, and a picture."""
        read = current.reading()
        shown = language(lang, request.headers.get("accept-language", ""))
        media, write = FORMATS[form]
        text = write(drawing(current.store()[1], askers.index(), asked), shown)
        headers = {"Content-Disposition": f'inline; filename="network.{form}"', "Vary": "Accept-Language"}
        return tagged(request, read, Response(text, media_type=media, headers=headers))

    return routes

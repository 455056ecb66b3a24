"""What is internal is shown to nobody without a token, through no door; and to everybody with one.

An internal graph has a mark in all that it says, in its name, and in who wrote it and why. Every route of the application is asked, with what might find it.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import re
import shutil
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

import httpx
import pytest
from asking import Client, client_of
from fastapi import FastAPI
from mcp import Client as ToolClient
from mcp_types import TextContent
from running import free_port, serving
from starlette.routing import Route

from graph import changes, visibility
from graph.changes import Why
from graph.ledger import Ledger
from graph.namespaces import BASE, SG, expand
from graph.releases import Home
from graph.store import Literal, NamedNode, Quad
from service.app import create_app
from service.settings import Settings
from service.web.access import Access

MARK, OTHER = "qqzzqqzzqq", "zzqqzzqqzz"  # in the internal graph, and nowhere: equally far from all names
DAY = "1893-02-03"  # on which an internal statement begins to hold
GRAPH = f"https://example.org/{MARK}"
GROUP, LINE, KNOWN = (f"{BASE}id/{path}" for path in (f"group/{MARK}", f"reporting-line/{MARK}", "group/rag-onkologi"))
LABEL = f"Gruppen {MARK}"
ALL = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o FILTER(CONTAINS(LCASE(CONCAT(STR(?g), STR(?s), STR(?o))), 'qqzzqqz')) } }"
ASKED = [f"ASK {{ ?s ?p <{GROUP}> }}", f"ASK {{ GRAPH <{GRAPH}> {{}} }}", f"ASK {{ <{KNOWN}> <{SG}reportsTo> <{GROUP}> }}", f"ASK {{ ?s ?p '{LABEL}'@sv }}"]


def said(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
    """A statement of the internal graph."""
    return Quad(NamedNode(subject), NamedNode(expand(predicate)), value, NamedNode(GRAPH))


def thing(name: str) -> NamedNode:
    """A thing by its prefixed name or its path."""
    return NamedNode(expand(name) if name.startswith(("sg:", "xsd:")) else name if ":" in name else BASE + name)


INTERNAL = [
    said(GROUP, "rdf:type", thing("sg:SteeringGroup")),
    *(said(x, "rdfs:label", Literal(LABEL, language=lang)) for x in (GROUP, LINE) for lang in ("sv", "en")),
    said(LINE, "rdf:type", thing("sg:ReportingLine")),
    said(LINE, "sg:lineFrom", thing(KNOWN)),
    said(LINE, "sg:lineTo", thing(GROUP)),
    said(LINE, "sg:normStrength", thing("vocab/norm-strength/anges")),
    said(LINE, "sg:validFrom", Literal(DAY, datatype=thing("xsd:date"))),
    said(LINE, "dcterms:source", Literal(f"https://example.org/{MARK}/source")),
    said(KNOWN, "skos:altLabel", Literal(f"{MARK}gruppen", language="sv")),
]


def written(home: Home, *quads: Quad, seen: str = "", why: str = "") -> None:
    """Makes a release."""

    def edit(ledger: Ledger) -> None:
        ledger.add(quads)

    changes.apply(home, visibility.settle(edit, seen), Why(why, why))


def public(name: str) -> Quad:
    """A statement of a graph that everybody sees."""
    return Quad(
        NamedNode(f"https://example.org/{name}"), thing("http://www.w3.org/2000/01/rdf-schema#seeAlso"), thing(KNOWN), NamedNode("https://example.org/open")
    )


@pytest.fixture(scope="module")
def marked(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The package's data (release 1), a public graph (2), an internal one (3), and more of the public one (4)."""
    made = Home(tmp_path_factory.mktemp("marked") / "home")
    shutil.copytree(home.path, made.path, symlinks=True, ignore=shutil.ignore_patterns("views"))
    written(made, public("one"), why="opened")
    written(made, *INTERNAL, seen="internal", why=f"by {MARK}")
    written(made, public("two"), why="opened again")
    return made


@pytest.fixture(scope="module")
def app(marked: Home) -> Iterator[Client]:
    """A client of a service over it."""
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(marked.path)}))) as client:
        yield client


@pytest.fixture(scope="module")
def reader(marked: Home) -> dict[str, str]:
    """The header of the lowest role."""
    return {"authorization": f"Bearer {Access(marked.path).create('somebody', 'reader')}"}


def below(routes: Iterable[object]) -> Iterator[str]:
    """The paths of routes that answer GET, those of included routers too."""
    for route in routes:
        if isinstance(route, Route) and "GET" in (route.methods or {"GET"}):
            yield route.path
        elif router := getattr(route, "original_router", None):
            yield from below(router.routes)


def routes() -> list[str]:
    """The paths of all GET routes, from the application itself, and of the protocols beside it."""
    served: object = create_app(Settings.read({"STYRGRAF_HOME": "/nonexistent"}))
    while not isinstance(served, FastAPI):
        served = getattr(served, "_rest", None) or getattr(served, "_app")  # noqa: B009 (what stands around it)
    return sorted({*below(served.routes), "/sparql", "/store"})


FILLED = {
    "number": ["4", "3", "000003"],
    "first": ["2", "3"],
    "second": ["3", "4"],
    "form": ["html", "json", "ttl", "csv"],
    "space": ["id", "graph"],
    "rest_of_path": [f"group/{MARK}", f"group/{MARK}.json", "group/rag-onkologi.html", "group/rag-onkologi.ttl", f"reporting-line/{MARK}.ttl"],
}
GIVEN = {
    "q": f"Vem rapporterar {LABEL} till?",
    "s": KNOWN,
    "p": "sg:reportsTo",
    "o": GROUP,
    "query": ALL,
    "from": "2",
    "to": "3",
    "body": GROUP,
    "document": MARK,
    "thing": GROUP,
    "graph": GRAPH,
}
HTML, DATA = "text/html", "application/json, text/turtle;q=0.5, */*;q=0.1"
QUERIES: list[tuple[dict[str, str], str]] = [
    ({}, HTML),
    ({}, DATA),
    ({"query": ALL, "release": "3", "q": MARK[:4]}, DATA),
    (GIVEN, DATA),
    ({"q": MARK, "s": f"id/group/{MARK}", "body": LABEL, "default": ""}, HTML),
    ({"q": MARK, "s": f"id/group/{MARK}", "graph": "urn:none", "query": ALL, "release": "3"}, DATA),
    ({"q": MARK[:4], "s": KNOWN, "query": ALL, "asOf": "2026-06-01", "release": "3", "default": ""}, DATA),
]


COUNTING = {"/metrics"}  # whose answers differ from one time to the next


def addresses(route: str) -> Iterator[str]:
    """The addresses by which a route is tried."""
    names = re.findall(r"{(\w+)(?::\w+)?}", route)
    for values in itertools.product(*(FILLED.get(n, [MARK, "who-reports-to-whom"]) for n in names)):
        path = route
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"{{{name}(:\w+)?}}", value, path)
        yield path


def told(answer: httpx.Response) -> str:
    """All that an answer tells: its headers, and its body unpacked; what it only repeats of the request is no matter of the other half of this test."""
    body = gzip.decompress(answer.content) if answer.content[:2] == b"\x1f\x8b" else answer.content
    return unquote(f"{answer.status_code} {sorted(answer.headers.items())} {body.decode('utf-8', 'replace')}").casefold()


def asked(client: Client, path: str, query: dict[str, str], accept: str, headers: dict[str, str] | None = None) -> str:
    """What a GET tells, without what differs from one time to the next."""
    found = told(client.get(path, params=query, headers={"accept": accept, "x-request-id": "r", **(headers or {})}))
    return re.sub(r'"requestid": "[^"]*"|x-request-id[^)]*|content-length[^)]*|etag[^)]*|\d+ (ms|s)\b', "", found)


def other(text: str) -> str:
    """The same with a mark that nothing has."""
    return text.replace(MARK, OTHER)


@pytest.mark.parametrize("route", routes())
def test_no_route_tells_the_public(app: Client, route: str) -> None:
    """Each answer is that to a question with a mark that does not exist at all: nothing internal is in it, and it cannot be told that there is anything."""
    tried = ((path, *each) for number, path in enumerate(addresses(route)) for each in (QUERIES[1:2] if number else QUERIES))
    for path, query, accept in tried:
        found, wanted = asked(app, path, query, accept), (other(path), {k: other(v) for k, v in query.items()})
        if wanted == (path, query) or route in COUNTING:
            assert MARK not in found
        else:
            assert other(found) == asked(app, *wanted, accept), f"{path} {query}"
        assert DAY not in found


def test_a_new_route_is_tried_without_being_named() -> None:
    """The table of routes is read from the application: pages, API, exports, health and protocols are all in it."""
    assert {"/", "/sparql", "/store", "/api/search", "/releases/{number}", "/dump.trig.gz", "/void.{form}"} <= set(routes())
    assert all(list(addresses(route)) for route in routes())


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "application/sparql-results+xml", "text/turtle"])
def test_no_query_finds_it_for_the_public(app: Client, accept: str) -> None:
    """GET and POST, over the union and over named graphs, of any release and day, in any form."""
    for query in (ALL, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'onkologi')) }", f"DESCRIBE <{KNOWN}> <{GROUP}>"):
        for more in ({}, {"release": "3"}, {"asOf": "2026-06-01"}, {"default-graph-uri": GRAPH}, {"named-graph-uri": GRAPH}):
            answer = app.post("/sparql", data={"query": query, **more}, headers={"accept": f"{accept}, */*;q=0.1"})
            assert MARK not in told(answer), (query, more)
    for query in ASKED:
        assert app.post("/sparql", data={"query": query}).json()["boolean"] is False


def test_whoever_has_a_token_finds_it(app: Client, reader: dict[str, str]) -> None:
    """The same doors tell the lowest role, what follows from it too."""
    for query in ASKED:
        assert app.post("/sparql", data={"query": query}, headers=reader).json()["boolean"] is True
        assert app.post("/sparql", data={"query": query}).json()["boolean"] is False
    for path in (
        f"/store?graph={quote(GRAPH)}",
        f"/id/group/{MARK}.html",
        f"/id/group/{MARK}.ttl",
        f"/api/search?q={MARK[:4]}",
        "/releases/3",
        "/releases/2/diff/3",
        "/api/releases",
        "/api/releases/3",
        "/api/releases/2/diff/4?format=rdfp",
        f"/api/releases/blame?s={quote(GROUP)}",
        f"/api/explain?s={quote(KNOWN)}&p=sg:reportsTo&o={quote(GROUP)}",
        "/api/questions/who-reports-to-whom",
        "/sparql",
        "/dump.trig.gz",
        f"/api/ask?q={quote('Vem rapporterar RAG onkologi till?')}",
        f"/id/group/{MARK}.json?asOf=2026-06-01",
        f"/store?graph={quote(GRAPH)}&release=3",
    ):
        assert MARK in told(app.get(path, headers=reader)), path


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", f"/id/{KNOWN.partition('id/')[2]}.ttl", "/api/questions", "/store?default"])
def test_an_etag_is_of_one_audience(app: Client, reader: dict[str, str], path: str) -> None:
    """What one audience has in its cache is not called fresh for the other, and a cache is told to keep them apart."""
    open_, closed = app.get(path), app.get(path, headers=reader)
    assert open_.headers["etag"] != closed.headers["etag"]
    assert "Authorization" in open_.headers["vary"]
    assert (open_.headers.get("cache-control"), closed.headers["cache-control"]) == (None, "private")
    for headers, tag, status in (({}, closed, 200), (reader, open_, 200), ({}, open_, 304), (reader, closed, 304)):
        assert app.get(path, headers={**headers, "if-none-match": tag.headers["etag"]}).status_code == status


def test_audiences_that_ask_at_the_same_time_get_their_own(app: Client, reader: dict[str, str]) -> None:
    """Requests of one tick of the event loop share what is looked up, within an audience only."""

    async def both() -> list[bool]:
        transport = httpx.ASGITransport(app=app._app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=60) as client:
            params = {"query": f"ASK {{ ?s ?p <{GROUP}> }}"}
            answers = await asyncio.gather(*(client.get("/sparql", params=params, headers=h) for h in ({}, reader) * 8))
        return [a.json()["boolean"] for a in answers]

    assert app._portal.call(both) == [False, True] * 8


@pytest.fixture(scope="module")
def address(marked: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running service, as a language model's program meets it."""
    port = free_port()
    with serving(port, tmp_path_factory.mktemp("served"), STYRGRAF_HOME=str(marked.path)):
        yield f"http://127.0.0.1:{port}/mcp"


def tools(address: str, headers: dict[str, str]) -> str:
    """What all tools and resources tell, asked for the mark."""
    from mcp.client.streamable_http import streamable_http_client

    calls = {
        "search": {"text": MARK[:4]},
        "ask": {"question": f"Vem rapporterar till {LABEL}?"},
        "list_questions": {"containing": MARK},
        "run_question": {"name": "who-reports-to-whom"},
        "entity": {"thing": KNOWN},
        "explain": {"subject": KNOWN, "predicate": "sg:reportsTo", "object": GROUP},
        "schema_summary": {"containing": MARK},
        "sparql": {"query": ALL},
    }

    async def all_() -> str:
        async with httpx.AsyncClient(headers=headers, timeout=60) as http, ToolClient(streamable_http_client(address, http_client=http)) as client:
            assert {t.name for t in (await client.list_tools()).tools} == set(calls)
            results = [await client.call_tool(name, given) for name, given in calls.items()]
            resource = await client.read_resource("styrgraf://guide")
        return " ".join([*(c.text for r in results for c in r.content if isinstance(c, TextContent)), str(resource)])

    return asyncio.run(all_()).casefold()


def test_no_tool_tells_the_public(address: str, reader: dict[str, str]) -> None:
    """All MCP tools, over HTTP: what they find names nothing internal; with a token it does."""
    assert "gruppen" in tools(address, reader)
    assert tools(address, reader).count(GROUP.casefold()) > 3
    assert f"mark {MARK}" not in tools(address, {})
    assert f"{BASE}id/group/{MARK}" not in tools(address, {}).replace(f"'{GROUP}'", "")

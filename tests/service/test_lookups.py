"""Look-ups: queries of one triple pattern are answered where they arrive as a process would answer them, and nothing large is read there."""

import asyncio
import itertools
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from asking import Client, client_of
from hypothesis import given, settings
from hypothesis import strategies as st
from writing import Writing

from graph.errors import StyrgrafError
from graph.releases import Home, Manifest
from graph.store import JSON, BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store
from graph.views import View
from service.app import create_app
from service.processes.worker import ANSWER, Asked, Stores, answer
from service.settings import Settings
from service.sparql.lookup import REST, SLOW, Lookup, Lookups, read

E = "http://e/"
XSD = "http://www.w3.org/2001/XMLSchema#"
NODES = [*(NamedNode(E + n) for n in ("a", "b", "c#d", "e'f", "å")), BlankNode("b1")]
PREDICATES = [NamedNode(E + "p"), NamedNode(E + "q"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")]
GRAPHS = [DefaultGraph(), NamedNode(E + "g"), NamedNode(E + "h")]
TAGS = [None, "sv", "en-GB"]
KINDS = [None, "string", "integer", "dateTime", "nonsense"]
literals = st.one_of(
    st.builds(lambda text, tag: Literal(text, language=tag), st.text(max_size=9), st.sampled_from(TAGS)),
    st.builds(lambda text, kind: Literal(text, datatype=NamedNode(XSD + kind) if kind else None), st.text("01-T:Z ", max_size=9), st.sampled_from(KINDS)),
)
quads = st.builds(Quad, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.one_of(st.sampled_from(NODES), literals), st.sampled_from(GRAPHS))
HEADS = [f"PREFIX e: <{E}>", f"prefix e: <{E}x> PREFIX : <{E}>\nPREFIX e: <{E}>"]
ENDS = [f"<{E}a>", f"<{E}b>", f"<{E}c#d>", f"<{E}e'f>", f"<{E}å>", "e:a", "e:b", "e:p"]
MIDDLES = [f"<{E}p>", "e:p", "e:q", "a"]
# What looks like a look-up and is none, or none that the engine would take.
ODD = [
    "",
    "?x",
    "?new",
    "A",
    "E:p",
    "_:b",
    "<a>",
    f"<{E}./a>",
    "<http://[>",
    "e:a.b",
    "e:%41",
    "1",
    "'x'",
    ";",
    "DISTINCT",
    "LIMIT",
    "\f",
    "#",
    f"BASE <{E}b>",
    "PREFIX y: <y>",
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Look-ups, each second one with an odd word in some place."""
    kinds = [draw(st.booleans()) for _ in range(3)]
    names = draw(st.permutations(["x", "Y1", "_z"]))
    terms = [
        draw(st.sampled_from("?$")) + name if kind else draw(st.sampled_from(said))
        for kind, name, said in zip(kinds, names, (ENDS, MIDDLES, ENDS), strict=True)
    ]
    bound = [term for term in terms if term[0] in "?$"] or ["?x"]
    asked = draw(st.lists(st.sampled_from(bound), min_size=1, unique=True)) if draw(st.booleans()) else ["*"]
    words = [draw(st.sampled_from(HEADS)), draw(st.sampled_from(["SELECT", "select"])), *asked, draw(st.sampled_from(["WHERE {", "{", "where{"])), *terms]
    words += [draw(st.sampled_from(["}", ".}", ". }"])), draw(st.sampled_from(["", "LIMIT 2", "limit 01", "LIMIT 0", "LIMIT 99"]))]
    if draw(st.booleans()):
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(ODD))
    return draw(st.sampled_from([" ", "  ", "\n", "\t\r\n"])).join(words)


@pytest.fixture(scope="module")
def few() -> Iterator[Callable[[Sequence[Quad]], Path]]:
    """Makes a store on disk of some quads, and gives its folder."""
    with tempfile.TemporaryDirectory() as folder:
        made = iter(range(1_000_000))

        def make(found: Sequence[Quad]) -> Path:
            path = Path(folder) / str(next(made))
            store = Store.create(path)
            store.add(found)
            store.flush()
            return path

        yield make


@settings(max_examples=40)
@given(data=st.data())
def test_a_look_up_is_answered_as_a_process_answers(few: Callable[[Sequence[Quad]], Path], data: st.DataObject) -> None:
    """Whatever the graph and the query: the bytes are those of the process, and what the engine refuses is no look-up."""
    path = few(data.draw(st.lists(quads, max_size=12)))
    store, stores = Store.open(path), Stores(None)
    for query in data.draw(st.lists(texts(), min_size=10, max_size=30)):
        found = read(query)
        if found and (told := found.answer(store)) is not None:  # None where this thread had to wait for the processor meanwhile
            assert answer(stores, Asked(str(path), query, JSON)) == (ANSWER, told), query


@given(st.text("ab/.:#?%å'[@ 1\\", max_size=12), st.sampled_from(["<http://e/{}>", "<{}>", "<a:{}>", "<http://{}>"]))
def test_an_iri_is_read_as_the_engine_reads_it(text: str, form: str) -> None:
    """Of any characters at all: what is taken for an IRI is one, and the same one."""
    iri = form.format(text)
    found = read(f"SELECT ?o {{ {iri} ?p ?o }}")
    if found is None:
        return
    store = Store.memory()
    store.add([Quad(found.pattern[0] or BlankNode(), PREDICATES[0], Literal("1"), DefaultGraph())])
    assert len(store.select(f"SELECT ?o {{ {iri} ?p ?o }}")) == 1


@pytest.mark.parametrize(
    ("query", "pattern", "names"),
    [
        ("SELECT ?o { <http://e/a> <http://e/p> ?o }", ("a", "p", None), ["o"]),
        (f"PREFIX e: <{E}> SELECT ?s WHERE {{ ?s e:p e:a . }} LIMIT 12", (None, "p", "a"), ["s"]),
        (f"PREFIX : <{E}>\nselect * where {{ ?z :p ?a }}", (None, "p", None), ["a", "z"]),
    ],
)
def test_usual_ways_to_write_a_look_up_are_known(query: str, pattern: tuple[str | None, ...], names: list[str]) -> None:
    """Full and short names, with and without a limit, in either order, all variables by their names."""
    found = read(query)
    assert found
    assert found.pattern == [name and NamedNode(E + name) for name in pattern]
    assert list(found.asked) == names


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ?s ?p ?o . ?o ?q ?r }",
        "SELECT ?o { ?s ?p ?o FILTER(?o > 1) }",
        "SELECT ?o { ?s <http://e/p>+ ?o }",
        "SELECT ?o { VALUES ?s { <http://e/a> } ?s ?p ?o }",
        "SELECT ?o { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT ?o { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?o FROM <http://e/g> { ?s ?p ?o }",
        "SELECT ?o { ?s ?p ?o } ORDER BY ?o",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT DISTINCT ?o { ?s ?p ?o }",
        "SELECT ?o { ?o ?p ?o }",
        "SELECT ?o { ?s ?p 'x' }",
        "SELECT ?o { ?s ?p ?o } LIMIT 9999999999999999999999",
        "SELECT ?o { ?s ?p ?o } LIMIT 0",
        f"SELECT ?o {{ ?s ?p ?o }}{' ' * 5000}",
        f"SELECT {'?o ' * 1000}{{ ?s ?p ?o }}",
    ],
)
def test_all_else_is_left_to_a_process(query: str) -> None:
    """Joins, paths, filters, other graphs, and whatever is long or large is not for the event loop."""
    assert read(query) is None


def _answer(found: list[Quad], query: str = f"SELECT ?o {{ <{E}a> <{E}p> ?o }} LIMIT 9999") -> bytes | None:
    store = Store.memory()
    store.add(found)
    asked = read(query)
    assert asked
    return asked.answer(store)


def of(objects: Sequence[Literal], graphs: Sequence[NamedNode] = (NamedNode(E + "g"),)) -> list[Quad]:
    """Quads of one subject and predicate."""
    return [Quad(NODES[0], PREDICATES[0], o, g) for o in objects for g in graphs]


@pytest.mark.parametrize(
    ("found", "here"),
    [
        ([], True),
        (of([Literal("one")]), True),
        (of([Literal("one"), Literal("two")]), False),
        (of([Literal("same")], [NamedNode(f"{E}{n}") for n in range(2)]), False),
    ],
    ids=["none", "one", "two", "in two graphs"],
)
def test_only_what_has_one_solution_is_answered(found: list[Quad], here: bool) -> None:
    """Several have an order, which is the same wherever the query is answered: a process tells it."""
    assert (_answer(found) is not None) is here


def test_after_a_slow_one_there_are_none_for_a_while(home: Home) -> None:
    """One that takes longer than SLOW closes the way for REST times as long; then it is open again."""
    release, now = home.current(), [0.0]
    assert release
    view, lookups = View(release), Lookups(View.open, lambda: now[-1])

    class Slow(Lookup):
        def answer(self, store: Store) -> bytes | None:
            now.append(now[-1] + SLOW * 2)
            return b"{}"

    slow, quick = Slow([], {}), read(f"SELECT ?o {{ <{E}none> <{E}p> ?o }}")
    assert quick

    async def ask() -> list[bytes | None]:
        while lookups.answer(quick, view) is None:
            await asyncio.sleep(0.01)
        came = [lookups.answer(slow, view), lookups.answer(quick, view)]
        now.append(now[-1] + SLOW * 2 * REST)
        return [*came, lookups.answer(slow, view)]

    assert anyio.run(ask) == [b"{}", None, b"{}"]


def test_a_store_that_cannot_be_opened_is_left_to_a_process(home: Home) -> None:
    """Whoever asks is not told here."""

    def broken(_: View) -> Store:
        raise StyrgrafError("trasig", "broken")

    async def ask() -> list[bytes | None]:
        lookups, release = Lookups(broken), home.current()
        assert release
        found = read("SELECT ?o { ?s ?p ?o }")
        assert found
        came = []
        for _ in range(3):
            came.append(lookups.answer(found, View(release)))
            await asyncio.sleep(0.05)
        return came

    assert anyio.run(ask) == [None] * 3


HUGE = 100_000
RDF = [Quad(NODES[0], PREDICATES[0], Literal(str(n)), GRAPHS[1]) for n in range(HUGE)] + [Quad(NODES[1], PREDICATES[0], Literal("å"), GRAPHS[1])]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service over a release with a subject that has a hundred thousand objects, and one that has one."""
    home = Home(tmp_path_factory.mktemp("large"))
    with home.writing(), home.candidate("000001") as folder:
        store = Store.create(folder / "store")
        store.add(RDF)
        store.flush()
        del store
        home.publish(folder, Manifest("000001", "2026-01-01T00:00:00Z", "generated", {}, 0, {}, {}))
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(home.path)}))) as client:
        opened(client)
        yield client


def opened(client: Client) -> None:
    """Returns when look-ups in the release that is served are answered."""
    before = answered(client)
    for n in range(1000):
        client.get("/sparql", params={"query": f"SELECT ?o {{ <{E}nothing> <{E}p> ?o }} LIMIT {n + 1}"})
        if answered(client) > before:
            return
        time.sleep(0.01)
    raise TimeoutError("no look-up was answered")


def answered(client: Client) -> int:
    """How many look-ups the service has answered."""
    found = re.search(r'styrgraf_lookups_total{result="answered"} (\d+)', client.get("/metrics").text)
    assert found
    return int(found[1])


def test_a_hundred_thousand_objects_go_to_a_process(large: Client) -> None:
    """With a limit and without, all that was asked for is told, and where that is much, it is not read by who answers others."""
    before = answered(large)
    asked = [large.get("/sparql", params={"query": f"SELECT ?o {{ <{E}a> <{E}p> ?o }}{limit}"}) for limit in ("", " LIMIT 99999", " LIMIT 7")]
    assert [len(a.json()["results"]["bindings"]) for a in asked] == [HUGE, 99999, 7]
    assert answered(large) == before


def test_body_and_headers_are_those_of_a_process(large: Client) -> None:
    """Byte for byte, but for the request's id; a comment makes the query one that a process answers."""
    query, before = f"SELECT ?o {{ <{E}b> <{E}p> ?o }} LIMIT 5", answered(large)
    many = [large.get("/sparql", params={"query": f"{query}{n}"}) for n in range(20)]
    assert answered(large) > before
    process = large.get("/sparql", params={"query": f"{query} # by a process"})
    for one in many:
        assert one.content == process.content
        assert [h for h in one.headers.multi_items() if h[0] != "x-request-id"] == [h for h in process.headers.multi_items() if h[0] != "x-request-id"]


@pytest.mark.parametrize(
    ("more", "status", "start"),
    [
        ({"headers": {"accept": "text/csv"}}, 200, "o\r\n\u00e5\r\n"),
        ({"format": "tsv"}, 200, "?o\n"),
        ({"headers": {"accept": "application/sparql-results+xml"}}, 200, "<?xml"),
        ({"headers": {"accept": "text/turtle"}}, 406, "{"),
        ({"default-graph-uri": E + "none"}, 200, '{"head":{"vars":["o"]},"results":{"bindings":[]}}'),
        ({"named-graph-uri": E + "g"}, 200, '{"head":{"vars":["o"]},"results":{"bindings":[]}}'),
        ({"release": "000007"}, 404, "{"),
    ],
)
def test_what_a_look_up_is_not_for_is_answered_as_before(large: Client, more: dict[str, Any], status: int, start: str) -> None:
    """Other formats, other datasets and other releases."""
    params = {"query": f"SELECT ?o {{ <{E}b> <{E}p> ?o }}", **{k: v for k, v in more.items() if k != "headers"}}
    answer = large.get("/sparql", params=params, headers=more.get("headers"))
    assert answer.status_code == status
    assert answer.text.startswith(start)


def test_a_change_is_seen_by_the_next_look_up(scratch: Writing) -> None:
    """Whatever was looked up before: the next one finds what the last change left, and the public nothing that is internal."""
    number = itertools.count()

    def found(**headers: str) -> list[str]:
        query = f"SELECT ?o {{ <urn:s> <urn:p> ?o }} LIMIT 1{next(number)}"
        told = scratch.client.get("/sparql", params={"query": query}, headers=headers).json()
        return [row["o"]["value"] for row in told["results"]["bindings"]]

    for value in ("one", "two", "three"):
        change = f'DELETE WHERE {{ GRAPH <{E}g> {{ <urn:s> <urn:p> ?o }} }} ; INSERT DATA {{ GRAPH <{E}g> {{ <urn:s> <urn:p> "{value}" }} }}'
        assert scratch.update(change).status_code == 204
        assert [found() for _ in range(3)] == [[value]] * 3
        opened(scratch.client)
        assert [found() for _ in range(3)] == [[value]] * 3
    assert scratch.update(f'INSERT DATA {{ GRAPH <{E}secret> {{ <urn:s> <urn:p> "internal" }} }}', visibility="internal").status_code == 204
    for _ in range(3):
        assert found() == ["three"]
        assert sorted(found(**scratch.token)) == ["internal", "three"]
        time.sleep(0.05)

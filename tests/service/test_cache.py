"""What is kept is what would be answered anew; identical queries are answered once; compressed answers say so."""

import asyncio
import gzip
import re

import anyio
import brotli
import pytest
import zstandard
from asking import Client
from hypothesis import given
from hypothesis import strategies as st

from graph.releases import Home
from service.processes.nursery import Reply
from service.processes.workers import Asked, Workers
from service.sparql.querytext import read
from service.web.cache import Cache, Flights
from service.web.raw import matches
from service.web.refusals import BusyError

LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"
ALL = "SELECT * WHERE { ?s ?p ?o } LIMIT 500"


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 300)), max_size=60))
def test_a_cache_never_holds_more_than_it_may(entries: list[tuple[int, int]]) -> None:
    """Whatever is kept in whatever order, the sum stays within the bound, and what is found is what was kept last."""
    cache: Cache[int] = Cache(8000)
    last: dict[int, int] = {}
    for key, size in entries:
        cache.keep(key, size, size)
        last[key] = size
        assert cache.bytes <= 8000
    assert all(cache.get(key) in (None, size) for key, size in last.items())
    assert not entries or cache.get(entries[-1][0]) == entries[-1][1]


def test_the_least_recently_used_entry_goes_first() -> None:
    """What was asked for again stays."""
    cache: Cache[str] = Cache(8 * 700)
    for n in range(8):
        cache.keep(n, str(n), 0)
    cache.get(0)
    cache.keep(9, "9", 0)
    cache.keep(10, "10", 0)
    assert (cache.get(0), cache.get(1)) == ("0", None)


def test_constants_do_not_change_the_shape() -> None:
    """What one query has taken is told of the next that differs in IRIs, strings and numbers only."""
    assert read('ASK { <http://a> ?p "x" } LIMIT 1').shape == read("ASK { <http://b> ?p 'y' } LIMIT 22").shape


@pytest.mark.parametrize(
    ("query", "form", "changing"),
    [
        ("PREFIX ask: <http://select/> SELECT (NOW() AS ?n) {}", 4, True),
        ("# CONSTRUCT\nASK { ?now ?rand ?uuid }", 2, False),
        ("DESCRIBE <http://uuid/>", 6, False),
        ('SELECT (strUUID() AS ?select) { ?s ?p "ASK" }', 4, True),
    ],
)
def test_form_and_change_are_read_from_keywords_alone(query: str, form: int, changing: bool) -> None:
    """Names, strings, IRIs and comments are no keywords."""
    assert (len(read(query).offers), read(query).changing) == (form, changing)


def test_a_kept_answer_is_the_answer(client: Client) -> None:
    """Asked twice, in two spellings and by POST, the bytes and the tag are the same."""
    asked = [client.get("/sparql", params={"query": q}) for q in (LINES, LINES, LINES.replace(" ", "\n  "))]
    asked.append(client.post("/sparql", data={"query": LINES}))
    assert len({(a.content, a.headers["etag"]) for a in asked}) == 1


def test_what_changes_is_not_kept(client: Client) -> None:
    """UUID() is another one each time, and has no tag."""
    first, second = (client.get("/sparql", params={"query": "SELECT (UUID() AS ?u) {}"}) for _ in range(2))
    assert first.text != second.text
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("coding", "decode"), [("br", brotli.decompress), ("zstd", zstandard.decompress), ("gzip", gzip.decompress)])
def test_a_large_answer_is_compressed_as_the_client_likes(client: Client, coding: str, decode: object) -> None:
    """Each coding gives back the plain bytes, under a tag of its own, and says that it depends on the header."""
    plain = client.get("/sparql", params={"query": ALL}, headers={"accept-encoding": "identity"})
    packed = client.stream_raw("/sparql", {"query": ALL}, {"accept-encoding": f"{coding}, *;q=0.1"})
    assert packed.headers["content-encoding"] == coding
    assert decode(packed.content) == plain.content  # type: ignore[operator]
    assert len(packed.content) == int(packed.headers["content-length"]) < len(plain.content)
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    again = client.get("/sparql", params={"query": ALL}, headers={"accept-encoding": coding, "if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", packed.headers["etag"])


@pytest.mark.parametrize("accept", ["", "identity", "gzip;q=0", "br;q=0.2, identity;q=0.5"])
def test_an_answer_is_plain_where_that_is_liked_better(client: Client, accept: str) -> None:
    """q-values decide."""
    assert "content-encoding" not in client.get("/sparql", params={"query": ALL}, headers={"accept-encoding": accept}).headers


@pytest.mark.parametrize(
    ("given_tags", "same"), [(b'"a"', True), (b'W/"a"', True), (b'"b" , "a"', True), (b"*", True), (b'"b"', False), (b'"ab"', False), (b"", False)]
)
def test_tags_are_compared_weakly(given_tags: bytes, same: bool) -> None:
    """RFC 9110 §13.1.2: a list, weak or strong, or any at all; never a part of one."""
    assert matches(b'"a"', given_tags) is same


def test_the_request_id_is_echoed_or_made(client: Client) -> None:
    """A sane id comes back, in a problem too; an insane one is replaced."""
    good = client.get("/sparql", params={"query": "ASK {"}, headers={"x-request-id": "abc-1"})
    assert (good.headers["x-request-id"], good.json()["requestId"]) == ("abc-1", "abc-1")
    made = {client.get("/sparql", params={"query": LINES}, headers={"x-request-id": "a b<script>"}).headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2
    assert all(re.fullmatch(r"[0-9a-f]+-[0-9a-f]+", m) for m in made)


def test_an_older_release_is_asked_for_by_number(client: Client, home: Home) -> None:
    """`release=` names it; an unknown one is a 404."""
    number = home.pointer()
    assert client.get("/sparql", params={"query": LINES, "release": number}).content == client.get("/sparql", params={"query": LINES}).content
    assert client.get("/sparql", params={"query": LINES, "release": "999999"}).status_code == 404


def test_identical_queries_share_one_flight_that_outlives_who_started_it(home: Home) -> None:
    """The first to ask leaves; the query goes on for the second; when that one leaves too, it is stopped."""
    release = home.current()
    assert release
    asked = Asked(str(release.path / "store"), "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", "application/sparql-results+json")

    async def fly() -> tuple[bool, bool, bool]:
        workers = Workers(1, 4, 1010)
        flights = Flights(workers)
        first = flights.board("key", asked, 7, 30)
        second = flights.board("key", asked, 7, 30)
        waiter = second.wait(patient=True)
        await asyncio.sleep(0.5)
        flights.leave("key", first)
        goes_on = second.job is not None and second.job.worker is not None
        flights.leave("key", second)
        third = flights.board("key", asked, 7, 30)
        anew = third is not second
        await workers.close()
        return first is second, goes_on and not waiter.done(), anew

    assert anyio.run(fly) == (True, True, True)


def test_everyone_aboard_is_told_of_a_refusal(home: Home) -> None:
    """An error comes to all who wait."""

    async def fly() -> list[object]:
        workers = Workers(1, 4, 1011)
        flights = Flights(workers)
        asked = Asked(str(home.path / "nowhere"), "ASK {}", "application/sparql-results+json")
        aboard = [flights.board("key", asked, 7, 30) for _ in range(2)]
        waiting = [f.wait(patient=True) for f in aboard]
        await workers.close()
        return await asyncio.gather(*waiting, return_exceptions=True)

    told = anyio.run(fly)
    assert all(isinstance(t, BusyError | Reply) for t in told)
    assert len(told) == 2

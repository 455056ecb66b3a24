"""A service that really runs, and everything that a hostile client can send it: nothing is answered wrongly, and others are answered all the while."""

import http.client
import json
import resource
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import free_port, get, serving

from graph.releases import Home

QUICK = "ASK { ?s ?p ?o }"
HOSTILE = {
    "cross product": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "regex": 'SELECT * { ?s ?p ?o . ?a ?b ?c FILTER(REGEX(CONCAT(STR(?o), "' + "a" * 3000 + '!"), "^(a|a|a|aa)*$")) }',
    "order by": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "deep path": "SELECT * { ?s (!<x:a>/!<x:b>)*/(!<x:c>|^!<x:d>)+ ?o }",
}
ALLOWED = {200, 204, 303, 304, 400, 403, 404, 405, 406, 408, 411, 413, 414, 415, 417, 422, 429, 431, 501, 503, 504, 505}


@pytest.fixture(scope="module")
def port(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a service with tight limits listens."""
    chosen = free_port()
    limits = {"STYRGRAF_HOME": str(home.path), "STYRGRAF_TIMEOUT": "4", "STYRGRAF_MEMORY": "1000", "STYRGRAF_WORKERS": "2"}
    with serving(chosen, tmp_path_factory.mktemp("hostile"), **limits):
        yield chosen


@pytest.fixture(autouse=True)
def well_afterwards(port: int) -> Iterator[None]:
    """After each attack a short query is answered."""
    yield
    status, told = get(sparql(port, QUICK))
    assert (status, '"boolean":true' in told) == (200, True)


def sparql(port: int, query: str, **more: str) -> str:
    """The URL of a query."""
    return f"http://127.0.0.1:{port}/sparql?{urllib.parse.urlencode({'query': query, **more})}"


def test_hostile_queries_end_and_others_are_answered_meanwhile(port: int) -> None:
    """Eight at once, two of each kind: each is stopped with a status that says so, or answered whole, and short queries are answered while they run."""
    came: list[tuple[int, str]] = []
    attackers = [threading.Thread(target=lambda q=q, n=n: came.append(get(sparql(port, f"{q} # {n}")))) for q in HOSTILE.values() for n in range(2)]
    for attacker in attackers:
        attacker.start()
    answered = 0
    while any(a.is_alive() for a in attackers):
        answered += get(sparql(port, f"{QUICK} LIMIT {answered + 1}"))[0] == 200
    for attacker in attackers:
        attacker.join()
    assert len(came) == 8
    for status, told in came:
        assert "results" in json.loads(told) if status == 200 else status in (503, 504)
    assert 504 in {status for status, _ in came}
    assert answered > 20


def test_a_query_of_100_megabytes_is_refused(port: int) -> None:
    """413, whether its length is told or not."""
    part = b"#" * 1_000_000
    for headers in ({"Content-Length": "100000000"}, {"Transfer-Encoding": "chunked"}):
        with connection(port) as client:
            client.putrequest("POST", "/sparql")
            for name, value in {"Content-Type": "application/sparql-query", **headers}.items():
                client.putheader(name, value)
            client.endheaders()
            with suppress(OSError):  # the service need not read it all
                for _ in range(100):
                    client.send(b"f4240\r\n" + part + b"\r\n" if "Transfer-Encoding" in headers else part)
            assert client.getresponse().status == 413


def test_a_thousand_held_connections_leave_the_service_well(port: int) -> None:
    """Idle ones, ones that send their headers a byte at a time, and ones that never send the body that they promise."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    starts = (
        b"",
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Type: application/sparql-query\r\n\r\n",
    )
    try:
        with ExitStack() as stack:
            held = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(1100)]
            for n, client in enumerate(held):
                client.sendall(starts[n % 3])
            for n in range(20):
                for client in held[1::3]:
                    client.sendall(b"a")
                assert get(sparql(port, f"{QUICK} LIMIT {n + 1}"))[0] == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def connection(port: int) -> Iterator[http.client.HTTPConnection]:
    """A connection of one's own."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield client
    finally:
        client.close()


WORDS = [
    "SELECT",
    "ASK",
    "{",
    "}",
    "?s",
    "?p",
    "*",
    "<http://a>",
    '"',
    "'",
    "<",
    "#",
    "\\",
    "\n",
    "\0",
    "LIMIT",
    "-1",
    "é",
    "FROM",
    "SERVICE",
    "GRAPH",
    "\\u0000",
    "(",
    ")",
]
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=25).map(" ".join)
fields = st.dictionaries(st.sampled_from(["query", "update", "default-graph-uri", "named-graph-uri", "timeout", "release", "format", "x"]), texts, max_size=5)
types = st.sampled_from(
    ["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", "", "application/sparql-query; charset=utf-16", "multipart/form-data"]
)
header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
header_names = st.sampled_from(
    ["Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "X-Request-Id", "Origin", "Content-Encoding", "Range", "Expect"]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW"]),
    fields,
    st.binary(max_size=60) | texts.map(str.encode),
    types,
    st.dictionaries(header_names, header_values, max_size=4),
)
def test_malformed_requests_are_refused_as_such(port: int, method: str, asked: dict[str, str], body: bytes, kind: str, headers: dict[str, str]) -> None:
    """Any method, fields, body, type and headers: a status that says what is wrong, a problem document with it, and never a fault of the service."""
    with connection(port) as client:
        target = "/sparql?" + urllib.parse.urlencode(asked)
        client.request(method, target, body if method not in ("GET", "HEAD") else None, {"Content-Type": kind, **headers})
        answer = client.getresponse()
        told = answer.read()
    assert answer.status in ALLOWED
    assert answer.status < 400 or method == "HEAD" or (answer.headers["content-type"] == "application/problem+json" and told)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda b: b"GET /sparql?query=" + b + b" HTTP/1.1\r\nHost: x\r\n\r\n"))
def test_bytes_that_are_no_http_are_refused(port: int, sent: bytes) -> None:
    """The connection is closed or told 400; the service goes on."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            told = client.recv(65536)
            assert not told or int(told.split()[1]) in ALLOWED


def test_clients_that_leave_free_their_queries(port: int) -> None:
    """Two hundred clients ask for what never ends and hang up: a short query is answered at once after that."""
    for n in range(200):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            path = "/sparql?" + urllib.parse.urlencode({"query": f"{HOSTILE['cross product']} # {n}"})
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    for n in range(100):
        if get(sparql(port, f"{QUICK} LIMIT {n + 500}"))[0] == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the service did not recover")

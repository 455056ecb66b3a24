"""No query takes the service down for others."""

import time
from collections.abc import Iterator

import anyio
import pytest
from asking import Client, client_of
from running import processes

from graph.releases import Home
from service.app import create_app
from service.settings import Settings
from service.workers import BusyError, Workers

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
BACKTRACKING = 'ASK { FILTER(REGEX("' + "a" * 5000 + '!", "^(a|a|a)*$")) }'
QUICK = "ASK { ?s ?p ?o }"


def asking(home: Home, query: str) -> dict[str, object]:
    """A request as the endpoint hands it to a process."""
    release = home.current()
    assert release
    return {"store": str(release.path / "store"), "query": query, "default_graphs": None, "named_graphs": None, "format": None, "accept": ""}


@pytest.fixture(scope="module")
def hostile(home: Home) -> Iterator[Client]:
    """A client of a service with tight limits."""
    limits = {"STYRGRAF_HOME": str(home.path), "STYRGRAF_TIMEOUT": "1", "STYRGRAF_MEMORY": "1000", "STYRGRAF_WORKERS": "2"}
    with client_of(create_app(Settings.read(limits))) as client:
        yield client


def test_a_query_over_its_time_is_stopped(hostile: Client) -> None:
    """504 after the limit, never a short answer, and its process is gone."""
    start = time.monotonic()
    answer = hostile.get("/sparql", params={"query": ENDLESS})
    assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
    assert time.monotonic() - start < 20
    assert processes("service.worker 1000") == 0


def test_timeout_lowers_the_limit_and_cannot_raise_it(hostile: Client) -> None:
    """`timeout=` in seconds is capped by the server."""
    for asked, told in (("0.2", "0.2 seconds"), ("3600", "1 seconds")):
        answer = hostile.get("/sparql", params={"query": ENDLESS, "timeout": asked})
        assert (answer.status_code, told in answer.json()["detail"]) == (504, True)


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "inf"])
def test_a_timeout_that_is_none_is_refused(hostile: Client, seconds: str) -> None:
    """400 tells what was wrong."""
    answer = hostile.get("/sparql", params={"query": QUICK, "timeout": seconds})
    assert (answer.status_code, seconds in answer.json()["detail"]) == (400, True)


def test_a_query_over_its_memory_is_stopped(hostile: Client) -> None:
    """503 or 504, whichever limit is met first, and the next query is answered."""
    answer = hostile.get("/sparql", params={"query": HUNGRY})
    assert answer.status_code in (503, 504)
    assert hostile.get("/sparql", params={"query": QUICK}).json()["boolean"] is True


@pytest.mark.parametrize("query", [BACKTRACKING, "ASK { " + "?a ?b ?c . " * 5000 + "}", "SELECT * { ?s (!<x:>)* ?o }", "ASK " + "{" * 3000])
def test_what_is_meant_to_hurt_is_answered_or_refused(hostile: Client, query: str) -> None:
    """Backtracking, a huge pattern, a deep path, deep nesting: a status that says what happened, and the service goes on."""
    assert hostile.post("/sparql", data={"query": query}).status_code in (200, 400, 503, 504)
    assert hostile.get("/sparql", params={"query": QUICK}).status_code == 200


def test_others_are_answered_while_a_query_runs(home: Home) -> None:
    """One endless query leaves the other process free."""

    async def both() -> tuple[float, list[str]]:
        workers = Workers(2, 4, 1024)
        request = asking(home, QUICK)
        ended: list[str] = []

        async def endless() -> None:
            try:
                await workers.ask({**request, "query": ENDLESS}, 3)
            except TimeoutError:
                ended.append("stopped")

        async with anyio.create_task_group() as group:
            group.start_soon(endless)
            await workers.ask(request, 30)  # the second process starts
            start = time.monotonic()
            await workers.ask(request, 30)
            took = time.monotonic() - start
        await workers.close()
        return took, ended

    took, ended = anyio.run(both)
    assert took < 2.5  # the endless one runs for 3 seconds
    assert ended == ["stopped"]


def test_a_queue_that_is_full_is_told(home: Home) -> None:
    """Beyond what may wait, a query is refused at once."""

    async def crowd() -> None:
        workers = Workers(1, 0, 1024)
        request = asking(home, ENDLESS)
        async with anyio.create_task_group() as group:

            async def endless() -> None:
                with pytest.raises(TimeoutError):
                    await workers.ask(request, 1)

            group.start_soon(endless)
            await anyio.sleep(0.1)
            with pytest.raises(BusyError):
                await workers.ask(request, 1)
        await workers.close()

    anyio.run(crowd)


def test_a_client_that_leaves_takes_its_query_with_it(home: Home) -> None:
    """Cancelling the request kills the process at once."""

    async def leave() -> int:
        workers = Workers(1, 4, 1001)
        request = asking(home, ENDLESS)
        with anyio.move_on_after(0.5):
            await workers.ask(request, 60)
        await anyio.sleep(0.3)
        return processes("service.worker 1001")

    assert anyio.run(leave) == 0

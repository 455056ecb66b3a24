"""No query takes the service down for others."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from asking import Client, client_of
from running import pids, processes, running

from graph.releases import Home
from service.app import create_app
from service.processes.lane import LAST
from service.processes.workers import Asked, Workers
from service.settings import Settings
from service.sparql.querytext import read
from service.web.refusals import BusyError, TimeLimitError, WorkerDiedError

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
BACKTRACKING = 'ASK { FILTER(REGEX("' + "a" * 5000 + '!", "^(a|a|a)*$")) }'
QUICK = "ASK { ?s ?p ?o }"


JSON = "application/sparql-results+json"


def asking(home: Home, query: str) -> Asked:
    """A request as the endpoint hands it to a process."""
    release = home.current()
    assert release
    return Asked(str(release.path / "store"), query, JSON)


def calm(command: str) -> bool:
    """Whether none of the processes is at work, once those that were just started are ready."""
    looks = [running(command)]
    while len(looks) < 100 and any(looks[-4:]):
        time.sleep(0.1)
        looks.append(running(command))
    return looks[-1] == 0


@pytest.fixture(scope="module")
def hostile(home: Home) -> Iterator[Client]:
    """A client of a service with tight limits."""
    limits = {"STYRGRAF_HOME": str(home.path), "STYRGRAF_TIMEOUT": "1", "STYRGRAF_MEMORY": "1000", "STYRGRAF_WORKERS": "2", "STYRGRAF_RESULT": "1"}
    with client_of(create_app(Settings.read(limits))) as client:
        yield client


def test_a_query_over_its_time_is_stopped(hostile: Client) -> None:
    """504 after the limit, never a short answer, and its process is gone."""
    start = time.monotonic()
    answer = hostile.get("/sparql", params={"query": ENDLESS})
    assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
    assert time.monotonic() - start < 20
    assert calm("service.processes.worker 1000")


def test_timeout_lowers_the_limit_and_cannot_raise_it(hostile: Client) -> None:
    """`timeout=` in seconds is capped by the server."""
    for asked, told in (("0.2", " 0.2 sekunder"), ("3600", " 1 sekunder")):
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


def test_a_result_over_its_size_is_refused_whole(hostile: Client) -> None:
    """No answer is cut: one that is too large is a problem that says how to ask for less."""
    answer = hostile.get("/sparql", params={"query": "SELECT * { ?s ?p ?o } LIMIT 9000"})
    assert (answer.status_code, "LIMIT" in answer.json()["detail"]) == (503, True)


async def ended(workers: Workers, asked: Asked, seconds: float) -> str:
    """How a query ends."""
    try:
        return str(len((await workers.ask(asked, seconds)).body))
    except (BusyError, TimeLimitError, WorkerDiedError) as error:
        return type(error).__name__


def test_short_queries_are_answered_while_long_ones_run(home: Home) -> None:
    """More endless queries than there are slots step aside: at most one runs, and a short query is answered long before they end."""

    async def crowd() -> tuple[int, bool]:
        workers = Workers(2, 16, 1003)
        endless = [asyncio.ensure_future(ended(workers, asking(home, ENDLESS + f" LIMIT {n}"), 90)) for n in range(4)]
        for _ in range(200):  # each may use a second of processor time before it counts as long
            await asyncio.sleep(0.25)
            at_work = running("service.processes.worker 1003")
            if at_work <= 1:
                break
        await workers.ask(asking(home, QUICK), 30)
        early = not any(e.done() for e in endless)
        await workers.close()
        return at_work, early and await asyncio.gather(*endless) == ["BusyError"] * 4

    assert anyio.run(crowd) in [(0, True), (1, True)]


def test_a_full_lane_is_told_at_once(home: Home) -> None:
    """Where the lane has no place, a query like those known to be long is refused without running."""

    async def crowd() -> list[str]:
        workers = Workers(1, 16, 1004, places=1)
        first = asyncio.ensure_future(ended(workers, asking(home, ENDLESS), 120))
        await asyncio.sleep(2)
        told = [await ended(workers, asking(home, ENDLESS), 60)]  # how long such a query takes is not known yet: it runs, and finds no place
        at_once = time.monotonic()
        told += [await ended(workers, asking(home, ENDLESS), 60), await ended(workers, asking(home, QUICK), 60)]
        assert time.monotonic() - at_once < 60
        assert not first.done()
        await workers.close()
        return [*told, await first]

    *busy, answered, _ = anyio.run(crowd)
    assert busy == ["BusyError", "BusyError"]
    assert int(answered) > 0


def test_what_is_known_to_be_long_gives_way_from_its_start(home: Home) -> None:
    """A query of a shape that took long runs only while no other does, without a first second beside them."""

    async def priority() -> int:
        workers = Workers(1, 4, 1006)
        workers._shapes.learn(read(ENDLESS).shape, 5.0)
        endless = asyncio.ensure_future(ended(workers, asking(home, ENDLESS), 60))
        while not (workers._lane.jobs and workers._lane.jobs[0].worker):
            await asyncio.sleep(0.01)
        worker = workers._lane.jobs[0].worker
        await workers.close()
        await endless
        return worker.nice

    assert anyio.run(priority) == LAST


def test_a_queue_that_is_full_is_told(home: Home) -> None:
    """Beyond what may wait, a query is refused at once."""

    async def crowd() -> list[str]:
        workers = Workers(1, 1, 1024)
        told = await asyncio.gather(*(ended(workers, asking(home, QUICK), 10) for _ in range(5)))
        await workers.close()
        return told

    assert anyio.run(crowd).count("BusyError") == 3


def test_a_worker_that_dies_is_replaced(home: Home) -> None:
    """Killed from outside, idle or not, and the next queries are answered."""

    async def kill() -> list[int]:
        workers = Workers(1, 4, 1005)
        sizes = [len((await workers.ask(asking(home, QUICK), 10)).body)]
        for pid in pids("service.processes.worker 1005")[1:]:
            os.kill(pid, signal.SIGKILL)
        sizes.append(len((await workers.ask(asking(home, QUICK), 10)).body))
        for pid in pids("service.processes.worker 1005")[:1]:  # the one that forks the others
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(1)
        sizes.append(len((await workers.ask(asking(home, QUICK), 10)).body))
        await workers.close()
        return sizes

    sizes = anyio.run(kill)
    assert sizes == [sizes[0]] * 3


def test_a_client_that_leaves_takes_its_query_with_it(home: Home) -> None:
    """Cancelling the request kills the process at once."""

    async def leave() -> bool:
        workers = Workers(1, 4, 1001)
        with anyio.move_on_after(0.5):
            await workers.ask(asking(home, ENDLESS), 60)
        await anyio.sleep(0.3)
        quiet = calm("service.processes.worker 1001")
        await workers.close()
        return quiet

    assert anyio.run(leave)


def test_a_store_that_comes_is_opened_before_it_is_served(home: Home, tmp_path: Path) -> None:
    """Each idle process has it open then, still answers from the one before, and none is lost by one that cannot be opened."""
    release = home.current()
    assert release
    release.open().copy_to(tmp_path / "store")

    def opened() -> int:
        return sum(any(str(tmp_path) in target for target in open_files(pid)) for pid in pids("service.processes.worker 901"))

    async def run() -> None:
        workers = Workers(2, 4, 901)
        assert (await workers.ask(asking(home, QUICK), 20)).kind == 0
        await asyncio.sleep(1)
        for _ in range(20):  # a busy machine may not be ready in time
            await workers.prepare(str(tmp_path / "store"))
            if opened() == 3:
                break
        assert opened() == 3
        await workers.prepare(str(tmp_path / "missing"))
        for store in (asking(home, QUICK).store, str(tmp_path / "store")):
            replies = await asyncio.gather(*(workers.ask(Asked(store, QUICK, JSON), 20) for _ in range(4)))
            assert [r.kind for r in replies] == [0] * 4
        await workers.close()

    asyncio.run(run())


def open_files(pid: int) -> list[str]:
    """What a process has open."""
    return [os.readlink(f) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()]


def test_all_processes_end_with_the_pool(home: Home) -> None:
    """Nothing is left behind, paused queries included."""

    async def close() -> None:
        workers = Workers(1, 4, 1002)
        asked = [asyncio.ensure_future(ended(workers, asking(home, f"{ENDLESS} LIMIT {n}"), 60)) for n in range(3)]
        await asyncio.sleep(2)
        await workers.close()
        for task in asked:
            task.cancel()

    anyio.run(close)
    for _ in range(100):  # a killed process takes a moment to be gone
        if not processes("service.processes.worker 1002"):
            return
        time.sleep(0.1)
    raise AssertionError(pids("service.processes.worker 1002"))

"""Short queries that wait are given to a process several at a time; each gets its own answer, whatever becomes of those beside it."""

import asyncio
import json
import os
import signal

import anyio
import pytest
from running import pids

from graph.releases import Home
from service.processes.nursery import Reply
from service.processes.workers import BATCH, Asked, Job, Workers

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SHORT = 7  # the shape of all queries here, as far as the processes are told


@pytest.fixture
def store(home: Home) -> str:
    """Where the store of the served release lies."""
    release = home.current()
    assert release
    return f"{release.path}/store"


def echo(store: str, text: str) -> Asked:
    """A query whose answer tells which one it was."""
    return Asked(store, f'SELECT ("{text}" AS ?x) {{}}', "application/sparql-results+json")


def submit(workers: Workers, asked: Asked) -> tuple[Job, asyncio.Future[Reply]]:
    """A query taken, and what comes of it."""
    future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def done(came: Reply | Exception | None) -> None:
        if isinstance(came, Exception):
            future.set_exception(came)
        elif came:
            future.set_result(came)

    return workers.submit(asked, SHORT, 30, done), future


async def taught(megabytes: int, store: str) -> Workers:
    """Processes that know how short such queries are."""
    workers = Workers(1, 100, megabytes)
    for n in range(30):
        await submit(workers, echo(store, str(n)))[1]
    return workers


def told(reply: Reply) -> str:
    """The value that an answer holds."""
    return str(json.loads(reply.body)["results"]["bindings"][0]["x"]["value"])


def test_each_of_many_gets_its_own_answer(store: str) -> None:
    """Sixty at once, short and long answers among each other, come back in their own places, many of them in the same batch."""

    async def ask() -> tuple[list[str], int]:
        workers = await taught(1020, store)
        texts = [str(n) * (1 if n % 5 else 60_000) for n in range(60)]
        asked = [submit(workers, echo(store, text)) for text in texts]
        together = 0
        while not asked[-1][1].done():
            together = max(together, sum(job.worker is not None and not future.done() for job, future in asked))
            await asyncio.sleep(0)
        came = [told(await future) for _, future in asked]
        await workers.close()
        return [t for t, c in zip(texts, came, strict=True) if t != c], together

    wrong, together = anyio.run(ask)
    assert wrong == []
    assert 1 < together <= BATCH


def test_what_turns_out_endless_holds_nobody_up(store: str) -> None:
    """One of a batch never ends: those before and behind it are answered, and it meets its own limit."""

    async def ask() -> tuple[list[str], bool]:
        workers = await taught(1021, store)
        before = [submit(workers, echo(store, f"a{n}"))[1] for n in range(5)]
        endless = submit(workers, Asked(store, ENDLESS, "application/sparql-results+json"))[1]
        behind = [submit(workers, echo(store, f"b{n}"))[1] for n in range(5)]
        came = [told(await future) for future in (*before, *behind)]
        goes_on = not endless.done()
        await workers.close()
        await asyncio.gather(endless, return_exceptions=True)
        return came, goes_on

    assert anyio.run(ask) == ([f"a{n}" for n in range(5)] + [f"b{n}" for n in range(5)], True)


def test_a_process_that_dies_takes_no_answer_along(store: str) -> None:
    """Killed in the middle of a batch: all of it is asked again."""

    async def ask() -> list[str]:
        workers = await taught(1022, store)
        asked = [submit(workers, echo(store, str(n)))[1] for n in range(12)]
        for pid in pids("service.processes.worker 1022")[1:]:
            os.kill(pid, signal.SIGKILL)
        came = [told(await future) for future in asked]
        await workers.close()
        return came

    assert anyio.run(ask) == [str(n) for n in range(12)]


def test_one_who_leaves_a_batch_is_not_told_and_stops_nobody(store: str) -> None:
    """What was dropped gives no answer; those beside it do."""

    async def ask() -> tuple[list[str], bool]:
        workers = await taught(1023, store)
        asked = [submit(workers, echo(store, str(n))) for n in range(6)]
        await asked[0][1]  # now the others are on their way, together
        assert all(job.worker for job, _ in asked[1:])
        for job, _ in asked[1::2]:
            workers.drop(job)
        came = [told(await future) for _, future in asked[::2]]
        await asyncio.sleep(0.1)
        silent = not any(future.done() for _, future in asked[1::2])
        await workers.close()
        return came, silent

    assert anyio.run(ask) == (["0", "2", "4"], True)

"""What is told where a process ends before it has answered is true."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
from running import pids

from graph import build
from graph.releases import Home
from service.processes.endings import MEMORY, ended
from service.processes.writer import Change, Writer
from service.web.refusals import RefusalError

INSERT = "INSERT { GRAPH <urn:g> { ?a <urn:p> ?f } } WHERE { ?a ?b ?c . ?d ?e ?f }"


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (MEMORY, 503, "more memory"),
        (-signal.SIGKILL, 503, "from outside"),
        (-signal.SIGTERM, 503, "from outside"),
        (-signal.SIGABRT, 503, "more memory"),
        (1, 500, "exit status 1"),
        (-signal.SIGSEGV, 500, "SIGSEGV"),
    ],
)
def test_how_a_process_ended_is_told(status: int, code: int, words: str) -> None:
    """Those that the limit ends, and those that somebody ends, are told apart from a fault, which is told as what it is; only a fault is not worth a retry."""
    told = ended(status, "Ändringen", "The change")
    assert (told.status, words in told.en, "Retry-After" in told.headers) == (code, True, code == 503)


def made(home: Path, megabytes: int, change: Change) -> RefusalError | str:
    """What comes of a change."""

    async def make() -> RefusalError | str:
        writer = Writer(home, megabytes, 120)
        try:
            return await writer.make(change)
        except RefusalError as refused:
            return refused
        finally:
            await writer.close()

    return asyncio.run(make())


def test_a_fault_of_ours_is_told_as_one_and_the_next_change_is_made(home: Home, tmp_path: Path) -> None:
    """A process that meets a fault says so with 500, one that meets its limit of memory with 503, and the release stays."""
    copy = Home(shutil.copytree(home.path, tmp_path / "home", symlinks=True))
    text = tmp_path / "update.ru"
    text.write_text(INSERT, "utf-8")
    change = Change("update", "test", payloads=((str(text), "application/sparql-update", ""),))
    fault = made(copy.path, 4096, replace(change, kind="no kind of change"))
    assert isinstance(fault, RefusalError)
    assert (fault.status, "fault of the service" in fault.en) == (500, True)
    hungry = made(copy.path, 700, change)
    assert isinstance(hungry, RefusalError)
    assert (hungry.status, "memory" in hungry.en) == (503, True)
    assert copy.pointer() == home.pointer()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_process_killed_while_it_waits_for_the_readers_is_worth_a_retry(run: Callable[[Coroutine[None, None, None]], None], tmp_path: Path) -> None:
    """Killed between its word of a release to come and the answer to it: 503 and when to try again, under either event loop; the next change is made."""
    home, text = Home(tmp_path / "home"), tmp_path / "update.ru"
    before = build.empty(home).id
    text.write_text("INSERT DATA { <urn:a> <urn:p> 1 }", "utf-8")
    change = Change("update", "test", payloads=((str(text), "application/sparql-update", ""),))

    async def kill(_: str) -> None:
        writer.coming = None
        for pid in pids(f"service.processes.writer 8192 {home.path}"):
            os.kill(pid, signal.SIGKILL)
        while pids(f"service.processes.writer 8192 {home.path}"):
            await asyncio.sleep(0.01)

    async def make() -> None:
        with pytest.raises(RefusalError) as told:
            await writer.make(change)
        assert (told.value.status, "Retry-After" in told.value.headers, home.pointer()) == (503, True, before)
        assert await writer.make(change) == home.pointer() != before
        await writer.close()

    writer = Writer(home.path, 8192, 120, kill)
    run(make())

"""What a state directory is like after whoever writes in it dies, or finds the disk full, at any of its steps.

`python dying.py kill|full ACTION HOME [STRIDE]` makes a home, and for each n: a copy of it in which ACTION is killed (SIGKILL) at its nth step on the file
system, or is told
there that no space is left; then looks at what that left. It ends when ACTION comes through; its last line is the number of steps. Steps are the audit events
(PEP 578) of writing that name a path in the home; each try is a process of its own, so that nothing but the files remains.
"""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from graph import build, changes, erasure, history, updates
from graph.changes import Why
from graph.errors import FullError, StateError
from graph.releases import Home, Release

SG = "PREFIX sg: <https://w3id.org/styrgraf/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
NAME = "Maja Ekdahl"
EVENTS = ("os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir")
WRITING = os.O_WRONLY | os.O_RDWR


def update(home: Home, text: str) -> Release:
    """Makes a change."""
    return changes.apply(home, lambda ledger: updates.run(SG + text, ledger), Why("test"))


def pair(home: Home, n: int) -> Release:
    """Makes a change of two facts that belong together, in two graphs."""
    return update(home, f"INSERT DATA {{ GRAPH <urn:a> {{ <urn:{n}> <urn:in> {n} }} GRAPH <urn:b> {{ <urn:{n}> <urn:in> {n} }} }}")


def state(home: Home) -> tuple[frozenset[str], frozenset[str]]:
    """The pairs that the current release has of each half."""
    release = home.current()
    assert release
    store = release.open()
    return frozenset(map(str, (q.subject for q in store.graph("urn:a")))), frozenset(map(str, (q.subject for q in store.graph("urn:b"))))


def template(home: Home) -> None:
    """A small history with a person in it, who has a token and stands in the log."""
    build.empty(home)
    tokens = home.path / "tokens.json"
    others = json.loads(tokens.read_text("utf-8")) if tokens.exists() else []
    hers = {"id": "1", "name": NAME, "role": "reader", "created": "2026-01-01T00:00:00+00:00", "salt": "", "hash": ""}
    tokens.write_text(json.dumps([*others, hers]), "utf-8")
    (home.path / "audit.jsonl").write_text(f'{{"name": "{NAME}"}}\n', "utf-8")
    update(
        home,
        f'INSERT DATA {{ GRAPH <urn:p> {{ <urn:m> a sg:Person ; rdfs:label "{NAME}"@sv . <urn:role> sg:roleHolder <urn:m> ; rdfs:label "Ekdahl leder" }} }}',
    )
    pair(home, 1)
    pair(home, 2)


ACTIONS: dict[str, Callable[[Home], object]] = {
    "change": lambda home: pair(home, 3),
    "rollback": lambda home: history.rollback(home, "000003", Why("test")),
    "prune": lambda home: history.prune(home, 1),
    "erase": lambda home: erasure.erase(home, NAME),
}


def whole(home: Home, action: str) -> None:
    """The last release is served, all of it; the action can be repeated; and what was left over goes with it."""
    first, second = state(home)
    assert first == second
    assert {"<urn:1>"} <= first <= {"<urn:1>", "<urn:2>", "<urn:3>"}
    for release in history.chain(home):
        assert release.pruned or {q.subject for q in release.open().graph("urn:a")} == {q.subject for q in release.open().graph("urn:b")}
    ACTIONS[action](home)
    pair(home, 4)
    assert "<urn:4>" in state(home)[0]
    assert [p.name for p in home.releases.iterdir() if p.name.startswith(".")] == []
    assert [r.manifest.parent for r in history.chain(home)][-1] is None
    if action == "erase":
        assert found(home.path, "Ekdahl", "Maja") == []


def found(folder: Path, *words: str) -> list[Path]:
    """The files in which any of the words stands, byte for byte; packed ones are unpacked."""
    files = ((p, p.read_bytes()) for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    plain = ((p, gzip.decompress(data) if p.suffix == ".gz" else data) for p, data in files)
    return [p for p, data in plain if any(w.encode() in data for w in words)]


def apart(work: Callable[[], object]) -> int:
    """Runs something in a process of its own; its exit status, or minus the signal that ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    except BaseException:  # noqa: BLE001 (this process ends here)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def until(n: int, home: Home, hit: Callable[[], None]) -> None:
    """From now on, `hit` is called at the nth step."""
    left = [n]

    def hook(event: str, given: tuple[object, ...]) -> None:
        writes = event in EVENTS or (event == "open" and isinstance(given[2], int) and given[2] & WRITING)
        if writes and any(isinstance(a, str | Path) and str(a).startswith(str(home.path)) for a in given):
            left[0] -= 1
            if left[0] == 0:
                hit()

    sys.addaudithook(hook)


def die() -> None:
    """As by a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def fill() -> None:
    """No space left."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def tried(mode: str, action: str, home: Home, n: int) -> bool:
    """Whether the action came to its nth step. A full disk is told of in clear words."""

    def work() -> None:
        until(n, home, die if mode == "kill" else fill)
        if mode == "kill":
            ACTIONS[action](home)
            return
        try:
            ACTIONS[action](home)
        except (FullError, StateError) as told:
            os._exit(7 if str(home.path) in told.sv else 8)

    ended = apart(work)
    assert ended in (0, 7, -signal.SIGKILL), ended
    return ended != 0


def main(mode: str, action: str, folder: Path, stride: int = 1) -> int:
    """The number of steps at which the action was cut short, of which each `stride`-th is tried."""
    apart(lambda: template(Home(folder / "template")))
    misses, steps, n = 0, 0, 0
    while misses < 2:  # what is told to a cleaning that may fail changes nothing: go on a little
        n += stride
        home = Home(folder / "home")
        shutil.copytree(folder / "template", home.path, symlinks=True)
        hit = tried(mode, action, home, n)
        steps, misses = steps + hit, 0 if hit else misses + 1
        assert apart(lambda: whole(home, action)) == 0, f"{mode} {action} at step {n}"  # noqa: B023 (called here)
        shutil.rmtree(home.path)
    return steps


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *map(int, sys.argv[4:]))}\n")

"""Publishing under way: how soon a ten-triple change through /update is live, and what readers notice of it, over a generated graph.

`python tests/bench/publishing.py [SIZE]` prints the table. The change is one document's statement in a graph of the user's own, reasoned over and validated.
Readers ask for a point at half of what the service can answer, first while nothing is written, then while change follows change.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import reasoning
from serving import CLASSES, CONNECTIONS, Load, ours, wrk

from graph import build, files, reasoner
from graph.namespaces import BASE
from graph.releases import Home, Manifest
from graph.store import Quad
from graph.validator import read, validate
from service.web.access import Access

SIZE = 1_000_000
CHANGES = 9
SETTLED = 30  # seconds until the service is through with what it makes ready after a change
SECONDS = 10  # of readers, idle and while publishing
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


@dataclass(frozen=True)
class Figures:
    """What was measured: seconds until the first change after a start, and each later one, was live, and of its steps (medians); readers at rest and not."""

    size: int
    first: float
    live: list[float]
    steps: dict[str, float]
    idle: Load
    busy: Load
    published: int


def documents(size: int) -> Iterator[Quad]:
    """Whole documents of about so many triples in all, so that no shape is broken."""
    chance = random.Random(1)
    each = sum(1 for _ in reasoning.Document(1, chance).quads())
    return (quad for n in range(size // each) for quad in reasoning.Document(n, chance).quads())


def released(home: Home, size: int) -> None:
    """A release of a generated graph as a build would make it: reasoned over, validated."""
    with home.writing(), home.candidate("000001") as folder:
        store = reasoning.loaded(documents(size))
        inferred = reasoner.reason(store)
        report = validate(store, read(files.rdf_files("shapes")))
        build.write(store, folder / "store")
        delegated = [asdict(d) for d in report.delegated]
        graphs = build.counts(store)
        made = Manifest(
            "000001",
            "2026-01-01T00:00:00+00:00",
            "generated",
            graphs,
            inferred,
            {},
            report.counts(),
            report.as_json(),
            delegated=delegated,
            owned=sorted(graphs),
        )
        home.publish(folder, made)


def ten(number: int) -> str:
    """An update that adds ten triples: a task of a body that is there, with its names, and the bodies that it is for."""
    task, sg = f"<{BASE}id/task/change-{number}>", f"{BASE}def/"
    names = f'<{LABEL}> "ändring {number}"@sv, "change {number}"@en'
    parts = ", ".join(f"<{BASE}id/group/{number + i}>" for i in range(1, 4))
    said = f"a <{sg}Task> ; {names} ; <{sg}bearer> <{BASE}id/group/{number}> ; <{sg}concerns> {parts} ; <{sg}normStrength> <{BASE}vocab/norm-strength/anges>"
    said += f" ; <{sg}area> <{BASE}vocab/area/prevention> ; <{sg}evidence> <{BASE}id/task/{number}-0/evidence>"
    return f"INSERT DATA {{ GRAPH <urn:changes> {{ {task} {said} }} }}"


def publish(url: str, token: str, number: int) -> float:
    """Seconds from sending a change to the first answer that has it."""
    start = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/update", ten(number).encode(), headers), timeout=600) as answer:
        answer.read()
    query = urllib.parse.urlencode({"query": f"ASK {{ <{BASE}id/task/change-{number}> a <{BASE}def/Task> }}"})
    with urllib.request.urlopen(f"{url}/sparql?{query}", timeout=600) as answer:
        assert json.loads(answer.read())["boolean"]
    return time.perf_counter() - start


def measure(size: int = SIZE) -> Figures:
    """One size; the first change after the start is told apart."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        released(home, size)
        token = Access(home.path).create("bench", "editor")
        with ours(home) as endpoint:
            url = endpoint.removesuffix("/sparql")
            first = publish(url, token, 1)
            live = [publish(url, token, n) for n in range(2, CHANGES + 2)]
            steps = [home.find(f"{n + 1:06d}").manifest.timings for n in range(2, CHANGES + 2)]
            idle, busy, published = readers(url, token)
        return Figures(size, first, live, {step: median(s[step] for s in steps) for step in steps[0]}, idle, busy, published)


def readers(url: str, token: str) -> tuple[Load, Load, int]:
    """Readers at half of the capacity, idle and while changes are published without a pause; and how many of these there were."""
    point = [CLASSES["point"]]
    capacity = wrk(f"{url}/sparql", point, True).rate
    delay = max(1, round(2000 * CONNECTIONS / capacity))
    time.sleep(SETTLED)
    idle = wrk(f"{url}/sparql", point, True, SECONDS, delay)
    stop, made = threading.Event(), list[float]()

    def write() -> None:
        while not stop.is_set():
            made.append(publish(url, token, CHANGES + 2 + len(made)))

    writer = threading.Thread(target=write)
    writer.start()
    busy = wrk(f"{url}/sparql", point, True, SECONDS, delay)
    stop.set()
    writer.join()
    return idle, busy, len(made)


def table(found: Figures) -> Iterator[str]:
    """As Markdown."""
    steps = ", ".join(f"{step} {seconds:.3f} s" for step, seconds in found.steps.items())
    yield "| what | figure | against |"
    yield "|---|---|---|"
    yield f"| ten triples through /update, live, over {found.size} triples | {median(found.live):.2f} s (most {max(found.live):.2f} s) | aim: 1 s |"
    yield f"| the first one after a start | {found.first:.2f} s | aim: 1 s |"
    yield f"| steps | {steps} | medians of {len(found.live)} |"
    yield f"| p99 of a point query at half capacity, idle | {found.idle.p99:.1f} ms | {found.idle.rate:.0f} a second, {found.idle.wrong} without an answer |"
    ratio = found.busy.p99 / found.idle.p99 if found.idle.p99 else 0
    told = f"{found.busy.rate:.0f} a second, {found.busy.wrong} without an answer, {found.published} changes in {SECONDS} s"
    yield f"| the same while publishing | {found.busy.p99:.1f} ms | {ratio:.1f} × idle; aim: 2 ×; {told} |"


def section(size: int = SIZE) -> str:
    """The table."""
    return "\n".join(table(measure(size)))


if __name__ == "__main__":
    print(section(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))

"""Serving SPARQL: governance queries over generated graphs, our service against the peers that `make peers` has installed, in one run.

`python tests/bench/serving.py [SIZE …]` prints the tables: ten minutes for both sizes and all peers. Each class of query is asked over and over (kept
answers) and each time in another form (nothing kept: another constant or limit, the same for every server). wrk is the load generator, with 32 connections;
its percentiles count what a stall would have held up, too. The goals are GOALS, and those against native oxigraph and rdflib-endpoint are told for each size.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import peers
from reasoning import synthetic

from graph.releases import Home, Manifest
from graph.store import Store, Triple, serialize

SIZES = (100_000, 1_000_000)
SECONDS, BRIEF = 2, 1  # of load for each figure; of the peers that no goal names
CONNECTIONS = 32
NATIVE, SLOWER = "oxigraph", "rdflib-endpoint"
ROUNDS = 3  # of point queries alone and beside hostile ones
PREFIXES = "PREFIX sg: <https://w3id.org/styrgraf/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
GROUP = "<https://w3id.org/styrgraf/id/group/{g}>"
CLASSES = {
    "point": f"SELECT ?label WHERE {{ {GROUP} rdfs:label ?label }} LIMIT 1{{n}}",
    "chain": f"SELECT ?above WHERE {{ {GROUP} (^sg:lineFrom/sg:lineTo)+ ?above }} LIMIT 1{{n}}",
    "matrix": "SELECT ?body ?strength (COUNT(*) AS ?n) WHERE { ?task a sg:Task ; sg:bearer ?body ; sg:normStrength ?strength } "
    "GROUP BY ?body ?strength HAVING (COUNT(*) > 6) LIMIT 1{n}",
    "gap": "SELECT (COUNT(?body) AS ?n) WHERE { ?body a sg:GovernanceGroup FILTER NOT EXISTS { ?line sg:lineTo ?body } } LIMIT 1{n}",
    "text": 'SELECT ?body ?label WHERE { ?body a sg:GovernanceGroup ; rdfs:label ?label FILTER CONTAINS(LCASE(?label), "p 99") } LIMIT 1{n}',
    "construct": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {GROUP} }} ?s ?p ?o }} LIMIT 1{{n}}",
}
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    'SELECT * { ?s ?p ?o . ?a ?b ?c FILTER(REGEX(CONCAT(STR(?o), STR(?c)), "^(a|a|b|c|h|t|p|s|:)*[0-9]$")) } ORDER BY ?s ?a',
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "SELECT (COUNT(*) AS ?n) { ?s (!<x:a>/!<x:b>)*/(!<x:c>|^!<x:d>)+ ?o }",
)

# against whom, what, which class (none: each), each time another query, and at least how many times their requests a second
GOALS = (
    (NATIVE, "cached, over the mix", "mix", False, 1.3),
    (NATIVE, "cached, point", "point", False, 1.3),
    (NATIVE, "uncached, over the mix", "mix", True, 0.4),
    (NATIVE, "uncached, point", "point", True, 0.25),
    (SLOWER, "cached, each class", "", False, 20),
    (SLOWER, "uncached, each class", "", True, 20),
)


@dataclass(frozen=True)
class Load:
    """What wrk measured: requests a second, the 99th percentile in milliseconds, and how many answers were no answer."""

    rate: float
    p99: float
    wrong: int


def target(query: str) -> str:
    """A query as a query string; what varies stays to be filled in."""
    return urllib.parse.urlencode({"query": PREFIXES + query}).replace("%7Bn%7D", "{n}").replace("%7Bg%7D", "{g}")


STARTS = itertools.count(1)


def wrk(url: str, queries: list[str], vary: bool, seconds: int = SECONDS, delay: int = 0, connections: int = CONNECTIONS) -> Load:
    """Asks queries in turn for some seconds; `delay` is the mean pause of a connection in milliseconds."""
    where = urllib.parse.urlsplit(url)
    settings = {"TARGETS": "\n".join(map(target, queries)), "VARY": str(int(vary)), "DELAY": str(delay), "SERVED_AT": where.path}
    settings["START"] = str(next(STARTS) * 100_000)  # no query comes twice in a run
    script = str(Path(__file__).with_name("load.lua"))
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s", script, f"{where.scheme}://{where.netloc}"]
    told = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=True).stdout
    rate, p99 = re.search(r"Requests/sec:\s*([\d.]+)", told), re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    assert rate, told
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return Load(float(rate[1]), float(p99[1]) * scale[p99[2]] if p99 else 0.0, int(wrong[1]) if wrong else 0)


def release_of(home: Home, size: int) -> Path:
    """A release of generated data in a state directory, and its triples in a file for the peers."""
    file = home.path / "data.nt"
    with home.writing(), home.candidate("000001") as folder:
        store = Store.create(folder / "store")
        store.add(synthetic(size))
        store.flush()
        store.optimize()
        file.write_bytes(serialize((Triple(q.subject, q.predicate, q.object) for q in synthetic(size)), "application/n-triples"))
        del store
        home.publish(folder, Manifest("000001", "2026-01-01T00:00:00Z", "generated", {}, 0, {}, {}))
    return file


@contextlib.contextmanager
def ours(home: Home) -> Iterator[str]:
    """The URL of our endpoint over a state directory, its graph loaded."""
    port = peers.free_port()
    environ = {**os.environ, "STYRGRAF_HOME": str(home.path), "PORT": str(port)}
    command = [sys.executable, "-c", "from service.server import run; from service.settings import Settings; run(Settings.read())"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            peers.wait_for(port, process)
            url = f"http://127.0.0.1:{port}/sparql"
            peers.wait_for_data(url, process)
            time.sleep(4)  # the graph is taken into memory some time after the first query
            _rested(process.pid)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _rested(pid: int) -> None:
    """Returns when a process and those below it hardly work: the graph and the names are in memory then."""
    spent = _spent(pid)
    for _ in range(60):
        time.sleep(2)
        before, spent = spent, _spent(pid)
        if spent - before < 0.1:
            return


def _spent(pid: int) -> float:
    """Seconds of processor time that a process and those below it have taken."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:  # it ended meanwhile
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK") + sum(map(_spent, children))


def measured(url: str, seconds: int = SECONDS) -> dict[tuple[str, bool], Load]:
    """Each class of query and their mix, kept and not."""
    found = {}
    for name, queries in {**{n: [q] for n, q in CLASSES.items()}, "mix": list(CLASSES.values())}.items():
        for vary in (False, True):
            _calm(url)
            wrk(url, queries, vary, 1)
            found[name, vary] = wrk(url, queries, vary, seconds)
    return found


def _calm(url: str) -> None:
    """Returns when a server is through with what the last load left behind, or after a while."""
    asked = f"{url}?{target(CLASSES['point']).replace('{n}', '').replace('{g}', '1')}"
    for _ in range(5):
        start = time.perf_counter()
        with contextlib.suppress(OSError), urllib.request.urlopen(asked, timeout=5) as answer:
            answer.read()
        if time.perf_counter() - start < 0.05:
            return


def under_attack(url: str) -> tuple[Load, Load]:
    """Point queries at half of what the service can, alone and beside four connections that ask for what never ends: of some rounds the middle ones."""
    most = wrk(url, [CLASSES["point"]], True).rate
    pause = max(1, round(CONNECTIONS / (most / 2) * 1000))
    idle, beside = list[Load](), list[Load]()
    for _ in range(ROUNDS):
        _calm(url)
        idle.append(wrk(url, [CLASSES["point"]], True, 4, pause))
        with _attacked(url):
            beside.append(wrk(url, [CLASSES["point"]], True, 8, pause))
    return _middle(idle), _middle(beside)


def _middle(loads: list[Load]) -> Load:
    return sorted(loads, key=lambda load: load.p99)[len(loads) // 2]


@contextlib.contextmanager
def _attacked(url: str) -> Iterator[None]:
    """While it runs, four connections ask for what never ends; the first seconds are over when it begins."""
    stop = threading.Event()
    attackers = [threading.Thread(target=_attack, args=(url, q, stop)) for q in HOSTILE]
    for attacker in attackers:
        attacker.start()
    time.sleep(2)
    try:
        yield
    finally:
        stop.set()
        for attacker in attackers:
            attacker.join()


def _attack(url: str, query: str, stop: threading.Event) -> None:
    for n in itertools.count():
        if stop.is_set():
            return
        try:
            asked = f"{url}?{urllib.parse.urlencode({'query': f'{query} LIMIT {n + 1}', 'timeout': 6})}"
            with urllib.request.urlopen(asked, timeout=8) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)


def tables(size: int) -> Iterator[str]:
    """The figures at one size as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        file = release_of(home, size)
        with ours(home) as url:
            found = {"Styrgraf": measured(url)}
            idle, beside = under_attack(url)
        for peer in peers.installed():
            if size <= peer.most:
                try:
                    with peer.serving(file) as url:
                        found[peer.name] = measured(url, SECONDS if peer.name in (NATIVE, SLOWER) else BRIEF)
                except (OSError, RuntimeError, TimeoutError, subprocess.SubprocessError) as wrong:
                    yield f"\n{peer.name} could not be measured at {size} triples: {wrong}"
    for vary, how in ((False, "the same queries over and over"), (True, "each query another one")):
        yield f"\n### {size} triples, {how}\n\nRequests a second, in brackets the 99th percentile in ms.\n"
        yield from _table(found, vary)
    times = beside.p99 / idle.p99 if idle.p99 else 0.0
    alone = f"alone {idle.p99:.1f} ms, beside four hostile connections {beside.p99:.1f} ms"
    yield "\n| goal | measured | at |\n|---|---|---|"
    yield from goals(found)
    yield f"| p99 of point queries at half capacity ({idle.rate:.0f}/s) at most 3 × of idle beside hostile queries | {times:.1f} × | {alone} |"


def goals(found: dict[str, dict[tuple[str, bool], Load]]) -> Iterator[str]:
    """What is asked of the service against peers that were measured in the same run, as rows."""
    for server, told, name, vary, least in GOALS:
        if server in found:
            ratios = {n: r for n in ([name] if name else [*CLASSES, "mix"]) if (r := _ratio(found, server, n, vary))}
            lowest = min(ratios, key=lambda n: ratios[n], default="")
            yield f"| {told}: at least {least} × {server} | {ratios.get(lowest, 0):.2f} ×{'' if ratios.get(lowest, 0) >= least else ' (missed)'} | {lowest} |"


def _ratio(found: dict[str, dict[tuple[str, bool], Load]], server: str, name: str, vary: bool) -> float:
    """How many times the requests of a peer we answer; 0 where it answered too few to tell."""
    theirs = found[server][name, vary].rate
    return found["Styrgraf"][name, vary].rate / theirs if theirs else 0.0


def _table(found: dict[str, dict[tuple[str, bool], Load]], vary: bool) -> Iterator[str]:
    names = [*CLASSES, "mix"]
    yield f"| server | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}"
    for server, loads in found.items():
        cells = [f"{load.rate:.0f} ({load.p99:.1f}){' !' if load.wrong else ''}" for load in (loads[n, vary] for n in names)]
        yield f"| {server} | {' | '.join(cells)} |"
    for server in list(found)[1:]:
        ratios = [f"{r:.2f}" if (r := _ratio(found, server, n, vary)) else "" for n in names]
        yield f"| Styrgraf ÷ {server} | {' | '.join(ratios)} |"


def section(sizes: tuple[int, ...] = SIZES) -> str:
    """The part of docs/performance.md that is about serving."""
    if not shutil.which("wrk"):
        return "wrk was not installed: `make peers`."
    return "\n".join(itertools.chain.from_iterable(tables(size) for size in sizes))


if __name__ == "__main__":
    print(section(tuple(map(int, sys.argv[1:])) or SIZES))

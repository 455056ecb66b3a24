"""Mixed load with hostile queries for MINUTES (30 unless told), and the memory of the service meanwhile: `make soak`, `make soak MINUTES=5`.

Queries have memory of their own, which ends with them. Exit status 1 where the service's has grown beyond GROWTH between the end of the first fifth and the
last fifth, or where it is not well afterwards.
Loopback only.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))

from running import free_port, serving  # noqa: E402

GROWTH = 1.15  # the most that the median of the last fifth may be of that of the second
SLACK = 30  # megabytes that are no growth, however small the service
LABEL = "SELECT ?o {{ <https://w3id.org/styrgraf/id/group/{n}> ?p ?o }}"
KINDS = {
    "point": (12, LABEL),
    "kept": (12, "SELECT ?a ?b {{ ?a <https://w3id.org/styrgraf/def/reportsTo> ?b }}"),
    "wrong": (2, "SELECT * {{ ?s ?p {n}"),
    "large": (2, "SELECT * {{ ?s ?p ?o }} OFFSET {n} LIMIT 9000"),
    "triples": (2, "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} OFFSET {n} LIMIT 500"),
    "group": (1, "SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY ?p HAVING (COUNT(*) > {n})"),
    "endless": (0.05, "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {n}"),
    "hungry": (0.05, "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} ORDER BY ?f LIMIT {n}"),
}


def children(pid: int) -> list[int]:
    """A process and all that descend from it."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(c for child in listed for c in children(int(child)))]


def megabytes(processes: list[int]) -> float:
    """The memory that processes take; what they share is counted once (PSS)."""
    total = 0
    for process in processes:
        try:
            told = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:  # it ended meanwhile
            continue
        total += next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return total / 1024


def ask(port: int, chance: random.Random, seen: Counter[str], stop: threading.Event) -> None:
    """One client: queries of all kinds, some given up early."""
    names, weights = list(KINDS), [w for w, _ in KINDS.values()]
    while not stop.is_set():
        kind = chance.choices(names, weights)[0]
        query = urllib.parse.urlencode({"query": KINDS[kind][1].format(n=chance.randrange(1, 5000)), "timeout": 8})
        accept = chance.choice(["", "application/sparql-results+xml", "text/turtle", "text/csv"])
        encoding = chance.choice(["identity", "gzip", "zstd", "br"])
        request = urllib.request.Request(f"http://127.0.0.1:{port}/sparql?{query}", headers={"Accept": accept, "Accept-Encoding": encoding})
        try:
            with urllib.request.urlopen(request, timeout=chance.choice([0.2, 30, 30])) as answer:
                answer.read()
                seen[f"{kind} {answer.status}"] += 1
        except urllib.error.HTTPError as error:
            with error:
                seen[f"{kind} {error.code}"] += 1
        except OSError:
            seen[f"{kind} given up"] += 1


def soak(minutes: float) -> int:
    """The exit status."""
    port, seen, stop = free_port(), Counter[str](), threading.Event()
    with tempfile.TemporaryDirectory() as folder, serving(port, Path(folder), STYRGRAF_HOME=f"{folder}/home", STYRGRAF_TIMEOUT="8") as process:
        _drained(process)
        clients = [threading.Thread(target=ask, args=(port, random.Random(n), seen, stop)) for n in range(8)]
        for client in clients:
            client.start()
        samples, end = list[float](), time.monotonic() + minutes * 60
        while time.monotonic() < end:
            time.sleep(min(5.0, minutes * 60 / 50))
            tree = children(process.pid)
            samples.append(megabytes(tree[:3]))
            print(f"{samples[-1]:8.1f} MB, with its queries {megabytes(tree):8.1f}; {len(tree)} processes, {sum(seen.values())} requests", flush=True)
        stop.set()
        for client in clients:
            client.join()
        return _judged(samples, seen, port)


def _drained(process: subprocess.Popen[str]) -> None:
    """Reads what the service says, so that it is never stopped by a full pipe."""
    assert process.stdout
    threading.Thread(target=process.stdout.read, daemon=True).start()


def _judged(samples: list[float], seen: Counter[str], port: int) -> int:
    fifth = max(1, len(samples) // 5)
    before, after = statistics.median(samples[fifth : 2 * fifth]), statistics.median(samples[-fifth:])
    for kind, number in sorted(seen.items()):
        print(f"{kind}: {number}")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D", timeout=10) as answer:
        well = answer.status == 200
    faults = [k for k in seen if k.endswith(" 500")]
    print(f"memory {before:.0f} MB → {after:.0f} MB; most {max(samples):.0f} MB; well afterwards: {well}")
    return 0 if well and not faults and after <= max(before * GROWTH, before + SLACK) else 1


if __name__ == "__main__":
    sys.exit(soak(float(sys.argv[1]) if len(sys.argv) > 1 else 30))

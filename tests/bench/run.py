"""Benchmarks against peers, as ratios in one run: `make bench` writes docs/performance.md."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from graph import build, files, reasoner, validator
from graph.namespaces import ONTOLOGY_GRAPH
from graph.releases import Home
from graph.store import Store, parse

ROOT = Path(__file__).resolve().parent.parent.parent
QUERY = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"


def timed(work: Callable[[], object], runs: int = 5) -> float:
    """The median of several runs, in seconds, after one that is not counted."""
    work()
    return statistics.median(_once(work) for _ in range(runs))


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def start_to_answer(home: Path) -> float:
    """From starting `styrgraf serve` on a home that has a release to the first answer at /sparql."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    environ = {**os.environ, "STYRGRAF_HOME": str(home), "PORT": str(port)}
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            return _first_answer(f"http://127.0.0.1:{port}/sparql?query={urllib.request.quote(QUERY)}", start)  # type: ignore[attr-defined]
        finally:
            process.terminate()


def _first_answer(url: str, start: float) -> float:
    while time.perf_counter() - start < 60:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
            return time.perf_counter() - start
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(url)


def loaded(*data: Path) -> Store:
    """The ontology and some data files."""
    store = Store.memory()
    for path in [*files.rdf_files("ontology"), *data]:
        store.add(parse(path, files.graph_of(path) or ONTOLOGY_GRAPH))
    return store


def measure() -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    small = ROOT / "data/documents/uppdrag-rag-barnonkologi.trig"
    whole = files.rdf_files("data")
    with tempfile.TemporaryDirectory() as folder:
        built = build.build(Home(Path(folder)))
        answer = statistics.median(start_to_answer(Path(folder)) for _ in range(3))
    rules, owlrl = timed(lambda: reasoner.reason(loaded(small))), timed(lambda: reasoner.reason_with_owlrl(loaded(small)), 1)
    bare = timed(lambda: loaded(small))
    everything = timed(lambda: reasoner.reason(loaded(*whole)))
    reasoned = loaded(*whole)
    reasoner.reason(reasoned)
    shapes = timed(lambda: validator.validate(reasoned, files.rdf_files("shapes")), 1)
    steps = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in built.manifest.timings.items())
    return [
        ("second start to first answer", f"{answer:.2f} s", "aim: under 5 s"),
        ("build of a release", steps, f"{sum(built.manifest.graphs.values())} triples"),
        ("reasoning, one mandate and the ontology", f"{(owlrl - bare) / max(rules - bare, 1e-6):.0f} × faster than owlrl", "same triples"),
        ("reasoning, everything, loading included", f"{everything:.2f} s", ""),
        ("validation by pySHACL, everything", f"{shapes:.2f} s", "the reference engine"),
    ]


def main() -> None:
    """Measures and writes the table."""
    rows = "\n".join(f"| {what} | {figure} | {against} |" for what, figure, against in measure())
    told = "Written by `make bench` (medians, one machine with two cores; compare ratios, not seconds)."
    head = f"# Performance\n\n{told}\n\n| what | figure | against |\n|---|---|---|\n"
    (ROOT / "docs/performance.md").write_text(head + rows + "\n", "utf-8")
    print(head + rows)


if __name__ == "__main__":
    main()

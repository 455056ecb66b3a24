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
from pathlib import Path

import asking
import charting
import gaps
import incremental
import network
import pages
import publishing
import reasoning
import serving
import validation

from graph import build
from graph.releases import Home

ROOT = Path(__file__).resolve().parent.parent.parent
QUERY = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"


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


def measure() -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    with tempfile.TemporaryDirectory() as folder:
        built = build.build(Home(Path(folder)))
        answer = statistics.median(start_to_answer(Path(folder)) for _ in range(3))
    steps = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in built.manifest.timings.items())
    return [
        ("second start to first answer", f"{answer:.2f} s", "aim: under 5 s"),
        ("build of a release", steps, f"{sum(built.manifest.graphs.values())} triples"),
        *validation.measure(),
        *asking.measure(),
        *gaps.measure(),
        *charting.measure(),
    ]


def main() -> None:
    """Measures and writes the table."""
    rows = "\n".join(f"| {what} | {figure} | {against} |" for what, figure, against in measure())
    told = "Written by `make bench` (medians, one machine with two cores; compare ratios, not seconds)."
    head = f"# Performance\n\n{told}\n\n| what | figure | against |\n|---|---|---|\n"
    reasoned = "\n".join(reasoning.table([reasoning.measure(size, size <= 100_000) for size in reasoning.SIZES]))
    edited = "\n".join(incremental.table([incremental.measure(size) for size in reasoning.SIZES]))
    analysed = "\n".join(network.table(network.measure()))
    shown = "\n".join(pages.table(pages.measure()))
    published = publishing.section()
    served = serving.section()
    page = f"{head}{rows}\n\n## Reasoning\n\nowlrl runs where it ends within minutes.\n\n{reasoned}\n\n"
    page += f"## A small change\n\n{edited}\n\n## The network\n\n{analysed}\n\n## Pages\n\n{shown}\n\n## Publishing\n\n{published}\n\n## Serving\n\n{served}\n"
    (ROOT / "docs/performance.md").write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()

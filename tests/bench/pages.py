"""How soon a page begins: the first byte of each kind of page, cold and warm, of a service that really runs over the package's own data.

`python tests/bench/pages.py` prints the table.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from graph import build
from graph.releases import Home

GOAL = 50.0  # milliseconds, warm
WARM = 20  # requests
PAGES = {
    "start": "/",
    "a group": "/id/group/rag-onkologi.html",
    "a region": "/id/region/kronoberg.html",
    "a goal": "/id/goal/krg-3.html",
    "the largest document": "/documents/handlingsplan-cancer-kronoberg",
    "all questions": "/questions",
    "a question with its answer": "/questions/tasks",
    "a question in plain words": "/ask?q=Vem+rapporterar+RAG+barnonkologi+till%3F",
    "SPARQL": "/sparql-editor",
    "history": "/releases",
}


@dataclass(frozen=True)
class Row:
    """Milliseconds to the first byte of a page: the first time, and the median and the slowest of those that follow."""

    name: str
    cold: float
    median: float
    slowest: float


def first_byte(connection: http.client.HTTPConnection, path: str) -> float:
    """Milliseconds from sending a request to the first byte of its answer, which is read whole."""
    start = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "br"})
    answer = connection.getresponse()
    took = (time.perf_counter() - start) * 1000
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} {path}")
    return took


def measure() -> list[Row]:
    """All pages of one service."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        build.build(Home(Path(folder)))
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environ = {**os.environ, "STYRGRAF_HOME": folder, "PORT": str(port)}
        command = [sys.executable, "-c", "from service.cli import main; main()", "serve"]
        with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                connection = _ready(port)
                return [_row(connection, name, path) for name, path in PAGES.items()]
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(30)


def _ready(port: int) -> http.client.HTTPConnection:
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            first_byte(connection, "/health/ready")
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return connection
    raise TimeoutError("the service did not become ready")


def _row(connection: http.client.HTTPConnection, name: str, path: str) -> Row:
    cold, *warm = (first_byte(connection, path) for _ in range(WARM + 1))
    return Row(name, cold, statistics.median(warm), max(warm))


def table(rows: list[Row]) -> list[str]:
    """The rows as Markdown."""
    head = [
        f"First byte of a page in milliseconds; aim: under {GOAL:.0f} warm.",
        "",
        "| page | first time | warm, median | warm, slowest |",
        "|---|---|---|---|",
    ]
    return [*head, *(f"| {r.name} | {r.cold:.0f} | {r.median:.1f}{'' if r.median < GOAL else ' (missed)'} | {r.slowest:.1f} |" for r in rows)]


if __name__ == "__main__":
    print("\n".join(table(measure())))

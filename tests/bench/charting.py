"""The chart of two thousand bodies, opened in Chromium: from the click to a drawing that answers the keyboard.

`python tests/bench/charting.py [BODIES]` prints the row.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers
from network import released
from playwright.sync_api import Page, sync_playwright

from graph.releases import Home, Manifest

BODIES = 2_000
RUNS = 3


def measure(bodies: int = BODIES) -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return [("a chart of generated bodies", "not run", "Chromium was not installed")]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with home.writing(), home.candidate("000001") as made:
            released(made / "store", bodies * 5)
            home.publish(made, Manifest("000001", "2026-01-01T00:00:00Z", "generated", {}, 0, {}, {}))
        port = peers.free_port()
        command = [sys.executable, "-c", "from service.server import run; from service.settings import Settings; run(Settings.read())"]
        environ = {**os.environ, "STYRGRAF_HOME": folder, "PORT": str(port)}
        with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                peers.wait_for(port, process)
                opened, moved, drawn = _shown(chromium, f"http://127.0.0.1:{port}/chart?most=2000")
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(60)
    return [
        (f"a chart of {drawn} bodies opens in Chromium", f"{opened:.2f} s", "aim: under 3 s"),
        ("an arrow key moves to the next box there", f"{moved * 1000:.0f} ms", ""),
    ]


def _shown(chromium: str, url: str) -> tuple[float, float, int]:
    """Seconds to open and to move, and how many boxes were drawn."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url)  # what is kept for the release is made the first time
        times = [_clock(page, url) for _ in range(RUNS)]
        page.locator(".box").first.focus()
        start = time.perf_counter()
        page.keyboard.press("ArrowDown")
        page.wait_for_function("document.querySelector('#chart.lit')")
        return statistics.median(times), time.perf_counter() - start, page.locator(".box").count()


def _clock(page: Page, url: str) -> float:
    start = time.perf_counter()
    page.goto(url, wait_until="load")
    page.wait_for_selector(".tools button")
    return time.perf_counter() - start


if __name__ == "__main__":
    for row in measure(*map(int, sys.argv[1:])):
        print(" | ".join(row))

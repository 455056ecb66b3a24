"""A ten-triple edit against the full run: reasoned over, checked for contradictions and validated, on disk as the write path does it.

Before any time counts, the edited store is compared with a full run: the same quads, the same report.
`python tests/bench/incremental.py` prints the table.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import reasoning

from graph import files, reasoner
from graph.report import Report
from graph.store import Quad, Store
from graph.validator import read, revalidate, validate
from graph.validator.shapes import Shapes

RUNS = 5


@dataclass(frozen=True)
class Figures:
    """What was measured at one size: seconds of the full run and of an edit, step by step (reason, contradictions, validate), and the size of the report."""

    size: int
    results: int
    full: tuple[float, float, float]
    edit: tuple[float, float, float]
    first: float

    @property
    def share(self) -> float:
        """The time of an edit against that of the full run."""
        return sum(self.edit) / sum(self.full)


def timed(steps: list[float], start: float) -> float:
    """Notes the seconds since the start of a step; gives the start of the next."""
    now = time.perf_counter()
    steps.append(now - start)
    return time.perf_counter()


def full(size: int, shapes: Shapes) -> tuple[Store, Report, tuple[float, float, float]]:
    """The whole graph in memory, as a build has it."""
    store, steps = reasoning.loaded(reasoning.synthetic(size)), list[float]()
    start = time.perf_counter()
    reasoner.reason(store)
    start = timed(steps, start)
    reasoner.clashes(store)
    start = timed(steps, start)
    report = validate(store, shapes)
    timed(steps, start)
    return store, report, (steps[0], steps[1], steps[2])


@dataclass
class Pair:
    """A release and the candidate that is a copy of it, both on disk."""

    before: Store
    after: Store
    shapes: Shapes
    report: Report

    def edit(self, added: set[Quad], removed: set[Quad]) -> tuple[float, float, float]:
        """One edit; the seconds of its steps. The release catches up."""
        steps, start = list[float](), time.perf_counter()
        change = reasoner.revise(self.after, added, removed)
        start = timed(steps, start)
        reasoner.clashes(self.after, change.added)
        start = timed(steps, start)
        self.report = revalidate(self.before, self.after, self.shapes, self.report, set(change.added), set(change.removed))
        timed(steps, start)
        self.before.remove(change.removed)
        self.before.add(change.added)
        return steps[0], steps[1], steps[2]


def _copied(store: Store, path: Path) -> Store:
    made = Store.create(path)
    made.add(store)
    made.optimize()
    return made


def edits(size: int, store: Store, shapes: Shapes, report: Report, folder: Path) -> list[tuple[float, float, float]]:
    """The seconds of some edits, each of them taken back; at the smallest size each is compared with a full run."""
    pair, took = Pair(_copied(store, folder / "before"), _copied(store, folder / "after"), shapes, report), []
    for seed in range(RUNS + 1):
        added, removed = reasoning.edit(size, seed)
        took.append(pair.edit(added, removed))
        assert size > reasoning.SIZES[0] or pair.report == validate(pair.after, shapes)
        pair.edit(removed, added)
    assert pair.report == report
    return took


def measure(size: int) -> Figures:
    """The full run (the best of three, since others use the machine too) against the median of five edits; the first edit finds out what the shapes watch."""
    shapes = read(files.rdf_files("shapes"))
    others = [full(size, shapes)[2] for _ in range(2)]
    store, report, last = full(size, shapes)
    with tempfile.TemporaryDirectory() as folder:
        first, *took = edits(size, store, shapes, report, Path(folder))
    steps = [median(t[n] for t in took) for n in range(3)]
    return Figures(size, len(report.results), min(*others, last, key=sum), (steps[0], steps[1], steps[2]), sum(first))


def table(found: list[Figures]) -> Iterator[str]:
    """The figures as Markdown."""
    yield "Steps are reason + contradictions + validate. The first edit after a start also finds out what the shapes watch.\n"
    yield "| triples | results | full run, s | ten-triple edit, ms | share | first edit, ms |"
    yield "|---|---|---|---|---|---|"
    for f in found:
        whole, edit = " + ".join(f"{s:.2f}" for s in f.full), " + ".join(f"{s * 1000:.0f}" for s in f.edit)
        yield f"| {f.size} | {f.results} | {whole} | {edit} | {f.share:.2%} | {f.first * 1000:.0f} |"


def main() -> None:
    """Measures the sizes given as arguments, or all."""
    sizes = [int(a) for a in sys.argv[1:]] or list(reasoning.SIZES)
    print("\n".join(table([measure(size) for size in sizes])))


if __name__ == "__main__":
    main()

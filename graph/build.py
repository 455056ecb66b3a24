"""From files to a release: load, reason, validate, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph import files, reasoner
from graph.errors import ReleaseRefusedError, StateError, StyrgrafError
from graph.namespaces import CATALOG_GRAPH, ONTOLOGY_GRAPH, SOURCE_GRAPHS, expand
from graph.releases import Home, Manifest, Release
from graph.report import Report
from graph.store import NamedNode, Quad, Store, parse
from graph.validator import validate

Watcher = Callable[[str, int, int], None]
STEPS = ("load", "reason", "validate", "release")


def _unwatched(_step: str, _done: int, _total: int) -> None:
    pass


@dataclass
class Clock:
    """Seconds that each step took, and whoever watches the progress."""

    watcher: Watcher = _unwatched
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Times a step; the value yielded tells its watcher how far it is."""
        start = time.perf_counter()
        self.watcher(name, 0, 1)
        yield lambda done, total: self.watcher(name, done, total)
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.watcher(name, 1, 1)


def load(store: Store, root: Path, tell: Callable[[int, int], None] = lambda _d, _t: None) -> None:
    """Loads ontology and data, each file into its graph. Raises InputError for the first file that cannot be parsed."""
    paths = files.rdf_files("ontology", "data", under=root)
    for done, path in enumerate(paths):
        tell(done, len(paths))
        store.add(parse(path, files.graph_of(path) or ONTOLOGY_GRAPH))
    store.add(_catalog(store))


def _catalog(store: Store) -> list[Quad]:
    """Which graph was made from which version of which document (PROV-O)."""
    graph, derived = NamedNode(CATALOG_GRAPH), NamedNode(expand("prov:wasDerivedFrom"))
    rows = store.select(f'SELECT ?g ?v WHERE {{ GRAPH ?g {{ ?v a sg:DocumentVersion }} FILTER(STRSTARTS(STR(?g), "{SOURCE_GRAPHS}")) }}')
    return [Quad(NamedNode(r["g"].value), derived, r["v"], graph) for r in rows]


def candidate(store: Store, root: Path, clock: Clock, engine: str = "sparql", validator: str = "sparql") -> tuple[int, Report]:
    """Loads, reasons and validates into an empty store; returns the number of inferred triples and the report.

    Raises StyrgrafError where the ontology and the data contradict each other.
    """
    with clock.step("load") as tell:
        load(store, root, tell)
    with clock.step("reason"):
        inferred = reasoner.engine(engine)(store)
        _refuse_clashes(store)
    with clock.step("validate"):
        report = validate(store, files.rdf_files("shapes", under=root), validator)
    return inferred, report


def _refuse_clashes(store: Store) -> None:
    found = reasoner.clashes(store)
    if found:
        lines = "\n".join(f"  {c.thing}: {c.first} / {c.second} ({c.rule})" + "".join(f"\n    {t}" for t in c.triples) for c in found)
        raise StyrgrafError(
            f"Motsägelse: dessa är i två klasser som utesluter varandra:\n{lines}", f"Contradiction: these are in two classes that exclude each other:\n{lines}"
        )


def build(home: Home, root: Path | None = None, watcher: Watcher = _unwatched, engine: str = "sparql") -> Release:
    """Builds a release from the files under `root` and makes it current.

    Raises InputError for a file that cannot be parsed, ReleaseRefusedError for a Violation and StateError where another build runs;
    in each case the previous release stays as it was.
    """
    source = root or files.root()
    reasoner.engine(engine)
    try:
        release = _built(home, source, Clock(watcher), engine)
    except StateError:
        raise  # says nothing of the files: another build runs, or the directory cannot be used
    except StyrgrafError as error:
        home.note_failure(error)
        raise
    home.note_failure(None)
    return release


def _built(home: Home, source: Path, clock: Clock, engine: str) -> Release:
    with home.writing():
        number, previous = home.next_number(), home.current()
        with home.candidate(number) as folder:
            store = Store.memory()  # rules write often in small batches: in memory they take a tenth of the time
            inferred, report = candidate(store, source, clock, engine)
            if report.refuses:
                raise _refused(report)
            with clock.step("release"):
                graphs = _counts(store)
                _write(store, folder / "store")
            manifest = Manifest(
                number,
                datetime.now(UTC).isoformat(timespec="seconds"),
                current_files(source),
                graphs,
                inferred,
                clock.seconds,
                report.counts(),
                report.as_json(),
                previous.id if previous else None,
                {"reasoner": engine, "validator": "sparql"},
            )
            return home.publish(folder, manifest)


def _write(store: Store, path: Path) -> None:
    """Copies a store to disk; whole and closed when it returns."""
    disk = Store.create(path)
    disk.add(store)
    disk.optimize()
    disk.flush()


def _refused(report: Report) -> ReleaseRefusedError:
    count = report.counts()["Violation"]
    return ReleaseRefusedError(f"Utgåvan stoppades: {count} brott mot formerna.", f"The release was stopped: {count} violations of the shapes.", report)


def _counts(store: Store) -> dict[str, int]:
    rows = store.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    return {r["g"].value: int(r["n"].value) for r in rows}


def current_files(root: Path) -> str:
    """One hash over all files that a build reads."""
    return files.fingerprint(files.rdf_files(*files.FOLDERS, under=root))


def is_current(release: Release | None, root: Path) -> bool:
    """Whether a release was built from the files as they are now."""
    return release is not None and release.manifest.files_hash == current_files(root)


__all__ = ["STEPS", "Clock", "Watcher", "build", "candidate", "current_files", "is_current", "load"]

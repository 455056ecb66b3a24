"""From files to a release: load, reason, validate, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from graph import blanks, files, reasoner, statistics, visibility
from graph.deriving import write
from graph.erased import Erasing, Names
from graph.errors import ConflictError, ContradictionError, ReleaseRefusedError, StateError, StyrgrafError
from graph.ledger import graph_of
from graph.namespaces import CATALOG_GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH, SOURCE_GRAPHS, expand
from graph.patches import Patch
from graph.publishing import counts, differences, keep_patches, publish
from graph.releases import Home, Manifest, Release
from graph.report import Report
from graph.store import UNNAMED, NamedNode, Quad, Store, parse
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


def candidate(
    store: Store,
    root: Path,
    clock: Clock,
    engine: str = "sparql",
    validator: str = "sparql",
    previous: Store | None = None,
    local: Local | None = None,
    erased: Names | None = None,
) -> tuple[int, Report]:
    """Loads the files and what is `local`, reasons and validates into an empty store; returns the number of inferred triples and the report.

    What is as in the `previous` release has the same blank nodes as there. Names that are `erased` are left out of what the files say.

    Raises ContradictionError where the ontology and the data exclude each other, ConflictError where a local graph has the name of one of the files' graphs.
    """
    with clock.step("load") as tell:
        load(store, root, tell)
        if erased:
            _without(store, erased)
        if previous:
            blanks.keep(store, previous)
        _join(store, local or Local())
    with clock.step("reason"):
        inferred = reasoner.engine(engine)(store)
        contradiction(reasoner.clashes(store))
    with clock.step("validate"):
        report = validate(store, files.rdf_files("shapes", under=root), validator)
    return inferred, report


def _without(store: Store, names: Names) -> None:
    """Takes erased names out of a store in which nothing is inferred yet."""
    added, removed = Erasing(names, store).asserted
    store.remove(removed)
    store.add(added)


@dataclass(frozen=True)
class Local:
    """What users wrote in graphs of their own: quads, and the names of the graphs, empty ones too."""

    quads: tuple[Quad, ...] = ()
    graphs: frozenset[str] = frozenset()

    @classmethod
    def of(cls, release: Release | None) -> Local:
        """What a release holds beside the files' graphs and what was inferred."""
        if release is None or release.manifest.owned is None:
            return cls()
        store, others = release.open(), {*release.manifest.owned, INFERRED_GRAPH}
        names = frozenset(store.graph_names()) - others
        return cls(tuple(q for name in (*sorted(names), UNNAMED) for q in store.graph(name)), names)


def _join(store: Store, local: Local) -> None:
    """Adds what is local. Raises ConflictError for a graph that both the files and the users have."""
    owned = set(store.graph_names())
    taken = sorted({q.graph_name.value for q in local.quads if isinstance(q.graph_name, NamedNode)} & owned)
    if taken:
        told = ", ".join(f"<{name}>" for name in taken)
        raise ConflictError(
            f"Egna grafer har samma namn som grafer i den nya versionen: {told}. Flytta dem (MOVE) och bygg igen.",
            f"Local graphs have the names of graphs of the new version: {told}. Move them (MOVE) and build again.",
        )
    store.add(local.quads)
    for name in local.graphs - owned:
        store.make_graph(name)


def contradiction(found: list[reasoner.Clash]) -> None:
    """Raises ContradictionError where there is any."""
    if found:
        lines = "\n".join(f"  {c.thing}: {c.first} / {c.second} ({c.rule})" + "".join(f"\n    {t}" for t in c.triples) for c in found)
        raise ContradictionError(
            f"Motsägelse: dessa är i två klasser som utesluter varandra:\n{lines}", f"Contradiction: these are in two classes that exclude each other:\n{lines}"
        )


def build(home: Home, root: Path | None = None, watcher: Watcher = _unwatched, engine: str = "sparql", author: str = "") -> Release:
    """Builds a release from the files under `root`, keeps what is local and makes it current.

    Raises InputError for a file that cannot be parsed, ReleaseRefusedError for a Violation and StateError where another build runs;
    in each case the previous release stays as it was.
    """
    source = root or files.root()
    reasoner.engine(engine)
    try:
        release = _built(home, source, Clock(watcher), engine, author)
    except StateError:
        raise  # says nothing of the files: another build runs, or the directory cannot be used
    except StyrgrafError as error:
        home.note_failure(error)
        raise
    home.note_failure(None)
    return release


def followed(home: Home) -> Release | None:
    """The release that a build follows, if there is one. Raises StateError in an empty instance, and where one is damaged that could be gone back from."""
    previous = home.to_follow()
    if previous and previous.manifest.kind == "empty":
        raise StateError(
            f"{home.path} hör till en tom instans; välj en annan STYRGRAF_HOME eller kör 'styrgraf serve --empty'.",
            f"{home.path} belongs to an empty instance; choose another STYRGRAF_HOME or run 'styrgraf serve --empty'.",
        )
    return previous


def _built(home: Home, source: Path, clock: Clock, engine: str, author: str) -> Release:
    with home.writing():
        number, previous = home.next_number(), followed(home)
        with home.candidate(number) as folder:
            store = Store.memory()  # rules write often in small batches: in memory they take a tenth of the time
            local, before = Local.of(previous), previous.open() if previous else None
            inferred, report = candidate(store, source, clock, engine, previous=before, local=local, erased=Names.of(home.path))
            if report.refuses:
                raise refused(report)
            with clock.step("release"):
                statistics.describe(store)
                write(store, folder / "store")
                change = differences(before or Store.memory(), store)
                keep_patches(folder, previous.id if previous else "", *change)
            made = _manifest(number, previous, source, clock, report, counts(store))
            owned = sorted(made.graphs.keys() - {graph_of(q) for q in local.quads} - {INFERRED_GRAPH})
            engines = {"reasoner": engine, "validator": "sparql"}
            made = replace(made, inferred=inferred, engines=engines, owned=owned, changed=change[0].counts(), author=author)
            made = replace(made, touched=change[0].graphs, internal=sorted(visibility.internal(store, owned)))
            return publish(home, folder, made, source)


def _manifest(number: str, previous: Release | None, source: Path, clock: Clock, report: Report, graphs: dict[str, int]) -> Manifest:
    return Manifest(
        number,
        datetime.now(UTC).isoformat(timespec="seconds"),
        current_files(source),
        graphs,
        0,
        clock.seconds,
        report.counts(),
        report.as_json(),
        previous.id if previous else None,
        delegated=[asdict(d) for d in report.delegated],
    )


def refused(report: Report) -> ReleaseRefusedError:
    """What is raised for a candidate that breaks the shapes."""
    count = report.counts()["Violation"]
    return ReleaseRefusedError(f"Utgåvan stoppades: {count} brott mot formerna.", f"The release was stopped: {count} violations of the shapes.", report)


def current_files(root: Path) -> str:
    """One hash over all files that a build reads."""
    return files.fingerprint(files.rdf_files(*files.FOLDERS, under=root))


def is_current(release: Release | None, root: Path) -> bool:
    """Whether a release was built from the files as they are now."""
    return release is not None and release.manifest.files_hash == current_files(root)


def empty(home: Home) -> Release:
    """Makes the first release of an instance without the package's data: no quad at all. A later one is left as it is.

    Raises StateError where the state directory holds the package's data.
    """
    with home.writing():
        release = home.current()
        if release is None:
            with home.candidate(home.next_number()) as folder:
                write(Store.memory(), folder / "store")
                keep_patches(folder, "", Patch(), Patch())
                made = datetime.now(UTC).isoformat(timespec="seconds")
                release = home.publish(folder, Manifest(home.next_number(), made, "", {}, 0, {}, Report(()).counts(), owned=[], kind="empty"))
        if release.manifest.kind != "empty":
            raise StateError(
                f"{home.path} innehåller Styrgrafs data; en tom instans behöver en egen STYRGRAF_HOME.",
                f"{home.path} holds Styrgraf's data; an empty instance needs a STYRGRAF_HOME of its own.",
            )
        return release


__all__ = [
    "STEPS",
    "Clock",
    "Local",
    "Watcher",
    "build",
    "candidate",
    "contradiction",
    "counts",
    "current_files",
    "differences",
    "empty",
    "followed",
    "is_current",
    "keep_patches",
    "load",
    "refused",
    "write",
]

"""Changes: a copy of the current release, the edit, reasoning, validation, and then a new release; or nothing at all.

    candidate(home, edit)   the copy with the edit made, its report, or why it is refused: an Outcome
    apply(home, edit)       the same, made a release
    graph.preview           the same, compared with the release and thrown away

What a change touches is small as a rule, and then only what it can affect is reasoned and validated anew (`revise`, `revalidate`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from graph import files, patches, reasoner, statistics, visibility
from graph.build import Clock, contradiction, refused
from graph.deriving import write
from graph.erased import Names
from graph.errors import ConflictError, ContradictionError, StateError, StyrgrafError
from graph.ledger import Ledger, graph_of
from graph.namespaces import INFERRED_GRAPH
from graph.patches import Patch
from graph.publishing import counted, counts, keep_patches, publish, shapes_for
from graph.releases import Home, Manifest, Release, number_of
from graph.report import Report
from graph.store import Store
from graph.validator import Shapes, revalidate, validate

PATIENCE: Final = 60.0  # seconds that a change waits for other writers
FEW: Final = 20_000  # quads up to which a change is followed up step by step; more go through memory, where a full run is fastest


Edit = Callable[[Ledger], None]


@dataclass(frozen=True)
class Why:
    """Who changes, for what reason, and which release the change was made for (None for whichever is current)."""

    author: str = ""
    reason: str = ""
    expected: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What an edit leads to: the stores before and after, what it changed itself, what follows from that, and what the shapes say.

    `refusal` is why it cannot become a release; where it contradicts the ontology, `report` is still that of the release before.
    """

    previous: Release
    before: Store
    after: Store
    patch: Patch
    inferred: Patch
    report: Report
    graphs: dict[str, int]
    refusal: StyrgrafError | None = None


def apply(home: Home, edit: Edit, why: Why | None = None, root: Path | None = None) -> Release:
    """Makes a release from the current one by an edit; an edit that changes nothing makes none.

    Raises ConflictError where the release is not the expected one, ForbiddenError for a graph of the package and for a name that was erased,
    ReleaseRefusedError where the result breaks the shapes and ContradictionError where it contradicts itself; nothing is changed then.
    """
    why = why or Why()
    with candidate(home, edit, why.expected, root) as (made, outcome):
        if not outcome.patch:
            return outcome.previous
        if outcome.refusal:
            raise outcome.refusal
        made.erased.refuse((), why.author, why.reason)
        manifest = made.manifest(outcome, why)
        del outcome  # closes the store: it must not be at work in a folder that moves
        return publish(home, made.folder, manifest, made.root)


@contextmanager
def candidate(home: Home, edit: Edit, expected: str | None = None, root: Path | None = None) -> Iterator[tuple[Candidate, Outcome]]:
    """A copy of the current release with the edit made, while the lock is held; gone afterwards unless it was published.

    Raises ConflictError where the release is not the expected one, and what the edit raises.
    """
    with home.writing(PATIENCE):
        previous = current(home)
        expect(previous.id, expected)
        with home.candidate(home.next_number()) as folder:
            made = Candidate(previous, folder, root or files.root(), Names.of(home.path))
            yield made, made.outcome(edit)


def expect(number: str, expected: str | None) -> None:
    """Raises ConflictError where the release is not the expected one."""
    if expected is not None and expected != number:
        raise ConflictError(
            f"Utgåvan är {number}, ändringen gällde {expected}. Läs på nytt och gör om ändringen.",
            f"The release is {number}, the change was meant for {expected}. Read again and change anew.",
        )


def current(home: Home) -> Release:
    """The current release. Raises StateError where there is none."""
    release = home.current()
    if release is None:
        raise StateError("Det finns ingen utgåva ännu; kör 'styrgraf build'.", "There is no release yet; run 'styrgraf build'.")
    return release


def protected(manifest: Manifest) -> frozenset[str]:
    """The graphs that changes may not write: what the package's files fill, what is inferred, and what is said of who may see which graph."""
    return frozenset([*package(manifest), INFERRED_GRAPH, visibility.LOCAL_CATALOG])


def package(manifest: Manifest) -> list[str]:
    """The graphs that the package's files fill."""
    return list(manifest.graphs) if manifest.owned is None else manifest.owned


def prepare(home: Home, root: Path | None = None) -> None:
    """Finds out beforehand what the first change would find out: what the shapes watch in the current release. Raises StateError for a damaged one."""
    release = home.current()
    if release and not release.pruned:
        store, old = release.open(), release.manifest
        revalidate(store, store, shapes_for(old.kind, store, root or files.root()), old.known_report, set(), set())


@dataclass
class Candidate:
    """What may become the next release: a copy of the current one in a folder of its own."""

    previous: Release
    folder: Path
    root: Path
    erased: Names
    clock: Clock = field(default_factory=Clock)

    def outcome(self, edit: Edit) -> Outcome:
        """Copies, edits, reasons, validates."""
        before, path = self.previous.open(), self.folder / "store"
        with self.clock.step("load"):
            before.copy_to(path)
            ledger = Ledger(Store.create(path), protected(self.previous.manifest))
            edit(ledger)
            self.erased.refuse(ledger.added)
        old = self.previous.manifest
        unchanged = Outcome(self.previous, before, ledger.store, ledger.patch, Patch(), old.known_report, old.graphs)
        if not ledger.patch:
            return unchanged
        try:
            outcome = (self._revised if len(ledger.added) + len(ledger.removed) <= FEW else self._rebuilt)(before, ledger)
        except ContradictionError as clash:
            return replace(unchanged, refusal=clash.with_traceback(None))  # whoever keeps it must not keep the store open
        return replace(outcome, refusal=refused(outcome.report)) if outcome.report.refuses else outcome

    def _revised(self, before: Store, ledger: Ledger) -> Outcome:
        """Reasons over and validates what the change can affect."""
        old, store = self.previous.manifest, ledger.store
        with self.clock.step("reason"):
            names = set(store.graph_names())
            store.remove(ledger.added)  # `revise` makes the change itself
            store.add(ledger.removed)
            change = reasoner.revise(store, ledger.added, ledger.removed)
            _set_graphs(store, names)
            contradiction(reasoner.clashes(store, change.added))
        with self.clock.step("validate"):
            shapes, known = self._shapes(store), self._shapes(before)
            if shapes is known or list(shapes.store) == list(known.store):
                report = revalidate(before, store, known, old.known_report, set(change.added), set(change.removed))
            else:
                report = validate(store, shapes)
        inferred = Patch(frozenset(change.added - ledger.added), frozenset(change.removed - ledger.removed))
        return Outcome(self.previous, before, store, ledger.patch, inferred, report, counted(old.graphs, change.added, change.removed))

    def _rebuilt(self, before: Store, ledger: Ledger) -> Outcome:
        """Reasons over and validates all of it, in memory."""
        memory = Store.memory()
        memory.add(q for q in ledger.store if graph_of(q) != INFERRED_GRAPH)
        for name in ledger.store.graph_names():
            memory.make_graph(name)
        with self.clock.step("reason"):
            reasoner.reason(memory)
            contradiction(reasoner.clashes(memory))
        with self.clock.step("validate"):
            report = validate(memory, self._shapes(memory))
        inferred = patches.between(before.graph(INFERRED_GRAPH), memory.graph(INFERRED_GRAPH))
        ledger.store = memory  # lets go of the copy on disk, which is written anew
        return Outcome(self.previous, before, memory, ledger.patch, inferred, report, counts(memory))

    def _shapes(self, store: Store) -> Shapes:
        return shapes_for(self.previous.manifest.kind, store, self.root)

    def manifest(self, outcome: Outcome, why: Why) -> Manifest:
        """Makes the folder whole: the store on disk, the patches; returns what the manifest is to say."""
        with self.clock.step("release"):
            added, removed = (a | b for a, b in zip(*((p.added, p.removed) for p in (outcome.patch, outcome.inferred)), strict=True))
            graphs = counted(outcome.graphs, *statistics.revise(outcome.after, added, removed))
            self._store(outcome.after)
            keep_patches(self.folder, self.previous.id, outcome.patch, outcome.inferred)
        old, report = self.previous.manifest, outcome.report
        return Manifest(
            number_of(self.folder),
            datetime.now(UTC).isoformat(timespec="seconds"),
            old.files_hash,
            graphs,
            graphs.get(INFERRED_GRAPH, 0),
            self.clock.seconds,
            report.counts(),
            report.as_json(),
            old.id,
            {"reasoner": "sparql", "validator": "sparql"},
            old.owned,
            old.kind,
            why.author,
            why.reason,
            outcome.patch.counts(),
            [asdict(d) for d in report.delegated],
            touched=outcome.patch.graphs,
            internal=sorted(visibility.internal(outcome.after, package(old))),
        )

    def _store(self, store: Store) -> None:
        """Brings to disk what is to be served."""
        if store.on_disk:
            store.flush()
        else:
            shutil.rmtree(self.folder / "store")
            write(store, self.folder / "store")


def _set_graphs(store: Store, names: set[str]) -> None:
    """Leaves the graphs of these names, empty ones too, and no others but the inferred one."""
    there = set(store.graph_names())
    for name in there - names - {INFERRED_GRAPH}:
        store.drop_graph(name)
    for name in names - there:
        store.make_graph(name)


__all__ = ["FEW", "PATIENCE", "Candidate", "Edit", "Ledger", "Outcome", "Why", "apply", "candidate", "current", "expect", "prepare", "protected"]

"""The history of releases: what each changed, how two differ, where a statement came from, going back, and pruning.

History is a line: each release has the one before it as its parent, and a rollback is a new release with the content of an old one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Final

from graph import files, patches, reasoner, statistics, visibility
from graph.changes import PATIENCE, Why, expect
from graph.erased import Names
from graph.errors import InputError, NotFoundError, StateError
from graph.namespaces import INFERRED_GRAPH
from graph.patches import Patch
from graph.publishing import counted, counts, differences, keep_patches, publish, split
from graph.reasoner import Change
from graph.releases import DUMP, PUBLIC_SIDE, Home, Release, number_of
from graph.store import NamedNode, Quad, Store, Subject, Term
from graph.wording import Sentence, sentences

_INFERRED: Final = NamedNode(INFERRED_GRAPH)
_GOING: Final = ".store"  # a store that is being removed: half of one must never look whole


@dataclass(frozen=True)
class Difference:
    """What leads from one release to another: what is said, and what is inferred (None where that is not known)."""

    said: Patch
    inferred: Patch | None

    @property
    def inverse(self) -> Difference:
        """The way back."""
        return Difference(self.said.inverse, self.inferred.inverse if self.inferred else self.inferred)

    def then(self, following: Difference) -> Difference:
        """Both, one after the other."""
        first, second = self.inferred, following.inferred
        return Difference(self.said.then(following.said), None if first is None or second is None else first.then(second))


_NONE: Final = Difference(Patch(), Patch())


def chain(home: Home) -> Iterator[Release]:
    """The current release and those before it, the newest first, as far back as can be read."""
    number = home.pointer()
    while number:
        try:
            release = home.find(number)
        except (NotFoundError, StateError):
            return
        yield release
        number = release.manifest.parent


def change(release: Release) -> Difference | None:
    """What a release changed against its parent, or None where that was not kept."""
    said = patches.load(release.path, "patch")
    return Difference(said, patches.load(release.path, "inferences")) if said is not None else None


def difference(home: Home, first: str, second: str) -> Difference:
    """What leads from one release to another, by the patches between them, or by their stores where one is missing.

    Raises NotFoundError for a release that is not there, and where neither tells.
    """
    for number in (first, second):
        home.find(number)
    if first == second:
        return _NONE
    if second < first:
        return difference(home, second, first).inverse
    found = _along(home, first, second)
    return found or _compared(home.find(first), home.find(second))


def _along(home: Home, first: str, second: str) -> Difference | None:
    """The steps after the first release up to the second, as one; None where one does not follow from the other."""
    steps, seen = list[Difference](), False
    for release in chain(home):
        if release.id == first:
            return reduce(Difference.then, reversed(steps), _NONE)
        seen = seen or release.id == second
        if seen and release.manifest.parent:
            steps.append(change(release) or _compared(home.find(release.manifest.parent), release))
    return None


def _compared(before: Release, after: Release) -> Difference:
    return Difference(*differences(before.open(), after.open()))


def words(home: Home, found: Difference, first: str, second: str) -> list[Sentence]:
    """A difference in words; names are those of the second release, where its store is left, else of the first or the current one."""
    stores = [r.open() for r in (home.find(first), home.find(second)) if not r.pruned]
    latest = next(chain(home))
    return sentences(found.said, found.inferred, *(stores or [latest.open()]))


@dataclass(frozen=True)
class Origin:
    """Where a quad came from: the release that first had it, whose and why; `certain` is False where earlier ones may have had it, too."""

    quad: Quad
    release: Release
    certain: bool

    @property
    def graph(self) -> str:
        """The graph that says it: a document's, a user's own, or the empty text."""
        return self.quad.graph_name.value if isinstance(self.quad.graph_name, NamedNode) else ""


def blame(home: Home, subject: Subject | None = None, predicate: NamedNode | None = None, obj: Term | None = None) -> list[Origin]:
    """Where each quad that matches came from, the newest first; what is inferred is left out (`explain` tells of it).

    What a rollback brought back counts as coming from where it was before.
    """
    releases = list(chain(home))
    if not releases:
        return []
    wanted = {q for q in releases[0].open().quads(subject, predicate, obj) if q.graph_name != _INFERRED and not statistics.counted(q)}
    return sorted(_origins(releases, wanted), key=lambda o: (o.release.id, str(o.quad)), reverse=True)


def _origins(releases: list[Release], wanted: set[Quad]) -> Iterator[Origin]:
    following: dict[str, set[Quad]] = {}  # quads that are sought from a release on, at which a rollback points
    for release in releases:
        wanted |= following.pop(release.id, set())
        if not wanted and not following:
            return
        step = change(release)
        last = step is None or release.manifest.parent is None or release is releases[-1]
        came = wanted if step is None else wanted & step.said.added
        if release.manifest.restores and not last:
            following.setdefault(release.manifest.restores, set()).update(came)
        else:
            yield from (Origin(q, release, step is not None) for q in came)
        wanted = wanted - came
        if last:
            yield from (Origin(q, release, False) for q in wanted)
            return


def rollback(home: Home, number: str, why: Why | None = None) -> Release:
    """Makes a release with the content of an old one; what came between stays in the history, and a graph that has become internal since stays so.

    Raises NotFoundError where there is no such release or nothing to make it from, ConflictError where the current one is not the one expected.
    """
    why = why or Why()
    Names.of(home.path).refuse((), why.author, why.reason)
    with home.writing(PATIENCE):
        goal = home.find(number)
        expect(home.pointer() or "", why.expected)
        if home.pointer() == goal.id:
            return goal
        parent, step = _from_current(home, goal)
        with home.candidate(home.next_number()) as folder:
            _remake(home, goal, folder / "store")
            more = _still_internal(parent, goal, folder / "store")
            step = step.then(Difference(*split(more, ())))
            keep_patches(folder, parent.id, step.said, step.inferred or Patch())
            graphs = counted(goal.manifest.graphs, more.added, more.removed)
            made = replace(
                goal.manifest,
                id=number_of(folder),
                graphs=graphs,
                inferred=graphs.get(INFERRED_GRAPH, 0),
                touched=step.said.graphs,
                internal=sorted({*goal.manifest.internal, *parent.manifest.internal}),
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                files_hash=parent.manifest.files_hash,  # these files have had their turn: they are not built anew
                parent=parent.id,
                author=why.author,
                reason=why.reason,
                changed=step.said.counts(),
                restores=goal.id,
            )
            return publish(home, folder, made, files.root())


def _still_internal(latest: Release, goal: Release, path: Path) -> Change:
    """Says in a store that goes back to an old release what has become internal since: that is not undone by the way."""
    since = {*latest.manifest.internal} - {*goal.manifest.internal}
    if not since:
        return Change(frozenset(), frozenset())
    store = Store.create(path)
    change = reasoner.revise(store, visibility.declared(since), set())
    fresh, stale = statistics.revise(store, change.added, change.removed)
    store.flush()
    return Change(change.added | fresh, change.removed | stale)


def _from_current(home: Home, goal: Release) -> tuple[Release, Difference]:
    """The release to follow and what leads from it to the goal; one that is too damaged to tell is left out of the history from now on."""
    try:
        latest = home.current()
        return (latest, difference(home, latest.id, goal.id)) if latest else (goal, _NONE)
    except StateError:
        return goal, _NONE


def _remake(home: Home, goal: Release, path: Path) -> None:
    """The store of a release at a path: a copy of it, or where it was pruned the next later one's with the patches between undone."""
    source = goal if not goal.pruned else next((r for r in reversed(list(chain(home))) if r.id > goal.id and not r.pruned), None)
    if source is None:
        raise NotFoundError(f"Utgåva {goal.id} kan inte göras om: ingen lagring finns kvar.", f"Release {goal.id} cannot be remade: no store is left.")
    source.open().copy_to(path)
    if source is goal:
        return
    step, store = difference(home, source.id, goal.id), Store.create(path)
    if step.inferred is None:
        raise _incomplete(goal)
    for patch in (step.said, step.inferred):
        store.remove(patch.removed)
        store.add(patch.added)
    for name in step.said.dropped:
        store.drop_graph(name)
    for name in step.said.made:
        store.make_graph(name)
    statistics.describe(store)
    store.flush()
    if counts(store) != goal.manifest.graphs:
        raise _incomplete(goal)


def _incomplete(goal: Release) -> StateError:
    return StateError(f"Utgåva {goal.id} kan inte göras om: patchar saknas.", f"Release {goal.id} cannot be remade: patches are missing.")


def prune(home: Home, keep: int) -> list[str]:
    """Removes the stores of all releases but the last `keep` that have one; their manifests and patches stay, so they can be remade.

    The current release stays, and so does one that the patches after it do not lead back to. Returns what was pruned. Raises InputError for fewer than 1.
    """
    if keep < 1:
        raise InputError(f"--keep {keep}: minst en utgåva måste vara kvar.", f"--keep {keep}: at least one release must stay.")
    with home.writing(PATIENCE):
        pruned, kept, whole = list[str](), 0, True
        for release in chain(home):
            if not release.pruned and (kept < keep or not whole):
                kept += 1
            elif not release.pruned:
                (release.path / "store").rename(release.path / _GOING)
                for name in ("views", f"{PUBLIC_SIDE}/views", f"{PUBLIC_SIDE}/store"):
                    shutil.rmtree(release.path / name, ignore_errors=True)
                for name in (DUMP, f"{PUBLIC_SIDE}/{DUMP}"):
                    (release.path / name).unlink(missing_ok=True)
                pruned.append(release.id)
            shutil.rmtree(release.path / _GOING, ignore_errors=True)
            whole = patches.there(release.path, "patch") and patches.there(release.path, "inferences")
        return pruned


def find(home: Home, number: str) -> Release:
    """The release that somebody names: its number, with or without zeros before it, or `current`. Raises NotFoundError."""
    named = home.pointer() or "" if number == "current" else number.zfill(6) if number.isdigit() else number
    return home.find(named)


__all__ = ["Difference", "Origin", "blame", "chain", "change", "difference", "find", "prune", "rollback", "words"]

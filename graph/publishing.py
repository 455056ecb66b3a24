"""From a whole candidate to a release: its patches, its counts, and its public side.

A release with internal graphs, and the one after it, has a folder `public` with a store, a manifest and patches like its own. Those graphs are no part of it,
nor what is said of them, nor what follows from them: the public reads that, and no query has to filter. A release without any has no such folder and costs
nothing. Of a change that touched an internal graph the public is not told by whom and why it was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from graph import files, patches, statistics, visibility
from graph.deriving import derive
from graph.ledger import graph_of
from graph.namespaces import INFERRED_GRAPH
from graph.patches import Patch
from graph.reasoner import INFERRED, Change
from graph.releases import PUBLIC, PUBLIC_SIDE, Home, Manifest, Release, number_of, save
from graph.report import Report
from graph.store import UNNAMED, Quad, Store
from graph.validator import Shapes, read, revalidate, validate
from graph.validator.loaded import shapes_in

_KINDS: Final = ("patch", "inferences")


def publish(home: Home, folder: Path, manifest: Manifest, root: Path) -> Release:
    """Makes a whole candidate the current release, in one step; its manifest tells which graphs are internal. `root` has the package's shapes."""
    make_side(home, folder, manifest, root)
    return home.publish(folder, manifest)


def make_side(home: Home, folder: Path, manifest: Manifest, root: Path) -> None:
    """Makes the public side of what is to become a release, where it or the one before it has internal graphs."""
    if not manifest.internal and not (manifest.parent and home.find(manifest.parent).manifest.internal):
        return
    whole, side = Store.open(folder / "store"), folder / PUBLIC_SIDE
    side.mkdir()
    change = make_side_store(folder, manifest.internal)
    hides = split(change, [name for name in manifest.internal if whole.has_graph(name)])
    for name, patch in zip(_KINDS, hides, strict=True):
        patches.save(side, f"hidden-{name}", patch, {"release": manifest.id})
    told = _against_parent(home, folder, manifest, hides)
    if (told.changed, told.touched) != (manifest.changed, manifest.touched):
        told = replace(told, author="", reason="")
    report, graphs = _report(manifest, whole, Store.open(side / "store"), change, root), counted(manifest.graphs, change.added, change.removed)
    seen = replace(told, graphs=graphs, inferred=graphs.get(INFERRED_GRAPH, 0), timings={}, internal=[], audience=PUBLIC)
    save(side, replace(seen, validation=report.counts(), report=report.as_json(), delegated=[asdict(d) for d in report.delegated]))


def make_side_store(folder: Path, internal: Iterable[str]) -> Change:
    """Writes the store of the public side of a release; by what it differs from the whole one."""
    whole = Store.open(folder / "store")
    names = list(internal)
    return derive(whole, folder / PUBLIC_SIDE / "store", visibility.withheld(whole, names), [n for n in names if n != UNNAMED and whole.has_graph(n)])


def _against_parent(home: Home, folder: Path, manifest: Manifest, hides: tuple[Patch, Patch]) -> Manifest:
    """Keeps the patches that lead from what the public sees of the parent to what it sees now; where it may see none of that, history begins here.

    The way goes back to the whole of the parent, on to the whole of this release, and from there to its public side.
    """
    side, parent = folder / PUBLIC_SIDE, manifest.parent and home.find(manifest.parent)
    known = [patches.load(folder, name) for name in _KINDS]
    if not parent or None in known or {*manifest.internal} & parent.manifest.graphs.keys() - {*parent.manifest.internal}:
        return replace(manifest, parent=None, changed={}, touched=[])
    before = [patches.load(parent.path / PUBLIC_SIDE, f"hidden-{name}") or Patch() for name in _KINDS]
    said, inferred = (b.inverse.then(step).then(now) for b, step, now in zip(before, known, hides, strict=True) if step is not None)
    keep_patches(side, parent.id, said, inferred, manifest.id)
    return replace(manifest, changed=said.counts(), touched=said.graphs)


def split(change: Change, dropped: Iterable[str]) -> tuple[Patch, Patch]:
    """What a change says, and what it infers, as patches; what is counted of it is neither."""
    came, went = ([q for q in quads if not statistics.counted(q)] for quads in (change.added, change.removed))
    said, inferred = (
        Patch(frozenset(q for q in came if (q.graph_name == INFERRED) == kind), frozenset(q for q in went if (q.graph_name == INFERRED) == kind))
        for kind in (False, True)
    )
    return replace(said, dropped=frozenset(dropped) - {UNNAMED}), inferred


def _report(manifest: Manifest, whole: Store, seen: Store, change: Change, root: Path) -> Report:
    """What the shapes say of what the public sees: a message may quote what it does not."""
    shapes, known = (shapes_for(manifest.kind, store, root) for store in (seen, whole))
    if shapes is not known and list(shapes.store) != list(known.store):
        return validate(seen, shapes)
    return revalidate(whole, seen, known, manifest.known_report, set(change.added), set(change.removed))


def shapes_for(kind: str, store: Store, root: Path) -> Shapes:
    """The package's shapes; in an empty instance those that were loaded into it."""
    return shapes_in(store) if kind == "empty" else _package_shapes(root)


@lru_cache(maxsize=1)
def _package_shapes(root: Path) -> Shapes:
    """The package's shapes, kept for the next change: what they watch is found out once."""
    return read(files.rdf_files("shapes", under=root))


def counts(store: Store) -> dict[str, int]:
    """The number of quads in each named graph that has any."""
    rows = store.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    return {r["g"].value: int(r["n"].value) for r in rows}


def counted(graphs: dict[str, int], added: Iterable[Quad], removed: Iterable[Quad]) -> dict[str, int]:
    """The number of quads in each named graph after a change."""
    found = Counter(graphs)
    found.update(graph_of(q) for q in added)
    found.subtract(graph_of(q) for q in removed)
    return {name: n for name, n in sorted(found.items()) if n and name != UNNAMED}


def differences(before: Store, after: Store) -> tuple[Patch, Patch]:
    """What was said, and what was inferred, in which two stores differ; what is counted of them is neither."""
    old, new = ({True: set[Quad](), False: set[Quad]()} for _ in range(2))
    for store, quads in ((before, old), (after, new)):
        for q in store:
            if not statistics.counted(q):
                quads[q.graph_name == INFERRED].add(q)
    graphs = ({*store.graph_names()} - {INFERRED_GRAPH} for store in (before, after))
    return patches.between(old[False], new[False], *graphs), patches.between(old[True], new[True])


def keep_patches(folder: Path, parent: str, said: Patch, inferred: Patch, number: str = "") -> None:
    """Writes a release's patches: what was said, and what was inferred, against its parent; the first release has none of the second kind.

    The folder tells the number, unless it is given.
    """
    headers = {"release": number or number_of(folder), **({"parent": parent} if parent else {})}
    patches.save(folder, "patch", said, headers)
    if parent:
        patches.save(folder, "inferences", inferred, headers)


__all__ = ["counted", "counts", "differences", "keep_patches", "make_side", "make_side_store", "publish", "shapes_for", "split"]

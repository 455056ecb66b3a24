"""What a build would do to what is there, without doing it: what comes and goes with the package's files, and which local statements that leaves in the air.

A build replaces the graphs that the package's files fill, and keeps the local ones. What can go wrong between the two is a conflict: both have a graph of the
same name; the combination breaks the shapes or contradicts itself; a local statement names a thing that the files no longer have.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph import files, patches, statistics
from graph.build import Clock, Local, candidate, followed, refused
from graph.erased import Names
from graph.errors import ConflictError, ContradictionError, StyrgrafError
from graph.ledger import graph_of
from graph.namespaces import INFERRED_GRAPH, expand
from graph.patches import Patch
from graph.releases import Home
from graph.report import Report, Result, compared
from graph.store import NamedNode, Quad, Store
from graph.wording import Sentence, sentences

_TYPE: Final = NamedNode(expand("rdf:type"))


@dataclass(frozen=True)
class Upgrade:
    """What a build would do to a release (None: it would be the first one).

    `said` is what changes in the package's graphs, `adrift` the local statements that name a thing which the files no longer have; `refusal` is why the build
    would be stopped.
    """

    release: str | None
    refusal: StyrgrafError | None
    said: Patch
    sentences: tuple[Sentence, ...]
    adrift: tuple[Quad, ...]
    results_lost: tuple[Result, ...]
    results_gained: tuple[Result, ...]

    @property
    def conflicts(self) -> bool:
        """Whether somebody should look before the build is made."""
        return bool(self.refusal or self.adrift)


def preview(home: Home, root: Path | None = None) -> Upgrade:
    """What `build` would do. Raises what it raises, but for what it would be stopped for: that is told."""
    previous = followed(home)
    before, local, store = previous.open() if previous else Store.memory(), Local.of(previous), Store.memory()
    known = previous.manifest.known_report if previous else Report(())
    report = known
    refusal: StyrgrafError | None = None
    try:
        _, report = candidate(store, root or files.root(), Clock(), previous=before, local=local, erased=Names.of(home.path))
        refusal = refused(report) if report.refuses else None
    except (ConflictError, ContradictionError) as clash:
        refusal = clash.with_traceback(None)
    mine = frozenset(local.quads)
    old, new = (_packaged(s, mine) for s in (before, store))
    lost, gained = compared(known, report)
    said = patches.between(old, new)
    words = tuple(sentences(said, None, before, store)) if previous else ()
    return Upgrade(previous.id if previous else None, refusal, said, words, _adrift(local, old, new), lost, gained)


def _packaged(store: Store, local: frozenset[Quad]) -> frozenset[Quad]:
    """What the package's files say in a store."""
    return frozenset(q for q in store if graph_of(q) != INFERRED_GRAPH and q not in local and not statistics.counted(q))


def _adrift(local: Local, old: frozenset[Quad], new: frozenset[Quad]) -> tuple[Quad, ...]:
    """The local statements about, or with, things of which the files say nothing any longer; what local graphs give a class of their own is theirs."""
    own = {q.subject for q in local.quads if q.predicate == _TYPE}
    gone = {q.subject for q in old} - {q.subject for q in new} - own
    return tuple(sorted((q for q in local.quads if gone & {q.subject, q.predicate, q.object}), key=str))


__all__ = ["Upgrade", "preview"]

"""A store under change: which graphs may be written, and what has changed so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.errors import ForbiddenError
from graph.patches import Patch
from graph.store import UNNAMED, DefaultGraph, Quad, Store, as_stored


@dataclass
class Ledger:
    """A store under change: it tells which graphs may be written and keeps the net change."""

    store: Store
    protected: frozenset[str]
    added: set[Quad] = field(default_factory=set)
    removed: set[Quad] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)

    def writable(self, name: str) -> bool:
        """Whether this graph may be written."""
        return name not in self.protected

    def remove(self, quads: Iterable[Quad]) -> None:
        """Removes quads; those that are not there are passed over. Raises ForbiddenError for a graph of the package."""
        gone = {q for q in as_stored(quads) if q in self.store}
        self._refuse({graph_of(q) for q in gone})
        self.store.remove(gone)
        self.removed |= gone - self.added
        self.added -= gone

    def add(self, quads: Iterable[Quad]) -> None:
        """Adds quads, and the graphs that they name. Raises ForbiddenError for a graph of the package."""
        new = {q for q in as_stored(quads) if q not in self.store}
        names = {graph_of(q) for q in new}
        self._refuse(names)
        for name in names:
            self._make(name)
        self.store.add(new)
        self.added |= new - self.removed
        self.removed -= new

    def make_graph(self, name: str) -> None:
        """Makes an empty graph where there is none."""
        self._refuse({name})
        self._make(name)

    def _make(self, name: str) -> None:
        if not self.store.has_graph(name):
            self.store.make_graph(name)
            self.made |= {name} - self.dropped
            self.dropped -= {name}

    def drop_graph(self, name: str) -> None:
        """Removes a graph and what is in it."""
        self.remove(list(self.store.graph(name)))
        self._refuse({name})
        if self.store.has_graph(name):
            self.store.drop_graph(name)
            self.dropped |= {name} - self.made
            self.made -= {name}

    def take(self, patch: Patch) -> None:
        """Makes a patch's change."""
        self.remove(patch.removed)
        for name in patch.dropped:
            self.drop_graph(name)
        for name in patch.made:
            self.make_graph(name)
        self.add(patch.added)

    @property
    def patch(self) -> Patch:
        """The net change so far."""
        return Patch(frozenset(self.added), frozenset(self.removed), frozenset(self.made), frozenset(self.dropped))

    def _refuse(self, names: set[str]) -> None:
        for name in sorted(names & self.protected):
            raise ForbiddenError(
                f"Grafen <{name}> hör till Styrgraf och kan inte ändras här; skriv i en egen graf.",
                f"The graph <{name}> belongs to Styrgraf and cannot be changed here; write to a graph of your own.",
            )


def graph_of(quad: Quad) -> str:
    """The IRI of a quad's graph; UNNAMED for the default one."""
    return UNNAMED if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value

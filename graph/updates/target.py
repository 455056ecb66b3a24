"""What an update works on, and the dataset that its patterns see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from graph.store import Quad, Store


class Target(Protocol):
    """What an update works on: a store, and how quads and graphs are removed from it and added to it."""

    store: Store

    def remove(self, quads: Iterable[Quad]) -> None:
        """Removes quads."""

    def add(self, quads: Iterable[Quad]) -> None:
        """Adds quads."""

    def make_graph(self, name: str) -> None:
        """Makes an empty graph where there is none."""

    def drop_graph(self, name: str) -> None:
        """Removes a graph and what is in it."""

    def writable(self, name: str) -> bool:
        """Whether this graph may be written."""


@dataclass(frozen=True)
class Dataset:
    """The graphs that patterns are matched in; None where the request does not say (Protocol §2.2.3)."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def told(self) -> bool:
        """Whether anything is said."""
        return self.default is not None or self.named is not None

"""What a query is made of, as far as the triples go that it reads: groups of triple patterns and of other groups (SPARQL 1.1 §19.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Names = Callable[[str], str]
Kind = Literal["union", "optional", "lateral", "holds", "filter", "bind"]


@dataclass(frozen=True)
class Path:
    """A property path: one predicate (an IRI or a variable), or an operator with what it works on: ^ / | * + or ?."""

    sign: str
    parts: tuple[Path, ...] = ()

    def __str__(self) -> str:
        if not self.parts:
            return self.sign
        inner = [str(p) for p in self.parts]
        return f"(^{inner[0]})" if self.sign == "^" else f"({inner[0]}){self.sign}" if self.sign in "*+?" else f"({self.sign.join(inner)})"

    @property
    def empty(self) -> bool:
        """Whether it may lead from a node to itself over no triple."""
        within = [p.empty for p in self.parts]
        return self.sign in {"*", "?"} or (any(within) if self.sign == "|" else bool(within) and all(within))


@dataclass(frozen=True)
class Edge:
    """A triple pattern or a path between two ends; ends are written as SPARQL writes them."""

    subject: str
    path: Path
    object: str

    def __str__(self) -> str:
        return f"{self.subject} {self.path} {self.object} ."

    @property
    def variables(self) -> set[str]:
        """Its variables."""
        return {s for s in (self.subject, self.path.sign, self.object) if len(s) > 1 and s[0] == "?"}

    def renamed(self, name: Names) -> Edge:
        """The same with other names for its variables."""
        subject, sign, end = (name(s) if len(s) > 1 and s[0] == "?" else s for s in (self.subject, self.path.sign, self.object))
        return Edge(subject, Path(sign, self.path.parts), end)


@dataclass(frozen=True)
class Part:
    """Groups inside a group: alternatives, what is optional or lateral, what a filter demands outright (holds) or asks for in an expression."""

    kind: Kind
    groups: tuple[Group, ...]


Group = tuple[Edge | Part, ...]

"""What each shape watches: the checks of a shapes graph, and for each triple pattern that one reads how to get from it to focus nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.store import BlankNode, Literal, NamedNode, Store, Subject, Term, Triple
from graph.validator.classes import Tree
from graph.validator.compiler import Check, Compiler
from graph.validator.footprint import Read, UnreadableError, reads
from graph.validator.shapes import TARGETS, TYPE, Shapes


class UntiedError(Exception):
    """A change matters, and nothing tells to which focus nodes."""


@dataclass(frozen=True)
class Watch:
    """A triple pattern that a check reads."""

    check: Check
    read: Read
    way: str
    arrives: bool

    def focus(self, store: Store, changed: Iterable[Triple]) -> set[Term]:
        """The focus nodes that triples which fit the pattern can affect. Raises UntiedError where these cannot be told."""
        pattern, focus = self.read.pattern, self.check.focus
        if focus == pattern.subject:
            return {t.subject for t in changed if not isinstance(t.subject, Triple)}
        if focus == pattern.object:
            return {t.object for t in changed if not isinstance(t.object, Triple)}
        names = sorted(pattern.variables)
        rows = " ".join(f"({' '.join(self._row(t)[n] for n in names)})" for t in changed)
        body = f"{{ VALUES ({' '.join(names)}) {{ {rows} }} {self.way} }}"
        if self.arrives:
            return {row[focus[1:]] for row in store.select(f"SELECT DISTINCT {focus} WHERE {body}")}
        if store.ask(f"ASK {body}"):
            raise UntiedError
        return set()

    def _row(self, t: Triple) -> dict[str, str]:
        pattern = self.read.pattern
        slots = ((pattern.subject, t.subject), (pattern.path.sign, t.predicate), (pattern.object, t.object))
        return {slot: _text(term) for slot, term in slots if slot[0] == "?"}

    def fits(self, t: Triple) -> bool:
        """Whether a triple may match the pattern; its literals are not compared."""
        pairs = ((self.read.pattern.subject, t.subject), (self.read.pattern.object, t.object))
        return all(slot[0] == "?" or (slot == str(term) if slot[0] == "<" else isinstance(term, Literal)) for slot, term in pairs)


def _text(term: Term | Triple) -> str:
    if isinstance(term, Triple | BlankNode):
        raise UntiedError  # no query can name it
    return str(term)


def _watch(check: Check, read: Read) -> Watch:
    way = ""
    edges = read.way(check.focus)
    for edge in reversed(edges):
        way = f"LATERAL {{ {edge} {way} }}"
    arrives = any(check.focus in e.variables for e in (read.pattern, *edges))
    return Watch(check, read, way, arrives)


class Targets:
    """The targets of some shapes (SHACL §2.1.3)."""

    def __init__(self, shapes: Shapes, roots: Iterable[Subject], tree: Tree) -> None:
        found = [shapes.shape(root) for root in roots]
        self._nodes, classes, self._subjects_of, self._objects_of = ({t for s in found for t in s.values(name)} for name in TARGETS)
        classes |= shapes.implicit & {s.node for s in found}
        self._classes = {kind for c in classes if isinstance(c, NamedNode) for kind in tree.kinds(c)}

    @property
    def literals(self) -> bool:
        """Whether a literal may be among them."""
        return bool(self._objects_of) or not all(isinstance(n, NamedNode) for n in self._nodes)

    def hold(self, data: Store, node: Term) -> bool:
        """Whether a node is among them."""
        if node in self._nodes or any(next(data.quads(None, p, node), None) for p in self._objects_of if isinstance(p, NamedNode)):
            return True
        if isinstance(node, Literal):
            return False
        typed = any(q.object in self._classes for q in data.quads(node, TYPE))
        return typed or any(next(data.quads(node, p), None) for p in self._subjects_of if isinstance(p, NamedNode))


@dataclass(frozen=True, eq=False)
class Family:
    """Shapes whose results cannot be told apart, with their checks.

    `opaque`: it is not known what one of these reads.
    """

    roots: tuple[Subject, ...]
    checks: tuple[Check, ...]
    opaque: bool
    targets: Targets

    @property
    def far(self) -> bool:
        """Whether a focus node may be another node than the one that a shape targets."""
        return any(c.far for c in self.checks)


class Plan:
    """The checks of shapes for any data with one class tree. Raises UncoveredError where the compiler does not cover all of them."""

    def __init__(self, data: Store, shapes: Shapes) -> None:
        compiler = Compiler(data, shapes, few=True)
        tree = Tree(data)
        self._tree = tree.axioms
        self.families: list[Family] = []
        self.owner: dict[str, Family] = {}
        self._watches: dict[str, list[tuple[Family, Watch]]] = defaultdict(list)
        for roots, checks in _families({root: compiler.checks(root) for root in shapes.roots()}):
            self._keep(roots, checks, Targets(shapes, roots, tree))

    def _keep(self, roots: list[Subject], checks: list[Check], targets: Targets) -> None:
        found, opaque = list[Watch](), False
        for check in checks:
            try:
                found += [_watch(check, r) for r in reads(check.query)]
            except UnreadableError:
                opaque = True
        family = Family(tuple(roots), tuple(checks), opaque, targets)
        self.families.append(family)
        self.owner |= {part.shape.node.value: family for check in checks for part in check.parts}
        for watch in found:
            self._watches[watch.read.pattern.path.sign].append((family, watch))

    def suits(self, data: Store) -> bool:
        """Whether the data has the class tree that the plan was made for."""
        return self._tree == Tree(data).axioms

    def watching(self, changed: Iterable[Triple]) -> Iterator[tuple[Family, Watch, list[Triple]]]:
        """Who watches which of the changed triples."""
        by_predicate: dict[str, list[Triple]] = defaultdict(list)
        for t in changed:
            by_predicate[str(t.predicate)].append(t)
        for sign, watches in self._watches.items():
            near = [t for found in by_predicate.values() for t in found] if sign[0] == "?" else by_predicate.get(sign, [])
            for family, watch in watches if near else ():
                if fitting := [t for t in near if watch.fits(t)]:
                    yield family, watch, fitting


def _families(checks: dict[Subject, list[Check]]) -> list[tuple[list[Subject], list[Check]]]:
    """Shapes with a part in common, such as a property shape that both name, stay together."""
    found: list[tuple[list[Subject], list[Check], set[Subject]]] = []
    for root, own in checks.items():
        parts = {part.shape.node for check in own for part in check.parts}
        joined = [f for f in found if f[2] & parts]
        found = [f for f in found if not f[2] & parts]
        found.append(([*(r for f in joined for r in f[0]), root], [*(c for f in joined for c in f[1]), *own], parts.union(*(f[2] for f in joined))))
    return [(roots, own) for roots, own, _ in found if own]

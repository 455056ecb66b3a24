"""Reasoning at size: synthetic governance data, our rules against owlrl, a small edit against a full run.

`python tests/bench/reasoning.py` prints the table.
"""

from __future__ import annotations

import gc
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count, islice

from graph import files, reasoner
from graph.namespaces import BASE, ONTOLOGY_GRAPH, SOURCE_GRAPHS, VOCAB, expand
from graph.store import Literal, NamedNode, Quad, Store, Term, parse

SIZES = (10_000, 100_000, 1_000_000)
STRENGTHS = ("ska", "bor", "kan", "far-inte", "anges")
AREAS = ("kunskapsstyrning", "uppfoljning-och-kvalitet", "kommunikation-och-information", "forskning-och-biobank", "prevention")
BRANCHES = 6  # bodies that report to the same body


def node(name: str) -> NamedNode:
    """A thing of ours, by its path below our base, or a prefixed name."""
    return NamedNode(expand(name) if ":" in name else BASE + name)


@dataclass
class Document:
    """One synthetic document: a body, what it reports, what it is commissioned to do, its members and its tasks."""

    number: int
    chance: random.Random

    def quads(self) -> Iterator[Quad]:
        """Everything that the document says, in its own graph."""
        graph = NamedNode(f"{SOURCE_GRAPHS}synthetic-{self.number // 50}")
        for s, p, o in self._triples():
            yield Quad(node(s), node(p), o, graph)

    def _triples(self) -> Iterator[tuple[str, str, Term]]:
        n, body, above = self.number, f"id/group/{self.number}", f"id/group/{(self.number - 1) // BRANCHES}"
        yield body, "rdf:type", node("sg:GovernanceGroup")
        yield from self._names(body, f"Grupp {n}", f"Group {n}")
        yield from self._version()
        if n:
            yield from self._relation("ReportingLine", "lineFrom", body, "lineTo", above)
            yield from self._relation("Commission", "commissionedBody", body, "commissioner", above)
        for m in range(4):
            person = f"id/person/{n}-{m}"
            yield person, "rdf:type", node("sg:Person")
            yield from self._names(person, f"Namn {n}-{m}", f"Namn {n}-{m}")
            yield from self._relation("Membership", "member", person, "memberIn", body, m)
        for t in range(12):
            yield from self._task(f"id/task/{n}-{t}", body)

    def _relation(self, kind: str, start: str, a: str, end: str, b: str, nth: int = 0) -> Iterator[tuple[str, str, Term]]:
        s = f"id/{kind}/{self.number}-{nth}"
        yield from [(s, "rdf:type", node(f"sg:{kind}")), (s, f"sg:{start}", node(a)), (s, f"sg:{end}", node(b))]
        yield s, "sg:normStrength", NamedNode(f"{VOCAB}norm-strength/anges")
        yield from self._names(s, f"{kind} {self.number}-{nth}", f"{kind} {self.number}-{nth}")
        yield from self._passage(s)

    def _task(self, s: str, body: str) -> Iterator[tuple[str, str, Term]]:
        yield from [(s, "rdf:type", node("sg:Task")), (s, "sg:bearer", node(body))]
        yield from self._names(s, f"Uppgift {s}", f"Task {s}")
        yield s, "sg:normStrength", NamedNode(f"{VOCAB}norm-strength/{self.chance.choice(STRENGTHS)}")
        yield from ((s, "sg:area", NamedNode(f"{VOCAB}area/{a}")) for a in self.chance.sample(AREAS, 2))
        yield from self._passage(s)

    def _passage(self, s: str) -> Iterator[tuple[str, str, Term]]:
        e, start = f"{s}/evidence", self.chance.randrange(100_000)
        yield from [(s, "sg:evidence", node(e)), (e, "rdf:type", node("sg:EvidenceSpan")), (e, "oa:hasSelector", node(f"{e}/range"))]
        yield from [(e, "oa:hasSource", node(f"doc/{self.number}/version")), (e, "schema:sha256", Literal("0" * 64))]
        yield f"{e}/range", "rdf:type", node("oa:TextPositionSelector")
        yield from [(f"{e}/range", "oa:start", _number(start)), (f"{e}/range", "oa:end", _number(start + 80))]

    def _version(self) -> Iterator[tuple[str, str, Term]]:
        document, version = f"doc/{self.number}", f"doc/{self.number}/version"
        yield document, "rdf:type", node("sg:SourceDocument")
        yield from self._names(document, f"Dokument {self.number}", f"Document {self.number}")
        yield from [(version, "rdf:type", node("sg:DocumentVersion")), (version, "sg:versionOf", node(document))]
        yield version, "schema:sha256", Literal("0" * 64)

    @staticmethod
    def _names(s: str, sv: str, en: str) -> Iterator[tuple[str, str, Term]]:
        yield from [(s, "rdfs:label", Literal(sv, language="sv")), (s, "rdfs:label", Literal(en, language="en"))]


def _number(n: int) -> Literal:
    return Literal(str(n), datatype=node("xsd:integer"))


def synthetic(size: int, seed: int = 1) -> Iterator[Quad]:
    """So many quads: a tree of reporting bodies with commissions, members, and tasks with strengths and areas.

    They fit our shapes, but for the last document, which is cut off.
    """
    chance = random.Random(seed)
    return islice(chain.from_iterable(Document(n, chance).quads() for n in count()), size)


def loaded(quads: Iterable[Quad]) -> Store:
    """The ontology and some data."""
    store = Store.memory()
    for path in files.rdf_files("ontology"):
        store.add(parse(path, ONTOLOGY_GRAPH))
    store.add(quads)
    return store


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def edit(size: int, seed: int = 2) -> tuple[set[Quad], set[Quad]]:
    """Ten triples: five that go, drawn from the data, and five new ones on new statements."""
    chance, graph = random.Random(seed), NamedNode(SOURCE_GRAPHS + "synthetic-0")
    removed = set(chance.sample(list(synthetic(size)), 5))
    line, task = node("id/ReportingLine/new"), node("id/task/new")
    some = [node(f"id/group/{chance.randrange(1, size // 300)}") for _ in range(3)]
    new = [(line, "rdf:type", node("sg:ReportingLine")), (line, "sg:lineFrom", some[0]), (line, "sg:lineTo", some[1])]
    new += [(task, "sg:bearer", some[2]), (task, "sg:normStrength", NamedNode(VOCAB + "norm-strength/ska"))]
    return {Quad(s, node(p), o, graph) for s, p, o in new}, removed


@dataclass(frozen=True)
class Figures:
    """What was measured at one size."""

    size: int
    inferred: int
    full: float
    revised: float
    owlrl: float | None


def measure(size: int, with_owlrl: bool) -> Figures:
    """One size: the full run (the best of three, since others use the machine too), a ten-triple edit (the median of five), and owlrl where asked for."""
    runs = []
    for _ in range(3):
        store = loaded(synthetic(size))
        runs.append(seconds(lambda: reasoner.reason(store)))  # noqa: B023 (called at once)
    full = min(runs)
    inferred = sum(1 for _ in store.quads(None, None, None, reasoner.INFERRED))
    took = []
    for seed in range(5):
        added, removed = edit(size, seed)
        took.append(seconds(lambda: reasoner.revise(store, added, removed)))  # noqa: B023 (called at once)
        reasoner.revise(store, removed, added)
    reference = seconds(lambda: reasoner.reason_with_owlrl(loaded(synthetic(size)))) if with_owlrl else None
    return Figures(size, inferred, full, sorted(took)[2], reference)


def table(found: list[Figures]) -> Iterator[str]:
    """The figures as Markdown, and the exponent of growth between the two largest sizes."""
    yield "| triples | inferred | full run, s | against owlrl | ten-triple edit, share of the full run |\n|---|---|---|---|---|"
    for f in found:
        ratio = f"{f.owlrl / f.full:.0f} × faster" if f.owlrl else "not run"
        yield f"| {f.size} | {f.inferred} | {f.full:.2f} | {ratio} | {f.revised / f.full:.2%} |"
    if len(found) > 1:
        a, b = found[-2:]
        yield f"\nTime grows with size to the power of {math.log(b.full / a.full) / math.log(b.size / a.size):.2f}."


def main() -> None:
    """Measures; owlrl runs up to the size given as the argument (10 000 unless told: it takes minutes at 100 000)."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[0]
    print("\n".join(table([measure(size, size <= most) for size in SIZES])))


if __name__ == "__main__":
    main()

"""The gap report at size: a made-up country of 100 000 relations, with plans, tasks and documents, analysed as a whole.

`python tests/bench/gaps.py` prints the table.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import date

from graph import files
from graph.gaps import Wanted, gaps
from graph.namespaces import BASE, ONTOLOGY_GRAPH, VOCAB, expand
from graph.planning import plan
from graph.store import Literal, NamedNode, Quad, Store, Term, parse

EDGES = 100_000
REGIONS, BODIES, GOALS, TASKS, DOCUMENTS = 21, 10_000, 2_000, 10_000, 60
AREAS = ("styrning-och-ledning", "screening", "lakemedel", "rehabilitering", "prevention", "palliativ-vard")
RELATIONS = {
    "ReportingLine": ("lineFrom", "addressee"),
    "Commission": ("commissionedBody", "commissioner"),
    "Membership": ("member", "memberIn"),
    "Dialogue": ("relationFrom", "relationTo"),
    "FollowUp": ("reporter", "addressee"),
}
GRAPH = NamedNode(BASE + "graph/source/bench")
_Triple = tuple[str, str, Term]


def _node(name: str) -> NamedNode:
    return NamedNode(expand(name) if name.startswith(("sg:", "rdf:", "oa:", "rdfs:", "schema:")) else BASE + name)


def _statement(s: str, kinds: tuple[str, ...], document: int, chance: random.Random) -> Iterator[_Triple]:
    """A statement with its classes, label, area and passage; what the reasoner would add stands there already."""
    yield from ((s, "rdf:type", _node(f"sg:{k}")) for k in (*kinds, "Statement"))
    yield s, "rdfs:label", Literal(f"påstående {s}", language="sv")
    yield s, "sg:area", NamedNode(f"{VOCAB}area/{chance.choice(AREAS)}")
    yield from [(s, "sg:evidence", _node(f"{s}/e")), (f"{s}/e", "oa:hasSource", _node(f"doc/{document}/v")), (f"{s}/e", "oa:hasSelector", _node(f"{s}/r"))]
    yield from [(f"{s}/r", "oa:start", _number(chance.randrange(9_000))), (f"{s}/r", "oa:end", _number(9_999))]


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(expand("xsd:integer")))


def _frame() -> Iterator[_Triple]:
    for n in range(REGIONS):
        yield from [(f"id/region/{n}", "rdf:type", _node(f"sg:{k}")) for k in ("Region", "Organisation", "Party")]
    for n in range(BODIES):
        body = f"id/group/{n}"
        yield from [(body, "rdf:type", _node(f"sg:{k}")) for k in ("GovernanceGroup", "Party")]
        yield from [(body, "sg:belongsTo", _node(f"id/region/{n % REGIONS}")), (body, "rdfs:label", Literal(f"Grupp {n}", language="sv"))]
    for n in range(DOCUMENTS):
        yield from [(f"doc/{n}", "rdf:type", _node(f"sg:{k}")) for k in ("SourceDocument", "Document")]
        yield from [(f"doc/{n}/v", "sg:versionOf", _node(f"doc/{n}")), (f"doc/{n}/v", "schema:sha256", Literal("0" * 64))]
        yield f"doc/{n}", "sg:planOf" if n < REGIONS else "sg:mandateOf", _node(f"id/region/{n}" if n < REGIONS else f"id/group/{n}")


def _relations(chance: random.Random) -> Iterator[_Triple]:
    kinds = list(RELATIONS)
    for n in range(EDGES):
        kind = kinds[n % len(kinds)]
        s, ends = f"id/relation/{n}", [_node(f"id/group/{chance.randrange(BODIES)}") for _ in range(2)]
        yield from _statement(s, (kind, "GovernanceRelation"), n % DOCUMENTS, chance)
        properties = zip((*RELATIONS[kind], "relationFrom", "relationTo"), (*ends, *ends), strict=True)
        yield from ((s, f"sg:{p}", end) for p, end in dict(properties).items())


def _plans(chance: random.Random) -> Iterator[_Triple]:
    for n in range(GOALS):
        goal, document = f"id/goal/{n}", n % REGIONS
        yield from _statement(goal, ("Goal",), document, chance)
        yield from [(goal, "sg:number", _number(n // REGIONS + 1)), (goal, "sg:inChapter", _node(f"id/chapter/{document}"))]
        yield f"id/chapter/{document}", "sg:chapterOf", _node(f"doc/{document}")
        yield from _below(n, goal, document, chance)
    for n in range(TASKS):
        yield from _statement(f"id/task/{n}", ("Task", "Norm", "Duty"), n % DOCUMENTS, chance)
        yield from [(f"id/task/{n}", "sg:bearer", _node(f"id/group/{chance.randrange(BODIES)}")), (f"id/task/{n}", "sg:about", _node(f"id/topic/{n % 500}"))]
        yield f"id/task/{n}", "sg:normStrength", NamedNode(f"{VOCAB}norm-strength/ska")


def _below(n: int, goal: str, document: int, chance: random.Random) -> Iterator[_Triple]:
    """Who is responsible for every second goal, an indicator for every third, a date for every fourth."""
    parts = [("Responsibility", "responsibilityFor")] * (n % 2) + [("Indicator", "forGoal")] * (n % 3 == 0) + [("Deadline", "forGoal")] * (n % 4 == 0)
    for kind, to in parts:
        s = f"id/{kind}/{n}"
        yield from _statement(s, (kind,), document, chance)
        yield s, f"sg:{to}", _node(goal)
        if kind == "Responsibility":
            yield s, "sg:responsibleParty", _node(f"id/group/{chance.randrange(BODIES)}")
        if kind == "Deadline":
            yield s, "sg:notAfter", Literal(f"20{chance.randrange(20, 30)}-12-31", datatype=NamedNode(expand("xsd:date")))


def made() -> Store:
    """The made-up country, with the ontology and its kinds of gap, in memory."""
    chance, store = random.Random(11), Store.memory()
    for path in files.rdf_files("ontology"):
        store.add(parse(path, ONTOLOGY_GRAPH))
    for part in (_frame(), _relations(chance), _plans(chance)):
        store.add(Quad(_node(s), _node(p), o, GRAPH) for s, p, o in part)
    return store


def measure() -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    store, today = made(), date(2026, 11, 22)
    region = BASE + "id/region/3"
    timed = []
    for name, work in (
        ("whole", lambda: len(gaps(store, today=today))),
        ("region", lambda: len(gaps(store, Wanted(region=region), today))),
        ("plan", lambda: len(plan(store, region, today).lines)),
    ):
        start = time.perf_counter()
        count = work()
        timed.append((name, f"{time.perf_counter() - start:.2f} s ({count})", "aim: 3 s at most" if name == "whole" else ""))
    return [(f"gap report, {EDGES} relations, {len(store)} quads: {name}", figure, aim) for name, figure, aim in timed]


if __name__ == "__main__":
    sys.stdout.writelines(" | ".join(row) + "\n" for row in measure())

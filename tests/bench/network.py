"""The network at size: read from a store on disk, one body's chain, paths, and the question that was slow as SPARQL property paths.

`python tests/bench/network.py [EDGES]` prints the table. The store holds whole statements: types, ends, strength, labels and passages, reasoned over.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import reasoning
from reasoning import BRANCHES, Document, node

from graph import network, questions, reasoner
from graph.namespaces import BASE, SOURCE_GRAPHS
from graph.network import reading, structure
from graph.network.describing import described
from graph.network.export import FORMATS
from graph.network.selecting import Selection, select
from graph.network.walking import chain, paths
from graph.store import NamedNode, Quad, Store

EDGES = 100_000
ASKED = 200  # bodies whose chains are walked
ACROSS = (("AdvisoryRelation", "adviser", "advised"), ("SupportRelation", "supporter", "supported"), ("Dialogue", "reporter", "addressee"))


def statements(edges: int) -> Iterator[Quad]:
    """So many relations: a tree of lines and commissions, and from each body three relations to others."""
    chance = random.Random(1)
    bodies = edges // 5
    for n in range(bodies):
        document, graph = Document(n, chance), NamedNode(f"{SOURCE_GRAPHS}synthetic-{n // 50}")
        body, above = f"id/group/{n}", f"id/group/{max(0, n - 1) // BRANCHES}"
        told = [(body, "rdf:type", node("sg:GovernanceGroup")), *document._names(body, f"Grupp {n}", f"Group {n}")]
        if n:
            told += document._relation("ReportingLine", "lineFrom", body, "lineTo", above)
            told += document._relation("Commission", "commissionedBody", body, "commissioner", above)
        for kind, start, end in ACROSS:
            told += document._relation(kind, start, body, end, f"id/group/{chance.randrange(bodies)}")
        for s, p, o in told:
            yield Quad(node(s), node(p), o, graph)


def released(path: Path, edges: int) -> Store:
    """A store on disk, opened to be read, as a release is."""
    made = reasoning.loaded(statements(edges))
    reasoner.engine("sparql")(made)
    disk = Store.create(path)
    disk.add(iter(made))
    disk.flush()
    del disk
    return Store.open(path)


def clock(work: Callable[[], object]) -> float:
    """Seconds, once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(edges: int = EDGES) -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    with tempfile.TemporaryDirectory() as folder:
        store = released(Path(folder) / "store", edges)
        built = min(clock(lambda: reading.read(store)) for _ in range(3))
        made = network.of(store)
        bodies = [f"{BASE}id/group/{n}" for n in random.Random(2).sample(range(edges // 5), ASKED)]
        chains = [clock(lambda body=body: list(chain(made, made.with_roles(body)))) for body in bodies]  # type: ignore[misc]
        ways = [clock(lambda pair=pair: paths(made, *pair)) for pair in zip(bodies[:20], bodies[20:40], strict=True)]  # type: ignore[misc]
        question = questions.find(store, "governance-chain")
        asked = [clock(lambda body=body: questions.answer(store, question, {"body": body})) for body in bodies[:20]]  # type: ignore[misc]
        near = Selection(body=bodies[0], radius=2)
        drawn = clock(lambda: FORMATS["svg"][1](described(store, made, select(made, near, 100)), "sv"))
        weak, depended = clock(lambda: structure.weak(made)), clock(lambda: structure.dependence(made))
    return [
        (f"network of {len(made.edges)} edges read from disk", f"{built:.2f} s", "aim: 2 s"),
        ("one body's chain", f"median {1000 * median(chains):.2f} ms, longest {1000 * max(chains):.2f} ms", "aim: 10 ms"),
        ("paths of at most four steps between two bodies", f"median {1000 * median(ways):.0f} ms", "at most a hundred paths"),
        ("question governance-chain of one body, with passages", f"median {1000 * median(asked):.0f} ms", "80 s as SPARQL property paths"),
        ("a drawing of a body and what is two steps away", f"{1000 * drawn:.0f} ms", "at most a hundred parties"),
        ("bridges and single points of failure", f"{weak:.2f} s", "exact"),
        ("bodies that most depends on", f"{depended:.2f} s", "from a sample"),
    ]


def table(rows: list[tuple[str, str, str]]) -> list[str]:
    """The rows as Markdown."""
    return ["| what | figure | against |", "|---|---|---|", *(f"| {what} | {figure} | {against} |" for what, figure, against in rows)]


if __name__ == "__main__":
    print("\n".join(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else EDGES))))

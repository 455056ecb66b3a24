"""The VoID description in the catalog: what it counts, and that a small change leaves it as a full count would."""

import shutil
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from graph import build, changes, statistics
from graph.ledger import Ledger
from graph.namespaces import CATALOG_GRAPH, INFERRED_GRAPH, expand
from graph.releases import Home
from graph.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

TYPE, VOID = NamedNode(expand("rdf:type")), NamedNode(expand("void:Dataset"))
DECLARED = Quad(NamedNode(statistics.DATASET), TYPE, VOID, NamedNode(CATALOG_GRAPH))
A, B, P, C, D, G, H = (NamedNode(f"urn:{n}") for n in "abpcdgh")
INFERRED, BLANK = NamedNode(INFERRED_GRAPH), BlankNode("n")
VALUES = (A, B, BLANK, Literal("1"), Literal(1), Literal("ett", language="sv"), Triple(A, P, B))
POOL = [
    *(Quad(s, TYPE, o, g) for s, o, g in product((A, B, BLANK), (C, D), (G, INFERRED))),
    *(Quad(s, P, o, g) for s, o, g in product((A, BLANK), VALUES, (G, H, DefaultGraph()))),
    Quad(C, TYPE, D, G),
]
QUADS = st.frozensets(st.sampled_from(POOL), max_size=9)


def description(store: Store) -> set[Quad]:
    """The quads of the description."""
    return {q for q in store if statistics.counted(q)}


def described(quads: frozenset[Quad]) -> Store:
    """A store of some quads, described in full."""
    store = Store.memory()
    store.add([DECLARED, *quads])
    statistics.describe(store)
    return store


@given(QUADS, QUADS)
def test_a_change_leaves_what_a_full_count_would(before: frozenset[Quad], after: frozenset[Quad]) -> None:
    """Whatever comes and goes, in whichever graphs; and what `revise` tells of is the difference."""
    store = described(before)
    old = description(store)
    store.remove(before - after)
    store.add(after - before)
    came, went = statistics.revise(store, after - before, before - after)
    assert description(store) == description(described(after))
    assert (came, went) == (description(store) - old, old - description(store))


def count(store: Store, pattern: str) -> int:
    """The number that a pattern finds for ?n."""
    return int(store.select(f"SELECT ?n WHERE {{ {pattern} }}")[0]["n"].value)


def test_it_counts_what_queries_count(store: Store) -> None:
    """Triples, things of a class and triples of a property are as many as SPARQL finds beside the description itself."""
    own = f'FILTER NOT EXISTS {{ GRAPH <{CATALOG_GRAPH}> {{ ?s ?p ?o }} FILTER(REGEX(STR(?p), "void")) }}'
    assert count(store, f"<{statistics.DATASET}> void:triples ?n") == count(
        store, f"{{ SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ ?s ?p ?o {own} }} }} }}"
    )
    for kind in ("sg:Statement", "sg:ReportingLine", "skos:Concept"):
        told = count(store, f"<{statistics.DATASET}> void:classPartition [ void:class {kind} ; void:entities ?n ]")
        assert told == count(store, f"{{ SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a {kind} }} }}")
    told = count(store, f"<{statistics.DATASET}> void:propertyPartition [ void:property sg:reportsTo ; void:triples ?n ]")
    assert told == count(store, "{ SELECT (COUNT(*) AS ?n) { ?s sg:reportsTo ?o } }")


def test_nothing_follows_from_it(home: Home, store: Store) -> None:
    """No rule reads the description, so that a release has the inferences of its data alone: none is about a part of it."""
    assert home.current()
    parts = {q.subject for q in description(store)} - {NamedNode(statistics.DATASET)}
    assert parts
    assert not {q for q in store.quads(graph=INFERRED) if {q.subject, q.object} & parts}


def test_a_change_of_a_release_is_counted_and_its_patch_is_not(home: Home, tmp_path: Path) -> None:
    """A release made by a change has the description of its content; patch and inferences hold the change alone."""
    copy = Home(shutil.copytree(home.path, tmp_path / "home", symlinks=True))
    before = copy.current()
    assert before
    line = Quad(A, TYPE, NamedNode(expand("skos:Concept")), G)

    def edit(ledger: Ledger) -> None:
        ledger.add([line, Quad(A, NamedNode(expand("rdfs:label")), Literal("a", language="sv"), G)])

    release = changes.apply(copy, edit)
    store, old = release.open(), before.open()
    kind = f"<{statistics.DATASET}> void:classPartition [ void:class skos:Concept ; void:entities ?n ]"
    assert count(store, kind) == count(old, kind) + 1
    assert release.manifest.graphs == build.counts(store)
    assert release.manifest.changed == {"added": 2, "removed": 0}
    fresh = Store.memory()
    fresh.add(store)
    statistics.describe(fresh)
    assert description(fresh) == description(store)

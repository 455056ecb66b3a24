"""The network says of a store what SPARQL property paths say."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from networks import DIRECT, KINDS, ROLES, TIES, E, Tie, network, statements

from graph import files, reasoner
from graph import network as networks
from graph.namespaces import ONTOLOGY_GRAPH, SG
from graph.network import CHAIN
from graph.network.walking import reached
from graph.store import DefaultGraph, NamedNode, Quad, Store, parse

RELATIONS = list(parse(files.root() / "ontology/relations.ttl", ONTOLOGY_GRAPH))
REPORTING = (SG + "ReportingLine", "sg:reportsTo+")
UP = "(sg:worksOnBehalfOf|sg:reportsTo|sg:escalatesTo|^sg:delegatesTo)+"


def stored(quads: Iterable[Quad]) -> Store:
    """A store of the relations' ontology and some statements, reasoned over."""
    store = Store.memory()
    store.add(RELATIONS)
    store.add(quads)
    reasoner.engine("sparql")(store)
    return store


def along(store: Store, path: str) -> set[tuple[str, str]]:
    """The pairs of ours that a property path joins."""
    rows = store.select(f"SELECT DISTINCT ?a ?b WHERE {{ ?a {path} ?b }}")
    return {(r["a"].value, r["b"].value) for r in rows if r["a"].value.startswith(E)}


def pairs(ties: list[Tie], store: Store, kinds: Iterable[str], up: bool = True) -> set[tuple[str, str]]:
    """The pairs that the network of the store joins."""
    read = networks.of(store)
    return {(a, b) for a in read.parties for b in reached(read, [a], frozenset(kinds), up)}


@settings(max_examples=40)
@given(TIES, ROLES)
def test_the_edges_are_the_statements(ties: list[Tie], roles: dict[str, str]) -> None:
    """Every statement is one edge with its kind, its ends, and whether a direct property follows; roles are known."""
    read, made = networks.of(stored(statements(ties, roles))), network(ties, roles)
    assert sorted(read.edges) == sorted(made.edges)
    assert read.role_in == roles


@settings(max_examples=40)
@given(TIES)
def test_chains_are_property_paths(ties: list[Tie]) -> None:
    """Who is reached upwards and downwards is who the paths over the inferred direct properties reach, for one kind and for all that chain."""
    store = stored(statements(ties))
    assert pairs(ties, store, [REPORTING[0]]) == along(store, REPORTING[1])
    assert pairs(ties, store, CHAIN) == along(store, UP)
    assert {(b, a) for a, b in pairs(ties, store, CHAIN, up=False)} == along(store, UP)


@settings(max_examples=20)
@given(TIES)
def test_direct_edges_are_the_inferred_ones(ties: list[Tie]) -> None:
    """A direct edge of the network is a triple of its direct property, and the other way round."""
    store = stored(statements(ties))
    edges = networks.of(store).edges
    for kind, direct in DIRECT.items():
        assert {(e.source, e.target) for e in edges if e.kind == kind and e.direct} == along(store, f"<{direct}>")


def test_a_direct_edge_that_somebody_asserted_is_there_without_a_statement() -> None:
    """A triple of the direct property alone is an edge, in a named graph and in the one without a name."""
    a, b, c, line = (NamedNode(E + "a"), NamedNode(E + "b"), NamedNode(E + "c"), NamedNode(SG + "reportsTo"))
    read = networks.of(stored([Quad(a, line, b, NamedNode(E + "graph")), Quad(b, line, c, DefaultGraph())]))
    assert {(e.source, e.target, e.statement, e.direct) for e in read.edges} == {(E + "a", E + "b", "", True), (E + "b", E + "c", "", True)}
    assert reached(read, [E + "a"]) == {E + "b": 1, E + "c": 2}


def test_a_type_may_stand_in_another_graph() -> None:
    """Which kind a hedged statement is of is known wherever it is said."""
    quads = [
        Quad(q.subject, q.predicate, q.object, NamedNode(E + "types")) if q.predicate.value.endswith("type") else q
        for q in statements([(KINDS[1], E + "a", E + "b", False)])
    ]
    assert [e.kind for e in networks.of(stored(quads)).edges] == [SG + "Commission"]


def test_a_store_opened_to_read_keeps_its_network(store: Store) -> None:
    """It is read once, since such a store never changes; a store that may change is read each time."""
    assert networks.of(store) is networks.of(store)
    changing = stored(statements([(KINDS[0], E + "a", E + "b", True)]))
    assert len(networks.of(changing).edges) == 1
    changing.add(statements([(KINDS[0], E + "a", E + "b", True), (KINDS[1], E + "b", E + "c", True)]))
    assert len(networks.of(changing).edges) == 2


def test_every_statement_of_the_documents_is_there(store: Store) -> None:
    """The network of the real graph has each pair of ends that a SPARQL query finds, and gives parties their levels."""
    read = networks.of(store)
    rows = store.select("SELECT DISTINCT ?s ?a ?b WHERE { ?s a sg:GovernanceRelation ; sg:relationFrom ?a ; sg:relationTo ?b }")
    assert {(r["s"].value, r["a"].value, r["b"].value) for r in rows} == {(e.statement, e.source, e.target) for e in read.edges}
    leaves = {r["k"].value for r in store.select("SELECT ?k WHERE { VALUES ?above { sg:GovernanceRelation sg:ReportingRelation } ?k rdfs:subClassOf ?above }")}
    assert {e.kind for e in read.edges} <= leaves - {SG + "ReportingRelation"}
    chair = "https://w3id.org/styrgraf/id/role/onk-ordforande"
    assert read.level(chair).endswith("/sjukvardsregional")
    assert read.body(chair).endswith("/rag-onkologi")


@pytest.mark.parametrize(("kind", "direct"), [(SG + kind, direct) for kind, _, _, direct in KINDS if direct])
def test_real_chains_are_property_paths(store: Store, kind: str, direct: str) -> None:
    """On the documents too, kind by kind."""
    read = networks.of(store)
    forward = {(a, b) for a in read.parties for b in reached(read.only({kind}), [a], {kind})}
    if kind.endswith("SupportRelation"):  # it governs nobody
        assert forward == set()
        return
    path = f"^sg:{direct}" if kind.endswith(("Delegation", "OrganisationalForm")) else f"sg:{direct}"
    rows = store.select(f"SELECT DISTINCT ?a ?b WHERE {{ ?a ({path})+ ?b }}")
    assert forward == {(r["a"].value, r["b"].value) for r in rows}

"""Our rules against owlrl, and a revision against a full run, on generated graphs."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import ontologies
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import files, reasoner
from graph.errors import InputError
from graph.namespaces import BASE, INFERRED_GRAPH, ONTOLOGY_GRAPH, SOURCE_GRAPHS, expand
from graph.store import DefaultGraph, Literal, NamedNode, Quad, Store, Triple, parse

INFERRED = NamedNode(INFERRED_GRAPH)
DOCUMENTS = files.rdf_files("data/documents")
CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def node(name: str) -> NamedNode:
    """A prefixed name, or a thing of ours."""
    return NamedNode(expand(name) if ":" in name else f"{BASE}id/{name}")


def loaded(quads: set[Quad]) -> Store:
    """The ontology and some data."""
    store = Store.memory()
    store.add(ontologies.asserted())
    store.add(quads)
    return store


def inferred(store: Store) -> set[Triple]:
    """What the inferred graph holds."""
    return {Triple(q.subject, q.predicate, q.object) for q in store.quads(None, None, None, INFERRED)}


def reasoned(quads: set[Quad]) -> set[Quad]:
    """Everything in a store of these quads after a full run."""
    store = Store.memory()
    store.add(quads)
    reasoner.reason(store)
    return set(store)


# What the ontology says most about: lines and other relations between few things, so that edits meet each other.
THINGS = [node(name) for name in "abcde"]
STATEMENTS = [node(f"s{n}") for n in range(4)]
PROPERTIES = ("sg:lineFrom", "sg:lineTo", "sg:reportsTo", "sg:reportsToTransitively", "sg:delegator", "sg:delegatee", "sg:actsUnderDelegationFrom", "sg:bearer")
CLASSES = ("sg:ReportingLine", "sg:Delegation", "sg:Task", "sg:Duty", "sg:Permission", "sg:Region", "sg:GovernanceGroup", "sg:Party", "sg:Statement")
STRENGTHS = [NamedNode(BASE + "vocab/norm-strength/" + name) for name in ("ska", "kan", "anges")]
GRAPHS = [NamedNode(SOURCE_GRAPHS + "x"), NamedNode(SOURCE_GRAPHS + "y"), DefaultGraph()]
edges = st.builds(Quad, st.sampled_from(THINGS + STATEMENTS), st.sampled_from([node(p) for p in PROPERTIES]), st.sampled_from(THINGS), st.sampled_from(GRAPHS))
types = st.builds(Quad, st.sampled_from(THINGS + STATEMENTS), st.just(node("rdf:type")), st.sampled_from([node(c) for c in CLASSES]), st.sampled_from(GRAPHS))
strengths = st.builds(Quad, st.sampled_from(STATEMENTS), st.just(node("sg:normStrength")), st.sampled_from(STRENGTHS), st.sampled_from(GRAPHS))
data = st.sets(st.one_of(edges, types, strengths), max_size=14)

# Axioms at random over few terms, cycles of properties and classes among them.
P, C = [node(f"p{n}") for n in range(4)], [node(f"C{n}") for n in range(4)]
O = NamedNode(ONTOLOGY_GRAPH)  # noqa: E741 (beside P and C)


def axiom(subjects: list[NamedNode], predicates: tuple[str, ...], objects: list[NamedNode]) -> st.SearchStrategy[Quad]:
    """An axiom of one triple in the graph of the ontology."""
    return st.builds(Quad, st.sampled_from(subjects), st.sampled_from([node(p) for p in predicates]), st.sampled_from(objects), st.just(O))


axioms = st.one_of(
    axiom(P, ("rdfs:subPropertyOf", "owl:inverseOf", "owl:equivalentProperty"), P),
    axiom(C, ("rdfs:subClassOf", "owl:equivalentClass"), C),
    axiom(P, ("rdfs:domain", "rdfs:range"), C),
    axiom(P, ("rdf:type",), [node("owl:TransitiveProperty"), node("owl:SymmetricProperty")]),
)
facts = st.one_of(
    st.builds(Quad, st.sampled_from(THINGS), st.sampled_from(P), st.sampled_from(THINGS), st.sampled_from(GRAPHS)),
    st.builds(Quad, st.sampled_from(THINGS), st.just(node("rdf:type")), st.sampled_from(C), st.sampled_from(GRAPHS)),
)
anything = st.sets(st.one_of(axioms, facts), max_size=16)


EXPRESSIONS = """
@prefix : <https://w3id.org/styrgraf/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:C0 owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p0 ; owl:hasValue :a ] .
[ a owl:Restriction ; owl:onProperty :p1 ; owl:someValuesFrom :C1 ] rdfs:subClassOf :C2 .
:C3 rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p2 ; owl:allValuesFrom :C0 ] .
:p3 owl:propertyChainAxiom ( :p0 [ owl:inverseOf :p1 ] ) .
:C1 owl:equivalentClass [ owl:intersectionOf ( :C2 :C3 ) ] .
[ owl:unionOf ( :C0 :C2 ) ] rdfs:subClassOf :C4 .
[ owl:oneOf ( :a :b ) ] rdfs:subClassOf :C5 .
:C4 a owl:Class . :C5 a owl:Class .
"""  # one expression of each kind that RL allows


@cache
def turtle(text: str) -> list[Quad]:
    """Some Turtle as quads, read once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "axioms.ttl"
        path.write_text(text, "utf-8")
        return list(parse(path, ONTOLOGY_GRAPH))


def restrictions() -> list[Quad]:
    """The class expressions as quads."""
    return turtle(EXPRESSIONS)


def declared() -> set[Quad]:
    """The terms of the generated axioms, declared, so that owlrl's answers about them count."""
    return {Quad(c, node("rdf:type"), node("owl:Class"), O) for c in C} | {Quad(p, node("rdf:type"), node("owl:ObjectProperty"), O) for p in P}


def agree(quads: set[Quad]) -> None:
    """Both engines infer the same from these quads."""
    ours, theirs = Store.memory(), Store.memory()
    for store in (ours, theirs):
        store.add(quads)
    reasoner.reason(ours)
    reasoner.reason_with_owlrl(theirs)
    assert inferred(ours) == inferred(theirs)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.stem)
def test_rules_agree_with_owlrl_on_each_document(document: Path) -> None:
    """On each document alone the rules infer what the reference infers, to the triple; the largest takes owlrl half a minute."""
    ours, theirs = loaded(set(parse(document))), loaded(set(parse(document)))
    reasoner.reason(ours)
    reasoner.reason_with_owlrl(theirs)
    assert inferred(ours) == inferred(theirs)


@CALM
@given(anything)
def test_rules_agree_with_owlrl_on_generated_axioms(quads: set[Quad]) -> None:
    """Whatever hierarchy, inverses, domains, ranges, symmetry and transitivity come together, cycles too, the two engines agree."""
    agree(quads | declared())


@CALM
@given(st.sets(facts, max_size=12))
def test_rules_agree_with_owlrl_on_class_expressions(quads: set[Quad]) -> None:
    """Values, quantifiers, intersections, unions, enumerations and chains give what the reference gives."""
    agree(quads | declared() | set(restrictions()))


@settings(CALM, max_examples=100)
@given(data, data, st.data())
def test_a_revision_equals_a_full_run_on_our_ontology(quads: set[Quad], added: set[Quad], draw: st.DataObject) -> None:
    """After a random edit the store is what a full run over the edited data makes, quad by quad."""
    removed = draw.draw(st.sets(st.sampled_from(sorted(quads, key=str)), max_size=5)) if quads else set()
    store = loaded(quads)
    reasoner.reason(store)
    before = set(store)
    change = reasoner.revise(store, added, removed)
    full = loaded((quads - removed) | added)
    reasoner.reason(full)
    assert inferred(store) == inferred(full)
    assert len(store) == len(full)
    assert (change.added, change.removed) == (set(store) - before, before - set(store))


@settings(CALM, max_examples=200)
@given(anything, st.lists(st.tuples(anything, st.integers(0, 2**16)), max_size=3))
def test_revisions_equal_full_runs_when_axioms_change(quads: set[Quad], edits: list[tuple[set[Quad], int]]) -> None:
    """Edits one after another, of facts and of axioms, leave what a full run makes."""
    base = quads | set(restrictions())
    store = Store.memory()
    store.add(base)
    reasoner.reason(store)
    for added, mask in edits:
        removed = {q for n, q in enumerate(sorted(base, key=str)) if mask >> (n % 16) & 1 and not _is_list(q)}
        before = set(store)
        change = reasoner.revise(store, added, removed)
        base = (base - removed) | added
        assert set(store) == reasoned(base)
        assert (change.added, change.removed) == (set(store) - before, before - set(store))


EXCLUSIONS = """
@prefix : <https://w3id.org/styrgraf/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a owl:AllDisjointClasses ; owl:members ( :C0 :C1 :C2 ) . :C3 owl:complementOf :C0 .
:C1 rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p0 ; owl:maxCardinality 0 ] .
:p1 owl:propertyDisjointWith :p2 ; a owl:AsymmetricProperty . :p3 a owl:IrreflexiveProperty . :v rdfs:range xsd:decimal .
[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ; owl:assertionProperty :p0 ; owl:targetIndividual :b .
"""
values = st.builds(Quad, st.sampled_from(THINGS), st.just(node("v")), st.sampled_from([Literal(1), Literal("one"), Literal(1.5)]), st.sampled_from(GRAPHS))
claims = st.sets(st.one_of(facts, values), max_size=14)


@settings(CALM, max_examples=150)
@given(claims, claims)
def test_clashes_of_what_was_added_are_those_of_all_that_it_takes_part_in(quads: set[Quad], added: set[Quad]) -> None:
    """Of all contradictions in the store, those with an added triple in them; so, where there were none before, all."""
    store = Store.memory()
    store.add(turtle(EXCLUSIONS))
    store.add(quads | added)
    new = _flat(added)
    assert reasoner.clashes(store, added) == [c for c in reasoner.clashes(store) if new & set(c.triples)]


def test_a_new_axiom_is_held_against_all() -> None:
    """Where an axiom is added, triples that stood there before may clash."""
    store = Store.memory()
    store.add({Quad(THINGS[0], node("rdf:type"), c, O) for c in C[:2]})
    axiom = Quad(C[0], node("owl:disjointWith"), C[1], O)
    store.add([axiom])
    assert [c.rule for c in reasoner.clashes(store, [axiom])] == ["cax-dw"]


@CALM
@given(anything, st.sets(facts, max_size=8))
def test_reasoning_again_after_more_is_said_equals_one_run(quads: set[Quad], more: set[Quad]) -> None:
    """A full run over a store that was reasoned over before gives all that one run would, and at most what is now said outright besides."""
    store = Store.memory()
    store.add(quads | set(restrictions()))
    reasoner.reason(store)
    store.add(more)
    reasoner.reason(store)
    once = reasoned(quads | more | set(restrictions()))
    assert {q for q in store if q.graph_name != INFERRED} == {q for q in once if q.graph_name != INFERRED}
    assert _flat(set(store)) == _flat(once)


def _flat(quads: set[Quad]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in quads}


def _is_list(q: Quad) -> bool:
    """Half a list or half an expression is no axiom, and refused."""
    return "_:" in str(q)


def test_a_refused_axiom_leaves_the_store_as_it_was() -> None:
    """A revision that brings an axiom that no rule covers changes nothing."""
    store = loaded({Quad(THINGS[0], node("sg:reportsTo"), THINGS[1], O)})
    reasoner.reason(store)
    before = set(store)
    with pytest.raises(InputError, match="FunctionalProperty"):
        reasoner.revise(store, {Quad(node("sg:reportsTo"), node("rdf:type"), node("owl:FunctionalProperty"), O)}, set())
    assert set(store) == before

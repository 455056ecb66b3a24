"""Which axioms become which rules, what they clash over, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph import files, reasoner
from graph.errors import InputError
from graph.namespaces import BASE, ONTOLOGY_GRAPH, expand
from graph.reasoner.axioms import rules
from graph.reasoner.pruning import Pruning
from graph.reasoner.strata import strata
from graph.store import Literal, NamedNode, Quad, Store, parse

PREFIXES = """@prefix : <https://w3id.org/styrgraf/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

CONTRADICTIONS = {
    "cax-dw": ":C owl:disjointWith :D . :x a :C , :D .",
    "cax-adc": "[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) . :x a :D , :E .",
    "cls-com": ":C owl:complementOf :D . :x a :C , :D .",
    "cls-nothing2": ":x a owl:Nothing .",
    "cls-maxc1": ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 0 ] . :x a :C ; :p :y .",
    "prp-irp": ":p a owl:IrreflexiveProperty . :x :p :x .",
    "prp-asyp": ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .",
    "prp-pdw": ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .",
    "prp-adp": "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :x :q :y ; :r :y .",
    "prp-npa1": "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y . :x :p :y .",
    "prp-npa2": "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 . :x :p 1 .",
    "dt-not-type": ":p rdfs:range xsd:integer . :x :p 'one' .",
}

CONSISTENT = {
    "cax-adc": "[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) . :x a :D . :y a :E .",
    "cls-maxc1": ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 0 ] . :x a :C . :z :p :y .",
    "prp-asyp": ":p a owl:AsymmetricProperty . :x :p :y . :y :p :z .",
    "dt-not-type": ":p rdfs:range xsd:decimal . :x :p 1 , 1.0 , '1'^^xsd:byte .",
}

REFUSED = {
    "FunctionalProperty": ":p a owl:FunctionalProperty .",
    "InverseFunctionalProperty": ":p a owl:InverseFunctionalProperty .",
    "sameAs": ":a owl:sameAs :b .",
    "hasKey": ":C owl:hasKey ( :p ) .",
    "some on the right": ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ] .",
    "or on the right": ":C rdfs:subClassOf [ owl:unionOf ( :D :E ) ] .",
    "all on the left": "[ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :D ] rdfs:subClassOf :C .",
    "at most one": ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .",
    "an empty chain": ":p owl:propertyChainAxiom () .",
    "no class": ":p rdfs:domain [ ] .",
    "inverse of a subproperty": "[ owl:inverseOf :p ] rdfs:subPropertyOf :q .",
}


def turtle(text: str, folder: Path) -> Store:
    """A store of some Turtle."""
    path = folder / "axioms.ttl"
    path.write_text(PREFIXES + text, "utf-8")
    store = Store.memory()
    store.add(parse(path, ONTOLOGY_GRAPH))
    return store


@pytest.mark.parametrize("rule", CONTRADICTIONS)
def test_contradictions_are_told_with_what_clashes(rule: str, tmp_path: Path) -> None:
    """Each rule of inconsistency tells the thing, the rule, and triples that the store holds."""
    store = turtle(CONTRADICTIONS[rule], tmp_path)
    reasoner.reason(store)
    found = reasoner.clashes(store)
    assert {c.rule for c in found} == {rule}
    assert BASE + "id/x" in {c.thing for c in found}
    assert all(c.triples and all(list(store.quads(t.subject, t.predicate, t.object)) for t in c.triples) for c in found)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", CONSISTENT)
def test_what_is_consistent_clashes_with_nothing(rule: str, tmp_path: Path) -> None:
    """Near misses are let through."""
    store = turtle(CONSISTENT[rule], tmp_path)
    reasoner.reason(store)
    assert reasoner.clashes(store) == []


@pytest.mark.parametrize("axiom", REFUSED)
def test_an_axiom_without_a_rule_is_refused(axiom: str, tmp_path: Path) -> None:
    """What no rule covers is never passed over in silence."""
    with pytest.raises(InputError, match="no rule covers"):
        reasoner.reason(turtle(REFUSED[axiom], tmp_path))


def test_strata_read_only_what_is_written_before(tmp_path: Path) -> None:
    """In the order of strata, whatever a rule reads is written by the same stratum or an earlier one."""
    store = Store.memory()
    for path in files.rdf_files("ontology"):
        store.add(parse(path, ONTOLOGY_GRAPH))
    order = strata(rules(store))
    place = {rule.head.key: n for n, stratum in enumerate(order) for rule in stratum.rules}
    assert all(place.get(atom.key, 0) <= n for n, stratum in enumerate(order) for rule in stratum.rules for atom in rule.body)
    assert sum(stratum.recursive for stratum in order) == 1


def test_pruning_spares_what_premises_give(tmp_path: Path) -> None:
    """A domain that the narrower property's domain implies is read off asserted edges alone; one that nothing implies is read off all."""
    given = turtle(":p rdfs:subPropertyOf :q ; rdfs:domain :C . :C rdfs:subClassOf :D . :q rdfs:domain :D ; rdfs:range :E .", tmp_path)
    pruned = Pruning(rules(given)).find()
    assert {(r.name, r.body[0].predicate.value.rpartition("/")[2]) for r in pruned} == {("prp-dom", "q")}


def test_a_literal_has_no_class_and_no_edges(tmp_path: Path) -> None:
    """Ranges and inverses pass literals over: no triple has a literal as subject."""
    store = turtle(":p rdfs:range :C ; owl:inverseOf :q .", tmp_path)
    store.add([Quad(NamedNode(BASE + "id/x"), NamedNode(BASE + "id/p"), Literal("text"), NamedNode(ONTOLOGY_GRAPH))])
    assert reasoner.reason(store) == 0


def test_a_rule_is_a_construct(tmp_path: Path) -> None:
    """A rule can be read as SPARQL."""
    (rule,) = reasoner.rules(turtle(":C rdfs:subClassOf :D .", tmp_path))
    c, d, a = (NamedNode(iri) for iri in (BASE + "id/C", BASE + "id/D", expand("rdf:type")))
    assert rule.construct == f"CONSTRUCT {{ ?x {a} {d} }} WHERE {{ ?x {a} {c} FILTER NOT EXISTS {{ ?x {a} {d} }} }}"

"""The ontology as rules."""

import pytest

from graph import files, reasoner
from graph.errors import InputError
from graph.namespaces import BASE, ONTOLOGY_GRAPH, SG
from graph.store import NamedNode, Quad, Store, parse

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def thing(name: str) -> NamedNode:
    return NamedNode(BASE + "id/" + name)


def loaded(*triples: tuple[str, str, str]) -> Store:
    store = Store.memory()
    for path in files.rdf_files("ontology"):
        store.add(parse(path, ONTOLOGY_GRAPH))
    graph = NamedNode(BASE + "graph/source/x")
    store.add(Quad(thing(s), RDF_TYPE if p == "a" else NamedNode(SG + p), NamedNode(SG + o) if p == "a" else thing(o), graph) for s, p, o in triples)
    return store


LINE = (("l", "a", "ReportingLine"), ("l", "lineFrom", "a"), ("l", "lineTo", "b"))
SECOND = (("m", "a", "ReportingLine"), ("m", "lineFrom", "b"), ("m", "lineTo", "c"))


def test_a_reporting_line_gives_the_direct_edge() -> None:
    """sg:reportsTo follows from a ReportingLine."""
    store = loaded(*LINE)
    reasoner.reason(store)
    assert store.ask(f"ASK {{ {thing('a')} sg:reportsTo {thing('b')} }}")


def test_reporting_is_followed_through_several_lines() -> None:
    """Two lines in a row give the transitive edge, and no direct one."""
    store = loaded(*LINE, *SECOND)
    reasoner.reason(store)
    assert store.ask(f"ASK {{ {thing('a')} sg:reportsToTransitively {thing('c')} FILTER NOT EXISTS {{ {thing('a')} sg:reportsTo {thing('c')} }} }}")


def test_a_commission_never_implies_reporting() -> None:
    """Working on somebody's behalf is another relation than reporting to them."""
    store = loaded(("k", "a", "Commission"), ("k", "commissionedBody", "a"), ("k", "commissioner", "b"))
    reasoner.reason(store)
    assert store.ask(f"ASK {{ {thing('a')} sg:worksOnBehalfOf {thing('b')} FILTER NOT EXISTS {{ {thing('a')} sg:reportsTo|sg:reportsToTransitively ?x }} }}")


def test_a_hedged_line_stays_a_statement() -> None:
    """A line given only by its general ends makes no direct edge."""
    store = loaded(("l", "a", "ReportingLine"), ("l", "relationFrom", "a"), ("l", "relationTo", "b"))
    reasoner.reason(store)
    assert not store.ask("ASK { ?x sg:reportsTo ?y }")


def test_ska_makes_a_duty_and_a_duty_is_ska() -> None:
    """Norm classes and strengths say the same in both directions."""
    store = loaded(("t", "a", "Task"), ("u", "a", "Duty"))
    ska = NamedNode(BASE + "vocab/norm-strength/ska")
    store.add([Quad(thing("t"), NamedNode(SG + "normStrength"), ska, NamedNode(BASE + "graph/source/x"))])
    reasoner.reason(store)
    assert store.ask(f"ASK {{ {thing('t')} a sg:Duty . {thing('u')} sg:normStrength {ska} }}")


def test_a_mix_up_of_disjoint_classes_is_told() -> None:
    """A party cannot be a document: the contradiction names the thing."""
    store = loaded(("x", "a", "Region"), ("x", "a", "SourceDocument"))
    reasoner.reason(store)
    assert thing("x").value in {c.thing for c in reasoner.clashes(store)}


def test_reasoning_twice_adds_nothing() -> None:
    """The inferred graph is a fixpoint."""
    store = loaded(*LINE, *SECOND)
    assert reasoner.reason(store) > 0
    assert reasoner.reason(store) == 0


def test_an_unknown_engine_is_told() -> None:
    """The error names the engines that there are."""
    with pytest.raises(InputError, match="sparql, owlrl"):
        reasoner.engine("magic")

"""Ontology and data contradict neither themselves nor the vocabularies that they are aligned with."""

from pathlib import Path

import owlrl
import pytest
import rdflib

from graph import build, files, reasoner
from graph.namespaces import ONTOLOGY_GRAPH, SG, expand
from graph.store import Store, Triple, parse, serialize

ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
DOCUMENTS = files.rdf_files("data/documents")
MODULES = [p for p in files.rdf_files("ontology") if p.parent.name not in ("questions", "gaps", "pages")]


def errors(*paths: Path, more: str = "") -> list[str]:
    """What owlrl holds against the triples of the files: it raises nothing and writes errors as triples."""
    triples = {Triple(q.subject, q.predicate, q.object) for path in paths for q in parse(path)}
    graph = rdflib.Graph().parse(data=serialize(triples, "application/n-triples") + more.encode(), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(graph)  # true would change how rdflib reads literals, for all tests
    return [str(message) for message in graph.objects(None, ERROR)]


def test_owlrl_finds_no_contradiction() -> None:
    """The ontology and the smallest document are consistent to the reference reasoner."""
    assert not errors(*MODULES, min(DOCUMENTS, key=lambda p: p.stat().st_size))


def test_owlrl_would_tell() -> None:
    """A party that is a document too is an error: the test above looks in the right place."""
    both = "".join(f"<https://example.org/x> <{expand('rdf:type')}> <{SG}{name}> .\n" for name in ("Region", "SourceDocument"))
    assert errors(*MODULES, more=both)


def test_the_aligned_vocabularies_do_not_contradict_the_data() -> None:
    """With the domains, ranges and disjointness of ORG, PROV-O and FOAF added, nothing becomes two things that exclude each other."""
    store = Store.memory()
    build.load(store, files.root())
    store.add(parse(Path(__file__).parent / "traps.ttl", ONTOLOGY_GRAPH))
    reasoner.reason(store)
    assert not reasoner.clashes(store)


@pytest.mark.parametrize("edge", ["org:reportsTo", "org:memberOf", "org:postIn", "prov:actedOnBehalfOf", "prov:specializationOf"])
def test_others_find_our_edges_by_their_own_terms(edge: str) -> None:
    """A query in ORG or PROV-O terms has rows on the real data."""
    store = Store.memory()
    build.load(store, files.root())
    reasoner.reason(store)
    assert store.ask(f"ASK {{ ?x {edge} ?y }}")

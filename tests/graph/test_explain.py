"""Why a triple holds: proofs from the rules down to the documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph import files, reasoner
from graph.build import load
from graph.explain import Proof, explain, lines
from graph.namespaces import BASE, INFERRED_GRAPH, SOURCE_GRAPHS, VOCAB, expand
from graph.store import NamedNode, Quad, Store, Triple

PAEDIATRIC = NamedNode(BASE + "id/group/rag-barnonkologi-och-hematologi")
PROGRAMME = NamedNode(BASE + "id/group/rpo-barn-och-ungdomars-halsa")
INFERRED = NamedNode(INFERRED_GRAPH)
HERE = NamedNode(SOURCE_GRAPHS + "x")


def node(name: str) -> NamedNode:
    """A prefixed name, or a thing of ours."""
    return NamedNode(expand(name) if ":" in name else f"{BASE}id/{name}")


def line(name: str, start: NamedNode, end: NamedNode) -> set[Quad]:
    """A reporting line between two parties."""
    return {Quad(node(name), node("sg:lineFrom"), start, HERE), Quad(node(name), node("sg:lineTo"), end, HERE)}


@pytest.fixture(scope="module")
def real() -> Store:
    """The real data, reasoned over, with one more line so that reporting goes through two, and one that turns back."""
    store = Store.memory()
    load(store, files.root())
    reasoner.reason(store)
    reasoner.revise(store, line("l1", PROGRAMME, node("top")) | line("l2", node("top"), PAEDIATRIC), set())
    return store


def steps(proof: Proof) -> Iterator[Proof]:
    """A proof and all within it."""
    yield proof
    for premise in proof.premises:
        yield from steps(premise)


def check(store: Store, proofs: list[Proof]) -> None:
    """Each step's premises are in the store and its rule gives the conclusion from just them; each leaf is asserted; none rests on itself."""
    assert proofs
    assert [p.size for p in proofs] == sorted(p.size for p in proofs)
    for step in (s for proof in proofs for s in steps(proof)):
        premises = tuple(p.triple for p in step.premises)
        assert all(list(store.quads(t.subject, t.predicate, t.object)) for t in premises)  # type: ignore[arg-type]
        if step.step:
            alone = Store.memory()
            alone.add(Quad(t.subject, t.predicate, t.object, HERE) for t in premises)
            assert step.triple in set(step.step.rule.everything(alone))
            assert step.triple not in {s.triple for p in step.premises for s in steps(p)}
        else:
            assert step.graphs
            assert INFERRED.value not in step.graphs


def test_a_direct_edge_rests_on_its_line(real: Store) -> None:
    """The paediatric group reports to the programme area, since a reporting line says so, and the line has a passage."""
    proofs = explain(real, PAEDIATRIC, node("sg:reportsTo"), PROGRAMME)
    check(real, proofs)
    (proof,) = proofs
    assert proof.step
    assert proof.step.name == "prp-spo2"
    assert proof.step.words["sv"] == "kedjan ”rapporterande” (bakåt) – ”linjens mottagare” ger ”rapporterar till”"
    assert {(c.start, c.end) for leaf in proof.leaves() for c in leaf.citations} == {(3936, 4025)}


def test_lines_tell_names_the_document_and_the_range(real: Store) -> None:
    """The text names things, not IRIs, and gives at each leaf the document and the characters, in either language."""
    (proof,) = explain(real, PAEDIATRIC, node("sg:reportsTo"), PROGRAMME)
    swedish, english = lines(proof, "sv"), lines(proof, "en")
    assert swedish[0] == "RAG barnonkologi och hematologi · rapporterar till · RPO Barn och ungdomars hälsa"
    assert swedish[-1].endswith("Uppdragsbeskrivning RAG barnonkologi och hematologi, tecken 3936–4025")
    assert "the chain “reporting party” (backwards) – “line to” gives “reports to” (prp-spo2)" in english[1]
    assert not any("https://" in text for text in swedish + english)


def test_reporting_through_two_lines(real: Store) -> None:
    """The transitive edge rests on two lines, and each way to go is one proof, however its steps are bracketed."""
    proofs = explain(real, PAEDIATRIC, node("sg:reportsToTransitively"), node("top"))
    check(real, proofs)
    assert len(proofs) == 1
    assert {leaf.triple.subject for leaf in proofs[0].leaves()} == {node("reporting-line/barn-rpo"), node("l1")}


def test_a_circle_ends(real: Store) -> None:
    """Reporting in a circle makes whoever reports to itself, and the proof goes round once."""
    proofs = explain(real, PAEDIATRIC, node("sg:reportsToTransitively"), PAEDIATRIC)
    check(real, proofs)
    assert len(list(proofs[0].leaves())) == 6


def test_a_class_by_its_value(real: Store) -> None:
    """A task that is to be done is a duty, since its norm strength says so."""
    row = real.select(f"SELECT ?x WHERE {{ GRAPH {INFERRED} {{ ?x a sg:Duty }} }} ORDER BY ?x LIMIT 1")[0]
    proofs = explain(real, row["x"], node("rdf:type"), node("sg:Duty"))  # type: ignore[arg-type]
    check(real, proofs)
    assert [p.step.name for p in proofs if p.step] == ["cls-hv2"]
    assert proofs[0].premises[0].triple.object == NamedNode(VOCAB + "norm-strength/ska")


def test_a_property_of_another_vocabulary(real: Store) -> None:
    """org:reportsTo follows from our own edge, and that from its line."""
    proofs = explain(real, PAEDIATRIC, node("org:reportsTo"), PROGRAMME)
    check(real, proofs)
    assert [s.step.name for s in steps(proofs[0]) if s.step] == ["prp-spo1", "prp-spo2"]


def test_many_proofs_come_shortest_first_and_no_more_than_asked(real: Store) -> None:
    """That the paediatric group is a party follows in many ways; the limit holds and the shortest come first."""
    proofs = explain(real, PAEDIATRIC, node("rdf:type"), node("sg:Party"), limit=25)
    check(real, proofs)
    assert len(proofs) == 25
    assert len({tuple(s.triple for s in steps(p)) + tuple(s.step.rule for s in steps(p) if s.step) for p in proofs}) == 25
    assert [p.size for p in explain(real, PAEDIATRIC, node("rdf:type"), node("sg:Party"), limit=3)] == [p.size for p in proofs[:3]]


def test_what_a_document_says_is_its_own_proof(real: Store) -> None:
    """An asserted triple needs no rule: its graph and its passage are told."""
    (proof,) = explain(real, node("reporting-line/barn-rpo"), node("sg:lineFrom"), PAEDIATRIC)
    check(real, [proof])
    assert proof.step is None
    assert proof.graphs == (SOURCE_GRAPHS + "uppdrag-rag-barnonkologi",)
    assert [(c.start, c.end) for c in proof.citations] == [(3936, 4025)]


def test_what_does_not_hold_has_no_proof(real: Store) -> None:
    """Nothing is made up for a triple that is not there."""
    assert explain(real, PROGRAMME, node("sg:reportsTo"), PAEDIATRIC) == []


def test_inferred_triples_have_proofs() -> None:
    """Whatever the rules inferred, the proof is found: every fortieth inferred triple of the real data is explained and checked."""
    store = Store.memory()
    load(store, files.root())
    reasoner.reason(store)
    for q in sorted(store.quads(None, None, None, INFERRED), key=str)[::40]:
        assert isinstance(q.subject, NamedNode)
        assert not isinstance(q.object, Triple)
        check(store, explain(store, q.subject, q.predicate, q.object, limit=2))

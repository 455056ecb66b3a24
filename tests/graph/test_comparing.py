"""Comparing: the two working groups differ where their mandates do; on made-up sides brute force finds the same."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.comparing import Comparison, Found, compare, compare_days
from graph.errors import NotFoundError
from graph.namespaces import BASE, VOCAB, expand
from graph.store import Literal, NamedNode, Quad, Store

ONK, BARN = f"{BASE}id/group/rag-onkologi", f"{BASE}id/group/rag-barnonkologi-och-hematologi"
GRAPH = NamedNode(BASE + "graph/source/random")


def by_kind(found: Comparison, where: Found) -> Counter[str]:
    """How many matters of each class are found there."""
    return Counter(m.kind.iri.rpartition("/")[2] for m in found.matters if m.found is where)


def test_two_groups(store: Store) -> None:
    """What differs between the two RAG mandates, with norm strength; the tasks of conveners and members are the same."""
    found = compare(store, ONK, BARN)
    assert set(by_kind(found, Found.DIFFERENT)) == {"ContactAssignment", "ReportingLine", "CompositionRule", "Commission", "FollowUp", "PermanenceRule"}
    (members,) = [m for m in found.matters if m.kind.iri.endswith("CompositionRule") and m.found is Found.DIFFERENT]
    assert [s.iri.rpartition("/")[2] for s in members.strengths if s] == ["anges", "bor"]
    (contact,) = [m for m in found.matters if m.kind.iri.endswith("ContactAssignment")]
    assert [d.property.iri.rpartition("/")[2] for d in contact.differences] == ["contactWith"]
    assert len(contact.citations) == 2
    assert by_kind(found, Found.SAME)["Task"] == 10
    assert by_kind(found, Found.FIRST)["AreaOfWork"] == 8


def test_two_documents_have_their_promises_too(store: Store) -> None:
    """A mandate as a document holds what is about nobody in particular."""
    found = compare(store, f"{BASE}doc/uppdrag-rag-onkologi", f"{BASE}doc/uppdrag-rag-barnonkologi")
    assert by_kind(found, Found.DIFFERENT)["Promise"] == 2
    assert by_kind(found, Found.SAME)["LevelResponsibility"] == 16


@pytest.mark.parametrize("thing", [ONK, f"{BASE}id/region/kronoberg", f"{BASE}doc/uppdrag-samordningsrad-onkologi"])
def test_a_thing_is_the_same_as_itself(store: Store, thing: str) -> None:
    """Also on two days of the same view."""
    assert {m.found for m in compare(store, thing, thing).matters} == {Found.SAME}
    assert {m.found for m in compare_days(store, store, thing).matters} == {Found.SAME}


def test_nothing_to_compare(store: Store) -> None:
    """A region of which no document speaks is told, not compared as empty."""
    with pytest.raises(NotFoundError, match="Gotland"):
        compare(store, f"{BASE}id/region/gotland", ONK)


def _node(name: str) -> NamedNode:
    return NamedNode(expand(name) if ":" in name else BASE + name)


TASKS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["ska", "bor"]), st.integers(0, 2)), max_size=6)


def tasks(side: int, drawn: list[tuple[int, str, int]]) -> list[Quad]:
    """Tasks of one side: a wording, a strength and a topic each."""
    found: list[Quad] = []
    for n, (wording, strength, topic) in enumerate(drawn):
        s = f"id/task/{side}-{n}"
        pairs = [("rdf:type", "sg:Task"), ("sg:bearer", f"id/group/{side}"), ("sg:evidence", f"{s}/e"), ("sg:normStrength", f"vocab/norm-strength/{strength}")]
        found += [Quad(_node(s), _node(p), _node(o), GRAPH) for p, o in [*pairs, ("sg:about", f"id/topic/{topic}")]]
        found.append(Quad(_node(s), _node("rdfs:label"), Literal(f"uppgift {wording}", language="sv"), GRAPH))
    return found


def brute(one: list[tuple[int, str, int]], other: list[tuple[int, str, int]]) -> Counter[Found]:
    """Pairs by wording, then by topic, of what is alone on either side; a tuple that a side repeats is one."""
    left, right, found = sorted(set(one)), sorted(set(other)), Counter[Found]()
    for key in (0, 2):
        for value in range(5):
            a, b = ([t for t in side if t[key] == value] for side in (left, right))
            if len(a) == len(b) == 1:
                found[Found.SAME if a[0][1] == b[0][1] else Found.DIFFERENT] += 1
                left.remove(a[0])
                right.remove(b[0])
    return found + Counter({Found.FIRST: len(left), Found.SECOND: len(right)})


@given(TASKS.filter(bool), TASKS.filter(bool))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_pairs_are_those_of_brute_force(bare: Store, one: list[tuple[int, str, int]], other: list[tuple[int, str, int]]) -> None:
    """Each statement is in one matter, and turning the sides round turns the result round."""
    said = [*tasks(0, one), *tasks(1, other)]
    bare.add(said)
    try:
        there, back = (compare(bare, f"{BASE}id/group/{a}", f"{BASE}id/group/{b}") for a, b in ((0, 1), (1, 0)))
    finally:
        bare.remove(said)
    want = brute(one, other)
    assert Counter(m.found for m in there.matters) == +want
    turned = {Found.FIRST: Found.SECOND, Found.SECOND: Found.FIRST}
    assert Counter(turned.get(m.found, m.found) for m in back.matters) == +want
    pairs = {(m.first.iri, m.second.iri): m.strengths for m in there.matters if m.first and m.second}
    assert pairs == {(m.second.iri, m.first.iri): m.strengths[::-1] for m in back.matters if m.first and m.second}


def test_two_days(bare: Store) -> None:
    """What was added, dropped and changed between two views is told by statement."""
    before, after = Store.memory(), Store.memory()
    for world, drawn in ((before, [(0, "ska", 0), (1, "ska", 1)]), (after, [(0, "bor", 0)])):
        world.add(iter(bare))
        world.add(tasks(0, drawn))
    found = compare_days(before, after, f"{BASE}id/group/0")
    assert Counter(m.found for m in found.matters) == {Found.DIFFERENT: 1, Found.FIRST: 1}
    (changed,) = [m for m in found.matters if m.found is Found.DIFFERENT]
    assert [s.iri for s in changed.strengths if s] == [f"{VOCAB}norm-strength/ska", f"{VOCAB}norm-strength/bor"]

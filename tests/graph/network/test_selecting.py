"""What a selection holds, against brute force, and on the documents."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import PARTIES, networks

from graph import network as governance
from graph.errors import NotFoundError
from graph.namespaces import BASE, SG
from graph.network import Network
from graph.network.describing import described
from graph.network.selecting import Selection, kinds_named, select
from graph.network.walking import paths
from graph.store import Store

ALL = 1000


def near(made: Network, body: str, radius: int) -> set[str]:
    """The bodies so many links away, by repeating one link."""
    found = {made.body(body)}
    for _ in range(radius):
        found |= {b for a in found for b in made.links.get(a, {})}
    return found


@given(networks)
def test_no_selection_is_all(made: Network) -> None:
    """Every edge."""
    part = select(made, Selection(), ALL)
    assert set(part.edges) == set(made.edges)
    assert not part.cut


@given(networks, PARTIES, st.integers(0, 3))
def test_around_a_body_are_the_bodies_within_reach(made: Network, body: str, radius: int) -> None:
    """Those that are so many links away, and every edge between two that are there."""
    body = made.body(body)
    part = select(made, Selection(body=body, radius=radius), ALL)
    there = set(part.parties) | {body}
    reach = near(made, body, radius)
    assert {made.body(p) for p in there} <= reach
    assert {e for e in made.edges if e.source in there and e.target in there} == set(part.edges)
    for other in reach - near(made, body, radius - 1) if radius else ():
        assert {other, *made.with_roles(other)} & there


@given(networks, PARTIES, PARTIES)
def test_between_two_bodies_are_their_paths(made: Network, one: str, other: str) -> None:
    """The edges of every step of every path, and no other."""
    a, b = made.body(one), made.body(other)
    part = select(made, Selection(body=one, to=other), ALL)
    steps = {frozenset(step) for path in paths(made, a, b).found for step in pairwise(path)}
    assert set(part.edges) == {e for e in made.edges if frozenset((made.body(e.source), made.body(e.target))) in steps}


@given(networks, st.integers(1, 4))
def test_no_more_parties_than_are_wanted(made: Network, most: int) -> None:
    """And where there are more, that is told."""
    part = select(made, Selection(), most)
    assert len(part.parties) <= max(most, 1)
    assert part.cut == (len(made.parties) > most)


@given(networks, st.sampled_from([SG + "ReportingLine", SG + "Dialogue"]))
def test_kinds_narrow(made: Network, kind: str) -> None:
    """Only edges of these kinds."""
    assert set(select(made, Selection(kinds=frozenset({kind})), ALL).edges) == {e for e in made.edges if e.kind == kind}


def test_a_region_and_a_level_narrow(store: Store) -> None:
    """Both ends lie within the region, or at the level; what a role is in decides for the role."""
    network, region = governance.of(store), BASE + "id/healthcare-region/sydostra"
    inside = select(network, Selection(region=region), ALL)
    assert inside.edges
    assert all(region in (p, *network.within(p)) for p in inside.parties)
    level = BASE + "vocab/level/nationell"
    national = select(network, Selection(level=level), ALL)
    assert national.edges
    assert {network.level(p) for p in national.parties} == {level}


def test_kinds_go_by_class_and_by_name(store: Store) -> None:
    """In either language, whatever the case; another name is refused with those that there are."""
    network = governance.of(store)
    called = {SG + "Commission": {"sv": "uppdragsrelation", "en": "commission"}}
    assert kinds_named(network, ["Uppdragsrelation", "reportingline"], called) == {SG + "Commission", SG + "ReportingLine"}
    with pytest.raises(NotFoundError, match="Commission"):
        kinds_named(network, ["vänskap"], called)


def test_what_is_shown_is_described(store: Store) -> None:
    """A party has its class, level, abbreviation, group and region; an edge its strength, its reservations and its passages."""
    network, body = governance.of(store), BASE + "id/group/rag-onkologi"
    drawn = described(store, network, select(network, Selection(body=body), ALL))
    party = next(p for p in drawn.parties if p.name.iri == body)
    assert party.kind.iri == SG + "RegionalWorkingGroup"
    assert (party.level and party.level.text("en"), party.region and party.region.iri) == ("healthcare-regional level", BASE + "id/healthcare-region/sydostra")
    dialogue = next(r for r in drawn.relations if r.edge.statement.endswith("onk-rcc-vid-behov"))
    assert [h.text("sv") for h in dialogue.hedges] == ["vid behov"]
    assert not dialogue.firm
    assert dialogue.strength
    assert dialogue.citations[0].document
    assert all(r.citations for r in drawn.relations)


def test_a_body_without_relations_stands_alone(store: Store) -> None:
    """It is shown, with nothing around it."""
    network, body = governance.of(store), BASE + "id/region/nowhere"
    drawn = described(store, network, select(network, Selection(body=body), ALL))
    assert ([p.name.iri for p in drawn.parties], drawn.relations) == ([body], ())

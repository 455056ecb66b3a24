"""Walks through random networks against brute force."""

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st
from networks import PARTIES, network, networks

from graph.namespaces import SG
from graph.network import ABOVE, Edge, Network
from graph.network.walking import ascent, chain, dissolved, paths, reached, superiors

LONGEST = st.integers(1, 5)


def brute(made: Network, start: str, end: str, longest: int) -> set[tuple[str, ...]]:
    """Every path without repetition, by trying all orders."""
    between = [p for p in made.links if p not in (start, end)]
    tried = ((start, *middle, end) for n in range(longest) for middle in permutations(between, n))
    return {path for path in tried if start != end and all(b in made.links.get(a, {}) for a, b in pairwise(path))}


def closure(made: Network, start: set[str], without: frozenset[str] = frozenset()) -> set[str]:
    """Who is above, by repeating one step until nothing is new."""
    found, last = set[str](), set(start)
    while last:
        last = {e.superior for e in made.edges if e.direct and e.superior and e.inferior in last and e.superior not in without} - found
        found |= last
    return found


@given(networks, PARTIES, PARTIES, LONGEST)
def test_paths_are_all_paths_the_shortest_first(made: Network, start: str, end: str, longest: int) -> None:
    """All of at most so many steps, each once."""
    a, b = made.body(start), made.body(end)
    found = paths(made, a, b, longest)
    assert set(found.found) == brute(made, a, b, longest)
    assert len(set(found.found)) == len(found.found)
    assert [len(p) for p in found.found] == sorted(len(p) for p in found.found)
    assert not found.cut


@given(networks, PARTIES, PARTIES, st.integers(1, 4))
def test_paths_that_are_cut_say_so(made: Network, start: str, end: str, most: int) -> None:
    """At most so many, and `cut` just where there are more."""
    every, some = paths(made, start, end, 4), paths(made, start, end, 4, most)
    assert some.found == every.found[:most]
    assert some.cut == (len(every.found) > most)


def test_a_dense_part_is_given_up_and_that_is_told() -> None:
    """Where looking for all would take too long the search ends, with what it has found."""
    names = [f"http://e/{n}" for n in range(60)]
    dense = Network(tuple(Edge(a, b, SG + "Cooperation", f"{a}{b}", None) for a in names for b in names if a < b))
    found = paths(dense, names[0], names[1], 6, 1_000_000)
    assert found.cut
    assert found.found[0] == (names[0], names[1])


@given(networks, PARTIES)
def test_who_is_reached_is_the_closure(made: Network, start: str) -> None:
    """In as few steps as it takes, and a chain also shows the steps at which it ends."""
    found = reached(made, [start], ABOVE)
    assert found.keys() == closure(made, {start})
    steps = list(chain(made, [start], ABOVE))
    assert len({s.edge for s in steps}) == len(steps)
    assert {s.edge for s in steps} == {e for e in made.edges if e.inferior in {start} | found.keys() and e.superior}


@given(networks, PARTIES, PARTIES)
def test_the_nearest_superior_is_above_both_and_none_is_nearer(made: Network, one: str, other: str) -> None:
    """The sum of the steps up from either side is the least there is, and the ways up have as many steps as that."""
    found = superiors(made, one, other)
    sides = [{**reached(made, made.with_roles(p), ABOVE), p: 0} for p in (one, other)]
    common = sides[0].keys() & sides[1].keys() if one != other else set()
    assert bool(found) == bool(common)
    for superior in found:
        assert sides[0][superior] + sides[1][superior] == min(sides[0][p] + sides[1][p] for p in common)
        for side, steps in ((one, sides[0]), (other, sides[1])):
            way = ascent(made, side, superior)
            assert len(way) == (steps[superior] if superior not in made.with_roles(side) else 0)
            assert all(a.superior == b.inferior for a, b in pairwise(way))
            assert not way or (way[0].inferior in made.with_roles(side) and way[-1].superior == superior)


@given(networks, PARTIES)
def test_who_has_no_other_way_up(made: Network, body: str) -> None:
    """An only way is lost where every party above, without the dissolved, is below the dissolved too, or nobody."""
    gone = frozenset(made.with_roles(body))
    below = set(reached(made, gone, ABOVE, up=False)) - gone
    for loss in dissolved(made, body):
        if loss.only is not None:
            assert loss.only == (closure(made, {loss.party}, gone) <= below)


@given(networks, PARTIES)
def test_all_that_are_related_to_the_dissolved_are_told(made: Network, body: str) -> None:
    """Every edge at the body or its roles that leads elsewhere, once."""
    gone = set(made.with_roles(body))
    told = [loss.edge for loss in dissolved(made, body)]
    assert len(told) == len(set(told))
    assert {e for e in made.edges if (e.source in gone) != (e.target in gone)} <= set(told)


def test_a_chain_ends_at_a_hedged_step() -> None:
    """What is hedged is shown and not followed."""
    line = ("ReportingLine", "lineFrom", "lineTo", "reportsTo")
    made = network([(line, "a", "b", True), (line, "b", "c", False), (line, "c", "d", True)])
    assert [(s.edge.source, s.number) for s in chain(made, ["a"])] == [("a", 1), ("b", 2)]

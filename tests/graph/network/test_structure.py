"""The structure of random networks against brute force."""

from itertools import pairwise

import networkx
import pytest
from hypothesis import given
from networks import KINDS, PARTIES, TIES, E, Tie, network, networks

from graph.namespaces import SG
from graph.network import Edge, Network, structure
from graph.network.structure import circles, dependence, weak


def undirected(made: Network, without: frozenset[str] = frozenset()) -> networkx.Graph:
    """The links between bodies as networkx sees them."""
    return networkx.Graph((a, b) for a, others in made.links.items() for b in others if not {a, b} & without)


@given(networks)
def test_bridges_and_cut_points_are_those_that_networkx_finds(made: Network) -> None:
    """By a library that works another way."""
    found, graph = weak(made), undirected(made)
    assert {frozenset(pair) for pair in found.links} == {frozenset(pair) for pair in networkx.bridges(graph)}
    assert found.bodies.keys() == set(networkx.articulation_points(graph))


@given(networks)
def test_what_is_cut_off_is_what_falls_off(made: Network) -> None:
    """Taking the link or the body away leaves so many bodies outside the larger, or the largest, part."""
    found, graph = weak(made), undirected(made)
    for (a, b), lost in found.links.items():
        broken = graph.copy()
        broken.remove_edge(a, b)
        assert lost == min(len(networkx.node_connected_component(broken, end)) for end in (a, b))
    for body, lost in found.bodies.items():
        whole = graph.subgraph(networkx.node_connected_component(graph, body) - {body})
        assert lost == len(whole) - max(map(len, networkx.connected_components(whole)))


def brute(pairs: set[tuple[str, str]]) -> set[tuple[str, ...]]:
    """Every circle once, from its least party, by following every way."""
    found, ahead = set[tuple[str, ...]](), [(a,) for a in {a for a, _ in pairs}]
    while ahead:
        path = ahead.pop()
        for a, b in pairs:
            if a == path[-1] and b == path[0] and path[0] == min(path):
                found.add(path)
            elif a == path[-1] and b not in path:
                ahead.append((*path, b))
    return found


@given(networks)
def test_circles_are_all_circles(made: Network) -> None:
    """Each governs the next until it comes back to the first; none is there twice, and none is left out."""
    found = circles(made)
    told = [tuple(e.inferior for e in circle) for circle in found.found]
    assert len(told) == len(set(told))
    assert set(told) == brute({(e.inferior, e.superior) for e in made.edges if e.superior})
    assert not found.cut
    assert all(e.superior == following.inferior for circle in found.found for e, following in zip(circle, (*circle[1:], circle[0]), strict=True))


def test_too_many_circles_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many are told, and that there are more."""
    monkeypatch.setattr(structure, "CIRCLES", 2)
    ties: list[Tie] = [(KINDS[0], a, b, True) for a in "abc" for b in "abc" if a != b]
    found = circles(network(ties))
    assert (len(found.found), found.cut) == (2, True)


@given(networks)
def test_dependence_is_exact_on_small_networks(made: Network) -> None:
    """The share of shortest paths that pass each body, by the library's own count."""
    found = dependence(made)
    assert found.sample is None
    assert found.shares == pytest.approx(networkx.betweenness_centrality(undirected(made)))


def test_dependence_of_a_large_network_is_sampled_and_says_so() -> None:
    """The hub of a wheel of five hundred bodies is found from a sample, the same one each time."""
    names = [f"{E}{n:04}" for n in range(500)]
    rim = [Edge(a, b, SG + "Cooperation", f"{a}-{b}", None) for a, b in pairwise(names)]
    made = Network((*rim, *(Edge(n, E + "hub", SG + "Cooperation", f"{n}-hub", None) for n in names)))
    found = dependence(made)
    assert found.sample is not None
    assert found.sample < 500
    assert max(found.shares, key=lambda body: found.shares[body]) == E + "hub"
    assert found == dependence(made)


@given(TIES, PARTIES)
def test_a_role_stands_for_its_body(ties: list[Tie], role: str) -> None:
    """In links, what a role is related to its body is related to; a body is never related to itself."""
    roles = {role: "http://e/body"}
    made = network(ties, roles)
    assert role not in made.links
    assert all(a not in others for a, others in made.links.items())
    assert ("http://e/body" in made.links) == any((a == role) != (b == role) for _, a, b, _ in ties)

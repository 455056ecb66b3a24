"""Random governance networks: as edges, and as the statements of a store."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from graph.namespaces import SG, expand
from graph.network import Edge, Network
from graph.store import NamedNode, Quad

E = "http://e/"
TYPE = NamedNode(expand("rdf:type"))
GRAPH = NamedNode("http://e/graph")
PARTIES = st.sampled_from([E + name for name in "abcdefg"])
# Class, the role at its beginning, the role at its end, and the direct property.
KINDS = (
    ("ReportingLine", "lineFrom", "lineTo", "reportsTo"),
    ("Commission", "commissionedBody", "commissioner", "worksOnBehalfOf"),
    ("EscalationPath", "escalatedFrom", "escalatedTo", "escalatesTo"),
    ("Delegation", "delegator", "delegatee", "delegatesTo"),
    ("OrganisationalForm", "organiser", "organised", "hasBody"),
    ("SupportRelation", "supporter", "supported", "supports"),
    ("Dialogue", "reporter", "addressee", ""),
)
DIRECT = {SG + kind: expand(f"sg:{direct}") for kind, _, _, direct in KINDS if direct}
TIES = st.lists(st.tuples(st.sampled_from(KINDS), PARTIES, PARTIES, st.booleans()), max_size=16)
ROLES = st.dictionaries(st.sampled_from([E + name for name in "efg"]), st.sampled_from([E + name for name in "abcd"]), max_size=3)
Tie = tuple[tuple[str, str, str, str], str, str, bool]


def network(ties: Iterable[Tie], roles: dict[str, str] | None = None) -> Network:
    """A network of ties; one that is not firm is no direct edge."""
    edges = (Edge(a, b, SG + kind, f"{E}s/{n}", firm if direct else None) for n, ((kind, _, _, direct), a, b, firm) in enumerate(ties))
    return Network(tuple(edges), roles or {})


def statements(ties: Iterable[Tie], roles: dict[str, str] | None = None) -> Iterable[Quad]:
    """The same ties as statements in a graph: one that is not firm names its ends by the general properties alone."""
    for n, ((kind, start, end, _), a, b, firm) in enumerate(ties):
        s = NamedNode(f"{E}s/{n}")
        here, there = (start, end) if firm else ("relationFrom", "relationTo")
        yield Quad(s, TYPE, NamedNode(SG + kind), GRAPH)
        yield Quad(s, NamedNode(SG + here), NamedNode(a), GRAPH)
        yield Quad(s, NamedNode(SG + there), NamedNode(b), GRAPH)
    for role, body in (roles or {}).items():
        yield Quad(NamedNode(role), NamedNode(SG + "roleIn"), NamedNode(body), GRAPH)


networks = st.builds(network, TIES, ROLES)

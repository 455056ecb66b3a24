"""Property-based: of random small graphs the compiler and pySHACL say the same, whatever the shapes combine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_graphs import SHAPES, TREE, TRIPLES
from reports import told

from graph.store import Quad, Store
from graph.validator import ENGINES, findings, read


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shapes as a file."""
    path = tmp_path_factory.mktemp("shapes") / "shapes.ttl"
    path.write_text(SHAPES, "utf-8")
    return path


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(triples=st.lists(TRIPLES, max_size=25), tree=TREE)
def test_both_engines_say_the_same_of_random_graphs(shapes: Path, triples: list[Quad], tree: list[Quad]) -> None:
    """Every kind of constraint, on graphs that no one thought of."""
    store, read_shapes = Store.memory(), read([shapes])
    store.add([*triples, *tree])
    ours, reference = (findings.report(store, *ENGINES[name](store, read_shapes)) for name in ("sparql", "pyshacl"))
    assert ours.delegated == ()
    assert told(ours) == told(reference)

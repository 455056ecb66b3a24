"""The compiler and pySHACL say the same of our own fixtures and of the real graph."""

from __future__ import annotations

from pathlib import Path

import ontologies
import pytest
from paths import ROOT
from reports import told

from graph import build, files, reasoner
from graph.namespaces import SOURCE_GRAPHS
from graph.store import Store, parse
from graph.validator import validate

SHAPES = files.root() / "shapes"
FIXTURES = sorted((ROOT / "tests/shapes").glob("*/*.ttl"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_both_engines_say_the_same_of_a_fixture(fixture: Path) -> None:
    """A fixture gives the same report by both, messages included, up to the tags that pySHACL drops; nothing is delegated."""
    store = Store.memory()
    store.add(ontologies.reasoned())
    store.add(parse(fixture, SOURCE_GRAPHS + "fixture"))
    reasoner.reason(store)
    shapes = [SHAPES / "prefixes.ttl", SHAPES / f"{fixture.parent.name}.ttl"]
    ours, reference = validate(store, shapes, "sparql"), validate(store, shapes, "pyshacl")
    assert told(ours, messages=True) == told(reference, messages=True)
    assert ours.delegated == ()


def test_both_engines_say_the_same_of_the_real_graph() -> None:
    """The whole graph gives the same report by both, and no shape of ours needs pySHACL."""
    store = Store.memory()
    build.load(store, files.root())
    reasoner.reason(store)
    ours, reference = (validate(store, files.rdf_files("shapes"), engine) for engine in ("sparql", "pyshacl"))
    assert told(ours, messages=True) == told(reference, messages=True)
    assert ours.delegated == ()

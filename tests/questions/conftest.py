"""The made-up world: the ontology, its questions and `synthetic.trig`, reasoned over."""

from pathlib import Path

import pytest

from graph import files, reasoner
from graph.namespaces import ONTOLOGY_GRAPH
from graph.store import Store, parse

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def made_up() -> Store:
    """A store of the made-up world."""
    store = Store.memory()
    for path in files.rdf_files("ontology"):
        store.add(parse(path, files.graph_of(path) or ONTOLOGY_GRAPH))
    store.add(parse(HERE / "synthetic.trig"))
    reasoner.engine("sparql")(store)
    return store

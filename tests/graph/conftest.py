"""What several tests of the library need."""

import pytest

from graph import files
from graph.namespaces import ONTOLOGY_GRAPH
from graph.store import Store, parse


@pytest.fixture(scope="session")
def bare() -> Store:
    """The ontology, its questions and kinds of gap, and no data; not to be written to."""
    world = Store.memory()
    for path in files.rdf_files("ontology"):
        world.add(parse(path, ONTOLOGY_GRAPH))
    return world

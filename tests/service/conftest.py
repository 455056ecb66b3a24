"""What tests of the service share: the package as others install it, and an instance to write to."""

from collections.abc import Iterator

import pytest
from installed import Installed, install
from writing import Writing, writing


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed in an environment of its own."""
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An empty instance, with a token to write."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        yield made


@pytest.fixture
def scratch(instance: Writing) -> Writing:
    """The instance with nothing in it."""
    assert instance.update("DROP ALL").status_code == 204
    return instance

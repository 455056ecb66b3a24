"""What the clients need: two services that really run, and the clients that npm installs."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from need import lack, need
from running import free_port, serving

from graph.releases import Home
from service.web.access import Access


@pytest.fixture(scope="package")
def full(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with the package's data, which no test changes."""
    port, folder = free_port(), tmp_path_factory.mktemp("full")
    with serving(port, folder, STYRGRAF_HOME=str(home.path)):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="package")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state directory of the empty service."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="package")
def empty(state: Path) -> Iterator[str]:
    """The address of a service that began empty; each test writes to graphs of its own."""
    port = free_port()
    with serving(port, state, "--empty", STYRGRAF_HOME=str(state)):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="package")
def bearer(state: Path) -> str:
    """The Authorization header of an editor of the empty service."""
    return f"Bearer {Access(state).create('clients', 'editor')}"


@pytest.fixture(scope="package")
def node_modules() -> Path:
    """The folder of the clients that package-lock.json names, installed beside it where it is missing or older."""
    folder = Path(__file__).parent
    modules, lock = folder / "node_modules", folder / "package-lock.json"
    installed = modules / ".package-lock.json"  # npm writes it last
    npm = need("npm")
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        made = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, timeout=600)
        if made.returncode:
            lack(f"npm cannot install the clients: {made.stderr[-500:]}")
    return modules

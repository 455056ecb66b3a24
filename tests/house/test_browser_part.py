"""The browser part: pinned without a registry, bundled from what is there, its notices kept, its types right."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from paths import ROOT

BROWSER = ROOT / "service" / "browser"
BUILT = ROOT / "service" / "static" / "built"


@pytest.fixture
def build() -> ModuleType:
    """The build hook's module."""
    spec = importlib.util.spec_from_file_location("browser_build", BROWSER / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lock_names_packages_and_hashes_and_no_registry() -> None:
    """Whoever installs takes the packages from wherever they get packages; what they get is what was pinned."""
    lock = (BROWSER / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    packages = json.loads(lock)["packages"]
    assert [name for name, told in packages.items() if name and "integrity" not in told] == []


def test_the_bundles_are_made_of_the_sources_there_are(build: ModuleType) -> None:
    """`make test` has built them; each island has its script, and each file that is named is there."""
    assert build.is_current()
    islands = json.loads((BUILT / "manifest.json").read_text("utf-8"))["islands"]
    assert set(islands) == {p.stem for p in (BROWSER / "src").glob("*.ts")}
    assert [name for told in islands.values() for name in told.values() if not (BUILT / name).is_file()] == []


def test_node_is_asked_for_only_where_sources_changed(build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bundles that are current nothing is asked for; with another source Node is."""
    hook = build.Hook(str(ROOT), {}, None, None, "", "wheel")
    assert hook.dependencies() == []
    shutil.copytree(BROWSER, tmp_path / "browser", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    (tmp_path / "browser/src/new.ts").write_text("export {};\n")
    monkeypatch.setattr(build, "HERE", tmp_path / "browser")
    monkeypatch.setattr(build, "__file__", str(tmp_path / "browser/build.py"))
    assert hook.dependencies() == [build.NODE]


def test_bundles_ask_no_other_host_for_code() -> None:
    """No bundle imports, or loads a script, from an address with a host."""
    for script in BUILT.glob("*.js"):
        assert not re.search(r"""(?:from|import)\s*\(?["']https?:""", script.read_text("utf-8")), script.name


def test_the_notices_of_the_libraries_go_with_the_bundles() -> None:
    """Name, version and licence of each library, with its text."""
    notices = (BUILT / "licences.txt").read_text("utf-8")
    assert "@zazuko/yasgui" in notices
    assert "cytoscape" in notices
    assert notices.count("MIT") > 10


def test_the_types_are_right(build: ModuleType) -> None:
    """TypeScript in its strictest setting finds nothing."""
    build.check()

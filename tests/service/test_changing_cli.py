"""The commands that change the graph and tell its history, run as a user runs them."""

import os
import subprocess
from pathlib import Path

import pytest
from running import STYRGRAF

from graph import build
from graph.releases import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty instance."""
    made = Home(tmp_path / "home")
    build.empty(made)
    return made


def styrgraf(home: Home, *arguments: str, ends: int = 0) -> str:
    """Runs a command that is to end with this status; what it said."""
    environ = {"STYRGRAF_HOME": str(home.path), "STYRGRAF_LANG": "en", "PATH": os.environ["PATH"]}
    done = subprocess.run([*STYRGRAF, *arguments], env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == ends, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_a_change_from_a_file_and_its_history(home: Home, tmp_path: Path) -> None:
    """Preview, apply, refuse what is out of date, list, show, compare, blame, go back."""
    file = tmp_path / "x.ttl"
    file.write_text("<urn:a> <urn:p> <urn:b> .")
    assert "--graph" in styrgraf(home, "change", "apply", str(file), ends=1)
    assert "Stated +1 −0" in styrgraf(home, "change", "preview", str(file), "--graph", "urn:g")
    assert home.pointer() == "000001"
    assert "Release 000002: +1 −0." in styrgraf(
        home, "change", "apply", str(file), "--graph", "urn:g", "--reason", "a try", "--author", "anna", "--expect", "1"
    )
    assert "Nothing to change" in styrgraf(home, "change", "apply", str(file), "--graph", "urn:g")
    assert "000002" in styrgraf(home, "change", "apply", str(file), "--graph", "urn:h", "--expect", "1", ends=1)
    assert "anna  +1 −0  a try  (shown now, addition)" in styrgraf(home, "release", "list")
    assert "urn:g" in styrgraf(home, "release", "show", "2")
    assert "A <urn:a> <urn:p> <urn:b> <urn:g> ." in styrgraf(home, "release", "diff", "1", "current", "--patch")
    assert "anna  a try" in styrgraf(home, "release", "blame", "urn:a")
    assert "Release 000003 has the content of 000001." in styrgraf(home, "release", "rollback", "1")
    assert "2 releases pruned" in styrgraf(home, "release", "prune", "--keep", "1")


def test_backup_restore_and_export(home: Home, tmp_path: Path) -> None:
    """An archive restored elsewhere exports what was there; a second restore is refused."""
    file, archive, elsewhere = tmp_path / "x.nq", tmp_path / "b.tar.gz", Home(tmp_path / "elsewhere")
    file.write_text("<urn:a> <urn:p> <urn:b> <urn:g> .\n")
    styrgraf(home, "change", "apply", str(file))
    assert "2 whole releases" in styrgraf(home, "backup", str(archive))
    assert "release 000002 is current" in styrgraf(elsewhere, "restore", str(archive))
    assert styrgraf(elsewhere, "export", "--format", "nquads") == file.read_text()
    styrgraf(elsewhere, "export", "--release", "1", "-o", str(tmp_path / "out.trig"))
    assert "<urn:a>" not in (tmp_path / "out.trig").read_text()
    assert "not empty" in styrgraf(elsewhere, "restore", str(archive), ends=1)

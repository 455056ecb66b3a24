"""The wheel runs from any folder."""

import os
import subprocess
import sys
from pathlib import Path

from paths import ROOT


def test_a_wheel_built_from_a_clone_builds_a_release_elsewhere(tmp_path: Path) -> None:
    """Ontology, shapes, data, templates and styles are in the wheel, and a build from it works in an empty folder."""
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT], check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, tmp_path / "installed"], check=True)
    environ = {"PYTHONPATH": str(tmp_path / "installed"), "STYRGRAF_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
    program = "import graph, service.cli; print(graph.__file__); service.cli.main(['build'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "installed") in done.stdout
    assert (tmp_path / "home/current/manifest.json").is_file()
    assert (tmp_path / "installed/service/static/styrgraf.css").is_file()
    assert list((tmp_path / "installed/service/static/built").glob("sparql-*.js"))

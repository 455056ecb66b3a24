"""The package as others have it: built as a wheel and installed in an environment of its own, which only borrows the packages that it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from paths import ROOT


@dataclass(frozen=True)
class Installed:
    """Where the wheel is, the environment, and a folder of commands to have in PATH: `styrgraf`, and a `pip` for that environment."""

    wheel: Path
    environment: Path
    commands: Path

    @property
    def environ(self) -> dict[str, str]:
        """Environment variables under which these commands are found first."""
        return {"PATH": f"{self.commands}:{self.environment / 'bin'}:{os.environ['PATH']}", "STYRGRAF_LANG": "en"}


def install(folder: Path) -> Installed:
    """Builds and installs into a folder; no network is needed."""
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], check=True, capture_output=True, timeout=300)
    wheel, environment, commands = next(folder.glob("*.whl")), folder / "environment", folder / "commands"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=100)
    commands.mkdir()
    pip = commands / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pip --disable-pip-version-check --python "{environment}" "$@"\n')
    pip.chmod(0o755)
    subprocess.run([pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True, timeout=200)
    (next(environment.glob("lib/python*/site-packages")) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(wheel, environment, commands)

"""The guide to changes is true: its files are written, its commands are run in order, and each says what the guide shows below it."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from paths import ROOT
from running import STYRGRAF

GUIDE = (ROOT / "docs/changes.md").read_text("utf-8")
FILES = re.compile(r"^`([\w.-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[list[str], list[str]]]:
    """Each command, and what is shown below it."""
    for block in BLOCKS.findall(GUIDE):
        for part in block.split("$ ")[1:]:
            command, *shown = part.strip().splitlines()
            yield shlex.split(command), shown


def run(words: list[str], folder: Path) -> tuple[int, str]:
    """The exit status and what was said; words with = before the command set its environment."""
    environ = {"PATH": os.environ["PATH"], "STYRGRAF_HOME": str(folder / "home"), "STYRGRAF_LANG": "en"}
    start = words.index("styrgraf")
    environ |= {name: str(folder / value) for name, _, value in (word.partition("=") for word in words[:start])}
    done = subprocess.run([*STYRGRAF, *words[start + 1 :]], env=environ, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_guide_to_changes_is_true(tmp_path: Path) -> None:
    """From the first build to the erasure: preview, both clocks, correction, history, upgrade, backup."""
    for name, text in FILES.findall(GUIDE):
        (tmp_path / name).write_text(text, "utf-8")
    ran = 0
    for words, shown in commands():
        status, said = run(words, tmp_path)
        refused = [line.removeprefix("[1] ") for line in shown if line.startswith("[1] ")]
        assert status == bool(refused), (words, said)
        assert [line for line in refused or shown if line not in said] == [], (words, said)
        ran += 1
    assert ran > 15

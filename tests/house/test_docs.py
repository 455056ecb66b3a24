"""Documentation is true: it is compared with the code."""

import re
import shlex
from pathlib import Path

import checks
import pytest
from paths import ROOT

from service.reference import reference
from service.settings import SETTINGS

README = (ROOT / "README.md").read_text("utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))


def test_the_reference_is_what_the_code_says() -> None:
    """docs/reference.md is as `make docs` writes it."""
    assert (ROOT / "docs/reference.md").read_text("utf-8") == reference()


def test_every_command_in_the_readme_exists() -> None:
    """Each styrgraf command that the README shows is in the reference."""
    shown = [shlex.split(line.partition("#")[0])[1:] for line in re.findall(r"^\.venv/bin/styrgraf .*$", README, re.MULTILINE)]
    assert shown
    for words in shown:
        command = " ".join(w for w in words[:2] if w.islower() and w.isalpha())
        assert f"`styrgraf {command}" in reference(), command


def test_every_target_of_the_makefile_in_the_readme_exists() -> None:
    """`make …` in the README names a target."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"make (serve|test|bench|docs|lint)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_setting_is_read_and_documented() -> None:
    """What the code reads from the environment is what the reference lists."""
    code = "".join(p.read_text("utf-8") for p in (ROOT / "service").rglob("*.py"))
    assert set(re.findall(r'"(STYRGRAF_[A-Z_]+)"', code)) | {"PORT"} == set(SETTINGS)


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCS], ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Each relative link of a page leads to a file."""
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (path.parent / target).exists(), target


def test_the_repository_names_no_registry_and_no_machine() -> None:
    """Lock file and code name packages, never a host to fetch them from."""
    assert not re.search(r"https?://|--index-url|--find-links", (ROOT / "requirements.lock").read_text("utf-8"))


def test_the_page_of_checks_is_what_the_checks_say() -> None:
    """docs/checks.md is as `make docs` writes it."""
    assert (ROOT / "docs/checks.md").read_text("utf-8") == checks.page()

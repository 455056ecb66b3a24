"""From files to a release, and what stops one."""

import json
import shutil
from pathlib import Path

import pytest

from graph import build, files
from graph.errors import InputError, ReleaseRefusedError, StateError, StyrgrafError
from graph.namespaces import INFERRED_GRAPH
from graph.releases import Home


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's files with the smallest document alone."""
    root = tmp_path_factory.mktemp("files")
    for folder in ("ontology", "shapes"):
        shutil.copytree(files.root() / folder, root / folder)
    (root / "data/documents").mkdir(parents=True)
    (root / "data/reference").mkdir()
    return root


@pytest.fixture
def built(small: Path, tmp_path: Path) -> tuple[Home, Path]:
    """A home with one release of those files, and a copy of them to break."""
    root = tmp_path / "files"
    shutil.copytree(small, root)
    home = Home(tmp_path / "home")
    build.build(home, root)
    return home, root


def write(root: Path, text: str) -> Path:
    path = root / "data/reference/new.ttl"
    path.write_text("@prefix sg: <https://w3id.org/styrgraf/def/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n" + text)
    return path


def test_the_manifest_says_what_the_release_is(home: Home) -> None:
    """Hash, graphs, inferred triples, timings of each step and the report's counts stand in the manifest."""
    release = home.current()
    assert release
    told = json.loads((release.path / "manifest.json").read_text())
    assert set(told["timings"]) == set(build.STEPS)
    assert told["graphs"][INFERRED_GRAPH] == told["inferred"] > 1000
    assert told["validation"]["Violation"] == 0
    assert told["files_hash"] == build.current_files(files.root())


def test_a_broken_file_stops_the_build_and_the_release_stays(built: tuple[Home, Path]) -> None:
    """A syntax error names the file and the place, and the previous release is still current."""
    home, root = built
    write(root, "<http://x/a> sg:reportsTo ;;; .")
    with pytest.raises(InputError, match=r"new\.ttl:3:"):
        build.build(home, root)
    current = home.current()
    assert current
    assert current.id == "000001"
    assert "new.ttl" in str(home.failure())


def test_a_violation_stops_the_release_and_says_what_where_and_why(built: tuple[Home, Path]) -> None:
    """A statement without evidence is refused with its name, its shape and a message in both languages."""
    home, root = built
    write(root, '<https://w3id.org/styrgraf/id/task/x> a sg:Task ; rdfs:label "påhittad uppgift"@sv, "made-up task"@en .')
    with pytest.raises(ReleaseRefusedError) as refused:
        build.build(home, root)
    violations = [r for r in refused.value.report.results if r.severity == "Violation"]
    assert {r.label for r in violations} == {"påhittad uppgift"}
    assert all({"sv", "en"} <= set(r.messages) for r in violations)
    assert home.numbers() == ["000001"]


def test_a_contradiction_stops_the_release(built: tuple[Home, Path]) -> None:
    """A thing in two classes that exclude each other is told by name."""
    home, root = built
    write(root, "<https://w3id.org/styrgraf/id/group/x> a sg:Region, sg:SourceDocument .")
    with pytest.raises(StyrgrafError, match="id/group/x"):
        build.build(home, root)


def test_a_mended_file_builds_the_next_release_and_clears_the_failure(built: tuple[Home, Path]) -> None:
    """After a failure the next good build is current and nothing tells of the failure any more."""
    home, root = built
    path = write(root, "broken")
    with pytest.raises(InputError):
        build.build(home, root)
    path.unlink()
    assert build.build(home, root).id == "000002"
    assert home.failure() is None


def test_a_changed_file_makes_the_release_stale(built: tuple[Home, Path]) -> None:
    """Whether to build anew is told by the hash of the files."""
    home, root = built
    assert build.is_current(home.current(), root)
    write(root, '<https://w3id.org/styrgraf/id/topic/x> a sg:Topic ; rdfs:label "x"@sv, "x"@en .')
    assert not build.is_current(home.current(), root)


def test_two_writers_do_not_write_at_once(built: tuple[Home, Path]) -> None:
    """The lock serialises writers, and whoever comes second is told."""
    home, root = built
    with home.writing(), pytest.raises(StateError, match="Another process"):
        build.build(home, root)


def test_a_wrong_option_or_a_busy_directory_is_no_failed_build(built: tuple[Home, Path]) -> None:
    """What says nothing of the files is not shown to readers as a failure of theirs."""
    home, root = built
    with pytest.raises(InputError, match="sparql, owlrl"):
        build.build(home, root, engine="magic")
    with home.writing(), pytest.raises(StateError):
        build.build(home, root)
    assert home.failure() is None


def test_a_damaged_release_is_told(built: tuple[Home, Path]) -> None:
    """A manifest that cannot be read is an error that says how to mend it."""
    home, _ = built
    (home.releases / "000001/manifest.json").write_text("{")
    with pytest.raises(StateError, match="styrgraf build"):
        home.current()


def test_steps_are_told_to_whoever_watches(small: Path, tmp_path: Path) -> None:
    """Each step tells its watcher that it began and ended."""
    seen: list[str] = []
    build.build(Home(tmp_path), small, watcher=lambda step, done, total: seen.append(f"{step} {done == total}"))
    assert [s for s in seen if s.endswith("True")] == [f"{s} True" for s in build.STEPS]

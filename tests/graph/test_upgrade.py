"""What a build would do to what is there: told before anything happens."""

import shutil
from pathlib import Path

import pytest

from graph import build, changes, files, upgrade
from graph.errors import ConflictError, ReleaseRefusedError
from graph.ledger import Ledger
from graph.releases import Home
from graph.store import Literal, NamedNode, Quad

G, FILE = NamedNode("urn:g"), NamedNode("urn:file")
A, P = NamedNode("urn:a"), NamedNode("urn:p")
NEW = "https://w3id.org/styrgraf/graph/reference/new"
SHAPE = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:shape> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:property [ sh:path <urn:p> ; sh:maxCount 0 ] ."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A package with the ontology and the shapes, and hardly any data."""
    made = tmp_path / "root"
    for folder in ("ontology", "shapes"):
        shutil.copytree(files.root() / folder, made / folder)
    (made / "data/reference").mkdir(parents=True)
    (made / "data/reference/mine.ttl").write_text('<urn:file> <urn:says> "one" . <urn:other> <urn:says> "two" .')
    return made


@pytest.fixture
def home(root: Path, tmp_path: Path) -> Home:
    """A release of that package."""
    made = Home(tmp_path / "home")
    build.build(made, root)
    return made


def local(home: Home, root: Path, *quads: Quad, empty: str = "") -> None:
    """Local statements, and an empty local graph."""

    def edit(ledger: Ledger) -> None:
        ledger.add(quads)
        if empty:
            ledger.make_graph(empty)

    changes.apply(home, edit, root=root)


def test_an_upgrade_without_conflicts_says_so(home: Home, root: Path) -> None:
    """What comes and goes in the package's graphs is told; what is local is no part of it, and nothing is made."""
    local(home, root, Quad(A, P, FILE, G))
    (root / "data/reference/mine.ttl").write_text('<urn:file> <urn:says> "three" . <urn:other> <urn:says> "two" .')
    before = sorted(p.name for p in home.releases.iterdir())
    found = upgrade.preview(home, root)
    assert ({q.object.value for q in found.said.added}, {q.object.value for q in found.said.removed}) == ({"three"}, {"one"})
    assert not found.conflicts
    assert (found.release, [s.sign for s in found.sentences]) == ("000002", ["~"])
    assert (home.pointer(), sorted(p.name for p in home.releases.iterdir())) == ("000002", before)


def test_statements_about_what_is_gone_are_told(home: Home, root: Path) -> None:
    """A local statement that names a thing which the new files no longer have, as what it is about or as what it leads to; not one of a thing of its own."""
    about, to, own = Quad(FILE, P, Literal("x"), G), Quad(A, P, FILE, G), Quad(A, P, NamedNode("urn:other"), G)
    local(home, root, about, to, own)
    (root / "data/reference/mine.ttl").write_text('<urn:other> <urn:says> "two" .')
    found = upgrade.preview(home, root)
    assert set(found.adrift) == {about, to}
    assert found.conflicts
    assert found.refusal is None
    assert build.build(home, root).id == "000003"


def test_what_would_stop_the_build_is_told(home: Home, root: Path) -> None:
    """Results that the combination gets, and a graph that both have; the build is stopped for the same."""
    local(home, root, Quad(A, P, Literal(1), G), Quad(A, P, Literal(2), NamedNode(NEW)))
    (root / "shapes/new.ttl").write_text(SHAPE)
    found = upgrade.preview(home, root)
    assert isinstance(found.refusal, ReleaseRefusedError)
    assert [r.focus for r in found.results_gained if r.severity == "Violation"] == ["urn:a"]
    (root / "data/reference/new.ttl").write_text("<urn:new> <urn:says> 1 .")
    taken = upgrade.preview(home, root)
    assert isinstance(taken.refusal, ConflictError)
    assert NEW in taken.refusal.en
    assert home.pointer() == "000002"


def test_an_empty_local_graph_gives_way_to_the_package(home: Home, root: Path) -> None:
    """It becomes the package's, is replaced by the next build like the others, and local data may not be written to it any longer."""
    local(home, root, Quad(A, P, Literal(1), G), empty=NEW)
    (root / "data/reference/new.ttl").write_text("<urn:new> <urn:says> 1 .")
    assert not upgrade.preview(home, root).conflicts
    first = build.build(home, root)
    assert NEW in (first.manifest.owned or [])
    (root / "data/reference/new.ttl").write_text("<urn:new> <urn:says> 2 .")
    second = build.build(home, root)
    assert [q.object.value for q in second.open().graph(NEW)] == ["2"]


def test_the_first_build_has_no_conflicts(root: Path, tmp_path: Path) -> None:
    """Where nothing is there yet all of it is new."""
    found = upgrade.preview(Home(tmp_path / "none"), root)
    assert (found.release, found.conflicts, found.said.removed) == (None, False, frozenset())
    assert found.said.added

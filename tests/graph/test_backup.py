"""Backup, restore and export: what comes back is what was there, and nothing comes back from a damaged archive."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from asking import client_of

from graph import backup, build, changes, history
from graph.errors import ConflictError, InputError, NotFoundError
from graph.namespaces import INFERRED_GRAPH, expand
from graph.releases import Home
from graph.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad, parse
from service.app import create_app
from service.settings import Settings
from service.web.access import Access

A, B, P, G = (NamedNode(f"urn:{n}") for n in "abpg")
SOME = [
    Quad(A, P, Literal("å\n\"'\\ ", language="sv"), G),
    Quad(BlankNode("n"), P, Literal("01", datatype=NamedNode(expand("xsd:integer"))), DefaultGraph()),
    Quad(A, NamedNode(expand("rdf:type")), B, G),
    Quad(B, NamedNode(expand("rdfs:subClassOf")), P, G),
]


@pytest.fixture
def small(tmp_path: Path) -> Home:
    """Three releases, one of them pruned, a token, a source text."""
    home = Home(tmp_path / "from")
    build.empty(home)

    def edit(ledger: changes.Ledger) -> None:
        ledger.add(SOME)
        ledger.make_graph("urn:empty")

    changes.apply(home, edit, changes.Why("anna", "ett skäl"))
    changes.apply(home, lambda ledger: ledger.remove(SOME[:1]))
    history.prune(home, 2)
    home.sources.mkdir()
    (home.sources / "a.txt").write_text("text")
    Access(home.path).create("t", "editor")
    return home


def repacked(archive: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> Path:
    """A copy of an archive with other contents."""
    made = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(made, "w:gz") as new:
        parts = [(m.name, change(m.name, old.extractfile(m).read())) for m in old.getmembers()]  # type: ignore[union-attr]
        for name, data in [*parts, *(more or {}).items()]:
            if data is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                new.addfile(entry, io.BytesIO(data))
    return made


def test_what_is_restored_is_what_was_there(small: Home, tmp_path: Path) -> None:
    """Quads, graphs, empty ones too, manifests, history, pruned releases and source texts; no tokens unless asked for."""
    archive, home = tmp_path / "b.tar.gz", Home(tmp_path / "to")
    backup.backup(small, archive)
    backup.restore(archive, home)
    assert [(r.id, r.pruned, r.manifest) for r in history.chain(home)] == [(r.id, r.pruned, r.manifest) for r in history.chain(small)]
    for number in ("000002", "000003"):
        assert set(home.find(number).open()) == set(small.find(number).open())
        assert home.find(number).open().graph_names() == small.find(number).open().graph_names()
    assert history.difference(home, "000001", "000003") == history.difference(small, "000001", "000003")
    assert (home.sources / "a.txt").read_text() == "text"
    assert not (home.path / "tokens.json").exists()
    assert {p.name for p in home.path.iterdir()} == {"releases", "current", "lock", "sources"}


def test_tokens_come_along_where_asked_for(small: Home, tmp_path: Path) -> None:
    """With tokens and without sources, as asked."""
    archive, home = tmp_path / "b.tar.gz", Home(tmp_path / "to")
    backup.backup(small, archive, sources=False, tokens=True)
    backup.restore(archive, home)
    assert Access(home.path).grants() == Access(small.path).grants()
    assert not home.sources.exists()


def test_a_restored_home_takes_changes(small: Home, tmp_path: Path) -> None:
    """The next change makes the next release, and old ones can be brought back."""
    archive, home = tmp_path / "b.tar.gz", Home(tmp_path / "to")
    backup.backup(small, archive)
    backup.restore(archive, home)
    assert changes.apply(home, lambda ledger: ledger.add([Quad(B, P, A, G)])).manifest.parent == "000003"
    assert set(history.rollback(home, "000002").open()) == set(small.find("000002").open())


@pytest.mark.parametrize(
    ("change", "more", "told"),
    [
        (lambda name, data: data.replace(b"urn:a", b"urn:x") if name.endswith("data.nq") else data, {}, "data.nq"),
        (lambda name, data: None if name.endswith("000002/manifest.json") else data, {}, "000002/manifest.json"),
        (lambda name, data: None if name == "backup.json" else data, {}, "backup.json"),
        (lambda name, data: json.dumps({**json.loads(data), "format": 99}).encode() if name == "backup.json" else data, {}, "format 99"),
        (lambda name, data: data, {"releases/000009/manifest.json": b"{}"}, "000009"),
        (lambda name, data: data, {"../outside": b"x"}, "no whole backup"),
    ],
)
def test_a_changed_archive_is_refused(small: Home, tmp_path: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes], told: str) -> None:
    """A byte, a file less, a file more, a path that leads out: the file is named, and the state directory stays empty."""
    archive, home = tmp_path / "b.tar.gz", Home(tmp_path / "to")
    backup.backup(small, archive)
    with pytest.raises(InputError, match=told):
        backup.restore(repacked(archive, change, more), home)
    assert home.numbers() == []
    assert home.pointer() is None
    assert not (tmp_path / "outside").exists()


def test_half_an_archive_and_none_are_refused(small: Home, tmp_path: Path) -> None:
    """What is cut off, no archive, or not there is told."""
    archive, home = tmp_path / "b.tar.gz", Home(tmp_path / "to")
    backup.backup(small, archive)
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(InputError, match="no whole backup"):
        backup.restore(archive, home)
    with pytest.raises(InputError, match="There is no"):
        backup.restore(tmp_path / "none", home)


def test_a_home_that_is_in_use_is_left_alone(small: Home, tmp_path: Path) -> None:
    """A restore never writes over anything; a home without releases has nothing to back up."""
    backup.backup(small, tmp_path / "b.tar.gz")
    with pytest.raises(ConflictError, match="not empty"):
        backup.restore(tmp_path / "b.tar.gz", small)
    with pytest.raises(NotFoundError):
        backup.backup(Home(tmp_path / "none"), tmp_path / "c.tar.gz")
    assert not (tmp_path / "c.tar.gz").exists()


def test_the_real_graph_moves_to_another_directory_and_serves(home: Home, tmp_path: Path) -> None:
    """The package's own data, restored elsewhere, answer as they did."""
    elsewhere = Home(tmp_path / "elsewhere")
    backup.backup(home, tmp_path / "b.tar.gz")
    backup.restore(tmp_path / "b.tar.gz", elsewhere)
    release, restored = home.current(), elsewhere.current()
    assert release
    assert restored
    assert set(release.open()) == set(restored.open())
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(elsewhere.path)}))) as client:
        assert client.get("/health/ready").json()["release"] == release.id
        assert client.get("/api/questions/who-reports-to-whom").json()["status"] == "answered"


@pytest.mark.parametrize(("form", "suffix"), [("trig", ".trig"), ("nquads", ".nq")])
def test_an_export_is_read_again(small: Home, tmp_path: Path, form: str, suffix: str) -> None:
    """With its graphs, and without what is inferred where asked."""
    release, path = small.find("000002"), tmp_path / f"out{suffix}"
    backup.export(release, path, form)
    everything = {q for q in parse(path) if not isinstance(q.subject, BlankNode)}
    assert everything == {q for q in release.open() if not isinstance(q.subject, BlankNode)}
    assert any(q.graph_name == NamedNode(INFERRED_GRAPH) for q in everything)
    backup.export(release, path, form, inferred=False)
    assert not any(q.graph_name == NamedNode(INFERRED_GRAPH) for q in parse(path))
    with pytest.raises(InputError, match="trig, nquads"):
        backup.export(release, path, "hdt")

"""Backup and restore: a state directory as one archive that any machine and version can read, and the export of one release.

The archive (tar, gzip) holds `backup.json` last: what it is and the sha256 of every other file. Stores are N-Quads, beside the manifest and the patches of
their release; a restore writes them anew, counts what came, and puts everything in its place only when all of it is right.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from graph import erased, history
from graph.deriving import write
from graph.errors import ConflictError, InputError, NotFoundError
from graph.namespaces import INFERRED_GRAPH
from graph.patches import SUFFIX
from graph.publishing import counts, make_side_store
from graph.releases import PUBLIC_SIDE, Home, Release, room
from graph.store import NamedNode, Store, parse, write_quads

FORMAT: Final = 1  # of the archive
_DATA: Final = "data.nq"
_INDEX: Final = "backup.json"
EXPORTS: Final = {"trig": "application/trig", "nquads": "application/n-quads"}


@dataclass(frozen=True)
class Contents:
    """What an archive holds: which release is current, the graphs of each release that has a store, and each file's sha256 (lower-case hex) and bytes."""

    format: int
    created: str
    current: str
    graphs: dict[str, list[str]]
    files: dict[str, tuple[str, int]]


def backup(home: Home, target: Path, sources: bool = True, tokens: bool = False) -> Contents:
    """Writes an archive of all releases, and of the source texts and the tokens where asked for; `target` appears when it is whole.

    Raises NotFoundError where there is no release, StateError or FullError where it cannot be written.
    """
    releases = list(history.chain(home))
    if not releases:
        raise NotFoundError("Det finns ingen utgåva att säkerhetskopiera.", "There is no release to back up.")
    more = [p for p in sorted(home.sources.glob("*")) if sources and p.is_file()]
    more += [p for p in (home.path / erased.FILE, *([home.path / "tokens.json"] if tokens else [])) if p.is_file()]
    with room(target.parent), tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
        fresh = Path(scratch) / "archive"
        with tarfile.open(fresh, "w:gz", compresslevel=6) as archive:
            files = dict(_added(archive, name, path) for r in releases for name, path in _parts(r, Path(scratch)))
            files |= dict(_added(archive, str(p.relative_to(home.path)), p) for p in more)
            graphs = {r.id: r.open().graph_names() for r in releases if not r.pruned}
            contents = Contents(FORMAT, datetime.now(UTC).isoformat(timespec="seconds"), releases[0].id, graphs, files)
            _put(archive, _INDEX, json.dumps(asdict(contents), indent=1).encode())
        fresh.replace(target)
    return contents


def _parts(release: Release, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The files of a release in the archive, and where each lies."""
    folder = f"releases/{release.id}"
    files = [p for p in sorted([*release.path.iterdir(), *(release.path / PUBLIC_SIDE).glob("*")]) if p.is_file()]
    yield from ((f"{folder}/{p.relative_to(release.path)}", p) for p in files if p.name == "manifest.json" or SUFFIX in p.name)
    if not release.pruned:
        write_quads(release.open(), scratch / _DATA, EXPORTS["nquads"])
        yield f"{folder}/{_DATA}", scratch / _DATA


def _added(archive: tarfile.TarFile, name: str, path: Path) -> tuple[str, tuple[str, int]]:
    archive.add(path, name, filter=_plain)
    return name, (_digest(path), path.stat().st_size)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whose files they are here says nothing elsewhere."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _put(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(_plain(entry), io.BytesIO(data))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(archive: Path, home: Home) -> Contents:
    """Makes a state directory from an archive; one that has releases, tokens or texts already is left alone.

    Raises ConflictError for such a one, InputError for an archive that is no backup or is damaged; nothing is restored then.
    """
    taken = home.numbers() or (home.path / "tokens.json").exists() or (home.sources.is_dir() and any(home.sources.iterdir()))
    if taken:
        raise ConflictError(f"{home.path} är inte tom; välj en annan STYRGRAF_HOME.", f"{home.path} is not empty; choose another STYRGRAF_HOME.")
    with home.writing(), tempfile.TemporaryDirectory(prefix=".restore-", dir=home.path) as scratch:
        into = Path(scratch)
        contents = _unpacked(archive, into)
        for number, graphs in contents.graphs.items():
            _rebuild(archive, into / "releases" / number, graphs)
        _settle(into, home, contents.current)
    return contents


def _unpacked(archive: Path, into: Path) -> Contents:
    """The files of an archive, proved. Raises InputError."""
    with _readable(archive), tarfile.open(archive) as packed:
        packed.extractall(into, filter="data")
    try:
        contents = Contents(**json.loads((into / _INDEX).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as wrong:
        raise _damaged(archive, _INDEX) from wrong
    if contents.format != FORMAT:
        raise InputError(
            f"{archive} har format {contents.format}; den här versionen läser {FORMAT}.",
            f"{archive} has the format {contents.format}; this version reads {FORMAT}.",
        )
    there = {str(p.relative_to(into)) for p in into.rglob("*") if p.is_file()} - {_INDEX}
    for name in sorted(there ^ contents.files.keys()):
        raise _damaged(archive, name)
    for name, (digest, _) in contents.files.items():
        if _digest(into / name) != digest:
            raise _damaged(archive, name)
    return contents


@contextmanager
def _readable(archive: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as wrong:
        raise InputError(f"{archive} finns inte.", f"There is no {archive}.") from wrong
    except (tarfile.TarError, EOFError, ValueError, OSError) as wrong:
        raise InputError(f"{archive} är ingen hel säkerhetskopia: {wrong}", f"{archive} is no whole backup: {wrong}") from wrong


def _damaged(archive: Path, name: str) -> InputError:
    return InputError(f"{archive} är skadad: {name} är inte som den skrevs.", f"{archive} is damaged: {name} is not as it was written.")


def _rebuild(archive: Path, folder: Path, graphs: Iterable[str]) -> None:
    """Writes the store of a release from its N-Quads, and compares the counts with its manifest."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    store = Store.memory()
    store.add(parse(folder / _DATA))
    for name in graphs:
        store.make_graph(name)
    if counts(store) != manifest["graphs"]:
        raise _damaged(archive, f"{folder.name}/{_DATA}")
    write(store, folder / "store")
    if (folder / PUBLIC_SIDE).is_dir():
        make_side_store(folder, manifest["internal"])
    (folder / _DATA).unlink()


def _settle(made: Path, home: Home, current: str) -> None:
    """Moves what was restored to its place; the pointer comes last, so that it never leads to something half done."""
    for path in (made / "releases").iterdir():
        path.rename(home.releases / path.name)
    if (made / "sources").is_dir():
        shutil.rmtree(home.sources, ignore_errors=True)
        (made / "sources").rename(home.sources)
    for name in ("tokens.json", erased.FILE):
        if (made / name).is_file():
            (made / name).rename(home.path / name)
    home.point(current)


def export(release: Release, path: Path, form: str, inferred: bool = True) -> None:
    """Writes a release as RDF with its named graphs, with or without what is inferred. Raises InputError for an unknown form."""
    if form not in EXPORTS:
        raise InputError(f"Okänt format {form!r}; välj bland {', '.join(EXPORTS)}.", f"Unknown format {form!r}; choose one of {', '.join(EXPORTS)}.")
    graph = NamedNode(INFERRED_GRAPH)
    with room(path.parent):
        write_quads((q for q in release.open() if inferred or q.graph_name != graph), path, EXPORTS[form])


__all__ = ["EXPORTS", "FORMAT", "Contents", "backup", "export", "restore"]

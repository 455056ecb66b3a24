"""Releases: immutable directories that everything reads, and the pointer that says which one is current.

    STYRGRAF_HOME/
      current            symbolic link to one of the releases, replaced in one step
      lock               held by whoever writes
      failure.json       why the latest build failed, where it did
      releases/000001/   manifest.json and store/
      sources/           texts that the user added

A release is written beside the others under a name that starts with a dot and renamed when it is whole, so that a crash leaves nothing half written.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import NotFoundError, StateError, StyrgrafError
from graph.store import Store


@dataclass(frozen=True)
class Manifest:
    """What a release is: made when, from which files, with what in it and what the shapes said of it."""

    id: str
    created: str
    files_hash: str
    graphs: dict[str, int]
    inferred: int
    timings: dict[str, float]
    validation: dict[str, int]
    report: list[dict[str, Any]] = field(default_factory=list)
    parent: str | None = None
    engines: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """One release on disk."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """The release's number, such as "000001"."""
        return self.manifest.id

    def open(self) -> Store:
        """The release's store, to read."""
        return Store.open(self.path / "store")


@dataclass(frozen=True)
class Home:
    """The state directory (STYRGRAF_HOME)."""

    path: Path

    @property
    def releases(self) -> Path:
        """The folder of releases."""
        return self.path / "releases"

    @property
    def sources(self) -> Path:
        """The folder of source texts that the user added."""
        return self.path / "sources"

    def pointer(self) -> str | None:
        """The number of the release that is served now, or None where there is none yet."""
        link = self.path / "current"
        return os.readlink(link).rpartition("/")[2] if link.is_symlink() else None

    def current(self) -> Release | None:
        """The release that is served now, or None where there is none yet. Raises StateError for a damaged one."""
        number = self.pointer()
        return _read(self.releases / number) if number else None

    def find(self, number: str) -> Release:
        """The release of this number. Raises NotFoundError."""
        if not number.isdigit() or not (self.releases / number).is_dir():
            raise NotFoundError(f"Det finns ingen utgåva {number}.", f"There is no release {number}.")
        return _read(self.releases / number)

    def failure(self) -> StyrgrafError | None:
        """Why the latest build did not become a release, or None where it did."""
        try:
            told = json.loads((self.path / "failure.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return StyrgrafError(told["sv"], told["en"])

    def note_failure(self, error: StyrgrafError | None) -> None:
        """Keeps why a build failed, for whoever serves the previous release; None clears it."""
        path = self.path / "failure.json"
        if error is None:
            path.unlink(missing_ok=True)
        elif self.path.is_dir():
            path.write_text(json.dumps({"sv": error.sv, "en": error.en}, ensure_ascii=False), "utf-8")

    def numbers(self) -> list[str]:
        """The numbers of all whole releases, oldest first."""
        return sorted(p.name for p in self.releases.glob("[0-9]*")) if self.releases.is_dir() else []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the lock that serialises writers. Raises StateError where another one holds it or the directory cannot be written."""
        try:
            self.releases.mkdir(parents=True, exist_ok=True)
            handle = (self.path / "lock").open("w")
        except OSError as wrong:
            raise StateError(
                f"{self.path} kan inte skrivas: {wrong.strerror}. Sätt STYRGRAF_HOME.", f"{self.path} cannot be written: {wrong.strerror}. Set STYRGRAF_HOME."
            ) from wrong
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as wrong:
                raise StateError(
                    f"En annan process skriver i {self.path}; vänta tills den är klar.", f"Another process is writing in {self.path}; wait until it is done."
                ) from wrong
            yield

    def next_number(self) -> str:
        """The number that the next release gets."""
        return f"{int(self.numbers()[-1] if self.numbers() else 0) + 1:06d}"

    @contextmanager
    def candidate(self, number: str) -> Iterator[Path]:
        """A folder to build a release in; it is gone afterwards unless `publish` took it."""
        folder = self.releases / f".{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, manifest: Manifest) -> Release:
        """Makes a whole candidate the current release, in one step."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2)
        (folder / "manifest.json").write_text(text, "utf-8")
        _sync(folder)
        target = self.releases / manifest.id
        folder.rename(target)
        link = self.path / f".current-{manifest.id}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / manifest.id)
        link.replace(self.path / "current")
        _sync(self.releases)
        _sync(self.path)
        return Release(target, manifest)


def _sync(folder: Path) -> None:
    """Makes a folder's entries last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> Release:
    try:
        return Release(path, Manifest(**json.loads((path / "manifest.json").read_text("utf-8"))))
    except (OSError, ValueError, TypeError) as wrong:
        raise StateError(
            f"Utgåvan {path} är skadad: {wrong}. Bygg om med 'styrgraf build'.", f"The release {path} is damaged: {wrong}. Rebuild with 'styrgraf build'."
        ) from wrong

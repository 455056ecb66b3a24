"""Releases: immutable directories that everything reads, and the pointer that says which one is current.

    STYRGRAF_HOME/
      current            symbolic link to one of the releases, replaced in one step
      lock               held by whoever writes
      erasures.jsonl     which names were erased, as hashes, and which releases became which
      failure.json       why the latest build failed, where it did
      releases/000001/   manifest.json, store/, and what changed against its parent: patch.rdfp and inferences.rdfp (.gz where they are large)
      sources/           texts that the user added

A release is written beside the others under a name that starts with a dot and renamed when it is whole, so that a crash leaves nothing half written.
One that is pruned has lost its store, and keeps its manifest and patches.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from graph import erased
from graph.errors import FullError, GoneError, NotFoundError, StateError, StyrgrafError
from graph.report import Delegated, Report, Result
from graph.store import Store

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Manifest:
    """What a release is: made when, from which files or by whose change, with what in it and what the shapes said of it.

    `owned` are the graphs that the package's files fill (all of them, where it is None); the others are local. `kind` is "full", or "empty" for an instance
    without the package's data. `changed` counts the asserted quads that a change added and removed. `restores` is the release that a rollback went back to.
    """

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
    owned: list[str] | None = None
    kind: str = "full"
    author: str = ""
    reason: str = ""
    changed: dict[str, int] = field(default_factory=dict)
    delegated: list[dict[str, str]] = field(default_factory=list)
    restores: str | None = None

    @property
    def known_report(self) -> Report:
        """What the shapes found, as a report."""
        return Report(tuple(Result(**r) for r in self.report), tuple(Delegated(**d) for d in self.delegated))


@dataclass(frozen=True)
class Release:
    """One release on disk."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """The release's number, such as "000001"."""
        return self.manifest.id

    @property
    def pruned(self) -> bool:
        """Whether only its manifest and its patches are left."""
        return not (self.path / "store").is_dir()

    def open(self) -> Store:
        """The release's store, to read. Raises NotFoundError where it was pruned, StateError where it is damaged."""
        if self.pruned:
            raise NotFoundError(
                f"Utgåva {self.id} är gallrad: dess historik finns kvar, dess lagring inte. Kör 'styrgraf release rollback {self.id}' för att få den åter.",
                f"Release {self.id} is pruned: its history is kept, its store is not. Run 'styrgraf release rollback {self.id}' to have it back.",
            )
        try:
            return Store.open(self.path / "store")
        except StateError as wrong:
            raise damaged(self.path, wrong.sv, wrong.en) from wrong


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
        try:
            return os.readlink(f"{self.path}/current").rpartition("/")[2]  # read at each request: no time for pathlib
        except OSError:
            return None

    def current(self) -> Release | None:
        """The release that is served now, or None where there is none yet. Raises StateError for a damaged one."""
        number = self.pointer()
        return _read(self.releases / number) if number else None

    def to_follow(self) -> Release | None:
        """The current release, for a build to follow; None where there is none, or where none at all can be read.

        Raises StateError for a damaged one where there is another to go back to, so that nothing local is lost.
        """
        try:
            release = self.current()
            if release:
                release.open()
        except StateError:
            if any(_whole(self.releases / number) for number in self.numbers()):
                raise
            return None
        return release

    def find(self, number: str) -> Release:
        """The release of this number. Raises NotFoundError, GoneError for one that an erasure rewrote or removed."""
        if any(number in e.releases for e in erased.read(self.path)) and not self.past(number):
            raise GoneError(
                f"Utgåva {number} har tagits bort eller skrivits om, för att en person har raderats; se /releases.",
                f"Release {number} was removed or rewritten, because a person was erased; see /releases.",
            )
        if not number.isdigit() or not (self.releases / number).is_dir():
            raise NotFoundError(f"Det finns ingen utgåva {number}.", f"There is no release {number}.")
        return _read(self.releases / number)

    def past(self, number: str) -> bool:
        """Whether a release is the current one or one that it follows from, as far back as can be read."""
        at = self.pointer()
        try:
            while at and at > number:
                at = _read(self.releases / at).manifest.parent
        except StateError:
            return False
        return at == number

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
    def writing(self, patience: float = 0) -> Iterator[None]:
        """Holds the lock that serialises writers, which it waits for this many seconds.

        Raises StateError where another one holds it for longer or the directory cannot be written, FullError where its disk is full.
        """
        try:
            self.releases.mkdir(parents=True, exist_ok=True)
            handle = (self.path / "lock").open("w")
        except OSError as wrong:
            raise StateError(
                f"{self.path} kan inte skrivas: {wrong.strerror}. Sätt STYRGRAF_HOME.", f"{self.path} cannot be written: {wrong.strerror}. Set STYRGRAF_HOME."
            ) from wrong
        with handle, room(self.path):
            if not _locked(handle, time.monotonic() + patience):
                raise StateError(
                    f"En annan process skriver i {self.path}; vänta tills den är klar.", f"Another process is writing in {self.path}; wait until it is done."
                )
            yield

    def next_number(self) -> str:
        """The number that the next release gets."""
        return f"{int(self.numbers()[-1] if self.numbers() else 0) + 1:06d}"

    @contextmanager
    def candidate(self, number: str) -> Iterator[Path]:
        """A folder to build a release in; it is gone afterwards unless `publish` took it.

        Each has a name of its own: a store that failed may be held open by this process for a while. What earlier processes left is removed.
        """
        for left in self.releases.glob(".[0-9]*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = self.releases / f".{number}.{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, manifest: Manifest) -> Release:
        """Makes a whole candidate the current release, in one step."""
        release = self.place(folder, manifest)
        self.point(release.id)
        return release

    def place(self, folder: Path, manifest: Manifest) -> Release:
        """Makes a whole candidate a release, in one step; not yet the current one."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2)
        with (folder / "manifest.json").open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
        target = self.releases / manifest.id
        folder.rename(target)
        return Release(target, manifest)

    def point(self, number: str) -> None:
        """Makes a release the current one, in one step that lasts."""
        link = self.path / f".current-{number}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / number)
        _sync(self.releases)
        link.replace(self.path / "current")
        _sync(self.path)


def number_of(folder: Path) -> str:
    """The number that a candidate's folder was made for."""
    return folder.name.split(".")[1]


def _locked(handle: IO[str], deadline: float) -> bool:
    """Takes a lock on a file; whether it could before the deadline."""
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.005)
        else:
            return True


def _sync(folder: Path) -> None:
    """Makes a folder's entries last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def room(path: Path) -> Iterator[None]:
    """Tells in clear words that the disk of a directory is full, or cannot be written. Raises FullError, StateError."""
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise  # these say nothing of the disk
    except OSError as wrong:
        if wrong.errno in _FULL or "No space left" in str(wrong) or "File too large" in str(wrong):
            raise FullError(
                f"Disken med {path} är full. Inget är ändrat. Frigör utrymme, till exempel med 'styrgraf release prune --keep 3', och försök igen.",
                f"The disk with {path} is full. Nothing was changed. Make room, for example with 'styrgraf release prune --keep 3', and try again.",
            ) from wrong
        raise StateError(f"{path} kan inte skrivas: {wrong}. Inget är ändrat.", f"{path} cannot be written: {wrong}. Nothing was changed.") from wrong


def _read(path: Path) -> Release:
    try:
        return Release(path, Manifest(**json.loads((path / "manifest.json").read_text("utf-8"))))
    except (OSError, ValueError, TypeError) as wrong:
        raise damaged(path, str(wrong), str(wrong)) from wrong


def damaged(path: Path, sv: str, en: str) -> StateError:
    """What is raised for a release that cannot be used: it names the newest one to go back to."""
    whole = next((p.name for p in sorted(path.parent.glob("[0-9]*"), reverse=True) if p != path and _whole(p)), None)
    back = ("Gå tillbaka med", "Go back with", f"'styrgraf release rollback {whole}'") if whole else ("Bygg om med", "Rebuild with", "'styrgraf build'")
    return StateError(f"Utgåvan {path} är skadad: {sv} {back[0]} {back[2]}.", f"The release {path} is damaged: {en} {back[1]} {back[2]}.")


def _whole(path: Path) -> bool:
    """Whether a release can be read and opened."""
    try:
        Manifest(**json.loads((path / "manifest.json").read_text("utf-8")))
        Store.open(path / "store")
    except (OSError, ValueError, TypeError, StateError):
        return False
    return True

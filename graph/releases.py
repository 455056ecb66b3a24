"""Releases: immutable directories that everything reads, and the pointer that says which one is current.

    STYRGRAF_HOME/
      current            symbolic link to one of the releases, replaced in one step
      lock               held by whoever writes
      erasures.jsonl     which names were erased, as hashes, and which releases became which
      failure.json       why the latest build failed, where it did
      releases/000001/   manifest.json, store/, and what changed against its parent: patch.rdfp and inferences.rdfp (.gz where they are large);
                         public/ with the same for those who may not see its internal graphs, where it has any (graph.publishing)
      sources/           texts that the user added

A release is written beside the others under a name that starts with a dot and renamed when it is whole, so that a crash leaves nothing half written.
One that is pruned has lost its store, and keeps its manifest and patches.

A Home is seen by an audience. The public sees each release without its internal graphs; one with a graph that has become internal since, it does not see.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from graph import erased
from graph.errors import FullError, GoneError, NotFoundError, StateError, StyrgrafError
from graph.report import Delegated, Report, Result
from graph.store import Store

PUBLIC, INTERNAL = AUDIENCES = ("public", "internal")  # the internal audience sees everything
DUMP: Final = "dump.trig.gz"  # all of a view as a file, beside its store, once somebody has asked for it (graph.dump)
PUBLIC_SIDE: Final = "public"  # the folder in a release of what the public sees of it
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Manifest:
    """What a release is: made when, from which files or by whose change, with what in it and what the shapes said of it.

    `owned` are the graphs that the package's files fill (all of them, where it is None); the others are local. `kind` is "full", or "empty" for an instance
    without the package's data. `changed` counts the asserted quads that a change added and removed (`Patch.counts`), `touched` names their graphs. `restores`
    is the release that a rollback went back to. `internal` are the graphs that the public does not see; what it sees has a manifest of its own, whose
    `audience` is public.
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
    touched: list[str] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    audience: str = INTERNAL

    @property
    def nature(self) -> list[str]:
        """What kind of change it is. A "correction" takes back what was said: it should never have been. A "turn" tells from when on, or until when, something
        holds: it was right, and the world changes. An "addition" does neither. None for the first release and for a rollback.
        """
        if not self.parent or self.restores or not any(self.changed.values()):
            return []
        found = [name for name, count in (("correction", "removed"), ("turn", "bounds")) if self.changed.get(count)]
        return found or ["addition"]

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
            raise damaged(self.path, wrong.sv, wrong.en, self._newer()) from wrong

    def _newer(self) -> int:
        """How many releases after this one, up to the current one, have a store."""
        now = Home(self.path.parent.parent).pointer() or ""
        return sum(self.path.name < p.name <= now and (p / "store").is_dir() for p in self.path.parent.glob("[0-9]*"))


@dataclass(frozen=True)
class Home:
    """The state directory (STYRGRAF_HOME), as an audience sees it. `coming` is called with each release that is whole, before it becomes the current one."""

    path: Path
    audience: str = INTERNAL
    coming: Callable[[Path], None] = field(default=lambda _: None, compare=False, repr=False)

    def seen_by(self, audience: str) -> Home:
        """The same for an audience."""
        return replace(self, audience=audience)

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
        return self._seen(_read(self.releases / number)) if number else None

    def _seen(self, release: Release) -> Release:
        """A release as the audience sees it. Raises NotFoundError where it may not see it."""
        if self.audience == INTERNAL:
            return release
        now = self.pointer()
        latest = _read(self.releases / now) if now and now != release.id else release
        since = {*latest.manifest.internal} & release.manifest.graphs.keys() - {*release.manifest.internal}
        side = release.path / PUBLIC_SIDE
        made = (side / "manifest.json").is_file()
        if since or (release.manifest.internal and not made):
            raise NotFoundError(
                f"Utgåva {release.id} visas inte utan behörighet: den har en graf som har blivit intern.",
                f"Release {release.id} is not shown without a token: it has a graph that has become internal.",
            )
        return _read(side) if made else release

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
        return self._seen(_read(self.releases / number))

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
        """Why the latest build did not become a release, or None where it did; the public is not told what is at fault where that may be internal."""
        try:
            told = json.loads((self.path / "failure.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if self.audience == PUBLIC and (now := self.pointer()) and _read(self.releases / now).manifest.internal:
            return StyrgrafError("Det senaste bygget misslyckades.", "The latest build failed.")
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
        save(folder, manifest)
        target = self.releases / manifest.id
        folder.rename(target)
        return Release(target, manifest)

    def point(self, number: str) -> None:
        """Makes a release the current one, in one step that lasts."""
        release = self.releases / number
        self.coming(release / PUBLIC_SIDE if (release / PUBLIC_SIDE).is_dir() else release)  # as most will ask for it
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


def save(folder: Path, manifest: Manifest) -> None:
    """Writes a manifest so that it lasts, and with it the folder's entries."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2)
    with (folder / "manifest.json").open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync(folder)


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


def damaged(path: Path, sv: str, en: str, newer: int = 0) -> StateError:
    """What is raised for a release that cannot be used: it names the newest one to go back to, or how to do without its store where `newer` ones have one."""
    whole = next((p.name for p in sorted(path.parent.glob("[0-9]*"), reverse=True) if p != path and _whole(p)), None)
    back = ("Gå tillbaka med", "Go back with", f"'styrgraf release rollback {whole}'") if whole else ("Bygg om med", "Rebuild with", "'styrgraf build'")
    if newer:
        back = ("Gallra dess lagring, som kan göras om, med", "Prune its store, which can be remade, with", f"'styrgraf release prune --keep {newer}'")
    return StateError(f"Utgåvan {path} är skadad: {sv} {back[0]} {back[2]}.", f"The release {path} is damaged: {en} {back[1]} {back[2]}.")


def _whole(path: Path) -> bool:
    """Whether a release can be read and opened."""
    try:
        Manifest(**json.loads((path / "manifest.json").read_text("utf-8")))
        Store.open(path / "store")
    except (OSError, ValueError, TypeError, StateError):
        return False
    return True

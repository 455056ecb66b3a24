"""Erasure of a person: the name goes from all releases, and stays away.

Each release is written anew without the name, under a new number, with a store, patches and a manifest of its own; the pointer then moves to the newest of
them in one step, and the old ones are removed. What becomes of the person is told in `graph.erased`. The list of erasures has the name's hash from the start
and which release becomes which before any is in its place: whoever runs the command again finishes what was cut short. Until the pointer has moved, readers
see the old releases; from then on, the new ones, and the old numbers are gone (GoneError) whether or not their folders are.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, cast

from graph import erased, files, history, reasoner, remains, statistics
from graph.changes import PATIENCE, current
from graph.deriving import write
from graph.erased import NAMING, PERSON, Entry, Erasing, Names
from graph.errors import InputError, NotFoundError
from graph.namespaces import BASE, INFERRED_GRAPH, expand
from graph.patches import Patch
from graph.publishing import counts, differences, keep_patches, make_side
from graph.releases import Home, Manifest, Release
from graph.store import Literal, NamedNode, Quad, Store

_TYPE: Final = NamedNode(expand("rdf:type"))
_NOT_A_NAME: Final = re.compile(r"[A-Za-z][\w+.-]*:\S+|id/\S+")


@dataclass(frozen=True)
class Erasure:
    """What an erasure did: which release became which (None: removed), how many added texts went because they name the person, and which other files did."""

    release: str
    releases: dict[str, str | None]
    texts: int
    files: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def erase(home: Home, person: str, author: str = "") -> Erasure:
    """Erases a person, by full name or by IRI, and finishes an earlier erasure that was cut short.

    Raises NotFoundError for one that no release names, InputError for a first name alone, StateError where the home cannot be written or read.
    """
    with home.writing(PATIENCE):
        current(home)
        begun = next((e for e in erased.read(home.path) if not e.finished), None)
        done = _finish(home, begun) if begun else None
        try:
            names = _named(home, person)
        except NotFoundError:
            if done:
                return done  # it was this one, as far as anybody can tell
            raise
        if names:
            return _finish(home, _begin(home, names, author))
        return done or Erasure(home.pointer() or "", {}, *remains.clean(home, Names.of(home.path)))  # it was erased: what has come since goes


def _begin(home: Home, names: list[str], author: str) -> Entry:
    """Lists the names: from here on they stay out of builds and changes."""
    entries = erased.read(home.path)
    salt = entries[0].salt if entries else secrets.token_hex(16)
    hashes = tuple(erased.hashed(n, salt) for n in names)
    known = Names(salt, frozenset(hashes))
    entry = Entry(datetime.now(UTC).isoformat(timespec="seconds"), known.redacted(author), salt, hashes)
    erased.save(home.path, [*entries, entry])
    return entry


def _named(home: Home, person: str) -> list[str]:
    """The full names of the person that is meant; none where it is erased already. Raises NotFoundError, InputError."""
    asked = person.strip()
    if _NOT_A_NAME.fullmatch(asked):
        node = NamedNode(BASE + asked if asked.startswith("id/") else asked)
        full = [n for n in sorted(_called(home)[0].get(node, set())) if len(erased.words(n)) > 1]
        if full:
            return full
        raise NotFoundError(f"<{node.value}> är ingen person med namn.", f"<{node.value}> is no person with a name.")
    if len(erased.words(asked)) < 2:
        raise InputError(
            f"{asked!r} är inget fullständigt namn; ange för- och efternamn, eller personens IRI.",
            f"{asked!r} is no full name; give first name and surname, or the person's IRI.",
        )
    persons, others = _called(home)
    meant = [names for names in persons.values() if _one_of(names, asked)]
    if not meant and not any(_one_of(names, asked) for names in others.values()) and _wrote(home, asked):
        return [asked]
    if not meant and asked not in Names.of(home.path):
        raise _nobody(asked, sorted({n for names in persons.values() for n in names}))
    return sorted({n for names in meant for n in names if len(erased.words(n)) > 1})


def _one_of(names: set[str], asked: str) -> bool:
    """Whether a name is one of these, with its words in any order."""
    return sorted(erased.words(asked)) in [sorted(erased.words(n)) for n in names]


def _wrote(home: Home, name: str) -> bool:
    """Whether somebody of that name is known here as one who wrote: by a release, a token or the log."""
    salt = secrets.token_hex(16)
    names = Names(salt, frozenset({erased.hashed(name, salt)}))
    return any(names.names(r.manifest.author) for r in history.chain(home)) or remains.tell(home, names)


def _nobody(asked: str, known: list[str]) -> NotFoundError:
    near = get_close_matches(asked, known, 3, 0.5)
    sv, en = (f" {word} {', '.join(near)}." if near else "" for word in ("Närmast är", "Nearest are"))
    return NotFoundError(f"Ingen utgåva har en person som heter {asked!r}.{sv}", f"No release has a person called {asked!r}.{en}")


def _called(home: Home) -> tuple[dict[object, set[str]], dict[object, set[str]]]:
    """The names of all persons that any release has or had, and those of all else."""
    people, names = set[object](), defaultdict[object, set[str]](set)
    for quads in map(_telling, history.chain(home)):
        for q in quads:
            if q.predicate == _TYPE:
                people.add(q.subject)
            elif isinstance(q.object, Literal):
                names[q.subject].add(q.object.value)
    return {p: names[p] for p in people if p in names}, {t: n for t, n in names.items() if t not in people}


def _telling(release: Release) -> Iterator[Quad]:
    """The quads of a release and its patches that say who is a person, and what anything is called."""
    if not release.pruned:
        store = release.open()
        for kind in PERSON:
            yield from store.quads(None, _TYPE, kind)
        for naming in NAMING:
            yield from store.quads(None, naming)
    step = history.change(release)
    for patch in (step.said, step.inferred or Patch()) if step else ():
        yield from (q for q in patch.added | patch.removed if q.predicate in NAMING or (q.predicate == _TYPE and q.object in PERSON))


def _finish(home: Home, entry: Entry) -> Erasure:
    """Takes an erasure to its end from wherever it is."""
    if not entry.releases or any(home.past(number) for number in entry.releases):
        entry = _rewrite(home, entry)
    for number in entry.releases:
        shutil.rmtree(home.releases / number, ignore_errors=True)
    texts, rewritten = remains.clean(home, Names.of(home.path))
    erased.save(home.path, [*erased.read(home.path)[:-1], replace(entry, finished=datetime.now(UTC).isoformat(timespec="seconds"))])
    return Erasure(home.pointer() or "", entry.releases, texts, rewritten)


def _rewrite(home: Home, entry: Entry) -> Entry:
    """Writes all releases anew, and makes the newest of them the current one."""
    for number in entry.releases.values():
        if number and not home.past(number):
            shutil.rmtree(home.releases / number, ignore_errors=True)  # of an earlier try
    contents, first = list(_contents(home)), int(home.next_number())
    become = {release.id: f"{first + at:06d}" for at, (release, _) in enumerate(reversed(contents))}
    with home.candidate(f"{first:06d}") as folder:
        made = list(_Rewriting(folder, Names.of(home.path), become).all(contents))
        entry = replace(entry, releases={number: become.get(number) for number in home.numbers()})
        erased.save(home.path, [*erased.read(home.path)[:-1], entry])
        for path, manifest in reversed(made):
            if (path / "store").is_dir():
                make_side(home, path, manifest, files.root())
            home.place(path, manifest)
    home.point(become[contents[0][0].id])
    return entry


Step = tuple[Patch, Patch]


def _contents(home: Home) -> Iterator[tuple[Release, Step | None]]:
    """The releases that can be rewritten, the newest first; for one that was pruned, what leads back to it from the one after it."""
    after: Release | None = None
    for release in history.chain(home):
        step = history.change(after) if after and release.pruned else None
        if release.pruned and (step is None or step.inferred is None):
            return  # nobody can tell any longer what it held: it goes, and so do those before it
        yield release, (step.said.inverse, step.inferred.inverse) if step and step.inferred is not None else None
        after = release


@dataclass(frozen=True)
class _Rewriting:
    """Writes releases without the names into a folder; `become` tells their new numbers."""

    folder: Path
    names: Names
    become: dict[str, str]

    def all(self, contents: list[tuple[Release, Step | None]]) -> Iterator[tuple[Path, Manifest]]:
        """Each release as a folder that is whole but for its manifest; two are in memory at a time."""
        held: tuple[frozenset[Quad], set[str]] = frozenset(), set()
        later: tuple[Release, Store, Erasing] | None = None
        for release, back in contents:
            held = _before(held, back) if back else _read(release)
            erasing = Erasing(self.names, held[0])
            store = _store(erasing, held[1])
            if later:
                yield self._settled(*later, store)
            later = release, store, erasing
        assert later
        yield self._settled(*later, None)

    def _settled(self, release: Release, store: Store, erasing: Erasing, before: Store | None) -> tuple[Path, Manifest]:
        old, number = release.manifest, self.become[release.id]
        path = self.folder / f".{number}.new"
        path.mkdir()
        if not release.pruned:
            write(store, path / "store")
        parent = self.become.get(old.parent or "") if before else None
        said, inferred = differences(before or Store.memory(), store)
        keep_patches(path, parent or "", said, inferred)
        graphs = counts(store)
        told = cast("dict[str, Any]", erasing.told(asdict(old)))
        told |= {"id": number, "parent": parent, "restores": self.become.get(old.restores or ""), "graphs": graphs, "inferred": graphs.get(INFERRED_GRAPH, 0)}
        return path, Manifest(**told | {"changed": said.counts()} if old.changed else told)


def _read(release: Release) -> tuple[frozenset[Quad], set[str]]:
    store = release.open()
    return frozenset(store), set(store.graph_names())


def _before(held: tuple[frozenset[Quad], set[str]], back: Step) -> tuple[frozenset[Quad], set[str]]:
    quads, graphs = held
    for patch in back:
        quads = (quads - patch.removed) | patch.added
    return quads, (graphs - back[0].dropped) | back[0].made


def _store(erasing: Erasing, graphs: set[str]) -> Store:
    """What is left, and what follows from it, in memory."""
    store = Store.memory()
    store.add(erasing.before)
    reasoner.revise(store, *erasing.asserted)
    for name in graphs - {*store.graph_names()}:
        store.make_graph(name)
    statistics.describe(store)
    return store


__all__ = ["Erasure", "erase"]

"""RDF Patch: the quads and graphs by which one dataset differs from another, as text that is kept with each release.

https://afs.github.io/rdf-patch/ — a row a line: `A` adds a quad, `D` removes one, `H` is a header, `PA` a prefix, `TX`, `TC` and `TA` begin, commit and abort.
Blank nodes are those of the store. That a graph begins or ceases to exist, be it empty, no row can say; the headers `made` and `dropped` do.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.errors import InputError, StateError
from graph.namespaces import expand
from graph.store import NamedNode, Quad, parse_nquads

SUFFIX: Final = ".rdfp"
MEDIA_TYPE: Final = "application/rdf-patch"
BOUNDS: Final = frozenset(NamedNode(expand(name)) for name in ("sg:validFrom", "sg:validTo"))
LARGE: Final = 1 << 16  # characters from which a patch is packed
_TERM: Final = re.compile(r'<_:([^>]+)>|<[^>]*>|"(?:[^"\\]|\\.)*"|@[\w-]+|_:\S+|([A-Za-z][\w.-]*)?:([\w.%-]*[\w%-])?')


@dataclass(frozen=True)
class Patch:
    """A difference: quads that come and go, and named graphs that do."""

    added: frozenset[Quad] = frozenset()
    removed: frozenset[Quad] = frozenset()
    made: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.made or self.dropped)

    @property
    def inverse(self) -> Patch:
        """What undoes it."""
        return Patch(self.removed, self.added, self.dropped, self.made)

    @property
    def graphs(self) -> list[str]:
        """The graphs that it touches, by name; the empty text is the default one."""
        quads = self.added | self.removed
        return sorted({q.graph_name.value if isinstance(q.graph_name, NamedNode) else "" for q in quads} | self.made | self.dropped)

    def then(self, following: Patch) -> Patch:
        """Both, one after the other, as one."""
        a, b = self, following
        return Patch(
            (a.added - b.removed) | (b.added - a.removed),
            (a.removed - b.added) | (b.removed - a.added),
            (a.made - b.dropped) | (b.made - a.dropped),
            (a.dropped - b.made) | (b.dropped - a.made),
        )

    def counts(self) -> dict[str, int]:
        """How many quads come and go; of those that come, how many tell when something begins or ends, where any do."""
        bounds = sum(q.predicate in BOUNDS for q in self.added)
        return {"added": len(self.added), "removed": len(self.removed), **({"bounds": bounds} if bounds else {})}

    def text(self, headers: Mapping[str, str] | None = None) -> str:
        """As RDF Patch, in one transaction; rows are sorted, so that equal patches are equal texts. The values of headers are literals."""
        rows = [f'H {name} "{value}" .' for name, value in (headers or {}).items()]
        rows += [f"H made <{g}> ." for g in sorted(self.made)] + [f"H dropped <{g}> ." for g in sorted(self.dropped)]
        changes = [f"D {row} ." for row in sorted(map(str, self.removed))] + [f"A {row} ." for row in sorted(map(str, self.added))]
        return "\n".join([*rows, "TX .", *changes, "TC .", ""])


def between(before: Iterable[Quad], after: Iterable[Quad], graphs_before: Iterable[str] = (), graphs_after: Iterable[str] = ()) -> Patch:
    """What leads from one dataset to another."""
    old, new, gone, came = frozenset(before), frozenset(after), frozenset(graphs_before), frozenset(graphs_after)
    return Patch(new - old, old - new, came - gone, gone - came)


@dataclass
class _Reading:
    """Rows as they are read: the net effect, in which a later row goes before an earlier one of the same quad."""

    name: str
    prefixes: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, int]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    graphs: dict[str, set[str]] = field(default_factory=lambda: {"made": set(), "dropped": set()})
    begun: int = 0

    def row(self, number: int, line: str) -> None:
        """Takes one row; what is no quad leaves an empty line, so that line numbers stay."""
        code, _, rest = line.partition(" ")
        quad = ""
        if code in ("A", "D"):
            if not rest.endswith("."):  # a quad must not run on into the next row
                raise InputError(f"{self.name}:{number}: raden slutar inte med en punkt.", f"{self.name}:{number}: the row does not end with a dot.")
            quad = self._expanded(rest)
            self.rows.append((code, number))
        elif code in ("PA", "PD"):
            self._prefix(code, rest)
        elif code == "H":
            key, _, value = rest.strip().partition(" ")
            self.graphs.get(key, set()).add(value.strip().rstrip(" .").strip("<>"))
        elif code == "TX":
            self.begun = len(self.lines)
        elif code == "TA":
            self._abort()
        elif code and code not in ("TC", "#") and not code.startswith("#"):
            raise InputError(
                f"{self.name}:{number}: okänd rad {code!r} i patchen; A, D, H, PA, PD, TX, TC och TA läses.",
                f"{self.name}:{number}: unknown row {code!r} in the patch; A, D, H, PA, PD, TX, TC and TA are read.",
            )
        self.lines.append(quad)

    def _abort(self) -> None:
        self.rows = [r for r in self.rows if r[1] <= self.begun]
        self.lines[self.begun :] = [""] * (len(self.lines) - self.begun)

    def _prefix(self, code: str, rest: str) -> None:
        name, *iri = rest.strip().rstrip(".").split()
        name = name.strip('"').rstrip(":")
        if code == "PA" and iri:
            self.prefixes[name] = iri[0].strip('"<>')
        else:
            self.prefixes.pop(name, None)

    def _expanded(self, rest: str) -> str:
        return _TERM.sub(self._whole, rest) if self.prefixes or "<_:" in rest else rest

    def _whole(self, term: re.Match[str]) -> str:
        if term[1]:
            return f"_:{term[1]}"
        if term[0][0] in '<"_@':
            return term[0]
        space = self.prefixes.get(term[2] or "")
        return term[0] if space is None else f"<{space}{term[3] or ''}>"


def read(text: str, name: str = "patch") -> Patch:
    """A patch from its text. Raises InputError with `name` and the line."""
    reading = _Reading(name)
    for number, line in enumerate(text.split("\n"), 1):
        reading.row(number, line.strip())
    added, removed = set[Quad](), set[Quad]()
    for (code, _), quad in zip(reading.rows, parse_nquads("\n".join(reading.lines), name), strict=True):
        (added if code == "A" else removed).add(quad)
        (removed if code == "A" else added).discard(quad)
    return Patch(frozenset(added), frozenset(removed), frozenset(reading.graphs["made"]), frozenset(reading.graphs["dropped"]))


def save(folder: Path, name: str, patch: Patch, headers: Mapping[str, str] | None = None) -> None:
    """Writes `name`.rdfp into a release's folder, packed where it is large, in place of one that is there; it is on disk when this returns."""
    text = patch.text(headers)
    packed = len(text) > LARGE
    target = folder / f"{name}{SUFFIX}{'.gz' if packed else ''}"
    data = gzip.compress(text.encode(), 6, mtime=0) if packed else text.encode()
    fresh = target.with_name(f".{target.name}")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
    for other in _files(folder, name):
        if other != target:
            other.unlink(missing_ok=True)


def load(folder: Path, name: str) -> Patch | None:
    """A patch that `save` wrote, or None where there is none. Raises StateError for a damaged one."""
    for path in _files(folder, name):
        if path.is_file():
            return _loaded(path)
    return None


def there(folder: Path, name: str) -> bool:
    """Whether a folder has a patch of this name."""
    return any(path.is_file() for path in _files(folder, name))


def _files(folder: Path, name: str) -> Iterator[Path]:
    yield folder / f"{name}{SUFFIX}"
    yield folder / f"{name}{SUFFIX}.gz"


def _loaded(path: Path) -> Patch:
    try:
        raw = path.read_bytes()
        return read((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode(), str(path))
    except (OSError, EOFError, ValueError, InputError) as wrong:
        raise StateError(f"{path} är skadad: {wrong}", f"{path} is damaged: {wrong}") from wrong


__all__ = ["MEDIA_TYPE", "SUFFIX", "Patch", "between", "load", "read", "save", "there"]

"""Where the RDF files lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from graph.namespaces import CATALOG_GRAPH, REFERENCE_GRAPHS, SOURCE_GRAPHS

FOLDERS: Final = ("ontology", "shapes", "data")
SUFFIXES: Final = (".ttl", ".trig")


def root() -> Path:
    """The folder that holds `ontology/`, `shapes/` and `data/`."""
    package = Path(__file__).resolve().parent
    return package if (package / "ontology").is_dir() else package.parent


def rdf_files(*folders: str, under: Path | None = None) -> list[Path]:
    """All RDF files below the named folders, in a stable order."""
    base = under or root()
    found = (p for folder in folders for p in (base / folder).rglob("*") if p.suffix in SUFFIXES)
    return sorted(found)


def fingerprint(paths: Iterable[Path]) -> str:
    """One sha256 (lower-case hex) over the names and bytes of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def graph_of(path: Path) -> str | None:
    """The named graph for the triples of a data file that names none: by its folder and name."""
    if path.name == "catalog.ttl" and path.parent.name == "data":
        return CATALOG_GRAPH
    graphs = {"documents": SOURCE_GRAPHS, "reference": REFERENCE_GRAPHS}
    base = graphs.get(path.parent.name)
    return base + path.stem if base else None

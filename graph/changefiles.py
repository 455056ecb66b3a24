"""Changes that stand in a file: RDF, which is joined; RDF Patch; SPARQL Update."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from graph import graphstore, patches, updates
from graph.changes import Edit
from graph.errors import InputError
from graph.graphstore import Payload

_DATASETS: Final = {".trig": "application/trig", ".nq": "application/n-quads", ".jsonld": "application/ld+json"}
_TRIPLES: Final = {".ttl": "text/turtle", ".nt": "application/n-triples", ".rdf": "application/rdf+xml"}
_KNOWN: Final = (*_TRIPLES, *_DATASETS, patches.SUFFIX, ".ru")


def edit(path: Path, graph: str | None = None, allowed: Iterable[str] = ()) -> Edit:
    """The change that a file asks for, by its suffix: .ttl, .nt, .rdf, .trig, .nq, .jsonld, .rdfp or .ru.

    Triples need the IRI of a graph; `allowed` is what LOAD and SERVICE may call. Raises InputError for a file that cannot be read, and for a suffix that is
    none of these; the rest is told when the change is made.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in _KNOWN:
        raise InputError(f"{path}: okänt filslag; använd {', '.join(_KNOWN)}.", f"{path}: unknown kind of file; use {', '.join(_KNOWN)}.")
    if not path.is_file():
        raise InputError(f"Det finns ingen fil {path}.", f"There is no file {path}.")
    if suffix == ".ru":
        text = _text(path)
        return lambda ledger: updates.run(text, ledger, allowed=allowed)
    if suffix == patches.SUFFIX:
        patch = patches.read(_text(path), str(path))
        return lambda ledger: ledger.take(patch)
    if suffix in _DATASETS and graph is None:
        payload = Payload(path, _DATASETS[suffix], "")
        return lambda ledger: graphstore.join(ledger, [payload])
    return _joined(path, suffix, graph)


def _joined(path: Path, suffix: str, graph: str | None) -> Edit:
    if graph is None:
        raise InputError(f"{path} namnger ingen graf; ange --graph IRI.", f"{path} names no graph; give --graph IRI.")
    payload, into = Payload(path, {**_TRIPLES, **_DATASETS}[suffix], ""), graph
    return lambda ledger: graphstore.post(ledger, into, [payload])


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    except (OSError, EOFError, ValueError) as wrong:
        raise InputError(f"{path} kan inte läsas: {wrong}", f"{path} cannot be read: {wrong}") from wrong

"""The history as data: what the pages of the list of releases, of one release and of a difference can be had as.

In Turtle a release is a `prov:Entity` at the address of its page (https://www.w3.org/TR/prov-o/): when it was made, by whom, why, and which one it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from graph.history import Difference
from graph.namespaces import expand
from graph.releases import Release
from graph.store import BlankNode, Literal, NamedNode, Term, Triple, serialize
from graph.wording import Sentence
from service.api.previewing import difference_as_json, release_in_full, releases_as_json, words_as_json
from service.pages.frame import MEDIA, Forms, as_csv, as_json

_TOLD: Final = ("id", "created", "author", "reason", "parent", "restores", "quads", "inferred", "current", "whole")
_CHANGES: Final = {"+": "added", "-": "removed", "~": "changed"}  # signs alone would be formulas


def of_all(found: list[Release], current: str | None, base: str) -> Forms:
    """The list; `base` is the absolute URL of the service, with a slash at its end."""
    told = releases_as_json(found, current)
    rows = ([*(r[k] for k in _TOLD), *(r["changed"].get(k) for k in ("added", "removed"))] for r in told["releases"])
    return {"json": as_json(told), "csv": as_csv((*_TOLD, "added", "removed"), rows), "ttl": lambda: _turtle(found, base)}


def of_one(found: Release, current: str | None, sentences: list[Sentence], base: str) -> Forms:
    """A release; as CSV the lines of what it changed."""
    told: dict[str, Any] = {**release_in_full(found, current), "words": words_as_json(sentences)}
    return {"json": as_json(told), "csv": _words(sentences), "ttl": lambda: _turtle([found], base)}


def of_difference(found: Difference, first: str, second: str, sentences: list[Sentence]) -> Forms:
    """How two releases differ; as CSV line by line."""
    return {"json": lambda: as_json(difference_as_json(found, first, second, sentences))(), "csv": _words(sentences)}


def _words(sentences: Iterable[Sentence]) -> Callable[[], bytes]:
    rows = ((_CHANGES[s.sign], "inferred" if s.inferred else "asserted", s.words["sv"], s.words["en"], s.about) for s in sentences)
    return as_csv(("change", "status", "sv", "en", "about"), rows)


def _turtle(found: Iterable[Release], base: str) -> bytes:
    return serialize(list(dict.fromkeys(t for release in found for t in _said(release, f"{base}releases/"))), MEDIA["ttl"])


def _said(release: Release, pages: str) -> Iterator[Triple]:
    this, m = NamedNode(pages + release.id), release.manifest

    def says(name: str, value: Term) -> Triple:
        return Triple(this, NamedNode(expand(name)), value)

    yield says("rdf:type", NamedNode(expand("prov:Entity")))
    yield says("dcterms:identifier", Literal(m.id))
    yield says("prov:generatedAtTime", Literal(m.created, datatype=NamedNode(expand("xsd:dateTime"))))
    yield says("void:triples", Literal(sum(m.graphs.values())))
    if m.parent:
        yield says("prov:wasRevisionOf", NamedNode(pages + m.parent))
    if m.restores:
        yield says("prov:wasDerivedFrom", NamedNode(pages + m.restores))
    if m.reason:
        yield says("dcterms:description", Literal(m.reason))
    if m.author:
        agent = BlankNode(f"author{m.id}")
        yield says("prov:wasAttributedTo", agent)
        yield Triple(agent, NamedNode(expand("rdf:type")), NamedNode(expand("prov:Agent")))
        yield Triple(agent, NamedNode(expand("foaf:name")), Literal(m.author))

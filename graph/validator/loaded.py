"""Shapes that stand in the data itself, as in an instance without the package's own."""

from __future__ import annotations

from typing import Final

from graph.namespaces import expand
from graph.store import BlankNode, NamedNode, Quad, Store
from graph.validator.shapes import SH, TARGETS, Shapes
from graph.validator.triples import Triples

_TYPE: Final = NamedNode(expand("rdf:type"))
_KINDS: Final = (NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape"))
_LISTS: Final = (expand("rdf:first"), expand("rdf:rest"))


def shapes_in(store: Store) -> Shapes:
    """The shapes that a store holds: nodes with targets or of SHACL's classes, and all that their parameters lead to."""
    ahead = set[object](q.subject for kind in _KINDS for q in store.quads(None, _TYPE, kind))
    ahead |= {q.subject for target in TARGETS for q in store.quads(None, NamedNode(SH + target))}
    seen, found = set[object](), set[Quad]()
    while ahead:
        seen |= ahead
        quads = {q for node in ahead if isinstance(node, NamedNode | BlankNode) for q in store.quads(node)}
        found |= quads
        ahead = set[object](q.object for q in quads if q.predicate.value.startswith((SH, *_LISTS))) - seen
    return Shapes(Triples(found))

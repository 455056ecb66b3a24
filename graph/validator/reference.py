"""The reference engine: pySHACL, for all shapes or for those that the compiler does not cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from graph.errors import InputError
from graph.namespaces import PREFIXES
from graph.store import BlankNode, Literal, NamedNode, Quad, Row, Store, Subject, Term, read_ntriples
from graph.validator import paths
from graph.validator.findings import SH, Finding
from graph.validator.shapes import TARGETS, Shapes
from graph.validator.triples import Triples

_VARIABLE: Final = re.compile(r"\{[?$]\w+\}")
_TYPE: Final = NamedNode(PREFIXES["rdf"] + "type")
_RESULTS: Final = """SELECT ?r ?severity ?focus ?path ?value ?shape ?component ?message WHERE {
    ?report sh:result ?r . ?r sh:resultSeverity ?severity ; sh:focusNode ?focus ; sh:sourceConstraintComponent ?component .
    OPTIONAL { ?r sh:resultPath ?path } OPTIONAL { ?r sh:value ?value }
    OPTIONAL { ?r sh:sourceShape ?shape } OPTIONAL { ?r sh:resultMessage ?message } }"""


def run(data: Store, shapes: Shapes, only: Iterable[Subject] | None = None) -> list[Finding]:
    """The findings of pySHACL for all shapes, or for these alone. Raises InputError where it gives up."""
    import pyshacl
    import rdflib

    blanks: dict[str, Any] = {}
    wanted = rdflib.Graph().parse(data=_flat(shapes.store if only is None else _targeting(shapes, set(only))), format="nt", bnode_context=blanks)
    graph = _prepared_graph().parse(data=_flat(data), format="nt", bnode_context=blanks)
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri, replace=True)
    try:
        _, report, told = pyshacl.validate(graph, shacl_graph=wanted, advanced=False, inference="none", allow_infos=True, allow_warnings=True)
    except RuntimeError as wrong:  # what it cannot read or do; NotImplementedError is one
        raise _gave_up(str(wrong)) from wrong
    if not isinstance(report, rdflib.Graph):
        raise _gave_up(told)
    return list(_findings(report, shapes, {str(node): label for label, node in blanks.items()}))


def _gave_up(told: str) -> InputError:
    return InputError(f"pySHACL kan inte använda formerna: {told}", f"pySHACL cannot use the shapes: {told}")


def _targeting(shapes: Shapes, only: set[Subject]) -> Triples:
    """The shapes graph with the targets of these shapes alone."""
    dropped: set[object] = {root for root in shapes.roots() if root not in only}
    targets = {NamedNode(SH + name) for name in TARGETS}
    kinds = {NamedNode(PREFIXES[p] + "Class") for p in ("rdfs", "owl")}

    def targeting(quad: Quad) -> bool:
        return quad.predicate in targets or (quad.predicate == _TYPE and quad.object in kinds)

    return Triples(q for q in shapes.store if not (q.subject in dropped and targeting(q)))


def _prepared_graph() -> Any:
    """An rdflib graph that parses each query once: pySHACL asks the same one for every focus node."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepare = lru_cache(maxsize=None)(lambda text, names: prepareQuery(text, initNs=dict(names)))

    class Prepared(rdflib.Graph):
        def query(self, query_object: Any, *more: Any, initNs: Any = None, **named: Any) -> Any:  # noqa: N803 - rdflib's own name
            ready = prepare(query_object, tuple(sorted((initNs or {}).items()))) if isinstance(query_object, str) else query_object
            return super().query(ready, *more, **named)

    return Prepared()


def _flat(store: Iterable[Quad]) -> str:
    """The union of all graphs as N-Triples."""
    return "\n".join({f"{q.subject} {q.predicate} {q.object} ." for q in store})


def _findings(graph: Any, shapes: Shapes, blanks: dict[str, str]) -> Iterator[Finding]:
    held = Store.memory()
    held.add(read_ntriples(graph.serialize(format="nt", encoding="utf-8")))
    rows: dict[str, list[Row]] = {}
    for row in held.select(_RESULTS):
        rows.setdefault(row["r"].value, []).append(row)
    templates = _templates(shapes.store)
    for same in rows.values():
        told = [m for row in same if isinstance(m := row.get("message"), Literal)]
        yield _finding(held, same[0], blanks, tuple(m if m.language else _tagged(m, templates) for m in told))


def _finding(held: Store, row: Row, blanks: dict[str, str], told: tuple[Literal, ...]) -> Finding:
    def ours(term: Term) -> Term:
        return BlankNode(blanks[term.value]) if isinstance(term, BlankNode) and term.value in blanks else term

    path = paths.shown(paths.sparql(held, row["path"])) if "path" in row else ""
    value, shape = ours(row["value"]) if "value" in row else None, ours(row["shape"])
    assert isinstance(shape, NamedNode | BlankNode)
    return Finding(row["severity"].value.removeprefix(SH), ours(row["focus"]), path, value, shape, row["component"].value, told)


def _templates(shapes: Triples) -> list[tuple[re.Pattern[str], str]]:
    """Every message of the shapes as a pattern, with its language: pySHACL loses the tag of messages with variables in them."""
    found = {q.object for q in shapes.quads(None, NamedNode(SH + "message"))}
    tagged = [m for m in sorted(found, key=str) if isinstance(m, Literal) and m.language]
    return [(re.compile("[\\s\\S]*".join(map(re.escape, _VARIABLE.split(m.value)))), str(m.language)) for m in tagged]


def _tagged(message: Literal, templates: list[tuple[re.Pattern[str], str]]) -> Literal:
    lang = next((lang for pattern, lang in templates if pattern.fullmatch(message.value)), None)
    return Literal(message.value, language=lang) if lang else message

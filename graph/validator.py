"""SHACL: what complete and consistent data looks like, and what in a store does not.

The shapes run over the union of all graphs, the inferred one included. pySHACL is the engine; a report is read back into plain values, so that pages, the
command line and the release manifest tell the same. Messages stand in the shapes in Swedish and English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from graph.names import labels
from graph.namespaces import PREFIXES
from graph.report import SEVERITIES, Report, Result
from graph.store import Literal, NamedNode, Store, read_ntriples

SH: Final = PREFIXES["sh"]
_VARIABLE: Final = re.compile(r"\{[?$]\w+\}")


def validate(store: Store, shapes: Iterable[Path]) -> Report:
    """Checks a store against shapes files. The store must already be reasoned over: no inference is done here."""
    import pyshacl
    import rdflib

    wanted = rdflib.Graph()
    for path in shapes:
        wanted.parse(path)
    data = _prepared_graph().parse(data=_flat(store), format="nt")
    for prefix, iri in PREFIXES.items():
        data.bind(prefix, iri, replace=True)
    _, report, _ = pyshacl.validate(data, shacl_graph=wanted, advanced=False, inference="none", allow_infos=True, allow_warnings=True)
    return _report(report, wanted, store)


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


def _flat(store: Store) -> str:
    """The union of all graphs as N-Triples."""
    return "\n".join({f"{q.subject} {q.predicate} {q.object} ." for q in store})


def _report(graph: Any, wanted: Any, store: Store) -> Report:
    held, templates = Store.memory(), _templates(wanted)
    held.add(read_ntriples(graph.serialize(format="nt", encoding="utf-8")))
    rows = held.select("""SELECT ?r ?severity ?focus ?path ?value ?shape ?component ?message WHERE {
        ?report sh:result ?r . ?r sh:resultSeverity ?severity ; sh:focusNode ?focus ; sh:sourceConstraintComponent ?component .
        OPTIONAL { ?r sh:resultPath ?path } OPTIONAL { ?r sh:value ?value }
        OPTIONAL { ?r sh:sourceShape ?shape } OPTIONAL { ?r sh:resultMessage ?message } }""")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        result = found.setdefault(str(row["r"]), {"messages": {}})
        result |= {n: v.value for n, v in row.items() if n not in ("r", "message")}
        message = row.get("message")
        if isinstance(message, Literal):
            result["messages"][message.language or _language(message.value, templates)] = message.value
    results = [_result(r, store) for r in found.values()]
    return Report(tuple(sorted(results, key=lambda r: (SEVERITIES.index(r.severity), r.shape, r.label, r.focus))))


def _templates(shapes: Any) -> list[tuple[re.Pattern[str], str]]:
    """Every message of the shapes as a pattern, with its language: pySHACL loses the tag of messages with variables in them."""
    rows = shapes.query("SELECT DISTINCT ?m WHERE { ?s <http://www.w3.org/ns/shacl#message> ?m }")
    return [(re.compile("[\\s\\S]*".join(map(re.escape, _VARIABLE.split(m)))), m.language) for (m,) in rows if m.language]


def _language(message: str, templates: list[tuple[re.Pattern[str], str]]) -> str:
    return next((lang for pattern, lang in templates if pattern.fullmatch(message)), "sv")


def _result(found: dict[str, Any], store: Store) -> Result:
    focus = found["focus"]
    names = labels(store, f"VALUES ?x {{ {NamedNode(focus)} }}").get(focus, {}) if "://" in focus else {}
    path, value, shape = (found.get(n, "") for n in ("path", "value", "shape"))
    severity, component = (found[n].removeprefix(SH) for n in ("severity", "component"))
    return Result(severity, focus, names.get("sv") or focus, path, value, shape, component, found["messages"])

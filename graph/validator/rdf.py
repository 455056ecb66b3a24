"""A report as RDF: sh:ValidationReport (SHACL §3.6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from graph.namespaces import expand
from graph.report import Report, Result
from graph.store import BlankNode, Literal, NamedNode, Subject, Triple, is_iri

_TYPE = NamedNode(expand("rdf:type"))


def triples(report: Report) -> Iterator[Triple]:
    """The report and its results. A path longer than one step and a value that is no IRI are given as text."""
    whole = BlankNode("report")
    yield Triple(whole, _TYPE, NamedNode(expand("sh:ValidationReport")))
    yield Triple(whole, NamedNode(expand("sh:conforms")), Literal(not report.results))
    for number, result in enumerate(report.results):
        node = BlankNode(f"result{number}")
        yield Triple(whole, NamedNode(expand("sh:result")), node)
        yield from _result(node, result)


def _result(node: Subject, r: Result) -> Iterator[Triple]:
    yield Triple(node, _TYPE, NamedNode(expand("sh:ValidationResult")))
    said = {"sh:resultSeverity": expand("sh:" + r.severity), "sh:focusNode": r.focus, "sh:resultPath": r.path, "sh:value": r.value, "sh:sourceShape": r.shape}
    for name, value in (said | {"sh:sourceConstraintComponent": expand("sh:" + r.component)}).items():
        if value:
            yield Triple(node, NamedNode(expand(name)), NamedNode(value) if is_iri(value) else Literal(value))
    for lang, message in r.messages.items():
        yield Triple(node, NamedNode(expand("sh:resultMessage")), Literal(message, language=lang))

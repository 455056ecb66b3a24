"""The canonical form of data files: `styrgraf format`.

Statements stand in the order in which the document says them, so that a diff reads as the document does. A curator may write
the passage itself as the value of sg:evidence; it is looked up in the source text and replaced by its range and hash, so that
no text of a source stays in the file. Comments other than those at the top of the file are not kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from graph.errors import EvidenceError, InputError, StyrgrafError
from graph.evidence import EVIDENCE, Texts, locate, sha256
from graph.files import graph_of
from graph.namespaces import BASE, PREFIXES, SOURCE_GRAPHS, expand
from graph.store import Literal, NamedNode, Quad, parse

Value = NamedNode | Literal
Fact = tuple[NamedNode, NamedNode, Value]
Properties = dict[NamedNode, list[Value]]
Described = dict[NamedNode, Properties]

_TYPE: Final = NamedNode(expand("rdf:type"))
_EVIDENCE: Final = NamedNode(expand("sg:evidence"))
_SHA: Final = NamedNode(expand("schema:sha256"))
_SPAN: Final = NamedNode(expand("sg:EvidenceSpan"))
_INTEGER: Final = NamedNode(expand("xsd:integer"))
_FIRST: Final = [expand(n) for n in ("rdf:type", "rdfs:label", "skos:altLabel")]
_LAST: Final = expand("sg:evidence")
_RANGE: Final = re.compile(r"/(\d+)-(\d+)(/selector)?$")


def formatted(path: Path, texts: Texts) -> str:
    """The canonical text of a data file, quotes in it resolved against the texts.

    Raises InputError for what cannot be parsed, a blank node, or a triple with no graph, and EvidenceError for a quote that
    does not stand in the text; every such quote of the file is told at once.
    """
    graphs: dict[str, list[Fact]] = defaultdict(list)
    for quad in parse(path, graph_of(path), BASE):
        name, fact = _fact(path, quad)
        graphs[name].append(fact)
    blocks = [_block(name, _resolved(path, name, found, texts), path.suffix == ".trig") for name, found in sorted(graphs.items())]
    return _comment(path) + _prologue("".join(blocks)) + "\n" + "\n".join(blocks)


def _fact(path: Path, quad: Quad) -> tuple[str, Fact]:
    """A quad as its graph and a triple of names and literals. Raises InputError for anything else."""
    if not isinstance(quad.graph_name, NamedNode):
        raise InputError(
            f"{path}: en trippel utan graf ({quad.subject}); sätt den i GRAPH <…> {{ }}.",
            f"{path}: a triple without a graph ({quad.subject}); put it in GRAPH <…> {{ }}.",
        )
    if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
        return quad.graph_name.value, (quad.subject, quad.predicate, quad.object)
    raise InputError(
        f"{path}: en blank nod ({quad.predicate.value}); ge saken en IRI.", f"{path}: a blank node ({quad.predicate.value}); give the thing an IRI."
    )


def _comment(path: Path) -> str:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[:end])


def _resolved(path: Path, graph: str, facts: list[Fact], texts: Texts) -> Described:
    """The graph as subject → predicate → objects, with quotes replaced by ranges and unused ranges left out."""
    subjects: Described = defaultdict(lambda: defaultdict(list))
    version = next(((s, o.value) for s, p, o in facts if p == _SHA and "/id/" not in s.value), None)
    text = texts.get(version[1]) if version else None
    used, wrong = set(), []
    for subject, predicate, obj in facts:
        try:
            value = _range(graph, obj, text) if predicate == _EVIDENCE else obj
        except StyrgrafError as error:
            wrong.append(error)
            continue
        if predicate == _EVIDENCE:
            used.add(value.value)
        subjects[subject][predicate].append(value)
    if wrong:
        raise EvidenceError(*(f"{path}:\n" + "\n".join(f"  {e.text(lang)}" for e in wrong) for lang in ("sv", "en")))
    for subject in [s for s, p in subjects.items() if _RANGE.search(s.value) and s.value.removesuffix("/selector") not in used]:
        del subjects[subject]
    for iri in used:
        if version and text is not None:
            subjects.update(_span(iri, version[0], text))
        elif NamedNode(iri) not in subjects:
            raise EvidenceError(
                f"{path}: källtexten saknas, så {iri} kan inte beläggas; ange --sources.",
                f"{path}: the source text is missing, so {iri} cannot be recorded; give --sources.",
            )
    return subjects


def _range(graph: str, evidence: Value, text: str | None) -> NamedNode:
    """The IRI of an evidence range, from itself or from a quote."""
    if isinstance(evidence, NamedNode):
        return evidence
    if text is None:
        raise EvidenceError(f"Källtexten saknas för {evidence.value!r}; ange --sources.", f"The source text is missing for {evidence.value!r}; give --sources.")
    start, end = locate(evidence.value, text)
    return NamedNode(f"{EVIDENCE}{graph.removeprefix(SOURCE_GRAPHS)}/{start}-{end}")


def _span(iri: str, version: NamedNode, text: str) -> Described:
    """The description of an evidence range that its IRI names."""
    found = _RANGE.search(iri)
    if not found or not int(found[1]) < int(found[2]) <= len(text):
        raise EvidenceError(f"{iri} är inget intervall i texten (0–{len(text)}).", f"{iri} is no range of the text (0–{len(text)}).")
    start, end = int(found[1]), int(found[2])
    node, selector = NamedNode(iri), NamedNode(iri + "/selector")

    def p(name: str) -> NamedNode:
        return NamedNode(expand(name))

    return {
        node: {_TYPE: [_SPAN], p("oa:hasSelector"): [selector], p("oa:hasSource"): [version], _SHA: [Literal(sha256(text[start:end]))]},
        selector: {_TYPE: [p("oa:TextPositionSelector")], p("oa:start"): [Literal(start)], p("oa:end"): [Literal(end)]},
    }


def _block(graph: str, subjects: Described, trig: bool) -> str:
    lines = [_described(s, subjects[s]) for s in sorted(subjects, key=lambda s: _place(s.value, subjects[s]))]
    return f"GRAPH {_iri(graph)} {{\n\n" + "\n".join(lines) + "}\n" if trig else "\n".join(lines)


def _place(iri: str, properties: Properties) -> tuple[int, int, int, str]:
    """Where a subject stands: things first, then statements as the document says them, then the ranges."""
    span = _RANGE.search(iri)
    if span:
        return 2, int(span[1]), int(span[2]), iri
    starts = [(int(m[1]), int(m[2])) for e in properties.get(_EVIDENCE, []) if (m := _RANGE.search(e.value))]
    return (1, *min(starts), iri) if starts else (0, 0, 0, iri)


def _described(subject: NamedNode, properties: Properties) -> str:
    def order(p: NamedNode) -> tuple[int, str]:
        return (_FIRST.index(p.value) if p.value in _FIRST else 99 if p.value == _LAST else 50, p.value)

    parts = [f"{'a' if p == _TYPE else _iri(p.value)} {', '.join(_values(properties[p]))}" for p in sorted(properties, key=order)]
    return _iri(subject.value) + " " + " ;\n    ".join(parts) + " .\n"


def _values(objects: Iterable[Value]) -> Iterator[str]:
    """Objects as Turtle, once each: ranges by place, Swedish before English, the rest by their text."""

    def order(term: Value) -> tuple[int, bool, str]:
        span = _RANGE.search(term.value) if isinstance(term, NamedNode) else None
        return int(span[1]) if span else 0, isinstance(term, Literal) and term.language == "en", str(term)

    return (_term(o) for o in sorted(set(objects), key=order))


def _term(term: Value) -> str:
    if isinstance(term, NamedNode):
        return _iri(term.value)
    if term.datatype == _INTEGER or (term.value in ("true", "false") and term.datatype.value.endswith("boolean")):
        return term.value
    quoted = str(Literal(term.value))
    if term.language:
        return f"{quoted}@{term.language}"
    plain = term.datatype.value == expand("xsd:string")
    return quoted if plain else f"{quoted}^^{_iri(term.datatype.value)}"


def _iri(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[A-Za-z_]\w*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri.removeprefix(BASE)}>"


def _prologue(body: str) -> str:
    """The base and just those prefixes that the body uses."""
    used = {p for p in PREFIXES if re.search(rf"(?<![\w<:/]){p}:\w", body)}
    return f"@base <{BASE}> .\n" + "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items() if p in used)

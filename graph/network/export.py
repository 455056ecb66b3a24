"""A drawing in the formats of other programs: GraphML, GEXF, DOT and Mermaid. `graph.network.pictures` makes SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import networkx

from graph.evidence import Citation
from graph.names import Name
from graph.network.describing import Drawing, Relation
from graph.network.model import local
from graph.network.pictures import as_svg, clean

_DATED: Final = re.compile(r' lastmodifieddate="[^"]*"')  # the same drawing is the same file on any day
_MERMAID: Final = re.compile(r"[^\w åäöÅÄÖéÉüÜ.,:()/–-]")


def _multigraph(drawing: Drawing) -> networkx.MultiDiGraph:
    graph = networkx.MultiDiGraph(cut=drawing.cut)
    for p in drawing.parties:
        told = {"label": p.name.text("sv"), "label_en": p.name.text("en"), "kind": local(p.kind.iri), "abbreviation": p.abbreviation}
        graph.add_node(p.name.iri, **_texts(told, level=p.level, within=p.within, region=p.region))
    for n, r in enumerate(drawing.relations):
        told = {"label": r.kind.text("sv"), "kind": local(r.edge.kind), "statement": r.edge.statement, "says": r.statement.text("sv")}
        told |= {"hedges": ", ".join(h.text("sv") for h in r.hedges), "evidence": "; ".join(map(_place, r.citations))}
        graph.add_edge(r.edge.source, r.edge.target, key=n, firm=r.firm, **_texts(told, strength=r.strength))
    return graph


def _texts(told: dict[str, str], **named: Name | None) -> dict[str, str]:
    shown = {name: value.text("sv") if value else "" for name, value in named.items()}
    return {name: clean(text) for name, text in (told | shown).items()}


def _place(citation: Citation) -> str:
    """A passage as a document's IRI with the range of characters (RFC 5147), or the source that was read."""
    return citation.source or f"{citation.document.iri if citation.document else ''}#char={citation.start},{citation.end}"


def as_graphml(drawing: Drawing, _lang: str) -> str:
    """GraphML 1.0."""
    return "\n".join(networkx.generate_graphml(_multigraph(drawing))) + "\n"


def as_gexf(drawing: Drawing, _lang: str) -> str:
    """GEXF 1.2."""
    return _DATED.sub("", "\n".join(networkx.generate_gexf(_multigraph(drawing)))) + "\n"


def as_dot(drawing: Drawing, lang: str) -> str:
    """DOT, the language of Graphviz; what is hedged is dashed."""
    lines = [*(["// cut"] if drawing.cut else []), "digraph styrgraf {", "  rankdir=BT;", '  node [shape=box, fontname="sans-serif"];']
    lines += [f"  {_quoted(p.name.iri)} [label={_quoted(p.name.text(lang))}, URL={_quoted(p.name.iri)}];" for p in drawing.parties]
    for r in drawing.relations:
        told = f"label={_quoted(r.kind.text(lang))}, tooltip={_quoted(r.statement.text(lang))}" + ("" if r.firm else ", style=dashed")
        lines.append(f"  {_quoted(r.edge.source)} -> {_quoted(r.edge.target)} [{told}];")
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    """A DOT string: a backslash doubled, since it begins an escape of labels."""
    inside = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


def as_mermaid(drawing: Drawing, lang: str) -> str:
    """A Mermaid flowchart; what is hedged is dotted."""
    number = {p.name.iri: f"n{i}" for i, p in enumerate(drawing.parties)}
    lines = ["flowchart BT", *(["  %% cut"] if drawing.cut else []), *(f'  {number[p.name.iri]}["{_entities(p.name.text(lang))}"]' for p in drawing.parties)]
    lines += [_arrow(r, number, lang) for r in drawing.relations]
    return "\n".join(lines) + "\n"


def _arrow(r: Relation, number: Mapping[str, str], lang: str) -> str:
    line = "-->" if r.firm else "-.->"
    return f'  {number[r.edge.source]} {line}|"{_entities(r.kind.text(lang))}"| {number[r.edge.target]}'


def _entities(text: str) -> str:
    """Mermaid text: what might mean something to it as the number of a character."""
    return _MERMAID.sub(lambda m: f"#{ord(m[0])};", clean(text).replace("\n", " "))


FORMATS: Final[Mapping[str, tuple[str, Callable[[Drawing, str], str]]]] = {
    "graphml": ("application/graphml+xml", as_graphml),
    "gexf": ("application/gexf+xml", as_gexf),
    "dot": ("text/vnd.graphviz", as_dot),
    "mmd": ("text/vnd.mermaid", as_mermaid),
    "svg": ("image/svg+xml", as_svg),
}
"""The formats by the suffix of their files: media type and writer, which takes the drawing and the language of its labels."""

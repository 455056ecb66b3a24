"""What can be said of why patterns have no answer: terms that the graph does not know, literals written otherwise, the wrong way round, the wrong graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from graph.diagnosis.patterns import Element
from graph.diagnosis.probe import Scope
from graph.namespaces import SG, expand, shorten
from graph.syntax import Token, bare

_NEAREST: Final = 3
_LIKE: Final = 60  # of 100
_NAMED: Final = f"{{ ?x <{expand('rdfs:label')}> ?l }} UNION {{ ?x <{expand('skos:prefLabel')}> ?l }}"
_IS_A: Final = ("a", "rdf:type", f"<{expand('rdf:type')}>")

_WORDS: Final = {
    "unknown": ("Grafen känner inte till {0}.", "The graph does not know {0}."),
    "unused_property": ("{0} finns i ontologin, men inget i grafen har den egenskapen.", "{0} is in the ontology, but nothing in the graph has that property."),
    "no_instances": ("Inget i grafen är av slaget {0}.", "Nothing in the graph is a {0}."),
    "literal": ("Grafen skriver inte {0} så.", "The graph does not write {0} like that."),
    "reversed": ("Egenskapen går åt andra hållet: {0}", "The property points the other way: {0}"),
    "graph": ("Det står i andra grafer än dem som frågan läser.", "It is said in other graphs than those that the query reads."),
    "filter": ("Filtret tar bort allt; utan det finns till exempel {0}.", "The filter removes everything; without it there is, for instance, {0}."),
}


@dataclass(frozen=True)
class Reason:
    """A reason by kind and in words, and what the graph has instead (as it is written in SPARQL)."""

    kind: str
    words: dict[str, str]
    nearest: tuple[str, ...] = ()


def _reason(kind: str, about: str = "", nearest: Sequence[str] = ()) -> Reason:
    sv, en = _WORDS[kind]
    listed = ", ".join(nearest)
    more = {"sv": f" Närmast: {listed}." if listed else "", "en": f" Nearest: {listed}." if listed else ""}
    return Reason(kind, {"sv": sv.format(about) + more["sv"], "en": en.format(about) + more["en"]}, tuple(nearest))


async def reasons(core: Sequence[Element], scope: Scope) -> list[Reason]:
    """Every reason that is found, the surest first; none where each part is as the graph has it and they merely never meet."""
    found = [r for e in core for r in await _terms(e, scope)]
    found = found or await _elsewhere(core, scope)
    found = found or [r for e in core for r in await _literals(e, scope)]
    found = found or [r for e in core for r in await _turned(e, core, scope)]
    return found or [r for e in core if e.kind == "filter" for r in await _filtered(e, core, scope)]


async def _terms(element: Element, scope: Scope) -> list[Reason]:
    """The terms of an element that the graph does not know or use."""
    everywhere, found = scope.everywhere(), []
    tokens = bare(element.text)
    for n, token in enumerate(tokens):
        iri = scope.pattern.iri(token) if token.kind in ("iri", "name") else ""
        if iri and not _calls_or_types(tokens, n):
            found += await _unknown(token, iri, element, everywhere)
    return found


def _calls_or_types(tokens: list[Token], n: int) -> bool:
    """Whether an IRI is a function's name or a datatype's."""
    return [t.text for t in tokens[n + 1 : n + 2]] == ["("] or [t.text for t in tokens[max(0, n - 2) : n]] == ["^", "^"]


async def _unknown(token: Token, iri: str, element: Element, scope: Scope) -> list[Reason]:
    verb, obj = (element.parts or ("", "", ""))[1:]
    known = await scope.asks(f"{{ <{iri}> ?p ?o }} UNION {{ ?s ?p <{iri}> }} UNION {{ ?s <{iri}> ?o }} UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")
    if not known:
        return [_reason("unknown", token.text, await _nearest(iri, scope))]
    if token.text == verb and not await scope.asks(f"?s <{iri}> ?o"):
        return [_reason("unused_property", token.text, await _nearest(iri, scope))]
    if token.text == obj and verb in _IS_A and not await scope.asks(f"?s a <{iri}>"):
        return [_reason("no_instances", token.text, await _nearest(iri, scope))]
    return []


async def _nearest(iri: str, scope: Scope) -> list[str]:
    """What the graph has in the same namespace, or in ours, that is called most like this."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    for namespace in dict.fromkeys((iri[:cut], SG)):
        rows = await scope.selects("?x ?l", f'?x a ?c FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{namespace}")) OPTIONAL {{ {_NAMED} }}')
        spelled = [(s, r["x"]["value"]) for r in rows for s in (r["x"]["value"][len(namespace) :], r.get("l", {}).get("value", "")) if s]
        if found := _like(iri[cut:], spelled):
            return [_written(i) for i in found if i != iri]
    return []


def _like(text: str, spelled: list[tuple[str, str]]) -> list[str]:
    """The values whose spelling is most like a text; of those that are equally like it the first in the alphabet, whatever order they come in."""
    spelled = sorted(spelled)
    found = process.extract(text, [s for s, _ in spelled], scorer=fuzz.WRatio, processor=default_process, limit=4 * _NEAREST, score_cutoff=_LIKE)
    return list(dict.fromkeys(spelled[n][1] for _, _, n in found))[:_NEAREST]


def _written(iri: str) -> str:
    short = shorten(iri)
    return short if ":" in short and short != iri else f"<{iri}>"


async def _literals(element: Element, scope: Scope) -> list[Reason]:
    """A literal that the graph writes with a language tag, another datatype or other words."""
    if element.parts is None or bare(element.parts[2])[0].kind not in ("string", "word"):
        return []
    subject, verb, literal = element.parts
    subject = subject if subject.startswith(("?", "$")) else "?any"
    rows = await scope.selects("?value", f"{subject} {verb} ?value FILTER(ISLITERAL(?value))")
    found = _like(_content(literal), [(r["value"]["value"], _term(r["value"])) for r in rows])
    return [] if literal in found else [_reason("literal", literal, found)]


def _content(literal: str) -> str:
    token = bare(literal)[0]
    return token.text.strip("\"'") if token.kind == "string" else literal


def _term(term: dict[str, str]) -> str:
    """A term of SPARQL Results JSON as SPARQL."""
    if term["type"] == "uri":
        return _written(term["value"])
    text = '"' + term["value"].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return text + (f"@{tag}" if (tag := term.get("xml:lang")) else f"^^{_written(kind)}" if (kind := term.get("datatype")) else "")


async def _turned(element: Element, core: Sequence[Element], scope: Scope) -> list[Reason]:
    """A triple pattern that has answers when subject and object change places."""
    subject, verb, obj = element.parts or ("", "", "")
    if verb in _IS_A or bare(obj or '""')[0].kind not in ("variable", "iri", "name"):
        return []
    turned = Element("triple", f"{obj} {verb} {subject} .")
    return [_reason("reversed", turned.text)] if await scope.holds([turned if e is element else e for e in core]) else []


async def _elsewhere(core: Sequence[Element], scope: Scope) -> list[Reason]:
    """Whether it is FROM or GRAPH that leaves the answer out, and which graphs have it."""
    if not scope.pattern.dataset and not scope.openings:
        return []
    body, everywhere = " ".join(e.text for e in core), scope.everywhere()
    if not await everywhere.asks(body):
        return []
    rows = await everywhere.selects("?graph_that_has_it", f"GRAPH ?graph_that_has_it {{ {body} }}", _NEAREST)
    return [_reason("graph", "", [_term(r["graph_that_has_it"]) for r in rows])]


async def _filtered(element: Element, core: Sequence[Element], scope: Scope) -> list[Reason]:
    """What a filter's variables are bound to before it removes all; what is most like the filter's own strings, where it has any."""
    rest = [e for e in core if e is not element]
    bound = {v for e in rest for v in e.variables} & element.variables
    if not bound:
        return []
    rows = await scope.selects(" ".join(f"?{v}" for v in sorted(bound)), " ".join(e.text for e in rest))
    values = [(term["value"], f"?{v} = {_term(term)}") for row in rows for v, term in row.items()]
    strings = [_content(t.text) for t in bare(element.text) if t.kind == "string"]
    shown = [found for text in strings for found in _like(text, values)] or list(dict.fromkeys(told for _, told in values))[:_NEAREST]
    return [_reason("filter", "; ".join(shown))] if shown else []

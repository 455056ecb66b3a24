"""One thing and what is said of it: names, classes, values out, and statements that lead to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from graph.evidence import Citation, citations
from graph.names import Name, names
from graph.namespaces import INFERRED_GRAPH, SPARQL_PREFIXES, expand
from graph.statistics import IS_COUNTED
from graph.store import NamedNode, Store, Term, Triple

_NAMES: Final = {expand("rdfs:label"), expand("skos:prefLabel")}
_TYPE: Final = expand("rdf:type")
_CITED: Final = {expand("sg:evidence"), expand("dcterms:source"), expand("sg:certainty")}  # told by the citations


@dataclass(frozen=True)
class Value:
    """A value (a thing, or a literal's text), whether no document says it outright, and what it rests on."""

    value: Name | str
    inferred: bool
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Property:
    """A property with its values (or, for incoming ones, the things that have it)."""

    name: Name
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Entity:
    """A thing as the graph knows it."""

    name: Name
    types: tuple[Value, ...]
    outgoing: tuple[Property, ...]
    incoming: tuple[Property, ...]
    citations: tuple[Citation, ...]


_Said = dict[tuple[str, Term], bool]


def describe(store: Store, iri: str) -> Entity | None:
    """What the graph says of an IRI, or None where it says nothing.

    A value that follows only from a more specific one is left out: whoever reads "rapporterar till" need not be told "berör" too.
    """
    out, into = _around(store, iri)
    if not out and not into:
        return None
    called = names(store, {iri} | {p for p, _ in [*out, *into]} | {t.value for _, t in [*out, *into] if isinstance(t, NamedNode)})
    cited = citations(store, [iri, *(t.value for _, t in into if isinstance(t, NamedNode))])
    properties = _properties(out, called, {})
    types = next((p.values for p in properties if p.name.iri == _TYPE), ())
    shown = tuple(p for p in properties if p.name.iri not in _NAMES | {_TYPE} | (_CITED if cited.get(iri) else set()))
    return Entity(called[iri], types, shown, _properties(into, called, cited), tuple(cited.get(iri, [])))


def triples(store: Store, iri: str) -> set[Triple]:
    """What the page of a thing shows, as triples: out of it, into it, and the ranges that it rests on."""
    out, into = _around(store, iri)
    node, found = NamedNode(iri), set()
    found |= {Triple(node, NamedNode(p), term) for p, term in out}
    found |= {Triple(term, NamedNode(p), node) for p, term in into if isinstance(term, NamedNode)}
    resting = "?e a sg:EvidenceSpan . { ?e ?p ?o BIND(?e AS ?s) } UNION { ?e oa:hasSelector ?s . ?s ?p ?o }"
    pattern = (
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {node} sg:evidence ?e . {resting} FILTER(?p != rdf:type || ?o = sg:EvidenceSpan || ?o = oa:TextPositionSelector) }}"
    )
    return found | set(store.run(SPARQL_PREFIXES + pattern))


def _around(store: Store, iri: str) -> tuple[_Said, _Said]:
    """What is said out of and into a thing, without what follows from something more specific."""
    out, into = _said(store, f"<{iri}> ?p ?x"), _said(store, f"?x ?p <{iri}>")
    above = _above(store, {p for p, _ in [*out, *into]} | {t.value for p, t in out if p == _TYPE})
    return _specific(out, above), _specific(into, above)


def _said(store: Store, pattern: str) -> _Said:
    """Property and term of each match, with whether it stands in the inferred graph alone."""
    inferred = f"MIN(IF(?g = <{INFERRED_GRAPH}>, 1, 0))"
    rows = store.select(f"SELECT ?p ?x ({inferred} AS ?inferred) WHERE {{ GRAPH ?g {{ {pattern} }} FILTER(!{IS_COUNTED}) }} GROUP BY ?p ?x")
    return {(r["p"].value, r["x"]): r["inferred"].value == "1" for r in rows}


def _above(store: Store, terms: set[str]) -> dict[str, set[str]]:
    """The properties and classes above each term."""
    wanted = " ".join(f"<{t}>" for t in sorted(terms))
    found: dict[str, set[str]] = defaultdict(set)
    rows = store.select(f"SELECT ?t ?u WHERE {{ VALUES ?t {{ {wanted} }} ?t (rdfs:subPropertyOf|rdfs:subClassOf)+ ?u FILTER(?t != ?u && ISIRI(?u)) }}")
    for r in rows:
        found[r["t"].value].add(r["u"].value)
    return found


def _specific(said: _Said, above: dict[str, set[str]]) -> _Said:
    """Without what is inferred only and follows from a more specific property or class."""
    implied = {(up, term) for p, term in said for up in above[p]}
    implied |= {(_TYPE, NamedNode(up)) for p, term in said if p == _TYPE for up in above[term.value]}
    return {key: inferred for key, inferred in said.items() if not inferred or key not in implied}


def _properties(said: _Said, called: dict[str, Name], cited: dict[str, list[Citation]]) -> tuple[Property, ...]:
    groups: dict[str, list[Value]] = defaultdict(list)
    for (predicate, term), inferred in said.items():
        thing = called[term.value] if isinstance(term, NamedNode) else term.value
        groups[predicate].append(Value(thing, inferred, tuple(cited.get(term.value, []))))
    made = [Property(called[p], tuple(sorted(v, key=_order))) for p, v in groups.items()]
    return tuple(sorted(made, key=lambda p: p.name.text("sv").casefold()))


def _order(value: Value) -> tuple[str, int, str]:
    """By document and place, then by name: statements stand as a reader meets them."""
    name = value.value.text("sv") if isinstance(value.value, Name) else value.value
    first = next(iter(value.citations), None)
    return (first.document.iri if first and first.document else "", first.start if first else 0, name.casefold())

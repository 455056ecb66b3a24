"""The ontology published: documentation in both languages with a class diagram, all of it as RDF, and the JSON-LD context."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import cos, dist, pi, sin
from typing import Any

from rdflib import Graph

from graph.namespaces import ONTOLOGY_GRAPH, SG
from graph.store import Store, serialize
from graph.terms import OntologyTerm, context, terms

WIDTH, HEIGHT, BOX = 960, 620, (178, 58)
COLUMNS = ("iri", "kind", "label", "definition", "above", "domains", "ranges")


@dataclass(frozen=True)
class Box:
    """A top class in the diagram: where its middle is, and how many classes stand below it."""

    term: OntologyTerm
    x: int
    y: int
    below: int


@dataclass(frozen=True)
class Arrow:
    """Properties that lead from one top class to another; `x` and `y` are where their names stand."""

    start: tuple[int, int]
    end: tuple[int, int]
    x: int
    y: int
    properties: tuple[OntologyTerm, ...]


@dataclass(frozen=True)
class Diagram:
    """The classes at the top and what leads from one to another."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def ontology(store: Store, media_type: str) -> bytes:
    """The whole ontology with its vocabularies and alignments."""
    return serialize(set(store.run(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}")), media_type)


def term_as_json(term: OntologyTerm) -> dict[str, Any]:
    """A class or property as plain values."""
    linked = {name: [n.iri for n in found] for name, found in (("above", term.above), ("domains", term.domains), ("ranges", term.ranges))}
    return {"iri": term.name.iri, "kind": term.kind, "label": term.name.labels, "definition": term.definitions, **linked, "chains": term.chains}


def term_row(term: OntologyTerm, lang: str) -> tuple[str, ...]:
    """A class or property as a line of COLUMNS, in a language."""
    linked = ("; ".join(n.iri for n in found) for found in (term.above, term.domains, term.ranges))
    return (term.name.iri, term.kind, term.name.text(lang), term.definition(lang), *linked)


def compact(store: Store, turtle: bytes, context_url: str) -> bytes:
    """Triples as JSON-LD, short by our context, which is named by its address."""
    graph = Graph().parse(data=turtle, format="turtle")
    made = json.loads(graph.serialize(format="json-ld", context=context(store), auto_compact=False, use_native_types=True))
    found: dict[str, Any] = made if isinstance(made, dict) else {"@graph": made}
    return json.dumps({**found, "@context": context_url}, ensure_ascii=False, indent=1).encode()


def tree(found: list[OntologyTerm]) -> list[tuple[OntologyTerm, int]]:
    """The classes below one another, each with its depth."""
    below = defaultdict(list)
    classes = [t for t in found if t.kind == "Class"]
    for t in classes:
        parents = [a.iri for a in t.above if a.iri.startswith(SG)] or [""]
        for parent in parents:
            below[parent].append(t)

    def walk(parent: str, depth: int) -> Iterator[tuple[OntologyTerm, int]]:
        for t in below[parent]:
            yield t, depth
            yield from walk(t.name.iri, depth + 1)

    return list(walk("", 0))


def diagram(store: Store) -> Diagram:
    """The classes that stand under no other, the one with most below it in the middle, and the properties between them."""
    found = terms(store)
    walked = tree(found)
    tops: dict[str, list[OntologyTerm]] = {}
    for t, depth in walked:
        if depth == 0:
            tops[t.name.iri] = []
        else:
            tops[next(reversed(tops))].append(t)
    top_of = {t.name.iri: top for top, below in tops.items() for t in below} | {top: top for top in tops}
    between: dict[tuple[str, str], list[OntologyTerm]] = defaultdict(list)
    for p in found:
        ends = [[top_of[n.iri] for n in side if n.iri in top_of] for side in (p.domains or _inherited(p, found), p.ranges)]
        if p.kind == "ObjectProperty" and all(ends) and ends[0][0] != ends[1][0]:
            between[ends[0][0], ends[1][0]].append(p)
    shown = [top for top in tops if any(top in pair for pair in between)]
    middle = max(shown, key=lambda top: len(tops[top]))
    by_iri = {t.name.iri: t for t in found}
    places = _placed(middle, [top for top in shown if top != middle], set(between))
    boxes = tuple(Box(by_iri[top], *places[top], len(tops[top])) for top in shown)
    return Diagram(boxes, tuple(_arrow(places[a], places[b], properties) for (a, b), properties in between.items()))


def _placed(middle: str, others: list[str], pairs: set[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """The middle, and the others on an ellipse around it in the order that makes the lines between them shortest."""
    angles = [2 * pi * i / len(others) - pi / 2 for i in range(len(others))]
    ring = [(round(WIDTH / 2 + cos(a) * WIDTH * 0.39), round(HEIGHT / 2 + sin(a) * HEIGHT * 0.42)) for a in angles]

    def length(order: tuple[str, ...]) -> float:
        places = dict(zip(order, ring, strict=True))
        return sum(dist(places[a], places[b]) for a, b in pairs if a in places and b in places)

    best = min(permutations(others), key=length)
    return {middle: (WIDTH // 2, HEIGHT // 2), **dict(zip(best, ring, strict=True))}


def _inherited(term: OntologyTerm, found: list[OntologyTerm]) -> tuple[Any, ...]:
    """The domains of the properties above, where a property has none of its own."""
    above = {a.iri for a in term.above}
    return tuple(d for t in found if t.name.iri in above for d in t.domains)


def _arrow(start: tuple[int, int], end: tuple[int, int], properties: list[OntologyTerm]) -> Arrow:
    """From the edge of one box to the edge of the other."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    reach = min((BOX[0] / 2 + 8) / abs(dx) if dx else 1, (BOX[1] / 2 + 8) / abs(dy) if dy else 1)
    a = round(start[0] + dx * reach), round(start[1] + dy * reach)
    b = round(end[0] - dx * reach), round(end[1] - dy * reach)
    # nearer its beginning, so that the names on a pair of arrows in opposite directions do not meet
    return Arrow(a, b, (3 * a[0] + 2 * b[0]) // 5, (3 * a[1] + 2 * b[1]) // 5, tuple(properties))

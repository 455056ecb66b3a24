"""Validation against pySHACL on generated data, in one run: core shapes, SPARQL constraints, and how time grows from 100k to 1M triples.

pySHACL runs as anyone would run it: its own graph, loaded beforehand, one thread. Its reports and ours are compared before any time is taken.
"""

from __future__ import annotations

import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyshacl
import rdflib

from graph.store import Literal, NamedNode, Quad, Store
from graph.validator import read
from graph.validator.engine import run
from graph.validator.findings import Finding

E = "http://e/"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PREFIXES = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
CORE = (
    PREFIXES
    + """
:UnitShape sh:targetClass :Unit ; sh:property [ sh:path :name ; sh:minCount 1 ; sh:uniqueLang true ; sh:languageIn ( "sv" "en" ) ] ,
    [ sh:path :code ; sh:maxCount 1 ; sh:pattern "^U[0-9]+$" ] , [ sh:path :reportsTo ; sh:maxCount 1 ; sh:class :Unit ; sh:nodeKind sh:IRI ] ,
    [ sh:path ( :reportsTo :code ) ; sh:maxCount 1 ] .
:PersonShape sh:targetClass :Person ; sh:property [ sh:path :age ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxExclusive 130 ] ,
    [ sh:path :worksIn ; sh:minCount 1 ; sh:class :Unit ] , [ sh:path :role ; sh:in ( "chef" "ledamot" "koordinator" ) ] ;
    sh:or ( [ sh:path :role ; sh:hasValue "chef" ] [ sh:path :worksIn ; sh:maxCount 1 ] ) .
"""
)
SPARQL = (
    PREFIXES
    + """
:NotOwnSuperior sh:targetClass :Unit ; sh:sparql [ sh:select "SELECT $this WHERE { $this <http://e/reportsTo> $this }" ] .
:SuperiorHasChief sh:targetSubjectsOf :reportsTo ; sh:sparql [ sh:select
    "SELECT $this ?value WHERE { $this <http://e/reportsTo> ?value . FILTER NOT EXISTS { ?chief <http://e/worksIn> ?value } }" ] .
:CodesAreUnique sh:targetClass :Unit ; sh:sparql [ sh:select
    "SELECT $this ?value WHERE { $this <http://e/code> ?code . ?value <http://e/code> ?code FILTER(?value != $this) }" ] .
"""
)


def generated(triples: int) -> Iterator[Quad]:
    """Units that report to each other and the people in them, about so many triples; one in a thousand is wrong."""
    chance = random.Random(1)
    units = triples // 14
    for n in range(units):
        unit, person = NamedNode(f"{E}u{n}"), NamedNode(f"{E}p{n}")
        wrong = chance.random() < 0.001
        yield from _facts(unit, type=NamedNode(E + "Unit"), code=Literal(f"U{n - wrong}"), reportsTo=NamedNode(f"{E}u{n if wrong else n // 5}"))
        yield from _facts(unit, name=Literal(f"Enhet {n}", language="sv"))
        yield from _facts(unit, name=Literal(f"Unit {n}", language="de" if wrong else "en"), level=Literal(n % 7), place=Literal(f"Plats {n % 290}"))
        yield from _facts(person, type=NamedNode(E + "Person"), age=Literal(200 if wrong else n % 90), worksIn=unit, name=Literal(f"Person {n}"))
        yield from _facts(person, role=Literal("chef" if n % 3 else "ledamot"), phone=Literal(n), seat=Literal(n % 11))


def _facts(subject: NamedNode, **values: Any) -> Iterator[Quad]:
    for name, value in values.items():
        yield Quad(subject, TYPE if name == "type" else NamedNode(E + name), value)


def timed(work: Callable[[], object], runs: int) -> float:
    """The median of several runs, in seconds."""

    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return statistics.median(once() for _ in range(runs))


class Bench:
    """One kind of shapes, on one size of data."""

    def __init__(self, shapes: str, triples: int) -> None:
        self.store = Store.memory()
        self.store.add(generated(triples))
        self.text = shapes
        with tempfile.NamedTemporaryFile("w", suffix=".ttl") as file:
            file.write(shapes)
            file.flush()
            self.shapes = read([Path(file.name)])

    def ours(self) -> list[Finding]:
        """Our engine; nothing may be delegated."""
        found, left = run(self.store, self.shapes)
        assert not left
        return found

    def peer(self) -> tuple[float, int]:
        """The seconds that pySHACL takes, and how many results it has."""
        graph = rdflib.Graph().parse(data="\n".join(f"{q.subject} {q.predicate} {q.object} ." for q in self.store), format="nt")
        wanted = rdflib.Graph().parse(data=self.text, format="turtle")
        start = time.perf_counter()
        _, report, _ = pyshacl.validate(graph, shacl_graph=wanted, advanced=False, inference="none")
        seconds = time.perf_counter() - start
        return seconds, len(set(report.objects(None, rdflib.SH.result)))


def ratio(shapes: str, triples: int) -> tuple[float, float]:
    """Our seconds and pySHACL's, once both have found as much."""
    bench = Bench(shapes, triples)
    seconds, found = bench.peer()
    assert len(bench.ours()) == found, (len(bench.ours()), found)
    return timed(bench.ours, 5), seconds


def exponent(shapes: str) -> tuple[float, float, float]:
    """Seconds at 100k and at 1M triples, and the power with which time grows."""
    small, large = (timed(Bench(shapes, n).ours, 3) for n in (100_000, 1_000_000))
    return small, large, math.log10(large / small)


def measure() -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    rows = []
    for name, shapes, aim in (("core shapes", CORE, 15), ("SPARQL constraints", SPARQL, 1000)):
        for triples in (10_000, 100_000):
            ours, theirs = ratio(shapes, triples)
            told = f"{ours:.3f} s against {theirs:.1f} s; aim: {aim} ×"
            rows.append((f"validation, {name}, {triples // 1000}k triples", f"{theirs / ours:.0f} × faster than pySHACL", told))
        small, large, power = exponent(shapes)
        rows.append((f"validation, {name}, 1M triples", f"{large:.2f} s", f"{small:.3f} s at 100k: grows with exponent {power:.2f}"))
    return rows


if __name__ == "__main__":
    for what, figure, against in measure():
        print(f"| {what} | {figure} | {against} |")

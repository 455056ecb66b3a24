"""Property-based: after any edit, what `revalidate` makes of the report before is what a full run says, to the message and in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_graphs import SHAPES, TREE, TRIPLES, TYPE

from graph import build, files, reasoner
from graph.namespaces import SOURCE_GRAPHS
from graph.report import Report
from graph.store import BlankNode, Literal, NamedNode, Quad, Store
from graph.validator import read, revalidate, validate
from graph.validator.shapes import Shapes

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def holding(quads: set[Quad]) -> Store:
    """A store of some quads."""
    store = Store.memory()
    store.add(quads)
    return store


def agree(shapes: Shapes, before: set[Quad], after: set[Quad], report: Report | None = None) -> Report:
    """The revised report, which must be that of a full run."""
    old, new = holding(before), holding(after)
    revised = revalidate(old, new, shapes, report or validate(old, shapes), after - before, before - after)
    assert revised == validate(new, shapes)
    return revised


def follow(shapes: Shapes, now: set[Quad], edits: list[tuple[set[Quad], set[int]]]) -> None:
    """Edits one after another, each from the report that the one before it gave."""
    report = None
    for added, picked in edits:
        order = sorted(now, key=str)
        following = (now - {order[n] for n in picked if n < len(order)}) | added
        report = agree(shapes, now, following, report)
        now = following


# SPARQL constraints whose parts hang together in ways that a change must be followed through, or that nothing ties to the focus node.
WAYS = """
@prefix : <http://e/> . @prefix w: <http://w/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
<http://w/> sh:declare [ sh:prefix "" ; sh:namespace "http://e/" ] .
w:far sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?value WHERE { $this :p ?x . ?x :q/:p ?value FILTER NOT EXISTS { ?value :v ?w } }''' ] .
w:back sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:select '''SELECT $this ?value WHERE { ?value ^:p/:q? $this }''' ] .
w:option sh:targetSubjectsOf :p ; sh:sparql [ sh:prefixes <http://w/> ; sh:message "{?w} {?u}" ; sh:select
    '''SELECT $this ?w ?u WHERE { OPTIONAL { $this :q ?x . ?x :v ?w OPTIONAL { ?x :n ?u } } }''' ] .
w:late sh:targetSubjectsOf :p ; sh:sparql [ sh:prefixes <http://w/> ; sh:message "{?x} {?y}" ; sh:select
    '''SELECT $this ?x ?y WHERE { $this :p ?x OPTIONAL { ?x :q ?y } ?y :v 1 }''' ] .
w:branch sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?value WHERE { $this :p ?value { FILTER NOT EXISTS { ?value a :D } } UNION { ?value :q ?x FILTER EXISTS { ?x :v ?w } } }''' ] .
w:either sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?value WHERE { { $this :p ?value } UNION { ?value :q ?x . ?x :p $this }
        ?value :v ?w FILTER(STRLEN(STR(?w)) > 1 || EXISTS { ?value :n ?n }) }''' ] .
w:count sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:message "{?n}" ; sh:select
    '''SELECT $this ?n WHERE {
        { SELECT $this (COUNT(DISTINCT ?y) AS ?n) WHERE { $this :p ?x . ?x :q|:p ?y } GROUP BY $this } FILTER(?n > 1 && EXISTS { ?z :n ?n }) }''' ] .
w:all sh:targetClass :D ; sh:sparql [ sh:prefixes <http://w/> ; sh:message "{?n}" ; sh:select
    '''SELECT $this ?n WHERE { { SELECT $this ?n WHERE { $this a :D . ?x :n ?n } } FILTER(?n > 2) }''' ] .
w:sum sh:targetClass :D ; sh:sparql [ sh:prefixes <http://w/> ; sh:message "{?n}" ; sh:select '''SELECT (COUNT(*) AS ?n) WHERE { $this :p ?x }''' ] .
w:loose sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?value WHERE { $this :n ?n . ?value :w ?m ; a :D FILTER(?n < ?m) }''' ] .
w:circle sh:targetSubjectsOf :p ; sh:sparql [ sh:prefixes <http://w/> ; sh:select '''SELECT $this WHERE { $this :p/(:q|^:p)* ?x . ?x :q $this }''' ] .
w:open sh:targetObjectsOf :q ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?path ?value WHERE { $this ?path ?value . ?path ?any ?thing }''' ] .
w:number sh:targetObjectsOf :v ; sh:maxLength 1 ; sh:not [ sh:path [ sh:inversePath :v ] ; sh:minCount 2 ] .
w:node sh:targetNode :a , :e , "a" ; sh:path [ sh:zeroOrMorePath :p ] ; sh:minCount 1 .
w:named sh:targetClass :C ; sh:path [ sh:inversePath :v ] ; sh:minCount 1 .
w:reach sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:message "{?n}" ; sh:select '''SELECT $this ?n WHERE { $this :p+ ?x . ?x :n ?n }''' ] .
w:hidden sh:targetSubjectsOf :p ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?value WHERE { { SELECT $this WHERE { $this :p ?x . ?x :v ?w } } $this :q ?value . ?value :v ?x }''' ] .
w:shared sh:targetClass :C ; sh:property w:part . w:shared2 sh:targetObjectsOf :p ; sh:property w:part . w:part sh:path :q ; sh:minCount 1 .
w:minus sh:targetClass :C ; sh:sparql [ sh:prefixes <http://w/> ; sh:select
    '''SELECT $this ?b WHERE { $this :p ?x BIND(?x AS ?b) FILTER NOT EXISTS { ?b :q ?y } }''' ] .
"""
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
E = "http://e/"
THINGS = [*(NamedNode(E + n) for n in "abcde"), BlankNode("x")]
NAMES = st.builds(Quad, st.sampled_from(THINGS), st.just(LABEL), st.sampled_from([Literal(w, language="sv") for w in ("x", "y", "http://e/a")]))
BLANKS = st.builds(Quad, st.sampled_from(THINGS), st.sampled_from([NamedNode(E + p) for p in "pq"]), st.sampled_from(THINGS))
ODD = st.just(Quad(NamedNode(E + "a"), NamedNode(E + "v"), Literal("http://e/a")))
QUADS = st.sets(st.one_of(TRIPLES, NAMES, BLANKS, ODD), max_size=25)
EDITS = st.lists(st.tuples(st.sets(st.one_of(TRIPLES, NAMES, BLANKS, ODD), max_size=4), st.sets(st.integers(0, 30), max_size=3)), min_size=1, max_size=3)


FEW = [NamedNode(E + n) for n in "abcde"]
DENSE = st.one_of(
    st.builds(Quad, st.sampled_from(FEW), st.sampled_from([NamedNode(E + p) for p in "pppqq"]), st.sampled_from(FEW)),
    st.builds(Quad, st.sampled_from(FEW), st.just(TYPE), st.just(NamedNode(E + "C"))),
    st.builds(Quad, st.sampled_from(FEW), st.sampled_from([NamedNode(E + p) for p in "vn"]), st.just(Literal(1))),
)
DENSE_EDITS = st.lists(st.tuples(st.sets(DENSE, max_size=2), st.sets(st.integers(0, 12), max_size=2)), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Shapes:
    """Every kind of constraint, read once."""
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "all.ttl").write_text(SHAPES, "utf-8")
    (folder / "ways.ttl").write_text(WAYS, "utf-8")
    return read(sorted(folder.iterdir()))


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Shapes:
    """The SPARQL constraints alone."""
    path = tmp_path_factory.mktemp("shapes") / "ways.ttl"
    path.write_text(WAYS, "utf-8")
    return read([path])


@settings(CALM, max_examples=80)
@given(quads=QUADS, tree=TREE, edits=EDITS)
def test_a_revised_report_is_that_of_a_full_run(shapes: Shapes, quads: set[Quad], tree: list[Quad], edits: list[tuple[set[Quad], set[int]]]) -> None:
    """Random graphs, with and without a class tree, and edits one after another, each from the report that the one before it gave."""
    follow(shapes, quads | set(tree), edits)


@settings(CALM, max_examples=300)
@given(quads=st.sets(DENSE, max_size=12), edits=DENSE_EDITS)
def test_changes_are_followed_along_whole_ways(ways: Shapes, quads: set[Quad], edits: list[tuple[set[Quad], set[int]]]) -> None:
    """Few things and predicates, so that changes meet ways of several steps, and constraints in which equal names mean different things."""
    follow(ways, quads, edits)


A, B, C, D = (NamedNode(E + n) for n in "abcd")
P, Q, V = (NamedNode(E + n) for n in "pqv")
EDGE, CLASS, HIDDEN = Quad(A, P, B), Quad(A, TYPE, NamedNode(E + "C")), Quad(C, V, Literal(1))


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ({EDGE, HIDDEN}, {Quad(B, Q, D)}),
        ({EDGE, CLASS}, {Quad(B, Q, C)}),
        ({CLASS}, {Quad(B, V, Literal(E + "a"))}),
        ({Quad(B, V, Literal(E + "a")), Quad(B, V, A)}, {Quad(C, V, A)}),
        ({EDGE, Quad(B, V, Literal(1)), Quad(A, Q, D)}, {Quad(D, V, B)}),
    ],
    ids=["what was free gets bound", "focus nodes away from targets", "a literal like an IRI", "an IRI like a literal", "a name used twice"],
)
def test_pitfalls(shapes: Shapes, before: set[Quad], added: set[Quad]) -> None:
    """Edits after which a result would be lost or kept if it were only looked at what lies beside the triple."""
    agree(shapes, before, before | added)
    agree(shapes, before | added, before)


def stored() -> Store:
    """The real graph, reasoned over."""
    store = Store.memory()
    build.load(store, files.root())
    reasoner.reason(store)
    return store


@dataclass(frozen=True)
class Real:
    """The real graph twice, before and after a change, what its documents say, our shapes, and what they say of it."""

    before: Store
    after: Store
    said: list[Quad]
    shapes: Shapes
    report: Report

    def follow(self, report: Report, added: set[Quad], removed: set[Quad]) -> Report:
        """An edit, reasoned over and validated anew; the store before catches up."""
        change = reasoner.revise(self.after, added, removed)
        revised = revalidate(self.before, self.after, self.shapes, report, set(change.added), set(change.removed))
        assert revised == validate(self.after, self.shapes)
        self.before.remove(change.removed)
        self.before.add(change.added)
        return revised


@pytest.fixture(scope="module")
def real() -> Real:
    """The real graph and our own shapes."""
    store, shapes = stored(), read(files.rdf_files("shapes"))
    said = sorted((q for q in store if str(q.graph_name).startswith(f"<{SOURCE_GRAPHS}")), key=str)
    return Real(store, holding(set(store)), said, shapes, validate(store, shapes))


@settings(CALM, max_examples=20)
@given(draw=st.data())
def test_the_report_of_the_real_graph_is_revised_as_a_full_run_makes_it(real: Real, draw: st.DataObject) -> None:
    """Real statements go and get the objects of others, and all is put back; all our shapes, reasoning included."""
    said = st.sampled_from(real.said)
    removed = draw.draw(st.sets(said, max_size=6))
    mixed = {Quad(a.subject, a.predicate, b.object, a.graph_name) for a, b in pairwise(draw.draw(st.lists(said, max_size=5)))} - set(real.said)
    edited = real.follow(real.report, mixed, removed)
    assert real.follow(edited, removed, mixed) == real.report

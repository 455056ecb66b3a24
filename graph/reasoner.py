"""OWL 2 RL as SPARQL: the ontology's axioms become rules that run on the store, and what they add is the inferred graph.

Rule names are those of OWL 2 Profiles, §4.3 (prp-spo1, cax-sco …). owlrl is the reference engine (`engine="owlrl"`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from graph.errors import InputError
from graph.namespaces import INFERRED_GRAPH, SPARQL_PREFIXES
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Triple, read_ntriples

INFERRED: Final = NamedNode(INFERRED_GRAPH)
Inference = Callable[[Store], int]


@dataclass(frozen=True)
class Rule:
    """One rule: its name in OWL 2 Profiles and a CONSTRUCT over the union of all graphs."""

    name: str
    construct: str


@dataclass(frozen=True)
class Clash:
    """A contradiction: a thing in two classes that are disjoint."""

    thing: str
    first: str
    second: str


def rules(store: Store) -> list[Rule]:
    """The rules that the axioms in the store give rise to, in the order in which they feed each other."""
    made = [*_chains(store), *_transitive(store), *_properties(store), *_values(store), *_classes(store)]
    return [r for r in made if r]


def _pairs(store: Store, pattern: str) -> str:
    """The two IRIs of each match of a pattern, as the body of VALUES (?a ?b)."""
    rows = store.select(f"SELECT DISTINCT ?a ?b WHERE {{ {pattern} FILTER(ISIRI(?a) && ISIRI(?b) && ?a != ?b) }} ORDER BY ?a ?b")
    return " ".join(f"(<{r['a'].value}> <{r['b'].value}>)" for r in rows)


def _rule(name: str, pairs: str, body: str, head: str) -> Iterator[Rule]:
    if pairs:
        yield Rule(name, f"CONSTRUCT {{ {head} }} WHERE {{ VALUES (?a ?b) {{ {pairs} }} {body} FILTER NOT EXISTS {{ {head} }} }}")


def _properties(store: Store) -> Iterator[Rule]:
    yield from _rule("prp-spo1", _pairs(store, "?a rdfs:subPropertyOf+ ?b"), "?x ?a ?y .", "?x ?b ?y")
    inverse = _pairs(store, "?a owl:inverseOf|^owl:inverseOf ?b FILTER(!ISBLANK(?a))")
    yield from _rule("prp-inv", inverse, "?x ?a ?y .", "?y ?b ?x")


def _chains(store: Store) -> Iterator[Rule]:
    """prp-spo2: each chain is a property path."""
    heads = store.select("SELECT ?p ?list WHERE { ?p owl:propertyChainAxiom ?list } ORDER BY ?p")
    for row in heads:
        path = "/".join(_steps(store, row["list"]))
        head = f"?x <{row['p'].value}> ?y"
        yield Rule("prp-spo2", f"CONSTRUCT {{ {head} }} WHERE {{ ?x {path} ?y FILTER NOT EXISTS {{ {head} }} }}")


def _steps(store: Store, chain: object) -> Iterator[str]:
    """The steps of a chain; an anonymous inverse is a step backwards."""
    rest = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
    first = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
    inverse = NamedNode("http://www.w3.org/2002/07/owl#inverseOf")
    while not (isinstance(chain, NamedNode) and chain.value.endswith("#nil")):
        step = next(store.quads(chain, first)).object  # type: ignore[arg-type]
        back = next((q.object for q in store.quads(step, inverse)), None) if not isinstance(step, NamedNode | Literal | Triple) else None
        yield f"^<{back.value}>" if isinstance(back, NamedNode) else f"<{step.value}>"  # type: ignore[union-attr]
        chain = next(store.quads(chain, rest)).object  # type: ignore[arg-type]


def _transitive(store: Store) -> Iterator[Rule]:
    """prp-trp: the whole closure at once, by a property path."""
    for row in store.select("SELECT ?p WHERE { ?p a owl:TransitiveProperty } ORDER BY ?p"):
        head = f"?x <{row['p'].value}> ?y"
        narrower = store.select(f"SELECT ?q WHERE {{ ?q rdfs:subPropertyOf+ <{row['p'].value}> FILTER(ISIRI(?q)) }}")
        path = "|".join([f"<{row['p'].value}>", *(f"<{r['q'].value}>" for r in narrower)])
        yield Rule("prp-trp", f"CONSTRUCT {{ {head} }} WHERE {{ ?x ({path})+ ?y FILTER NOT EXISTS {{ {head} }} }}")


def _classes(store: Store) -> Iterator[Rule]:
    yield from _rule("prp-dom", _pairs(store, "?a rdfs:domain ?b"), "?x ?a ?any .", "?x a ?b")
    yield from _rule("prp-rng", _pairs(store, "?a rdfs:range ?b"), "?any ?a ?x . FILTER(!ISLITERAL(?x))", "?x a ?b")
    yield from _rule("cax-sco", _pairs(store, "?a (rdfs:subClassOf|owl:equivalentClass|^owl:equivalentClass)+ ?b"), "?x a ?a .", "?x a ?b")


def _values(store: Store) -> Iterator[Rule]:
    """cls-hv1 and cls-hv2: a class whose members have a certain value, and the members known by it."""
    rows = store.select("""SELECT DISTINCT ?class ?p ?v ?how WHERE { ?class ?how ?r . ?r owl:onProperty ?p ; owl:hasValue ?v
        FILTER(ISIRI(?class) && ?how IN (rdfs:subClassOf, owl:equivalentClass)) } ORDER BY ?class ?p""")
    for r in rows:
        member, has = f"?x a <{r['class'].value}>", f"?x <{r['p'].value}> {r['v']}"
        yield Rule("cls-hv1", f"CONSTRUCT {{ {has} }} WHERE {{ {member} FILTER NOT EXISTS {{ {has} }} }}")
        if r["how"].value.endswith("equivalentClass"):
            yield Rule("cls-hv2", f"CONSTRUCT {{ {member} }} WHERE {{ {has} FILTER NOT EXISTS {{ {member} }} }}")


def reason(store: Store) -> int:
    """Runs the rules to a fixpoint and keeps what they add in the inferred graph; returns the number of inferred triples."""
    made = rules(store)
    total = 0
    while added := sum(_apply(store, rule) for rule in made):
        total += added
    return total


def _apply(store: Store, rule: Rule) -> int:
    found = {Quad(t.subject, t.predicate, t.object, INFERRED) for t in store.run(SPARQL_PREFIXES + rule.construct)}
    store.add(found)
    return len(found)


def clashes(store: Store) -> list[Clash]:
    """Things in two disjoint classes (cax-dw, cax-adc), read after reasoning."""
    rows = store.select("""SELECT DISTINCT ?x ?c ?d WHERE {
        { ?c owl:disjointWith ?d } UNION { ?all a owl:AllDisjointClasses ; owl:members ?list . ?list rdf:rest*/rdf:first ?c , ?d FILTER(STR(?c) < STR(?d)) }
        ?x a ?c , ?d } ORDER BY ?x ?c ?d""")
    return [Clash(r["x"].value, r["c"].value, r["d"].value) for r in rows]


def reason_with_owlrl(store: Store) -> int:
    """The reference: the OWL 2 RL closure by owlrl, reduced to triples that say something in our vocabulary."""
    import owlrl
    import rdflib

    flat = {(q.subject, q.predicate, q.object) for q in store}
    graph = rdflib.Graph().parse(data=_ntriples(flat), format="nt")
    # improved_datatypes would change how rdflib reads literals in the whole process (and reads no gMonthDay)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(graph)
    closed = Store.memory()
    closed.add(_quads(graph.serialize(format="nt", encoding="utf-8")))
    ours = _declared(store)
    kept = {q for q in closed if _says_something(q, ours) and (q.subject, q.predicate, q.object) not in flat}
    store.add(Quad(q.subject, q.predicate, q.object, INFERRED) for q in kept)
    return len(kept)


def _ntriples(triples: Iterable[tuple[object, object, object]]) -> str:
    return "\n".join(f"{s} {p} {o} ." for s, p, o in triples)


def _quads(ntriples: bytes) -> Iterator[Quad]:
    """N-Triples with what owlrl adds beyond RDF (literal subjects, blank predicates) left out."""
    for line in ntriples.splitlines():
        yield from read_ntriples(line)


def _declared(store: Store) -> set[str]:
    """The classes and properties that the ontology and its alignments declare."""
    rows = store.select("SELECT ?t WHERE { VALUES ?k { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } ?t a ?k FILTER(ISIRI(?t)) }")
    return {r["t"].value for r in rows}


def _says_something(quad: Quad, ours: set[str]) -> bool:
    """Declared terms only: no reflexive owl:sameAs, no typing as owl:Thing, no axioms about the ontology itself, no blank nodes (owlrl renames them)."""
    typing = quad.predicate.value.endswith("#type")
    term = quad.object if typing else quad.predicate
    named = isinstance(quad.subject, NamedNode) and not isinstance(quad.object, BlankNode) and isinstance(term, NamedNode)
    return named and term.value in ours and quad.subject.value not in ours  # type: ignore[union-attr]


ENGINES: Final[dict[str, Inference]] = {"sparql": reason, "owlrl": reason_with_owlrl}


def engine(name: str) -> Inference:
    """The reasoner of this name. Raises InputError for an unknown one."""
    try:
        return ENGINES[name]
    except KeyError:
        names = ", ".join(ENGINES)
        raise InputError(f"Okänd resonerare {name!r}; välj bland {names}.", f"Unknown reasoner {name!r}; choose one of {names}.") from None

"""The reference engine: owlrl, reduced to what it says in our vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.reasoner.atoms import INFERRED
from graph.store import BlankNode, NamedNode, Quad, Store, read_ntriples


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
    if not isinstance(quad.subject, NamedNode) or not isinstance(term, NamedNode) or isinstance(quad.object, BlankNode):
        return False
    return term.value in ours and quad.subject.value not in ours

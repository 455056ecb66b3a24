"""From axioms to rules: what of OWL 2 RL (Profiles §4.3, tables 5 to 7) the axioms in a store give rise to.

The rules about the ontology itself (scm-*, table 9) are run here and leave no triples. Rules of equality (eq-*, prp-fp, prp-ifp, prp-key …) would make
two things one, so the axioms behind them are refused, as is what lies outside RL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graph.errors import InputError
from graph.namespaces import PREFIXES, expand, shorten
from graph.reasoner.atoms import TYPE, Atom, Rule
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Subject, Term, Triple

X, Y, Z = "x", "y", "z"
THING: Final = NamedNode(expand("owl:Thing"))
NOTHING: Final = NamedNode(expand("owl:Nothing"))
_XSD: Final = (PREFIXES["xsd"], expand("rdfs:Literal"), expand("rdf:langString"), expand("rdf:PlainLiteral"))
_KINDS_REFUSED: Final = ("FunctionalProperty", "InverseFunctionalProperty", "ReflexiveProperty")
_TERMS_REFUSED: Final = ("sameAs", "hasKey", "hasSelf", "disjointUnionOf", "cardinality", "minCardinality", "qualifiedCardinality", "minQualifiedCardinality",
    "maxQualifiedCardinality", "onProperties", "onDataRange", "onDatatype", "datatypeComplementOf")  # fmt: skip


def node(name: str) -> NamedNode:
    """The IRI of a prefixed name, as a term."""
    return NamedNode(expand(name))


_AXIOMS: Final = (
    PREFIXES["owl"],
    PREFIXES["rdfs"] + "sub",
    PREFIXES["rdfs"] + "domain",
    PREFIXES["rdfs"] + "range",
    PREFIXES["rdf"] + "first",
    PREFIXES["rdf"] + "rest",
)


def is_axiom(q: Quad) -> bool:
    """Whether a quad is of the ontology's axioms, or part of one."""
    says = q.object if q.predicate == TYPE else q.predicate
    return isinstance(says, NamedNode) and says.value.startswith(_AXIOMS)


def rules(store: Store) -> list[Rule]:
    """The rules that the axioms in the store give rise to. Raises InputError for an axiom that no rule covers."""
    axioms = Axioms(store)
    axioms.refuse_the_uncovered()
    made = [*axioms.of_properties(), *axioms.of_kinds(), *axioms.of_chains(), *axioms.of_ends(), *axioms.of_classes()]
    return [rule for rule in dict.fromkeys(made) if rule.head not in rule.body]


class Axioms:
    """The axioms of a store, whichever graph they stand in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def pairs(self, name: str) -> Iterator[tuple[Subject, Term]]:
        """Subject and object of an axiom, once each."""
        found = ((q.subject, q.object) for q in self._store.quads(None, node(name)))
        yield from dict.fromkeys((s, o) for s, o in found if not isinstance(s, Triple) and not isinstance(o, Triple))

    def all(self, kind: str) -> Iterator[Subject]:
        """The members of a class of axioms, once each."""
        yield from dict.fromkeys(q.subject for q in self._store.quads(None, TYPE, node(kind)) if not isinstance(q.subject, Triple))

    def one(self, subject: Term, name: str) -> Term | None:
        """The value of a property of an axiom, if it has one."""
        if isinstance(subject, Literal):
            return None
        return next((q.object for q in self._store.quads(subject, node(name)) if not isinstance(q.object, Triple)), None)

    def items(self, head: Term | None) -> list[Term]:
        """The members of an RDF list."""
        found: list[Term] = []
        while head is not None and head != node("rdf:nil"):
            first = self.one(head, "rdf:first")
            found += [first] if first is not None else []
            head = self.one(head, "rdf:rest")
        return found

    def disjoint(self, kind: str) -> Iterator[list[Term]]:
        """The members of each axiom of this kind."""
        for axiom in self.all(kind):
            yield self.items(self.one(axiom, "owl:members"))

    def expressions(self) -> Iterator[tuple[NamedNode, BlankNode]]:
        """The named classes that an anonymous expression stands above."""
        for name in ("rdfs:subClassOf", "owl:equivalentClass"):
            yield from ((c, d) for c, d in self.pairs(name) if isinstance(c, NamedNode) and isinstance(d, BlankNode))

    def refuse_the_uncovered(self) -> None:
        """Raises InputError where the store holds an axiom that no rule here covers."""
        for name in _KINDS_REFUSED:
            for subject in self.all(f"owl:{name}"):
                raise _refused(subject, f"owl:{name}")
        for name in _TERMS_REFUSED:
            for subject, _ in self.pairs(f"owl:{name}"):
                raise _refused(subject, f"owl:{name}")

    def of_properties(self) -> Iterator[Rule]:
        """prp-spo1, prp-eqp1, prp-eqp2, prp-inv1, prp-inv2."""
        for a, b in self.pairs("rdfs:subPropertyOf"):
            yield _property("prp-spo1", _iri(a, "rdfs:subPropertyOf"), _iri(b, "rdfs:subPropertyOf"))
        for a, b in self.pairs("owl:equivalentProperty"):
            p, q = _iri(a, "owl:equivalentProperty"), _iri(b, "owl:equivalentProperty")
            yield from (_property("prp-eqp1", p, q), _property("prp-eqp2", q, p))
        for a, b in self.pairs("owl:inverseOf"):
            if isinstance(a, NamedNode):  # an anonymous inverse stands in a chain, which reads it
                q = _iri(b, "owl:inverseOf")
                yield Rule("prp-inv1", Atom(Y, q, X), (Atom(X, a, Y),), (a, q))
                yield Rule("prp-inv2", Atom(Y, a, X), (Atom(X, q, Y),), (q, a))

    def of_kinds(self) -> Iterator[Rule]:
        """prp-symp and prp-trp."""
        for p in self.all("owl:SymmetricProperty"):
            yield Rule("prp-symp", Atom(Y, _iri(p, "owl:SymmetricProperty"), X), (Atom(X, _iri(p, ""), Y),), (p,))
        for p in self.all("owl:TransitiveProperty"):
            q = _iri(p, "owl:TransitiveProperty")
            yield Rule("prp-trp", Atom(X, q, Z), (Atom(X, q, Y), Atom(Y, q, Z)), (q,))

    def of_chains(self) -> Iterator[Rule]:
        """prp-spo2: each step a pattern; an anonymous inverse is a step backwards."""
        for p, chain in self.pairs("owl:propertyChainAxiom"):
            steps, body = self.items(chain), []
            if not steps:
                raise _refused(p, "owl:propertyChainAxiom")
            for n, step in enumerate(steps):
                back = self.one(step, "owl:inverseOf") if isinstance(step, BlankNode) else None
                here, there = f"s{n}", f"s{n + 1}"
                body.append(Atom(there, _iri(back, "owl:propertyChainAxiom"), here) if back else Atom(here, _iri(step, "owl:propertyChainAxiom"), there))
            yield Rule("prp-spo2", Atom("s0", _iri(p, "owl:propertyChainAxiom"), f"s{len(steps)}"), tuple(body), (p, *(a.predicate for a in body)))

    def of_ends(self) -> Iterator[Rule]:
        """prp-dom and prp-rng; owl:Thing says nothing."""
        for name, rule, slot in (("rdfs:domain", "prp-dom", X), ("rdfs:range", "prp-rng", Y)):
            for p, c in self.pairs(name):
                if not is_datatype(c):  # a range of values types no thing
                    yield from self._above(rule, slot, c, (Atom(X, _iri(p, name), Y),), (p, c), name)

    def of_classes(self) -> Iterator[Rule]:
        """cax-sco, cax-eqc1, cax-eqc2, and what class expressions on either side mean (cls-*)."""
        for name, rule in (("rdfs:subClassOf", "cax-sco"), ("owl:equivalentClass", "cax-eqc1")):
            for c, d in self.pairs(name):
                yield from self._inclusion(rule, c, d, name)
        for c, d in self.pairs("owl:equivalentClass"):
            yield from self._inclusion("cax-eqc2", d, c, "owl:equivalentClass")
        for name in ("owl:intersectionOf", "owl:unionOf", "owl:oneOf"):
            for c, _ in self.pairs(name):
                if isinstance(c, NamedNode):  # a named class that is the expression
                    yield from self._below(c, c, name)
                    yield from self._parts(c, Atom(X, TYPE, c), name)

    def _inclusion(self, rule: str, c: Term, d: Term, name: str) -> Iterator[Rule]:
        if isinstance(c, NamedNode):
            yield from self._above(rule, X, d, (Atom(X, TYPE, c),), (c, d), name)
        elif isinstance(d, NamedNode):
            yield from self._below(c, d, name)
        else:
            raise _refused(c, name)

    def _above(self, rule: str, who: str, d: Term, body: tuple[Atom, ...], terms: tuple[Term, ...], name: str) -> Iterator[Rule]:
        """What follows for `who` from being a d: a class, or an expression that RL allows on the right."""
        if isinstance(d, NamedNode):
            if d != THING:
                yield Rule(rule, Atom(who, TYPE, d), body, terms)
            return
        p, value, only = (self.one(d, f"owl:{n}") for n in ("onProperty", "hasValue", "allValuesFrom"))
        known = False
        if p is not None and value is not None:
            known = True
            yield Rule("cls-hv1", Atom(who, _iri(p, name), value), body, (*terms[:1], p, value))
        if p is not None and only is not None:
            known = True
            yield Rule("cls-avf", Atom(Z, TYPE, _iri(only, name)), (*body, Atom(who, _iri(p, name), Z)), (*terms[:1], p, only))
        for part in self.items(self.one(d, "owl:intersectionOf")):
            known = True
            yield from self._above("cls-int2", who, part, body, (*terms[:1], part), name)
        if not known and self.one(d, "owl:complementOf") is None and not self._none_allowed(d):
            raise _refused(terms[0], name)

    def _none_allowed(self, d: Term) -> bool:
        most = self.one(d, "owl:maxCardinality")
        return isinstance(most, Literal) and most.value == "0"

    def _parts(self, c: NamedNode, member: Atom, name: str) -> Iterator[Rule]:
        """cls-int2 for a named class that is an intersection."""
        for part in self.items(self.one(c, "owl:intersectionOf")):
            yield from self._above("cls-int2", X, part, (member,), (c, part), name)

    def _below(self, c: Term, d: NamedNode, name: str) -> Iterator[Rule]:
        """Who is a d for being in an expression that RL allows on the left: cls-hv2, cls-svf1, cls-svf2, cls-int1, cls-uni, cls-oo."""
        member = Atom(X, TYPE, d)
        p, value, some = (self.one(c, f"owl:{n}") for n in ("onProperty", "hasValue", "someValuesFrom"))
        every, either, listed = (self.items(self.one(c, f"owl:{n}")) for n in ("intersectionOf", "unionOf", "oneOf"))
        if p is not None and value is not None:
            yield Rule("cls-hv2", member, (Atom(X, _iri(p, name), value),), (d, p, value))
        elif p is not None and some is not None:
            step = Atom(X, _iri(p, name), Y)
            body = (step,) if some == THING else (step, Atom(Y, TYPE, _iri(some, name)))
            yield Rule("cls-svf2" if some == THING else "cls-svf1", member, body, (d, p, some))
        elif every:
            yield Rule("cls-int1", member, tuple(Atom(X, TYPE, _iri(part, name)) for part in every), (d, *every))
        elif either or listed:
            yield from (Rule("cls-uni", member, (Atom(X, TYPE, _iri(part, name)),), (d, part)) for part in either)
            yield from (Rule("cls-oo", Atom(one, TYPE, d), (), (d, one)) for one in listed)
        else:
            raise _refused(d, name)


def _property(name: str, p: NamedNode, q: NamedNode) -> Rule:
    return Rule(name, Atom(X, q, Y), (Atom(X, p, Y),), (p, q))


def _iri(term: Term, axiom: str) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise _refused(term, axiom)
    return term


def is_datatype(term: Term) -> bool:
    """Whether a range is a datatype of XML Schema or RDF."""
    return isinstance(term, NamedNode) and term.value.startswith(_XSD)


def _refused(subject: Term, axiom: str) -> InputError:
    what = shorten(subject.value) if isinstance(subject, NamedNode) else str(subject)
    return InputError(
        f"{what}: ingen regel täcker detta axiom med {axiom}; skriv om det inom OWL 2 RL utan likhet mellan ting.",
        f"{what}: no rule covers this axiom with {axiom}; write it within OWL 2 RL without equality of things.",
    )

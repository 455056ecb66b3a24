"""The ontology read as terms: for its pages, its class diagram and its JSON-LD context."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from graph.names import Name, names
from graph.namespaces import BASE, PREFIXES, SG, expand
from graph.store import Literal, NamedNode, Store, Term

_KINDS: Final = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")
# What our data properties hold beside text (the axioms cannot say: xsd:date as a range would leave OWL 2 RL; the shapes check it).
_DATES: Final = ("validFrom", "validTo", "notBefore", "notAfter", "seenOn", "date")
_DATATYPES: Final = {
    **dict.fromkeys(_DATES, "xsd:date"),
    **dict.fromkeys(("value", "lowerBound", "upperBound"), "xsd:decimal"),
    "monthDay": "xsd:gMonthDay",
    "year": "xsd:gYear",
    "since": "xsd:gYear",
}


@dataclass(frozen=True)
class OntologyTerm:
    """A class or property of ours with what its axioms say."""

    name: Name
    kind: str
    definitions: dict[str, str]
    above: tuple[Name, ...]
    domains: tuple[Name, ...]
    ranges: tuple[Name, ...]
    chains: bool

    @property
    def local(self) -> str:
        """The name after the namespace."""
        return self.name.iri.removeprefix(SG)

    def definition(self, lang: str) -> str:
        """The definition in a language, else in Swedish."""
        return self.definitions.get(lang) or self.definitions.get("sv", "")


def terms(store: Store) -> list[OntologyTerm]:
    """Every class and property of our namespace, by kind and name."""
    kinds = " ".join(_KINDS)
    rows = store.select(f'SELECT DISTINCT ?t ?k WHERE {{ VALUES ?k {{ {kinds} }} ?t a ?k FILTER(STRSTARTS(STR(?t), "{SG}")) }} ORDER BY ?t')
    said = {p: _values(store, p) for p in ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "skos:definition", "owl:propertyChainAxiom")}
    linked = {t.value for values in said.values() for found in values.values() for t in found if isinstance(t, NamedNode)}
    called = names(store, {r["t"].value for r in rows} | linked)

    def named(predicate: str, iri: str) -> tuple[Name, ...]:
        return tuple(called[t.value] for t in said[predicate].get(iri, []) if isinstance(t, NamedNode))

    def term(iri: str, kind: str) -> OntologyTerm:
        definitions = {t.language or "sv": t.value for t in said["skos:definition"].get(iri, []) if isinstance(t, Literal)}
        above = named("rdfs:subClassOf", iri) + named("rdfs:subPropertyOf", iri)
        return OntologyTerm(called[iri], kind, definitions, above, named("rdfs:domain", iri), named("rdfs:range", iri), iri in said["owl:propertyChainAxiom"])

    return [term(r["t"].value, r["k"].value.rpartition("#")[2]) for r in rows]


def _values(store: Store, predicate: str) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for r in store.select(f'SELECT DISTINCT ?t ?o WHERE {{ ?t {predicate} ?o FILTER(STRSTARTS(STR(?t), "{SG}")) }} ORDER BY ?t ?o'):
        found[r["t"].value].append(r["o"])
    return found


def context(store: Store) -> dict[str, Any]:
    """The JSON-LD 1.1 context that makes data of ours short: plain names for terms, `styrgraf:` for things, labels by language.

    No @base: processors ignore it in a context that is fetched (JSON-LD 1.1 §4.1.3).
    """
    made: dict[str, Any] = {"@version": 1.1, "@vocab": SG, "styrgraf": {"@id": BASE, "@prefix": True}, **{p: iri for p, iri in PREFIXES.items() if p != "sg"}}
    made |= {"id": "@id", "type": "@type", "label": {"@id": expand("rdfs:label"), "@container": "@language"}}
    made |= {"altLabel": {"@id": expand("skos:altLabel"), "@container": "@language"}, "source": {"@id": expand("dcterms:source")}}
    made |= {"hasSource": {"@id": expand("oa:hasSource"), "@type": "@id"}, "hasSelector": {"@id": expand("oa:hasSelector"), "@type": "@id"}}
    made |= {"start": expand("oa:start"), "end": expand("oa:end"), "sha256": expand("schema:sha256")}
    for t in terms(store):
        if t.kind == "ObjectProperty":
            made[t.local] = {"@id": t.name.iri, "@type": "@id"}
        elif t.local in _DATATYPES:
            made[t.local] = {"@id": t.name.iri, "@type": expand(_DATATYPES[t.local])}
    return made

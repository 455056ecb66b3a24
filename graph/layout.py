"""How the page of a thing is laid out: the sections that ontology/pages declares for its classes, filled from what the graph says of it.

A value stands in the first section that takes it; what no section takes is left for the end of the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graph.entities import Entity, Property, Value
from graph.names import Name, names
from graph.namespaces import ONTOLOGY_GRAPH, QUESTIONS, expand
from graph.store import Literal, NamedNode, Store, Term, is_iri

TYPE: Final = expand("rdf:type")
_PREDICATE: Final = expand("rdf:predicate")  # groups by what leads to the thing
_THING: Final = expand("owl:Thing")
_LAST: Final = 1000  # where properties without a number stand
_DEEP: Final = 6  # steps of a trail


@dataclass(frozen=True)
class Section:
    """A section as it is declared: for which classes, which properties it shows and of which classes their values are, and what it shows beside them."""

    name: Name
    classes: frozenset[str]
    outward: frozenset[str]
    inward: frozenset[str]
    only: frozenset[str]
    details: frozenset[str]
    by: str | None
    question: str | None


@dataclass(frozen=True)
class Item:
    """A value in a section: the property by which it stands there, and what is shown beside it."""

    property: Name
    value: Value
    details: tuple[Property, ...] = ()
    group: Name | None = None


@dataclass(frozen=True)
class Filled:
    """A section with its values: those out of the thing by property, those that lead to it in reading order by group."""

    name: Name
    question: str | None
    facts: tuple[Property, ...]
    groups: tuple[tuple[Name | None, tuple[Item, ...]], ...]


@dataclass(frozen=True)
class Page:
    """What a page shows of a thing: what stands above it, its classes (all of them), its sections, and what no section takes."""

    trail: tuple[Name, ...]
    classes: frozenset[str]
    sections: tuple[Filled, ...]
    outgoing: tuple[Property, ...]
    incoming: tuple[Property, ...]


@dataclass(frozen=True)
class Layout:
    """All that ontology/pages declares: sections in order, the numbers of properties and of concepts, and what leads upwards, the best first."""

    sections: tuple[Section, ...]
    numbers: dict[str, int]
    upward: tuple[str, ...]

    @classmethod
    def of(cls, store: Store) -> Layout:
        """The declarations in a store."""
        said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for r in store.select("SELECT ?s ?p ?o WHERE { ?s a sg:PageSection ; ?p ?o }"):
            said[r["s"].value][r["p"].value].add(r["o"].value)
        called, number = names(store, set(said)), expand("sg:number")
        order = sorted(said, key=lambda s: (int(next(iter(said[s][number]), "0")), s))
        numbered = f"SELECT ?x ?n WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?x sg:number ?n FILTER(ISIRI(?x)) }} }}"
        numbers = {r["x"].value: int(r["n"].value) for r in store.select(numbered)}
        upward = tuple(r["p"].value for r in store.select("SELECT ?p WHERE { ?p sg:trailOrder ?n } ORDER BY ?n"))
        return cls(tuple(_section(called[s], said[s]) for s in order), numbers, upward)

    def order(self, properties: Iterable[Property]) -> tuple[Property, ...]:
        """Properties as they stand beside each other."""
        return tuple(sorted(properties, key=lambda p: (self.numbers.get(p.name.iri, _LAST), p.name.text("sv").casefold())))


def _section(name: Name, said: dict[str, set[str]]) -> Section:
    def values(term: str) -> frozenset[str]:
        return frozenset(said[expand(term)])

    def one(term: str) -> str | None:
        return next(iter(said[expand(term)]), None)

    shown = values("sg:showsOutward"), values("sg:showsInward"), values("sg:showsOnly"), values("sg:showsDetail")
    question = one("sg:answeredBy")
    return Section(name, values("sg:sectionFor"), *shown, one("sg:groupsBy"), question.removeprefix(QUESTIONS) if question else None)


@dataclass(frozen=True)
class _Told:
    """What is said of the values that lead to a thing: their classes, and the properties that sections show beside them."""

    thing: str
    said: dict[str, dict[str, list[str | Name]]]
    called: dict[str, Name]
    above: dict[str, set[str]]  # the classes above each class

    @classmethod
    def of(cls, store: Store, entity: Entity, sections: Iterable[Section]) -> _Told:
        """Of the values of an entity, for these sections."""
        wanted = {TYPE}.union(*(s.details | ({s.by} if s.by else set()) for s in sections))
        values = {_iri(v) for p in entity.incoming for v in p.values}
        terms: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        rows = store.select(f"SELECT DISTINCT ?s ?p ?x WHERE {{ VALUES ?s {{ {_listed(values)} }} ?s ?p ?x FILTER(?p IN ({_listed(wanted, ', ')})) }}")
        for r in rows:
            terms[r["s"].value][r["p"].value].append(r["x"])
        called = names(store, wanted | {t.value for of in terms.values() for some in of.values() for t in some if isinstance(t, NamedNode)})
        said = {s: {p: _values(some, called) for p, some in of.items()} for s, of in terms.items()}
        return cls(entity.name.iri, said, called, store.once(_above))

    def is_shown(self, section: Section, value: Value) -> bool:
        """Whether a value is of a class that a section shows."""
        return not section.only or bool(section.only & {_iri(t) for t in self._of(value, TYPE)})

    def item(self, layout: Layout, section: Section, name: Name, value: Value) -> Item:
        """A value with what is shown beside it, without the thing itself."""
        beside = ((p, [v for v in self._of(value, p) if _iri(v) != self.thing]) for p in section.details)
        found = (Property(self.called[p], tuple(Value(v, False) for v in some)) for p, some in beside if some)
        return Item(name, value, layout.order(found), name if section.by == _PREDICATE else self._group(section, value))

    def grouped(self, layout: Layout, section: Section, pairs: Iterable[tuple[Name, Value]]) -> tuple[tuple[Name | None, tuple[Item, ...]], ...]:
        """The items of a section by group, firmer statements first; those of no group come last. Groups of hardly more than one are none."""
        groups: dict[str, list[Item]] = defaultdict(list)
        items = [self.item(layout, section, p, v) for p, v in pairs]
        for item in items:
            groups[item.group.iri if item.group else ""].append(item)
        if len(items) < 2 * len(groups):
            groups = {"": items} if items else {}
        made = [(some[0].group if iri else None, tuple(sorted(some, key=lambda i: _firmness(layout, i)))) for iri, some in groups.items()]
        return tuple(sorted(made, key=lambda g: (g[0] is None, g[0].text("sv").casefold() if g[0] else "")))

    def _of(self, value: Value, predicate: str) -> list[str | Name]:
        return self.said.get(_iri(value.value), {}).get(predicate, [])

    def _group(self, section: Section, value: Value) -> Name | None:
        """What a value is grouped by; of several classes the most specific."""
        found = [v for v in self._of(value, section.by or "") if isinstance(v, Name)]
        implied = {up for v in found for up in self.above.get(v.iri, ())} if section.by == TYPE else set()
        return min((v for v in found if v.iri not in implied), key=lambda n: n.iri, default=None)


def arrange(store: Store, entity: Entity) -> Page:
    """The page of a thing."""
    layout, classes = store.once(Layout.of), _classes(store, entity.name.iri)
    sections = [s for s in layout.sections if s.classes & classes]
    told = _Told.of(store, entity, sections)
    out, into = _pairs(entity.outgoing), _pairs(entity.incoming)
    filled = []
    for section in sections:
        facts = [(p, v) for p, v in out if p.iri in section.outward]
        items = {_iri(v): (p, v) for p, v in reversed(into) if p.iri in section.inward and told.is_shown(section, v)}
        out = [pair for pair in out if pair not in facts]
        into = [(p, v) for p, v in into if _iri(v) not in items]
        if facts or items:
            told_items = told.grouped(layout, section, reversed(items.values()))
            filled.append(Filled(section.name, section.question, layout.order(_joined(facts)), told_items))
    return Page(_trail(store, layout, entity.name.iri), classes, tuple(filled), layout.order(_joined(out)), _joined(into))


def _trail(store: Store, layout: Layout, iri: str) -> tuple[Name, ...]:
    """What stands above a thing, the topmost first: at each step the best property that leads upwards."""
    found = [iri]
    while len(found) <= _DEEP:
        rows = store.select(f"SELECT ?p ?x WHERE {{ <{found[-1]}> ?p ?x FILTER(?p IN ({_listed(layout.upward, ', ')}) && ISIRI(?x)) }}")
        steps = sorted((layout.upward.index(r["p"].value), r["x"].value) for r in rows if r["x"].value not in found)
        if not steps:
            break
        found.append(steps[0][1])
    called = names(store, set(found))
    return tuple(called[i] for i in reversed(found[1:]))


def _classes(store: Store, iri: str) -> frozenset[str]:
    """The classes of a thing, all of them."""
    return frozenset({_THING}) | {r["c"].value for r in store.select(f"SELECT DISTINCT ?c WHERE {{ <{iri}> a ?c }}")}


def _above(store: Store) -> dict[str, set[str]]:
    """The classes above each class."""
    found: dict[str, set[str]] = defaultdict(set)
    for r in store.select("SELECT ?c ?u WHERE { ?c rdfs:subClassOf+ ?u FILTER(ISIRI(?c) && ISIRI(?u) && ?c != ?u) }"):
        found[r["c"].value].add(r["u"].value)
    return found


def _values(terms: Iterable[Term], called: dict[str, Name]) -> list[str | Name]:
    """Things by name and texts; what is said in several languages is one value, a name without an IRI."""
    things: list[str | Name] = [called[t.value] for t in terms if isinstance(t, NamedNode)]
    worded = {t.language: t.value for t in terms if isinstance(t, Literal) and t.language}
    plain = [t.value for t in terms if isinstance(t, Literal) and not t.language]
    return [*things, *plain, *([Name("", worded)] if worded else [])]


def _firmness(layout: Layout, item: Item) -> int:
    strength = next((c.strength.iri for c in item.value.citations if c.strength), "")
    return layout.numbers.get(strength, _LAST)


def _pairs(properties: Iterable[Property]) -> list[tuple[Name, Value]]:
    return [(p.name, v) for p in properties for v in p.values]


def _joined(pairs: Iterable[tuple[Name, Value]]) -> tuple[Property, ...]:
    found: dict[str, tuple[Name, list[Value]]] = {}
    for name, value in pairs:
        found.setdefault(name.iri, (name, []))[1].append(value)
    return tuple(Property(name, tuple(values)) for name, values in found.values())


def _listed(iris: Iterable[str], between: str = " ") -> str:
    return between.join(f"<{i}>" for i in sorted(iris) if is_iri(i))


def _iri(value: Value | Name | str) -> str:
    """The IRI of a thing, the text of anything else."""
    inner = value.value if isinstance(value, Value) else value
    return inner.iri if isinstance(inner, Name) else inner

"""The question catalogue: competency questions as SPARQL with typed parameters, and their answers with evidence.

A question is a file in `ontology/questions/` (sh:SPARQLExecutable). In its SELECT, variables whose name starts with "statement" bind the statements that say
what a row says, and those whose name starts with "premise" the statements from which it follows; they are not shown, but each row carries their citations.
A question may name a computed table (`sg:computedBy`) whose rows its SELECT takes in: see `graph.network.tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.errors import NotFoundError
from graph.evidence import Citation, citations
from graph.names import Name, names
from graph.namespaces import QUESTIONS
from graph.network import tables
from graph.store import Literal, NamedNode, Store, Term, is_iri


@dataclass(frozen=True)
class Parameter:
    """What whoever asks may choose: a thing of a class, bound to a variable."""

    name: str
    labels: dict[str, str]
    takes: str


@dataclass(frozen=True)
class Column:
    """A column of the answer."""

    name: str
    labels: dict[str, str]


@dataclass(frozen=True)
class Question:
    """One competency question; phrasings, with {parameter} for a value, and keywords tell how people ask it, by language ("" for any)."""

    id: str
    labels: dict[str, str]
    notes: dict[str, str]
    select: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    not_documented: dict[str, str]
    phrasings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keywords: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str = ""
    computed: str = ""

    @property
    def iri(self) -> str:
        """The question's IRI."""
        return QUESTIONS + self.id


@dataclass(frozen=True)
class Row:
    """One row: its cells by column (a thing, a value, or None where nothing is said) and what it rests on."""

    cells: dict[str, Name | str | None]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Answer:
    """All rows of a question's answer. No row means that no document says."""

    question: Question
    rows: tuple[Row, ...]


def catalogue(store: Store) -> dict[str, Question]:
    """All questions, by id, in order."""
    rows = store.select("SELECT ?q ?select WHERE { ?q a sh:SPARQLExecutable ; sh:select ?select } ORDER BY ?q")
    return {q.id: q for q in (_question(store, r["q"].value, r["select"].value) for r in rows)}


def find(store: Store, name: str) -> Question:
    """The question with this id. Raises NotFoundError."""
    iri = QUESTIONS + name
    for r in store.select(f"SELECT ?select WHERE {{ <{iri}> a sh:SPARQLExecutable ; sh:select ?select }}") if is_iri(iri) else ():
        return _question(store, iri, r["select"].value)
    raise NotFoundError(f"Det finns ingen fråga {name!r}; 'styrgraf questions' visar alla.", f"There is no question {name!r}; 'styrgraf questions' lists them.")


def _question(store: Store, iri: str, select: str) -> Question:
    q = NamedNode(iri)

    def texts(predicate: str) -> dict[str, str]:
        found = store.select(f"SELECT ?t WHERE {{ {q} {predicate} ?t }}")
        return {t.language or "sv": t.value for t in (r["t"] for r in found) if isinstance(t, Literal)}

    def many(predicate: str) -> dict[str, tuple[str, ...]]:
        found = sorted((r["t"].language or "", r["t"].value) for r in store.select(f"SELECT ?t WHERE {{ {q} {predicate} ?t }}") if isinstance(r["t"], Literal))
        return {lang: tuple(text for tag, text in found if tag == lang) for lang, _ in found}

    def parts(predicate: str) -> list[dict[str, str]]:
        found = store.select(f"""SELECT ?name (SAMPLE(?c) AS ?class) (SAMPLE(?s) AS ?sv) (SAMPLE(?e) AS ?en) WHERE {{
            {q} {predicate} ?p . ?p sg:variable ?name ; rdfs:label ?s , ?e FILTER(LANG(?s) = "sv" && LANG(?e) = "en")
            OPTIONAL {{ ?p sg:takes ?c }} OPTIONAL {{ ?p sg:number ?n }} }} GROUP BY ?name ORDER BY MIN(?n)""")
        return [{k: v.value for k, v in r.items()} for r in found]

    parameters = tuple(Parameter(p["name"], {"sv": p["sv"], "en": p["en"]}, p["class"]) for p in parts("sg:parameter"))
    columns = tuple(Column(p["name"], {"sv": p["sv"], "en": p["en"]}) for p in parts("sg:column"))
    kind, computed = (next((r["k"].value for r in store.select(f"SELECT ?k WHERE {{ {q} {p} ?k }}")), "") for p in ("sg:questionKind", "sg:computedBy"))
    told = texts("rdfs:label"), texts("rdfs:comment"), select, parameters, columns, texts("sg:notDocumented")
    return Question(iri.removeprefix(QUESTIONS), *told, many("sg:phrasing"), many("schema:keywords"), kind, computed)


def answer(store: Store, question: Question, given: Mapping[str, str] | None = None) -> Answer:
    """Asks a question; `given` maps parameters to the IRIs chosen.

    Raises NotFoundError for a parameter that the question does not have.
    """
    bindings: dict[str, Term] = {}
    for name, iri in (given or {}).items():
        if name not in {p.name for p in question.parameters}:
            known = ", ".join(p.name for p in question.parameters) or "–"
            raise NotFoundError(
                f"Frågan {question.id} har ingen parameter {name!r}; den har: {known}.",
                f"The question {question.id} has no parameter {name!r}; it has: {known}.",
            )
        bindings[name] = _iri(name, iri)
    return Answer(question, told(store, question, found(store, question, bindings)))


def found(store: Store, question: Question, bindings: Mapping[str, Term] | None = None) -> list[dict[str, Term]]:
    """What a question's SELECT finds with values for some of its parameters; where a table is computed, with the rows of that table."""
    given = bindings or {}
    rows = store.select(tables.filled(store, question.computed, question.select, given) if question.computed else question.select, **given)
    for row in rows:
        row.update(given)
    return rows


def told(store: Store, question: Question, rows: list[dict[str, Term]]) -> tuple[Row, ...]:
    """The rows of an answer from what the question's SELECT found."""
    things = {v.value for r in rows for v in r.values() if isinstance(v, NamedNode)}
    cited, called = citations(store, _bound(rows, ("statement", "premise"))), names(store, things)
    return tuple(_row(question, alike, cited, called) for alike in _alike(question, rows))


def choices(store: Store, question: Question) -> dict[str, list[Name]]:
    """For each parameter the things that have an answer, by name."""
    found = values(store, question)
    called = names(store, set().union(*found.values()) if found else set())
    return {p: sorted((called[i] for i in iris), key=lambda n: n.text("sv").casefold()) for p, iris in found.items()}


def values(store: Store, question: Question) -> dict[str, set[str]]:
    """For each parameter the IRIs of the things that have an answer."""
    if question.computed:
        return {p.name: tables.choices(store, question.computed).get(p.name, set()) for p in question.parameters}
    rows = store.select(question.select) if question.parameters else []
    return {p.name: {v.value for r in rows if isinstance(v := r.get(p.name), NamedNode)} for p in question.parameters}


def _bound(rows: Iterable[dict[str, Term]], role: str | tuple[str, ...]) -> list[str]:
    """What the variables of a role ("statement", "premise") are bound to."""
    return [v.value for r in rows for n, v in r.items() if n.startswith(role) and isinstance(v, NamedNode)]


def _iri(name: str, value: str) -> NamedNode:
    """An IRI from outside. Raises NotFoundError for a value that is none."""
    if not is_iri(value):
        raise NotFoundError(f"{name}={value!r} är ingen IRI.", f"{name}={value!r} is no IRI.")
    return NamedNode(value)


def _alike(question: Question, rows: Iterable[dict[str, Term]]) -> list[list[dict[str, Term]]]:
    """Rows that show the same cells are one row of the answer, which rests on all that they rest on."""
    found: dict[tuple[Term | None, ...], list[dict[str, Term]]] = {}
    for row in rows:
        found.setdefault(tuple(row.get(c.name) for c in question.columns), []).append(row)
    return list(found.values())


def _row(question: Question, alike: list[dict[str, Term]], cited: dict[str, list[Citation]], called: dict[str, Name]) -> Row:
    said = [c for s in dict.fromkeys(_bound(alike, "statement")) for c in cited.get(s, [])]
    followed = [replace(c, inferred=True) for s in dict.fromkeys(_bound(alike, "premise")) for c in cited.get(s, [])]
    return Row({c.name: _cell(alike[0].get(c.name), called) for c in question.columns}, (*said, *followed))


def _cell(term: Term | None, called: dict[str, Name]) -> Name | str | None:
    return term if term is None else called[term.value] if isinstance(term, NamedNode) else term.value

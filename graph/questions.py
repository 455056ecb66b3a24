"""The question catalogue: competency questions as SPARQL with typed parameters, and their answers with evidence.

A question is a file in `ontology/questions/` (sh:SPARQLExecutable). In its SELECT, variables whose name starts with "statement" bind the statements that an
answer rests on; they are not shown, but each row carries their citations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from graph.errors import NotFoundError
from graph.evidence import Citation, citations
from graph.names import Name, names
from graph.namespaces import BASE, is_iri
from graph.store import Literal, NamedNode, Store, Term

QUESTIONS: Final = BASE + "id/question/"


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
    """One competency question."""

    id: str
    labels: dict[str, str]
    notes: dict[str, str]
    select: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    not_documented: dict[str, str]

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
    try:
        return catalogue(store)[name]
    except KeyError:
        raise NotFoundError(
            f"Det finns ingen fråga {name!r}; 'styrgraf questions' visar alla.", f"There is no question {name!r}; 'styrgraf questions' lists them."
        ) from None


def _question(store: Store, iri: str, select: str) -> Question:
    q = NamedNode(iri)

    def texts(predicate: str) -> dict[str, str]:
        found = store.select(f"SELECT ?t WHERE {{ {q} {predicate} ?t }}")
        return {t.language or "sv": t.value for t in (r["t"] for r in found) if isinstance(t, Literal)}

    def parts(predicate: str) -> list[dict[str, str]]:
        found = store.select(f"""SELECT ?name (SAMPLE(?c) AS ?class) (SAMPLE(?s) AS ?sv) (SAMPLE(?e) AS ?en) WHERE {{
            {q} {predicate} ?p . ?p sg:variable ?name ; rdfs:label ?s , ?e FILTER(LANG(?s) = "sv" && LANG(?e) = "en")
            OPTIONAL {{ ?p sg:takes ?c }} OPTIONAL {{ ?p sg:number ?n }} }} GROUP BY ?name ORDER BY MIN(?n)""")
        return [{k: v.value for k, v in r.items()} for r in found]

    parameters = tuple(Parameter(p["name"], {"sv": p["sv"], "en": p["en"]}, p["class"]) for p in parts("sg:parameter"))
    columns = tuple(Column(p["name"], {"sv": p["sv"], "en": p["en"]}) for p in parts("sg:column"))
    return Question(iri.removeprefix(QUESTIONS), texts("rdfs:label"), texts("rdfs:comment"), select, parameters, columns, texts("sg:notDocumented"))


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
    rows = store.select(question.select, **bindings)
    for row in rows:
        row.update(bindings)
    things = {v.value for r in rows for v in r.values() if isinstance(v, NamedNode)}
    cited, called = citations(store, _statements(rows)), names(store, things)
    return Answer(question, tuple(_row(question, r, cited, called) for r in rows))


def choices(store: Store, question: Question) -> dict[str, list[Name]]:
    """For each parameter the things that have an answer, by name."""
    rows = store.select(question.select) if question.parameters else []
    found = {p.name: {v.value for r in rows if isinstance(v := r.get(p.name), NamedNode)} for p in question.parameters}
    called = names(store, set().union(*found.values()) if found else set())
    return {p: sorted((called[i] for i in iris), key=lambda n: n.text("sv").casefold()) for p, iris in found.items()}


def _statements(rows: Iterable[dict[str, Term]]) -> list[str]:
    return [v.value for r in rows for n, v in r.items() if n.startswith("statement") and isinstance(v, NamedNode)]


def _iri(name: str, value: str) -> NamedNode:
    """An IRI from outside. Raises NotFoundError for a value that is none."""
    if not is_iri(value):
        raise NotFoundError(f"{name}={value!r} är ingen IRI.", f"{name}={value!r} is no IRI.")
    return NamedNode(value)


def _row(question: Question, row: dict[str, Term], cited: dict[str, list[Citation]], called: dict[str, Name]) -> Row:
    found = tuple(c for s in _statements([row]) for c in cited.get(s, []))
    return Row({c.name: _cell(row.get(c.name), called) for c in question.columns}, found)


def _cell(term: Term | None, called: dict[str, Name]) -> Name | str | None:
    return term if term is None else called[term.value] if isinstance(term, NamedNode) else term.value

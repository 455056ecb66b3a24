"""Statements as an answer: what each says and of what kind it is, which things it links, its values and strength, and what other statements add to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from typing import Final

from graph.evidence import citations
from graph.names import Name, names
from graph.namespaces import INFERRED_GRAPH, SG, VOCAB, expand
from graph.questions import Answer, Column, Question, Row
from graph.search.words import stem, words
from graph.store import Literal, NamedNode, Store

_SOME: Final = 3  # rows that anyone counts at a glance
_LONG: Final = 190  # characters of a cell
_PLAIN: Final = {
    expand(p)
    for p in (
        "rdf:type",
        "rdfs:label",
        "sg:evidence",
        "dcterms:source",
        "sg:seenOn",
        "sg:certainty",
        "sg:area",
        "sg:readingNote",
        "sg:negated",
        "sg:ofDocument",
    )
}
_NEGATIVE: Final = frozenset(stem(w) for w in ("inte", "ej", "inga", "ingen", "inget", "saknas", "saknar", "nej", "not", "no", "lacks"))
_DENYING: Final = {SG + c for c in ("Prohibition", "Boundary")}
_YES, _NO = Name("", {"sv": "ja", "en": "yes"}), Name("", {"sv": "nej", "en": "no"})
_VERDICT: Final = Column("verdict", {"sv": "Svar", "en": "Answer"})
_WHAT: Final = Column("what", {"sv": "Vad som sägs", "en": "What is said"})
_KIND: Final = Column("kind", {"sv": "Slag", "en": "Kind"})
_MORE: Final = Column("more", {"sv": "Därtill sägs", "en": "Also said of it"})
_THINGS: Final = Column("concerns", {"sv": "Gäller", "en": "Concerns"})
_LINKED: Final = Column("linked", {"sv": "Berör", "en": "Involves"})
_VALUES: Final = Column("details", {"sv": "Närmare", "en": "Details"})
_NUMBER: Final = Column("number", {"sv": "Antal", "en": "Number"})
_DOCUMENT: Final = Column("document", {"sv": "Dokument", "en": "Document"})
Cell = Name | str | None


@dataclass(frozen=True)
class _Said:
    """What is asserted of a statement, by property, and by other statements that point to it or tell who holds a role that it names."""

    by: dict[str, list[NamedNode | Literal]]
    more: list[str]


def spoken(store: Store, question: Question, statements: list[str], *, verdict: bool) -> Answer:
    """An answer of statements; `verdict` adds whether each affirms or denies."""
    said = _said(store, statements)
    iris = {o.value for s in said.values() for found in s.by.values() for o in found if isinstance(o, NamedNode)}
    properties = {p for s in said.values() for p in s.by if p not in _PLAIN}
    called = names(store, iris | properties | set(statements) | {m for s in said.values() for m in s.more})
    cited = citations(store, statements)
    rows = tuple(Row(_cells(iri, said[iri], called, verdict=verdict), tuple(cited.get(iri, []))) for iri in statements)
    documents = tuple(replace(r, cells={**r.cells, "document": next((c.document for c in r.citations if c.document), "")}) for r in rows)
    columns = (_WHAT, _KIND, _THINGS, _VALUES, _MORE, _DOCUMENT)
    shown = tuple(c for c in columns if c in (_WHAT, _KIND) or any(r.cells[c.name] for r in documents))
    return Answer(
        replace(question, columns=(*((_VERDICT,) if verdict else ()), *shown)),
        tuple(_filled(r, (*((_VERDICT,) if verdict else ()), *shown)) for r in documents),
    )


def linked(store: Store, answer: Answer) -> Answer:
    """An answer with the things that its statements link, beside those that a row shows."""
    statements = sorted({c.statement for r in answer.rows for c in r.citations})
    told = {
        row.citations[0].statement: row.cells.get(_THINGS.name, "") for row in spoken(store, answer.question, statements, verdict=False).rows if row.citations
    }
    rows = tuple(replace(r, cells={**r.cells, _LINKED.name: next((told.get(c.statement, "") for c in r.citations), "")}) for r in answer.rows)
    return Answer(replace(answer.question, columns=(*answer.question.columns, _LINKED)), rows)


def joined(answer: Answer, more: Answer) -> Answer:
    """The rows of an answer, and below them those of another, in the columns of both."""
    known = {c.name for c in answer.question.columns}
    columns = (*answer.question.columns, *(c for c in more.question.columns if c.name not in known))
    return Answer(replace(answer.question, columns=columns), tuple(_filled(r, columns) for r in (*answer.rows, *more.rows)))


def counted(answer: Answer, wanted: Set[str] = frozenset()) -> Answer:
    """An answer of many rows without figures, to a question that asks how many: the number of what its rows, or a column that is called so, tell."""
    shown = {c.name: [r.cells[c.name] for r in answer.rows] for c in answer.question.columns}
    named = [c for c in answer.question.columns if any(set(map(stem, words(text))) <= wanted for text in c.labels.values())]
    distinct = [c for c in answer.question.columns if c in named[:1] or len({_key(v) for v in shown[c.name]} - {None, ""}) == len(answer.rows)]
    told = next((c for c in (*named[:1], *distinct) if not _numbered(shown[c.name])), None)
    figures = any(isinstance(v, str) and v[:1].isdigit() for c in answer.question.columns if c not in distinct for v in shown[c.name])
    if told is None or len(answer.rows) <= (1 if named else _SOME) or figures:
        return answer
    once = list({_key(v): v for v in shown[told.name] if v}.values())
    listed = _joined([v if isinstance(v, Name) else Name("", {"sv": v}) for v in once])
    cited = tuple(c for r in answer.rows for c in r.citations)
    row = Row({_NUMBER.name: str(len(once)), told.name: listed}, cited)
    return Answer(replace(answer.question, columns=(_NUMBER, told)), (row,))


def _numbered(cells: Iterable[Cell]) -> bool:
    """Whether cells are numbers that tell things apart (goal 1, goal 2)."""
    return all(isinstance(c, str) and c.isdigit() for c in cells)


def _key(cell: Cell) -> str | None:
    return cell.iri or cell.text("sv") if isinstance(cell, Name) else cell


def _filled(row: Row, columns: Iterable[Column]) -> Row:
    """A row with an empty cell in each column that is not its own."""
    return replace(row, cells={c.name: row.cells.get(c.name, "") for c in columns})


def _cells(iri: str, said: _Said, called: dict[str, Name], *, verdict: bool) -> dict[str, Cell]:
    kinds = [called[o.value] for o in said.by.get(expand("rdf:type"), []) if o.value != SG + "Statement"]
    told = {p: found for p, found in sorted(said.by.items()) if p not in _PLAIN}
    things = {o.value: called[o.value] for found in told.values() for o in found if isinstance(o, NamedNode) and not o.value.startswith(VOCAB)}
    values = [_labelled(called[p], _worded(o, called)) for p, found in told.items() for o in found if not isinstance(o, NamedNode) or o.value.startswith(VOCAB)]
    return {
        **({"verdict": _NO if denies(said.by) else _YES} if verdict else {}),
        "what": called[iri],
        "kind": kinds[0] if kinds else "",
        "concerns": _joined(list(things.values())),
        "details": _joined(values),
        "more": _joined([called[m] for m in said.more]),
    }


def _worded(term: NamedNode | Literal, called: dict[str, Name]) -> Name:
    return called[term.value] if isinstance(term, NamedNode) else _value(term)


def _labelled(label: Name, value: Name) -> Name:
    """A value after what it is: "senast 2025-12-31"."""
    return Name("", {lang: f"{label.text(lang)}: {value.text(lang)}" for lang in ("sv", "en")})


def _value(literal: Literal) -> Name:
    return Name("", {literal.language or "sv": literal.value})


def _joined(found: list[Name]) -> Cell:
    """Several names in one cell, by language; one as it is."""
    if not found:
        return ""
    if len(found) == 1:
        return found[0] if found[0].iri else found[0].text("sv")
    return Name("", {lang: _short("; ".join(dict.fromkeys(n.text(lang) for n in found))) for lang in ("sv", "en")})


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1].rpartition("; ")[0] + " …"


def _said(store: Store, statements: list[str]) -> dict[str, _Said]:
    """What is said of each statement: its own properties, and the statements that are about it or about holding a role that it names."""
    values = "VALUES ?s { " + " ".join(f"<{s}>" for s in statements) + " }"
    by: dict[str, defaultdict[str, list[NamedNode | Literal]]] = {s: defaultdict(list) for s in statements}
    for r in store.select(f"SELECT DISTINCT ?s ?p ?o WHERE {{ {values} GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{INFERRED_GRAPH}>) }} ORDER BY ?s ?p ?o"):
        if isinstance(r["o"], NamedNode | Literal) and not (isinstance(r["o"], Literal) and r["o"].language == "en"):
            by[r["s"].value][r["p"].value].append(r["o"])
    more: defaultdict[str, list[str]] = defaultdict(list)
    for r in store.select(_MORE_SAID.format(values=values, inferred=INFERRED_GRAPH)):
        more[r["s"].value].append(r["m"].value)
    return {s: _Said(dict(by[s]), more[s]) for s in statements}


_MORE_SAID: Final = """SELECT DISTINCT ?s ?m WHERE {{ {values}
    {{ GRAPH ?g {{ ?m ?p ?s }} ?m sg:evidence ?e FILTER(?g != <{inferred}> && ?p NOT IN (sg:forGoal, sg:underItem, sg:inChapter, sg:chapterOf, sg:itemOf)) }}
    UNION {{ ?s ?q ?role . ?holding sg:heldRole ?role ; sg:roleHolder ?m FILTER(?holding != ?s) }} }} ORDER BY ?s ?m"""


def denies(by: dict[str, list[NamedNode | Literal]]) -> bool:
    """Whether a statement denies: it is told to be negated, it is a prohibition or a boundary, or its label has a negation."""
    labels = [o.value for o in by.get(expand("rdfs:label"), ())]
    marked = any(o.value == "true" for o in by.get(SG + "negated", ())) or any(o.value in _DENYING for found in by.values() for o in found)
    return marked or any(stem(w) in _NEGATIVE for text in labels for w in words(text))

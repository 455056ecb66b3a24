"""An answer in every form: JSON, JSON-LD, CSV, Excel and Markdown; the same for the API, for pages, for /api/ask and for the tools of language models."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from graph.evidence import Citation
from graph.names import Name
from graph.namespaces import PREFIXES
from graph.questions import Answer, Question, Row
from service.api.workbook import EXCEL, as_excel
from service.texts import text

FORMS: Final = {"json": "application/json", "jsonld": "application/ld+json", "csv": "text/csv", "xlsx": EXCEL, "md": "text/markdown"}
ANSWERED: Final = "answered"
NOT_DOCUMENTED: Final = "not_documented"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NOT_STATED: Final = {lang: text("not.stated", lang) for lang in ("sv", "en")}


def written(answer: Answer, form: str, lang: str, about: Mapping[str, Any]) -> bytes:
    """An answer in one of `FORMS`; `about` (release, params) goes before it in JSON. Raises KeyError for another form."""
    makers = {
        "json": lambda: _dumped({**about, **as_json(answer)}),
        "jsonld": lambda: _dumped(as_jsonld(answer)),
        "csv": lambda: as_csv(answer, lang).encode(),
        "xlsx": lambda: as_excel(answer, lang),
        "md": lambda: as_markdown(answer, lang).encode(),
    }
    return makers[form]()


def _dumped(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def question_as_json(question: Question) -> dict[str, Any]:
    """A question's wording, parameters and columns, in both languages."""
    return {
        "id": question.id,
        "iri": question.iri,
        "label": question.labels,
        "note": question.notes,
        "parameters": [{"name": p.name, "label": p.labels, "takes": p.takes} for p in question.parameters],
        "columns": [{"name": c.name, "label": c.labels} for c in question.columns],
    }


def as_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain values: status, question, rows with their evidence, and all the evidence once."""
    meaning = {} if answer.rows else {"meaning": answer.question.not_documented}
    return {
        "status": ANSWERED if answer.rows else NOT_DOCUMENTED,
        "question": question_as_json(answer.question),
        "answer": [row_as_json(row) for row in answer.rows],
        "evidence": [evidence_as_json(c) for c in union(answer.rows)],
        **meaning,
    }


def row_as_json(row: Row) -> dict[str, Any]:
    """A row by column, and its evidence."""
    return {**{c: _cell(v) for c, v in row.cells.items()}, "evidence": [evidence_as_json(c) for c in row.citations]}


def union(rows: Iterable[Row]) -> list[Citation]:
    """What rows rest on, each passage once for each statement, in the order of the rows."""
    return list({_passage(c): c for row in rows for c in row.citations}.values())


def _passage(citation: Citation) -> tuple[str, str, int, int, str, bool]:
    c = citation
    return c.statement, c.document.iri if c.document else "", c.start, c.end, c.source, c.inferred


def _cell(cell: Name | str | None) -> dict[str, Any]:
    """A thing by its IRI and names, a value as it is; where nothing is said, that is told in words."""
    if isinstance(cell, Name):
        return {"value": cell.iri, "label": cell.labels}
    return {"value": cell, "label": _NOT_STATED if cell is None else {"sv": cell}}


def evidence_as_json(citation: Citation) -> dict[str, Any]:
    """Where a statement is said, how firmly, when it holds, and whether the row follows from it by rules."""
    c = citation
    return {
        "statement": c.statement,
        "document": c.document.iri if c.document else None,
        "documentLabel": c.document.labels if c.document else None,
        "section": c.section.labels if c.section else None,
        "start": None if c.source else c.start,
        "end": None if c.source else c.end,
        "strength": c.strength.iri if c.strength else None,
        "strengthLabel": c.strength.labels if c.strength else None,
        "hedges": [h.iri for h in c.hedges],
        "inferred": c.inferred,
        "validity": {"from": c.validity[0], "to": c.validity[1]} if any(c.validity) else None,
        "source": c.source or None,
        "certainty": c.certainty or None,
    }


def as_jsonld(answer: Answer) -> dict[str, Any]:
    """An answer as JSON-LD 1.1: a prov:Collection of rows, the columns as properties below the question's IRI, the passages as oa:SpecificResource."""
    question = answer.question
    prefixes = {p: PREFIXES[p] for p in ("sg", "prov", "oa", "rdfs", "dcterms")}
    return {
        "@context": {"@version": 1.1, **prefixes, **{c.name: f"{question.iri}/{c.name}" for c in question.columns}},
        "@type": "prov:Collection",
        "prov:wasGeneratedBy": _node(Name(question.iri, question.labels)),
        "prov:hadMember": [_row_node(row) for row in answer.rows],
        "@included": [_statement_node(c) for c in union(answer.rows)],
    }


def _row_node(row: Row) -> dict[str, Any]:
    cells = {c: _node(v) if isinstance(v, Name) else v for c, v in row.cells.items() if v is not None}
    return {**cells, "@type": "prov:Entity", "prov:wasDerivedFrom": [{"@id": s} for s in dict.fromkeys(c.statement for c in row.citations)]}


def _node(thing: Name) -> dict[str, Any]:
    return {"@id": thing.iri, "rdfs:label": [{"@value": label, "@language": lang} for lang, label in thing.labels.items()]}


def _statement_node(citation: Citation) -> dict[str, Any]:
    """A statement with one passage, or with the source that was read."""
    c = citation
    said = {"@id": c.statement, **({"sg:normStrength": _node(c.strength)} if c.strength else {})}
    if c.source:
        return {**said, "dcterms:source": c.source, **({"sg:certainty": c.certainty} if c.certainty else {})}
    selector = {"@type": "oa:TextPositionSelector", "oa:start": c.start, "oa:end": c.end}
    source = {"oa:hasSource": _node(c.document)} if c.document else {}
    return {**said, "sg:evidence": {"@type": "oa:SpecificResource", **source, "oa:hasSelector": selector}}


def as_csv(answer: Answer, lang: str) -> str:
    """An answer as CSV (RFC 4180): names in a language, and where each row is said; no cell is read as a formula by a spreadsheet."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow([guarded(c.labels[lang]) for c in answer.question.columns] + [text("evidence", lang).lower()])
    for row in answer.rows:
        writer.writerow([guarded(t) for t in [*shown(row, lang), "; ".join(place(c, lang) for c in row.citations)]])
    return lines.getvalue()


def guarded(value: str) -> str:
    """A text that a spreadsheet leaves alone (OWASP, CSV Injection)."""
    return "'" + value if value.startswith(_FORMULA) else value


def shown(row: Row, lang: str) -> list[str]:
    """The cells of a row as a reader meets them."""
    return [v.text(lang) if isinstance(v, Name) else text("not.stated", lang) if v is None else v for v in row.cells.values()]


def place(citation: Citation, lang: str) -> str:
    """The document and the range, or the source, and whether the row follows by rules."""
    c = citation
    document = c.document.text(lang) if c.document else c.source
    where = document if c.source else f"{document} {c.start}–{c.end}"
    return f"{where} ({text('inferred', lang)})" if c.inferred else where


def as_markdown(answer: Answer, lang: str) -> str:
    """An answer as a table (GitHub Flavored Markdown) with a footnote for each passage."""
    title = f"# {escaped(answer.question.labels[lang])}\n"
    if not answer.rows:
        return f"{title}\n{answer.question.not_documented.get(lang) or text('not.documented', lang)}\n"
    numbers = {_passage(c): n for n, c in enumerate(union(answer.rows), 1)}
    head = [*(escaped(c.labels[lang]) for c in answer.question.columns), text("evidence", lang)]
    table = [line(head), line(["---"] * len(head))]
    table += [line([*_linked(row, lang), " ".join(f"[^{numbers[_passage(c)]}]" for c in row.citations)]) for row in answer.rows]
    notes = [f"[^{n}]: {_note(c, lang)}" for n, c in enumerate(union(answer.rows), 1)]
    return "\n".join([title, *table, "", *notes]) + "\n"


def line(cells: Iterable[str]) -> str:
    """A row of a table in GitHub Flavored Markdown."""
    return f"| {' | '.join(cells)} |"


def _linked(row: Row, lang: str) -> list[str]:
    told = zip(row.cells.values(), shown(row, lang), strict=True)
    return [f"[{escaped(said)}](<{v.iri}>)" if isinstance(v, Name) else escaped(said) for v, said in told]


def _note(citation: Citation, lang: str) -> str:
    extra = [n.text(lang) for n in (citation.section, citation.strength, *citation.hedges) if n]
    extra += [f"{text('certainty', lang)} {citation.certainty}"] if citation.certainty else []
    return escaped(", ".join([place(citation, lang), *extra]))


def escaped(value: str) -> str:
    """A text that Markdown shows as it is (CommonMark §2.4), on one line."""
    return "".join("\\" + c if c in "\\|`*_[]<>" else c for c in " ".join(value.split()))

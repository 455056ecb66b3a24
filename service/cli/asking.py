"""Commands that ask the current release: query, questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from graph import questions as catalogue
from graph.errors import NotFoundError
from graph.explain import lines
from graph.names import Name
from graph.store import CSV, JSON, TSV, XML, Store
from service import why
from service.cli.speech import console, lang
from service.current import Current
from service.settings import Settings
from service.texts import text

FORMATS: Final = {"json": JSON, "csv": CSV, "tsv": TSV, "xml": XML, "ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json"}


def query(
    file: Annotated[str, typer.Argument(help="A file with a SPARQL query, or - for standard input.")],
    form: Annotated[str, typer.Option("--format", help="json, csv, tsv, xml, ttl, nt or jsonld.")] = "",
) -> None:
    """Ask the current release a SPARQL query."""
    asked = sys.stdin.read() if file == "-" else _read(Path(file))
    found = _store().query(asked)
    media = FORMATS.get(form or ("csv" if CSV in found.offers else ""), found.offers[0])
    if media not in found.offers or form not in ("", *FORMATS):
        names = ", ".join(n for n, m in FORMATS.items() if m in found.offers)
        raise NotFoundError(f"Svaret finns inte som {form!r}; välj {names}.", f"The answer is not to be had as {form!r}; choose {names}.")
    sys.stdout.buffer.write(found.write(media))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise NotFoundError(f"{path} kan inte läsas: {wrong}.", f"{path} cannot be read: {wrong}.") from wrong


def _store() -> Store:
    return Current(Settings.read().state).store()[1]


def questions(name: Annotated[str, typer.Argument(help="A question's id; without it, all questions.")] = "") -> None:
    """List the question catalogue, or answer one question with the document and range of each row."""
    store = _store()
    if not name:
        for q in catalogue.catalogue(store).values():
            console.print(f"{q.id:40} {q.labels[lang()]}")
        return
    answer = catalogue.answer(store, catalogue.find(store, name))
    table = Table(title=answer.question.labels[lang()])
    for column in answer.question.columns:
        table.add_column(column.labels[lang()])
    table.add_column(text("evidence", lang()))
    for row in answer.rows:
        cells = (_shown(row.cells[c.name]) for c in answer.question.columns)
        table.add_row(*cells, "\n".join(f"{c.document.text(lang())} {c.start}–{c.end}" if c.document else c.source for c in row.citations))
    Console().print(table if answer.rows else text("not.documented", lang()))


def explain(
    subject: Annotated[str, typer.Argument(help="A thing: IRI, prefixed name, or relative to our base (id/group/rag-onkologi).")],
    predicate: Annotated[str, typer.Argument(help="A property such as sg:reportsTo; without it, what the shapes found about the thing.")] = "",
    obj: Annotated[str, typer.Argument(metavar="OBJECT", help="A thing, or the text of a literal.")] = "",
    limit: Annotated[int, typer.Option(help="Most proofs to show.")] = 3,
) -> None:
    """Tell why a triple holds, down to what documents say; or what the shapes found about a thing, with its passages."""
    current = Current(Settings.read().state)
    _, store = current.store()
    if predicate:
        for number, proof in enumerate(why.proofs(store, subject, predicate, obj, limit), 1):
            console.print(f"{text('proof', lang())} {number}")
            console.print("\n".join(lines(proof, lang(), 1)))
        return
    findings = why.results(store, current.release().manifest, subject)
    for found in findings:
        console.print(f"{found.result.severity}: {found.result.message(lang())}")
        console.print("\n".join(f"    {c.document.text(lang()) if c.document else c.source} {c.start}–{c.end}" for c in found.citations))
    if not findings:
        console.print(text("no.findings", lang()))


def _shown(cell: Name | str | None) -> str:
    return cell.text(lang()) if isinstance(cell, Name) else cell or text("not.stated", lang())

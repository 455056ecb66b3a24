"""Commands that ask the current release: ask, search, query, questions, explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from graph import questions as catalogue
from graph.errors import NotFoundError
from graph.explain import lines
from graph.names import Name
from graph.namespaces import shorten
from graph.search import Index, kinds
from graph.store import CSV, JSON, TSV, XML, Store
from graph.understanding import NOT_DOCUMENTED, Asker
from service.api import why
from service.api.answers import place
from service.api.asking import LONGEST
from service.cli.reading import Day, Release, reading
from service.cli.speech import console, lang, paper
from service.texts import text

FORMATS: Final = {"json": JSON, "csv": CSV, "tsv": TSV, "xml": XML, "ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json"}


def query(
    file: Annotated[str, typer.Argument(help="A file with a SPARQL query, or - for standard input.")],
    form: Annotated[str, typer.Option("--format", help="json, csv, tsv, xml, ttl, nt or jsonld.")] = "",
    release: Release = "",
    as_of: Day = "",
) -> None:
    """Ask the current release a SPARQL query."""
    asked = sys.stdin.read() if file == "-" else _read(Path(file))
    found = _store(release, as_of).query(asked)
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


def _store(release: str, as_of: str) -> Store:
    return reading(release, as_of)[1]


def questions(name: Annotated[str, typer.Argument(help="A question's id; without it, all questions.")] = "", release: Release = "", as_of: Day = "") -> None:
    """List the question catalogue, or answer one question with the document and range of each row."""
    store = _store(release, as_of)
    if not name:
        for q in catalogue.catalogue(store).values():
            console.print(f"{q.id:40} {q.labels[lang()]}")
        return
    answer = catalogue.answer(store, catalogue.find(store, name))
    paper().print(_table(answer) if answer.rows else text("not.documented", lang()))


def _table(answer: catalogue.Answer) -> Table:
    """An answer's rows, each with the document and range that it rests on."""
    table = Table(title=answer.question.labels[lang()])
    for column in (*(c.labels[lang()] for c in answer.question.columns), text("evidence", lang())):
        table.add_column(column, overflow="fold")  # nothing is left out where the terminal is narrow
    for row in answer.rows:
        cells = (_shown(row.cells[c.name]) for c in answer.question.columns)
        table.add_row(*cells, "\n".join(place(c, lang()) for c in row.citations))
    return table


def ask(
    question: Annotated[str, typer.Argument(help="A question in plain Swedish or English; the answer is in the language of --lang.")],
    release: Release = "",
    as_of: Day = "",
) -> None:
    """Ask a question in plain language: how it was understood, the answer, and the document and range of each row."""
    reply = Asker(_store(release, as_of)).ask(question[:LONGEST], lang())
    console.print(reply.understood)
    if reply.question and reply.rows:
        paper().print(_table(catalogue.Answer(reply.question, reply.rows)))
    elif reply.status == NOT_DOCUMENTED:
        console.print(text("not.documented", lang()))
    for other in reply.alternatives:
        console.print(f"? {other.question.labels[lang()]} ({other.question.id})")


def search(
    sought: Annotated[str, typer.Argument(metavar="TEXT", help="A name, a part of one, or an abbreviation.")],
    kind: Annotated[str, typer.Option("--type", help="Only things of this class, such as Role.")] = "",
    limit: Annotated[int, typer.Option(help="Most hits to show.")] = 10,
    release: Release = "",
    as_of: Day = "",
) -> None:
    """Find things by name: what they are called and their IRIs, the best first."""
    store = _store(release, as_of)
    wanted = kinds(store, kind) if kind else frozenset[str]()
    if kind and not wanted:
        raise NotFoundError(f"--type {kind!r} är ingen klass.", f"--type {kind!r} is no class.", parameter="type")
    hits = Index.build(store).search(sought, kinds=wanted, limit=limit)
    for hit in hits:
        console.print(f"{hit.thing.name.text(lang()):50} {shorten(hit.thing.name.iri)}")
    if not hits:
        raise NotFoundError(f"Inget heter {sought!r}.", f"Nothing is called {sought!r}.")


def explain(
    subject: Annotated[str, typer.Argument(help="A thing: IRI, prefixed name, or relative to our base (id/group/rag-onkologi).")],
    predicate: Annotated[str, typer.Argument(help="A property such as sg:reportsTo; without it, what the shapes found about the thing.")] = "",
    obj: Annotated[str, typer.Argument(metavar="OBJECT", help="A thing, or the text of a literal.")] = "",
    limit: Annotated[int, typer.Option(help="Most proofs to show.")] = 3,
    release: Release = "",
    as_of: Day = "",
) -> None:
    """Tell why a triple holds, down to what documents say; or what the shapes found about a thing, with its passages."""
    read, store = reading(release, as_of)
    if predicate:
        for number, proof in enumerate(why.proofs(store, subject, predicate, obj, limit), 1):
            console.print(f"{text('proof', lang())} {number}")
            console.print("\n".join(lines(proof, lang(), 1)))
        return
    findings = why.results(store, read.view.release.manifest, subject)
    for found in findings:
        console.print(f"{found.result.severity}: {found.result.message(lang())}")
        console.print("\n".join(f"    {c.document.text(lang()) if c.document else c.source} {c.start}–{c.end}" for c in found.citations))
    if not findings:
        console.print(text("no.findings", lang()))


def _shown(cell: Name | str | None) -> str:
    return cell.text(lang()) if isinstance(cell, Name) else cell or text("not.stated", lang())

"""The command line: `styrgraf`."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from graph import build as building
from graph import canonical, evidence, files, questions
from graph.coverage import coverage
from graph.errors import NotFoundError, ReleaseRefusedError, StateError, StyrgrafError
from graph.names import Name
from graph.namespaces import BASE
from graph.releases import Release
from graph.report import Report
from graph.store import CSV, JSON, TSV, XML, Store
from graph.years import invented
from service.current import Current
from service.settings import Settings
from service.texts import text

app = typer.Typer(
    name="styrgraf",
    no_args_is_help=True,
    add_completion=False,
    help="Kunskapsgraf över cancervårdens styrning. Knowledge graph of the governance of cancer care.",
    pretty_exceptions_enable=False,
)
sources_app = typer.Typer(no_args_is_help=True, help="Source texts that the passages are shown from.")
evidence_app = typer.Typer(no_args_is_help=True, help="Evidence ranges and the texts that prove them.")
app.add_typer(sources_app, name="sources")
app.add_typer(evidence_app, name="evidence")

FORMATS: Final = {"json": JSON, "csv": CSV, "tsv": TSV, "xml": XML, "ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json"}
error_console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
console = Console(soft_wrap=True, highlight=False, markup=False)
_lang = "sv"

SourcesOption = Annotated[list[Path] | None, typer.Option("--sources", help="Folder of source texts; may be given several times.")]


@app.callback()
def options(lang: Annotated[str, typer.Option("--lang", envvar="STYRGRAF_LANG", help="Language of messages: sv or en.")] = "sv") -> None:
    """Kunskapsgraf över cancervårdens styrning. Knowledge graph of the governance of cancer care."""
    global _lang
    if lang not in ("sv", "en"):
        raise typer.BadParameter("sv, en", param_hint="--lang")
    _lang = lang


def say(sv: str, en: str) -> None:
    """Prints a message in the chosen language."""
    console.print(en if _lang == "en" else sv)


@app.command()
def build(engine: Annotated[str, typer.Option(help="Reasoner: sparql or owlrl (the reference).")] = "sparql") -> None:
    """Build a release from the files: load, reason, validate, publish."""
    settings = Settings.read()
    release = _built(settings, engine)
    timings = ", ".join(f"{text('step.' + s, _lang)} {release.manifest.timings[s]:.2f} s" for s in building.STEPS)
    say(f"Utgåva {release.id} i {release.path}: {timings}.", f"Release {release.id} in {release.path}: {timings}.")
    _print_counts(release.manifest.validation)


def _built(settings: Settings, engine: str = "sparql") -> Release:
    with _progress() as watch:
        return building.build(settings.state, watcher=watch, engine=engine)


@contextmanager
def _progress() -> Iterator[building.Watcher]:
    """A progress bar on a terminal, nothing in a pipe."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks = {s: bars.add_task(text("step." + s, _lang), total=None, start=False) for s in building.STEPS}

        def watch(step: str, done: int, total: int) -> None:
            bars.start_task(tasks[step])
            bars.update(tasks[step], completed=done, total=total)

        yield watch


@app.command()
def serve() -> None:
    """Serve pages and SPARQL at http://127.0.0.1:8000 (PORT, STYRGRAF_HOST); builds a release first where the files have changed."""
    import socket

    settings = Settings.read()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as wrong:
            where = f"{settings.host}:{settings.port}"
            raise StateError(
                f"{where} kan inte användas: {wrong.strerror}. Välj en annan port: PORT=8001 styrgraf serve",
                f"{where} cannot be used: {wrong.strerror}. Choose another port: PORT=8001 styrgraf serve",
            ) from wrong
    _prepare(settings)
    _run_server(settings)


def _prepare(settings: Settings) -> None:
    """Builds where the files have changed; where that fails, tells why and goes on if an earlier release can be served."""
    if building.is_current(settings.state.current(), files.root()):
        return
    try:
        _built(settings)
    except StyrgrafError as error:
        if settings.state.current() is None:
            raise
        _tell(error)
        say("Bygget misslyckades; den tidigare utgåvan visas.", "The build failed; the previous release is served.")


def _run_server(settings: Settings) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    say(f"Styrgraf på http://{settings.host}:{settings.port} (avsluta med Ctrl-C)", f"Styrgraf at http://{settings.host}:{settings.port} (stop with Ctrl-C)")
    Server("service.app:from_environment", settings.host, settings.port, interface=Interfaces.ASGI, factory=True, log_level=LogLevels.warning).serve()


@app.command()
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


@app.command()
def validate(as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False) -> None:
    """Check the files against the shapes without making a release; exit status 1 where there is a Violation."""
    store = Store.memory()
    with _progress() as watch:
        _, report = building.candidate(store, files.root(), building.Clock(watch))
    if as_json:
        console.print(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        _print_report(report)
    raise typer.Exit(1 if report.refuses else 0)


def _print_report(report: Report) -> None:
    for result in report.results:
        console.print(f"{result.severity}: {result.label} <{result.focus}>\n    {result.message(_lang)}")
        if result.value or result.path:
            console.print(f"    {result.path} {result.value}".rstrip())
    _print_counts(report.counts())


def _print_counts(counts: dict[str, int]) -> None:
    console.print(", ".join(f"{n} {name}" for name, n in counts.items()))


@app.command(name="questions")
def questions_command(name: Annotated[str, typer.Argument(help="A question's id; without it, all questions.")] = "") -> None:
    """List the question catalogue, or answer one question with the document and range of each row."""
    store = _store()
    if not name:
        for q in questions.catalogue(store).values():
            console.print(f"{q.id:40} {q.labels[_lang]}")
        return
    answer = questions.answer(store, questions.find(store, name))
    table = Table(title=answer.question.labels[_lang])
    for column in answer.question.columns:
        table.add_column(column.labels[_lang])
    table.add_column(text("evidence", _lang))
    for row in answer.rows:
        cells = (_shown(row.cells[c.name]) for c in answer.question.columns)
        table.add_row(*cells, "\n".join(f"{c.document.text(_lang)} {c.start}–{c.end}" if c.document else c.source for c in row.citations))
    Console().print(table if answer.rows else text("not.documented", _lang))


def _shown(cell: Name | str | None) -> str:
    return cell.text(_lang) if isinstance(cell, Name) else cell or text("not.stated", _lang)


@app.command(name="format")
def format_command(
    paths: Annotated[list[Path], typer.Argument(help="Data files (.trig, .ttl).")],
    sources: SourcesOption = None,
    check: Annotated[bool, typer.Option("--check", help="Only tell which files would change; exit status 1 if any.")] = False,
) -> None:
    """Write data files in their canonical form; passages given as sg:evidence become ranges with hashes."""
    texts = _texts(sources)
    changed = [(p, new) for p in paths if (new := canonical.formatted(p, texts)) != p.read_text("utf-8")]
    for path, new in changed:
        if not check:
            path.write_text(new, "utf-8")
        console.print(str(path))
    raise typer.Exit(1 if check and changed else 0)


def _texts(sources: list[Path] | None) -> evidence.Texts:
    for folder in sources or []:
        if not folder.is_dir():
            raise NotFoundError(f"Mappen {folder} finns inte.", f"There is no folder {folder}.")
    return evidence.Texts.read(*sources) if sources else Settings.read().texts()


@sources_app.command()
def add(paths: Annotated[list[Path], typer.Argument(help="Source texts, recognised by their sha256.")]) -> None:
    """Keep source texts in STYRGRAF_HOME, so that pages show passages."""
    settings, known = Settings.read(), _known_versions()
    for path in paths:
        raw = _bytes(path)
        digest = hashlib.sha256(raw).hexdigest()
        if digest not in known:
            raise NotFoundError(
                f"{path} är inte texten till något dokument i grafen (sha256 {digest}).",
                f"{path} is not the text of any document in the graph (sha256 {digest}).",
            )
        settings.state.sources.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, settings.state.sources / f"{digest}.txt")
        say(f"{path}: {known[digest]}", f"{path}: {known[digest]}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise NotFoundError(f"{path} kan inte läsas: {wrong.strerror}.", f"{path} cannot be read: {wrong.strerror}.") from wrong


def _known_versions() -> dict[str, str]:
    """The document of each known text, by the text's sha256."""
    rows = _loaded().select("SELECT ?h ?d WHERE { ?v a sg:DocumentVersion ; sg:versionOf ?d ; schema:sha256 ?h }")
    return {r["h"].value: r["d"].value.removeprefix(BASE) for r in rows}


def _loaded() -> Store:
    """The files as they are, loaded without reasoning: works before the first release and beside a running service."""
    store = Store.memory()
    building.load(store, files.root())
    return store


@evidence_app.command(name="check")
def evidence_check(sources: SourcesOption = None) -> None:
    """Prove every range: it exists, hashes to what was recorded, is in its document and has the years stated; exit status 1 if any does not."""
    store, texts = _loaded(), _texts(sources)
    verdicts = list(evidence.check(evidence.spans(store), texts, evidence.documents_of_versions(store)))
    wrong = [v for v in verdicts if v.problem]
    for verdict in wrong:
        assert verdict.problem
        console.print(f"{verdict.span.iri.removeprefix(BASE)}: {verdict.problem[_lang == 'en']}")
    years = list(dict.fromkeys(invented(store, texts)))
    for found in years:
        name = found.statement.removeprefix(BASE)
        say(
            f"{name}: året {found.year} står inte i passagen; ta bort det eller skriv i sg:readingNote att det är vår läsning",
            f"{name}: the year {found.year} does not stand in its passage; take it out, or say in sg:readingNote that it is our reading",
        )
    counted, faults = len({v.span.version for v in verdicts}), len(wrong) + len(years)
    say(f"{len(verdicts)} belägg i {counted} dokument, {faults} fel.", f"{len(verdicts)} ranges in {counted} documents, {faults} wrong.")
    raise typer.Exit(1 if faults else 0)


@evidence_app.command(name="coverage")
def evidence_coverage(sources: SourcesOption = None) -> None:
    """Show the passages that no statement rests on, per document; the same stands, marked in the text, at /coverage."""
    for covered in coverage(_loaded(), _texts(sources)):
        say(
            f"{covered.document.text('sv')}: {covered.share:.1%} av texten är belägg",
            f"{covered.document.text('en')}: {covered.share:.1%} of the text is evidence",
        )
        for gap in covered.gaps:
            console.print(f"  {gap.start}–{gap.end} {' '.join(gap.text.split())[:100]}")


@evidence_app.command(name="find")
def evidence_find(quote: Annotated[str, typer.Argument(help="A passage; ' … ' skips up to 400 characters.")], sources: SourcesOption = None) -> None:
    """Find a passage in the source texts: its document's hash, range and sha256."""
    texts, found = _texts(sources), 0
    for digest, body in texts.by_hash.items():
        try:
            start, end = evidence.locate(quote, body)
        except StyrgrafError:
            continue
        found += 1
        console.print(f"{digest[:8]} {start}-{end} {evidence.sha256(body[start:end])}")
    if not found:
        raise NotFoundError("Passagen finns inte, eller finns flera gånger, i texterna.", "The passage is not in the texts, or occurs more than once.")


def _tell(error: StyrgrafError) -> None:
    error_console.print(error.text(_lang))
    if isinstance(error, ReleaseRefusedError):
        for result in error.report.results:
            if result.severity == "Violation":
                error_console.print(f"  {result.label} <{result.focus}>: {result.message(_lang)} {result.value}".rstrip())


def _language_first(arguments: list[str]) -> list[str]:
    """The arguments with --lang moved to the front: it may stand before or after the command."""
    for i, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" or argument.startswith("--lang="):
            width = 2 if argument == "--lang" else 1
            return arguments[i : i + width] + arguments[:i] + arguments[i + width :]
    return arguments


def main(argv: list[str] | None = None) -> NoReturn:
    """Runs the command line; our errors are told in a line and end with exit status 1."""
    try:
        app(args=_language_first(sys.argv[1:] if argv is None else argv), standalone_mode=True)
    except StyrgrafError as error:
        _tell(error)
    sys.exit(1)

"""Commands for curators: format, sources add, evidence check, coverage and find."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Annotated

import typer

from graph import build as building
from graph import canonical, evidence, files
from graph.coverage import coverage
from graph.errors import NotFoundError, StyrgrafError
from graph.namespaces import BASE
from graph.store import Store
from graph.years import invented
from service.cli.speech import console, lang, say
from service.settings import Settings

SourcesOption = Annotated[list[Path] | None, typer.Option("--sources", help="Folder of source texts; may be given several times.")]


def format_files(
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


def check(sources: SourcesOption = None) -> None:
    """Prove every range: it exists, hashes to what was recorded, is in its document and has the years stated; exit status 1 if any does not."""
    store, texts = _loaded(), _texts(sources)
    verdicts = list(evidence.check(evidence.spans(store), texts, evidence.documents_of_versions(store)))
    wrong = [v for v in verdicts if v.problem]
    for verdict in wrong:
        assert verdict.problem
        console.print(f"{verdict.span.iri.removeprefix(BASE)}: {verdict.problem[lang() == 'en']}")
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


def show_coverage(sources: SourcesOption = None) -> None:
    """Show the passages that no statement rests on, per document; the same stands, marked in the text, at /coverage."""
    for covered in coverage(_loaded(), _texts(sources)):
        say(
            f"{covered.document.text('sv')}: {covered.share:.1%} av texten är belägg",
            f"{covered.document.text('en')}: {covered.share:.1%} of the text is evidence",
        )
        for gap in covered.gaps:
            console.print(f"  {gap.start}–{gap.end} {' '.join(gap.text.split())[:100]}")


def find(quote: Annotated[str, typer.Argument(help="A passage; ' … ' skips up to 400 characters.")], sources: SourcesOption = None) -> None:
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

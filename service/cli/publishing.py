"""Commands that make releases and serve them: build, validate, serve."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from graph import build as building
from graph import files, upgrade
from graph.errors import StateError, StyrgrafError
from graph.releases import Release
from graph.store import Store, serialize
from graph.validator import rdf
from service.api import previewing
from service.cli.changing import author
from service.cli.speech import console, lang, print_counts, print_report, print_results, print_words, say, tell
from service.settings import Settings
from service.texts import text


def build(
    engine: Annotated[str, typer.Option(help="Reasoner: sparql or owlrl (the reference).")] = "sparql",
    preview: Annotated[bool, typer.Option("--preview", help="Tell what it would do, and do nothing; exit status 1 where there is a conflict.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The preview as JSON.")] = False,
) -> None:
    """Build a release from the files: load, reason, validate, publish. Local graphs are kept."""
    settings = Settings.read()
    if preview:
        raise typer.Exit(1 if _previewed(settings, as_json) else 0)
    release = _built(settings, engine)
    timings = ", ".join(f"{text('step.' + s, lang())} {release.manifest.timings[s]:.2f} s" for s in building.STEPS)
    say(f"Utgåva {release.id} i {release.path}: {timings}.", f"Release {release.id} in {release.path}: {timings}.")
    print_counts(release.manifest.validation)


def _previewed(settings: Settings, as_json: bool) -> bool:
    """Prints what a build would do; whether there is a conflict."""
    found = upgrade.preview(settings.state)
    if as_json:
        console.print(json.dumps(previewing.upgrade_as_json(found), ensure_ascii=False, indent=1))
        return found.conflicts
    print_words(found.sentences[: previewing.MOST])
    added, removed = len(found.said.added), len(found.said.removed)
    say(f"Styrgrafs egna grafer: +{added} −{removed}. Lokala grafer behålls.", f"Styrgraf's own graphs: +{added} −{removed}. Local graphs are kept.")
    print_results(found.results_lost, found.results_gained)
    for quad in found.adrift:
        say(f"! talar om något som inte längre finns: {quad}", f"! speaks of something that is no longer there: {quad}")
    if found.refusal:
        tell(found.refusal)
    elif not found.adrift:
        say("Inga konflikter.", "No conflicts.")
    return found.conflicts


def _built(settings: Settings, engine: str = "sparql") -> Release:
    with _progress() as watch:
        return building.build(settings.state, watcher=watch, engine=engine, author=author())


@contextmanager
def _progress() -> Iterator[building.Watcher]:
    """A progress bar on a terminal, nothing in a pipe."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks = {s: bars.add_task(text("step." + s, lang()), total=None, start=False) for s in building.STEPS}

        def watch(step: str, done: int, total: int) -> None:
            bars.start_task(tasks[step])
            bars.update(tasks[step], completed=done, total=total)

        yield watch


def serve(
    empty: Annotated[bool, typer.Option("--empty", help="An instance without Styrgraf's data: a plain SPARQL store that takes any RDF.")] = False,
) -> None:
    """Serve pages and SPARQL at http://127.0.0.1:8000 (PORT, STYRGRAF_HOST); builds a release first where the files have changed."""
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
    if empty:
        building.empty(settings.state)
    else:
        _prepare(settings)
    _run_server(settings)


def _prepare(settings: Settings) -> None:
    """Builds where the files have changed; where that fails, tells why and goes on if an earlier release can be served."""
    current = settings.state.current()
    if current and current.manifest.kind == "empty":
        raise StateError(
            f"{settings.home} hör till en tom instans: kör 'styrgraf serve --empty', eller välj en annan STYRGRAF_HOME.",
            f"{settings.home} belongs to an empty instance: run 'styrgraf serve --empty', or choose another STYRGRAF_HOME.",
        )
    if building.is_current(current, files.root()):
        return
    try:
        _built(settings)
    except StyrgrafError as error:
        if settings.state.current() is None:
            raise
        tell(error)
        say("Bygget misslyckades; den tidigare utgåvan visas.", "The build failed; the previous release is served.")


def _run_server(settings: Settings) -> None:
    from service.server import run  # granian is slow to import, and only this command needs it

    say(f"Styrgraf på http://{settings.host}:{settings.port} (avsluta med Ctrl-C)", f"Styrgraf at http://{settings.host}:{settings.port} (stop with Ctrl-C)")
    run(settings)


def validate(
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
    as_turtle: Annotated[bool, typer.Option("--turtle", help="The report as a sh:ValidationReport in Turtle.")] = False,
    engine: Annotated[str, typer.Option(help="Validator: sparql or pyshacl (the reference).")] = "sparql",
) -> None:
    """Check the files against the shapes without making a release; exit status 1 where there is a Violation."""
    store = Store.memory()
    with _progress() as watch:
        _, report = building.candidate(store, files.root(), building.Clock(watch), validator=engine)
    if as_json:
        console.print(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    elif as_turtle:
        sys.stdout.buffer.write(serialize(rdf.triples(report), "text/turtle"))
    else:
        print_report(report)
    raise typer.Exit(1 if report.refuses else 0)

"""Commands that change the graph and tell its history: change, release, backup, restore, export."""

from __future__ import annotations

import getpass
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from graph import backup as copies
from graph import changefiles, history, visibility
from graph import changes as changing
from graph.changes import Why
from graph.preview import preview as previewed
from graph.releases import INTERNAL, PUBLIC, Release
from service.api import changes, previewing
from service.cli.speech import console, lang, print_counts, print_results, print_words, say
from service.settings import Settings
from service.texts import text

File = Annotated[Path, typer.Argument(help="RDF (.ttl, .nt, .rdf, .trig, .nq, .jsonld), which is joined; an RDF Patch (.rdfp); or a SPARQL Update (.ru).")]
Graph = Annotated[str | None, typer.Option(help="IRI of the graph that triples go to; needed where the file names none.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the history.")]
Expect = Annotated[str | None, typer.Option(help="The release that this is meant for; refused where another one is current.")]
Author = Annotated[str, typer.Option("--author", help="Who; without it, the user of the operating system.")]
Visibility = Annotated[str, typer.Option("--visibility", help="Who sees the graphs that are written: public, or internal (those with a token).")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Number = Annotated[str, typer.Argument(help="A release's number, or current.")]


def author(named: str = "") -> str:
    """Who gives the command."""
    try:
        return named or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in a container
        return ""


def apply(file: File, graph: Graph = None, reason: Reason = "", expect: Expect = None, by: Author = "", seen: Visibility = "") -> None:
    """Make a change: it is reasoned over and validated, and becomes a release, or is refused and nothing is changed."""
    settings = Settings.read()
    before = settings.state.pointer()
    edit = visibility.settle(changefiles.edit(file, graph, settings.allow), seen, settings.visibility, *([graph] if graph else []))
    release = changing.apply(settings.state, edit, Why(author(by), reason, _number(expect)))
    if release.id == before:
        say(f"Inget att ändra; utgåva {release.id} gäller.", f"Nothing to change; release {release.id} stays.")
        return
    counts = release.manifest.changed
    say(f"Utgåva {release.id}: +{counts['added']} −{counts['removed']}.", f"Release {release.id}: +{counts['added']} −{counts['removed']}.")
    print_counts(release.manifest.validation)


def _number(expected: str | None) -> str | None:
    return expected.zfill(6) if expected and expected.isdigit() else expected


def preview(file: File, graph: Graph = None, expect: Expect = None, as_json: AsJson = False) -> None:
    """Tell what a change would do, without making it: triples, inferences, validation results, answers; exit status 1 where it would be refused."""
    settings = Settings.read()
    found = previewed(settings.state, changefiles.edit(file, graph, settings.allow), _number(expect))
    if as_json:
        _print_json(previewing.as_json(found))
    else:
        print_words(found.sentences)
        said, inferred = found.said, found.inferred
        say(
            f"Påståenden +{len(said.added)} −{len(said.removed)}, härledda +{len(inferred.added)} −{len(inferred.removed)}.",
            f"Stated +{len(said.added)} −{len(said.removed)}, inferred +{len(inferred.added)} −{len(inferred.removed)}.",
        )
        print_results(found.results_lost, found.results_gained)
        for c in found.questions:
            console.print(f"~ {c.question.id}: {c.question.labels[lang()]} {c.rows[0]} → {c.rows[1]} (+{len(c.gained)} −{len(c.lost)})")
        if found.unasked:
            say(f"Tiden räckte inte för {len(found.unasked)} frågor.", f"There was no time for {len(found.unasked)} questions.")
    if found.refusal:
        console.print(found.refusal.text(lang()))
        raise typer.Exit(1)


def _print_json(told: Any) -> None:
    console.print(json.dumps(told, ensure_ascii=False, indent=1))


def list_releases(as_json: AsJson = False) -> None:
    """List the releases, the newest first: who made each, when, why, and how much it changed."""
    home = Settings.read().state
    found, current = list(history.chain(home)), home.pointer()
    if as_json:
        _print_json([previewing.release_as_json(r, current) for r in found])
        return
    for r in found:
        console.print(_line(r, current))


def _line(release: Release, current: str | None) -> str:
    m, marks = release.manifest, list[str]()
    marks += [{"sv": "visas nu", "en": "shown now"}[lang()]] if m.id == current else []
    marks += [{"sv": "gallrad", "en": "pruned"}[lang()]] if release.pruned else []
    marks += [text(f"history.{kind}", lang()) for kind in m.nature]
    marks += [f"{'återställer' if lang() == 'sv' else 'restores'} {m.restores}"] if m.restores else []
    counts = f"+{m.changed['added']} −{m.changed['removed']}" if m.changed else ""
    return "  ".join(filter(None, [m.id, m.created, m.author, counts, m.reason, f"({', '.join(marks)})" if marks else ""]))


def show(number: Number = "current", as_json: AsJson = False) -> None:
    """Show one release: who made it, when and why, what it changed, and how much there is in it."""
    home = Settings.read().state
    found = history.find(home, number)
    if as_json:
        _print_json({**previewing.release_as_json(found, home.pointer()), "graphs": found.manifest.graphs, "timings": found.manifest.timings})
        return
    console.print(_line(found, home.pointer()))
    step, parent = history.change(found), found.manifest.parent
    if step and parent:
        print_words(history.words(home, step, parent, found.id))
    for name, count in found.manifest.graphs.items():
        console.print(f"  {count:8} {name}")
    print_counts(found.manifest.validation)


def diff(
    first: Number,
    second: Number,
    as_json: AsJson = False,
    as_patch: Annotated[bool, typer.Option("--patch", help="As an RDF Patch that leads from the first to the second.")] = False,
) -> None:
    """Tell how two releases differ, in words."""
    home = Settings.read().state
    a, b = history.find(home, first).id, history.find(home, second).id
    found = history.difference(home, a, b)
    if as_patch:
        sys.stdout.write(found.said.text({"from": a, "to": b}))
    elif as_json:
        _print_json(previewing.difference_as_json(found, a, b, history.words(home, found, a, b)))
    else:
        print_words(history.words(home, found, a, b))
        say(f"+{len(found.said.added)} −{len(found.said.removed)} påståenden.", f"+{len(found.said.added)} −{len(found.said.removed)} stated.")


def rollback(number: Number, reason: Reason = "", expect: Expect = None, by: Author = "") -> None:
    """Make a release with the content of an old one; what came between stays in the history."""
    home = Settings.read().state
    goal = history.find(home, number)
    release = history.rollback(home, goal.id, Why(author(by), reason, _number(expect)))
    say(f"Utgåva {release.id} har innehållet i {goal.id}.", f"Release {release.id} has the content of {goal.id}.")


def prune(keep: Annotated[int, typer.Option(help="How many of the latest releases stay whole.")]) -> None:
    """Remove the stores of older releases; their history stays, and they can be brought back with rollback."""
    gone = history.prune(Settings.read().state, keep)
    say(f"{len(gone)} utgåvor gallrade: {', '.join(gone) or '–'}.", f"{len(gone)} releases pruned: {', '.join(gone) or '–'}.")


def blame(
    subject: Annotated[str, typer.Argument(help="A thing: IRI, prefixed name, or relative to our base (id/group/rag-onkologi).")],
    predicate: Annotated[str, typer.Argument(help="A property; without it, any.")] = "",
    obj: Annotated[str, typer.Argument(metavar="OBJECT", help="A thing, or the text of a literal; without it, any.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell in which release, by whom, why, and from which document or graph each statement about a thing came."""
    found = changes.origins(Settings.read().state, subject, predicate, obj)
    if as_json:
        _print_json([previewing.origin_as_json(o) for o in found])
        return
    for o in found:
        m = o.release.manifest
        console.print("  ".join(filter(None, [m.id if o.certain else f"≤{m.id}", m.created, m.author, m.reason])))
        console.print(f"    {o.quad}")


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write (.tar.gz).")],
    tokens: Annotated[
        bool, typer.Option("--tokens", help="With the tokens for writing; without them nobody can write after a restore until one is made.")
    ] = False,
    sources: Annotated[bool, typer.Option(help="With the source texts that were added.")] = True,
) -> None:
    """Write all releases to one archive that any machine and version can read; works beside a running service."""
    made = copies.backup(Settings.read().state, file, sources, tokens)
    size = file.stat().st_size / 1e6
    say(
        f"{file}: {len(made.graphs)} hela utgåvor, {len(made.files)} filer, {size:.1f} MB.",
        f"{file}: {len(made.graphs)} whole releases, {len(made.files)} files, {size:.1f} MB.",
    )


def restore(file: Annotated[Path, typer.Argument(help="An archive that backup wrote.")]) -> None:
    """Make an empty STYRGRAF_HOME what it was when the archive was written; every file is proved by its sha256 first."""
    home = Settings.read().state
    made = copies.restore(file, home)
    say(f"{home.path}: utgåva {made.current} gäller.", f"{home.path}: release {made.current} is current.")


def export(
    form: Annotated[str, typer.Option("--format", help="trig or nquads.")] = "trig",
    release: Annotated[str, typer.Option(help="A release's number, or current.")] = "current",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, standard output.")] = None,
    inferred: Annotated[bool, typer.Option(help="With what is inferred.")] = True,
    public: Annotated[bool, typer.Option("--public", help="Only what everybody sees: no internal graph, and nothing that follows from one.")] = False,
) -> None:
    """Write a release as RDF with its named graphs."""
    found = history.find(Settings.read().state.seen_by(PUBLIC if public else INTERNAL), release)
    if output:
        copies.export(found, output, form, inferred)
        return
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "export"
        copies.export(found, path, form, inferred)
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                sys.stdout.buffer.write(part)

"""Who sees what, and who did what: graph visibility, audit; and what notes in the audit log what a command did."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from graph import changes, visibility
from graph.changes import Why
from graph.errors import StyrgrafError
from graph.store import UNNAMED
from service.cli.changing import AsJson, Author, Reason, author
from service.cli.speech import console, say
from service.settings import Settings
from service.web.audit import Audit, Entry

MOST = 100


def audited(door: str, command: Callable[..., None]) -> Callable[..., None]:
    """The same command, noted in the audit log: who gave it, and which release became which."""

    @functools.wraps(command)
    def noted(*given: Any, **named: Any) -> None:
        settings, status = Settings.read(), 500
        before = settings.state.pointer() or ""
        try:
            command(*given, **named)
            status = 200
        except StyrgrafError:
            status = 400
            raise
        finally:
            after = settings.state.pointer() or ""
            touched = settings.state.find(after).manifest.touched if status == 200 and after != before else []
            if settings.home.is_dir():
                who = str(named.get("by") or author())
                Audit(settings.home).write(Entry(f"styrgraf {door}", "command", status, who, "local", graphs=touched, before=before, after=after))

    return noted


def set_visibility(
    graph: Annotated[str, typer.Argument(help="IRI of a graph of your own, or default for the default graph.")],
    to: Annotated[str, typer.Argument(metavar="public|internal", help="Who sees it: everybody, or those with a token.")],
    reason: Reason = "",
    by: Author = "",
) -> None:
    """Say who may see a graph of your own, and what follows from it; releases that still show it are then not shown without a token."""
    settings, name = Settings.read(), UNNAMED if graph == "default" else graph
    release = changes.apply(settings.state, lambda ledger: visibility.declare(ledger, name, to), Why(author(by), reason))
    seen = ", ".join(f"<{g or 'default'}>" for g in release.manifest.internal) or "–"
    say(f"Utgåva {release.id}. Interna grafer: {seen}.", f"Release {release.id}. Internal graphs: {seen}.")


def audit(
    since: Annotated[str, typer.Option(help="From this time on (UTC): 2026-12-31, or 2026-12-31T12:00.")] = "",
    name: Annotated[str, typer.Option(help="What the token, or the user, of this name did.")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="Only what was refused.")] = False,
    limit: Annotated[int, typer.Option(help="Most lines to print.")] = MOST,
    as_json: AsJson = False,
) -> None:
    """Tell who wrote what and who was refused, the newest first."""
    found = Audit(Settings.read().home).read(since, name, refused)[:limit]
    for e in found:
        if as_json:
            console.print(json.dumps(e, ensure_ascii=False))
        else:
            change = f"{e['before']} → {e['after']}" if e["after"] != e["before"] else ""
            parts = [e["time"], str(e["status"]), e["method"], e["door"], e["name"], e["role"], e["client"], change, *e["graphs"]]
            console.print("  ".join(filter(None, parts)))

"""Tokens: create, list, revoke."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from service.cli.speech import console, error_console, lang, say
from service.settings import Settings
from service.web.access import Access, until


def create(
    name: Annotated[str, typer.Option(help="Who uses the token: a group, a program or a person. It is told in the audit log.")],
    role: Annotated[
        str, typer.Option(help="reader (sees internal graphs), editor (changes graphs), publisher (rolls back) or admin (erases persons, reads the audit).")
    ] = "editor",
    expires: Annotated[str | None, typer.Option(help="After how many days it ends (90d), or its last day (2026-12-31); without it, when revoked.")] = None,
) -> None:
    """Make a token; it is printed alone on the last line, and never again."""
    token = Access(Settings.read().home).create(name, role, until(expires) if expires else None)
    error_console.print("Spara den nu, den visas bara här:" if lang() == "sv" else "Keep it now, it is shown only here:")
    console.print(token)


def list_tokens(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the tokens: id, name, role, since when and until when; what opens the door is told nowhere."""
    grants = Access(Settings.read().home).grants()
    if as_json:
        told = [{k: v for k, v in asdict(g).items() if k not in ("salt", "hash")} | {"expired": g.expired} for g in grants]
        console.print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    over = "har upphört" if lang() == "sv" else "over"
    for g in grants:
        console.print("  ".join([g.id, f"{g.role:9}", g.created, f"→ {g.expires or '–'}", g.name, *([f"({over})"] if g.expired else [])]))


def revoke(named: Annotated[str, typer.Argument(metavar="NAME|ID", help="A token's id, or the name of one or several.")]) -> None:
    """Take a token away: from the next request on it opens nothing. Works beside a running service."""
    gone = ", ".join(f"{g.id} ({g.name})" for g in Access(Settings.read().home).revoke(named))
    say(f"Indragen: {gone}.", f"Revoked: {gone}.")

"""Tokens for writing: token create."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.speech import console, error_console, lang
from service.settings import Settings
from service.web.access import Access


def create(
    name: Annotated[str, typer.Option(help="Who uses the token: a person, a group or a program.")],
    role: Annotated[str, typer.Option(help="reader, editor (changes graphs), publisher (also rolls back) or admin (also erases persons).")] = "editor",
) -> None:
    """Make a token for writing; it is printed alone on the last line, and never again."""
    token = Access(Settings.read().home).create(name, role)
    error_console.print("Spara den nu, den visas bara här:" if lang() == "sv" else "Keep it now, it is shown only here:")
    console.print(token)

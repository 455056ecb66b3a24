"""What a command reads: the current release, an older one, or what held on a day."""

from __future__ import annotations

from typing import Annotated

import typer

from graph.store import Store
from service.cli.speech import error_console, lang
from service.settings import Settings
from service.views.current import Current, Reading
from service.views.reading import words

Release = Annotated[str, typer.Option(help="An older release, by its number.")]
Day = Annotated[str, typer.Option(help="Only what held on this day (YYYY-MM-DD).")]


def reading(release: str, as_of: str) -> tuple[Reading, Store]:
    """What is read, with its store; where it is not all of the current release, standard error says what it is."""
    current = Current(Settings.read().state)
    read = current.at(release, as_of)
    if read.chosen:
        error_console.print(words(read, lang()))
    return read, current.opened(read)

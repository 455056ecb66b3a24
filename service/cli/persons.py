"""Commands about persons: erase."""

from __future__ import annotations

from typing import Annotated

import typer

from graph import erasure
from service.cli.changing import author
from service.cli.speech import say
from service.settings import Settings

Person = Annotated[str, typer.Argument(metavar="NAME|IRI", help="Full name, or the IRI (id/person/p-1). It may stand in the history of your shell: clear it.")]


def erase(person: Person) -> None:
    """Erase a person from all releases and keep the name out from now on; roles and statements stay, without the name. Works beside a running service."""
    made = erasure.erase(Settings.read().state, person, author())
    kept = sum(new is not None for new in made.releases.values())
    say(
        f"Utgåva {made.release} gäller. {kept} utgåvor skrevs om, {len(made.releases) - kept} togs bort, {made.texts} källtexter togs bort. "
        "Kvar att göra själv: säkerhetskopior och exporter, källtexter utanför STYRGRAF_HOME, filerna som utgåvor byggs av.",
        f"Release {made.release} is current. {kept} releases were rewritten, {len(made.releases) - kept} removed, {made.texts} source texts removed. "
        "Left to you: backups and exports, source texts outside STYRGRAF_HOME, the files that releases are built from.",
    )

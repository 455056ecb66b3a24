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
    """Erase a person from all releases, tokens and the audit log, and keep the name out from now on; what was said and done stays, without the name.

    Works beside a running service.
    """
    made = erasure.erase(Settings.read().state, person, author())
    kept = sum(new is not None for new in made.releases.values())
    gone, rewritten = len(made.releases) - kept, ", ".join(made.files) or "–"
    say(
        f"Utgåva {made.release} gäller. {kept} utgåvor skrevs om, {gone} togs bort, {made.texts} källtexter togs bort; namnet togs ur: {rewritten}. "
        "Kvar att göra själv: säkerhetskopior och exporter, källtexter utanför STYRGRAF_HOME, filerna som utgåvor byggs av, loggar på annat håll.",
        f"Release {made.release} is current. {kept} releases were rewritten, {gone} removed, {made.texts} source texts removed; the name left: {rewritten}. "
        "Left to you: backups and exports, source texts outside STYRGRAF_HOME, the files that releases are built from, logs elsewhere.",
    )
    if "tokens.json" in made.files:
        say(
            "En token hade namnet. Den gäller ännu, utan det: 'styrgraf token list' visar den, 'styrgraf token revoke ID' drar in den.",
            "A token had the name. It still holds, without it: 'styrgraf token list' shows it, 'styrgraf token revoke ID' takes it away.",
        )

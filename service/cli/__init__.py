"""The command line: `styrgraf`."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from graph.errors import StyrgrafError
from service.cli import asking, curating, publishing
from service.cli.speech import LANGUAGE, tell

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

for command in (publishing.build, publishing.serve, publishing.validate, asking.query, asking.questions, asking.explain):
    app.command()(command)
app.command("format")(curating.format_files)
sources_app.command("add")(curating.add)
evidence_app.command("check")(curating.check)
evidence_app.command("coverage")(curating.show_coverage)
evidence_app.command("find")(curating.find)


@app.callback()
def options(lang: Annotated[str, typer.Option("--lang", envvar="STYRGRAF_LANG", help="Language of messages: sv or en.")] = "sv") -> None:
    """Kunskapsgraf över cancervårdens styrning. Knowledge graph of the governance of cancer care."""
    if lang not in ("sv", "en"):
        raise typer.BadParameter("sv, en", param_hint="--lang")
    LANGUAGE.set(lang)


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
        tell(error)
    sys.exit(1)

"""The command line: `styrgraf`."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from graph.errors import StyrgrafError
from service.cli import analysing, asking, changing, curating, deploying, network, persons, publishing, tokens, tools, watching
from service.cli.speech import LANGUAGE, console, tell
from service.cli.watching import audited

app = typer.Typer(
    name="styrgraf",
    no_args_is_help=True,
    add_completion=False,
    help="Kunskapsgraf över cancervårdens styrning. Knowledge graph of the governance of cancer care.",
    pretty_exceptions_enable=False,
)
sources_app = typer.Typer(no_args_is_help=True, help="Source texts that the passages are shown from.")
token_app = typer.Typer(no_args_is_help=True, help="Tokens: who may see internal graphs, and who may write.")
graph_app = typer.Typer(no_args_is_help=True, help="Named graphs.")
evidence_app = typer.Typer(no_args_is_help=True, help="Evidence ranges and the texts that prove them.")
change_app = typer.Typer(no_args_is_help=True, help="Changes of the graph, from a file.")
release_app = typer.Typer(no_args_is_help=True, help="The history of releases.")
network_app = typer.Typer(no_args_is_help=True, help="The governance network.")
persons_app = typer.Typer(no_args_is_help=True, help="Persons that the graph names.")
app.add_typer(persons_app, name="persons")
app.add_typer(network_app, name="network")
app.add_typer(change_app, name="change")
app.add_typer(release_app, name="release")
app.add_typer(sources_app, name="sources")
app.add_typer(evidence_app, name="evidence")
app.add_typer(token_app, name="token")
app.add_typer(graph_app, name="graph")

app.command("build")(audited("build", publishing.build))
for command in (publishing.serve, publishing.validate, asking.ask, asking.search, asking.query, asking.questions, asking.explain):
    app.command()(command)
app.command()(analysing.gap)
app.command()(analysing.plan)
app.command()(analysing.compare)
app.command("matrix")(analysing.responsibilities)
app.command("mcp")(tools.serve_tools)
app.command("format")(curating.format_files)
sources_app.command("add")(curating.add)
evidence_app.command("check")(curating.check)
evidence_app.command("coverage")(curating.show_coverage)
token_app.command("create")(audited("token create", tokens.create))
token_app.command("list")(tokens.list_tokens)
token_app.command("revoke")(audited("token revoke", tokens.revoke))
graph_app.command("visibility")(audited("graph visibility", watching.set_visibility))
app.command()(watching.audit)
evidence_app.command("find")(curating.find)
network_app.command("export")(network.export)
persons_app.command("erase")(audited("persons erase", persons.erase))
change_app.command("apply")(audited("change apply", changing.apply))
change_app.command("preview")(changing.preview)
release_app.command("list")(changing.list_releases)
release_app.command("show")(changing.show)
release_app.command("diff")(changing.diff)
release_app.command("rollback")(audited("release rollback", changing.rollback))
release_app.command("prune")(audited("release prune", changing.prune))
release_app.command("blame")(changing.blame)
app.command()(deploying.deploy)
app.command()(changing.backup)
app.command()(audited("restore", changing.restore))
app.command()(changing.export)


def _version(asked: bool) -> None:
    if asked:
        console.print(f"styrgraf {version('styrgraf')}", highlight=False)
        raise typer.Exit


@app.callback()
def options(
    lang: Annotated[str, typer.Option("--lang", envvar="STYRGRAF_LANG", help="Language of messages: sv or en.")] = "sv",
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and end.")] = False,
) -> None:
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

"""What the command line says, and in which language."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final

from rich.console import Console

from graph.errors import ReleaseRefusedError, StyrgrafError
from graph.report import Report, Result
from graph.wording import Sentence

console: Final = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
error_console: Final = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)
LANGUAGE: Final = ContextVar("language", default="sv")


def paper() -> Console:
    """What tables are printed on, as wide as the terminal; brackets in a text are text, not markup."""
    return Console(highlight=False, markup=False, emoji=False)


def lang() -> str:
    """The language of this run: sv or en."""
    return LANGUAGE.get()


def say(sv: str, en: str) -> None:
    """Prints a message in the chosen language."""
    console.print(en if lang() == "en" else sv)


def print_report(report: Report) -> None:
    """Prints each result of a validation with its message, and the counts."""
    for result in report.results:
        console.print(f"{result.severity}: {result.label} <{result.focus}>\n    {result.message(lang())}")
        if result.value or result.path:
            console.print(f"    {result.path} {result.value}".rstrip())
    for left in report.delegated:
        console.print(f"pySHACL: {left.shape}: {left.en if lang() == 'en' else left.sv}")
    print_counts(report.counts())


def print_counts(counts: dict[str, int]) -> None:
    """Prints how many results there are of each severity."""
    console.print(", ".join(f"{n} {name}" for name, n in counts.items()))


def tell(error: StyrgrafError) -> None:
    """Prints an error on standard error; for a refused release what, where and why."""
    error_console.print(error.text(lang()))
    if isinstance(error, ReleaseRefusedError):
        for result in error.report.results:
            if result.severity == "Violation":
                error_console.print(f"  {result.label} <{result.focus}>: {result.message(lang())} {result.value}".rstrip())


def print_words(sentences: Iterable[Sentence]) -> None:
    """Prints a difference in words."""
    for s in sentences:
        console.print(f"{s.sign} {s.words[lang()]}{(' (härlett)' if lang() == 'sv' else ' (inferred)') if s.inferred else ''}")


def print_results(lost: Iterable[Result], gained: Iterable[Result]) -> None:
    """Prints validation results that go and that come."""
    for sign, results in (("-", lost), ("+", gained)):
        for result in results:
            console.print(f"{sign} {result.severity}: {result.label} <{result.focus}>: {result.message(lang())}")

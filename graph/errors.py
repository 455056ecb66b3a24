"""What can go wrong, as one small tree.

    StyrgrafError            any error that a user can do something about
    ├── InputError           a file cannot be read or parsed (names the file, line and column)
    ├── EvidenceError        an evidence range or a source text does not fit
    ├── QueryError           a SPARQL query is wrong or asks for what is not allowed
    ├── NotFoundError        there is no such thing
    ├── ReleaseRefusedError  a candidate broke the shapes; carries the report
    └── StateError           the state directory cannot be used (locked, damaged, missing)

Each message is told in Swedish and English and says what is wrong, where, and how to mend it.
"""

from __future__ import annotations

from graph.report import Report


class StyrgrafError(Exception):
    """An error with a message in both languages."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv = sv
        self.en = en

    def text(self, lang: str) -> str:
        """The message in `lang`: "sv", or English for any other."""
        return self.sv if lang == "sv" else self.en


class InputError(StyrgrafError):
    """A file cannot be read or parsed."""


class EvidenceError(StyrgrafError):
    """An evidence range or a source text does not fit."""


class QueryError(StyrgrafError):
    """A SPARQL query is wrong or asks for what is not allowed; `line` and `column` from 1 where known."""

    def __init__(self, sv: str, en: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(sv, en)
        self.line = line
        self.column = column


class NotFoundError(StyrgrafError):
    """There is no such thing."""


class ReleaseRefusedError(StyrgrafError):
    """A candidate broke the shapes and did not become a release."""

    def __init__(self, sv: str, en: str, report: Report) -> None:
        super().__init__(sv, en)
        self.report = report


class StateError(StyrgrafError):
    """The state directory cannot be used."""

"""What can go wrong, as one small tree.

    StyrgrafError            any error that a user can do something about
    ├── InputError           a file cannot be read or parsed (names the file, line and column)
    ├── EvidenceError        an evidence range or a source text does not fit
    ├── QueryError           a SPARQL query is wrong or asks for what is not allowed
    ├── NotFoundError        there is no such thing
    │   └── GoneError        there was, and it was taken away for good
    ├── ReleaseRefusedError  a candidate broke the shapes; carries the report
    ├── ContradictionError   a candidate says what the ontology excludes
    ├── ForbiddenError       what belongs to the package, or needs a higher role, may not be written
    ├── ConflictError        the release is no longer the one that a change was meant for
    └── StateError           the state directory cannot be used (locked, damaged, missing)
        └── FullError        there is no room left on its disk

Each message is told in Swedish and English and says what is wrong, where, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    """There is no such thing; where it was the value of a parameter, which one, and the nearest there are: labels by IRI (or name)."""

    def __init__(self, sv: str, en: str, parameter: str | None = None, nearest: Mapping[str, Mapping[str, str]] | None = None) -> None:
        super().__init__(sv, en)
        self.parameter = parameter
        self.nearest = nearest or {}


class GoneError(NotFoundError):
    """There was such a thing, and it was taken away for good."""


class ReleaseRefusedError(StyrgrafError):
    """A candidate broke the shapes and did not become a release."""

    def __init__(self, sv: str, en: str, report: Report) -> None:
        super().__init__(sv, en)
        self.report = report


class ContradictionError(StyrgrafError):
    """A candidate says what the ontology excludes, and did not become a release."""


class ForbiddenError(StyrgrafError):
    """What belongs to the package, or needs a higher role, may not be written."""


class ConflictError(StyrgrafError):
    """The release is no longer the one that a change was meant for."""


class StateError(StyrgrafError):
    """The state directory cannot be used."""


class FullError(StateError):
    """There is no room left on the disk of the state directory."""

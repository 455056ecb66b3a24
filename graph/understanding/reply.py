"""What a question was understood as, and the answer."""

from __future__ import annotations

from dataclasses import dataclass

from graph.names import Name
from graph.questions import Parameter, Question, Row
from graph.understanding.phrasings import Match

ANSWERED, NOT_DOCUMENTED, UNKNOWN_NAME, NOT_UNDERSTOOD = "answered", "not_documented", "unknown_name", "not_understood"


@dataclass(frozen=True)
class Unknown:
    """A name in a question that is no thing's: the parameter that it was given for, and the nearest things that there are."""

    parameter: Parameter
    given: str
    nearest: tuple[Name, ...]


@dataclass(frozen=True)
class Reply:
    """What a question was understood as, and the answer: `params` are things by IRI; `understood` is told in the language asked."""

    status: str
    question: Question | None
    params: dict[str, str]
    understood: str
    rows: tuple[Row, ...]
    alternatives: tuple[Match, ...]
    unknown: Unknown | None = None

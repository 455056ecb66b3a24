"""What a question was understood as, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.names import Name
from graph.questions import Answer, Parameter, Question, Row
from graph.understanding.phrasings import Match
from graph.understanding.spoken import joined

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
    fit: float = 0.0


def tells(whole: Reply, part: Reply) -> bool:
    """Whether an answer rests on what the best row of another one does."""
    rests = {c.statement for row in whole.rows for c in row.citations}
    return bool(part.rows) and rests >= {c.statement for c in part.rows[0].citations}


def both(first: Reply, second: Reply) -> Reply:
    """The answer to a question that asks twice: the rows of both, each row once, under the first one's name if it has an answer."""
    if second.status != ANSWERED or second.question is None:
        return first
    if first.status != ANSWERED or first.question is None:
        return replace(second, understood=f"{first.understood} {second.understood}")
    rests = [{c.statement for c in row.citations} for row in first.rows]
    more = tuple(r for r in second.rows if {c.statement for c in r.citations} not in rests)
    whole = joined(Answer(first.question, first.rows), Answer(second.question, more))
    return replace(first, question=whole.question, rows=whole.rows, understood=f"{first.understood} {second.understood}")

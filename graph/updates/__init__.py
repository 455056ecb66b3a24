"""SPARQL 1.1 Update as changes of quads: which ones an update removes and adds is known before anything is written.

The engine parses and evaluates; here an update is taken apart (`parsing`), each WHERE read as a SELECT and each template as data in which variables have
stand-in names (`modifying`), and whole graphs are moved (`graphs`). So an update can be kept as a patch, refused, or run over a dataset that the protocol names
(`using-graph-uri`).
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.errors import QueryError
from graph.updates.graphs import in_graph, load, manage, transfer
from graph.updates.modifying import modify
from graph.updates.parsing import Operation, data, parse
from graph.updates.target import Dataset, Target

__all__ = ["Dataset", "Target", "in_graph", "parse", "run"]


def run(update: str, target: Target, using: Dataset | None = None, allowed: Iterable[str] = ()) -> None:
    """Runs an update on a target.

    Without a dataset in the request or the operation, patterns are matched in the union of all graphs, as in queries. Raises QueryError for bad syntax and for
    a dataset that both the request and the update name, NotFoundError for a graph that is not there and not SILENT.
    """
    operations = parse(update, allowed)
    using = using or Dataset()
    if using.told and any(t.word in ("USING", "WITH") for o in operations for t in o.tokens):
        raise QueryError(
            "using-graph-uri kan inte förenas med USING eller WITH i uppdateringen.", "using-graph-uri cannot be combined with USING or WITH in the update."
        )
    for operation in operations:
        _run(operation, target, using, allowed)


def _run(operation: Operation, target: Target, using: Dataset, allowed: Iterable[str]) -> None:
    first, second = operation.word(0), operation.word(1)
    if second == "DATA":
        quads = data(operation, operation.tokens[2:])
        (target.add if first == "INSERT" else target.remove)(quads)
    elif first in ("INSERT", "DELETE", "WITH"):
        modify(operation, target, using, allowed)
    elif first in ("CLEAR", "DROP", "CREATE"):
        manage(operation, target)
    elif first in ("ADD", "COPY", "MOVE"):
        transfer(operation, target)
    else:
        load(operation, target, allowed)

"""Queries and diagnoses for the faces that are not the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from graph.errors import QueryError, StateError
from graph.releases import Home
from graph.store import JSON
from graph.views import View
from service.api.queries import Queries
from service.processes.workers import Workers

T = TypeVar("T")
SLOW = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?b && ?d = ?f && ?h = ?i) }"


def asked(home: Home, seconds: float, use: Callable[[Queries], Awaitable[T]]) -> T:
    """What is asked of queries over the real graph, within so many seconds each."""

    def view() -> View:
        found = home.current()
        assert found
        return View(found)

    async def run() -> T:
        workers = Workers(1, 8, 1024)
        try:
            return await use(Queries(workers, view, seconds))
        finally:
            await workers.close()

    return asyncio.run(run())


@pytest.mark.parametrize(("query", "media"), [("ASK {}", JSON), ("SELECT * {}", JSON), ("CONSTRUCT { <x:a> <x:b> 1 } {}", "text/turtle")])
def test_each_form_comes_in_its_usual_type(home: Home, query: str, media: str) -> None:
    """Without a wish, JSON for results and Turtle for triples."""
    assert asked(home, 30, lambda q: q.ask(query))[0] == media


def test_a_wrong_query_tells_where(home: Home) -> None:
    """Line and column, as from /sparql."""
    with pytest.raises(QueryError) as wrong:
        asked(home, 30, lambda q: q.ask("SELECT *\n{ ?x ?y }"))
    assert wrong.value.line == 2


def test_a_result_that_is_too_large_is_refused_and_not_cut(home: Home) -> None:
    """The words tell to ask in parts."""
    with pytest.raises(StateError, match="LIMIT"):
        asked(home, 30, lambda q: q.ask("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"))


def test_a_diagnosis_ends_at_the_time_limit(home: Home) -> None:
    """Looking into a query that takes for ever is told as unfinished."""
    assert asked(home, 0.1, lambda q: q.diagnose(SLOW))["status"] == "unfinished"

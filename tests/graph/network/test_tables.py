"""Questions whose rows are computed: the table in their SELECT, its limits, and its errors."""

import re
from dataclasses import replace

import pytest
from networks import KINDS, E, statements

from graph import files, network, questions
from graph.errors import NotFoundError
from graph.namespaces import BASE
from graph.network import tables
from graph.questions import answer, catalogue, find
from graph.store import NamedNode, Store, parse

COMPUTED = re.compile(r"VALUES\s*\(([^()]*)\)\s*\{\s*\}")


def test_each_computed_question_has_one_empty_table(store: Store) -> None:
    """And names a table that there is; every table is of use to a question."""
    computed = [q for q in catalogue(store).values() if q.computed]
    assert {q.computed for q in computed} == set(tables.TABLES)
    assert [q.id for q in computed if len(COMPUTED.findall(q.select)) != 1] == []
    assert [q.id for q in catalogue(store).values() if not q.computed and COMPUTED.search(q.select)] == []


def test_a_table_binds_all_that_its_select_names(store: Store) -> None:
    """A variable that no row binds would be a column that is always empty."""
    for q in (q for q in catalogue(store).values() if q.computed and q.id != "governance-circles"):
        names = COMPUTED.findall(q.select)[0].replace("?", " ").split()
        found = store.select(re.sub(r"SELECT DISTINCT .*? WHERE", "SELECT * WHERE", tables.filled(store, q.computed, q.select, {})))
        assert [n for n in names if not any(n in row for row in found)] == [], q.id


def test_an_unknown_table_is_told(store: Store) -> None:
    """With those that there are."""
    question = replace(find(store, "paths-between"), computed="nonsense")
    for asked in (lambda: answer(store, question), lambda: questions.values(store, question)):
        with pytest.raises(NotFoundError, match="superiors"):
            asked()


def test_rows_beyond_the_limit_are_left_out_and_that_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row then says that the answer is cut short; one that is whole says that it is not."""
    question, body = find(store, "bodies-below"), {"body": BASE + "id/healthcare-region/sydostra"}
    assert {row.cells["cut"] for row in answer(store, question, body).rows} == {"nej"}
    monkeypatch.setattr(tables, "ROWS", 3)
    cut = answer(store, question, body).rows
    assert (len(cut), {row.cells["cut"] for row in cut}) == (3, {"ja"})


def test_circles_are_found_where_there_are_some() -> None:
    """A made-up circle is told step by step, to whoever asks of one of its bodies."""
    store = Store.memory()
    store.add(parse(files.root() / "ontology/relations.ttl", "http://e/ontology"))
    store.add(statements([(KINDS[0], E + "a", E + "b", True), (KINDS[1], E + "b", E + "a", True), (KINDS[0], E + "b", E + "c", True)]))
    rows = list(tables.find("circles").rows(network.of(store), {"body": E + "a"}))
    assert [(r["step"].value, r["lower"].value, r["upper"].value) for r in rows] == [("1", E + "a", E + "b"), ("2", E + "b", E + "a")]
    assert tables.choices(store, "circles") == {"body": {E + "a", E + "b"}}


def test_an_edge_without_a_statement_is_told_by_its_kind() -> None:
    """So that no part of the SELECT meets an unbound statement."""
    told = tables._told(network.Edge(E + "a", E + "b", E + "Kind", "", True))
    assert told["statement"] == NamedNode(E + "Kind")

"""The door to the SPARQL engine."""

from pathlib import Path

import pytest

from graph.errors import InputError, QueryError
from graph.store import Literal, NamedNode, Quad, Store, parse
from graph.syntax import keywords

EX = "http://example.org/"


def one(graph: str) -> Store:
    store = Store.memory()
    store.add([Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal("o"), NamedNode(EX + graph))])
    return store


def test_default_graph_is_the_union_of_all_graphs() -> None:
    """Without a dataset a query sees every named graph at once."""
    assert one("g").ask("ASK { ?s ?p 'o' }")


def test_from_narrows_the_default_graph() -> None:
    """A dataset in the query is honoured."""
    assert not bool(one("g").run(f"ASK FROM <{EX}other> {{ ?s ?p ?o }}"))
    assert bool(one("g").run(f"ASK FROM <{EX}g> {{ ?s ?p ?o }}"))


def test_a_dataset_of_the_request_overrides_from() -> None:
    """SPARQL 1.1 Protocol §2.1.4: the dataset of the request wins over that of the query."""
    assert not bool(one("g").run(f"ASK FROM <{EX}g> {{ ?s ?p ?o }}", default_graphs=[EX + "other"]))


def test_a_syntax_error_tells_line_and_column() -> None:
    """A broken query is told with its place."""
    with pytest.raises(QueryError) as told:
        one("g").run("SELECT *\nWHERE { ?s ?p")
    assert (told.value.line, told.value.column) == (2, 14)


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * { sErViCe SILENT ?x { ?s ?p ?o } }", "ASK { ?s ?p 1 .SERVICE<http://h/>{} }"]
)
def test_service_is_refused_before_execution(query: str) -> None:
    """No query makes the server call another host."""
    with pytest.raises(QueryError, match="not allowed"):
        one("g").run(query)


@pytest.mark.parametrize(
    "query",
    ["ASK { ?service ?p 'SERVICE' }", 'ASK { ?s <http://service/> """a\nSERVICE """ } # SERVICE', "PREFIX service: <http://x/> ASK { ?s service:SERVICE ?o }"],
)
def test_the_word_service_elsewhere_is_no_call(query: str) -> None:
    """Strings, comments, variables, IRIs and prefixed names may hold the word."""
    assert "SERVICE" not in set(keywords(query))
    one("g").run(query)


def test_load_is_refused_in_updates() -> None:
    """LOAD would fetch from another host."""
    with pytest.raises(QueryError, match="LOAD"):
        one("g").update("LOAD <http://127.0.0.1:1/x.ttl>")


def test_a_broken_file_is_told_with_its_place(tmp_path: Path) -> None:
    """A Turtle error names the file, the line and the column."""
    path = tmp_path / "broken.ttl"
    path.write_text("<http://a/b> <http://a/c>\n  ;;; oops .\n")
    with pytest.raises(InputError, match=r"broken\.ttl:2:"):
        list(parse(path))


def test_an_unknown_suffix_is_told(tmp_path: Path) -> None:
    """A file of no known kind is refused by name."""
    path = tmp_path / "data.docx"
    path.write_text("")
    with pytest.raises(InputError, match=r"data\.docx"):
        list(parse(path))

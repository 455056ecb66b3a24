"""What the validator does beside finding breaches: messages, delegation, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from reports import told

from graph.errors import InputError
from graph.report import Report
from graph.store import Store, parse
from graph.validator import validate
from graph.validator.queries import Query

HEAD = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
DATA = ':a a :C ; :p :b ; :v "x"@sv . :b a :C ; :p :c , :d . :c a :C ; :v 7 .'


def report(folder: Path, shapes: str, engine: str = "sparql") -> Report:
    """What an engine says of a small graph."""
    (folder / "data.ttl").write_text(HEAD + DATA, "utf-8")
    (folder / "shapes.ttl").write_text(HEAD + shapes, "utf-8")
    store = Store.memory()
    store.add(parse(folder / "data.ttl"))
    return validate(store, [folder / "shapes.ttl"], engine)


def selecting(query: str, rest: str = "") -> str:
    """A shape with one SPARQL constraint."""
    return f':S sh:targetClass :C ; sh:sparql [ sh:select """{query}""" {rest} ] .'


def test_an_unknown_engine_is_told(tmp_path: Path) -> None:
    """The names that there are stand in the message."""
    with pytest.raises(InputError, match="sparql, pyshacl"):
        report(tmp_path, "", "rudof")


def test_templates_are_filled_in_each_language(tmp_path: Path) -> None:
    """{?x} and {$x} become values, a variable without a value stays, and the language tag is kept."""
    messages = '; sh:message "{$this} har {?value}, {?annat}"@sv , "{?this} has {?value}"@en'
    results = report(tmp_path, selecting("SELECT $this ?value WHERE { $this <http://e/v> ?value FILTER(ISNUMERIC(?value)) }", messages)).results
    assert [r.messages for r in results] == [{"sv": "http://e/c har 7, {?annat}", "en": "http://e/c has 7"}]


def test_a_shape_without_message_gets_one_in_both_languages(tmp_path: Path) -> None:
    """A constraint says what it demands."""
    (result,) = report(tmp_path, ":S sh:targetClass :C ; sh:path :p ; sh:maxCount 1 .").results
    assert result.messages == {"sv": "Uppfyller inte kravet MaxCount 1.", "en": "Does not meet the constraint MaxCount 1."}


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:node :S ] .", "leads back"),
        (':S sh:targetClass :C ; sh:path :v ; sh:pattern "(?=x)" .', "pattern"),
        (":S sh:targetClass :C ; sh:not :I . :I sh:sparql [ sh:select 'SELECT $this WHERE { $this <http://e/v> 7 }' ] .", "inner shape"),
    ],
    ids=["recursion", "lookahead", "inner SPARQL"],
)
def test_what_is_not_covered_goes_to_pyshacl_and_is_announced(tmp_path: Path, shapes: str, reason: str) -> None:
    """The shape and the reason stand in the report; the results are those of pySHACL, and other shapes stay compiled."""
    other = " :T sh:targetClass :C ; sh:path :v ; sh:minCount 1 ."
    ours, reference = report(tmp_path, shapes + other), report(tmp_path, shapes + other, "pyshacl")
    assert [d.shape for d in ours.delegated] == ["http://e/S"]
    assert reason in ours.delegated[0].en
    assert told(ours) == told(reference)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 7 } }",
        "SELECT $this WHERE { VALUES ?x { 1 } $this ?p ?x }",
        "SELECT $this WHERE { $this ?p ?o . SERVICE <http://127.0.0.1:1/> { ?o ?q ?r } }",
        "SELECT $this WHERE { BIND(1 AS $this) }",
        "SELECT $this WHERE { $this ?p ?o . { SELECT ?o WHERE { ?o ?q ?r } } }",
    ],
    ids=["MINUS", "VALUES", "SERVICE", "AS $this", "inner SELECT"],
)
def test_queries_that_prebinding_forbids_are_refused(tmp_path: Path, query: str) -> None:
    """SHACL's appendix A: such shapes are a failure, not a report."""
    with pytest.raises(InputError, match="not allowed"):
        report(tmp_path, selecting(query))


def test_words_in_strings_comments_and_names_are_no_keywords(tmp_path: Path) -> None:
    """The query is read token by token."""
    query = "SELECT $this ?values WHERE { $this <http://e/v> ?values . # MINUS\n FILTER(STR(?values) != 'VALUES {')\n }"
    assert len(report(tmp_path, selecting(query)).results) == 2


def test_this_is_bound_in_every_group(tmp_path: Path) -> None:
    """Unions, subqueries with counts and limits see the focus node, one at a time."""
    query = (
        "SELECT $this ?n WHERE { { FILTER($this = <http://e/b>) } { SELECT $this (COUNT(?x) AS ?n) WHERE { $this <http://e/p> ?x } GROUP BY $this LIMIT 1 } }"
    )
    results = report(tmp_path, selecting(query, '; sh:message "{?n}"')).results
    assert [(r.focus, r.message("sv")) for r in results] == [("http://e/b", "2")]


def test_plain_optionals_are_looked_up_row_by_row() -> None:
    """OPTIONAL becomes LATERAL where its group is plain, and stays where it holds another group."""
    assert Query("{ ?a ?b ?c OPTIONAL { ?c ?d 'OPTIONAL {' } }").stepwise().with_values({}) == "{ ?a ?b ?c LATERAL { OPTIONAL { ?c ?d 'OPTIONAL {' } } }"
    nested = "{ ?a ?b ?c OPTIONAL { { ?c ?d ?e } } }"
    assert Query(nested).stepwise().with_values({}) == nested


def test_severities_of_ones_own_come_last(tmp_path: Path) -> None:
    """SHACL lets a shape name any IRI as its severity."""
    shapes = ":S sh:targetNode :a ; sh:path :q ; sh:minCount 1 ; sh:severity :Grave . :T sh:targetNode :a ; sh:path :q ; sh:minCount 1 ; sh:severity sh:Info ."
    assert [r.severity for r in report(tmp_path, shapes).results] == ["Info", "http://e/Grave"]


def test_shapes_of_a_broken_path_are_refused(tmp_path: Path) -> None:
    """What is no SHACL path is told, in both engines' stead."""
    with pytest.raises(InputError, match="no SHACL path"):
        report(tmp_path, ":S sh:targetClass :C ; sh:path [ :p :q ] ; sh:minCount 1 .")

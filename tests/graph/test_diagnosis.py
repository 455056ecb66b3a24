"""Why a query finds nothing."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import anyio
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from paths import ROOT

from graph import questions
from graph.diagnosis import Diagnosis, diagnose
from graph.diagnosis.patterns import read
from graph.errors import QueryError
from graph.namespaces import SPARQL_PREFIXES
from graph.store import JSON, Store

GROUP = "<https://w3id.org/styrgraf/id/group/rag-onkologi>"


def diagnosed(store: Store, query: str) -> Diagnosis:
    """The diagnosis of a query that is asked of a store right away."""

    async def run(text: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(store.query(text).write(JSON))
        return told

    return anyio.run(diagnose, SPARQL_PREFIXES + query, run)


# query, the part that has no answer, kind of reason, something that is offered instead
CASES = {
    "unknown property": ("SELECT * { ?x a sg:GovernanceGroup ; sg:reportTo ?y }", ["?x sg:reportTo ?y ."], "unknown", "sg:reportsTo"),
    "Swedish property": ("SELECT * { ?x sg:rapporterarTill ?y }", ["?x sg:rapporterarTill ?y ."], "unknown", "sg:reportsTo"),
    "unknown class": ("SELECT * { ?x a sg:GovernanceGrupp . ?x rdfs:label ?l }", ["?x a sg:GovernanceGrupp ."], "unknown", "sg:GovernanceGroup"),
    "unknown thing": ("ASK { ?x sg:worksOnBehalfOf ?y . <https://w3id.org/styrgraf/id/group/rag-onkolog> ?p ?x }", None, "unknown", GROUP),
    "no language": ('SELECT ?x { ?x a sg:GovernanceGroup ; rdfs:label "RAG onkologi" }', ['?x rdfs:label "RAG onkologi" .'], "literal", '"RAG onkologi"@sv'),
    "misspelt literal": ('SELECT ?x { ?x rdfs:label "RAG onkolgi"@sv }', None, "literal", '"RAG onkologi"@sv'),
    "wrong way": (f"SELECT ?x {{ ?x sg:worksOnBehalfOf {GROUP} }}", [f"?x sg:worksOnBehalfOf {GROUP} ."], "reversed", None),
    "wrong graph": ("SELECT * { GRAPH sg:none { ?x sg:reportsTo ?y } }", ["?x sg:reportsTo ?y ."], "graph", "<https://w3id.org/styrgraf/graph/inferred>"),
    "wrong dataset": ("SELECT * FROM <https://w3id.org/styrgraf/graph/ontology> { ?x a sg:Region ; rdfs:label ?l }", ["?x a sg:Region ."], "graph", None),
    "filter": ('SELECT * { ?x a sg:Region ; rdfs:label ?l . FILTER(?l = "Region Skåne") }', None, "filter", None),
    "inside a path": ("SELECT * { ?x sg:lineFrom/sg:partOff ?y }", ["?x sg:lineFrom/sg:partOff ?y ."], "unknown", None),
    "disjoint": ("SELECT * { ?x a sg:Region ; rdfs:label ?l . ?x a sg:HealthcareRegion }", ["?x a sg:Region .", "?x a sg:HealthcareRegion ."], None, None),
}


@pytest.mark.parametrize(("query", "patterns", "kind", "offered"), CASES.values(), ids=CASES)
def test_the_part_without_an_answer_is_found(store: Store, query: str, patterns: list[str] | None, kind: str | None, offered: str | None) -> None:
    """The patterns that clash, why, and what to write instead."""
    found = diagnosed(store, query)
    assert found.empty
    assert patterns is None or list(found.patterns) == patterns
    assert [r.kind for r in found.reasons][:1] == ([kind] if kind else []) or kind is None
    assert offered is None or any(offered in r.nearest for r in found.reasons)
    assert all(set(r.words) == {"sv", "en"} for r in found.reasons)


def test_a_filter_that_removes_all_is_told_with_what_is_like_its_string(store: Store) -> None:
    """Whoever forgets the language sees how the graph writes it."""
    found = diagnosed(store, 'SELECT * { ?x a sg:Region ; rdfs:label ?l . FILTER(?l = "Region Skåne") }')
    assert '?l = "Region Skåne"@sv' in found.reasons[0].words["sv"]


def test_a_pattern_with_answers_is_told_as_such(store: Store) -> None:
    """What stands after the pattern may still remove all rows; that is named."""
    found = diagnosed(store, "SELECT ?x { ?x a sg:Region } GROUP BY ?x HAVING (COUNT(*) > 9999)")
    assert (found.empty, found.patterns) == (False, ())
    assert "HAVING" in found.words["en"]


def test_a_query_without_a_pattern_is_told(store: Store) -> None:
    """DESCRIBE of a thing has nothing to look into."""
    with pytest.raises(QueryError, match="no pattern"):
        diagnosed(store, f"DESCRIBE {GROUP}")


def test_every_query_of_ours_is_taken_apart_and_put_together_again(store: Store) -> None:
    """The elements together are the group: as many rows come of them as of the query."""
    texts = [q.select for q in questions.catalogue(store).values()]
    texts += [p.read_text("utf-8") for folder in ("competency", "hygiene") for p in sorted((ROOT / "tests/ontology" / folder).glob("*.rq"))]
    for text in texts:
        pattern = read(SPARQL_PREFIXES + text)
        opening, closing = text.index("{"), text.rindex("}")
        whole = f"{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?rows_in_all) {{ {text[opening + 1 : closing]} }}" if text.lstrip().startswith("SELECT") else None
        again = f"{pattern.prologue}SELECT (COUNT(*) AS ?rows_in_all) {{ {' '.join(e.text for e in pattern.elements)} }}"
        if whole and "GROUP BY" not in text and "(" not in text[:opening]:
            assert store.query(again).write(JSON) == store.query(whole).write(JSON), text


TRIPLES = st.lists(
    st.sampled_from(
        [
            "?x a sg:Region",
            "?x rdfs:label ?l",
            "?x a sg:HealthcareRegion",
            "?y sg:reportsTo ?x",
            "?x sg:reportsTo ?y",
            "?y a sg:GovernanceGroup",
            "FILTER(?x = ?y)",
            "FILTER(LANG(?l) = 'en')",
            "OPTIONAL { ?x sg:level ?v }",
            "MINUS { ?x a sg:Region }",
            "{ ?x a sg:Region } UNION { ?y a sg:Task }",
            "FILTER NOT EXISTS { ?x rdfs:label ?l }",
        ]
    ),
    min_size=2,
    max_size=5,
    unique=True,
)


@given(TRIPLES)
def test_what_is_blamed_has_no_answer_and_nothing_in_it_can_be_spared(store: Store, parts: list[str]) -> None:
    """The core is empty, and without any triple pattern of it, where no filter needs that, it is not."""
    found = diagnosed(store, f"SELECT * {{ {' . '.join(parts)} }}")
    assume(found.empty)
    assert not store.ask(f"ASK {{ {' '.join(found.patterns)} }}")
    assert set(found.patterns) <= {t for p in parts for t in (p, p + " .")}
    if all(p.startswith("?") for p in found.patterns):
        for spared in found.patterns:
            rest = " ".join(p for p in found.patterns if p != spared)
            assert not rest or store.ask(f"ASK {{ {rest} }}")


@given(st.text(st.sampled_from("{}()[]?x:a .;,<>\"'SELECTWHERE#|^*/"), max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever stands in a query, it is taken apart or refused as a QueryError."""
    with contextlib.suppress(QueryError):
        assert read("SELECT * {" + text + "}").prologue == ""

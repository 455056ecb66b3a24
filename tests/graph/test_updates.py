"""An update as a change of quads is what the engine itself would do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset

from graph import updates
from graph.changes import Ledger
from graph.errors import NotFoundError, QueryError
from graph.store import NamedNode, Store

START = """PREFIX x: <http://x/#> INSERT DATA { x:a x:p 1, 2 ; x:q "it's" . GRAPH x:g { x:b x:p x:a, 3 . x:b x:q "b"@sv } GRAPH x:h { x:c x:p x:b } }"""
# No pattern reads the default graph: there it is the union, where the engine alone would see the unnamed graph.
UPDATES = [
    "INSERT DATA { x:n x:p 1 , (1 2 [ x:q 'c;}' ]) . GRAPH x:new { x:n x:p \"\"\"a'#b\"\"\" } }",
    "DELETE DATA { x:a x:p 1 . GRAPH x:g { x:b x:p 3 . x:no x:p 3 } }",
    "DELETE WHERE { GRAPH x:g { ?s x:p ?o } }",
    "DELETE { GRAPH ?g { ?s x:p ?o } } INSERT { GRAPH ?g { ?o x:r ?s } } WHERE { GRAPH ?g { ?s x:p ?o } }",
    "INSERT { GRAPH x:g { ?s x:n [ x:v ?o ; x:w _:one ] . _:one x:u ?o } } WHERE { GRAPH ?g { ?s x:p ?o } }",
    "WITH x:g DELETE { ?s x:p ?o } INSERT { ?s x:q2 ?o . GRAPH x:h { ?s x:q3 ?o } } WHERE { ?s x:p ?o FILTER(ISNUMERIC(?o) || ?o = x:a) }",
    "INSERT { ?s x:both ?o } USING x:g USING x:h WHERE { ?s x:p ?o }",
    "INSERT { ?s x:named ?g } USING NAMED x:g WHERE { GRAPH ?g { ?s x:p ?o } }",
    "WITH x:h INSERT { ?s x:used ?o } USING x:g WHERE { ?s x:p ?o }",
    "INSERT { GRAPH x:t { ?s x:says <<( ?s x:p ?o )>> } } WHERE { GRAPH x:g { ?s x:p ?o } }",
    "INSERT { GRAPH x:i { ?o x:p 1 . ?s ?l 1 } } WHERE { GRAPH x:g { ?s x:q ?l . ?s x:p ?o } }",
    "CLEAR GRAPH x:g", "CLEAR DEFAULT", "CLEAR NAMED", "CLEAR ALL", "CLEAR SILENT GRAPH x:none",
    "DROP GRAPH x:g", "DROP DEFAULT", "DROP NAMED", "DROP ALL", "DROP SILENT GRAPH x:none",
    "CREATE GRAPH x:new", "CREATE SILENT GRAPH x:g",
    "COPY x:g TO x:h", "COPY DEFAULT TO x:g", "COPY x:g TO DEFAULT", "COPY x:g TO x:g", "COPY SILENT x:none TO x:g",
    "MOVE x:g TO x:h", "MOVE GRAPH x:g TO DEFAULT", "MOVE DEFAULT TO x:new", "ADD x:g TO x:h", "ADD x:g TO DEFAULT",
]  # fmt: skip


def made() -> Store:
    store = Store.memory()
    store.update(START)
    return store


def flat(store: Store) -> Dataset:
    """The quads with blank nodes named by what is said of them (RDFC-1.0)."""
    found = Dataset(store)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


@given(st.lists(st.sampled_from(UPDATES), min_size=1, max_size=3))
def test_an_update_does_what_the_engine_does(parts: list[str]) -> None:
    """Quads and graphs are the same afterwards, up to the names of blank nodes; the ledger's net change is their difference."""
    text = "PREFIX x: <http://x/#> " + " ; ".join(parts)
    ours, theirs = made(), made()
    before = set(ours)
    ledger = Ledger(ours, frozenset())
    try:
        theirs.update(text)
    except QueryError:  # a graph that an earlier part dropped
        return
    try:
        updates.run(text, ledger)
    except NotFoundError:  # §3.2.3: a source that is not there is an error, which the engine passes over
        assert any(word in text for word in ("ADD", "COPY", "MOVE"))
        return
    assert flat(ours) == flat(theirs)
    assert ours.graph_names() == theirs.graph_names()
    assert set(ours) == (before - ledger.removed) | ledger.added
    assert ledger.removed <= before
    assert not ledger.added & before


def test_every_update_is_tried_alone() -> None:
    """None of the list is refused by the engine, so that the comparison means something."""
    for part in UPDATES:
        made().update("PREFIX x: <http://x/#> " + part)


def test_a_prologue_may_stand_between_operations() -> None:
    """§3: each operation may bring prefixes, which hold for those that follow."""
    ledger = Ledger(Store.memory(), frozenset())
    updates.run("PREFIX a: <urn:a:> INSERT DATA { a:x a:y 1 } ; PREFIX b: <urn:b:> BASE <http://base/> INSERT DATA { a:x b:y <z> } ;", ledger)
    assert {str(q.object) for q in ledger.store} == {'"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "<http://base/z>"}


def test_patterns_see_the_union_where_nothing_is_said() -> None:
    """Without USING, WITH or GRAPH a pattern is matched in all graphs, as in queries."""
    ledger = Ledger(made(), frozenset())
    updates.run("PREFIX x: <http://x/#> INSERT { GRAPH x:all { ?s x:p ?o } } WHERE { ?s x:p ?o }", ledger)
    assert len(list(ledger.store.quads(graph=NamedNode("http://x/#all")))) == 5


NO_UPDATES = ["INSERT DATA { <a> <b> }", "DELETE { ?s ?p ?o }", "CLEAR", "INSERT DATA { ?s <p> 1 }", "} CLEAR ALL {", "CLEAR ALL CLEAR ALL", "SELECT * {}"]


@pytest.mark.parametrize("text", NO_UPDATES)
def test_what_is_no_update_is_refused(text: str) -> None:
    """Bad syntax is a QueryError with its place, and the store stays."""
    ledger = Ledger(made(), frozenset())
    with pytest.raises(QueryError) as told:
        updates.run(f"INSERT DATA {{ <urn:new> <urn:p> 1 }} ;\n{text}", ledger)
    assert told.value.line == 2
    assert not ledger.patch

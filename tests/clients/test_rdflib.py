"""Rdflib's SPARQLStore and SPARQLUpdateStore against a running service."""

import pytest
from rdflib import RDF, RDFS, XSD, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

SG = Namespace("https://w3id.org/styrgraf/def/")
BARN = URIRef("https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi")
RPO = URIRef("https://w3id.org/styrgraf/id/group/rpo-barn-och-ungdomars-halsa")
SOURCE = URIRef("https://w3id.org/styrgraf/graph/source/uppdrag-rag-onkologi")
LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"
EX = Namespace("http://example.org/rdflib/")


@pytest.fixture(scope="module")
def graph(full: str) -> Graph:
    """The whole graph, read from the endpoint."""
    return Graph(SPARQLStore(f"{full}/sparql"))


def test_each_way_of_asking_in_each_format_gives_the_same_rows(full: str) -> None:
    """GET, direct POST and form; JSON, XML, CSV and TSV."""
    answers = {
        (method, form): {tuple(map(str, row)) for row in SPARQLStore(f"{full}/sparql", returnFormat=form, method=method).query(LINES)}  # type: ignore[arg-type]
        for method in ("GET", "POST", "POST_FORM")
        for form in ("json", "xml", "csv", "tsv")
    }
    assert {frozenset(rows) for rows in answers.values()} == {frozenset(answers["GET", "json"])}
    assert (str(BARN), str(RPO)) in answers["GET", "json"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_ask(full: str, form: str) -> None:
    """True and false are read as such."""
    store = SPARQLStore(f"{full}/sparql", returnFormat=form)
    assert [store.query(f"ASK {{ {BARN.n3()} ?p {o.n3()} }}").askAnswer for o in (RPO, BARN)] == [True, False]


@pytest.mark.parametrize("query", [f"CONSTRUCT WHERE {{ {BARN.n3()} ?p ?o }}", f"DESCRIBE {BARN.n3()}"])
def test_construct_and_describe_give_a_graph(graph: Graph, query: str) -> None:
    """The triples of a thing are those that SELECT finds."""
    found = graph.query(query).graph
    assert found is not None
    assert (SG.reportsTo, RPO) in set(found.predicate_objects(BARN)) == set(graph.query(f"SELECT ?p ?o {{ {BARN.n3()} ?p ?o }}"))


def test_triples_by_pattern(graph: Graph) -> None:
    """A remote graph is used like a local one: membership, subjects, objects, values with their types and languages."""
    assert (BARN, SG.reportsTo, RPO) in graph
    assert (RPO, SG.reportsTo, BARN) not in graph
    assert RPO in set(graph.objects(BARN, SG.reportsTo))
    assert BARN in set(graph.subjects(SG.reportsTo, RPO))
    labels = set(graph.objects(BARN, RDFS.label))
    assert {label.language for label in labels if isinstance(label, Literal)} >= {"sv"}


def test_variables_and_prefixes_are_bound_by_the_client(graph: Graph) -> None:
    """`initBindings` and a bound prefix reach the query."""
    graph.bind("sg", SG)
    assert RPO in {row[0] for row in graph.query("SELECT ?b WHERE { ?a sg:reportsTo ?b }", initBindings={"a": BARN})}  # type: ignore[index]


def test_named_graphs_are_found_and_read_alone(full: str, graph: Graph) -> None:
    """Contexts are the named graphs; one of them is a part of the whole."""
    dataset = Dataset(SPARQLStore(f"{full}/sparql"))
    names = set(dataset.store.contexts())
    assert SOURCE in names
    assert set(dataset.store.contexts((None, RDF.type, SG.ReportingLine))) < names  # type: ignore[arg-type]
    assert 0 < len(Graph(dataset.store, identifier=SOURCE)) < len(graph)


@pytest.fixture
def written(empty: str, bearer: str) -> SPARQLUpdateStore:
    """A store that writes to the empty service with a token; it holds edits back until they are committed."""
    return SPARQLUpdateStore(f"{empty}/sparql", f"{empty}/update", autocommit=False, headers={"Authorization": bearer})


def test_triples_of_a_named_graph_are_added_and_removed(written: SPARQLUpdateStore) -> None:
    """What is added is read back with its type and language; what is removed is gone, by pattern too."""
    graph = Graph(written, identifier=EX.people)
    values = {Literal("Åsa", lang="sv"), Literal('a "quoted"\nline'), Literal(7), Literal("2024-01-31", datatype=XSD.date)}
    for value in values:
        graph.add((EX.a, EX.says, value))
    graph.commit()
    assert set(graph.objects(EX.a, EX.says)) == values
    graph.remove((EX.a, EX.says, Literal(7)))
    graph.commit()
    assert set(graph.objects(EX.a, EX.says)) == values - {Literal(7)}
    graph.remove((EX.a, None, None))
    graph.commit()
    assert len(graph) == 0


def test_edits_wait_for_the_commit(written: SPARQLUpdateStore) -> None:
    """Edits are sent together at the commit, and dropped by a rollback."""
    written.dirty_reads = True
    graph = Graph(written, identifier=EX.waiting)
    graph.addN((EX[str(n)], RDF.value, Literal(n), graph) for n in range(100))
    assert len(graph) == 0
    graph.commit()
    assert len(graph) == 100
    graph.remove((None, None, None))
    graph.rollback()
    graph.commit()
    assert len(graph) == 100


def test_an_update_with_prefixes_and_a_graph(written: SPARQLUpdateStore) -> None:
    """An update of the user's own changes the graph that it is sent for, and no other."""
    for name in ("one", "two"):
        written.update("INSERT DATA { GRAPH ?g { ex:a ex:b 1 } }".replace("?g", EX[name].n3()), initNs={"ex": EX})
    Graph(written, identifier=EX.one).update("DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }")
    written.commit()
    assert [set(Graph(written, identifier=EX[name]).objects(EX.a, EX.b)) for name in ("one", "two")] == [{Literal(2)}, {Literal(1)}]


def test_a_dataset_has_the_graphs_that_were_written(written: SPARQLUpdateStore) -> None:
    """Graphs are made and removed; the default graph of the endpoint is the union of all."""
    dataset = Dataset(written)
    graph = dataset.graph(EX.made)
    graph.add((EX.x, RDF.type, EX.Made))
    written.commit()
    assert EX.made in set(written.contexts())
    assert (EX.x, RDF.type, EX.Made) in Graph(written)
    dataset.remove_graph(graph)
    written.commit()
    assert EX.made not in set(written.contexts())


def test_without_a_token_nothing_is_written(empty: str) -> None:
    """The client is told 401."""
    store = SPARQLUpdateStore(f"{empty}/sparql", f"{empty}/update")
    with pytest.raises(OSError, match="401") as refused:
        store.add((EX.a, EX.b, EX.c), Graph(store, identifier=EX.refused))
    refused.value.close()  # type: ignore[attr-defined]
    assert len(Graph(store, identifier=EX.refused)) == 0

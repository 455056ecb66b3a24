"""The ontology as linked data."""

import json
import re

import pytest
from asking import Client
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from graph.store import Store
from graph.terms import context, terms

SG = "https://w3id.org/styrgraf/def/"


@pytest.mark.parametrize("path", ["/def/", "/def/ReportingLine"])
@pytest.mark.parametrize(("accept", "form"), [("text/html,application/xhtml+xml,*/*;q=0.8", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld")])
def test_the_ontology_and_its_terms_answer_by_accept(client: Client, path: str, accept: str, form: str) -> None:
    """A browser and a program both get what they expect."""
    answer = client.get(path, headers={"accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path.rstrip('/')}.{form}")
    assert client.get(answer.headers["location"]).status_code == 200


def test_all_of_the_ontology_is_one_download(client: Client) -> None:
    """Every module, vocabulary and alignment is in it, the header too."""
    graph = Graph().parse(data=client.get("/def.ttl").text, format="turtle")
    assert (URIRef(SG), RDF.type, OWL.Ontology) in graph
    assert (URIRef(SG + "ReportingLine"), RDFS.subClassOf, None) in graph
    assert (URIRef("https://w3id.org/styrgraf/vocab/norm-strength/ska"), None, None) in graph


def test_the_change_log_that_the_ontology_names_is_there(client: Client) -> None:
    """vann:changes leads to the change log."""
    assert "# Changelog" in client.get("/docs/changelog").text


def test_a_term_in_turtle_says_what_its_axioms_say(client: Client) -> None:
    """`curl -H 'Accept: text/turtle' …/def/ReportingLine` gets its labels and its place."""
    graph = Graph().parse(data=client.get("/def/ReportingLine.ttl").text, format="turtle")
    labels = {str(o) for o in graph.objects(URIRef(SG + "ReportingLine"), RDFS.label)}
    assert labels == {"rapporteringslinje", "reporting line"}


@pytest.mark.parametrize(("lang", "word"), [("sv", "rapporteringslinje"), ("en", "reporting line")])
def test_the_documentation_is_there_in_both_languages(client: Client, store: Store, lang: str, word: str) -> None:
    """Every class and property stands on the page with its definition, and the diagram names the top classes."""
    page = client.get(f"/def.html?lang={lang}").text
    assert word in page
    assert all(f"<code>sg:{t.local}</code>" in page for t in terms(store))
    diagram = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert diagram
    assert {"sg:Statement", "sg:Party", "sg:Document", "sg:EvidenceSpan"} <= set(re.findall(r"sg:\w+", diagram[0]))


def test_every_term_is_defined_in_both_languages(store: Store) -> None:
    """No term of the page lacks a name or a definition."""
    assert [t.local for t in terms(store) if not {"sv", "en"} <= set(t.name.labels) or not {"sv", "en"} <= set(t.definitions)] == []


@pytest.mark.parametrize("path", ["/id/reporting-line/barn-rpo", "/id/goal/krg-13", "/id/group/rag-onkologi", "/id/indicator-observation/krg-21-ledtid-2023"])
def test_json_ld_is_short_and_says_what_the_turtle_says(client: Client, path: str) -> None:
    """Plain names by the context, and expanded again the same triples."""
    told = json.loads(client.get(f"{path}.jsonld").text)
    assert told["@context"] == "http://testserver/def/context.jsonld"
    assert not re.search(r"def/\w+\"\s*:", json.dumps(told))
    told["@context"] = json.loads(client.get("/def/context.jsonld").text)["@context"]
    expanded = Graph().parse(data=json.dumps(told), format="json-ld")
    turtle = Graph().parse(data=client.get(f"{path}.ttl").text, format="turtle")
    assert {(s, p, o) for s, p, o in expanded if not hasattr(o, "datatype")} == {(s, p, o) for s, p, o in turtle if not hasattr(o, "datatype")}
    assert {(s, p, str(o)) for s, p, o in expanded} == {(s, p, str(o)) for s, p, o in turtle}


def test_the_context_names_every_property(store: Store) -> None:
    """No property of ours is left to be spelled out."""
    assert {t.local for t in terms(store) if t.kind == "ObjectProperty"} <= set(context(store))

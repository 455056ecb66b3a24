"""An IRI of ours is answered in every RDF syntax, and a refusal is a problem document."""

import pytest
from asking import Client
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from graph.namespaces import BASE

GROUP = "/id/group/rag-onkologi"
SYNTAXES = {"application/rdf+xml": "rdf", "application/n-triples": "nt", "application/ld+json": "jsonld", "text/turtle": "ttl"}


@pytest.mark.parametrize(("media", "suffix"), SYNTAXES.items())
@pytest.mark.parametrize("path", [GROUP, "/def/"])
def test_the_same_triples_in_every_syntax(client: Client, path: str, media: str, suffix: str) -> None:
    """303 by Accept to data that another RDF library reads as the triples of the Turtle."""
    led = client.get(path, headers={"accept": media})
    assert (led.status_code, led.headers["location"]) == (303, f"{path.rstrip('/')}.{suffix}")
    if suffix == "jsonld":
        return  # its context has an address, which a reader would fetch
    answer = client.get(led.headers["location"])
    assert answer.headers["content-type"].partition(";")[0] == media
    read = Graph().parse(data=answer.text, format=media)
    assert len(read) > 2
    assert path == "/def/" or (URIRef(BASE + GROUP.removeprefix("/")), None, None) in read
    turtle = Graph().parse(data=client.get(f"{path.rstrip('/')}.ttl").text, format="turtle")
    assert len(read) == len(turtle)
    assert path == "/def/" or isomorphic(read, turtle)  # of the whole ontology it would take minutes


@pytest.mark.parametrize("path", [GROUP, "/def/", "/questions", "/"])
def test_a_form_that_is_not_to_be_had_is_told(client: Client, path: str) -> None:
    """406 as a problem that names the forms there are."""
    answer = client.get(path, headers={"accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert "text/html" in answer.json()["detail"]

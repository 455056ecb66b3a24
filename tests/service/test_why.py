"""Why: on the command line, over HTTP and on pages."""

import re
import subprocess

import pytest
from asking import Client
from running import STYRGRAF

from graph.errors import NotFoundError
from graph.evidence import Texts
from graph.releases import Home
from service.api.why import thing

GROUP, RPO = "id/group/rag-barnonkologi-och-hematologi", "id/group/rpo-barn-och-ungdomars-halsa"
EDGE = {"s": GROUP, "p": "sg:reportsTo", "o": RPO}


@pytest.mark.parametrize(
    ("written", "iri"),
    [("sg:reportsTo", "https://w3id.org/styrgraf/def/reportsTo"), (GROUP, f"https://w3id.org/styrgraf/{GROUP}"), ("https://x.org/y", "https://x.org/y")],
)
def test_a_thing_may_be_written_in_three_ways(written: str, iri: str) -> None:
    """Whole, prefixed, or relative to our base."""
    assert thing(written) == iri


def test_what_is_no_iri_is_told() -> None:
    """Nothing is spliced into a query."""
    with pytest.raises(NotFoundError):
        thing("https://x.org/> } #")


def test_an_edge_is_traced_to_its_statement_and_passage(client: Client) -> None:
    """The proof of sg:reportsTo ends at the reporting line and its range."""
    (proof,) = client.get("/api/explain", params=EDGE).json()["proofs"]
    assert proof["rule"] == "prp-spo2"
    assert set(proof["words"]) == {"sv", "en"}
    evidence = [e for p in proof["premises"] for e in p.get("evidence", [])]
    assert {e["document"] for e in evidence} == {"https://w3id.org/styrgraf/doc/uppdrag-rag-barnonkologi"}


def test_the_page_shows_the_rule_in_words_and_the_passage(client: Client, texts: Texts) -> None:
    """From the tag on a body's page to the passage."""
    assert texts
    link = re.search(r'href="(/explain\?[^"]*reportsTo&amp;[^"]*)"', client.get(f"/{GROUP}.html?lang=sv").text)
    assert link
    page = client.get(link[1].replace("&amp;", "&")).text
    assert "prp-spo2" in page
    assert re.search(r"<mark>[^<]*rapporterar", page)


def test_a_validation_result_is_explained(client: Client) -> None:
    """The signer who is not the delegate: constraint in words, and the passage."""
    (result,) = client.get("/api/explain", params={"s": "id/approval/vgr-beslut"}).json()["results"]
    assert (result["severity"], set(result["messages"])) == ("Warning", {"sv", "en"})
    assert result["evidence"][0]["document"].endswith("uppdrag-samordningsrad-onkologi")
    assert result["messages"]["sv"] in client.get("/explain", params={"s": "id/approval/vgr-beslut", "lang": "sv"}).text.replace("&#34;", '"')


@pytest.mark.parametrize("params", [{"s": GROUP, "p": "sg:reportsTo", "o": "id/group/rpo-cancer"}, {"s": "x y", "p": "sg:reportsTo", "o": RPO}])
def test_what_does_not_hold_has_no_proof(client: Client, params: dict[str, str]) -> None:
    """404 tells that the graph does not say so."""
    assert client.get("/api/explain", params=params).status_code == 404


def test_the_command_line_tells_why(home: Home) -> None:
    """`styrgraf explain S P O` ends at document and range."""
    done = subprocess.run([*STYRGRAF, "explain", GROUP, "sg:reportsTo", RPO], env={"STYRGRAF_HOME": str(home.path)}, capture_output=True, text=True, check=True)
    assert "prp-spo2" in done.stdout
    assert "Uppdragsbeskrivning RAG barnonkologi och hematologi" in done.stdout

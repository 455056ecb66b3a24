"""Comunica, the query engine of JavaScript, against running services: it finds out by itself what it talks to."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest
from need import need

SG = "PREFIX sg: <https://w3id.org/styrgraf/def/> PREFIX ex: <http://example.org/comunica/>"
LINES = f"{SG} SELECT ?a ?b WHERE {{ ?a sg:reportsTo ?b }}"
BARN, RPO = "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi", "https://w3id.org/styrgraf/id/group/rpo-barn-och-ungdomars-halsa"
RESULTS = "application/sparql-results+json"


@pytest.fixture(scope="module")
def comunica(node_modules: Path) -> list[str]:
    """The command."""
    return [need("node"), str(node_modules / ".bin/comunica-sparql")]


def ask(comunica: list[str], sources: list[str], query: str, media: str = RESULTS) -> tuple[str, str]:
    """What Comunica answers, and what it logs."""
    made = subprocess.run([*comunica, *sources, "-q", query, "-t", media, "-l", "info"], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    return made.stdout, made.stderr


def rows(answer: str) -> set[tuple[str, ...]]:
    """The values of each row."""
    told = json.loads(answer)
    return {tuple(row[name]["value"] for name in told["head"]["vars"]) for row in told["results"]["bindings"]}


def test_the_endpoint_is_known_by_its_description(comunica: list[str], full: str) -> None:
    """Given the bare URL, Comunica reads the service description, and sends the query there whole."""
    answer, log = ask(comunica, [f"{full}/sparql"], LINES)
    assert f"as sparql source with service URL: {full}/sparql" in log
    direct = httpx.get(f"{full}/sparql", params={"query": LINES}).text
    assert (BARN, RPO) in rows(answer) == rows(direct)


def test_ask_and_construct(comunica: list[str], full: str) -> None:
    """A boolean and a graph."""
    source = [f"{full}/sparql"]
    assert json.loads(ask(comunica, source, f"ASK {{ <{BARN}> ?p <{RPO}> }}")[0])["boolean"] is True
    graph, _ = ask(comunica, source, f"{SG} CONSTRUCT {{ ?b sg:hears ?a }} WHERE {{ ?a sg:reportsTo ?b }}", "application/n-triples")
    assert f"<{RPO}> <https://w3id.org/styrgraf/def/hears> <{BARN}> ." in graph.splitlines()


@pytest.fixture(scope="module")
def noted(empty: str, bearer: str) -> str:
    """The endpoint of the empty service, with a note on one thing of the other."""
    update = f"{SG} INSERT DATA {{ GRAPH ex:notes {{ <{RPO}> ex:note 'seen' }} }}"
    assert httpx.post(f"{empty}/update", data={"update": update}, headers={"authorization": bearer}, timeout=60).status_code == 204
    return f"{empty}/sparql"


def test_a_join_over_two_endpoints(comunica: list[str], full: str, noted: str) -> None:
    """What one service knows is joined with what the other knows."""
    answer, log = ask(comunica, [f"{full}/sparql", noted], f"{SG} SELECT ?a ?b ?n WHERE {{ ?a sg:reportsTo ?b . ?b ex:note ?n }}")
    assert (BARN, RPO, "seen") in rows(answer)
    assert {b for _, b, _ in rows(answer)} == {RPO}
    assert all(f"as sparql source with service URL: {url}" in log for url in (f"{full}/sparql", noted))


def test_what_the_service_refuses_is_told(comunica: list[str], full: str) -> None:
    """Comunica shows the message of the endpoint, which calls no other address unless it may."""
    query = f"{LINES.removesuffix('}')} SERVICE <{full}/sparql> {{ ?b ?p ?o }} }}"
    made = subprocess.run([*comunica, f"{full}/sparql", "-q", query], capture_output=True, text=True, timeout=120)
    assert made.returncode == 1
    assert "HTTP status 400" in made.stderr
    assert "STYRGRAF_ALLOW" in made.stderr

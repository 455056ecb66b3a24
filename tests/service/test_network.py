"""The governance network over HTTP and on the command line."""

import json
import os
import subprocess
import sys

import networkx
import pytest
from asking import Client

from graph import network
from graph.network.export import FORMATS
from graph.releases import Home
from graph.store import Store

ONKOLOGI = "https://w3id.org/styrgraf/id/group/rag-onkologi"
BARN = "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi"


def test_all_of_it_with_evidence(client: Client, store: Store) -> None:
    """Every edge of the store, each with its statement, and where that is said."""
    told = client.get("/api/network").json()
    assert told["release"]
    assert not told["cut"]
    assert len(told["edges"]) == len(network.of(store).edges)
    ids = {n["id"] for n in told["nodes"]}
    assert all({e["source"], e["target"]} <= ids and e["statement"] and e["evidence"] for e in told["edges"])
    assert next(n for n in told["nodes"] if n["id"] == ONKOLOGI)["level"]["label"]["en"] == "healthcare-regional level"


def test_a_body_by_its_name_and_kinds_by_theirs(client: Client) -> None:
    """What is around it, of these kinds alone."""
    told = client.get("/api/network", params={"body": "RAG onkologi", "kinds": "Commission,dialog"}).json()
    assert {e["kind"]["label"]["en"] for e in told["edges"]} == {"commission", "dialogue"}
    commission = next(e for e in told["edges"] if e["kind"]["id"].endswith("Commission"))
    assert (commission["source"], commission["direct"], commission["superior"]) == (ONKOLOGI, True, commission["target"])


def test_the_paths_between_two(client: Client) -> None:
    """In the network, of no more steps than are wanted."""
    short = client.get("/api/network", params={"body": ONKOLOGI, "to": BARN, "length": "2"}).json()
    long = client.get("/api/network", params={"body": ONKOLOGI, "to": BARN}).json()
    assert 0 < len(short["edges"]) < len(long["edges"])


def test_a_level_a_region_and_a_limit(client: Client) -> None:
    """Each narrows; what is cut short says so."""
    national = client.get("/api/network", params={"level": "nationell"}).json()
    assert {n["level"]["label"]["sv"] for n in national["nodes"]} == {"nationell nivå"}
    assert client.get("/api/network", params={"region": "Sydöstra sjukvårdsregionen"}).json()["edges"]
    few = client.get("/api/network", params={"limit": "10"}).json()
    assert (len(few["nodes"]) <= 10, few["cut"]) == (True, True)


@pytest.mark.parametrize("form", FORMATS)
def test_for_other_programs(client: Client, form: str) -> None:
    """Each format under its own address, with its media type and an ETag that spares the next request."""
    answer = client.get(f"/api/network.{form}", params={"body": ONKOLOGI})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(FORMATS[form][0])
    assert "RAG onkologi" in answer.text
    assert client.get(f"/api/network.{form}", params={"body": ONKOLOGI}, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_labels_follow_the_language(client: Client) -> None:
    """In pictures too."""
    assert "healthcare-regional level" in client.get("/api/network.svg", params={"lang": "en"}).text
    assert "sjukvårdsregional nivå" in client.get("/api/network.svg", params={"lang": "sv"}).text


@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({"body": "Ingen sådan grupp"}, 404, "body"),
        ({"kinds": "vänskap"}, 404, "Commission"),
        ({"level": "kosmisk"}, 404, "nationell"),
        ({"to": ONKOLOGI}, 404, "body="),
        ({"radius": "99"}, 422, "radius"),
    ],
)
def test_what_is_not_understood_is_told(client: Client, params: dict[str, str], status: int, said: str) -> None:
    """With what there is instead."""
    answer = client.get("/api/network", params=params, headers={"Accept-Language": "sv"})
    assert answer.status_code == status
    assert said in answer.text


def test_an_unknown_format_is_refused(client: Client) -> None:
    """There is no such address."""
    assert client.get("/api/network.exe").status_code in (404, 422)


def run(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs `styrgraf network export`."""
    command = [sys.executable, "-c", "from service.cli import main; main()", "network", "export", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "STYRGRAF_HOME": str(home.path)})


def test_the_command_writes_what_the_service_answers(home: Home, client: Client) -> None:
    """JSON and GraphML, of the same part."""
    told = json.loads(run(home, "--body", "RAG onkologi").stdout)
    assert told == client.get("/api/network", params={"body": ONKOLOGI}).json()
    assert ONKOLOGI in networkx.parse_graphml(run(home, "--format", "graphml", "--body", ONKOLOGI).stdout)


def test_the_command_says_what_is_cut_and_what_it_cannot(home: Home) -> None:
    """On standard error, in the language that is asked for."""
    cut = run(home, "--format", "dot", "--limit", "5", "--lang", "en")
    assert (cut.returncode, "--limit" in cut.stderr, cut.stdout.splitlines()[0]) == (0, True, "// cut")
    wrong = run(home, "--format", "exe")
    assert (wrong.returncode, "graphml" in wrong.stderr) == (1, True)

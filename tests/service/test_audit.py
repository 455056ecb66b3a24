"""Who did what, and who was refused."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dying import found
from running import STYRGRAF
from writing import Writing, writing

from graph.errors import ForbiddenError, InputError, StateError
from service.web.access import Access
from service.web.audit import Audit, Entry

TURTLE = {"content-type": "text/turtle"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Writing]:
    """An empty instance with an administrator."""
    with writing(tmp_path / "home") as made:
        yield Writing(made.client, made.home, "admin")


def noted(served: Writing) -> list[dict[str, Any]]:
    """The log, the oldest first."""
    return Audit(served.home.path).read()[::-1]


def test_a_write_is_noted_with_who_what_and_which_releases(served: Writing) -> None:
    """By the name of the token: door, method, graphs, releases before and after, status, and the id of the request."""
    answer = served.request("PUT", "/store?graph=urn:g", {**TURTLE, "x-request-id": "mine-1"}, content="<urn:secret> <urn:b> 1 .")
    assert answer.status_code == 201
    (entry,) = noted(served)
    assert {k: entry[k] for k in ("door", "method", "status", "name", "role", "graphs", "before", "after", "request", "client")} == {
        "door": "/store",
        "method": "PUT",
        "status": 201,
        "name": "test",
        "role": "admin",
        "graphs": ["urn:g"],
        "before": "000001",
        "after": "000002",
        "request": "mine-1",
        "client": "127.0.0.1",
    }
    assert "secret" not in json.dumps(entry)


def test_an_update_is_noted_with_the_graphs_that_it_touched(served: Writing) -> None:
    """Whatever its text says, the release tells which graphs it changed; one that changes nothing has the same release twice."""
    update = "INSERT DATA { GRAPH <urn:one> { <urn:a> <urn:b> 1 } GRAPH <urn:two> { <urn:a> <urn:b> 2 } <urn:a> <urn:b> 3 }"
    for _ in range(2):
        assert served.update(update).status_code == 204
    first, second = noted(served)
    assert (first["graphs"], first["before"], first["after"]) == (["", "urn:one", "urn:two"], "000001", "000002")
    assert (second["before"], second["after"]) == ("000002", "000002")


@pytest.mark.parametrize(
    "path", ["/update", "/store?graph=urn:g", "/api/changes", "/api/releases/1/rollback", "/api/releases/prune", "/api/persons/erase", "/api/nothing"]
)
def test_every_refusal_is_noted(served: Writing, path: str) -> None:
    """Without a token, and with one whose role is too low: who it was as far as one can tell, and what was asked for."""
    low = {"authorization": f"Bearer {Access(served.home.path).create('low', 'reader')}"}
    statuses = [
        served.client.post(path, headers={**TURTLE, **h}, content="person=Ada+Lovelace").status_code for h in ({}, low, {"authorization": "Bearer sg_x_y"})
    ]
    found = noted(served)
    assert [e["status"] for e in found] == statuses
    assert [(e["name"], e["role"]) for e in found] == [("", ""), ("low", "reader"), ("", "")]
    assert all(e["before"] == e["after"] == "000001" for e in found)
    assert "Lovelace" not in json.dumps(found)
    assert Audit(served.home.path).read(refused=True) == found[::-1]


def test_reading_is_not_noted_but_for_who_is_turned_away(served: Writing) -> None:
    """Queries leave no trace, by GET or by POST; a wrong token does."""
    served.client.get("/sparql", params={"query": "ASK {}"})
    served.client.post("/sparql", data={"query": "ASK {}"})
    served.request("POST", "/api/changes/preview", {"content-type": "application/sparql-update"}, content="INSERT DATA { <urn:a> <urn:b> 1 }")
    assert noted(served) == []
    served.client.get("/sparql", params={"query": "ASK {}"}, headers={"authorization": "Bearer nonsense"})
    assert [(e["door"], e["method"], e["status"]) for e in noted(served)] == [("/sparql", "GET", 401)]


def test_a_parameter_is_not_kept(served: Writing) -> None:
    """A token, a query or a name in the address is in no line of the log."""
    served.client.get("/sparql?query=ASK%7B%7D&token=sg_1_topsecret&q=Ada+Lovelace", headers={"authorization": "Bearer sg_1_topsecret"})
    kept = "".join(p.read_text() for p in served.home.path.glob("*.jsonl"))
    assert "/sparql" in kept
    assert "topsecret" not in kept
    assert "Lovelace" not in kept


def test_administrators_read_it_over_http(served: Writing) -> None:
    """The newest first, filtered like on the command line; for nobody's cache."""
    for n in range(3):
        served.request("POST", "/store?graph=urn:g", TURTLE, content=f"<urn:a> <urn:b> {n} .")
    served.client.post("/update", headers={"content-type": "application/sparql-update"})
    answer = served.request("GET", "/api/audit", params={"limit": 2, "name": "test"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["total"] == 3
    assert [e["after"] for e in answer.json()["entries"]] == ["000004", "000003"]
    assert served.request("GET", "/api/audit", params={"refused": True}).json()["entries"][0]["status"] == 401
    assert served.request("GET", "/api/audit", params={"since": "2999-01-01"}).json()["total"] == 0
    assert served.request("GET", "/api/audit", params={"since": "yesterday"}).status_code == 400


def test_the_log_is_for_its_owner_alone_and_is_only_added_to(served: Writing) -> None:
    """Mode 600; what was written stays as it was."""
    served.request("POST", "/store?graph=urn:g", TURTLE, content="<urn:a> <urn:b> 1 .")
    path = served.home.path / "audit.jsonl"
    before = path.read_bytes()
    served.request("POST", "/store?graph=urn:g", TURTLE, content="<urn:a> <urn:b> 2 .")
    assert path.read_bytes().startswith(before)
    assert path.stat().st_mode & 0o077 == 0


def test_it_is_rotated_by_size(tmp_path: Path) -> None:
    """The oldest lines go; no file is larger than it may be, and no line is broken."""
    audit = Audit(tmp_path, most=2000, kept=3)
    for n in range(100):
        audit.write(Entry("/update", "POST", 204, name=str(n)))
    assert len(list(tmp_path.glob("audit*.jsonl"))) == 4
    assert all(p.stat().st_size <= 2000 for p in tmp_path.glob("audit*.jsonl"))
    names = [int(e["name"]) for e in sorted(audit.read(), key=lambda e: int(e["name"]))]
    assert names == list(range(names[0], 100))


def test_a_name_that_is_erased_goes_and_stays_out(tmp_path: Path) -> None:
    """An administrator who erases herself leaves no name: her token has another and still holds, and the log tells that it was done, by which token."""
    with writing(tmp_path / "home") as made:
        token = Access(made.home.path).create("Eva Ståhlberg", "admin")
        headers = {"authorization": f"Bearer {token}", "content-type": "application/x-www-form-urlencoded"}
        answer = made.client.post("/api/persons/erase", headers=headers, content="person=Eva+St%C3%A5hlberg")
        assert (answer.status_code, answer.json()["files"]) == (200, ["tokens.json"])
        (entry,) = Audit(made.home.path).read()
        assert (entry["name"], entry["token"], entry["door"], entry["status"]) == ("någon", token.split("_")[1], "/api/persons/erase", 200)
        assert made.client.get("/api/audit", headers=headers).status_code == 200
        with pytest.raises(ForbiddenError):
            Access(made.home.path).create("eva.stahlberg, Ståhlberg Eva", "reader")
        assert found(made.home.path, "Ståhlberg", "St\\u00e5hlberg") == []


def test_the_log_of_a_damaged_list_of_erasures_waits(tmp_path: Path) -> None:
    """Nobody can tell then which name must not be written: nothing is, and it is told."""
    (tmp_path / "erasures.jsonl").write_text("{")
    with pytest.raises(StateError):
        Audit(tmp_path).write(Entry("/update", "POST", 204, name="x"))


def test_no_address_breaks_a_line(served: Writing) -> None:
    """What ends lines elsewhere does not here: the log can still be read."""
    served.client.post("/x%E2%80%A8%7D%C2%85%7D")
    (entry,) = noted(served)
    assert entry["door"] == "/x\u2028}\u0085}"


def test_a_flood_of_refusals_pushes_no_write_out(tmp_path: Path) -> None:
    """They are kept apart."""
    audit = Audit(tmp_path, most=2000, kept=1)
    audit.write(Entry("/update", "POST", 204, name="kept"))
    for _ in range(100):
        audit.write(Entry("/update", "POST", 401))
    assert audit.read(name="kept")


def test_many_processes_may_write(tmp_path: Path) -> None:
    """No line is lost or mixed with another."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Audit(tmp_path, most=1 << 20).write(Entry("/update", "POST", 204, name=str(n), graphs=["urn:g" * 30])), range(200)))
    assert {e["name"] for e in Audit(tmp_path).read()} == set(map(str, range(200)))


@pytest.mark.parametrize(("since", "count"), [("", 3), ("2026-02-01", 2), ("2026-02-01T12:00", 1), ("2026-02-01T13:30+02:00", 2), ("2027-01-01", 0)])
def test_since_is_a_time(tmp_path: Path, since: str, count: int) -> None:
    """A day, a time, or one with its zone; without one, UTC."""
    for time in ("2026-01-31T23:59:59.999+00:00", "2026-02-01T11:59:00.000+00:00", "2026-02-01T12:00:00.000+00:00"):
        Audit(tmp_path).write(Entry("/update", "POST", 204, time=time))
    assert len(Audit(tmp_path).read(since)) == count
    with pytest.raises(InputError):
        Audit(tmp_path).read("soon")


def test_what_the_command_line_does_is_noted_too(tmp_path: Path) -> None:
    """Making a token, changing and refusing: by the user's name, or the one that is given."""
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> 1 .")
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b>")
    told = {"STYRGRAF_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"], "STYRGRAF_LANG": "en"}

    def run(*arguments: str) -> str:
        return subprocess.run([*STYRGRAF, *arguments], env=told, capture_output=True, text=True, check=False).stdout

    with writing(tmp_path / "home"):
        pass
    run("change", "apply", str(tmp_path / "a.ttl"), "--graph", "urn:g", "--author", "rcc", "--visibility", "internal")
    run("change", "apply", str(tmp_path / "bad.ttl"), "--graph", "urn:g", "--author", "rcc")
    run("graph", "visibility", "urn:g", "public", "--author", "rcc")
    found = [json.loads(line) for line in run("audit", "--json", "--name", "rcc").splitlines()][::-1]
    assert [(e["door"], e["status"], e["before"], e["after"]) for e in found] == [
        ("styrgraf change apply", 200, "000001", "000002"),
        ("styrgraf change apply", 400, "000002", "000002"),
        ("styrgraf graph visibility", 200, "000002", "000003"),
    ]
    assert "urn:g" in found[0]["graphs"]
    assert "styrgraf change apply" in run("audit", "--refused")

"""Who may write."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import STYRGRAF
from writing import Writing, writing

from graph.errors import InputError, StateError
from service.web.access import ROLES, Access, AccessError

UPDATE = {"content": "INSERT DATA { <urn:a> <urn:b> 1 }"}
KIND = {"content-type": "application/sparql-update"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An empty instance."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        yield made


def send(served: Writing, authorization: str | None) -> tuple[int, str]:
    headers = [(n.encode(), v.encode()) for n, v in (KIND if authorization is None else {**KIND, "authorization": authorization}).items()]
    answer = served.client.request("POST", "/update", headers=headers, **UPDATE)
    return answer.status_code, answer.headers.get("www-authenticate", "")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Bearer sg_0_0", "Basic YTpi", "Bearer sg__", "Bearer å_å_å"])
def test_without_a_token_that_is_known_nothing_is_written(served: Writing, authorization: str | None) -> None:
    """401 says how to authenticate; nothing changes."""
    before = served.home.pointer()
    status, told = send(served, authorization)
    assert (status, told.startswith("Bearer")) == (401, True)
    assert served.home.pointer() == before


def test_a_token_with_another_secret_is_refused(served: Writing) -> None:
    """Knowing the public part of a token is not enough."""
    start, name, _ = served.token["authorization"].split("_", 2)
    assert send(served, f"{start}_{name}_guessed")[0] == 401


def test_a_reader_may_not_write(served: Writing) -> None:
    """403 where the role is too low; each higher role may."""
    found = {role: send(served, f"Bearer {Access(served.home.path).create('x', role)}")[0] for role in ROLES}
    assert found == {"reader": 403, "editor": 204, "publisher": 204, "admin": 204}


def test_reading_needs_no_token(served: Writing) -> None:
    """Queries and graphs are open, whatever stands in Authorization."""
    for path, params in (("/sparql", {"query": "ASK {}"}), ("/store", {"default": ""})):
        assert served.client.get(path, params=params, headers={"authorization": "Bearer nonsense"}).status_code == 200


def test_the_file_keeps_no_secret(tmp_path: Path) -> None:
    """Only a salted hash is kept, readable by its owner alone."""
    token = Access(tmp_path).create("Anna Andersson", "editor")
    kept = (tmp_path / "tokens.json").read_text()
    assert token.split("_", 2)[2] not in kept
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0


def test_two_tokens_with_one_name_are_two(tmp_path: Path) -> None:
    """Each is known by its own secret."""
    access = Access(tmp_path)
    one, two = access.create("x", "reader"), access.create("x", "admin")
    assert [access.check(f"Bearer {t}", "reader").role for t in (one, two)] == ["reader", "admin"]
    with pytest.raises(AccessError, match="reader"):
        access.check(f"Bearer {one}", "editor")


@pytest.mark.parametrize(("name", "role"), [("x", "king"), ("", "editor"), (" ", "editor")])
def test_what_is_no_token_is_not_made(tmp_path: Path, name: str, role: str) -> None:
    """An unknown role and an empty name are refused, and nothing is written."""
    with pytest.raises(InputError):
        Access(tmp_path).create(name, role)
    assert not (tmp_path / "tokens.json").exists()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """Nobody gets in by damaging the file."""
    (tmp_path / "tokens.json").write_text(json.dumps([{"id": "1"}]))
    with pytest.raises(StateError, match=r"tokens\.json"):
        Access(tmp_path).check("Bearer sg_1_x", "editor")


def test_the_command_prints_the_token_alone_on_standard_output(tmp_path: Path) -> None:
    """`styrgraf token create` works before the first serve, and its last line is the token."""
    told = {"STYRGRAF_HOME": str(tmp_path / "new"), "PATH": os.environ["PATH"]}
    made = subprocess.run([*STYRGRAF, "token", "create", "--name", "N", "--role", "publisher"], env=told, capture_output=True, text=True, check=True)
    assert Access(tmp_path / "new").check(f"Bearer {made.stdout.strip()}", "publisher").name == "N"

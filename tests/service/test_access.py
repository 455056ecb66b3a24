"""Who may read what is internal, and who may write: tokens, and what each door does with one."""

import json
import logging
import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import STYRGRAF
from writing import Writing, writing

from graph.errors import InputError, NotFoundError, StateError
from service.web.access import ROLES, WHO, Access, AccessError, needed, until

UPDATE = {"content": "INSERT DATA { <urn:a> <urn:b> 1 }"}
KIND = {"content-type": "application/sparql-update"}
WRITES = {
    "update": ("POST", "/update", "editor", {**UPDATE, "headers": KIND}),
    "put": ("PUT", "/store?graph=urn:g", "editor", {"content": "<urn:a> <urn:b> 2 .", "headers": {"content-type": "text/turtle"}}),
    "post": ("POST", "/store?graph=urn:g", "editor", {"content": "<urn:a> <urn:b> 3 .", "headers": {"content-type": "text/turtle"}}),
    "delete": ("DELETE", "/store?default", "editor", {}),
    "change": ("POST", "/api/changes", "editor", {**UPDATE, "headers": KIND}),
    "preview": ("POST", "/api/changes/preview", "editor", {**UPDATE, "headers": KIND}),
    "rollback": ("POST", "/api/releases/1/rollback", "publisher", {}),
    "prune": ("POST", "/api/releases/prune?keep=9", "publisher", {}),
    "erase": ("POST", "/api/persons/erase", "admin", {"content": "person=Ada+Nobody", "headers": {"content-type": "application/x-www-form-urlencoded"}}),
    "audit": ("GET", "/api/audit", "admin", {}),
}
READS = ["/sparql?query=ASK%7B%7D", "/sparql", "/store?default", "/api/releases", "/api/questions", "/releases", "/health/ready", "/api/search?q=x"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An empty instance."""
    with writing(tmp_path_factory.mktemp("empty")) as made:
        yield made


def send(served: Writing, door: str, authorization: str | None) -> tuple[int, str]:
    method, path, _, more = WRITES[door]
    told = {} if authorization is None else {"authorization": authorization}
    headers = [(n.encode(), v.encode()) for n, v in {**more.get("headers", {}), **told}.items()]  # type: ignore[attr-defined]
    answer = served.client.request(method, path, headers=headers, **{k: v for k, v in more.items() if k != "headers"})
    return answer.status_code, answer.headers.get("www-authenticate", "")


def bearer(served: Writing, kind: str) -> str | None:
    """An Authorization header of a kind."""
    access = Access(served.home.path)
    if kind == "none":
        return None
    if kind == "expired":
        return f"Bearer {access.create('gone', 'admin', (datetime.now(UTC) - timedelta(seconds=1)).isoformat())}"
    token = access.create(kind, "admin" if kind in ("wrong", "revoked") else kind)
    if kind == "wrong":
        return f"Bearer {token[:-1]}{'A' if token[-1] != 'A' else 'B'}"
    if kind == "revoked":
        access.revoke(token.split("_")[1])
    return f"Bearer {token}"


@pytest.mark.parametrize("kind", ["none", "wrong", "expired", "revoked"])
@pytest.mark.parametrize("door", WRITES)
def test_no_door_opens_without_a_token_that_holds(served: Writing, door: str, kind: str) -> None:
    """401 says how to authenticate, and why the token does not do; nothing changes."""
    before = served.home.pointer()
    status, told = send(served, door, bearer(served, kind))
    assert (status, told.startswith("Bearer"), "invalid_token" in told) == (401, True, kind != "none")
    assert served.home.pointer() == before


@pytest.mark.parametrize("door", WRITES)
def test_each_door_asks_for_its_role(served: Writing, door: str) -> None:
    """Lower roles get 403; the role itself and those above are let in."""
    found = {role: send(served, door, bearer(served, role)) for role in ROLES}
    allowed = ROLES.index(WRITES[door][2])
    assert [status == 403 for status, _ in found.values()] == [i < allowed for i in range(len(ROLES))]
    assert all(("insufficient_scope" in told) == (status == 403) for status, told in found.values())
    assert 401 not in {status for status, _ in found.values()}


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer x", "Bearer sg_0_0", "Bearer sg__", "Bearer å_å_å", "bearer sg_1", f"Bearer {'x' * 100_000}"])
@pytest.mark.parametrize("path", READS)
def test_a_read_with_a_token_that_does_not_hold_is_refused(served: Writing, path: str, authorization: str) -> None:
    """Whoever sends a token is told that it does not hold, and not shown less than expected."""
    answer = served.client.get(path, headers=[(b"authorization", authorization.encode())])
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert set(answer.json()) >= {"type", "title", "status", "detail", "requestId"}


@pytest.mark.parametrize("path", READS)
def test_reading_needs_no_token(served: Writing, path: str) -> None:
    """What is public is open, also to a client that another in front of the service asked for a password."""
    for headers in ({}, {"authorization": "Basic YTpi"}, {"authorization": ""}):
        assert served.client.get(path, headers=headers).status_code in (200, 303)


@pytest.mark.parametrize("path", [*READS, "/nothing", "/static/style.css", "/mcp", "/update"])
def test_every_answer_has_security_headers(served: Writing, path: str) -> None:
    """Raw routes, pages, errors and files: each tells a browser the same; transport security only where there is some."""
    answer = served.client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert {"referrer-policy", "permissions-policy"} <= set(answer.headers)
    assert "strict-transport-security" not in answer.headers
    assert "Authorization" in answer.headers["vary"]


@pytest.mark.parametrize("path", READS)
def test_what_a_token_is_shown_is_in_no_shared_cache(served: Writing, path: str) -> None:
    """Cache-Control: private, or no-store, for whoever has a token."""
    answer = served.request("GET", path)
    assert answer.headers["cache-control"] in ("private", "no-store")


def test_the_file_keeps_no_secret(tmp_path: Path) -> None:
    """Only a salted hash is kept, readable by its owner alone; a grant that is printed tells neither."""
    token = Access(tmp_path).create("Anna Andersson", "editor")
    kept = (tmp_path / "tokens.json").read_text()
    assert token.split("_", 2)[2] not in kept
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0
    grant = Access(tmp_path).grants()[0]
    assert grant.hash not in repr(grant)
    assert grant.salt not in repr(grant)


def test_two_tokens_with_one_name_are_two(tmp_path: Path) -> None:
    """Each is known by its own secret, and revoking the name takes both away."""
    access = Access(tmp_path)
    tokens = [f"Bearer {access.create('x', role)}" for role in ("reader", "admin")]
    assert [g.role for t in tokens if (g := access.who(t))] == ["reader", "admin"]
    assert len(access.revoke("x")) == 2
    for token in tokens:
        with pytest.raises(AccessError):
            access.who(token)


def test_revoking_by_id_leaves_the_others(tmp_path: Path) -> None:
    """An id means one token, even where it is another one's name."""
    access = Access(tmp_path)
    first = access.create("x", "reader")
    other = access.create(first.split("_")[1], "reader")
    access.revoke(first.split("_")[1])
    assert access.who(f"Bearer {other}")
    with pytest.raises(NotFoundError):
        access.revoke("nobody")


def test_many_at_a_time_lose_no_token(tmp_path: Path) -> None:
    """The file is replaced under a lock."""
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda n: Access(tmp_path).create(f"t{n}", "reader"), range(16)))
    assert {g.name for g in Access(tmp_path).grants()} == {f"t{n}" for n in range(16)}
    assert Access(tmp_path).who(f"Bearer {tokens[7]}")


def test_the_secret_is_compared_in_constant_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is that of hmac, of whole hashes; the hash is memory-hard."""
    token, compared, hashed = Access(tmp_path).create("x", "reader"), list[tuple[str, str]](), list[dict[str, int]]()
    import hashlib
    import hmac

    compare, scrypt = hmac.compare_digest, hashlib.scrypt
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: (compared.append((a, b)), compare(a, b))[1])
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: (hashed.append(k), scrypt(*a, **k))[1])
    with pytest.raises(AccessError):
        Access(tmp_path).who(f"Bearer {token}x")
    assert [(len(a), len(b)) for a, b in compared] == [(128, 128)]
    assert 128 * hashed[0]["n"] * hashed[0]["r"] >= 16 << 20


def test_an_unknown_id_costs_no_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger cannot keep the service busy with hashing."""
    Access(tmp_path).create("x", "reader")
    monkeypatch.setattr("hashlib.scrypt", lambda *_a, **_k: pytest.fail("hashed"))
    with pytest.raises(AccessError):
        Access(tmp_path).who("Bearer sg_000000000000_guess")


@pytest.mark.parametrize(("name", "role"), [("x", "king"), ("", "editor"), (" ", "editor")])
def test_what_is_no_token_is_not_made(tmp_path: Path, name: str, role: str) -> None:
    """An unknown role and an empty name are refused, and nothing is written."""
    with pytest.raises(InputError):
        Access(tmp_path).create(name, role)
    assert not (tmp_path / "tokens.json").exists()


def test_an_end_is_days_or_a_last_day() -> None:
    """90d counts from now; a date is the last day, in UTC."""
    assert timedelta(89, 86000) < datetime.fromisoformat(until("90d")) - datetime.now(UTC) <= timedelta(90)
    assert until("2999-12-31") == "3000-01-01T00:00:00+00:00"


@pytest.mark.parametrize("text", ["", "90", "0d", "-1d", "2001-01-01", "2026-13-01", "99999999d", "99999d9", "2026-12", "soon", "9999-12-31"])
def test_what_is_no_end_is_refused(text: str) -> None:
    """A time that is over, and what is none, is told."""
    with pytest.raises(InputError, match="expires"):
        until(text)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """Nobody gets in by damaging the file."""
    (tmp_path / "tokens.json").write_text(json.dumps([{"id": "1"}]))
    with pytest.raises(StateError, match=r"tokens\.json"):
        Access(tmp_path).who("Bearer sg_1_x")


def test_without_a_request_nobody_has_a_role() -> None:
    """Who reads outside of any request is the public."""
    assert WHO.get() is None
    with pytest.raises(AccessError):
        needed("reader")


def test_the_commands_make_list_and_revoke(tmp_path: Path) -> None:
    """`styrgraf token create` works before the first serve, and its last line is the token; `list` tells no secret; what is revoked opens nothing."""
    told = {"STYRGRAF_HOME": str(tmp_path / "new"), "PATH": os.environ["PATH"], "STYRGRAF_LANG": "en"}

    def run(*arguments: str) -> str:
        return subprocess.run([*STYRGRAF, "token", *arguments], env=told, capture_output=True, text=True, check=True).stdout

    token = run("create", "--name", "N", "--role", "publisher", "--expires", "30d").strip()
    access = Access(tmp_path / "new")
    found = access.who(f"Bearer {token}")
    assert found
    assert (found.name, found.role) == ("N", "publisher")
    for listed in (run("list"), run("list", "--json")):
        assert found.id in listed
        assert not re.search(f"{token.split('_', 2)[2]}|{found.hash}|{found.salt}", listed)
    run("revoke", "N")
    with pytest.raises(AccessError):
        access.who(f"Bearer {token}")


def test_no_secret_in_logs_or_state(served: Writing, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither what is logged, nor what is printed, nor any file tells a secret, whatever is done with it."""
    tokens = [b for kind in ("wrong", "expired", "revoked", "reader", "admin") if (b := bearer(served, kind))]
    with caplog.at_level(logging.DEBUG):
        answers = [served.client.get(path, headers={"authorization": t}) for t in tokens for path in (*READS, "/api/audit", "/nothing")]
        for token in tokens:
            send(served, "update", token)
    printed = capfd.readouterr()
    files = [p.read_bytes() for p in served.home.path.rglob("*") if p.is_file() and "releases" not in p.parts]
    for token in tokens:
        secret = token.split("_", 2)[2]
        assert secret not in caplog.text + printed.out + printed.err
        assert all(secret not in a.text and secret not in str(a.headers) for a in answers)
        assert not any(secret.encode() in data for data in files)

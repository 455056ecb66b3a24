"""Curl against a running service: the requests of the README, and the protocol as a shell script uses it."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from need import need
from paths import ROOT
from rdflib import Graph

LINES = "PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a ?b WHERE { ?a sg:reportsTo ?b }"
ALL = "SELECT * WHERE { ?s ?p ?o } LIMIT 2000"
BARN, RPO = "https://w3id.org/styrgraf/id/group/rag-barnonkologi-och-hematologi", "https://w3id.org/styrgraf/id/group/rpo-barn-och-ungdomars-halsa"
ONE, TWO = '<urn:a> <urn:b> "å" .', '<urn:c> <urn:b> "ö" .'


@dataclass(frozen=True)
class Answer:
    """What curl got: the status, the headers of the last answer by lower-case name, the body."""

    status: int
    headers: dict[str, str]
    body: str


@pytest.fixture(scope="module", autouse=True)
def curl() -> str:
    """The command; the tests are skipped with the reason where it is absent."""
    return need("curl")


def ask(folder: Path, *arguments: str) -> Answer:
    """Runs curl and reads what it got."""
    heads, body = folder / "heads", folder / "body"
    body.unlink(missing_ok=True)
    made = subprocess.run(["curl", "-sS", "-D", str(heads), "-o", str(body), "-w", "%{http_code}", *arguments], capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    last = heads.read_text("latin-1").strip().split("\r\n\r\n")[-1].splitlines()[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in last)}
    return Answer(int(made.stdout), headers, body.read_text("utf-8") if body.exists() else "")


def readme() -> list[str]:
    """The curl commands of the README, each on one line."""
    text = (ROOT / "README.md").read_text("utf-8").replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("command", readme())
def test_the_requests_of_the_readme_answer(full: str, command: str) -> None:
    """Each command of the README runs as it stands there, and answers with what the graph says."""
    made = subprocess.run(["sh", "-c", command.replace("http://127.0.0.1:8000", full)], capture_output=True, text=True, timeout=60, check=True)
    assert made.stderr == ""
    assert "w3id.org/styrgraf/" in made.stdout


def test_the_readme_has_requests() -> None:
    """The test above has something to run."""
    assert len(readme()) >= 3


def test_each_way_of_asking_answers_alike(full: str, tmp_path: Path) -> None:
    """-G, a form and a direct body are the same question, with a slash at the end of the path or without."""
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", LINES)
    ways = (("-G", "--data-urlencode", f"query={LINES}"), ("--data-urlencode", f"query={LINES}"), direct)
    answers = [ask(tmp_path, f"{full}{path}", *way) for way in ways for path in ("/sparql", "/sparql/")]
    assert {(a.status, a.body) for a in answers} == {(200, answers[0].body)}
    assert {"type": "uri", "value": RPO} in [row["b"] for row in json.loads(answers[0].body)["results"]["bindings"]]


def test_head(full: str, tmp_path: Path) -> None:
    """-I gets the headers of GET and no body."""
    url = f"{full}/sparql?{urlencode({'query': LINES})}"
    head, got = ask(tmp_path, "-I", url), ask(tmp_path, url)
    assert (head.status, got.status) == (200, 200)
    assert {n: head.headers[n] for n in ("content-type", "content-length", "etag")} == {n: got.headers[n] for n in ("content-type", "content-length", "etag")}


def test_an_answer_is_compressed(full: str, tmp_path: Path) -> None:
    """--compressed gets fewer bytes that unpack to the same rows; each coding has an ETag of its own."""
    url = f"{full}/sparql?{urlencode({'query': ALL})}"
    plain, packed = ask(tmp_path, url), ask(tmp_path, "--compressed", url)
    assert packed.headers["content-encoding"] in ("gzip", "br", "zstd")
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.body == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]


def test_an_answer_that_is_known_is_not_sent_again(full: str, tmp_path: Path) -> None:
    """--etag-save and --etag-compare: the second request gets 304."""
    url, tag = f"{full}/sparql?{urlencode({'query': LINES})}", str(tmp_path / "etag")
    assert ask(tmp_path, "--etag-save", tag, url).status == 200
    again = ask(tmp_path, "--etag-compare", tag, url)
    assert (again.status, again.body) == (304, "")


@pytest.mark.parametrize(("accept", "syntax"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")])
def test_a_thing_is_found_by_following_its_address(full: str, tmp_path: Path, accept: str, syntax: str) -> None:
    """-L from a thing's address to a document about it, in the syntax that was asked for."""
    answer = ask(tmp_path, "-L", "-H", f"Accept: {accept}", full + "/id/group/rag-onkologi")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, accept)
    assert len(Graph().parse(data=answer.body, format=syntax)) > 1


def test_a_browser_may_ask_from_anywhere(empty: str, tmp_path: Path) -> None:
    """OPTIONS answers 204 without a token on each address of the protocols; the headers that it names are allowed."""
    for path, method in (("/sparql", "POST"), ("/update", "POST"), ("/store?graph=urn:x", "DELETE")):
        told = ask(tmp_path, "-X", "OPTIONS", "-H", "Origin: https://example.org", "-H", "Access-Control-Request-Headers: authorization, x-own", empty + path)
        assert (told.status, told.body) == (204, "")
        assert (told.headers["access-control-allow-origin"], told.headers["access-control-allow-headers"]) == ("*", "authorization, x-own")
        assert method in told.headers["access-control-allow-methods"]


def test_a_graph_from_its_making_to_its_end(empty: str, bearer: str, tmp_path: Path) -> None:
    """-T puts a file, GET reads it, --data-binary joins it, DELETE removes it, and then it is not found."""
    file, url, token = tmp_path / "one.ttl", f"{empty}/store?graph=http://example.org/curl/one", ("-H", f"Authorization: {bearer}")
    file.write_text(ONE, "utf-8")
    kind = ("-H", "Content-Type: text/turtle")
    assert ask(tmp_path, "-T", str(file), *token, *kind, url).status == 201
    assert ask(tmp_path, "-T", str(file), *token, *kind, url).status == 204
    assert ask(tmp_path, "--data-binary", TWO, *token, *kind, url).status == 204
    got = ask(tmp_path, "-H", "Accept: text/turtle", url)
    assert set(Graph().parse(data=got.body)) == set(Graph().parse(data=ONE + TWO))
    assert ask(tmp_path, "-X", "DELETE", *token, url).status == 204
    assert ask(tmp_path, url).status == 404


def test_files_are_sent_as_a_form(empty: str, bearer: str, tmp_path: Path) -> None:
    """-F sends several files at once; without ?graph the new graph's address is told, and reads back."""
    one, two = tmp_path / "one.ttl", tmp_path / "two.nt"
    one.write_text(ONE, "utf-8")
    two.write_text(TWO, "utf-8")
    files = ("-F", f"one=@{one};type=text/turtle", "-F", f"two=@{two};type=application/n-triples")
    made = ask(tmp_path, *files, "-H", f"Authorization: {bearer}", empty + "/store")
    assert made.status == 201
    got = ask(tmp_path, "-H", "Accept: text/turtle", made.headers["location"])
    assert set(Graph().parse(data=got.body)) == set(Graph().parse(data=ONE + TWO))


def test_a_large_file_is_sent(empty: str, bearer: str, tmp_path: Path) -> None:
    """Curl asks with `Expect: 100-continue` before it sends more than a megabyte, and sends it compressed or in chunks."""
    file, url = tmp_path / "large.nt", f"{empty}/store?graph=http://example.org/curl/large"
    file.write_text("".join(f"<urn:{n}> <urn:is> {json.dumps('x' * 100 + str(n))} .\n" for n in range(10_000)), "utf-8")
    sent = ("-T", str(file), "-H", f"Authorization: {bearer}", "-H", "Content-Type: application/n-triples", "-H", "Transfer-Encoding: chunked")
    assert ask(tmp_path, *sent, url).status == 201
    counted = ask(
        tmp_path,
        "-G",
        "-H",
        "Accept: text/csv",
        "--data-urlencode",
        "query=SELECT (COUNT(*) AS ?n) { GRAPH <http://example.org/curl/large> { ?s ?p ?o } }",
        empty + "/sparql",
    )
    assert counted.body.split() == ["n", "10000"]


def test_an_update_and_its_refusals(empty: str, bearer: str, tmp_path: Path) -> None:
    """An update with a token answers 204; without one 401 says how to identify oneself; GET answers 405 with what is allowed."""
    url, update = empty + "/update", ("--data-urlencode", "update=INSERT DATA { GRAPH <http://example.org/curl/update> { <urn:a> <urn:b> 1 } }")
    assert ask(tmp_path, *update, "-H", f"Authorization: {bearer}", url).status == 204
    refused = ask(tmp_path, *update, url)
    assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Bearer realm="styrgraf"')
    assert json.loads(refused.body)["requestId"] == refused.headers["x-request-id"]
    assert ask(tmp_path, url).headers["allow"] == "POST, OPTIONS"

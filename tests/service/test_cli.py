"""The command line, run as a user runs it."""

import os
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from paths import SOURCES
from running import STYRGRAF, free_port, get, serving

from graph import build, files
from graph.releases import Home
from service.web.access import Access
from service.web.audit import Audit, Entry


def styrgraf(*arguments: str, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs one command with its own state directory."""
    settings = {"STYRGRAF_HOME": str(home), "PATH": os.environ["PATH"], **environ}
    return subprocess.run([*STYRGRAF, *arguments], env=settings, capture_output=True, text=True, timeout=120, check=False)


def test_query_reads_a_file_and_standard_input(home: Home, tmp_path: Path) -> None:
    """A query in a file and the same on standard input answer alike, as CSV unless asked otherwise."""
    query = tmp_path / "q.rq"
    query.write_text("PREFIX sg: <https://w3id.org/styrgraf/def/> SELECT ?a WHERE { ?a sg:reportsTo ?b }")
    from_file = styrgraf("query", str(query), home=home.path)
    piped = subprocess.run(
        [*STYRGRAF, "query", "-", "--format", "json"],
        input=query.read_text(),
        env={"STYRGRAF_HOME": str(home.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert from_file.stdout.startswith("a\n") or from_file.stdout.startswith("a\r\n")
    assert "rag-barnonkologi" in from_file.stdout
    assert '"bindings"' in piped.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("query", "/no/such/file.rq"), "/no/such/file.rq"),
        (("questions", "nonsense"), "nonsense"),
        (("sources", "add", "/no/such/file.txt"), "/no/such/file.txt"),
        (("evidence", "check", "--sources", "/no/such/folder"), "/no/such/folder"),
        (("format", "/no/such/file.trig"), "/no/such/file.trig"),
    ],
)
def test_bad_input_is_told_in_a_line_and_fails(home: Home, arguments: tuple[str, ...], told: str) -> None:
    """Exit status 1, what was wrong on standard error, no traceback."""
    done = styrgraf(*arguments, home=home.path)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_told_without_a_command(tmp_path: Path) -> None:
    """What an installer looks for first: the version of the package, and nothing is made in the state directory."""
    done = styrgraf("--version", home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, f"styrgraf {version('styrgraf')}\n")
    assert not (tmp_path / "home").exists()


def test_a_narrow_terminal_leaves_nothing_out(home: Home) -> None:
    """Each cell of an answer is there in full, cut into lines."""
    done = styrgraf("ask", "Vem rapporterar RAG onkologi till?", home=home.path, COLUMNS="60")
    assert done.returncode == 0
    assert "…" not in done.stdout
    rows = [line.split("│")[1:-1] for line in done.stdout.splitlines() if "│" in line]
    columns = ["".join("".join(part).split()) for part in zip(*rows, strict=True)]
    assert any("RPOCancer" in told for told in columns)
    assert any("UppdragsbeskrivningRAGonkologi2989–3" in told for told in columns)


def test_erasing_tells_what_becomes_of_a_token(tmp_path: Path) -> None:
    """It still holds, without the name; where no token had the name, nothing is said of any."""
    home = Home(tmp_path / "home")
    build.empty(home)
    for name in ("Sara Ström", "Nils Berg"):
        Access(home.path).create(name, "editor")
    Access(home.path).revoke("Nils Berg")
    Audit(home.path).write(Entry("/update", "POST", 204, "Nils Berg"))
    first, second = (styrgraf("--lang", "en", "persons", "erase", name, home=home.path).stdout for name in ("Sara Ström", "Nils Berg"))
    assert "tokens.json" in first
    assert "token revoke" in first
    assert "audit.jsonl" in second
    assert "token revoke" not in second
    assert [g.name for g in Access(home.path).grants()] == ["någon"]


def test_a_syntax_error_is_told_in_the_language_asked_for(home: Home, tmp_path: Path) -> None:
    """--lang chooses the language of messages."""
    query = tmp_path / "q.rq"
    query.write_text("SELECT * WHERE {")
    assert "Frågan kan inte tolkas" in styrgraf("query", str(query), home=home.path).stderr
    assert "The query cannot be parsed" in styrgraf("--lang", "en", "query", str(query), home=home.path).stderr
    assert "The query cannot be parsed" in styrgraf("query", str(query), "--lang=en", home=home.path).stderr
    assert styrgraf("query", str(query), "--lang", "de", home=home.path).returncode == 2


def test_evidence_check_proves_every_range(home: Home, texts: object, tmp_path: Path) -> None:
    """All ranges are right with the texts, and a text with one letter changed is found out."""
    assert texts
    done = styrgraf("--lang", "en", "evidence", "check", "--sources", str(SOURCES), home=home.path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.strip().splitlines()[-1].endswith("5 documents, 0 wrong.")
    shutil.copytree(SOURCES, tmp_path / "changed")
    path = next((tmp_path / "changed").glob("000*"))
    path.write_text(path.read_text("utf-8").replace("Arbetsgruppen", "arbetsgruppen"), "utf-8")
    changed = styrgraf("--lang", "en", "evidence", "check", "--sources", str(tmp_path / "changed"), home=home.path)
    assert changed.returncode == 1
    assert "not among the sources" in changed.stdout


def test_sources_are_kept_and_known_by_their_hash(home: Home, texts: object, tmp_path: Path) -> None:
    """A text is recognised whatever its name, and one that belongs to no document is refused."""
    assert texts
    renamed = tmp_path / "anything.txt"
    shutil.copyfile(next(SOURCES.glob("001*")), renamed)
    done = styrgraf("sources", "add", str(renamed), home=tmp_path / "home")
    assert "doc/uppdrag-rag-barnonkologi" in done.stdout
    assert len(list((tmp_path / "home/sources").glob("*.txt"))) == 1
    renamed.write_text("something else")
    assert styrgraf("sources", "add", str(renamed), home=tmp_path / "home").returncode == 1


def test_serve_builds_answers_and_stops(tmp_path: Path) -> None:
    """From nothing: a release is built, the port of PORT answers, and an interrupt ends it."""
    port = free_port()
    with serving(port, tmp_path, STYRGRAF_HOME=str(tmp_path)) as process:
        status, body = get(f"http://127.0.0.1:{port}/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D")
        assert (status, "true" in body) == (200, True)
        taken = styrgraf("--lang", "en", "serve", home=tmp_path, PORT=str(port))
        assert taken.returncode == 1
        assert f"127.0.0.1:{port} cannot be used" in taken.stderr
    assert process.returncode == 0


def test_a_failed_build_serves_the_previous_release_and_says_so(home: Home, tmp_path: Path) -> None:
    """With a broken file the service starts on the release that there is, and page and health tell why."""
    root, state = tmp_path / "checkout", tmp_path / "home"
    shutil.copytree(home.path, state, symlinks=True)
    for folder in (*files.FOLDERS, "graph", "service"):
        shutil.copytree(files.root() / folder, root / folder)
    (root / "data/reference/broken.ttl").write_text("<a> <b> ;;; oops")
    port = free_port()
    with serving(port, root, STYRGRAF_HOME=str(state), PYTHONPATH=str(root)) as process:
        assert "broken.ttl:1" in get(f"http://127.0.0.1:{port}/health/ready")[1]
        assert "broken.ttl:1" in get(f"http://127.0.0.1:{port}/")[1]
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert "den tidigare utgåvan visas" in process.stdout.read()

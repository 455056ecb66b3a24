"""Running it: the guides of docs/operations.md step by step, how it ends, what it logs."""

import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import pytest
from installed import Installed
from paths import ROOT
from running import STYRGRAF, free_port, get, serving, wait_until_ready

from graph import build, changes
from graph.changes import Why
from graph.ledger import Ledger
from graph.releases import Home
from graph.store import Literal, NamedNode, Quad
from service.reference import ROUTES
from service.settings import SETTINGS

GUIDE = (ROOT / "docs/operations.md").read_text("utf-8")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
Follow = Callable[[str], str]
Seen = TypeVar("Seen")
OWN = Quad(NamedNode("urn:mine"), NamedNode("urn:says"), Literal("kept"), NamedNode("urn:own"))


def steps(section: str) -> str:
    """The shell blocks of a section of the guide."""
    text = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert text, section
    blocks = re.findall(r"^```sh\n(.*?)^```", text[1], re.MULTILINE | re.DOTALL)
    assert blocks, section
    return "".join(blocks)


@pytest.fixture
def follow(installed: Installed, tmp_path: Path) -> Follow:
    """Runs the steps of a section as they stand in the guide, with the places that it names."""
    (tmp_path / "backups").mkdir()
    places = {"STYRGRAF_HOME": tmp_path / "home", "BACKUPS": tmp_path / "backups", "RESTORED": tmp_path / "restored", "WHEEL": installed.wheel}

    def done(section: str) -> str:
        environ = {**installed.environ, "HOME": str(tmp_path), "USER": "operator", **{k: str(v) for k, v in places.items()}}
        ended = subprocess.run(["sh", "-eu", "-c", steps(section)], env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=400)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    return done


def test_upgrade_backup_and_restore_as_the_guide_says(follow: Follow, tmp_path: Path) -> None:
    """A graph of one's own is there after the upgrade, in the backup, and after the restore, which has the same releases."""
    home = Home(tmp_path / "home")
    build.build(home)

    def edit(ledger: Ledger) -> None:
        ledger.add([OWN])

    before = changes.apply(home, edit, Why("operator", "mine"))
    assert before.id in follow("Upgrade")
    assert (tmp_path / "backups/before-upgrade.tar.gz").is_file()
    upgraded = home.current()
    assert upgraded
    assert OWN in upgraded.open()
    follow("Back up")
    assert {"RAG", "RPO"} <= set(follow("Restore").split())
    restored = Home(tmp_path / "restored")
    assert restored.numbers() == home.numbers()
    there = restored.current()
    assert there
    assert there.manifest == upgraded.manifest
    assert OWN in there.open()


def test_the_guide_tells_of_every_reason_and_address_of_operation() -> None:
    """Each reason of /health/ready, and each setting of operation, is explained; the addresses stand in the reference."""
    code = "".join(p.read_text("utf-8") for p in (ROOT / "service/operation").glob("*.py"))
    for reason in re.findall(r'Reason\("([a-z-]+)"', code):
        assert f"`{reason}`" in GUIDE or reason in ("release", "disk-full", "read-only"), reason
    assert {"STYRGRAF_ROOT_PATH", "STYRGRAF_LOG", "STYRGRAF_DRAIN", "STYRGRAF_GRACE", "STYRGRAF_PROXY_HEADER"} <= set(SETTINGS)
    assert all(name in GUIDE for name in ("STYRGRAF_ROOT_PATH", "STYRGRAF_LOG", "STYRGRAF_DRAIN", "STYRGRAF_GRACE", "STYRGRAF_PROXY_HEADER"))
    listed = " ".join(path for path, _ in ROUTES)
    assert all(path in listed for path in ("/metrics", "/health/ready", "/catalog", "/.well-known/void", "/dump.trig.gz", "/robots.txt", "/sitemap.xml"))


def test_it_drains_before_it_ends(tmp_path: Path) -> None:
    """After SIGTERM it says that it is not ready, and why, and goes on answering; then it ends well."""
    port = free_port()
    build.empty(Home(tmp_path / "home"))
    with serving(port, tmp_path, "--empty", STYRGRAF_HOME=str(tmp_path / "home"), STYRGRAF_DRAIN="30") as process:
        process.send_signal(signal.SIGTERM)
        told = _until(lambda: get(f"http://127.0.0.1:{port}/health/ready"), lambda answer: answer[0] == 503)
        assert [r["reason"] for r in json.loads(told[1])["reasons"]] == ["leaving"]
        assert get(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def _until(look: Callable[[], Seen], enough: Callable[[Seen], bool]) -> Seen:
    """What is seen as soon as it is enough."""
    for _ in range(200):
        seen = look()
        if enough(seen):
            return seen
        time.sleep(0.05)
    raise TimeoutError(seen)


def test_a_request_under_way_has_its_answer(home: Home, tmp_path: Path) -> None:
    """A query that runs when the service is told to end is answered, by what it found or that its time was over, and not cut off."""
    port, answers = free_port(), list[tuple[int, str]]()
    with serving(port, tmp_path, STYRGRAF_HOME=str(home.path)) as process:
        url = f"http://127.0.0.1:{port}/sparql?{urlencode({'query': ENDLESS, 'timeout': '3'})}"
        asking = threading.Thread(target=lambda: answers.append(get(url)))
        asking.start()
        _until(lambda: get(f"http://127.0.0.1:{port}/metrics")[1], lambda text: "styrgraf_requests_under_way 2" in text)
        process.send_signal(signal.SIGTERM)
        asking.join(30)
        assert process.wait(20) == 0
    assert [status for status, _ in answers] == [504]


def test_a_running_service_logs_json(home: Home, tmp_path: Path) -> None:
    """Each line of standard error is JSON where it is no terminal; what was asked is not in it."""
    port = free_port()
    environ = {"STYRGRAF_HOME": str(home.path), "PORT": str(port), "PATH": "/usr/bin:/bin"}
    told = tmp_path / "log"
    with (
        told.open("w") as stream,
        subprocess.Popen([*STYRGRAF, "serve"], env=environ, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=stream, text=True) as process,
    ):
        try:
            wait_until_ready(port, process)
            get(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%3Fs%20%3Fp%20%22Eva%22%7D")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    lines = [json.loads(line) for line in told.read_text("utf-8").splitlines()]
    assert {"/health/ready", "/sparql"} <= {line.get("path") for line in lines}
    assert "Eva" not in told.read_text("utf-8")
    assert process.returncode == 0

"""The service as others install it: from a wheel, as a service of systemd, as a container."""

import json
import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest
import shipped
import yaml
from installed import Installed
from need import need
from paths import ROOT
from running import free_port, get, wait_until_ready

DEPLOY = ROOT / "service/deploy"


def run(installed: Installed, *words: str, **environ: str) -> str:
    """What a command of the installed package prints."""
    done = subprocess.run([installed.environment / "bin/styrgraf", *words], env={**installed.environ, **environ}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_installed_service_answers(installed: Installed, tmp_path: Path) -> None:
    """Installed from the wheel and started in an empty folder, it builds a release and shows pages, styles, data and answers, all from the wheel."""
    port = free_port()
    environ = {**installed.environ, "PORT": str(port), "STYRGRAF_HOME": str(tmp_path / "home"), "STYRGRAF_LOG": "quiet"}
    command = [installed.environment / "bin/styrgraf", "serve"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            wait_until_ready(port, process)
            page = get(f"http://127.0.0.1:{port}/id/group/rag-onkologi.html")
            assert page[0] == 200
            for link in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page[1])):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{link}", timeout=10) as answer:
                    assert answer.status == 200, link
            assert json.loads(get(f"http://127.0.0.1:{port}/sparql?query=ASK%7B?s%20?p%20?o%7D")[1])["boolean"] is True
            assert get(f"http://127.0.0.1:{port}/docs/changelog")[1].startswith("# Changelog")
        finally:
            process.terminate()
            process.wait(30)
    assert process.returncode == 0


def test_it_runs_from_its_own_environment(installed: Installed, tmp_path: Path) -> None:
    """What is imported is the wheel's, not the checkout's."""
    program = "import graph, service; print(graph.__file__, service.__file__)"
    told = subprocess.run([installed.environment / "bin/python", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
    assert all(path.startswith(str(installed.environment)) for path in told)


@pytest.mark.parametrize(
    ("kind", "name"), [("systemd", "styrgraf.service"), ("container", "Containerfile"), ("compose", "compose.yaml"), ("nginx", "nginx.conf")]
)
def test_the_files_for_operation_are_in_the_wheel(installed: Installed, kind: str, name: str) -> None:
    """`styrgraf deploy` prints each, as it is in the repository."""
    assert run(installed, "deploy", kind) == (DEPLOY / name).read_text("utf-8")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is there."""
    path = tmp_path / "styrgraf.service"
    path.write_text(
        (DEPLOY / "styrgraf.service").read_text("utf-8").replace("/opt/styrgraf/bin/styrgraf serve", "/bin/true").replace("User=styrgraf", "User=daemon")
    )
    return path


def test_systemd_takes_the_unit(unit: Path) -> None:
    """`systemd-analyze verify` finds nothing wrong with our unit."""
    done = subprocess.run([need("systemd-analyze"), "verify", unit], capture_output=True, text=True, timeout=60)
    assert "styrgraf.service" not in done.stderr, done.stderr


def test_the_unit_gives_up_what_it_does_not_need(unit: Path) -> None:
    """The exposure of the unit, as systemd measures it (0 to 10), is below 3."""
    done = subprocess.run(
        [need("systemd-analyze"), "security", "--offline=true", "--threshold=30", "--no-pager", unit], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout[-300:]


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, each on one line."""
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_is_made_as_it_should_be() -> None:
    """What hadolint asks for: a pinned base, no root, no caches left, nothing fetched by ADD, commands as lists, one volume."""
    found = instructions()
    names = [name for name, _ in found]
    values = dict(found)
    assert re.fullmatch(r"[\w/.-]+:\d[\w.-]*", values["FROM"])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", values["USER"])
    assert names.index("USER") > max(i for i, name in enumerate(names) if name == "RUN")
    assert {"ADD", "MAINTAINER"}.isdisjoint(names)
    assert all(word in values["RUN"] for word in ("--no-cache-dir", "--require-hashes"))
    assert [json.loads(values[name]) for name in ("ENTRYPOINT", "CMD")] == [["styrgraf"], ["serve"]]
    assert json.loads(values["HEALTHCHECK"].partition("CMD ")[2])[0] == "python"
    assert (names.count("VOLUME"), values["STOPSIGNAL"]) == (1, "SIGTERM")


def test_the_image_can_be_built(installed: Installed, tmp_path: Path) -> None:
    """Podman builds it from the wheel, and it runs on a read-only root without root's rights; skipped where there is no podman or no base image."""
    podman = shutil.which("podman")
    if not podman or subprocess.run([podman, "pull", "--quiet", dict(instructions())["FROM"]], capture_output=True, timeout=120).returncode:
        pytest.skip("no podman, or no base image to be had; the Containerfile is only looked at")
    shutil.copy(installed.wheel, tmp_path)
    (tmp_path / "requirements.txt").write_text(shipped.requirements((ROOT / "requirements.lock").read_text("utf-8")))
    subprocess.run([podman, "build", "--file", DEPLOY / "Containerfile", "--tag", "styrgraf-test", tmp_path], check=True, capture_output=True, timeout=900)
    build = [podman, "run", "--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "styrgraf-test", "build"]
    assert subprocess.run(build, capture_output=True, text=True, timeout=300).returncode == 0


def test_compose_gives_up_what_it_does_not_need() -> None:
    """The service has a read-only root, one volume and no capability, publishes no port itself, and ends with time to drain."""
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    service = told["styrgraf"]
    assert service["read_only"] is True
    assert (service["cap_drop"], "ports" in service, len(service["volumes"])) == (["ALL"], False, 1)
    assert service["environment"]["STYRGRAF_ROOT_PATH"] in (DEPLOY / "nginx.conf").read_text("utf-8")
    assert told["proxy"]["ports"] == ["443:443"]


def test_what_is_shipped_is_locked() -> None:
    """Every package that the service needs stands in requirements.lock with hashes; tools of development are not shipped."""
    told = shipped.requirements((ROOT / "requirements.lock").read_text("utf-8"))
    names = set(re.findall(r"^([\w.-]+)==", told, re.MULTILINE))
    assert {"fastapi", "granian", "pyoxigraph", "rdflib", "uvloop"} <= names
    assert {"pytest", "mypy", "playwright", "ruff"}.isdisjoint(names)
    assert all(entry.count("--hash=sha256:") for entry in told.split("\n\n"))
    missing = {n for n in shipped.needed() if n not in {name.lower().replace("_", "-") for name in names}}
    assert missing == set()


def test_the_list_of_parts_names_what_is_shipped(tmp_path: Path) -> None:
    """The SBOM is CycloneDX, valid by its own schema, and has each shipped package with its version and hashes."""
    listed = tmp_path / "requirements.txt"
    listed.write_text(shipped.requirements((ROOT / "requirements.lock").read_text("utf-8")))
    make = [need("cyclonedx-py"), "requirements", "--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--short-PURLs", "--validate", listed]
    told = json.loads(subprocess.run(make, check=True, capture_output=True, text=True, timeout=100).stdout)
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == "styrgraf"
    parts = {c["name"]: c for c in told["components"]}
    assert set(parts) == set(re.findall(r"^([\w.-]+)==", listed.read_text(), re.MULTILINE))
    assert all(c["version"] and c["externalReferences"][0]["hashes"] for c in parts.values())


@pytest.fixture(autouse=True)
def _own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this environment are found."""
    monkeypatch.setenv("PATH", f"{ROOT / '.venv/bin'}:{os.environ['PATH']}")

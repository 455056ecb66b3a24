"""Crashes: the service and its writer are killed under load, whoever writes dies or finds the disk full at any step, and releases are damaged."""

import subprocess
import sys
from pathlib import Path

import pytest
from dying import NAME, found, pair, template
from torturing import Torture
from writing import Writing, writing

DYING = Path(__file__).parent.parent / "support/dying.py"


def test_nothing_is_lost_when_the_service_is_killed(tmp_path: Path) -> None:
    """Twenty kills of the writer or the server: what was acknowledged is there, what was refused is not, and no reader saw half of a write."""
    torture = Torture(tmp_path, seed=7)
    torture.run(20)
    assert torture.verdict() == []
    assert torture.seen.kept
    assert torture.seen.refused
    assert torture.seen.reads


@pytest.mark.parametrize("mode", ["kill", "full"])
@pytest.mark.parametrize(("action", "stride"), [("change", 1), ("rollback", 2), ("prune", 1), ("erase", 5)])
def test_the_last_release_is_served_whatever_step_was_the_last(tmp_path: Path, mode: str, action: str, stride: int) -> None:
    """Killed, or out of space, at a step: the release before or after is whole, the action can be made again, and nothing is left over."""
    done = subprocess.run([sys.executable, str(DYING), mode, action, str(tmp_path), str(stride)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 0


@pytest.mark.parametrize("file", ["manifest.json", "store/CURRENT", "store"])
def test_a_damaged_release_is_told_and_mended(tmp_path: Path, file: str) -> None:
    """The service says at /health/ready what is wrong and how to mend it; the rollback that it names brings it back."""
    with writing(tmp_path) as made:
        served = Writing(made.client, made.home, "publisher")
        pair(made.home, 1)
        whole = pair(made.home, 2).id
        assert served.client.get("/health/ready").json()["release"] == whole
        _damage(pair(made.home, 3).path / file)
        told = served.client.get("/health/ready")
        assert told.status_code == 503
        assert f"rollback {whole}" in told.json()["detail"]
        assert served.update("INSERT DATA { GRAPH <urn:a> { <urn:4> <urn:in> 4 } }").status_code == 503
        assert served.request("POST", f"/api/releases/{whole}/rollback").status_code == 200
        assert served.client.get("/health/ready").status_code == 200
        assert served.ask("ASK { GRAPH <urn:b> { <urn:2> <urn:in> 2 } }")


def _damage(path: Path) -> None:
    """A manifest that is cut off, a store that cannot be opened, or one whose tables and log are cut off."""
    for part in [p for p in path.iterdir() if p.suffix in (".sst", ".log")] if path.is_dir() else [path]:
        data = part.read_bytes()
        part.unlink()  # releases share their tables by hard links: this harms one alone
        part.write_bytes(data[: len(data) // 3])


def test_a_person_is_erased_beside_the_service(tmp_path: Path) -> None:
    """Only an admin may; the service follows, the old releases answer 410 in the API, in SPARQL and on pages, and the name cannot come back."""
    with writing(tmp_path) as made:
        template(made.home)
        admin, old = Writing(made.client, made.home, "admin"), made.home.pointer() or ""
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert made.request("POST", "/api/persons/erase", form, content=b"person=Maja+Ekdahl").status_code == 403
        assert admin.request("POST", "/api/persons/erase", form, content=b"person=Maj+Ekdal").status_code == 404
        assert made.ask(f'ASK {{ ?s ?p "{NAME}"@sv }}')
        told = admin.request("POST", "/api/persons/erase", form, content=b"person=Maja+Ekdahl").json()
        assert told["releases"][old] == told["release"] == made.home.pointer()
        assert not made.ask(f'ASK {{ ?s ?p "{NAME}"@sv }}')
        for path in (f"/api/releases/{old}", f"/releases/{old}", f"/sparql?release={old}&query=ASK%7B%7D", f"/api/releases/{old}/diff/{told['release']}"):
            assert made.client.get(path).status_code == 410, path
        assert made.update(f'INSERT DATA {{ GRAPH <urn:p> {{ <urn:z> <urn:b> "{NAME}" }} }}').status_code == 403
        assert found(tmp_path, "Ekdahl") == []

"""Other SPARQL servers, to be measured beside ours: `make peers` installs what can be had into .bench/; each is optional.

Nothing outside .bench/ is touched, but for `wrk`, the load generator, which Debian's apt-get installs where it is missing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / ".bench"
FUSEKI = "5.2.0"  # the last that runs on Java 17
VIRTUOSO = ("virtuoso-opensource-7-bin", "virtuoso-opensource-7-common", "libpcre3", "libminizip1")
VIRTUOSO_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 10000000
"""


@dataclass(frozen=True)
class Peer:
    """A server: how it is installed, how it is started over an N-Triples file (port, file, folder of its own), its path, and the most triples it is given."""

    name: str
    program: Path
    install: Callable[[], None]
    start: Callable[[int, Path, Path], list[str]]
    path: str
    load: Callable[[int, Path, Path], None] = lambda _port, _file, _folder: None
    most: int = 10_000_000

    @contextmanager
    def serving(self, file: Path) -> Iterator[str]:
        """The URL of its endpoint over the triples of a file."""
        port = free_port()
        with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
            command = self.start(port, file, Path(folder))
            with subprocess.Popen(command, stdout=log, stderr=log, env=environ(), cwd=folder) as process:
                try:
                    wait_for(port, process)
                    self.load(port, file, Path(folder))
                    url = f"http://127.0.0.1:{port}{self.path}"
                    wait_for_data(url, process)
                    yield url
                finally:
                    process.terminate()
                    process.wait(30)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environ() -> dict[str, str]:
    """The environment, with the libraries that were unpacked for Virtuoso."""
    libraries = [str(p) for p in (BENCH / "virtuoso").glob("**/*-linux-gnu") if p.is_dir()]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")])}


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Returns when the port is listened at."""
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


def wait_for_data(url: str, process: subprocess.Popen[bytes]) -> None:
    """Returns when a query finds something."""
    asked = urllib.request.Request(f"{url}?{urllib.parse.urlencode({'query': 'ASK { ?s ?p ?o }'})}", headers={"Accept": "application/sparql-results+json"})
    for _ in range(600):
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                if b"true" in answer.read():
                    return
        except OSError as wrong:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended") from wrong
        time.sleep(0.1)
    raise TimeoutError(url)


def _venv(name: str, *packages: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(BENCH / name)], check=True)
    subprocess.run([str(BENCH / name / "bin/pip"), "install", "--quiet", *packages], check=True)


def _install_fuseki() -> None:
    artifact = f"-Dartifact=org.apache.jena:jena-fuseki-server:{FUSEKI}"
    subprocess.run(["mvn", "-q", "-B", "dependency:copy", artifact, f"-DoutputDirectory={BENCH / 'fuseki'}"], check=True, cwd=BENCH)


def _install_virtuoso() -> None:
    folder = BENCH / "virtuoso"
    folder.mkdir(exist_ok=True)
    subprocess.run(["apt-get", "download", *VIRTUOSO], check=True, cwd=folder)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)


def _load_oxigraph(port: int, file: Path, _folder: Path) -> None:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/store?default", file.read_bytes(), {"Content-Type": "application/n-triples"})
    with urllib.request.urlopen(asked) as answer:
        answer.read()


def _start_virtuoso(port: int, _file: Path, folder: Path) -> list[str]:
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(folder=folder, port=port, sql=port + 1 if port < 65535 else port - 1))
    return [str(BENCH / "virtuoso/usr/bin/virtuoso-t"), "+foreground", "+configfile", str(folder / "virtuoso.ini")]


def _load_virtuoso(port: int, file: Path, folder: Path) -> None:
    data = folder / "data.nt"
    data.write_bytes(file.read_bytes())
    told = f"ttlp_mt(file_to_string_output('{data}'), '', 'https://w3id.org/styrgraf/graph/bench'); checkpoint;"
    isql = [str(BENCH / "virtuoso/usr/bin/isql-vt"), f"127.0.0.1:{port + 1 if port < 65535 else port - 1}", "dba", "dba", f"exec={told}"]
    subprocess.run(isql, check=True, env=environ(), stdout=subprocess.DEVNULL)


PEERS = (
    Peer(
        "oxigraph",
        BENCH / "oxigraph/bin/oxigraph",
        lambda: _venv("oxigraph", "oxigraph==0.5.13"),
        lambda port, _file, _folder: [str(BENCH / "oxigraph/bin/oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"],
        "/query",
        _load_oxigraph,
    ),
    Peer(
        "rdflib-endpoint",
        BENCH / "rdflib/bin/rdflib-endpoint",
        lambda: _venv("rdflib", "rdflib-endpoint[cli]"),
        lambda port, file, _folder: [str(BENCH / "rdflib/bin/rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(file)],
        "/",
        most=100_000,
    ),
    Peer(
        "Fuseki",
        BENCH / f"fuseki/jena-fuseki-server-{FUSEKI}.jar",
        _install_fuseki,
        lambda port, file, _folder: [
            *("java", "-Xmx4g", "-jar", str(BENCH / f"fuseki/jena-fuseki-server-{FUSEKI}.jar")),
            *("--localhost", f"--port={port}", f"--file={file}", "/bench"),
        ],
        "/bench/sparql",
    ),
    Peer("Virtuoso", BENCH / "virtuoso/usr/bin/virtuoso-t", _install_virtuoso, _start_virtuoso, "/sparql", _load_virtuoso),
)


def installed() -> list[Peer]:
    """The peers that are there."""
    return [p for p in PEERS if p.program.exists()]


def main() -> None:
    """Installs what is missing; says what could not be had."""
    BENCH.mkdir(exist_ok=True)
    if not shutil.which("wrk"):
        subprocess.run(["apt-get", "install", "--yes", "--quiet", "wrk"], check=False)
    for peer in PEERS:
        try:
            if not peer.program.exists():
                peer.install()
            print(f"{peer.name}: installed")
        except (OSError, subprocess.CalledProcessError) as wrong:
            print(f"{peer.name}: could not be installed ({wrong})")


if __name__ == "__main__":
    main()

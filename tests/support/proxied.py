"""The service behind nginx, as `styrgraf deploy nginx` sets it up: TLS, and a path prefix."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from need import lack, need
from running import free_port

import service.deploy

PREFIX = "/styrgraf"
CONFIG = Path(service.deploy.__file__).parent / "nginx.conf"


class Remote:
    """A client as those of the tests in process, which ask for paths of the service: `base` is where it is found from outside.

    Addresses on that host which it is led to must have the prefix, and are given without it.
    """

    def __init__(self, base: str, certificate: Path) -> None:
        self.base = base
        self._client = httpx.Client(verify=ssl.create_default_context(cafile=str(certificate)), timeout=60)

    def request(self, method: str, path: str, **more: object) -> httpx.Response:
        """Sends one request."""
        answer = self._client.request(method, self.base + path, **more)  # type: ignore[arg-type]
        there = urlsplit(answer.headers.get("location", ""))
        if there.path.startswith("/") and there.netloc in ("", urlsplit(self.base).netloc):
            assert there.path.startswith(PREFIX + "/"), there
            answer.headers["location"] = answer.headers["location"].removeprefix(self.base).removeprefix(PREFIX)
        return answer

    def get(self, path: str, **more: object) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: object) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **more)

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()


def certificate(folder: Path) -> Path:
    """A certificate for this machine, signed by itself, with its key beside it."""
    path = folder / "certificate.pem"
    asked = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([need("openssl"), "req", *asked, "-keyout", folder / "key.pem", "-out", path], check=True, capture_output=True, timeout=60)
    return path


@contextmanager
def behind_nginx(port: int, folder: Path) -> Iterator[Remote]:
    """A client that reaches the service at a port through nginx, with the configuration that we give to others but for names and places."""
    nginx, front, trusted = need("nginx"), free_port(), certificate(folder)
    places = {
        "listen 443": f"listen 127.0.0.1:{front}",
        "/etc/nginx/tls": str(folder),
        "server styrgraf:8000": f"server 127.0.0.1:{port}",
        "http {": f"pid {folder}/pid;\nhttp {{\n"
        + "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")),
    }
    text = CONFIG.read_text("utf-8")
    for named, here in places.items():
        assert named in text, named
        text = text.replace(named, here)
    (folder / "nginx.conf").write_text(text, "utf-8")
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]}) as process:
        client = Remote(f"https://localhost:{front}{PREFIX}", trusted)
        try:
            _wait(client, process)
            yield client
        finally:
            client.close()
            process.send_signal(signal.SIGQUIT)
            process.wait(20)


def _wait(client: Remote, process: subprocess.Popen[str]) -> None:
    for _ in range(100):
        try:
            if client.get("/health/live").status_code == 200:
                return
        except httpx.TransportError:
            if process.poll() is not None:
                assert process.stderr
                lack(f"nginx does not start: {process.stderr.read()}")
        time.sleep(0.1)
    raise TimeoutError("nginx did not become ready")

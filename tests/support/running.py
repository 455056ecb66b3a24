"""A service that really runs, on a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STYRGRAF = [sys.executable, "-c", "from service.cli import main; main()"]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(command: str) -> int:
    """How many processes have this in their command line; the test is skipped where the system does not tell."""
    listed = Path("/proc")
    if not listed.is_dir():
        pytest.skip("no /proc on this system")
    lines = (_command_line(p) for p in listed.iterdir() if p.name.isdigit())
    return sum(command in line for line in lines)


def pids(command: str) -> list[int]:
    """The processes that have this in their command line, oldest first; the test is skipped where the system does not tell."""
    processes(command)
    return sorted(int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and command in _command_line(p))


def running(command: str) -> int:
    """How many of them are at work now."""
    return sum(_state(pid) == "R" for pid in pids(command))


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:  # it ended meanwhile
        return ""


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def get(url: str) -> tuple[int, str]:
    """Status and body, whatever the status."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def wait_until_ready(port: int, process: subprocess.Popen[str]) -> None:
    """Returns when the service is ready; fails where it ended."""
    for _ in range(600):
        try:
            if get(f"http://127.0.0.1:{port}/health/ready")[0] == 200:
                return
        except OSError:
            assert process.poll() is None
        time.sleep(0.1)
    raise TimeoutError("the service did not become ready")


@contextmanager
def serving(port: int, folder: Path, *arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A running service, such as `serving(port, folder, "--empty")`; interrupted at the end, as by Ctrl-C."""
    settings = {"PORT": str(port), "PATH": os.environ["PATH"], "STYRGRAF_LOG": "quiet", **environ}  # nobody reads the pipe
    with subprocess.Popen([*STYRGRAF, "serve", *arguments], env=settings, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_until_ready(port, process)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(20)

"""Settings: what the environment says, read once and passed on."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.errors import StateError
from graph.evidence import Texts
from graph.releases import AUDIENCES, PUBLIC, Home

SETTINGS: Final = {
    "STYRGRAF_HOME": ("state directory: releases and added source texts", "`styrgraf` in the user's data directory"),
    "STYRGRAF_SOURCES": ("folders with source texts, separated as in PATH", "none"),
    "STYRGRAF_HOST": ("address to listen at", "127.0.0.1"),
    "PORT": ("port to listen at", "8000"),
    "STYRGRAF_TIMEOUT": ("seconds that a query may take", "30"),
    "STYRGRAF_WORKERS": ("queries answered at the same time, each in a process of its own", "the number of processors"),
    "STYRGRAF_MEMORY": ("megabytes of memory that a query may use", "2048"),
    "STYRGRAF_RESULT": ("megabytes that an answer to a query may have", "200"),
    "STYRGRAF_CACHE": ("megabytes of answers that are kept in memory", "64"),
    "STYRGRAF_LOADED": ("megabytes that the served graph may take in memory, where queries over it are faster; a larger one stays on disk", "1024"),
    "STYRGRAF_RATE": ("requests a second for each client, 0 for any number", "0 at a loopback address, else 50"),
    "STYRGRAF_PROXY_HEADER": ("header in which a trusted proxy names the client, such as X-Forwarded-For; X-Forwarded-Proto is then believed, too", "none"),
    "STYRGRAF_HOSTS": ("names by which the service is reached, separated by commas; /mcp refuses others", "this machine's own at a loopback address, else any"),
    "STYRGRAF_UPLOAD": ("megabytes that a change may send", "1024"),
    "STYRGRAF_WRITE_TIMEOUT": ("seconds that a change may take", "600"),
    "STYRGRAF_WRITE_MEMORY": ("megabytes of memory that a change may use", "8192"),
    "STYRGRAF_ALLOW": ("addresses that SERVICE and LOAD may call, separated by spaces", "none"),
    "STYRGRAF_VISIBILITY": ("who sees new graphs of the users: public, or internal (those with a token)", "public"),
    "STYRGRAF_ROOT_PATH": ("path below which a proxy shows the service, such as /styrgraf", "none"),
    "STYRGRAF_LOG": ("what standard error is told of requests: json, text, or quiet (nothing but errors)", "text on a terminal, else json"),
    "STYRGRAF_DRAIN": ("seconds that the service says it is not ready, and goes on answering, before it ends", "0 at a loopback address, else 5"),
    "STYRGRAF_GRACE": ("seconds that requests under way have then to end", "30"),
    "STYRGRAF_REPORT": ("where readers report an error on a page: a mail address, or the address of a form that takes title and body", "none"),
    "STYRGRAF_LANG": ("language of the command line: sv or en", "sv"),
}
LOGS: Final = ("json", "text", "quiet")
_ROOT_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True)
class Settings:
    """Where state lies, where texts lie, and where the service listens."""

    home: Path
    sources: tuple[Path, ...]
    host: str
    port: int
    timeout: float
    workers: int
    memory: int
    result: int
    cache: int
    loaded: int
    rate: float
    proxy_header: str
    hosts: tuple[str, ...]
    upload: int
    write_timeout: float
    write_memory: int
    allow: tuple[str, ...]
    visibility: str = PUBLIC
    root_path: str = ""
    log: str = ""
    drain: float = 0
    grace: float = 30
    report: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """From the environment (see `SETTINGS`). Raises StateError for a value that cannot be used."""
        home = Path(environ.get("STYRGRAF_HOME") or _data_directory(environ)).expanduser()
        sources = tuple(Path(p).expanduser() for p in environ.get("STYRGRAF_SOURCES", "").split(os.pathsep) if p)
        port = _number(environ, "PORT", 8000)
        if not 0 < port < 65536:
            raise StateError(f"PORT={port:g} är ingen port (1–65535).", f"PORT={port:g} is no port (1–65535).")
        host = environ.get("STYRGRAF_HOST") or "127.0.0.1"
        return cls(
            home,
            (*sources, home / "sources"),
            host,
            int(port),
            _number(environ, "STYRGRAF_TIMEOUT", 30),
            max(1, int(_number(environ, "STYRGRAF_WORKERS", os.cpu_count() or 2))),
            int(_number(environ, "STYRGRAF_MEMORY", 2048)),
            int(_number(environ, "STYRGRAF_RESULT", 200)),
            int(_number(environ, "STYRGRAF_CACHE", 64)),
            int(_number(environ, "STYRGRAF_LOADED", 1024)),
            _number(environ, "STYRGRAF_RATE", 0 if _loopback(host) else 50),
            environ.get("STYRGRAF_PROXY_HEADER", ""),
            tuple(h.strip() for h in (environ.get("STYRGRAF_HOSTS") or ("" if _loopback(host) else "*")).split(",") if h.strip()),
            int(_number(environ, "STYRGRAF_UPLOAD", 1024)),
            _number(environ, "STYRGRAF_WRITE_TIMEOUT", 600),
            int(_number(environ, "STYRGRAF_WRITE_MEMORY", 8192)),
            tuple(environ.get("STYRGRAF_ALLOW", "").split()),
            visibility=_visibility(environ),
            root_path=_root_path(environ),
            log=_log(environ),
            drain=_number(environ, "STYRGRAF_DRAIN", 0 if _loopback(host) else 5),
            grace=_number(environ, "STYRGRAF_GRACE", 30),
            report=environ.get("STYRGRAF_REPORT", ""),
        )

    @property
    def state(self) -> Home:
        """The state directory."""
        return Home(self.home)

    def texts(self) -> Texts:
        """The source texts at hand."""
        return Texts.read(*self.sources)

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """What changes when a source text comes, goes or is another: the paths, the times and the sizes of the files."""
        paths = sorted(p for folder in self.sources if folder.is_dir() for p in folder.glob("*.txt"))
        return tuple((str(p), s.st_mtime_ns, s.st_size) for p in paths for s in (p.stat(),))


def _data_directory(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_DATA_HOME") or "~/.local/share") / "styrgraf"


def _loopback(host: str) -> bool:
    return host in ("::1", "localhost") or host.startswith("127.")


def _visibility(environ: Mapping[str, str]) -> str:
    told = environ.get("STYRGRAF_VISIBILITY") or PUBLIC
    if told not in AUDIENCES:
        raise StateError(f"STYRGRAF_VISIBILITY={told!r}; välj public eller internal.", f"STYRGRAF_VISIBILITY={told!r}; choose public or internal.")
    return told


def _root_path(environ: Mapping[str, str]) -> str:
    told = environ.get("STYRGRAF_ROOT_PATH", "").rstrip("/")
    if told and not _ROOT_PATH.fullmatch(told):
        raise StateError(
            f"STYRGRAF_ROOT_PATH={told!r} är ingen sökväg; skriv till exempel /styrgraf.",
            f"STYRGRAF_ROOT_PATH={told!r} is no path; write /styrgraf, for example.",
        )
    return told


def _log(environ: Mapping[str, str]) -> str:
    told = environ.get("STYRGRAF_LOG", "")
    if told not in ("", *LOGS):
        raise StateError(f"STYRGRAF_LOG={told!r}; välj bland {', '.join(LOGS)}.", f"STYRGRAF_LOG={told!r}; choose one of {', '.join(LOGS)}.")
    return told


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(environ.get(name) or default)
    except ValueError:
        raise StateError(f"{name}={environ[name]!r} är inget tal.", f"{name}={environ[name]!r} is no number.") from None

"""What of a name lies in the state directory beside its releases: texts that were added, tokens, the log of who did what.

Texts are known by their hash, so one with the name goes as a whole. In all else the name gives way: a token keeps its id and role, a line of the log says as
before what was done, when and with which token, and neither tells whose it was. Each file is written under the lock of its first name: `tokens.json` under
`tokens.lock`, `audit.1.jsonl` under `audit.lock`.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from graph.erased import FILE, SOMEONE, Names, spoken
from graph.releases import Home

Clearing = Callable[[str, str], str]  # a text in a language, without the names
_CHUNK: Final = re.compile(r"\S+")


def without(names: Names, value: Any) -> Any:
    """A plain value without the names, also where one stands as in an address or as users are called (eva.berg@example.org)."""
    return _walk(_clearing(names), value, "")


def _clearing(names: Names) -> Clearing:
    def cleared(text: str, lang: str) -> str:
        return _CHUNK.sub(lambda m: SOMEONE.get(lang, "någon") if names.names(spoken(m[0])) else m[0], names.redacted(text, lang))

    return lru_cache(maxsize=4096)(cleared)  # a log says the same again and again


def _walk(clear: Clearing, value: Any, lang: str) -> Any:
    if isinstance(value, dict):
        return {k: _walk(clear, v, k if k in ("sv", "en") else lang) for k, v in value.items()}
    if isinstance(value, list):
        return [_walk(clear, v, lang) for v in value]
    return clear(value, lang) if isinstance(value, str) else value


def clean(home: Home, names: Names) -> tuple[int, list[str]]:
    """Takes names out of all of it. Returns how many added texts went, and which files were written anew."""
    return _texts(home, names), [path.name for path in _files(home.path) if _rewritten(path, _clearing(names))]


def tell(home: Home, names: Names) -> bool:
    """Whether tokens or the log have any of the names."""
    there = ((path, path.read_text("utf-8")) for path in _files(home.path) if not path.name.startswith("."))
    return any(_without(text, path, _clearing(names)) != text for path, text in there)


def _texts(home: Home, names: Names) -> int:
    gone = 0
    for path in [p for folder in (home.sources, *home.path.glob(".*-*")) if folder.is_dir() for p in folder.rglob("*") if p.is_file()]:
        if names.names(path.read_text("utf-8", "replace")):
            path.unlink(missing_ok=True)
            gone += path.parent == home.sources
    return gone


def _files(folder: Path) -> list[Path]:
    """The files of tokens, logs and the like, also those that somebody who died was about to put in their place."""
    return sorted(p for p in folder.glob("*.json*") if p.suffix in (".json", ".jsonl") and p.name.lstrip(".") != FILE)


def _rewritten(path: Path, clear: Clearing) -> bool:
    """Writes a file anew where it has a name; whether it had. What was left half written goes."""
    with _locked(path):
        if path.name.startswith(".") or not path.exists():
            path.unlink(missing_ok=True)
            return False
        before = path.read_text("utf-8")
        after = _without(before, path, clear)
        if after == before:
            return False
        fresh = path.with_name(f".{path.name}")
        fresh.touch(path.stat().st_mode & 0o777)
        with fresh.open("w", encoding="utf-8") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return True


def _without(text: str, path: Path, clear: Clearing) -> str:
    """A file's text without the names; one that has none is the same."""
    if path.suffix == ".json":
        return _plain(text, clear, 1)
    return "\n".join(_plain(line, clear, None) for line in text.split("\n"))


def _plain(text: str, clear: Clearing, indent: int | None) -> str:
    try:
        told = json.loads(text)
    except ValueError:  # half a line, of somebody who died
        return clear(text, "")
    after = _walk(clear, told, "")
    return text if after == told else json.dumps(after, ensure_ascii=False, indent=indent)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_name(f"{path.name.lstrip('.').partition('.')[0]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


__all__ = ["clean", "tell", "without"]

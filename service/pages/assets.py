"""Styles and scripts of the pages, under addresses that change with their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent.parent / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Island:
    """A bundle of the browser part: its script, and its style where it has one, below /static."""

    script: str
    style: str | None = None


class Assets:
    """What lies in `service/static`; the bundles in `built` are missing where nobody made them (service/browser/build.py)."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        manifest = folder / "built" / "manifest.json"
        built = json.loads(manifest.read_text("utf-8"))["islands"] if manifest.is_file() else {}
        self._islands = {name: Island(*(told.get(kind) and f"/static/built/{told[kind]}" for kind in ("script", "style"))) for name, told in built.items()}

    def island(self, name: str) -> Island | None:
        """A bundle by its name, None where it was not built."""
        return self._islands.get(name)

    def file(self, name: str) -> str:
        """The path of a file, such as styrgraf.css, with the hash of its content."""
        return f"/static/{name}?v={_digest(self._folder / name)}"


@lru_cache(maxsize=64)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


class Static(StaticFiles):
    """The files, kept for ever by browsers where the address tells the content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at a path."""
        response = await super().get_response(path, scope)
        dated = path.startswith("built/") or scope["query_string"].startswith(b"v=")
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOR_EVER if dated else "no-cache"
        return response

"""How the service is reached from outside: below a path prefix, over TLS that a proxy ends, on behalf of a client that the proxy names.

`STYRGRAF_ROOT_PATH` is the prefix. A proxy may leave it on the path or take it off; what comes without it (health checks that go straight to the service) is
answered too. Inside, `path` has the prefix and `root_path` tells it (ASGI 3, HTTP connection scope), so that every absolute link and redirect has it.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Scope


@dataclass(frozen=True)
class Outside:
    """Sees requests as their clients do. `header` is the one in which a trusted proxy names the client; it tells the scheme, too (X-Forwarded-Proto)."""

    prefix: str = ""
    header: str = ""

    def seen(self, scope: Scope) -> Scope:
        """A request as it was sent outside."""
        if not self.prefix and not self.header:
            return scope
        return {**scope, "root_path": self.prefix, "path": self._path(scope["path"]), "scheme": self._scheme(scope)}

    def _path(self, path: str) -> str:
        within = path == self.prefix or path.startswith(self.prefix + "/")
        whole = path if within else self.prefix + path
        return whole if whole != self.prefix else whole + "/"

    def _scheme(self, scope: Scope) -> str:
        told = _header(scope, b"x-forwarded-proto")
        return told if told in ("http", "https") else str(scope.get("scheme", "http"))

    def client(self, scope: Scope) -> str:
        """Who asks: the address that the connection comes from, or the last one that the trusted proxy names."""
        told = _header(scope, self.header.lower().encode()).rpartition(",")[2].strip() if self.header else ""
        return told or (scope["client"][0] if scope.get("client") else "")


def inside(scope: Scope) -> str:
    """The path of a request below the prefix."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")

"""Who may write: bearer tokens with a role, kept hashed in the state directory (RFC 6750).

A token is `sg_ID_SECRET`. The file holds, for each ID, a name, a role and the scrypt hash of the secret, so that whoever reads it cannot write.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from graph.errors import InputError, StateError

ROLES: Final = ("reader", "editor", "publisher", "admin")


@dataclass(frozen=True)
class Grant:
    """A token as it is kept: whose it is and what it may do; `salt` and `hash` are lower-case hex."""

    id: str
    name: str
    role: str
    created: str
    salt: str
    hash: str

    def may(self, role: str) -> bool:
        """Whether the role is as high as another."""
        return ROLES.index(self.role) >= ROLES.index(role)


class AccessError(Exception):
    """No token, a wrong one, or one whose role is too low; carries the HTTP status."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class Access:
    """The tokens of a state directory; the file is read at each use, so that a new token works at once."""

    home: Path

    @property
    def _file(self) -> Path:
        return self.home / "tokens.json"

    def grants(self) -> list[Grant]:
        """All tokens, the oldest first. Raises StateError for a damaged file."""
        try:
            return [Grant(**g) for g in json.loads(self._file.read_text("utf-8"))]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError) as wrong:
            raise StateError(f"{self._file} kan inte läsas: {wrong}.", f"{self._file} cannot be read: {wrong}.") from wrong

    def create(self, name: str, role: str) -> str:
        """Makes a token and returns it, the only time that it is known. Raises InputError for an unknown role or an empty name."""
        if role not in ROLES:
            raise InputError(f"Okänd roll {role!r}; välj bland {', '.join(ROLES)}.", f"Unknown role {role!r}; choose one of {', '.join(ROLES)}.")
        if not name.strip():
            raise InputError("Ange ett namn: --name vem-som-använder-den.", "Give a name: --name who-uses-it.")
        secret, salt = secrets.token_urlsafe(32), secrets.token_hex(16)
        grant = Grant(secrets.token_hex(6), name.strip(), role, datetime.now(UTC).isoformat(timespec="seconds"), salt, _hash(secret, salt))
        self._add(grant)
        return f"sg_{grant.id}_{secret}"

    def _add(self, grant: Grant) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with (self.home / "tokens.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                text = json.dumps([asdict(g) for g in [*self.grants(), grant]], ensure_ascii=False, indent=1)
                new = self.home / ".tokens.json"
                new.unlink(missing_ok=True)
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                    file.write(text)
                new.replace(self._file)
        except OSError as wrong:
            raise StateError(f"{self.home} kan inte skrivas: {wrong.strerror}.", f"{self.home} cannot be written: {wrong.strerror}.") from wrong

    def check(self, authorization: str | None, role: str) -> Grant:
        """The grant of an Authorization header. Raises AccessError with 401 or, where its role is lower than `role`, 403."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if not token or scheme.lower() != "bearer":
            raise AccessError(401, "Writing needs a token: Authorization: Bearer TOKEN. 'styrgraf token create' makes one.")
        grant = self._find(token.strip())
        if grant is None:
            raise AccessError(401, "The token is not known here.")
        if not grant.may(role):
            raise AccessError(403, f"The role {grant.role} may not do this; it needs {role}.")
        return grant

    def _find(self, token: str) -> Grant | None:
        start, _, rest = token.partition("_")
        name, _, secret = rest.partition("_")
        grant = next((g for g in self.grants() if start == "sg" and g.id == name), None)
        salt, wanted = (grant.salt, grant.hash) if grant else ("00" * 16, "")
        return grant if hmac.compare_digest(_hash(secret[:200], salt), wanted) else None


@lru_cache(maxsize=64)
def _hash(secret: str, salt: str) -> str:
    """Memory-hard (RFC 7914), so kept for those who come again."""
    return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()

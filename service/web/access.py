"""Who asks: bearer tokens with a role, kept hashed in the state directory (RFC 6750).

A token is `sg_ID_SECRET`. The file holds, for each ID, a name, a role, when it ends and the scrypt hash of the secret: whoever reads it has no token by that.
Whoever has a token that holds sees internal graphs; who has none is the public. A request with one that does not hold is refused, lest it be answered with less
than its sender thinks.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from graph.erased import Names
from graph.errors import ForbiddenError, InputError, NotFoundError, StateError
from graph.releases import INTERNAL, PUBLIC
from graph.remains import without
from service.web.refusals import RefusalError

ROLES: Final = ("reader", "editor", "publisher", "admin")
_DAYS: Final = re.compile(r"(\d{1,5})d", re.ASCII)
_LONGEST: Final = 200  # characters of a secret that are looked at


@dataclass(frozen=True)
class Grant:
    """A token as it is kept: whose it is, what it may do, until when (None: for good); `salt` and `hash` are lower-case hex."""

    id: str
    name: str
    role: str
    created: str
    salt: str = field(repr=False)
    hash: str = field(repr=False)
    expires: str | None = None

    def may(self, role: str) -> bool:
        """Whether the role is as high as another."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def expired(self) -> bool:
        """Whether its time has come."""
        return self.expires is not None and datetime.fromisoformat(self.expires) <= datetime.now(UTC)


WHO: Final[ContextVar[Grant | None]] = ContextVar("who", default=None)  # sends the request that is answered


def audience() -> str:
    """For whom the request is answered that is at work."""
    return INTERNAL if WHO.get() else PUBLIC


class AccessError(RefusalError):
    """No token, one that does not hold, or one whose role is too low (RFC 6750 §3)."""

    def __init__(self, status: int, sv: str, en: str, code: str = "") -> None:
        super().__init__(status, sv, en, WWW_Authenticate='Bearer realm="styrgraf"' + (f', error="{code}"' if code else ""))


def until(text: str) -> str:
    """When a token ends of which somebody says `90d`, or the last day: 2026-12-31 (UTC). Raises InputError."""
    days = _DAYS.fullmatch(text)
    try:
        end = datetime.now(UTC) + timedelta(int(days[1])) if days else datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(1)
    except (ValueError, OverflowError):
        raise InputError(f"--expires {text!r}: skriv 90d eller 2026-12-31.", f"--expires {text!r}: write 90d or 2026-12-31.") from None
    if end <= datetime.now(UTC):
        raise InputError(f"--expires {text}: det är redan förbi.", f"--expires {text}: that is over already.")
    return end.isoformat(timespec="seconds")


@dataclass(frozen=True)
class Access:
    """The tokens of a state directory; the file is read at each use, so that a new token works at once, and one that is revoked no longer."""

    home: Path
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

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
            raise StateError(f"{self._file} kan inte läsas.", f"{self._file} cannot be read.") from wrong

    def create(self, name: str, role: str, expires: str | None = None) -> str:
        """Makes a token and returns it, the only time that it is known; `expires` as `until` gives it.

        Raises InputError for an unknown role or an empty name, ForbiddenError for the name of a person who was erased.
        """
        if role not in ROLES:
            raise InputError(f"Okänd roll {role!r}; välj bland {', '.join(ROLES)}.", f"Unknown role {role!r}; choose one of {', '.join(ROLES)}.")
        if not name.strip():
            raise InputError("Ange ett namn: --name vem-som-använder-den.", "Give a name: --name who-uses-it.")
        secret, salt = secrets.token_urlsafe(32), secrets.token_hex(16)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        grant = Grant(secrets.token_hex(6), name.strip(), role, now, salt, _hash(secret, salt), expires)
        self._keep(lambda grants: [*grants, self._allowed(grant)])
        return f"sg_{grant.id}_{secret}"

    def _allowed(self, grant: Grant) -> Grant:
        if without(Names.of(self.home), grant.name) != grant.name:
            raise ForbiddenError(
                "--name har namnet på en person som har tagits bort. Ge token namnet på en grupp eller ett program.",
                "--name has the name of a person who was erased. Name the token for a group or a program.",
            )
        return grant

    def revoke(self, named: str) -> list[Grant]:
        """Takes away the token of this ID, or all that have this name; returns them. Raises NotFoundError where there is none."""
        gone = [g for g in self.grants() if named == g.id] or [g for g in self.grants() if named == g.name]
        if not gone:
            raise NotFoundError(f"Ingen token har namnet eller id {named!r}.", f"No token has the name or id {named!r}.")
        self._keep(lambda grants: [g for g in grants if g.id not in {g.id for g in gone}])
        return gone

    def _keep(self, change: Callable[[list[Grant]], list[Grant]]) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with (self.home / "tokens.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                text = json.dumps([asdict(g) for g in change(self.grants())], ensure_ascii=False, indent=1)
                new = self.home / ".tokens.json"
                new.unlink(missing_ok=True)
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(self._file)
        except OSError as wrong:
            raise StateError(f"{self.home} kan inte skrivas: {wrong.strerror}.", f"{self.home} cannot be written: {wrong.strerror}.") from wrong

    def who(self, authorization: str | None) -> Grant | None:
        """Who sends an Authorization header; None where it holds no bearer token. It takes a while. Raises AccessError for a token that does not hold."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None  # what another in front of the service asked for
        grant = self._find(token.strip())
        if grant is None:
            raise AccessError(401, "Tjänsten känner inte din token.", "The token is not known here.", "invalid_token")
        if grant.expired:
            raise AccessError(401, f"Din token gällde till {grant.expires}.", f"The token ended at {grant.expires}.", "invalid_token")
        return grant

    def _find(self, token: str) -> Grant | None:
        """The grant of a token. An ID is no secret: one that nobody has is not hashed, so that no stranger can keep the service busy with hashing."""
        start, _, rest = token.partition("_")
        name, _, secret = rest.partition("_")
        grant = next((g for g in self.grants() if start == "sg" and g.id == name), None)
        if grant is None:
            return None
        with self._turn:  # each takes 16 MB
            return grant if hmac.compare_digest(_hash(secret[:_LONGEST], grant.salt), grant.hash) else None


def needed(role: str) -> Grant:
    """Who sends the request that is at work, where the role is high enough. Raises AccessError with 401, or with 403 where it is too low."""
    who = WHO.get()
    if who is None:
        raise AccessError(
            401,
            "Det behövs en token: Authorization: Bearer TOKEN. 'styrgraf token create' gör en.",
            "This needs a token: Authorization: Bearer TOKEN. 'styrgraf token create' makes one.",
        )
    if not who.may(role):
        sv, en = f"Rollen {who.role} får inte det; det kräver {role}.", f"The role {who.role} may not do this; it needs {role}."
        raise AccessError(403, sv, en, "insufficient_scope")
    return who


@lru_cache(maxsize=64)
def _hash(secret: str, salt: str) -> str:
    """Memory-hard (RFC 7914), so kept for those who come again."""
    return hashlib.scrypt(secret.encode("utf-8", "replace"), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()


__all__ = ["ROLES", "WHO", "Access", "AccessError", "Grant", "audience", "needed", "until"]

"""What every answer tells a browser and a cache, whichever door it comes from."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

from service.web.access import WHO
from service.web.policy import policy

Headers = list[tuple[bytes, bytes]]
SECURITY: Final[Headers] = [
    (b"content-security-policy", policy().encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
CORS: Final[Headers] = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"ETag, Retry-After, X-Request-Id")]
COMMON: Final[Headers] = [*CORS, (b"vary", b"Accept, Accept-Encoding, Authorization"), *SECURITY]
TRANSPORT: Final = (b"strict-transport-security", b"max-age=31536000")
BY_TOKEN: Final = (b"vary", b"Authorization")
_CACHE: Final = b"cache-control"


def secured(scope: Scope, status: int, told: Headers) -> Headers:
    """The headers of an answer with those for security, where it has none of its own; caches are told that a token makes a difference.

    What is told to whoever has a token is for nobody else's cache (RFC 9111 §3.5). Strict-Transport-Security is told over TLS alone (RFC 6797 §7.2).
    Answers of the protocols begin with COMMON, which has all that an answer to the public has: they are passed as they are.
    """
    who, safe = WHO.get(), scope.get("scheme") == "https"
    if not who and not safe and told and told[0] is COMMON[0]:
        return told
    headers = list(told)
    names = {name for name, _ in headers}
    if status != 304:  # its headers take the place of those that the client keeps (RFC 9111 §4.3.4)
        headers += [pair for pair in SECURITY if pair[0] not in names]
    headers.append(BY_TOKEN)
    if safe:
        headers.append(TRANSPORT)
    if who and (_CACHE, b"no-store") not in headers:
        headers = [pair for pair in headers if pair[0] != _CACHE] + [(_CACHE, b"private")]
    return headers

"""Content codings (RFC 9110 §8.4): large answers are compressed as the client likes it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Final

import brotli
import zstandard

from service.web.negotiation import best

SMALL: Final = 1400  # bytes: what fits in one packet gains nothing
CODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "zstd": lambda data: zstandard.ZstdCompressor(level=3).compress(data),
    "br": lambda data: bytes(brotli.compress(data, quality=4)),
    "gzip": lambda data: gzip.compress(data, compresslevel=5, mtime=0),
}


def coding(accept_encoding: str, size: int) -> str | None:
    """The content coding for an answer of so many bytes, None for none: without the header, an answer is sent as it is."""
    if size < SMALL or not accept_encoding:
        return None
    chosen = best(accept_encoding, [*CODERS, "identity"])
    return None if chosen == "identity" else chosen

"""Content negotiation (RFC 9110 §12.5.1): which of the forms offered a client likes best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def best(accept: str, offered: Sequence[str]) -> str | None:
    """The offered media type that an Accept header prefers, the first offered for an empty header, None where none will do.

    The most specific range that matches a type decides its quality; among equals the order of `offered` decides.
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    quality = {o: _quality(o, ranges) for o in offered}
    chosen = max(offered, key=lambda o: quality[o], default=None)
    return chosen if chosen and quality[chosen] > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        media, *parameters = (p.strip() for p in part.split(";"))
        if media:
            yield media.lower(), _q(parameters)


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    for wanted in (media, media.partition("/")[0] + "/*", "*/*"):
        found = [q for r, q in ranges if r == wanted]
        if found:
            return max(found)
    return 0.0


def language(asked: str | None, accept_language: str) -> str:
    """The language of pages and messages: what was asked for by `lang`, else the best liked in Accept-Language, else Swedish."""
    if asked in ("sv", "en"):
        return asked
    liked = sorted(_ranges(accept_language), key=lambda r: -r[1])
    return next((tag for r, q in liked if q > 0 and (tag := r.partition("-")[0]) in ("sv", "en")), "sv")

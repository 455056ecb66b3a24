"""What a request reads, over HTTP: the parameters `release` and `asOf`, what of it is said in words, and the ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import Query
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.texts import text
from service.views.current import READING, Current, Reading
from service.web.raw import matches

PARAMETERS = frozenset({"release", "asOf"})


def settled(current: Current) -> Callable[[str, str], Awaitable[None]]:
    """What settles, before a route begins, which view it reads."""

    async def settle(
        release: Annotated[str, Query(description="An older release, by its number; without it the one that is served now.")] = "",
        as_of: Annotated[str, Query(alias="asOf", description="Only what held on this day (YYYY-MM-DD); without it all that is recorded.")] = "",
    ) -> None:
        READING.set(await run_in_threadpool(current.at, release, as_of) if release or as_of else current.at(None, None))

    return settle


def kept(request: Request) -> dict[str, str]:
    """What the links of a page keep, so that whoever follows them reads the same view."""
    return {name: value for name in sorted(PARAMETERS) if (value := request.query_params.get(name))}


def words(read: Reading, lang: str) -> str:
    """What is shown, in words; nothing where it is the served release with all that it records."""
    if not read.chosen:
        return ""
    number = f"{text('release', lang).lower() if read.day else text('release', lang)} {read.view.release.id}"
    if not read.day or not read.view.period:
        return f"{number}: {text('release.all', lang)}"
    first, last = read.view.period.ends
    ends = [f"{text(word, lang)} {day}" for word, day in (("from", first), ("through", last)) if day]
    return f"{text('as.of.shows', lang)} {read.day}, {number}." + (f" {text('as.of.same', lang)} {' '.join(ends)}." if ends else "")


def answered(request: Request, current: Current, told: Mapping[str, Any]) -> Response:
    """What is told as JSON, with the release and the day that it was read from before it, and with its ETag."""
    read = current.reading()
    return tagged(request, read, JSONResponse({**about(read), **told}))


def about(read: Reading) -> dict[str, Any]:
    """What is read, as plain values, and in words where somebody asked for it."""
    return {**read.about, **({"shows": {lang: words(read, lang) for lang in ("sv", "en")}} if read.chosen else {})}


def tagged(request: Request, read: Reading, response: Response) -> Response:
    """The response with its ETag, the view before the point; or 304 where the client has it already (RFC 9110 §13.1.2)."""
    tag = f'"{read.view.id}.{hashlib.sha256(bytes(response.body)).hexdigest()[:16]}"'
    response.headers["ETag"] = tag
    if matches(tag.encode(), request.headers.get("if-none-match", "").encode()):
        kept = {n: v for n, v in response.headers.items() if n in ("etag", "vary", "content-language", "content-security-policy")}
        return Response(None, 304, kept)
    return response

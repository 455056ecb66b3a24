"""SPARQL 1.1 Protocol §2.1: what a request asks for."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterable
from itertools import count
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from starlette.types import Receive, Scope

from graph.store import CSV, JSON, TSV, XML
from service.web.refusals import RefusalError

QUERY: Final = "application/sparql-query"
FORM: Final = "application/x-www-form-urlencoded"
MAX_BODY: Final = 1_000_000
BODY_SECONDS: Final = 20.0  # within which a request's body must have come
TURTLE, JSON_LD, RDF_XML = "text/turtle", "application/ld+json", "application/rdf+xml"
# What `format=` may say, in the words of several clients; of two media types the one that the result can have is meant.
SHORTCUTS: Final[dict[str, tuple[str, ...]]] = {
    "json": (JSON, JSON_LD),
    "xml": (XML, RDF_XML),
    "csv": (CSV,),
    "tsv": (TSV,),
    **dict.fromkeys(("turtle", "ttl", "n3"), (TURTLE,)),
    **dict.fromkeys(("nt", "ntriples"), ("application/n-triples",)),
    **dict.fromkeys(("jsonld", "json-ld"), (JSON_LD,)),
    **dict.fromkeys(("rdf", "rdf+xml"), (RDF_XML,)),
    "trig": ("application/trig",),
    "nquads": ("application/n-quads",),
}
Fields = dict[str, list[str]]


class QueryRequest(NamedTuple):
    """A query operation; `format` is a media type asked for by its shortcut, `timeout` is in seconds, `release` the number of an older one, `as_of` a day."""

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format: str | None = None
    timeout: float | None = None
    release: str | None = None
    as_of: str | None = None


def header_map(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers by name; those that come more than once are joined (RFC 9110 §5.3)."""
    pairs = list(headers)
    found = dict(pairs)
    if len(found) < len(pairs):
        found = {name: b", ".join(v for n, v in pairs if n == name) for name in found}
    return found


def url_of(scope: Scope, headers: dict[bytes, bytes]) -> str:
    """The URL asked for, without its query."""
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{scope['path']}"


_SANE: Final = re.compile(rb"[\w.:@/+=-]{1,128}", re.ASCII)
_RUN: Final = secrets.token_hex(6).encode()
_NUMBERS: Final = count(1)


def request_id(given: bytes | None) -> bytes:
    """The id that a request came with, where it is sane, or a new one."""
    return given if given and _SANE.fullmatch(given) else b"%b-%x" % (_RUN, next(_NUMBERS))


def fields(encoded: bytes) -> Fields:
    """The fields of a query string or form. Raises RefusalError where they are not UTF-8."""
    found: Fields = {}
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            found.setdefault(_decoded(name), []).append(_decoded(value))
    return found


def _decoded(part: bytes) -> str:
    part = part.replace(b"+", b" ")
    return utf8(_unquoted(part) if b"%" in part else part)


def _unquoted(part: bytes) -> bytes:
    try:  # %41 is read as \x41: several times as fast as escape by escape
        return part.replace(b"\\", b"\\\\").replace(b"%", b"\\x").decode("unicode_escape").encode("latin-1")
    except UnicodeDecodeError:  # a % that starts no escape
        return unquote_to_bytes(part)


def utf8(data: bytes) -> str:
    """Text. Raises RefusalError where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise RefusalError(
            400, f"Begäran är inte UTF-8 (byte {wrong.start}).", f"The request is not UTF-8 (the body or a parameter, byte {wrong.start})."
        ) from wrong


async def content(scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The body of a query operation, none for GET and HEAD. Raises RefusalError."""
    if scope["method"] in ("GET", "HEAD"):
        return b""
    if scope["method"] != "POST":
        raise RefusalError(
            405,
            f"{scope['method']} hör inte till SPARQL-protokollets frågor.",
            f"{scope['method']} is not part of the SPARQL query protocol.",
            Allow="GET, HEAD, POST, OPTIONS",
        )
    if _kind(headers) not in (FORM, QUERY):
        raise RefusalError(415, f"POST tar {FORM} eller {QUERY}.", f"POST takes {FORM} or {QUERY}.", Accept_Post=f"{FORM}, {QUERY}")
    return await body(receive, headers, MAX_BODY)


def read(scope: Scope, headers: dict[bytes, bytes], data: bytes) -> QueryRequest:
    """The query operation that a request with this body is. Raises RefusalError."""
    if scope["method"] != "POST":
        return asked(fields(scope["query_string"]))
    return asked(fields(data) if _kind(headers) == FORM else {**fields(scope["query_string"]), "query": [utf8(data)]})


def _kind(headers: dict[bytes, bytes]) -> str:
    return headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")


async def body(receive: Receive, headers: dict[bytes, bytes], most: int) -> bytes:
    """The body of a request. Raises RefusalError where it is larger than `most` bytes, is slow to come, or its client left."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    read, more = bytearray(), True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RefusalError(400, "Begäran avbröts.", "The request was broken off.")
                read += message.get("body", b"")
                more = message.get("more_body", False)
                if len(read) > most:
                    raise _too_large(most)
    except TimeoutError as late:
        told = f"{BODY_SECONDS:g}"
        raise RefusalError(
            408, f"Begäran kom inte inom {told} sekunder.", f"The request's body did not come within {told} seconds.", Connection="close"
        ) from late
    return bytes(read)


def _too_large(most: int) -> RefusalError:
    return RefusalError(413, f"Begäran är större än {most} byte.", f"The request is larger than {most} bytes.", Connection="close")


def asked(found: Fields) -> QueryRequest:
    """The query operation of some fields. Raises RefusalError; unknown fields are ignored."""
    queries = found.get("query", [])
    if "update" in found:
        raise RefusalError(400, "En ändring kan inte skickas som en fråga; använd /update.", "An update cannot be sent as a query; use /update.")
    if len(queries) != 1:
        raise RefusalError(
            400, f"Det ska finnas en query-parameter; här är {len(queries)}.", f"Exactly one query parameter is needed; there are {len(queries)}."
        )
    if not queries[0].strip():
        raise RefusalError(400, "Frågan är tom.", "The query is empty.")
    if len(found) == 1:  # as nearly always
        return QueryRequest(queries[0])
    return QueryRequest(
        queries[0],
        _several(found, "default-graph-uri"),
        _several(found, "named-graph-uri"),
        _one(found, "format") or None,
        _timeout(_one(found, "timeout")),
        _one(found, "release") or None,
        _one(found, "asOf") or None,
    )


def _one(found: Fields, name: str) -> str:
    return found[name][0] if name in found else ""


def _several(found: Fields, name: str) -> tuple[str, ...] | None:
    return tuple(found[name]) if name in found else None


def _timeout(text: str) -> float | None:
    """The seconds that `timeout=` asks for; the server's own limit stays above it."""
    try:
        seconds = float(text) if text else None
    except ValueError:
        seconds = -1
    if seconds is not None and not 0 < seconds < float("inf"):
        raise RefusalError(400, f"timeout={text} är inget antal sekunder.", f"timeout={text} is no number of seconds.")
    return seconds

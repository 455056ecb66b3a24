"""Bodies that a change needs, kept in files: however large they are, they are read in parts and never held in memory."""

from __future__ import annotations

import asyncio
import gzip
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Receive

from graph.releases import room
from service.web.refusals import RefusalError

PART: Final = 1 << 20
IDLE: Final = 20.0  # seconds that a client may be silent for in the middle of a body


@contextmanager
def folder(home: Path) -> Iterator[Path]:
    """A folder for the bodies of one request, gone afterwards. Raises FullError where the disk is full."""
    with room(home):
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".upload-", dir=home) as made:
            yield Path(made)


async def chunks(receive: Receive, most: int) -> AsyncIterator[bytes]:
    """The parts of a body as they come. Raises RefusalError for one of more than `most` bytes, for a silent client and for one that left."""
    length, more = 0, True
    while more:
        try:
            async with asyncio.timeout(IDLE):
                message = await receive()
        except TimeoutError as late:
            raise RefusalError(408, f"Inget kom på {IDLE:g} sekunder.", f"Nothing came for {IDLE:g} seconds.", Connection="close") from late
        if message["type"] == "http.disconnect":
            raise RefusalError(400, "Begäran avbröts.", "The request was broken off.")
        part = message.get("body", b"")
        more, length = message.get("more_body", False), length + len(part)
        if length > most:
            raise too_large(most)
        yield part


def too_large(most: int) -> RefusalError:
    """What is raised for a body that is too large."""
    told = f"{most >> 20} MB" if most >= 1 << 20 else f"{most} byte"
    return RefusalError(413, f"Innehållet är större än {told} (STYRGRAF_UPLOAD).", f"The content is larger than {told} (STYRGRAF_UPLOAD).", Connection="close")


async def save(receive: Receive, path: Path, most: int, encoding: str = "") -> None:
    """Writes a body to a file, unpacked where it came as gzip. Raises RefusalError."""
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise RefusalError(
            415, f"Content-Encoding {encoding} läses inte; gzip går bra.", f"Content-Encoding {encoding} is not read; gzip is.", Accept_Encoding="gzip"
        )
    packed = encoding.endswith("gzip")
    raw = path.with_name(path.name + ".gz") if packed else path
    with raw.open("wb") as file:
        async for part in chunks(receive, most):
            await asyncio.to_thread(file.write, part)
    if packed:
        await asyncio.to_thread(_unpack, raw, path, most)


def _unpack(packed: Path, path: Path, most: int) -> None:
    """A small file can unpack to a very large one, so what comes out counts too."""
    length = 0
    try:
        with gzip.open(packed) as source, path.open("wb") as file:
            while part := source.read(PART):
                length += len(part)
                if length > most:
                    raise too_large(most)
                file.write(part)
    except (OSError, EOFError, zlib.error) as wrong:
        raise RefusalError(400, "Innehållet är inte giltig gzip.", "The content is no valid gzip.") from wrong


class _File(Protocol):
    def write(self, data: bytes, /) -> int: ...
    def close(self) -> None: ...


@dataclass
class Part:
    """One part of a multipart body: where it lies and its media type."""

    path: Path
    media_type: str = ""


class _Parts:
    """Writes the parts of multipart/form-data (RFC 7578) to files as they come."""

    def __init__(self, into: Path) -> None:
        self.found: list[Part] = []
        self._into = into
        self._file: _File | None = None
        self._name = b""

    def begin(self) -> None:
        self.found.append(Part(self._into / f"part{len(self.found)}"))
        self._file = self.found[-1].path.open("wb")

    def data(self, data: bytes, start: int, end: int) -> None:
        assert self._file
        self._file.write(data[start:end])

    def name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def value(self, data: bytes, start: int, end: int) -> None:
        if self._name.lower() == b"content-type":
            self.found[-1].media_type += data[start:end].decode("latin-1")

    def named(self) -> None:
        self._name = b""

    def end(self) -> None:
        assert self._file
        self._file.close()


async def save_parts(receive: Receive, content_type: bytes, into: Path, most: int) -> list[Part]:
    """The parts of a multipart/form-data body, each in a file. Raises RefusalError for one that cannot be read."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise RefusalError(400, "multipart/form-data saknar boundary.", "multipart/form-data has no boundary.")
    parts = _Parts(into)
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.begin,
            "on_part_data": parts.data,
            "on_header_field": parts.name,
            "on_header_value": parts.value,
            "on_header_end": parts.named,
            "on_part_end": parts.end,
        },
    )
    try:
        async for part in chunks(receive, most):
            await asyncio.to_thread(parser.write, part)
        parser.finalize()
    except ValueError as wrong:  # python_multipart's errors are ValueErrors
        raise RefusalError(400, f"Innehållet är inte giltig multipart/form-data: {wrong}", f"The content is no valid multipart/form-data: {wrong}") from wrong
    return parts.found

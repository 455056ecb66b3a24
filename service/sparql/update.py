"""SPARQL 1.1 Protocol, update operation (§2.2): POST to /update, as a form or directly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from service.processes.writer import Change, Writer
from service.sparql.protocol import FORM, Fields, fields, utf8
from service.web import uploads
from service.web.access import needed
from service.web.doors import Asked, done
from service.web.raw import Prepared
from service.web.refusals import RefusalError

UPDATE: Final = "application/sparql-update"


@dataclass(frozen=True)
class UpdateEndpoint:
    """Answers updates; `most` is the bytes that one may have, `allowed` what LOAD and SERVICE may call."""

    writer: Writer
    home: Path
    most: int
    allowed: tuple[str, ...] = ()

    async def answer(self, asked: Asked) -> Prepared:
        """Makes the update and answers 204 with the ETag of the release that it made."""
        _expect_post(asked)
        who = needed("editor")
        with uploads.folder(self.home) as folder:
            return done(204, await self.writer.make(replace(await self.change(asked, folder, who.name), visibility=asked.visibility)))

    async def change(self, asked: Asked, folder: Path, author: str) -> Change:
        """The change that a request asks for; its text is kept in a folder. Raises RefusalError."""
        path = folder / "update.ru"
        await uploads.save(asked.receive, path, self.most, asked.header(b"content-encoding"))
        told = self._told(asked, path)
        default, named = told.get("using-graph-uri"), told.get("using-named-graph-uri")
        return Change(
            "update",
            author,
            asked.reason,
            asked.expected,
            payloads=((str(path), UPDATE, ""),),
            default=tuple(default) if default is not None else None,
            named=tuple(named) if named is not None else None,
            allowed=self.allowed,
        )

    def _told(self, asked: Asked, path: Path) -> Fields:
        """The parameters of the request; the update itself is in the file then. Raises RefusalError."""
        if asked.kind == UPDATE:
            utf8(path.read_bytes())
            return fields(asked.scope["query_string"])
        told = fields(path.read_bytes())
        given = told.get("update", [])
        if len(given) != 1:
            raise RefusalError(
                400, f"Det ska finnas en update-parameter; här är {len(given)}.", f"Exactly one update parameter is needed; there are {len(given)}."
            )
        path.write_text(given[0], "utf-8")
        return told


def _expect_post(asked: Asked) -> None:
    if asked.method != "POST":
        raise RefusalError(
            405, f"{asked.method} hör inte till ändringar; använd POST.", f"{asked.method} is not part of updates; use POST.", Allow="POST, OPTIONS"
        )
    if asked.kind not in (FORM, UPDATE):
        raise RefusalError(415, f"POST tar {FORM} eller {UPDATE}.", f"POST takes {FORM} or {UPDATE}.", Accept_Post=f"{FORM}, {UPDATE}")

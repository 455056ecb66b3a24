"""Asking in plain language and searching by name, over JSON."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from graph.errors import NotFoundError, StateError
from graph.namespaces import SG, shorten
from graph.questions import Question
from graph.search import Hit, Index, kinds
from graph.understanding import Asker, Reply, Unknown
from graph.understanding.phrasings import Match
from service.api.answers import evidence_as_json, question_as_json, row_as_json, union
from service.processes.lane import SLOW
from service.views.current import Current
from service.views.keeping import ByView
from service.views.reading import answered
from service.web.negotiation import language
from service.web.refusals import BusyError

LONGEST = 2000  # characters of a question that are read
_LOOKED: Final = 2.0  # seconds between looks for another release
_PATIENCE: Final = 5.0  # seconds that the end of the service waits for the thread


class Askers:
    """The index of names and the asker of what a request reads: one reads all names, the other all statements too.

    Each is made at its first use; for the release that is served, beforehand, as long as `warming` runs. They are kept by view, so that no answer is another's.
    """

    def __init__(self, current: Current) -> None:
        self._current = current
        self._indexes: ByView[Index] = ByView()
        self._made: ByView[Asker] = ByView()

    def index(self) -> Index:
        """The index of names of the view that this request reads. Raises BusyError."""
        read, (_, store) = self._current.reading(), self._current.store()
        return self._indexes.get(read.view, read.chosen, lambda: Index.build(store))

    def current(self) -> tuple[str, Asker]:
        """The number of the release that this request reads, and the asker of its view. Raises BusyError."""
        read, (release, store) = self._current.reading(), self._current.store()
        return release, self._made.get(read.view, read.chosen, lambda: Asker(store, self.index()))

    @contextmanager
    def warming(self) -> Iterator[None]:
        """While it runs, a thread makes the asker of each release that stays the served one for a moment."""
        ended = threading.Event()
        thread = threading.Thread(target=self._warm, args=(ended,), name="styrgraf-asker", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(_PATIENCE)

    def _warm(self, ended: threading.Event) -> None:
        known = before = None
        while not ended.is_set():
            with suppress(StateError, BusyError):  # no release yet, or many wait: the next round comes soon
                release = self._current.served().id
                if release != known and before in (None, release):  # one after another: what is made would be of no use, and readers would wait for it
                    _politely(self.current()[1].warm)
                    known = release
                before = release
            ended.wait(_LOOKED)


def _politely(work: Callable[[], None]) -> None:
    """Does what is mostly long queries, in a thread that gives way to all others; whoever gives way cannot take it back, so the thread is its own."""

    def run() -> None:
        if sys.platform == "linux":  # elsewhere a thread has no priority of its own
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), SLOW)
        work()

    thread = threading.Thread(target=run, name="styrgraf-warming", daemon=True)
    thread.start()
    thread.join()


def router(current: Current, askers: Askers) -> APIRouter:
    """The routes for asking and searching, below /api."""
    routes = APIRouter(prefix="/api", tags=["asking"])

    @routes.get("/ask")
    def ask(
        request: Request,
        q: Annotated[str, Query(min_length=1, description="A question in plain Swedish or English.")],
        lang: Annotated[str | None, Query(description="Language of the answer: sv or en; the question may be in the other one.")] = None,
    ) -> Response:
        """The answer to a question in plain language: rows with their evidence, how it was understood, and what else may have been meant.

        `status` is "answered", "not_documented" (understood, but no document says), "unknown_name" (with the nearest names) or "not_understood".
        """
        _, asker = askers.current()
        spoken = language(lang, request.headers.get("accept-language", ""))
        return answered(request, current, reply_as_json(asker.ask(q[:LONGEST], spoken), spoken))

    @routes.get("/search")
    def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, description="A name, a part of one, or an abbreviation.")],
        kind: Annotated[str, Query(alias="type", description="Only things of this class: its name (Role), IRI or label.")] = "",
        lang: Annotated[str | None, Query(description="Language of the labels: sv or en; both without it.")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
    ) -> Response:
        """Things by name, the best first: with their classes, the name that was met and how, and where they occur."""
        index = askers.index()
        wanted = kinds(current.store()[1], kind) if kind else frozenset[str]()
        if kind and not wanted:
            raise NotFoundError(f"type={kind!r} är ingen klass.", f"type={kind!r} is no class.", parameter="type")
        hits = index.search(q[:LONGEST], kinds=wanted, limit=limit)
        return answered(request, current, {"q": q, "hits": [hit_as_json(h, index, lang) for h in hits]})

    return routes


def reply_as_json(reply: Reply, lang: str) -> dict[str, Any]:
    """A reply as plain values."""
    question = question_as_json(reply.question) if reply.question else None
    return {
        "status": reply.status,
        "question": reply.question.id if reply.question else None,
        "params": reply.params,
        "understood": reply.understood,
        "alternatives": [_alternative(m, lang) for m in reply.alternatives],
        "label": question["label"] if question else None,
        "columns": question["columns"] if question else [],
        "answer": [_told(row_as_json(row), reply.question) for row in reply.rows],
        "evidence": [evidence_as_json(c) for c in union(reply.rows)],
        **({"unknown": _unknown(reply.unknown)} if reply.unknown else {}),
    }


def _told(row: dict[str, Any], question: Question | None) -> dict[str, Any]:
    """A row whose cells tell what they are of, so that it says the same read alone."""
    columns = {c.name: c.labels for c in question.columns} if question else {}
    return {k: {**cell, "column": columns[k]} if k in columns else cell for k, cell in row.items()}


def _unknown(unknown: Unknown) -> dict[str, Any]:
    nearest = [{"value": n.iri, "label": n.labels} for n in unknown.nearest]
    return {"parameter": unknown.parameter.name, "label": unknown.parameter.labels, "given": unknown.given, "nearest": nearest}


def _alternative(match: Match, lang: str) -> dict[str, Any]:
    params = {name: mention.thing.name.iri for name, mention in match.filled.items()}
    link = f"/questions/{match.question.id}" + (f"?{urlencode(params)}" if params else "")
    return {"question": match.question.id, "label": match.question.labels[lang], "params": params, "link": link}


def hit_as_json(hit: Hit, index: Index, lang: str | None) -> dict[str, Any]:
    """A hit as plain values; labels in one language, or in all where none is given."""
    thing = hit.thing
    types = [index.things[t].name for t in sorted(thing.types) if t.startswith(SG) and t in index.things]
    return {
        "iri": thing.name.iri,
        "label": {k: v for k, v in thing.name.labels.items() if lang in (None, k)} or thing.name.labels,
        "matched": hit.matched,
        "how": hit.how,
        "types": [{"iri": t.iri, "name": shorten(t.iri), "label": t.labels} for t in types],
        "documents": list(thing.documents),
        "statements": thing.statements,
    }

"""The first page: ask at once; what is in the graph, how fresh it is, and what changed last."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile, islice
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from graph import history
from graph.names import names
from graph.namespaces import QUESTIONS
from graph.releases import Release
from graph.sources import Source, read_in, sources
from graph.store import Store
from graph.wording import Sentence
from service.pages.frame import Frame, as_csv, as_json, lang_of
from service.pages.past import told
from service.pages.rendered import Rendered
from service.texts import text
from service.views.current import Current
from service.views.keeping import ByView

LAST: Final = 6  # changes that the page tells of
FAR: Final = 1000  # releases back, in which it looks for when a document was read
ASKED: Final = {
    "sv": ("Vem rapporterar RAG onkologi till?", "Vad får samordningsrådet besluta?", "Vilka mål saknar ansvarig?"),
    "en": ("Who does RAG onkologi report to?", "Which goals have no responsible party?"),
}
QUESTIONS_OF: Final = {
    "start.analyst": ("who-reports-to-whom", "decision-rights", "on-whose-behalf"),
    "start.rcc": ("area-matrix", "disagreements", "boundaries", "goals-without-responsible"),
}
_COUNTED: Final = {"statements": "?x a sg:Statement", "parties": "?x a sg:Party", "spans": "?x a sg:EvidenceSpan"}


def router(frame: Frame, current: Current, rendered: Rendered) -> APIRouter:
    """The route of this page."""
    routes, changes = APIRouter(include_in_schema=False), ByView[list[Sentence]]()

    @routes.api_route("/", methods=["GET", "HEAD"])
    @rendered
    def start(request: Request) -> Response:
        """What the page shows, and the counts as data."""
        read, (_, store) = current.reading(), current.store()
        lang, counts, found = lang_of(request), store.once(_counts), sources(store)
        read_at = read_in((s.document.iri for s in found), _back(current))
        told = {"counts": counts, "release": current.release().id, "sources": [_source_as_json(s, read_at.get(s.document.iri)) for s in found]}
        data = {"json": as_json(told), "csv": as_csv(("what", "count"), counts.items())}
        last = changes.get(read.view, read.chosen, lambda: _changes(current))
        more: dict[str, Any] = {"changes": last, "phrases": ASKED[lang], "ways": _ways(store, lang)}
        return frame.page(request, "home.html", data=data, counts=counts, sources=found, read_at=read_at, **more)

    return routes


def _back(current: Current) -> Iterator[Release]:
    """The release that the request reads and those before it, so many that a page may look at."""
    return islice(dropwhile(lambda r: r.id != current.release().id, history.chain(current.home)), FAR)


def _source_as_json(source: Source, read_at: Release | None) -> dict[str, Any]:
    times = [{"statement": what.iri, "label": what.labels, "time": when} for what, when in source.times]
    read = {"release": read_at.id, "time": read_at.manifest.created} if read_at else None
    return {"iri": source.document.iri, "label": source.document.labels, "times": times, "read": read}


def _changes(current: Current) -> list[Sentence]:
    """What the release changed that the request reads."""
    release = current.release()
    parent, step = release.manifest.parent, history.change(release)
    return told(current.home, step, parent, release.id)[:LAST] if parent and step else []


def _counts(store: Store) -> dict[str, int]:
    return {name: int(store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")[0]["n"].value) for name, pattern in _COUNTED.items()}


def _ways(store: Store, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where each of the three users begins: the key of the words, and links with theirs."""
    called = names(store, {QUESTIONS + q for some in QUESTIONS_OF.values() for q in some})

    def asking(key: str) -> list[tuple[str, str]]:
        return [(f"/questions/{q}", called[QUESTIONS + q].text(lang)) for q in QUESTIONS_OF[key] if called[QUESTIONS + q].labels]

    return [
        ("start.analyst", [*asking("start.analyst"), ("/questions", text("start.all.questions", lang))]),
        ("start.rcc", [*asking("start.rcc"), ("/overviews", text("overviews", lang))]),
        ("start.integrator", [("/sparql-editor", "SPARQL"), ("/def.html", text("start.model", lang)), ("/api/openapi.json", text("start.api", lang))]),
    ]

"""What every page has: its words, its links, its header and footer, its policy, its ETag; and its data, at the same address with another suffix."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph import evidence
from graph.errors import NotFoundError, StyrgrafError
from graph.evidence import Citation
from graph.names import Name
from graph.namespaces import BASE, SPACES
from graph.search import Hit
from graph.store import is_iri
from service.api.workbook import EXCEL
from service.pages.assets import Assets
from service.pages.links import Links
from service.settings import Settings
from service.texts import text
from service.views.current import Current, Reading
from service.views.reading import PARAMETERS, kept, tagged, words
from service.web.negotiation import best, language
from service.web.outside import inside
from service.web.policy import policy
from service.web.problems import from_error
from service.web.refusals import NotAcceptableError

MEDIA: Final = {
    "html": "text/html",
    "json": "application/json",
    "csv": "text/csv",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
    "xlsx": EXCEL,
    "md": "text/markdown",
}
Forms = Mapping[str, Callable[[], bytes]]  # what makes each form of a page besides HTML, by its suffix
_FORM: Final = "styrgraf.form"
_OWN: Final = {*SPACES, "api", "catalog", "void", "static", "docs"}  # where suffixes have routes of their own


class Suffixes:
    """Serves `/questions.json` as `/questions` in the form json, and likewise below it; `/index.json` is that of the first page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes a suffix off the path."""
        if scope["type"] == "http":
            prefix = scope.get("root_path", "")
            stem, _, form = scope["path"].removeprefix(prefix).rpartition(".")
            if form in MEDIA and stem.split("/")[1] not in _OWN:
                scope = {**scope, "path": prefix + ("/" if stem == "/index" else stem), _FORM: form}
        await self._app(scope, receive, send)


class Frame:
    """Renders pages from what a request reads."""

    def __init__(self, current: Current, settings: Settings, suggest: Callable[[str], list[Hit]] = lambda _: []) -> None:
        """`suggest` finds things that are called somewhat as given; what it finds stands on the page of an unknown address."""
        self._suggest = suggest
        self._current = current
        self._settings = settings
        self._assets = Assets()
        loader = jinja2.FileSystemLoader(Path(__file__).parent.parent / "templates")
        self._templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
        self._templates.filters |= {"path": _path, "slug": _slug, "tight": _tight}
        self._templates.tests["name"] = lambda value: isinstance(value, Name)

    def page(self, request: Request, template: str, status: int = 200, *, data: Forms | None = None, islands: tuple[str, ...] = (), **values: Any) -> Response:
        """A page from a template, or its data in the form asked for by suffix or Accept.

        `islands` are the bundles that the page loads (service/browser/src); `data` makes its forms besides HTML, which are linked to at its end.
        Raises NotFoundError for a suffix that the page has not, NotAcceptableError.
        """
        offered = data or {}
        form = _form(request, offered) if status == 200 else "html"
        if form is None:
            raise NotAcceptableError(MEDIA[f] for f in ("html", *offered))
        headers = {"Vary": "Accept, Accept-Language", "Content-Language": lang_of(request)}
        if form == "html":
            found = [i for name in islands if (i := self._assets.island(name))]
            body = self._templates.get_template(template).render(**self._shared(request), data=list(offered), islands=found, **values)
            response = Response(body, status, {**headers, "Content-Security-Policy": policy(scripts=bool(found))}, MEDIA[form])
        else:
            response = Response(offered[form](), headers={**headers, "Content-Type": MEDIA[form], "Access-Control-Allow-Origin": "*"})
        read = self._read()
        return tagged(request, read, response) if read and status == 200 else response

    def error(self, request: Request, error: StyrgrafError, status: int) -> Response:
        """An error as a page for people and as a problem document for programs."""
        likes = best(request.headers.get("accept", ""), ["application/problem+json", "text/html"])
        if likes != "text/html" or request.scope.get(_FORM, "html") != "html":
            return from_error(error, lang_of(request))
        asked = bool(request.query_params.keys() - {"lang"})  # then it is not the path that is unknown
        hits = self._suggest(request.url.path.rpartition("/")[2].replace("-", " ")) if status == 404 and not asked and self._read() else []
        told: dict[str, Any] = {"message": error.text(lang_of(request)), "hits": hits, "asked": asked, "nearest": _nearest(request, error)}
        return self.page(request, "error.html", status, selected=asked and (status == 400 or bool(_meant(request, error))), **told)

    def _shared(self, request: Request) -> dict[str, Any]:
        """What the templates of all pages may use."""
        lang, texts, read = lang_of(request), self._settings.texts(), self._read()
        links, now = Links.of(request, lang), request.url.remove_query_params(list(PARAMETERS))
        return {
            "lang": lang,
            "t": lambda key: text(key, lang),
            "to": links.to,
            "thing": links.thing,
            "file": lambda name: links.prefix + self._assets.file(name),
            "prefix": links.prefix,
            "passage": lambda c: _passage(c, texts),
            "release": read.view.release.manifest if read else None,
            "shows": words(read, lang) if read else "",
            "now": f"{now.path}?{now.query}",
            "address": str(request.url),
            "kept": kept(request),
            "at": "".join(f"&{k}={v}" for k, v in kept(request).items()),
            "failed": self._current.home.failure(),
            "other_language": _other(request, lang),
            "path": inside(request.scope),
            "media": MEDIA,
            "as_data": lambda form: _as_data(request, form),
            "report": report(self._settings.report, str(request.url), text("report.subject", lang), text("report.body", lang)),
        }

    def _read(self) -> Reading | None:
        try:
            return self._current.reading()
        except StyrgrafError:
            return None


def lang_of(request: Request) -> str:
    """The language of a page: "sv" or "en"."""
    return language(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def as_json(told: object) -> Callable[[], bytes]:
    """The form of a page as JSON."""
    return lambda: json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Callable[[], bytes]:
    """The form of a page as CSV (RFC 4180); no cell is read as a formula by a spreadsheet (OWASP, CSV Injection)."""

    def made() -> bytes:
        lines = io.StringIO()
        csv.writer(lines).writerows([_plain(cell) for cell in row] for row in (head, *rows))
        return lines.getvalue().encode()

    return made


def _plain(cell: object) -> str:
    told = "" if cell is None else str(cell)
    return "'" + told if told.startswith(("=", "+", "-", "@", "\t", "\r")) else told


def _form(request: Request, offered: Forms) -> str | None:
    """The form that is asked for; None where Accept likes none. Raises NotFoundError."""
    form: str | None = request.scope.get(_FORM)
    if form is None:
        chosen = best(request.headers.get("accept", ""), [MEDIA[f] for f in ("html", *offered)])
        return next((f for f in ("html", *offered) if MEDIA[f] == chosen), None)
    if form != "html" and form not in offered:
        told = ", ".join(f".{f}" for f in ("html", *offered))
        raise NotFoundError(f"Sidan finns inte som .{form}, men som {told}.", f"The page is not to be had as .{form}, but as {told}.")
    return form


def _other(request: Request, lang: str) -> str:
    """The same page in the other language."""
    url = request.url.include_query_params(lang="en" if lang == "sv" else "sv")
    return f"{url.path}?{url.query}"


def _meant(request: Request, error: StyrgrafError) -> str:
    """The parameter of the request whose value means nothing; "" where it is something else that is wrong."""
    return error.parameter if isinstance(error, NotFoundError) and error.parameter and error.parameter in request.query_params else ""


def _nearest(request: Request, error: StyrgrafError) -> list[tuple[str, str]]:
    """The same page with each of the things that a parameter may have meant instead, and what they are called."""
    name = _meant(request, error)
    if not name or not isinstance(error, NotFoundError):
        return []
    named = [Name(iri, dict(labels)) for iri, labels in error.nearest.items() if labels and is_iri(iri)]
    return [(f"{request.url.path}?{request.url.include_query_params(**{name: n.iri}).query}", n.text(lang_of(request))) for n in named]


def _as_data(request: Request, form: str) -> str:
    """The same page in another form."""
    path = inside(request.scope).removesuffix(".html")
    return str(request.scope.get("root_path", "")) + ("/index" if path == "/" else path) + f".{form}" + (f"?{request.url.query}" if request.url.query else "")


def report(address: str, page: str, subject: str, ask: str) -> str:
    """Where an error on a page is reported: a mail for a mail address, else a form with its title and body filled in, as issue trackers take them."""
    if not address:
        return ""
    if "://" in address:
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'title': f'{subject}: {page}', 'body': f'{page} {ask}'})}"
    return f"mailto:{address}?{urlencode({'subject': subject, 'body': f'{page} {ask}'}, quote_via=quote)}"


def _path(iri: str) -> str:
    """Where a thing is found here: our own IRIs under this host, others as they are."""
    return "/" + iri.removeprefix(BASE) if iri.startswith(BASE) else iri


def _slug(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rpartition("/")[2].rpartition("#")[2]


def _tight(text: str) -> str:
    """A text without the empty lines that pages of paper leave between its lines."""
    return re.sub(r"\n\s*\n", "\n", text)


def _passage(citation: Citation, texts: evidence.Texts) -> tuple[str, str, str] | None:
    """The passage with what stands around it, or None where its text is not at hand."""
    found = texts.get(citation.version_hash)
    return evidence.passage(found, citation.start, citation.end) if found else None

"""Pages of the history: the list of releases, one release, and how two differ, in words."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from graph import history
from graph.errors import NotFoundError
from graph.history import Difference
from graph.releases import Home
from graph.wording import Sentence
from service.pages import annals
from service.pages.frame import Frame
from service.views.current import Current

MOST = 300  # sentences that a page shows


def router(pages: Frame, current: Current) -> APIRouter:
    """The routes of these pages."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/releases", methods=["GET", "HEAD"])
    def releases(request: Request) -> Response:
        asked, home = request.query_params, current.home
        if "from" in asked and "to" in asked:
            first, second = (history.find(home, asked[end]).id for end in ("from", "to"))
            return RedirectResponse(f"{request.scope.get('root_path', '')}/releases/{first}/diff/{second}?lang={asked.get('lang', 'sv')}", 303)
        found, now = list(history.chain(home)), home.pointer()
        return pages.page(request, "releases.html", data=annals.of_all(found, now, str(request.base_url)), releases=found, current=now)

    @routes.api_route("/releases/{number}", methods=["GET", "HEAD"])
    def release(request: Request, number: str) -> Response:
        home = current.home
        found = history.find(home, number)
        parent, step = found.manifest.parent, history.change(found)
        sentences = told(home, step, parent, found.id) if parent and step else []
        more, now = len(sentences) > MOST, home.pointer()
        data = annals.of_one(found, now, sentences, str(request.base_url))
        return pages.page(request, "release.html", data=data, shown=found, parent=parent, step=step, sentences=sentences[:MOST], more=more, current=now)

    @routes.api_route("/releases/{first}/diff/{second}", methods=["GET", "HEAD"])
    def diff(request: Request, first: str, second: str) -> Response:
        home = current.home
        a, b = history.find(home, first).id, history.find(home, second).id
        found = history.difference(home, a, b)
        sentences = told(home, found, a, b)
        data, more = annals.of_difference(found, a, b, sentences), len(sentences) > MOST
        return pages.page(request, "release-diff.html", data=data, first=a, second=b, step=found, sentences=sentences[:MOST], more=more)

    return routes


def told(home: Home, found: Difference, first: str, second: str) -> list[Sentence]:
    """A difference in words; none where the release before is gone altogether."""
    try:
        return history.words(home, found, first, second)
    except NotFoundError:
        return []

"""Pages that were rendered, kept by what they depend on: the view that is read, the address, the language, the texts at hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Final, ParamSpec

from fastapi import Request, Response

from graph.errors import StyrgrafError
from service.settings import Settings
from service.views.current import Current
from service.views.reading import tagged
from service.web.cache import Cache

MOST: Final = 32 << 20  # bytes
_ASKED: Final = ("accept", "accept-language")  # headers on which a page depends
P = ParamSpec("P")


class Rendered:
    """A decorator of routes whose first parameter is the request: a page of a release is rendered once."""

    def __init__(self, current: Current, settings: Settings) -> None:
        self._current = current
        self._settings = settings
        self._lock = threading.Lock()
        self._pages: Cache[Response] = Cache(MOST)

    def __call__(self, route: Callable[P, Response]) -> Callable[P, Response]:
        """The route, answered from what is kept."""

        @wraps(route)
        def answer(*args: P.args, **given: P.kwargs) -> Response:
            request = next(v for v in (*args, *given.values()) if isinstance(v, Request))
            key = self._key(request)
            with self._lock:
                kept = self._pages.get(key)
            if kept:
                return tagged(request, self._current.reading(), _copy(kept))
            made = route(*args, **given)
            if made.status_code == 200 and key:
                with self._lock:
                    self._pages.keep(key, _copy(made), len(made.body))
            return made

        return answer

    def _key(self, request: Request) -> Hashable:
        """What a page depends on; nothing where no release can be read."""
        try:
            view = self._current.reading().view.id
        except StyrgrafError:
            return None
        asked = tuple(request.headers.get(name, "") for name in _ASKED)
        return (view, str(request.url), request.scope.get("styrgraf.form"), asked, self._settings.stamp(), self._current.home.failure())


def _copy(response: Response) -> Response:
    headers = {n: v for n, v in response.headers.items() if n not in ("content-length", "etag")}
    return Response(response.body, response.status_code, headers)

"""Where pages lead: every link to a path of ours is made here, so that it keeps the language and the view of whoever follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request

from graph.namespaces import BASE
from service.views.reading import kept


@dataclass(frozen=True)
class Links:
    """Links from one page. `prefix` is the path under which the service lies ("" at the root of a host), `keep` what every link to a page keeps."""

    prefix: str
    keep: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request, lang: str) -> Links:
        """From the page that a request asks for, in its language; the release and the day are kept."""
        return cls(request.scope.get("root_path", ""), {"lang": lang, **kept(request)})

    def to(self, path: str, /, fragment: str = "", **parameters: str | Sequence[str] | None) -> str:
        """The link to a page ("/questions"), with parameters (None: without it, several: one for each; what is kept may be given anew) and a fragment."""
        given = {k: v for k, v in {**self.keep, **parameters}.items() if v}
        return self.prefix + path + (f"?{urlencode(given, doseq=True)}" if given else "") + (f"#{fragment}" if fragment else "")

    def thing(self, iri: str, fragment: str = "") -> str:
        """The link to a thing: the page of an IRI of ours, any other as it is."""
        return self.to("/" + iri.removeprefix(BASE), fragment) if iri.startswith(BASE) else iri

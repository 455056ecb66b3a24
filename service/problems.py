"""Errors over HTTP: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from graph.errors import EvidenceError, InputError, NotFoundError, QueryError, ReleaseRefusedError, StateError, StyrgrafError

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[StyrgrafError], int] = {QueryError: 400, InputError: 400, EvidenceError: 400, NotFoundError: 404, ReleaseRefusedError: 422, StateError: 503}


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """A problem document; `more` are extension members (those that are None are left out)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= {k: v for k, v in more.items() if v is not None}
    return Response(json.dumps(body, ensure_ascii=False), status, headers, MEDIA_TYPE)


def from_error(error: StyrgrafError, lang: str) -> Response:
    """The problem document for one of our errors."""
    line, column = (error.line, error.column) if isinstance(error, QueryError) else (None, None)
    return problem(STATUS.get(type(error), 500), error.text(lang), line=line, column=column)

"""Errors over HTTP: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from graph.errors import (
    ConflictError,
    ContradictionError,
    EvidenceError,
    ForbiddenError,
    FullError,
    GoneError,
    InputError,
    NotFoundError,
    QueryError,
    ReleaseRefusedError,
    StateError,
    StyrgrafError,
)
from service.web.refusals import RefusalError

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[StyrgrafError], int] = {
    QueryError: 400,
    InputError: 400,
    EvidenceError: 400,
    ForbiddenError: 403,
    NotFoundError: 404,
    GoneError: 410,
    ConflictError: 412,
    ReleaseRefusedError: 422,
    ContradictionError: 422,
    StateError: 503,
    FullError: 507,
}

_MEANINGS: Final = {
    400: "A parameter or the request is not what it should be.",
    403: "This may not be done by whoever asks.",
    404: "There is no such thing, question, parameter or release.",
    406: "It is not to be had in that form.",
    410: "It was taken away for good.",
    412: "The release is no longer the one that was meant.",
    422: "A parameter does not have the type that it needs, or a change is refused.",
    429: "Too many requests from this client.",
    503: "There is no release, or the service is busy.",
    504: "It took longer than it may.",
}
# What any operation of the API may answer, for the OpenAPI document.
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    code: {"description": meaning, "content": {MEDIA_TYPE: {"schema": {"type": "object", "required": ["type", "title", "status", "detail"]}}}}
    for code, meaning in _MEANINGS.items()
}


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """A problem document; `more` are extension members (those that are None are left out)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= {k: v for k, v in more.items() if v is not None}
    return Response(json.dumps(body, ensure_ascii=False), status, headers, MEDIA_TYPE)


def from_error(error: StyrgrafError, lang: str) -> Response:
    """The problem document for one of our errors."""
    return problem(status(error), error.text(lang), error.headers if isinstance(error, RefusalError) else None, **members(error))


def status(error: StyrgrafError) -> int:
    """The HTTP status for one of our errors."""
    return error.status if isinstance(error, RefusalError) else STATUS.get(type(error), 500)


def members(error: StyrgrafError) -> dict[str, Any]:
    """What a program can use of an error: where a query is wrong; which parameter is, and the nearest values."""
    if isinstance(error, QueryError):
        return {"line": error.line, "column": error.column}
    if isinstance(error, NotFoundError) and error.parameter:
        return {"parameter": error.parameter, "nearest": [{"value": value, "label": dict(labels)} for value, labels in error.nearest.items()]}
    return {}

"""The audit log over HTTP, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from service.web.access import needed
from service.web.audit import Audit

MOST = 1000


def router(audit: Audit) -> APIRouter:
    """The route, below /api."""
    routes = APIRouter(prefix="/api", tags=["audit"])

    @routes.get("/audit", responses={401: {"description": "There is no token, or one that does not hold.", "content": {"application/problem+json": {}}}})
    def entries(
        since: Annotated[str, Query(description="Only from this time on (ISO 8601, UTC): 2026-12-31, or 2026-12-31T12:00.")] = "",
        name: Annotated[str, Query(description="Only what the token of this name did.")] = "",
        refused: Annotated[bool, Query(description="Only what was refused.")] = False,
        limit: Annotated[int, Query(ge=1, le=MOST, description="Most entries to give.")] = 100,
    ) -> JSONResponse:
        """What was written and what was refused, the newest first: by which token, when, through which door, which graphs. Needs the role admin."""
        needed("admin")
        found: list[dict[str, Any]] = audit.read(since, name, refused)
        return JSONResponse({"total": len(found), "entries": found[:limit]}, headers={"Cache-Control": "no-store"})

    return routes

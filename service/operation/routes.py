"""`/metrics`, `/health/live` and `/health/ready`."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from service.operation.metrics import MEDIA_TYPE, Source, exposition
from service.operation.readiness import Readiness
from service.web.problems import problem


def router(readiness: Readiness, sources: Sequence[Source]) -> APIRouter:
    """The routes, over what tells whether the service is ready and what it has counted."""
    rest = APIRouter()

    @rest.get("/metrics", response_class=Response)
    def metrics() -> Response:
        """What Prometheus reads."""
        return Response(exposition(sources), headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"})

    @rest.get("/health/live")
    def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @rest.get("/health/ready", response_model=None)
    def ready() -> Response:
        """A release can be served and queries answered, or why not and what to do (503); says also whether the latest build failed."""
        status, told = readiness.told()
        if status == 200:
            return JSONResponse(told)
        detail = str(told.pop("detail"))
        return problem(status, detail, {"Cache-Control": "no-store"}, **told)

    return rest

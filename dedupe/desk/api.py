"""The calls that other programs make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dedupe.desk.page import asking
from dedupe.version import VERSION

if TYPE_CHECKING:
    from starlette.requests import Request

    from dedupe.desk.workers import Pool

BASE = "/api/v1"
CALLS = ("check", "clean", "compare")


def routes(pool: Pool) -> list[Route]:
    """The calls, each under `BASE`."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": VERSION})

    return [
        Route(f"{BASE}/health", health),
        Route(f"{BASE}/openapi.json", asking(pool, "api/openapi")),
        *(Route(f"{BASE}/{name}", asking(pool, f"api/{name}"), methods=["POST"]) for name in CALLS),
    ]

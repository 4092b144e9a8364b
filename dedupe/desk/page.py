"""The page, what belongs to it, and what it asks for."""

from __future__ import annotations

import base64
import json
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, PackageLoader
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dedupe.desk.workers import Job
from dedupe.reports.sheet import SHARED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request

    from dedupe.desk.answers import Answer
    from dedupe.desk.workers import Pool

CALLS = ("open", "decide", "download", "report", "compare")
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


def routes(pool: Pool, given: Sequence[tuple[str, bytes]]) -> list[Route]:
    """The page opens the stories that are `given`, with their names."""
    files = {
        one.name: Response(one.read_bytes(), media_type=_KINDS[kind])
        for one in resources.files("dedupe.desk").joinpath("static").iterdir()
        if (kind := one.name[one.name.rfind(".") :]) in _KINDS
    }
    files["sheet.css"] = Response(SHARED, media_type=_KINDS[".css"])
    page = Environment(loader=PackageLoader("dedupe.desk"), autoescape=True).get_template("desk.html")
    shown = page.render(strings=json.loads(bytes(files["strings.en.json"].body)))
    stories = [{"name": name, "base64": base64.b64encode(data).decode()} for name, data in given]

    async def desk(_request: Request) -> Response:
        return Response(shown, media_type="text/html; charset=utf-8")

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            raise HTTPException(404)
        return files[name]

    async def opening(_request: Request) -> Response:
        return JSONResponse({"documents": stories})

    return [
        Route("/", desk),
        Route("/static/{name}", static),
        Route("/desk/given", opening, methods=["POST"]),
        *(Route(f"/desk/{name}", asking(pool, f"desk/{name}"), methods=["POST"]) for name in CALLS),
    ]


def asking(pool: Pool, name: str) -> Callable[[Request], Awaitable[Response]]:
    """A call that a process answers."""

    async def ask(request: Request) -> Response:
        body = await request.body()
        return sent(await pool.ask(Job(name, request.headers.get("content-type", ""), body)))

    return ask


def sent(answer: Answer) -> Response:
    """An answer as it goes out."""
    headers = {"content-type": answer.kind}
    if answer.status == 429:  # noqa: PLR2004  too many requests
        headers["retry-after"] = "2"
    if answer.name:
        plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in answer.name)
        headers["content-disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(answer.name, '')}"
    return Response(answer.body, answer.status, headers)

"""The server of the page and of the API: on loopback, behind a link that opens it once."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import stat
import sys
import webbrowser
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from dedupe import console, disk, source
from dedupe.desk.answers import LARGEST
from dedupe.desk.guard import Guard, Keys
from dedupe.desk.workers import Pool
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_STORY = LARGEST * 7 // 10  # bytes of a file: the page sends it as base64
_WEB = 80  # the port that a browser leaves out
SHORTEST = 32  # characters of a token
_WILD = ("0.0.0.0", "::")  # noqa: S104  what a user may ask for: every address of the machine


class Place(NamedTuple):
    """Where the desk is served, and to whom."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None  # the file that holds it
    names: Sequence[str] = ()  # further names under which it may be asked


def serve(paths: Sequence[str], place: Place, *, browse: bool) -> None:
    """Serve until Ctrl-C. Raises DedupeError where it cannot begin."""
    given = [(os.path.basename(path), _read(path)) for path in paths]
    keys = Keys(_token(place))
    listening = _listening(place.host, place.port)
    port = listening.getsockname()[1]
    from uvicorn import Config, Server  # noqa: PLC0415  only the desk is served

    from dedupe.desk.sockets import settings  # noqa: PLC0415  the same

    logging.disable()  # what a library logs could hold copy
    pool = Pool()
    host = f"[{place.host}]" if ":" in place.host else place.host
    guard = Guard(app(pool, given), keys, _hosts(host, port, place.names), port, wild=place.host in _WILD)
    link = f"http://{'127.0.0.1' if place.host in _WILD else host}:{port}/?key={keys.once}"
    console.say(f"Open {link}")
    if browse:
        Thread(target=_browse, args=(link,), daemon=True).start()
    try:
        Server(Config(guard, **settings())).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # how it is meant to end
    finally:
        pool.close()


def _hosts(host: str, port: int, names: Sequence[str]) -> frozenset[str]:
    """The names that it may be asked under; a proxy may have another port for those it was given."""
    own = {f"{name}:{port}" for name in (*LOOPBACK, host, *names)}
    bare = {*names, *((*LOOPBACK, host) if port == _WEB else ())}
    return frozenset(name.lower() for name in own | bare)


def _browse(link: str) -> None:
    """Open the browser that people use, where there is a screen: one of a terminal would take it over."""
    if sys.platform not in ("win32", "darwin") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open_new_tab(link)


def app(pool: Pool, given: Sequence[tuple[str, bytes]]) -> Starlette:
    """The page and the API."""
    from starlette.applications import Starlette  # noqa: PLC0415  as above

    from dedupe.desk import api, page  # noqa: PLC0415  as above

    @contextlib.asynccontextmanager
    async def living(_app: Starlette) -> AsyncIterator[None]:
        pool.start()
        yield
        pool.close()

    errors = {status: _plain(status) for status in (404, 405)}
    made = Starlette(
        routes=[*page.routes(pool, given), *api.routes(pool)],
        lifespan=living,
        exception_handlers={**errors, Exception: _plain(500)},
    )
    made.router.redirect_slashes = False
    return made


_SAID = {
    404: "there is nothing here: see /api/v1/openapi.json for what there is",
    405: "this cannot be asked in this way: see /api/v1/openapi.json",
    500: "a defect in dedupe: nothing was done; please report it",
}


def _plain(status: int) -> Callable[[Request, Exception], Response]:
    from starlette.responses import JSONResponse  # noqa: PLC0415  as above

    def answer(_request: Request, error: Exception) -> Response:
        return JSONResponse({"error": _SAID[status]}, status, getattr(error, "headers", None))

    return answer


def _read(path: str) -> bytes:
    if disk.size(path) > _STORY:
        raise DedupeError(f"{path}: too large for the desk, which takes {_STORY >> 20} MB; use dedupe check", path=path)
    return source.read_bytes(path)


def _token(place: Place) -> str:
    """The secret of the programs that may ask. Raises DedupeError for none where one is needed, or a weak one."""
    if place.token is None:
        if place.host in ("127.0.0.1", "localhost", "::1"):
            return ""
        said = f"--host {place.host}: others can reach it there; say --token FILE, a file with a secret"
        raise DedupeError(f"{said} of {SHORTEST} characters or more")
    if os.name == "posix" and os.path.exists(place.token):
        mode = os.stat(place.token).st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise DedupeError(f"{place.token}: others may read it; chmod 600 it first", path=place.token)
    try:
        secret = source.read_bytes(place.token).decode("ascii").strip()
    except UnicodeError as error:
        raise DedupeError(f"{place.token}: no token; use letters, digits, - and _", path=place.token) from error
    if len(secret) < SHORTEST or not all("!" <= char <= "~" for char in secret):
        said = f"no token: it needs {SHORTEST} characters or more, without spaces"
        raise DedupeError(f"{place.token}: {said}; make one with `openssl rand -hex 32`", path=place.token)
    return secret


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError, UnicodeError) as error:
        why = disk.reason(error) if isinstance(error, OSError) else "there is no such port"
        raise DedupeError(f"--host {host} --port {port}: cannot be served there: {why}") from error

"""Who may ask, how much at a time, and what a browser is told about every answer."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.desk.answers import LARGEST

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

SMALL = 64 << 10  # bytes of one that nothing is asked with
PATIENCE = 20.0  # seconds for a body
GRACE = 3.0  # seconds before it is asked how fast one comes
RATE = 8 << 10  # bytes a second that it must come with
LEFTOVER = 64 << 20  # bytes of a refused body that are still taken, so that the refusal is heard
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_CLOSED = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>dedupe desk</title>\n<h1>This link is no longer'
    " good</h1>\n<p>A link opens the desk once. Start <code>dedupe desk</code> again, and open the link that it"
    " prints.</p>\n</html>\n"
)


class Refused(NamedTuple):
    """Why somebody may not ask."""

    status: int
    message: str


class Keys:
    """The secrets of one run: a key that opens the page once, the session it is exchanged for, and a token."""

    def __init__(self, token: str = "") -> None:
        """`token` is that of the programs that may ask, if there are any."""
        self.once = secrets.token_urlsafe(32)
        self.session = secrets.token_urlsafe(32)
        self._token = token
        self._used = False

    def exchange(self, key: str) -> bool:
        """Whether a key opens the page: it does so once."""
        good = _same(key, self.once) and not self._used
        self._used = self._used or good
        return good

    def is_session(self, value: str) -> bool:
        """Whether a cookie is ours."""
        return _same(value, self.session)

    def is_token(self, value: str) -> bool:
        """Whether a program may ask."""
        return bool(self._token) and _same(value, self._token)


def _same(one: str, two: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), two.encode())


class Guard:
    """Between the server and the app: what it does not let through is answered here."""

    def __init__(self, app: App, keys: Keys, hosts: frozenset[str], port: int) -> None:
        """`hosts` are the names it may be asked under, beside the address that a connection came to."""
        self._app, self._keys, self._hosts, self._port = app, keys, hosts, port
        self._cookie = f"dedupe-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, its body at hand and bounded, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answering = _Answering(send)
        try:
            await self._answer(scope, receive, answering)
        except Exception:  # noqa: BLE001  what it says could hold copy
            if not answering.begun:
                await _refuse(answering, Refused(500, "a defect in dedupe: nothing was done; please report it"))

    async def _answer(self, scope: Scope, receive: Receive, send: _Answering) -> None:
        headers = _Headers(scope["headers"])
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _drain(receive, headers)
            await self._turn_away(scope, send, refused)
            return
        if scope["path"] == "/" and scope["query_string"]:
            await self._enter(scope, send)
            return
        asks = scope["method"] == "POST" and not _public(scope["path"])
        body = await _body(receive, headers, LARGEST if asks else SMALL)
        if isinstance(body, Refused):
            await _refuse(send, body, close=True)
            return
        await self._app(scope, _giving(body, receive), send)

    def _refusal(self, scope: Scope, headers: _Headers) -> Refused | None:
        """Why a request is refused, or None. The order tells a stranger nothing about the keys."""
        host = headers.one("host")
        if host is None or not self._known(host.lower(), scope):
            return Refused(403, "the desk is not asked under this name: open the link that `dedupe desk` prints")
        if not _from_here(scope, headers, host.lower()):
            return Refused(403, "the desk answers no other page: open the link that `dedupe desk` prints")
        path = scope["path"]
        if _public(path):
            return None
        if path == "/" and scope["query_string"]:
            return None
        return self._unknown(path, headers)

    def _unknown(self, path: str, headers: _Headers) -> Refused | None:
        """Whether somebody has neither the cookie nor the token, or a page asks in a way that ours does not."""
        scheme, _, token = (headers.one("authorization") or "").partition(" ")
        program = scheme.lower() == "bearer" and self._keys.is_token(token.strip())
        session = any(name == self._cookie and self._keys.is_session(value) for name, value in headers.cookies())
        if path == "/":
            return None if session else Refused(403, "open the link that `dedupe desk` prints")
        if not (program or session):
            return Refused(
                401, "no token: send Authorization: Bearer TOKEN, or open the link that `dedupe desk` prints"
            )
        if (path.startswith("/desk/") or not program) and headers.one("x-dedupe") != "1":
            return Refused(403, "a page must say that it is ours: send the header X-Dedupe: 1")
        return None

    def _known(self, host: str, scope: Scope) -> bool:
        if host in self._hosts:
            return True
        if not scope.get("server"):
            return False
        address = scope["server"][0]
        return host == (f"[{address}]:{self._port}" if ":" in address else f"{address}:{self._port}")

    async def _enter(self, scope: Scope, send: _Answering) -> None:
        """Exchange the key of the one-time link for a session."""
        name, _, key = scope["query_string"].decode("latin-1").partition("=")
        if scope["method"] != "GET" or name != "key" or not self._keys.exchange(key):
            await _page(send)
            return
        cookie = f"{self._cookie}={self._keys.session}; HttpOnly; SameSite=Strict; Path=/"
        moved = [(b"location", b"/"), (b"set-cookie", cookie.encode()), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 303, "headers": moved})
        await send({"type": "http.response.body", "body": b""})

    async def _turn_away(self, scope: Scope, send: _Answering, refused: Refused) -> None:
        if scope["path"] == "/":
            await _page(send)
        else:
            await _refuse(send, refused, close=True)


def _public(path: str) -> bool:
    """Whether a path tells nothing of anybody."""
    return path.startswith("/static/") or path == "/api/v1/health"


def _from_here(scope: Scope, headers: _Headers, host: str) -> bool:
    """Whether a browser says that a request comes of our own page, or of nobody's; a program says nothing."""
    if headers.many("origin") or headers.many("sec-fetch-site"):
        origin, site = headers.one("origin"), headers.one("sec-fetch-site")
        if scope["path"] == "/" and scope["method"] == "GET" and origin is None:
            return headers.one("sec-fetch-mode") in (None, "navigate") and headers.one("sec-fetch-dest") in (
                None,
                "document",
            )
        if headers.many("origin") and origin not in (f"http://{host}", f"https://{host}"):
            return False
        return not headers.many("sec-fetch-site") or site in ("same-origin", "none")
    return True


class _Headers:
    """The headers of a request; one that comes twice is none."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._raw = raw

    def many(self, name: str) -> list[str]:
        wanted = name.encode()
        return [value.decode("latin-1") for key, value in self._raw if key == wanted]

    def one(self, name: str) -> str | None:
        found = self.many(name)
        return found[0] if len(found) == 1 else None

    def cookies(self) -> list[tuple[str, str]]:
        pairs = (one.partition("=") for line in self.many("cookie") for one in line.split(";"))
        return [(name.strip(), value.strip()) for name, _, value in pairs]


class _Answering:
    """Sends an answer with our headers; knows whether one has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            ours = {name for name, _ in HEADERS}
            others = [(name, value) for name, value in message.get("headers", []) if name.lower() not in ours]
            message = {**message, "headers": [*others, *HEADERS]}
        await self._send(message)


async def _refuse(send: Send, refused: Refused, *, close: bool = False) -> None:
    body = json.dumps({"error": refused.message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if refused.status == 401:  # noqa: PLR2004  the protocol wants it
        headers.append((b"www-authenticate", b"Bearer"))
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _page(send: Send) -> None:
    body = _CLOSED.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})


def _declared(headers: _Headers) -> int:
    length = headers.one("content-length") or "0"
    return int(length) if length.isdigit() and len(length) < 20 else 0  # noqa: PLR2004  the server counts too


async def _body(receive: Receive, headers: _Headers, most: int) -> bytes | Refused:
    """The whole body, however it is sent; or why it is not taken."""
    said = f"{most >> 20} MB" if most == LARGEST else f"{most >> 10} KB"
    too_large = Refused(413, f"the body is larger than {said}: check a part of it")
    if _declared(headers) > most:
        await _drain(receive, headers)
        return too_large
    loop = asyncio.get_running_loop()
    began, found, size = loop.time(), [], 0
    while True:
        spent = loop.time() - began
        left = min(PATIENCE, max(GRACE, size / RATE)) - spent
        try:
            message = await asyncio.wait_for(receive(), max(left, 0))
        except TimeoutError:
            return Refused(408, "the body comes too slowly: send it again")
        if message["type"] != "http.request":
            return Refused(400, "the body ends too early")
        found.append(message.get("body", b""))
        size += len(found[-1])
        if size > most:
            await _drain(receive, headers, size)
            return too_large
        if not message.get("more_body"):
            return b"".join(found)


async def _drain(receive: Receive, headers: _Headers, size: int = 0) -> None:
    """Take what is left of a body that nobody wants, if that is soon done: else a client does not hear why."""
    if _declared(headers) > LEFTOVER:
        return
    try:
        async with asyncio.timeout(GRACE):
            while size <= LEFTOVER:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body"):
                    return
    except TimeoutError:
        return


def _giving(body: bytes, receive: Receive) -> Receive:
    """A body that is at hand, given as the server gives one."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give

"""Connections: how long one may take to say what it wants, and how many there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from dedupe.desk.guard import HEADERS

if TYPE_CHECKING:
    import asyncio

MOST = 128  # connections
PATIENCE = 10.0  # seconds for the head of a request


class Watched(H11Protocol):
    """A connection that is closed where its request does not come, or where others want its place."""

    _deadline: asyncio.TimerHandle | None = None
    since = 0.0  # when it began to wait

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Make room: of those that only wait, the one that does so longest goes."""
        waiting = [one for one in self.connections if isinstance(one, Watched) and one.waits]
        full = len(self.connections) >= MOST
        super().connection_made(transport)
        self.since = self.loop.time()
        if full:
            last = min(waiting, key=lambda one: one.since, default=self)
            self.connections.discard(last)  # it is gone a little later only, and many may come at once
            last.transport.abort()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone: nothing waits for it."""
        self._calm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The clock runs from the first byte of a request until its head is there."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._watch()
        else:
            self._calm()

    def on_response_complete(self) -> None:
        """It waits for the next request."""
        self.since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  as in uvicorn
        """Refuse what is no HTTP as everything else is refused; of what was sent nothing is told."""
        body = b'{"error": "this is no HTTP request that the desk understands"}'
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length), (b"connection", b"close")]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            response = h11.Response(status_code=400, headers=[*headers, *HEADERS], reason=b"Bad Request")
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event))
        self.transport.close()

    @property
    def waits(self) -> bool:
        """Whether nothing is done for it: its request is not there yet, or was answered."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered or self.cycle.more_body

    def _watch(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(PATIENCE, self._overdue)

    def _calm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _overdue(self) -> None:
        self.transport.abort()


def settings() -> dict[str, Any]:
    """What the server is told: it logs nothing, speaks no WebSocket, trusts no proxy."""
    return {
        "http": Watched,
        "ws": "none",
        "loop": "asyncio",
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "h11_max_incomplete_event_size": 32 << 10,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 1,
    }

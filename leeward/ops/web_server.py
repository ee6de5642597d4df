"""How chat and desk are served: uvicorn with a strict parser and no banner, proxies believed only where they are named."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from leeward.ops.edge import Application, Edge
from leeward.ops.settings import Network, Settings

# Open requests, streams among them, beyond which new ones hear 503 at once.
MOST_CONNECTIONS: Final = 1_000
# A browser sends the head of a request in one piece. Whoever drips it holds a place that others need.
HEAD_SECONDS: Final = 10.0


def serve(application: Application, *, host: str, port: int, hosts: Iterable[str], settings: Settings, lifespan: bool) -> None:
    """Serves an application until stopped, to callers who name one of `hosts`.

    `lifespan` says that the application wants to be told of the start and the end.
    """
    edge = Edge(application, hosts=hosts, tls=settings.tls)
    uvicorn.run(edge, host=host, port=port, lifespan="on" if lifespan else "off", **options(settings.proxies))


def options(proxies: Iterable[Network]) -> dict[str, Any]:
    """uvicorn's options, the same for both servers; X-Forwarded-For is read only if it comes from one of `proxies`."""
    return {
        # uvloop's wheels differ by platform; asyncio's own loop serves one firm with room to spare.
        "loop": "asyncio",
        "http": PromptProtocol,
        "ws": "none",
        "log_level": "warning",
        "server_header": False,
        "forwarded_allow_ips": [str(network) for network in proxies],
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 5,
        "limit_concurrency": MOST_CONNECTIONS,
    }


class PromptProtocol(H11Protocol):
    """HTTP/1.1 by h11, which ends a connection whose request does not get to the end of its head in HEAD_SECONDS.

    uvicorn itself waits for ever for the first request, and for the rest of each.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller has come, and has yet to say what for."""
        super().connection_made(transport)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """A piece of a request: the head is through once h11 is past its idle state."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._drop_deadline()
        elif self._deadline is None:
            self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller has gone."""
        self._drop_deadline()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

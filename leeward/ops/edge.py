"""The outermost layer of both web servers: names and bodies are checked before anything reads them, every answer is dressed.

An ASGI middleware around the assistant's Sanic application and the desk's Django, which uvicorn serves: its parser (h11)
refuses what Sanic 21.12's own server accepts, a negative Content-Length among it (docs/decisions/0012-asgi-edge.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

from django.http.request import split_domain_port, validate_host

# Too many requests, or nobody to answer them.
TURNED_AWAY: Final = frozenset({429, 503})
LARGEST_BODY: Final = 64_000
BODY_SECONDS: Final = 10.0

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
# Servers and frameworks type the same three arguments each in a way of its own.
Application = Callable[[Any, Any, Any], Awaitable[None]]

HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    # For what is no page. A page names what it loads itself.
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
# Two years. Not for what lies below this name: the firm's other hosts are not ours to decide over.
STRICT_TRANSPORT: Final = "max-age=63072000"


class BodyTooLarge(Exception):
    """More came than any of our messages needs."""


class CallerGone(Exception):
    """The caller hung up before the whole body had come; half a message is none."""


class Edge:
    """Wraps an application that is reached under `hosts` (names without ports) alone.

    A page elsewhere whose name is made to lead here (DNS rebinding) is another name, and gets nothing. `tls` says that people
    reach it over HTTPS, so that browsers may insist on it.
    """

    def __init__(self, application: Application, *, hosts: Iterable[str], tls: bool) -> None:
        self._application = application
        self._hosts = tuple(hosts)
        self._headers = {**HEADERS, **({"strict-transport-security": STRICT_TRANSPORT} if tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection's event stream (https://asgi.readthedocs.io/en/latest/specs/www.html)."""
        if scope["type"] != "http":
            await _live(self._application, scope, receive, send)
            return

        async def dressed(event: Event) -> None:
            if event["type"] == "http.response.start":
                # Sanic gives them as an iterator, which can be read but once.
                headers = list(event.get("headers", ()))
                if event["status"] in TURNED_AWAY:
                    # Whoever came too often shall not hold a connection that others need.
                    headers = [pair for pair in headers if pair[0].lower() != b"connection"] + [(b"connection", b"close")]
                known = {name.lower() for name, _ in headers}
                added = ((name.encode(), value.encode()) for name, value in self._headers.items())
                event = {**event, "headers": [*headers, *(pair for pair in added if pair[0] not in known)]}
            await send(event)

        if not self._is_served(scope):
            await _refuse(dressed, 400, "Nothing is served under this name. Use the address that the firm gave you.")
            return
        if {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}:
            # Two ways to read where it ends, and a proxy before us may have taken the other (RFC 9112, section 6.1).
            await _refuse(dressed, 400, "The request tells its length in two ways.")
            return
        try:
            body = await asyncio.wait_for(_whole_body(scope, receive), BODY_SECONDS)
        except BodyTooLarge:
            await _refuse(dressed, 413, "That is too much for one message. Please send less.")
            return
        except CallerGone:
            return
        except TimeoutError:
            await _refuse(dressed, 408, "The request did not arrive in time. Please send it again.")
            return
        application = asyncio.ensure_future(self._application(scope, _replay(body, receive), dressed))
        if scope.get("method") != "GET":
            # What was sent is handled to its end, also where nobody waits for the answer.
            await application
            return
        # An event stream goes on for ever; it ends with its reader.
        gone = asyncio.ensure_future(_until_gone(receive))
        await asyncio.wait({application, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if application.done():
            await application
            return
        application.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await application

    def _is_served(self, scope: Scope) -> bool:
        named = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        domain, _ = split_domain_port(named)
        return bool(domain) and validate_host(domain, self._hosts)


async def _whole_body(scope: Scope, receive: Receive) -> bytes:
    """The body, up to LARGEST_BODY bytes. Raises BodyTooLarge, and CallerGone where the line broke before its end."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if int(announced) > LARGEST_BODY:
        raise BodyTooLarge
    body: bytes = b""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise CallerGone
        body += event.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
        if not event.get("more_body", False):
            return body


async def _until_gone(receive: Receive) -> None:
    """Returns when the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        continue


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then whatever else comes (that the caller has gone)."""
    given = False

    async def next_event() -> Event:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_event


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"error": sentence}).encode()})


async def _live(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Starts and stops the application.

    Sanic 21 goes on, after it has stopped well, to answer a request that there never was (sanic/asgi.py, ASGIApp.__call__).
    """
    stopped = False

    async def noted(event: Event) -> None:
        nonlocal stopped
        stopped = event["type"] == "lifespan.shutdown.complete"
        await send(event)

    try:
        await application(scope, receive, noted)
    except AttributeError:
        if not stopped:
            raise

"""The outermost layer: names are checked, bodies bounded in size and time, and every answer is dressed once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from leeward.ops import edge
from leeward.ops.edge import HEADERS, LARGEST_BODY, STRICT_TRANSPORT, Application, Edge, Event, Receive, Scope, Send

HOSTS = ("localhost", "[::1]", "chat.example.com")
NAMED = [(b"host", b"localhost")]


class Echo:
    """Answers with the body that it was given."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]] = (), status: int = 200) -> None:
        self.headers = headers
        self.status = status
        self.bodies: list[bytes] = []
        self.scopes: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope["type"])
        if scope["type"] == "http":
            self.bodies.append((await receive())["body"])
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": self.bodies[-1]})
        else:
            await send(await receive())


def serve(
    echo: Application,
    *parts: bytes,
    tls: bool = False,
    announced: int | None = None,
    ends: bool = True,
    kind: str = "http",
    host: str | None = "localhost:5005",
) -> list[Event]:
    """What the caller is sent, for a body that comes in parts."""
    events: list[dict[str, Any]] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if ends:
        events.append({"type": "http.request", "body": b"", "more_body": False})
    if kind == "lifespan":
        events = [{"type": "lifespan.startup"}]
    sent: list[Event] = []

    async def receive() -> Event:
        if not events:
            await asyncio.Event().wait()
        return events.pop(0)

    async def send(event: Event) -> None:
        sent.append(event)

    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    headers += [] if host is None else [(b"host", host.encode("latin-1"))]
    asyncio.run(Edge(echo, hosts=HOSTS, tls=tls)({"type": kind, "headers": headers}, receive, send))
    return sent


def headers_of(sent: list[Event]) -> list[tuple[str, str]]:
    return [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]


def test_a_body_in_parts_reaches_the_application_whole() -> None:
    echo = Echo()
    sent = serve(echo, b'{"id": ', b"1}", announced=9)
    assert echo.bodies == [b'{"id": 1}']
    assert (sent[0]["status"], sent[1]["body"]) == (200, b'{"id": 1}')


@pytest.mark.parametrize("announced", [None, LARGEST_BODY])
def test_a_body_of_the_largest_size_is_served(announced: int | None) -> None:
    assert serve(Echo(), b"x" * LARGEST_BODY, announced=announced)[0]["status"] == 200


@pytest.mark.parametrize(
    ("parts", "announced"),
    [((), LARGEST_BODY + 1), ((b"x" * LARGEST_BODY, b"x"), None), ((b"x" * (LARGEST_BODY + 1),), 1)],
)
def test_a_larger_body_is_refused_by_what_is_announced_and_by_what_comes(
    parts: tuple[bytes, ...], announced: int | None
) -> None:
    echo = Echo()
    # It never ends: the refusal does not wait for the rest.
    sent = serve(echo, *parts, announced=announced, ends=False)
    assert sent[0]["status"] == 413
    assert json.loads(sent[1]["body"])["error"].startswith("That is too much")
    assert echo.scopes == []


def test_a_body_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.05)
    echo = Echo()
    sent = serve(echo, b"{", ends=False)
    assert (sent[0]["status"], echo.scopes) == (408, [])
    assert ("connection", "close") in headers_of(sent)
    assert set(HEADERS.items()) <= set(headers_of(sent))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:5005", "[::1]:5005", "chat.example.com", "chat.example.com."])
def test_who_asks_for_a_name_of_ours_is_served(host: str) -> None:
    assert serve(Echo(), host=host)[0]["status"] == 200


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "chat.example.com.evil.example", "x.chat.example.com", "localhost:x", "local host", "é"]
)
def test_whatever_other_name_leads_here_gets_nothing(host: str | None) -> None:
    echo = Echo()
    # The body is not waited for.
    sent = serve(echo, ends=False, host=host)
    assert (sent[0]["status"], echo.scopes) == (400, [])
    assert json.loads(sent[1]["body"])["error"].startswith("Nothing is served under this name.")


def test_every_answer_is_dressed_and_what_the_application_set_stays() -> None:
    own = [(b"Content-Type", b"text/html"), (b"Cache-Control", b"max-age=60")]
    found = headers_of(serve(Echo(own)))
    assert sorted(name for name, _ in found) == sorted({*HEADERS, "content-type"})
    assert dict(found) == {**HEADERS, "content-type": "text/html", "cache-control": "max-age=60"}


@pytest.mark.parametrize(("status", "closes"), [(200, False), (401, False), (429, True), (503, True)])
def test_whoever_is_turned_away_keeps_no_connection_that_others_need(status: int, closes: bool) -> None:
    sent = serve(Echo([(b"Connection", b"keep-alive")], status), b"hi")
    told = [value for name, value in sent[0]["headers"] if name.lower() == b"connection"]
    assert told == ([b"close"] if closes else [b"keep-alive"])


def test_headers_that_can_be_read_but_once_are_kept() -> None:
    assert ("content-type", "text/html") in headers_of(serve(Echo(iter([(b"content-type", b"text/html")]))))


@pytest.mark.parametrize("tls", [True, False])
def test_browsers_insist_on_https_only_where_it_is_served(tls: bool) -> None:
    assert (("strict-transport-security", STRICT_TRANSPORT) in headers_of(serve(Echo(), tls=tls))) is tls
    # The firm's other hosts may have no TLS.
    assert "includeSubDomains" not in STRICT_TRANSPORT


def test_what_is_no_request_passes_through() -> None:
    echo = Echo()
    assert serve(echo, kind="lifespan") == [{"type": "lifespan.startup"}]
    assert echo.scopes == ["lifespan"]


def hangs_up(method: str, application: Any) -> None:
    """Serves a caller who sends an empty body and then is gone."""
    events: list[dict[str, Any]] = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]

    async def receive() -> Event:
        return events.pop(0)

    async def send(event: Event) -> None:
        return

    scope = {"type": "http", "method": method, "headers": NAMED}
    asyncio.run(asyncio.wait_for(Edge(application, hosts=HOSTS, tls=False)(scope, receive, send), 5))


def test_a_stream_ends_with_its_reader() -> None:
    ended: list[str] = []

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("stream")

    hangs_up("GET", stream)
    assert ended == ["stream"]


def test_what_was_sent_is_handled_to_its_end_though_nobody_waits() -> None:
    handled: list[str] = []

    async def turn(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)
        handled.append("turn")

    hangs_up("POST", turn)
    assert handled == ["turn"]


def test_half_a_body_is_no_message() -> None:
    reached: list[str] = []
    events: list[dict[str, Any]] = [{"type": "http.request", "body": b'{"id":', "more_body": True}, {"type": "http.disconnect"}]

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append("application")

    async def receive() -> Event:
        return events.pop(0)

    async def send(event: Event) -> None:
        return

    scope = {"type": "http", "method": "POST", "headers": NAMED}
    asyncio.run(Edge(application, hosts=HOSTS, tls=False)(scope, receive, send))
    assert reached == []


def dies_after(event: str) -> Application:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": event})
        raise AttributeError("request")

    return application


def test_an_application_that_stopped_well_did_not_fail_whatever_it_does_after() -> None:
    assert serve(dies_after("lifespan.shutdown.complete"), kind="lifespan") == [{"type": "lifespan.shutdown.complete"}]


def test_an_application_that_dies_before_it_has_stopped_is_known_to_have_failed() -> None:
    with pytest.raises(AttributeError):
        serve(dies_after("lifespan.startup.complete"), kind="lifespan")

"""The server under both the chat and the desk: what its parser refuses, and whose word it takes for an address."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_network

import httpx
import pytest
import uvicorn
from harness import until

from leeward.ops import web_server
from leeward.ops.client_address import network_of
from leeward.ops.edge import Edge, Receive, Scope, Send


async def report(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells who asked for what, and with what body."""
    told = {"caller": network_of(scope["client"][0]), "path": scope["path"], "body": (await receive())["body"].decode()}
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


@contextlib.contextmanager
def serving(*proxies: str) -> Iterator[int]:
    """A server with these proxies in front, by its port."""
    edge = Edge(report, hosts=("localhost", "127.0.0.1"), tls=False)
    options = web_server.options([ip_network(proxy) for proxy in proxies])
    server = uvicorn.Server(uvicorn.Config(edge, port=0, lifespan="off", **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as found:
        yield found


def send(port: int, request: bytes) -> list[bytes]:
    """The status lines of all answers until the server hangs up or is done."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        with contextlib.suppress(OSError):
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
        answers = b""
        with contextlib.suppress(ConnectionError):
            while piece := line.recv(65_536):
                answers += piece
    return [line.split(b" ")[1] for line in answers.split(b"\r\n") if line.startswith(b"HTTP/")]


def post(*heads: str, body: bytes = b"") -> bytes:
    return "\r\n".join(["POST / HTTP/1.1", "Host: localhost", *heads, "", ""]).encode() + body


@pytest.mark.parametrize(
    "request_",
    [
        post("Content-Length: -1", body=b"{}"),
        post("Content-Length: +2", body=b"{}"),
        post("Content-Length: 1_0", body=b"{        }"),
        post("Content-Length : 2", body=b"{}"),
        post("Content-Length: 2", "Content-Length: 39", body=b"{}GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        post(f"Content-Length: {'9' * 4_400}", body=b"{}"),
        post("Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\nGET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        post("Transfer-Encoding: xchunked", body=b"0\r\n\r\nGET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        post("Transfer-Encoding: chunked", body=b"-1\r\n\r\n"),
        post("Transfer-Encoding: chunked", body=b"0x2\r\n{}\r\n0\r\n\r\n"),
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=lambda sent: repr(sent[:60]),
)
def test_what_parsers_could_read_in_two_ways_is_refused_once_and_the_next_caller_is_served(port: int, request_: bytes) -> None:
    assert send(port, request_) in ([b"400"], [b"501"])
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_a_head_that_is_too_long_is_hung_up_on(port: int) -> None:
    # The answer may be lost where the line breaks while more is sent.
    assert send(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n") in ([b"400"], [])
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_a_caller_who_drips_a_request_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(web_server, "HEAD_SECONDS", 0.05)
    for piece in (b"", b"GET / HTTP/1.1\r\nHost: loc"):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(piece)
            assert line.recv(100) == b""


def test_a_line_that_stays_open_between_requests_may_drip_no_later_one_either(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    monkeypatch.setattr(web_server, "HEAD_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" in line.recv(4_096)
        line.sendall(b"GET /")
        rest = b""
        while piece := line.recv(4_096):
            rest += piece
        assert b"HTTP/1.1" not in rest


def test_nothing_tells_which_program_serves(port: int) -> None:
    assert "server" not in httpx.get(f"http://127.0.0.1:{port}/").headers


def caller(port: int, *forwarded: str) -> str:
    headers = [("X-Forwarded-For", value) for value in forwarded]
    return str(httpx.get(f"http://127.0.0.1:{port}/", headers=headers).json()["caller"])


def test_without_proxies_nobody_says_who_they_are(port: int) -> None:
    assert caller(port, "203.0.113.7") == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        (("203.0.113.7",), "203.0.113.7"),
        # What the caller wrote stands to the left of what the proxy saw.
        (("8.8.8.8, 203.0.113.7",), "203.0.113.7"),
        (("8.8.8.8", "203.0.113.7"), "203.0.113.7"),
        (("203.0.113.7, 10.1.2.3",), "203.0.113.7"),
        (("203.0.113.7:4711",), "203.0.113.7"),
        (("[2001:db8:1:2::9]:4711",), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9",), "2001:db8:1:2::/64"),
        (("8.8.8.8, nonsense",), "unknown"),
        ((), "127.0.0.1"),
    ],
)
def test_behind_proxies_the_last_address_that_is_none_of_theirs_is_the_callers(forwarded: tuple[str, ...], found: str) -> None:
    with serving("127.0.0.1/32", "10.0.0.0/8") as port:
        assert caller(port, *forwarded) == found


def test_a_caller_who_comes_past_the_proxies_is_not_believed() -> None:
    with serving("10.0.0.0/8") as port:
        assert caller(port, "203.0.113.7") == "127.0.0.1"

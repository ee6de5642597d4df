"""The way to the action server: a rejection is passed on, a loss is never taken for an action without events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from rasa.utils import endpoints
from rasa.utils.endpoints import ClientResponseError

from leeward.assistant.action_endpoint import ActionEndpoint, ActionServerLost


class ActionServer(ThreadingHTTPServer):
    """A server on a free port that answers with one status and body, or not at all until `end` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.body = b"{}"
        self.silent = False
        self.hangs_up = False
        self.end = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/webhook"


class Handler(BaseHTTPRequestHandler):
    """Answers as its server is told to."""

    server: ActionServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.silent:
            self.server.end.wait()
        if self.server.silent or self.server.hangs_up:
            return
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet."""


@pytest.fixture
def server() -> Iterator[ActionServer]:
    running = ActionServer()
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.end.set()
    running.shutdown()
    thread.join()
    running.server_close()


def ask(url: str) -> Any:
    return asyncio.run(ActionEndpoint(url).request(json={"next_action": "action_greet"}))


def test_what_the_action_answered_is_given_back(server: ActionServer) -> None:
    server.body = b'{"events": [], "responses": [{"response": "say_greet"}]}'
    assert ask(server.url) == {"events": [], "responses": [{"response": "say_greet"}]}


def test_a_rejection_is_left_to_rasa(server: ActionServer) -> None:
    server.status, server.body = 400, b'{"error": "no", "action_name": "validate_intake_form"}'
    with pytest.raises(ClientResponseError) as rejected:
        ask(server.url)
    assert rejected.value.status == 400
    assert b"validate_intake_form" in rejected.value.text


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_any_other_failure_is_a_loss(server: ActionServer, status: int) -> None:
    server.status = status
    with pytest.raises(ActionServerLost, match=str(status)):
        ask(server.url)


def test_a_server_that_hangs_up_is_a_loss(server: ActionServer) -> None:
    server.hangs_up = True
    with pytest.raises(ActionServerLost):
        ask(server.url)


def test_a_server_that_does_not_answer_in_time_is_a_loss(server: ActionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.silent = True
    monkeypatch.setattr(endpoints, "DEFAULT_REQUEST_TIMEOUT", 0.05)
    with pytest.raises(ActionServerLost, match="Timeout"):
        ask(server.url)


def test_a_server_that_is_not_there_is_a_loss(server: ActionServer) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(ActionServerLost, match="ClientConnectorError"):
        ask(server.url)


def test_no_handler_for_exceptions_swallows_a_loss() -> None:
    assert not issubclass(ActionServerLost, Exception)

"""The way to the actions, here or on a server: a rejection is passed on, a loss is never taken for an action without events."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.utils import endpoints
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from trackers import message, tracker_with

from leeward.assistant.action_endpoint import (
    SECRET_HEADER,
    ActionServer,
    ActionServerLost,
    InProcessActions,
    check_replies_of_servers_only,
    shared_secret,
)


class Server(ThreadingHTTPServer):
    """A server on a free port that answers with one status and body, or not at all until `end` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.body = b"{}"
        self.silent = False
        self.hangs_up = False
        self.secret: str | None = None
        self.end = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/webhook"


class Handler(BaseHTTPRequestHandler):
    """Answers as its server is told to."""

    server: Server

    def do_POST(self) -> None:
        self.server.secret = self.headers[SECRET_HEADER]
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
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.end.set()
    running.shutdown()
    thread.join()
    running.server_close()


def ask(url: str) -> Any:
    return asyncio.run(ActionServer(url).request(json={"next_action": "action_greet"}))


def test_what_the_action_answered_is_given_back(server: Server) -> None:
    server.body = b'{"events": [], "responses": [{"response": "say_greet"}]}'
    assert ask(server.url) == {"events": [], "responses": [{"response": "say_greet"}]}


def test_a_rejection_is_left_to_rasa(server: Server) -> None:
    server.status, server.body = 400, b'{"error": "no", "action_name": "validate_intake_form"}'
    with pytest.raises(ClientResponseError) as rejected:
        ask(server.url)
    assert rejected.value.status == 400
    assert b"validate_intake_form" in rejected.value.text


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_any_other_failure_is_a_loss(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(ActionServerLost, match=str(status)):
        ask(server.url)


def test_only_an_action_that_failed_counts_against_the_message_not_a_wrong_secret_or_a_server_that_is_busy(
    server: Server,
) -> None:
    blamed = set()
    for server.status in (401, 403, 404, 413, 500, 502, 503):
        with pytest.raises(ActionServerLost) as lost:
            ask(server.url)
        if lost.value.by_message:
            blamed.add(server.status)
    assert blamed == {500}


def test_a_server_that_hangs_up_is_a_loss(server: Server) -> None:
    server.hangs_up = True
    with pytest.raises(ActionServerLost):
        ask(server.url)


def test_a_server_that_does_not_answer_in_time_is_a_loss(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.silent = True
    monkeypatch.setattr(endpoints, "DEFAULT_REQUEST_TIMEOUT", 0.05)
    with pytest.raises(ActionServerLost, match="Timeout"):
        ask(server.url)


def test_a_server_that_is_not_there_is_a_loss(server: Server) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(ActionServerLost, match="ClientConnectorError") as lost:
        ask(server.url)
    assert not lost.value.by_message


def test_no_handler_for_exceptions_swallows_a_loss() -> None:
    assert not issubclass(ActionServerLost, Exception)


def test_the_shared_secret_goes_with_every_call(server: Server) -> None:
    ask(server.url)
    assert server.secret == shared_secret()
    assert len(shared_secret()) == 64


# ------------------------------------------------------------------ in this process


def call(name: str, actions: InProcessActions | None = None, **tracker: Any) -> Any:
    """One action, called as Rasa calls an action server."""
    latest = message("inform", entities={"state": "IL"})
    told = {"next_action": name, "sender_id": "c1", "tracker": state(tracker_with(latest=latest, **tracker)), "domain": {}}
    return asyncio.run((actions or InProcessActions()).request(json=told))


def state(tracker: Tracker) -> dict[str, Any]:
    return {**tracker.current_state(), "active_loop": {}}


def raising(error: Exception) -> InProcessActions:
    """The package's actions and one more that fails."""

    class Failing(Action):
        def name(self) -> str:
            return "action_that_fails"

        async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
            raise error

    actions = InProcessActions()
    actions.executor.register_action(Failing())
    return actions


def test_an_action_of_the_package_runs_in_this_process() -> None:
    done = call("action_validate_slot_mappings")
    assert {"event": "slot", "timestamp": None, "name": "state", "value": "IL"} in done["events"]
    assert done["responses"] == []


@pytest.mark.parametrize("name", ["action_validate_slot_mappings", "validate_intake_form"])
def test_what_the_package_answers_is_in_the_form_that_rasa_wants(name: str) -> None:
    done = call(name)
    jsonschema.Draft7Validator(RemoteAction.action_response_format_spec()).validate(done)
    assert done["events"]


def test_a_rejection_in_this_process_is_told_as_a_server_tells_it() -> None:
    rejection = ActionExecutionRejection("action_that_fails", "not now")
    with pytest.raises(ClientResponseError) as rejected:
        call("action_that_fails", raising(rejection))
    assert rejected.value.status == 400
    assert json.loads(rejected.value.text) == {"error": "not now", "action_name": "action_that_fails"}


def test_an_action_that_fails_in_this_process_is_a_loss_by_the_message() -> None:
    with pytest.raises(ActionServerLost, match="ZeroDivisionError") as lost:
        call("action_that_fails", raising(ZeroDivisionError("1 / 0")))
    assert lost.value.by_message


# ------------------------------------------------------------------ what an action answered


@pytest.mark.parametrize(
    ("result", "is_good"),
    [
        ({"events": [{"event": "slot", "name": "state", "value": "IL"}], "responses": [{"response": "say_x"}]}, True),
        ({"events": [], "responses": []}, True),
        ({"events": [{"name": "state", "value": "IL"}], "responses": []}, False),
        ({"events": [{"event": "slot", "value": "IL"}], "responses": []}, False),
        ({"events": [], "responses": ["words"]}, False),
    ],
)
def test_the_check_that_is_compiled_once_refuses_what_rasas_own_refuses(
    monkeypatch: pytest.MonkeyPatch, result: dict[str, Any], is_good: bool
) -> None:
    rasas_own = RemoteAction._validate_action_result
    monkeypatch.setattr(RemoteAction, "_validate_action_result", rasas_own)
    action = RemoteAction("action_x", ActionServer("http://127.0.0.1:1/webhook"))
    check_replies_of_servers_only()
    for check in (rasas_own, RemoteAction._validate_action_result):
        if is_good:
            assert check(action, result)
        else:
            with pytest.raises(jsonschema.ValidationError):
                check(action, result)

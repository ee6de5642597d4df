"""What strangers, pages elsewhere and one greedy caller may not do to the started chat and desk."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from harness import Person, Stack

from leeward.ops.edge import HEADERS
from leeward.records.models import Conversation

CONTINUING_AT_ONCE = 30


@pytest.fixture
def person(stack: Stack) -> Person:
    someone = Person(stack)
    someone.open()
    return someone


def conversations(stack: Stack) -> int:
    return len(stack.rows(Conversation.objects.values_list("pk")))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", ["/chat/sessions", "/chat/continue", "/chat/messages", "/chat/return", "/chat/leave"])
def test_a_page_elsewhere_can_send_nothing_unasked(stack: Stack, person: Person, path: str, content_type: str) -> None:
    before = conversations(stack)
    headers = {"Content-Type": content_type, "Origin": "https://evil.example"}
    answer = person.client.post(path, content=b'{"language": "en"}', headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]
    assert "access-control-allow-origin" not in answer.headers
    assert conversations(stack) == before


def test_a_page_elsewhere_that_asks_first_is_not_let_in(stack: Stack) -> None:
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{stack.chat}/chat/sessions", headers=asking)
    assert answer.status_code in (404, 405)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/health", "/chat/messages", "/static/chat.js", "/c/abc", "/sms/twilio", "/nothing"])
def test_the_chat_answers_to_its_own_names_alone(stack: Stack, path: str) -> None:
    answer = httpx.get(f"{stack.chat}{path}", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Nothing is served under this name.")


@pytest.mark.parametrize("path", ["/", "/health", "/login/", "/static/desk/desk.css", "/nothing"])
def test_the_desk_answers_to_its_own_names_alone(stack: Stack, path: str) -> None:
    assert httpx.get(f"{stack.desk}{path}", headers={"Host": "evil.example"}).status_code == 400


def answers(stack: Stack) -> Iterator[httpx.Response]:
    """One answer of each kind, of the chat and of the desk."""
    for path in ("/", "/c/abc", "/static/chat.js", "/static/nothing", "/health", "/nothing", "/chat/messages"):
        yield httpx.get(f"{stack.chat}{path}")
    yield httpx.post(f"{stack.chat}/chat/sessions", content=b"{}")
    yield httpx.post(f"{stack.chat}/chat/sessions", json={})
    yield httpx.post(f"{stack.chat}/chat/sessions", content=b"x" * 100_000)
    yield httpx.post(f"{stack.chat}/sms/twilio", data={"Body": "hi"})
    yield httpx.get(stack.chat, headers={"Host": "evil.example"})
    for path in ("/", "/login/", "/static/desk/desk.css", "/static/admin/css/base.css", "/health", "/nothing", "/admin/"):
        yield httpx.get(f"{stack.desk}{path}")
    yield httpx.post(f"{stack.desk}/login/", data={"username": "x"})
    yield httpx.post(f"{stack.desk}/login/", content=b"x" * 100_000)


def test_every_answer_of_chat_and_desk_carries_what_keeps_browsers_careful(stack: Stack) -> None:
    for answer in answers(stack):
        told = f"{answer.request.method} {answer.request.url} {answer.status_code}"
        assert set(HEADERS) <= set(answer.headers), told
        assert answer.headers["x-content-type-options"] == "nosniff", told
        assert "server" not in answer.headers, told
        assert "strict-transport-security" not in answer.headers, told
        assert answer.headers["content-security-policy"].startswith("default-src 'self'") or not answer.text.startswith(
            "<!doctype"
        ), told
        if answer.headers.get("content-type", "").startswith("application/json"):
            assert answer.headers["cache-control"] == "no-store", told


def test_no_body_that_is_much_too_large_reaches_the_desk(stack: Stack) -> None:
    assert httpx.post(f"{stack.desk}/login/", content=b"x" * 100_000).status_code == 413


def test_guesses_at_links_are_counted_by_where_they_come_from_and_keep_nobody_from_opening_a_chat(stack: Stack) -> None:
    def guess(number: int) -> int:
        spoofed = {"X-Forwarded-For": f"9.9.{number}.1", "X-Real-IP": f"9.9.{number}.2", "Forwarded": f"for=9.9.{number}.3"}
        return httpx.post(f"{stack.chat}/chat/continue", json={"code": uuid.uuid4().hex}, headers=spoofed).status_code

    codes = [guess(number) for number in range(CONTINUING_AT_ONCE + 30)]
    assert set(codes) == {410, 429}
    assert httpx.post(f"{stack.chat}/chat/sessions", json={}).status_code == 201


def test_who_reads_without_end_has_to_wait_is_told_how_long_and_holds_nobody_up(stack: Stack, person: Person) -> None:
    with ThreadPoolExecutor(8) as pool:
        reads = pool.map(lambda _: person.client.get("/chat/messages", params={"after": 99}), range(400))
        refused = next(answer for answer in reads if answer.status_code != 200)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json()["error"].endswith("try again.")
    other = Person(stack)
    other.open()
    other.reloads()


def test_long_messages_have_to_wait_sooner_than_short_ones(person: Person) -> None:
    # The same one again is counted as well, and read but once: no machine is too slow for the limit.
    long = {"id": "0000000000000001", "text": "a" * 11_999}
    codes = [person.client.post("/chat/messages", json=long).status_code for _ in range(20)]
    assert codes[0] == 200
    assert 429 in codes


def test_what_is_recorded_reaches_a_stream_that_is_open(person: Person) -> None:
    with person.client.stream("GET", "/chat/events", params={"after": 99}) as stream:
        said = person.client.post("/chat/messages", json={"id": "0123456789abcdef", "text": "Illinois", "seen": 3})
        assert said.status_code == 200
    last = said.json()["replies"][-1]
    with person.client.stream("GET", "/chat/events", params={"after": last["n"]}) as stream:
        person.client.post("/chat/messages", json={"id": "0123456789abcde0", "text": "I owe 310k", "seen": last["n"]})
        data = next(line for line in stream.iter_lines() if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))["text"] == "I owe 310k"


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 9_000, b'{"id":"00000000","text":NaN}', b"\xff\xfe", b"null"])
def test_a_body_that_is_no_json_object_is_refused_in_a_sentence(person: Person, body: bytes) -> None:
    answer = person.client.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")

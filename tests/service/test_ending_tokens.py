"""Chat tokens come to an end: by the person, by danger at home, by staff, by time; and what is said about it is true."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from harness import ANSWER_SECONDS, Person, Stack, Texter, until

from leeward.assistant.channels.chat_token import ChatToken
from leeward.ops.secret_key import secret_key

ILLINOIS = {"id": "0000000000000001", "text": "Illinois", "seen": 3}


@pytest.fixture
def person(stack: Stack) -> Person:
    someone = Person(stack)
    someone.open()
    return someone


@pytest.fixture
def keys_of_the_stack(stack: Stack) -> Iterator[None]:
    """This process signs as the started one does."""
    secret_key.cache_clear()
    yield
    secret_key.cache_clear()


def elsewhere(person: Person) -> httpx.Client:
    """Another tab or device that holds the same token."""
    return httpx.Client(base_url=person.stack.chat, timeout=ANSWER_SECONDS, headers=person.client.headers)


def rests(person: Person, days: int) -> None:
    """Makes the conversation's last message so many days old."""
    moment = (datetime.now(UTC) - timedelta(days=days)).replace(tzinfo=None).isoformat(sep=" ")
    with contextlib.closing(sqlite3.connect(person.stack.var / "records.sqlite3", timeout=20)) as records, records:
        records.execute("UPDATE records_conversation SET last_at = ? WHERE id = ?", (moment, person.conversation))


def test_who_leaves_takes_every_token_along_and_nothing_is_deleted(stack: Stack, person: Person) -> None:
    person.says("I want to talk to a person about my house in Chicago")
    case, other = person.state["case"], elsewhere(person)
    assert person.client.post("/chat/leave", json={}).status_code == 204
    for client in (person.client, other):
        for answer in (client.get("/chat/messages"), client.post("/chat/messages", json=ILLINOIS)):
            assert (answer.status_code, answer.json()["error"]) == (401, "This chat has ended. Please start a new one.")
    assert "my house in Chicago" in stack.run("-m", "leeward", "cases", "show", case)


def test_who_tells_of_danger_goes_on_and_everyone_else_with_a_token_is_out(person: Person) -> None:
    other = elsewhere(person)
    person.says("Illinois")
    assert other.get("/chat/messages").status_code == 200
    assert "800-799-7233" in person.says("my husband hits me and he reads my phone")
    # The page reads the answer back at once, with the token that came along.
    assert person.client.get("/chat/messages").status_code == 200
    assert other.get("/chat/messages").status_code == 401
    assert other.post("/chat/messages", json=ILLINOIS).status_code == 401
    person.says("I owe 310k")
    assert person.status == 200


def test_an_answer_to_danger_that_was_lost_on_its_way_is_had_again_with_the_old_token(person: Person) -> None:
    told = {"id": "0000000000000da9", "text": "my husband hits me", "seen": 3}
    first = person.client.post("/chat/messages", json=told).json()
    again = person.client.post("/chat/messages", json=told).json()
    assert first["replies"] == again["replies"]
    assert {"token"} <= set(first) & set(again)


def test_after_danger_and_leaving_nothing_opens_the_conversation(person: Person) -> None:
    old = elsewhere(person)
    person.says("my husband hits me")
    new = elsewhere(person)
    assert person.client.post("/chat/leave", json={}).status_code == 204
    assert [client.get("/chat/messages").status_code for client in (old, new, person.client)] == [401, 401, 401]
    assert old.post("/chat/return", json={}).status_code == 401


def test_danger_told_by_text_closes_the_page_that_a_link_had_opened(stack: Stack) -> None:
    texter = Texter(stack)
    texter.says("I owe 310k on my house in Joliet")
    code = texter.says("web").split("/c/")[1].split()[0]
    view = httpx.post(f"{stack.chat}/chat/continue", json={"code": code}, timeout=ANSWER_SECONDS).json()
    page = httpx.Client(base_url=stack.chat, headers={"Authorization": f"Bearer {view['token']}"}, timeout=ANSWER_SECONDS)
    assert page.get("/chat/messages").status_code == 200
    assert "800-799-7233" in texter.says("my husband hits me and he reads my phone")
    assert page.get("/chat/messages").status_code == 401


def test_a_stream_ends_with_its_token(person: Person) -> None:
    with elsewhere(person).stream("GET", "/chat/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("id: ")
        person.client.post("/chat/leave", json={})
        # It comes to its end instead of going on for ever.
        assert "event: message" in list(lines)


def test_an_erased_conversation_is_not_opened_by_a_link_from_before(stack: Stack) -> None:
    texter = Texter(stack)
    texter.says("I owe 310k on my house in Joliet")
    code = texter.says("web").split("/c/")[1].split()[0]
    texter.says("delete everything I told you")
    texter.says("yes")
    assert httpx.post(f"{stack.chat}/chat/continue", json={"code": code}).status_code == 410


def test_a_token_as_it_used_to_be_is_refused_in_words(stack: Stack, person: Person) -> None:
    key = (stack.var / "secret.key").read_text(encoding="ascii").strip()
    old = jwt.encode({"conversation": person.conversation}, key, algorithm="HS256")
    answer = httpx.get(f"{stack.chat}/chat/messages", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "This chat token is not valid. Please start a new chat."}


def test_a_chat_that_rested_too_long_says_what_is_true_also_where_the_clock_had_jumped(person: Person) -> None:
    person.says("Illinois")
    rests(person, days=31)
    answer = person.client.get("/chat/messages")
    assert (answer.status_code, answer.json()["reason"]) == (401, "expired")
    assert "By our clock" in answer.json()["error"]
    assert "What you told us is kept" in answer.json()["error"]
    rests(person, days=0)
    assert "Illinois" in person.client.get("/chat/messages").text


@pytest.mark.usefixtures("keys_of_the_stack")
def test_a_token_whose_time_is_up_opens_nothing_though_the_conversation_goes_on(person: Person) -> None:
    person.says("Illinois")
    held = ChatToken(person.conversation, 0, datetime.now(UTC) - timedelta(seconds=1))
    answer = httpx.get(f"{person.stack.chat}/chat/messages", headers={"Authorization": f"Bearer {held.encode()}"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "expired")
    assert person.client.get("/chat/messages").status_code == 200


@pytest.mark.usefixtures("keys_of_the_stack")
def test_while_someone_writes_their_token_is_renewed(person: Person) -> None:
    assert "token" not in person.client.post("/chat/messages", json=ILLINOIS).json()
    aged = ChatToken(person.conversation, 0, datetime.now(UTC) + timedelta(days=1))
    person.client.headers["Authorization"] = f"Bearer {aged.encode()}"
    person.says("I owe 310k")
    renewed = ChatToken.decode(person.state["token"])
    assert renewed.expires_at > datetime.now(UTC) + timedelta(days=29)
    person.returns()
    assert ChatToken.decode(person.state["token"]).epoch == 0


def test_a_cry_for_help_in_a_chat_that_has_ended_is_answered_first(person: Person) -> None:
    person.client.post("/chat/leave", json={})
    cry = {"id": "0000000000000009", "text": "I want to die, I have the pills here", "language": "en"}
    answer = person.client.post("/chat/messages", json=cry)
    assert answer.status_code == 401
    assert "988" in answer.json()["error"].split("This chat has ended.")[0]
    assert "988" in answer.json()["help"]
    danger = person.client.post("/chat/messages", json={**cry, "text": "mi esposo me pega", "language": "es"}).json()
    assert "800-799-7233" in danger["help"]
    assert danger["remember"] is False


def test_staff_end_a_persons_links_from_the_desk_and_streams_with_them(stack: Stack, person: Person) -> None:
    person.says("I want to talk to a person about my house in Chicago")
    case = person.state["case"]
    ending = (
        "from leeward import records; records.setup()\n"
        "from leeward.records.services.conversations import conversation_end_access\n"
        f"conversation_end_access(conversation_id='{person.conversation}')"
    )
    with person.client.stream("GET", "/chat/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("id: ")
        stack.run("-c", ending)
        list(lines)
    until(lambda: person.client.get("/chat/messages").status_code == 401)
    assert case in stack.run("-m", "leeward", "cases", "list")

"""Two assistants on one PostgreSQL that goes away, comes back, or stands still: nothing is lost, doubled or told wrongly."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
from harness import ANSWER_SECONDS, Person, Stack, answers, started, until
from poison import WORDS as WORDS_THAT_BROKE
from poison import assert_answered
from postgres import Cluster, cluster

from leeward.records.models import Message

WORDS = ("my house is in Chicago", "I owe 310k", "it is worth 265k", "I am 4 months behind", "what is a short sale?", "thanks")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL for this file alone."""
    with cluster() as running:
        yield running


@pytest.fixture(scope="module")
def pair(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two assistants and a desk on it."""
    with started(tmp_path_factory.mktemp("var"), desk=True, database_url=postgresql.url, second=True) as running:
        yield running


def opened(stack: Stack, language: str = "en") -> Person:
    someone = Person(stack, language)
    someone.open()
    return someone


def health(stack: Stack) -> list[int]:
    """What both assistants say of themselves."""
    return [httpx.get(f"{chat}/health", timeout=ANSWER_SECONDS).status_code for chat in (stack.chat, stack.second_chat)]


def sends(person: Person, chats: Sequence[str], bodies: Sequence[dict[str, Any]], gap: float) -> list[int]:
    """Sends the bodies to the chats in turn, `gap` seconds apart and without waiting; gives the codes of the answers."""
    codes = [0] * len(bodies)

    def send(number: int) -> None:
        url = f"{chats[number % len(chats)]}/chat/messages"
        codes[number] = httpx.post(url, json=bodies[number], headers=person.client.headers, timeout=ANSWER_SECONDS).status_code

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(bodies))]
    for thread in threads:
        thread.start()
        time.sleep(gap)
    for thread in threads:
        thread.join()
    return codes


def bodies() -> list[dict[str, Any]]:
    return [{"id": uuid.uuid4().hex, "text": words, "seen": 3} for words in WORDS]


def assert_each_was_answered_once_and_in_order(person: Person, sent: Sequence[dict[str, Any]]) -> None:
    """Every message is on record under its id, and the answers stand in the order of the messages."""
    mine = Message.objects.filter(conversation=person.conversation)
    received = mine.filter(direction="in", kind="text").order_by("n").values_list("key", "status")
    assert sorted(person.stack.rows(received)) == sorted((body["id"], "answered") for body in sent)
    numbers = [n for (n,) in person.stack.rows(mine.filter(direction="out").order_by("n").values_list("answers__n"))]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 1 + len(sent)


def assert_sent_again_all_are_answered(person: Person, sent: Sequence[dict[str, Any]]) -> None:
    """As the page does: what had no answer, also because the machine was slow, is sent again under its id, in its order."""
    assert [sends(person, [person.stack.chat], [body], 0.0) for body in sent] == [[200]] * len(sent)


def test_no_words_are_poison_here_either(pair: Stack) -> None:
    person = opened(pair)
    for words in WORDS_THAT_BROKE:
        assert_answered(person, words)


@pytest.mark.parametrize("milliseconds", [0, 30, 80])
def test_messages_that_go_to_both_are_each_handled_once_and_in_order(pair: Stack, milliseconds: int) -> None:
    person, sent = opened(pair), bodies()
    assert set(sends(person, (pair.chat, pair.second_chat), sent, milliseconds / 1000)) <= {200, 503}
    assert_sent_again_all_are_answered(person, sent)
    assert_each_was_answered_once_and_in_order(person, sent)
    assert person.client.get("/chat/messages").json()["facts"]["balance_owed"] == 310_000


def test_one_message_to_both_at_the_same_moment_is_one(pair: Stack) -> None:
    person, body = opened(pair), bodies()[0]
    assert set(sends(person, (pair.chat, pair.second_chat), [body] * 6, 0.0)) == {200}
    assert_each_was_answered_once_and_in_order(person, [body])


def test_while_it_is_gone_the_words_are_true_and_afterwards_all_goes_on(pair: Stack, postgresql: Cluster) -> None:
    person, witness = opened(pair, "es"), opened(pair)
    person.says("mi casa está en Chicago")
    postgresql.stop()
    try:
        told = person.says("debo 310 mil", message_id="00000000000000b1")
        assert person.status == 503
        assert told.startswith("No pude guardar su mensaje.")
        told = witness.says("I want to die, I have the pills here")
        assert witness.status == 503
        assert "988" in told
        assert "couldn't save" in told
        assert health(pair) == [503, 503]
        assert httpx.post(f"{pair.chat}/chat/sessions", json={}, timeout=ANSWER_SECONDS).status_code == 503
    finally:
        postgresql.start()
    assert health(pair) == [200, 200]
    person.says("debo 310 mil", message_id="00000000000000b1")
    assert person.status == 200
    assert person.state["facts"] == {"language": "es", "state": "IL", "balance_owed": 310_000}
    # On every thread and every connection, of both assistants and of the desk.
    for number in range(3):
        someone, sent = opened(pair), bodies()
        assert set(sends(someone, (pair.chat, pair.second_chat), sent, 0.02)) <= {200, 503}, number
        assert_sent_again_all_are_answered(someone, sent)
        assert_each_was_answered_once_and_in_order(someone, sent)
        assert httpx.get(f"{pair.desk}/login/", timeout=ANSWER_SECONDS).status_code == 200


def test_a_restart_in_the_middle_of_messages_loses_and_doubles_none(pair: Stack, postgresql: Cluster) -> None:
    person, sent = opened(pair), bodies()
    restarting = threading.Timer(0.1, postgresql.restart)
    restarting.start()
    codes = sends(person, (pair.chat, pair.second_chat), sent, 0.05)
    restarting.join()
    assert set(codes) <= {200, 503}
    assert_sent_again_all_are_answered(person, sent)
    assert_each_was_answered_once_and_in_order(person, sent)


def test_while_it_stands_still_people_hear_so_and_afterwards_all_goes_on(pair: Stack, postgresql: Cluster) -> None:
    people = [opened(pair) for _ in range(10)]
    with postgresql.held_up():
        cry = Person(pair)
        cry.client.headers = people[0].client.headers
        told = cry.says("I want to die")
        assert cry.status == 503
        assert "988" in told
        assert not answers(f"{pair.chat}/health")
    until(lambda: health(pair) == [200, 200])
    for person in people:
        person.says("I owe 310k")
        assert person.status == 200

"""However messages overlap and whatever is killed meanwhile, each is answered exactly once and none is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from harness import ANSWER_SECONDS, Person, Stack, pids, until

from leeward.records.models import Conversation, Message

Sends = Callable[..., list[httpx.Response | None]]
WORDS = ("I owe 310k", "it is in Joliet", "worth 265k", "what is a short sale?", "I got a letter", "thanks")


def inbound(person: Person) -> list[tuple[int, str, str]]:
    """Number, text and status of what the person wrote, in order."""
    query = Message.objects.filter(conversation=person.conversation, direction="in", kind__in=("text", "choice"))
    return person.stack.rows(query.order_by("n").values_list("n", "text", "status"))


def turns_kept(person: Person) -> int:
    """How many turns were committed after the opening."""
    return int(person.stack.rows(Conversation.objects.filter(pk=person.conversation).values_list("revision"))[0][0]) - 1


def answers_of(person: Person) -> list[int]:
    """For each inbound message, how many replies it has."""
    replies = Message.objects.filter(conversation=person.conversation, direction="out").values_list("answers__n")
    counted = [n for (n,) in person.stack.rows(replies)]
    return [counted.count(n) for n, _, _ in inbound(person)]


@pytest.mark.parametrize("milliseconds", [10, 30, 60, 100, 300])
def test_messages_that_overlap_are_each_handled_once_and_in_order(
    person: Person, sends_at_gaps: Sends, milliseconds: int
) -> None:
    sent = [{"text": words, "seen": 3} for words in WORDS * 2]
    answers = sends_at_gaps(
        person, [{**body, "text": f"{body['text']} {n}"} for n, body in enumerate(sent)], milliseconds / 1000
    )
    # Where the machine is so slow that a request has waited in vain, its message is answered all the same.
    assert {answer.status_code for answer in answers if answer is not None} <= {200, 503}
    until(lambda: [status for _, _, status in inbound(person)] == ["answered"] * len(sent))
    assert turns_kept(person) == len(sent)
    assert min(answers_of(person)) >= 1


def test_the_same_message_sent_eight_times_at_once_is_one(person: Person, sends_at_gaps: Sends) -> None:
    body = {"id": "0123456789abcdef", "text": "I owe 310k in Joliet", "seen": 3}
    answers = sends_at_gaps(person, [body] * 8, 0.0)
    assert {answer.status_code for answer in answers if answer is not None} == {200}
    assert len({str(answer.json()["replies"]) for answer in answers if answer is not None}) == 1
    assert (len(inbound(person)), turns_kept(person)) == (1, 1)


BODY = {"id": "00000000000000aa", "text": "I owe 310k in Joliet, worth 265k", "seen": 3}


def kill(stack: Stack) -> None:
    """Ends the assistant as a power cut does."""
    for pid in pids(f"leeward.cli.serve assistant {stack.ports.chat}"):
        os.kill(pid, signal.SIGKILL)


def sending(person: Person) -> threading.Thread:
    """Someone who sends a message and goes away where the line breaks."""

    def send() -> None:
        try:
            httpx.post(f"{person.stack.chat}/chat/messages", json=BODY, headers=person.client.headers, timeout=ANSWER_SECONDS)
        except httpx.HTTPError:
            return

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def status_of(person: Person) -> str:
    """What is on record of the message: nothing, waiting or answered."""
    return next((status for _, _, status in inbound(person)), "")


def assert_handled_once(person: Person) -> None:
    """The same id again has the whole answer, and one turn was kept."""
    answer = httpx.post(f"{person.stack.chat}/chat/messages", json=BODY, headers=person.client.headers, timeout=ANSWER_SECONDS)
    assert answer.status_code == 200
    assert answer.json()["facts"] == {"language": "en", "balance_owed": 310_000, "home_value": 265_000, "state": "IL"}
    assert (len(inbound(person)), turns_kept(person)) == (1, 1)


@pytest.mark.parametrize("milliseconds", [15, 50, 90])
def test_an_assistant_killed_in_the_middle_of_a_turn_leaves_the_message_or_its_whole_answer(
    stack: Stack, person: Person, milliseconds: int
) -> None:
    sent = sending(person)
    time.sleep(milliseconds / 1000)
    kill(stack)
    sent.join()
    stack.start_assistant()
    assert_handled_once(person)


def test_an_assistant_killed_before_a_message_is_recorded_has_told_nobody_that_it_is(stack: Stack, person: Person) -> None:
    with stack.locked():
        sent = sending(person)
        # It stands before the lock by now, or has not come so far.
        assert person.client.get("/chat/messages").status_code == 200
        kill(stack)
        sent.join()
    assert status_of(person) == ""
    stack.start_assistant()
    assert_handled_once(person)


def test_an_assistant_killed_between_the_message_and_its_answer_leaves_it_to_the_next(stack: Stack) -> None:
    with contextlib.ExitStack() as lock:
        # The lock is taken while the turn is thought, so that it cannot be kept; who was quicker is left alone.
        while True:
            person = Person(stack)
            person.open()
            sent = sending(person)
            until(lambda person=person: status_of(person) != "")
            lock.enter_context(stack.locked())
            if status_of(person) == "waiting":
                break
            lock.close()
        kill(stack)
        sent.join()
    stack.start_assistant()
    # Nobody asks again; it is taken up all the same.
    until(lambda: status_of(person) == "answered")
    assert_handled_once(person)


def test_an_assistant_killed_after_the_answer_is_kept_gives_that_answer_again(stack: Stack, person: Person) -> None:
    sent = sending(person)
    until(lambda: status_of(person) == "answered")
    kill(stack)
    sent.join()
    stack.start_assistant()
    assert_handled_once(person)


def test_a_web_message_that_was_left_waiting_is_answered_though_nobody_asks_again(stack: Stack) -> None:
    person = Person(stack)
    person.open()
    body = {"id": "feedfacefeedface", "text": "I owe 310k in Joliet", "seen": 3}
    for pid in pids(f"leeward.cli.serve assistant {stack.ports.chat}"):
        os.kill(pid, signal.SIGSTOP)
    sending = threading.Thread(target=_gives_up, args=(person, body))
    sending.start()
    sending.join()
    for pid in pids(f"leeward.cli.serve assistant {stack.ports.chat}"):
        os.kill(pid, signal.SIGCONT)

    def settled() -> bool:
        return [status for _, _, status in inbound(person)] == ["answered"]

    until(settled)
    assert turns_kept(person) == 1


def _gives_up(person: Person, body: dict[str, Any]) -> None:
    """Someone whose phone gives up after a second."""
    try:
        httpx.post(f"{person.stack.chat}/chat/messages", json=body, headers=person.client.headers, timeout=1)
    except httpx.HTTPError:
        return

"""No message, whatever it says, stops its conversation, the queue, or anyone else."""

from __future__ import annotations

import json

from harness import ANSWER_SECONDS, Person, Stack
from poison import assert_answered, messages

from leeward.records.models import Message


def test_a_conversation_goes_on_after_every_kind_of_poison_and_the_desk_lists_it(stack: Stack) -> None:
    # Two people, for one alone would write more than the chat takes from one.
    people = [Person(stack), Person(stack)]
    for part, person in enumerate(people):
        person.open()
        person.says("I want to talk to a person about my house in Chicago")
        for words in messages()[part::2]:
            assert_answered(person, words)
    with stack.staff() as staff:
        queue = staff.get("/")
        assert queue.status_code == 200
        for person in people:
            assert person.state["case"] in queue.text
            assert staff.get(f"/cases/{person.state['case']}/").status_code == 200


def test_a_message_that_always_fails_is_set_aside_the_person_told_and_staff_see_it(stack: Stack) -> None:
    person = Person(stack)
    person.open()
    person.says("I owe 310k in Joliet")
    # A payload of our own record that nobody can read: the next tap fails in its turn, each time.
    broken = json.dumps([{"title": "Yes", "payload": "/inform{"}])
    number = person.replies[-1]["n"]
    stack.write(f"UPDATE {Message._meta.db_table} SET buttons = ? WHERE conversation_id = ? AND n = ?",
                broken, person.conversation, number)  # fmt: skip
    tap = {"id": "00000000bad0bad0", "seen": number, "answer": {"ask": person.replies[-1]["ask"]["id"], "choice": "Yes"}}
    answers = []
    while not answers or answers[-1].status_code == 503:
        assert len(answers) < 5
        answers.append(person.client.post("/chat/messages", json=tap, timeout=ANSWER_SECONDS))
    assert all("Your message is saved" in answer.json()["error"] for answer in answers[:-1])
    assert "couldn't work with your last message" in answers[-1].json()["replies"][0]["text"]

    person.says("it is worth 265k")
    assert person.status == 200
    assert person.state["facts"]["home_value"] == 265_000
    with stack.staff() as staff:
        assert "could not work with one of their messages" in staff.get("/").text
        assert "the program could not work with it" in staff.get(f"/cases/{person.state['case']}/").text

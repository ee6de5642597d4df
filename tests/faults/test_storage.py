"""A disk that is full and a file that someone else has locked: the words are true, reads go on, nothing is lost."""

from __future__ import annotations

import contextlib
import resource
import threading
from collections.abc import Iterator

import httpx
from harness import ANSWER_SECONDS, Person, Stack, pids

WORDS = ("I owe 310k", "it is worth 265k", "I am 4 months behind")
NOT_SAVED = "I couldn't save your message."


@contextlib.contextmanager
def full_disk(stack: Stack) -> Iterator[None]:
    """No file of the assistant's can grow, as where the disk is full (RLIMIT_FSIZE of getrlimit(2), for each write fails)."""
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids(f"serve assistant {stack.ports.chat}")}
    for pid, (_, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def test_on_a_full_disk_nobody_hears_that_a_message_is_saved_and_later_all_are_answered(person: Person) -> None:
    person.says("my house is in Chicago")
    with full_disk(person.stack):
        for number, words in enumerate(WORDS):
            told = person.says(words, message_id=f"{number:016x}")
            assert (person.status, told.startswith(NOT_SAVED)) == (503, True)
        assert "911" in person.says("my husband hits me, I am scared")
        assert "988" in person.says("I want to die")
        opened = httpx.post(f"{person.stack.chat}/chat/sessions", json={"language": "es"}, timeout=ANSWER_SECONDS)
        assert opened.status_code == 503
        assert opened.json()["error"].startswith("No pude guardar")
        assert person.client.get("/chat/messages").status_code == 200
        health = person.client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "no room")
    assert person.client.get("/health").status_code == 200
    for number, words in enumerate(WORDS):
        person.says(words, message_id=f"{number:016x}")
        assert person.status == 200
    facts = person.state["facts"]
    assert (facts["balance_owed"], facts["home_value"], facts["months_behind"]) == (310_000, 265_000, 4)
    told = [m["text"] for m in person.client.get("/chat/messages").json()["messages"] if m["from"] == "you"]
    assert told[-3:] == list(WORDS)


def test_while_another_holds_the_lock_reads_go_on_and_writes_end_in_our_own_words(stack: Stack) -> None:
    people = [Person(stack) for _ in range(2)]
    for someone in people:
        someone.open()
    with stack.locked():
        writing = [threading.Thread(target=_owes, args=(someone,)) for someone in people]
        for thread in writing:
            thread.start()
        for someone in people:
            read = httpx.get(f"{stack.chat}/chat/messages", headers=someone.client.headers, timeout=ANSWER_SECONDS)
            assert read.status_code == 200
        assert httpx.get(f"{stack.chat}/health", timeout=ANSWER_SECONDS).status_code == 200
        # The lock is still held: whoever writes hears so, and does not wait for it.
        for thread in writing:
            thread.join()
    for someone in people:
        assert (someone.status, someone.text.startswith(NOT_SAVED)) == (503, True)
        _owes(someone)
        assert (someone.status, someone.state["facts"]["balance_owed"]) == (200, 310_000)


def _owes(person: Person) -> None:
    """The same message each time it is sent."""
    person.says("I owe 310k", message_id="00000000000000c1")

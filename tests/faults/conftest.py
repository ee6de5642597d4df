"""A running Leeward whose parts may be killed, and people who write faster than they are answered."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
from harness import ANSWER_SECONDS, Person, Stack, started


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A started stack with fresh records, the actions in the assistant's process; started once, for that takes long."""
    with started(tmp_path_factory.mktemp("var"), desk=True) as running:
        yield running


@pytest.fixture
def person(stack: Stack) -> Person:
    """Someone who has just opened the chat."""
    someone = Person(stack)
    someone.open()
    return someone


def at_gaps(person: Person, bodies: Sequence[dict[str, Any]], gap: float) -> list[httpx.Response | None]:
    """Sends each body on a connection of its own, `gap` seconds after the one before; None where the line broke."""
    answers: list[httpx.Response | None] = [None] * len(bodies)

    def send(number: int) -> None:
        try:
            answers[number] = httpx.post(
                f"{person.stack.chat}/chat/messages",
                json={"id": uuid.uuid4().hex, **bodies[number]},
                headers=person.client.headers,
                timeout=ANSWER_SECONDS,
            )
        except httpx.HTTPError:
            answers[number] = None

    threads = []
    for number in range(len(bodies)):
        thread = threading.Thread(target=send, args=(number,))
        thread.start()
        threads.append(thread)
        time.sleep(gap)
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def sends_at_gaps() -> Any:
    """`at_gaps`, for tests."""
    return at_gaps

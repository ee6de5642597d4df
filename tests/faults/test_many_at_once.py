"""Many people, many streams and requests that no browser would send: everyone else is still answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import jwt
import pytest
from harness import ANSWER_SECONDS, Person, Stack

from leeward.records.models import Conversation

PEOPLE: Final = 40
TURNS: Final = 5
STREAMS: Final = 1_500
CHATS_WITH_STREAMS: Final = 30


def words_of(number: int) -> tuple[str, ...]:
    """What one of many people writes; no two write the same figures and names."""
    return (
        "my house is in Chicago",
        f"I owe ${200_000 + number * 1_000}",
        f"it is worth ${100_000 + number * 1_000}",
        f"my lender is Bank{number}bank",
        "can I walk away?",
        "no",
        f"I am {1 + number % 9} months behind",
        "what is a deficiency judgment?",
        "what is a short sale?",
        "thanks",
    )


async def posted(client: httpx.AsyncClient, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    """The answer to what is sent; as the page does, it is sent again where it could not be answered yet."""
    while True:
        answer = await client.post(path, json=body, headers=headers)
        if answer.status_code != 503:
            return answer


async def one_of_many(client: httpx.AsyncClient, number: int) -> tuple[str, dict[str, Any]]:
    """Talks for TURNS turns, each after the answer to the one before; gives the conversation and its transcript."""
    opened = await posted(client, "/chat/sessions", {"language": "en"})
    assert opened.status_code == 201, opened.text
    token = opened.json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    for turn, words in enumerate(words_of(number)[:TURNS]):
        answer = await posted(client, "/chat/messages", {"id": f"{number:08x}{turn:08x}", "text": words}, **headers)
        assert answer.status_code == 200, answer.text
    conversation = jwt.decode(token, options={"verify_signature": False})["sub"]
    return conversation, (await client.get("/chat/messages", headers=headers)).json()


async def many(url: str) -> list[tuple[str, dict[str, Any]]]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS, limits=limits) as client:
        return await asyncio.gather(*(one_of_many(client, number) for number in range(PEOPLE)))


def test_of_many_people_at_once_no_message_is_lost_doubled_crossed_or_out_of_order(stack: Stack) -> None:
    talked = asyncio.run(many(stack.chat))
    for number, (_, view) in enumerate(talked):
        said = [message["text"] for message in view["messages"] if message["from"] == "you" and message["kind"] == "text"]
        assert said == list(words_of(number)[:TURNS])
        facts = view["facts"]
        assert (facts["balance_owed"], facts["home_value"]) == (200_000 + number * 1_000, 100_000 + number * 1_000)
        everything = json.dumps(view)
        assert not [other for other in range(PEOPLE) if other != number and f"Bank{other}bank" in everything]
    # One turn for the opening and one for each message, and none twice.
    theirs = Conversation.objects.filter(pk__in=[conversation for conversation, _ in talked]).values_list("revision")
    assert Counter(stack.rows(theirs)) == {(1 + TURNS,): PEOPLE}


# ------------------------------------------------------------------ requests that no browser would send

POST = "POST /chat/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
GET_HEALTH = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
RAW: Final = {
    "a length below nothing": f"{POST}Content-Length: -1\r\n\r\n{{}}",
    "a length with a sign": f"{POST}Content-Length: +2\r\n\r\n{{}}",
    "a length with an underscore": f"{POST}Content-Length: 1_0\r\n\r\n{{        }}",
    "a length of thousands of digits": f"{POST}Content-Length: {'9' * 4_400}\r\n\r\n{{}}",
    "two lengths": f"{POST}Content-Length: 2\r\nContent-Length: 39\r\n\r\n{{}}{GET_HEALTH}",
    "a length and chunks": f"{POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{GET_HEALTH}",
    "an unknown encoding": f"{POST}Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{GET_HEALTH}",
    "a chunk below nothing": f"{POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a chunk in hexadecimal with its prefix": f"{POST}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{{}}\r\n0\r\n\r\n",
    "a chunk that never comes": f"{POST}Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
    "space before the colon": f"{POST}Content-Length : 2\r\n\r\n{{}}",
    "no host": "GET /health HTTP/1.1\r\n\r\n",
    "two hosts": "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "another's address": "GET http://evil.example/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "bare line ends": "GET /health HTTP/1.1\nHost: 127.0.0.1\n\n",
    "a header without end": f"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {'a' * 200_000}\r\n\r\n",
    "half a request": "POST /chat/mess",
    "no HTTP at all": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("request_text", RAW.values(), ids=RAW.keys())
def test_whatever_comes_over_the_line_the_next_one_is_served(stack: Stack, request_text: str) -> None:
    with socket.create_connection(("127.0.0.1", stack.ports.chat), ANSWER_SECONDS) as line, contextlib.suppress(OSError):
        line.sendall(request_text.encode("latin-1"))
        # It stays open meanwhile, as the worst of callers would leave it.
        assert httpx.get(f"{stack.chat}/health", timeout=ANSWER_SECONDS).status_code == 200
    assert httpx.get(f"{stack.chat}/health", timeout=ANSWER_SECONDS).status_code == 200


# ------------------------------------------------------------------ streams


@contextlib.asynccontextmanager
async def streams(port: int, tokens: list[str], number: int) -> AsyncIterator[Counter[str]]:
    """Asks for so many event streams with these tokens in turn, and holds what it gets; yields how many had which status."""
    writers: list[asyncio.StreamWriter] = []

    async def ask(token: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        request = f"GET /chat/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(request.encode())
        with contextlib.suppress(ConnectionError):
            line = await reader.readline()
            return line.split()[1].decode() if line else "closed"
        return "closed"

    answers: Counter[str] = Counter()
    try:
        for start in range(0, number, 100):
            asked = (ask(tokens[n % len(tokens)]) for n in range(start, min(start + 100, number)))
            answers.update(await asyncio.gather(*asked))
        yield answers
    finally:
        for writer in writers:
            writer.close()


def test_while_fifteen_hundred_streams_are_asked_for_others_are_answered(stack: Stack) -> None:
    greedy = [Person(stack) for _ in range(CHATS_WITH_STREAMS)]
    for person in greedy:
        person.open()
    tokens = [person.state["token"] for person in greedy]

    async def talk_meanwhile() -> Counter[str]:
        async with streams(stack.ports.chat, tokens, STREAMS) as answers:
            await asyncio.to_thread(talks)
            return answers

    def talks() -> None:
        other = Person(stack)
        other.open()
        other.says("I owe 310k in Joliet, worth 265k")
        assert other.status == 200
        assert "$45,000" in other.text

    answers = asyncio.run(talk_meanwhile())
    assert set(answers) <= {"200", "429", "503"}
    assert answers["200"] > 0
    # Nobody holds more than a few for each chat.
    assert answers["200"] <= CHATS_WITH_STREAMS * 5

"""Talking to the assistant in the terminal, for people and, one JSON a line, for programs."""

from __future__ import annotations

import json
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

OK = 200
CREATED = 201
NOT_NOW = 503
TOO_OFTEN = 429
ANSWER_SECONDS = 60.0


class ServerGone(Exception):
    """The assistant does not answer at all."""


@dataclass
class Conversation:
    """One conversation with a running assistant, over its web channel."""

    url: str
    language: str
    _client: httpx.Client = field(init=False)
    opening: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    _shown: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=self.url, timeout=ANSWER_SECONDS)

    def open(self) -> None:
        """Starts the conversation; what the assistant says first is kept in `opening`. Raises ServerGone."""
        answer = self._ask("POST", "/chat/sessions", {"language": self.language})
        view = answer.json()
        if answer.status_code != CREATED:
            raise ServerGone(str(view.get("error", f"The assistant answered {answer.status_code}.")))
        self._client.headers["Authorization"] = f"Bearer {view['token']}"
        self.opening = [_reply(message) for message in view["messages"] if message["from"] == "assistant"]
        self.state = view
        self._shown = view["messages"]

    def send(self, key: str, words: str) -> list[dict[str, Any]]:
        """Says `words` (`key`: "text" or "choice") and gives the replies. Raises ServerGone when nothing answers.

        When the assistant cannot answer now, its own words for that are the reply, and what was said waits there.
        """
        said = {"text": words} if key == "text" else {"answer": choice_of(words, self._shown)}
        seen = max((message["n"] for message in self._shown), default=0)
        # Known without the records, so that what cannot be saved is told in the person's language.
        language = self.state["language"]
        answer = self._ask("POST", "/chat/messages", {"id": uuid.uuid4().hex, "language": language, "seen": seen, **said})
        body = answer.json()
        if answer.status_code == OK:
            if "token" in body:
                self._client.headers["Authorization"] = f"Bearer {body['token']}"
            self.state = body
            self._shown = body["replies"]
            return [_reply(reply) for reply in body["replies"]]
        return [{"text": str(body.get("error", answer.status_code)), "buttons": [], "card": None}]

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        try:
            return self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ServerGone("The assistant does not answer; is it still running?") from error


def choice_of(title: str, shown: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer that names a choice by its title, with the id of the question that offers it."""
    offers = [message for message in shown if title in message.get("buttons", ())]
    ask = offers[-1]["ask"] if offers else None
    return {"choice": title, **({"ask": ask["id"]} if ask else {})}


def talk(url: str, *, language: str, jsonl: bool) -> None:
    """Runs a conversation over stdin and stdout until the input ends."""
    conversation = Conversation(url, language)
    conversation.open()
    if jsonl:
        _talk_in_json(conversation)
    else:
        _talk_in_words(conversation)


def _talk_in_json(conversation: Conversation) -> None:
    """One line in, one line out; what the assistant said first comes with the first line out."""
    before = conversation.opening
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            key, words = ("choice", fields["tap"]) if "tap" in fields else ("text", fields["say"])
        except (ValueError, KeyError, TypeError):
            print(json.dumps({"error": 'Each line is {"say": "…"} or {"tap": "button title"}.'}), flush=True)
            continue
        replies = before + conversation.send(key, str(words))
        before = []
        state = conversation.state
        out = {
            "said": words,
            "replies": replies,
            "facts": state.get("facts", {}),
            "paused": bool(state.get("paused")),
            "case": state.get("case"),
        }
        print(json.dumps(out, ensure_ascii=False), flush=True)


def _talk_in_words(conversation: Conversation) -> None:
    _print(conversation.opening)
    buttons = _titles(conversation.opening)
    while True:
        try:
            said = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not said:
            continue
        chosen = buttons[int(said) - 1] if said.isdigit() and 0 < int(said) <= len(buttons) else None
        replies = conversation.send("choice" if chosen else "text", chosen or said)
        _print(replies)
        buttons = _titles(replies)


def _reply(message: dict[str, Any]) -> dict[str, Any]:
    return {"text": message["text"], "buttons": message["buttons"], "card": message["card"]}


def _titles(replies: list[dict[str, Any]]) -> list[str]:
    return [title for reply in replies for title in reply["buttons"]]


def _print(replies: list[dict[str, Any]]) -> None:
    for reply in replies:
        print(f"\n  {reply['text']}")
    for number, title in enumerate(_titles(replies), 1):
        print(f"    [{number}] {title}")
    print()

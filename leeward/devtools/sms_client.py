"""A phone in the terminal: texts with an assistant of its own, through a Twilio on this machine."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from leeward.devtools.fake_twilio import FakeTwilio, new_sid
from leeward.sms.segments import size

ANSWER_SECONDS: Final = 60.0
LOOK_EVERY_SECONDS: Final = 0.02
OK: Final = 200


class NoAnswer(Exception):
    """The assistant did not take a text, or did not answer it in time."""


@dataclass
class Phone:
    """One phone with its number (E.164), texting the assistant at `url`; `texts` are all that it has received.

    `is_settled` says of a text's id whether its answer is on its way whole (leeward.records.outbox.is_settled), for which it
    waits `patience` seconds.
    """

    twilio: FakeTwilio
    url: str
    number: str
    is_settled: Callable[[str], bool]
    texts: list[str] = field(default_factory=list)
    patience: float = ANSWER_SECONDS

    def says(self, words: str, *, media: int = 0, sid: str | None = None) -> list[str]:
        """Sends a text and gives those that come back, in their order. Raises NoAnswer."""
        sid = sid or new_sid()
        try:
            answer = self.twilio.text(self.url, self.number, words, media=media, sid=sid)
        except httpx.HTTPError as error:
            raise NoAnswer("The assistant does not answer; is it still running?") from error
        if answer.status_code != OK:
            raise NoAnswer(f"The assistant answered {answer.status_code}.")
        deadline = time.monotonic() + self.patience
        while not self.is_settled(sid):
            if time.monotonic() > deadline:
                raise NoAnswer(f"No answer came within {self.patience:.0f} s.")
            time.sleep(LOOK_EVERY_SECONDS)
        return self.received()

    def received(self) -> list[str]:
        """What has come since this was last asked."""
        everything = self.twilio.to(self.number)
        new = everything[len(self.texts) :]
        self.texts = everything
        return new


def talk(phone: Phone, *, jsonl: bool) -> None:
    """Texts over stdin and stdout until the input ends. Raises NoAnswer."""
    if jsonl:
        for line in sys.stdin:
            if line.strip():
                _answer_json(phone, line)
        return
    print(f"\nThis is the phone {phone.number}. Write a text and press Enter; Ctrl-D ends it. Nothing leaves this machine.\n")
    while True:
        try:
            words = input("you > ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        for text in phone.says(words) if words else phone.received():
            print(f"\n  {_measure(text)}")
            for paragraph in text.splitlines():
                print(f"  | {paragraph}")
        print()


def _answer_json(phone: Phone, line: str) -> None:
    try:
        words = str(json.loads(line)["say"])
    except (ValueError, KeyError, TypeError):
        print(json.dumps({"error": 'Each line is {"say": "…"}.'}), flush=True)
        return
    replies = [_text_json(text) for text in phone.says(words)]
    print(json.dumps({"said": words, "replies": replies}, ensure_ascii=False), flush=True)


def _text_json(text: str) -> dict[str, Any]:
    measured = size(text)
    return {"text": text, "characters": len(text), "encoding": measured.encoding, "segments": measured.segments}


def _measure(text: str) -> str:
    measured = size(text)
    segments = "1 segment" if measured.segments == 1 else f"{measured.segments} segments"
    return f"[{len(text)} characters, {measured.encoding}, {segments}]"

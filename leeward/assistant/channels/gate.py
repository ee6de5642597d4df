"""The web channel's gate: every body and query is checked here, once, before anything is done with it."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from leeward.ops import secret_key

LONGEST_MESSAGE: Final = 12_000
LARGEST_BODY: Final = 64_000
HIGHEST_NUMBER: Final = 2**31 - 1
LANGUAGES: Final = ("en", "es")
JSON: Final = "application/json"
_ID: Final = re.compile(r"[0-9a-f-]{8,64}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SIGNATURE_LENGTH: Final = 16


class Refused(Exception):
    """A request that is not served: its status and one sentence for the caller.

    `reason` tells a page what to do where the status alone does not: "expired", for a chat whose time is up by our clock.
    """

    def __init__(self, status: int, sentence: str, *, reason: str | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a person sent: words, or the title of a choice (`is_choice`).

    `seen` is the number of the last message that was on their screen, `ask` the id of the question that a choice answers.
    """

    id: str
    text: str
    is_choice: bool
    seen: int | None
    ask: str | None
    language: str | None


def body_of(raw: bytes, content_type: str | None) -> Mapping[str, Any]:
    """The JSON object of a request's body; an empty body is an empty object. Raises Refused.

    It must be sent as JSON: a page elsewhere can send a form or plain text without asking first, JSON it cannot
    (WHATWG Fetch, section 4.8, CORS-preflight).
    """
    if (content_type or "").partition(";")[0].strip().lower() != JSON:
        raise Refused(415, f'Send the body as JSON, with "Content-Type: {JSON}".')
    if len(raw) > LARGEST_BODY:
        raise Refused(413, "That is too much for one message. Please send less.")
    try:
        body = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise Refused(400, "The body of this request is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused(400, "The body of this request is not a JSON object.")
    return body


def inbound_of(body: Mapping[str, Any]) -> Inbound:
    """One message of a person. Raises Refused with what to mend."""
    key = body.get("id")
    if not isinstance(key, str) or not _ID.fullmatch(key):
        raise Refused(400, 'Each message needs an "id" of its own: 8 to 64 of the characters 0-9, a-f and "-".')
    answer = body.get("answer")
    if answer is not None and not isinstance(answer, dict):
        raise Refused(400, 'An "answer" is an object with "ask" and "choice".')
    words = body.get("text") if answer is None else answer.get("choice")
    ask = None if answer is None else answer.get("ask")
    if ask is not None and not isinstance(ask, str):
        raise Refused(400, 'The "ask" of an answer is the id that came with the question.')
    return Inbound(key, _words(words), answer is not None, _seen(body.get("seen")), ask, language_of_body(body))


def language_of_body(body: Mapping[str, Any]) -> str | None:
    """The language that a body names, if it is one of ours."""
    language = body.get("language")
    return language if isinstance(language, str) and language in LANGUAGES else None


def after_of(value: str | None) -> int:
    """The number in `?after=`. Raises Refused."""
    if value is None:
        return 0
    if not _NUMBER.fullmatch(value):
        raise Refused(400, '"after" is the number of the last message you have.')
    return int(value)


def ask_id(conversation: str, n: int) -> str:
    """The id of the question that message `n` of a conversation puts; only we can make one (HMAC-SHA256, RFC 2104)."""
    return f"{n}.{_signature(conversation, n)}"


def ask_number(conversation: str, ask: str) -> int | None:
    """The number of the message whose question an id names, or None where it is none of this conversation's."""
    number, _, signature = ask.partition(".")
    if not _NUMBER.fullmatch(number):
        return None
    n = int(number)
    return n if hmac.compare_digest(signature.encode(), _signature(conversation, n).encode()) else None


def _signature(conversation: str, n: int) -> str:
    signed = hmac.new(secret_key.derived_key("asks"), f"{conversation}:{n}".encode(), sha256)
    return signed.hexdigest()[:_SIGNATURE_LENGTH]


def _words(words: Any) -> str:
    if not isinstance(words, str):
        raise Refused(400, 'Write something as "text", or send a choice as "answer".')
    try:
        words.encode()
    except UnicodeEncodeError:
        raise Refused(400, "This message holds half a character. Please write it again.") from None
    cleaned = _CONTROLS.sub("", words).strip()
    if not cleaned:
        raise Refused(400, 'Write something as "text", or send a choice as "answer".')
    if len(cleaned) > LONGEST_MESSAGE:
        raise Refused(413, f"That is too long for one message. Please keep it under {LONGEST_MESSAGE:,} characters.")
    return cleaned


def _seen(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST_NUMBER:
        raise Refused(400, '"seen" is the number of the last message on the screen.')
    return value

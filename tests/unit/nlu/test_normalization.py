"""The steps that make a text ready for matching."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.nlu.normalization import (
    expand_contractions,
    fold,
    join_spelled_letters,
    normalize,
    plain_words,
    reveal_disguised_letters,
    shorten_stretched_letters,
    strip_invisible,
)


@given(st.text())
def test_a_normalized_text_is_as_long_as_the_text(text: str) -> None:
    assert len(normalize(text)) == len(text)


def test_folding_drops_case_accents_and_ligatures() -> None:
    assert fold("Él reﬁnanció") == "el refinancio"


@pytest.mark.parametrize("text", ["Don't call me!", "dont  call me", "DON’T CALL ME…", "_don't_ call-me"])
def test_plain_words_are_the_same_for_every_writing(text: str) -> None:
    assert plain_words(text) == "dont call me"


@pytest.mark.parametrize(
    ("text", "expanded"),
    [("i'm", "i am"), ("i can't", "i can not"), ("i won’t", "i will not"), ("it's his mother's", "it is his mothers")],
)
def test_contractions_are_written_out(text: str, expanded: str) -> None:
    assert expand_contractions(text) == expanded


@pytest.mark.parametrize("text", ["d i e d", "d.i.e.d", "d-i-e-d"])
def test_a_word_spelled_letter_by_letter_is_one_word(text: str) -> None:
    assert join_spelled_letters(f"he {text} here") == "he died here"


def test_three_single_letters_are_no_word() -> None:
    assert join_spelled_letters("plan a b c") == "plan a b c"


def test_figures_within_a_word_are_the_letters_they_look_like() -> None:
    assert reveal_disguised_letters("k1ll m3 310k") == "kill m3 310k"


def test_a_stretched_letter_is_written_once() -> None:
    assert shorten_stretched_letters("stooop, 1000 of all") == "stop, 1000 of all"


def test_characters_that_nobody_sees_are_dropped() -> None:
    assert strip_invisible("sui\u200bcide\u202e") == "suicide"

"""One form for every way of writing the same, each place mapped to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.core.canonical_text import canonical


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Número", "numero"),
        ("１２３–４５—６７", "123-45-67"),
        ("١٢٣", "123"),
        ("1\u200b2\u00ad3", "123"),
        ("1\u00a02\u20093", "1 2 3"),
        ("1️⃣2️⃣", "12"),
        ("𝟏𝟐𝟑", "123"),
        ("1·2", "1.2"),
        ("one two three", "1 2 3"),
        ("uno, dos, 3, cuatro", "1, 2, 3, 4"),
        ("one two", "one two"),
        ("twenty one hundred", "twenty one hundred"),
        ("line\nline", "line\nline"),
    ],
)
def test_the_same_is_written_the_same(text: str, plain: str) -> None:
    assert canonical(text).text == plain


def test_a_place_in_the_canonical_text_is_known_in_the_original() -> None:
    text = "ssn: ö１-two-three-４"
    plain = canonical(text)
    at = plain.text.index("1")
    span = plain.original(at, at + len("1-2-3-4"))
    assert text[span.start : span.end] == "１-two-three-４"


@given(st.text(max_size=200))
def test_every_place_points_into_the_text_and_they_go_forward(text: str) -> None:
    plain = canonical(text)
    assert len(plain.places) == len(plain.text)
    starts = [span.start for span in plain.places]
    assert starts == sorted(starts)
    assert all(0 <= span.start < span.end <= len(text) for span in plain.places)

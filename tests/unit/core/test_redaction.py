"""What is masked before anything is stored, and what must stay readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.core.redaction import MASK, mask
from leeward.nlu.safety_rules import screen


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my ssn is 123-45-6789", "my ssn is •••"),
        ("123 45 6789", "•••"),
        ("123.45.6789", "•••"),
        ("123–45–6789", "•••"),
        ("I have 123456789 social", "I have ••• social"),
        ("ssn 123456789", "ssn •••"),
        ("mi seguro social es 123-45-6789 y vivo en Cicero", "mi seguro social es ••• y vivo en Cicero"),
        ("card 4111-1111-1111-1111 exp 04/27", "card ••• exp 04/27"),
        ("4111111111111111", "•••"),
        ("tarjeta 5500 0000 0000 0004", "tarjeta •••"),
        ("my routing is 021000021 and account 9988776655", "my routing is ••• and account •••"),
        ("account # 55512", "account # •••"),
        ("loan number 0012345678", "loan number •••"),
        ("mi número de cuenta es 12345678", "mi número de cuenta es •••"),
        ("password: hunter2x, ok?", "password: ••• ok?"),
        ("pin 4821", "pin •••"),
    ],
)
def test_secrets_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert screen(text).secrets


@pytest.mark.parametrize(
    "text",
    [
        "call me at 312-555-0142",
        "(312) 555-0142",
        "+1 312 555 0142",
        "3125550142",
        "my account 312-555-0142",
        "my account? call 800-569-4287",
        "I owe $212,300.50",
        "my loan is 310000",
        "mi préstamo es 310000",
        "loan balance 212300",
        "account balance 250000",
        "my account is 250000",
        "loan no 150000 yes",
        "between 200000 and 220000",
        "250,000,000",
        "1500 1500 1500 on 1/5",
        "zip 60632",
        "60632-1234",
        "10/14/2026",
        "2026-10-14",
        "case 2024 CH 01234",
        "PIN 13-24-102-015-0000",
        "social security pays 1450 a month",
        "4111111111111112",
        "000-45-6789",
    ],
)
def test_phones_amounts_zip_codes_dates_and_case_numbers_stay(text: str) -> None:
    assert mask(text) == text
    assert screen(text).secrets == ()


def test_secrets_tells_where_they_stand() -> None:
    (span,) = screen("ssn 123-45-6789 ok").secrets
    assert (span.start, span.end) == (4, 15)


@given(st.integers(0, 99_999_999), st.sampled_from(["I owe {}", "about ${:,}", "{:,} dollars", "debo {}"]))
def test_no_amount_is_ever_masked(amount: int, sentence: str) -> None:
    assert MASK not in mask(sentence.format(amount))


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)

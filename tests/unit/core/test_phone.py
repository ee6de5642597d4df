"""Phone numbers: E.164 in, the national form out."""

from __future__ import annotations

import pytest

from leeward.core.phone import PhoneError, display, is_e164, parse_e164


@pytest.mark.parametrize("written", ["3125550123", "(312) 555-0123", "+1 312 555 0123", "1-312-555-0123", "tel:3125550123"])
def test_a_number_in_any_writing_becomes_e164(written: str) -> None:
    assert parse_e164(written) == "+13125550123"


def test_a_number_of_another_country_is_a_number() -> None:
    assert parse_e164("+52 55 1234 5678") == "+525512345678"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("555-0123", "phone_too_short"),
        ("+1 555 0123", "phone_too_short"),
        ("312 555 0123 99", "phone_too_long"),
        ("", "phone_invalid"),
        ("no number", "phone_invalid"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(PhoneError) as refused:
        parse_e164(written)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("+52 55 1234 5678", "phone_not_us"),
        ("123 456 7890", "phone_invalid"),
        ("555-0123", "phone_too_short"),
        ("312 555 0123 99", "phone_too_long"),
    ],
)
def test_a_number_that_staff_could_not_call_in_the_us_is_refused(written: str, reason: str) -> None:
    with pytest.raises(PhoneError) as refused:
        parse_e164(written, us_only=True)
    assert refused.value.reason == reason


def test_a_number_kept_for_fiction_counts_as_a_us_number() -> None:
    assert parse_e164("(617) 555-0199", us_only=True) == "+16175550199"


@pytest.mark.parametrize("number", ["+13125550142", "+525512345678", "+442079460958"])
def test_a_full_number_of_any_country_is_e164(number: str) -> None:
    assert is_e164(number)


@pytest.mark.parametrize("number", ["3125550142", "+1 312 555 0142", "72345", "+72345", "ACME", "", "+15550123", "+0123456789"])
def test_short_codes_names_and_other_writings_are_not_e164(number: str) -> None:
    assert not is_e164(number)


def test_a_number_is_shown_as_people_in_the_us_write_it() -> None:
    assert display("+13125550123") == "(312) 555-0123"


def test_a_number_of_no_country_is_shown_as_it_stands() -> None:
    assert display("+21000000") == "+21000000"

"""Phone numbers: parsing to E.164 (ITU-T), checking, and display as people in the United States write them."""

from __future__ import annotations

import re
from typing import Final, Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

REGION: Final = "US"
"""Country of a number written without a country code (ISO 3166)."""
US_COUNTRY_CODE: Final = 1
US_DIGITS: Final = 10

_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
# NANP 555-0100 to 555-0199 are reserved for fiction and never assigned; stories and tests use them.
_FICTION: Final = re.compile(r"\+1[2-9]\d{2}55501\d{2}")

Reason = Literal["phone_too_short", "phone_too_long", "phone_not_us", "phone_invalid"]


class PhoneError(ValueError):
    """A text that is no phone number. `reason` is a key of `rejected` in labels.yml."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Final = reason


def parse_e164(text: str, *, us_only: bool = False) -> str:
    """The one number written in `text`, as E.164; without a country code it is a US number.

    The length must be that of a full number of its country. With `us_only` the number must also be in the North American
    plan (+1) and in an assigned range, or one of those kept for fiction (555-01xx). Raises PhoneError.
    """
    if us_only and len(re.sub(r"\D", "", text)) < US_DIGITS:
        raise PhoneError("phone_too_short")
    try:
        number = phonenumbers.parse(text, REGION)
    except NumberParseException:
        raise PhoneError("phone_invalid") from None
    if us_only:
        _check_us(number)
    else:
        _check_length(number)
    return _e164(number)


def is_e164(text: str) -> bool:
    """Whether `text` is a full phone number in E.164, of any country; a short code or a sender's name is not."""
    if not _E164.fullmatch(text):
        return False
    try:
        return parse_e164(text) == text
    except PhoneError:
        return False


def display(e164: str) -> str:
    """An E.164 number in the national form of its country: "(312) 555-0123"; as it stands where it belongs to none."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)
    except NumberParseException:
        return e164


def _check_length(number: PhoneNumber) -> None:
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.IS_POSSIBLE:
            return
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            raise PhoneError("phone_too_short")
        case ValidationResult.TOO_LONG:
            raise PhoneError("phone_too_long")
    raise PhoneError("phone_invalid")


def _check_us(number: PhoneNumber) -> None:
    if number.country_code != US_COUNTRY_CODE:
        raise PhoneError("phone_not_us")
    if phonenumbers.is_valid_number(number) or _FICTION.fullmatch(_e164(number)):
        return
    raise PhoneError("phone_too_long" if len(str(number.national_number)) > US_DIGITS else "phone_invalid")


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)

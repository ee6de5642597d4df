"""What is masked before anything is stored, and what must stay readable."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from leeward.core.redaction import MASK, mask, mask_after, was_masked_from
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


# ------------------------------------------------------------------ however it is written

SEPARATORS = st.text(alphabet="-–—‑−./_ \u00a0\u2009\u200b\u2060", min_size=1, max_size=1)
INVISIBLE = st.sampled_from(["", "", "\u200b", "\u00ad", "\u2060", "\ufeff"])
DIGITS = {"ascii": "0123456789", "full": "０１２３４５６７８９", "arabic": "٠١٢٣٤٥٦٧٨٩", "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"}
ENGLISH = "zero one two three four five six seven eight nine".split()
SPANISH = "cero uno dos tres cuatro cinco seis siete ocho nueve".split()


def written(number: str, alphabet: str) -> str:
    return "".join(DIGITS[alphabet][int(character)] if character.isdecimal() else character for character in number)


@st.composite
def social_security(draw: st.DrawFn) -> tuple[str, str, str]:
    """Area, group and serial number, as the Social Security Administration gives them out."""
    area = draw(st.integers(1, 899).filter(lambda number: number != 666))
    return f"{area:03}", f"{draw(st.integers(1, 99)):02}", f"{draw(st.integers(1, 9999)):04}"


@given(social_security(), SEPARATORS, st.sampled_from(["", " "]), INVISIBLE, st.sampled_from(sorted(DIGITS)))
def test_a_social_security_number_is_masked_with_any_mark_between_its_groups(
    number: tuple[str, str, str], mark: str, space: str, invisible: str, alphabet: str
) -> None:
    between = space + mark + invisible + space
    assert mask(f"it's {written(between.join(number), alphabet)} ok") == f"it's {MASK} ok"


@given(
    social_security(),
    st.sampled_from(["my ssn is", "social security number:", "SSN", "mi seguro social es", "itin #"]),
    st.lists(st.sampled_from(["", "-", " ", ".", "/", "_", " - ", "—"]), min_size=8, max_size=8),
)
def test_a_named_number_is_masked_with_any_marks_at_all(number: tuple[str, str, str], name: str, marks: list[str]) -> None:
    digits = "".join(number)
    told = digits[0] + "".join(mark + digit for mark, digit in zip(marks, digits[1:], strict=True))
    assert not any(character.isdecimal() for character in mask(f"{name} {told}"))


@given(social_security(), st.sampled_from([ENGLISH, SPANISH]), st.sampled_from([" ", ", ", "-"]))
def test_a_number_that_is_spelled_out_is_masked_when_it_is_said_what_it_is(
    number: tuple[str, str, str], words: list[str], between: str
) -> None:
    told = between.join(words[int(digit)] for digit in "".join(number))
    assert mask(f"my social is {told}") == f"my social is {MASK}"
    assert mask(f"{told} is my social") == f"{MASK} is my social"


def card(prefix: str, length: int, body: str) -> str:
    number = prefix + body[: length - len(prefix) - 1]
    return number + luhn.calc_check_digit(number)


@given(
    st.sampled_from([("4", 16), ("51", 16), ("2221", 16), ("6011", 16), ("37", 15)]),
    st.text(alphabet="0123456789", min_size=16, max_size=16),
    SEPARATORS,
    INVISIBLE,
)
def test_a_card_is_masked_with_any_mark_between_its_groups(kind: tuple[str, int], body: str, mark: str, invisible: str) -> None:
    number = card(*kind, body)
    groups = (4, 6, 5) if kind[1] == 15 else (4, 4, 4, 4)
    cut = [number[sum(groups[:place]) : sum(groups[: place + 1])] for place in range(len(groups))]
    assert mask((mark + invisible).join(cut)) == MASK
    assert mask(number) == MASK


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("12345-6789 is my ssn", "••• is my ssn"),
        ("912-70-1234", "•••"),
        ("(078)05-1120", "•••"),
        ("078-051120", "•••"),
        ("last four of my social 1120", "last four of my social •••"),
        ("social ends in 1120", "social ends in •••"),
        ("account ending in 4321", "account ending in •••"),
        ("my ein is 12-3456789", "my ein is •••"),
        ("loan no 7001234567", "loan no •••"),
        ("préstamo número 1234567", "préstamo número •••"),
        ("GB29 NWBK 6016 1331 9268 19 and I owe 310k", "••• and I owe 310k"),
        ("my pin number is 1234", "my pin number is •••"),
        ("my pin is one two three four", "my pin is •••"),
        ("security code 123", "security code •••"),
        ("my password is hunter2 and I owe 310k", "my password is ••• and I owe 310k"),
        ("password: correct horse", "password: •••"),
        ("contraseña Perro123", "contraseña •••"),
        ("driver's license D400-7836-0001", "driver's license •••"),
        ("licencia de conducir S530-4607-5123", "licencia de conducir •••"),
        ("passport 512345678", "passport •••"),
        ("alien registration A 123 456 789", "alien registration •••"),
        ("my dob is 4/12/1950", "my dob is •••"),
        ("born on April 12, 1961", "born on •••"),
        ("nací el 12 de abril de 1961", "nací el •••"),
        ("medicare 1EG4-TE5-MK73", "medicare •••"),
        ("my id 1EG4-TE5-MK73", "my id •••"),
    ],
)
def test_every_kind_of_secret_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "250-300000",
        "between 200-250000",
        "I owe 310, 12/2025",
        "2023 2024 2025 2026 payments",
        "312 555 0142 312 555 0199",
        "4155550142 250000",
        "my social worker is at 312-555-0142",
        "case number 202400123",
        "docket 123456789",
        "case 2024 CH 012345678",
        "file number 123456789",
        "invoice 100234567 paid",
        "the sale is April 12, 2026",
        "served on 4-12-26",
        "I was born in 1961",
        "my password is not working",
        "la clave es pagar a tiempo",
        "my license expired",
        "my card is 12000 in debt",
        "visa debt 12000",
        "checking on 2024 12 1500",
        "savings 12000",
        "parcel 1601216001",
        "code 60632",
        "15200 S Cicero Ave, 60435",
        "$123,456,789",
        "one two three",
    ],
)
def test_what_staff_need_stays(text: str) -> None:
    assert mask(text) == text


AREAS = st.integers(200, 999).filter(lambda area: area % 100 != 11)


@given(
    AREAS,
    st.integers(200, 999),
    st.integers(0, 9999),
    st.sampled_from(["{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "{} {} {}", "{}{}{}", "+1 {} {} {}", "1-{}-{}-{}"]),
    st.sampled_from(["{}", "call me at {}", "my number is {}", "mi teléfono es {}", "home {} or text", "my cell: {}"]),
)
def test_no_telephone_number_is_ever_masked(area: int, exchange: int, line: int, form: str, sentence: str) -> None:
    said = sentence.format(form.format(f"{area:03}", f"{exchange:03}", f"{line:04}"))
    assert mask(said) == said


@given(
    st.integers(1, 999_999),
    st.integers(1, 999_999),
    st.sampled_from(["{:,} and {:,}", "owe ${} worth ${}", "{} {}", "between {} and {}", "{:,}-{:,}", "debo {} y vale {}"]),
)
def test_no_two_amounts_are_ever_masked(first: int, second: int, sentence: str) -> None:
    said = sentence.format(first * 100, second * 100)
    assert mask(said) == said


@given(st.dates(), st.sampled_from(["sale on {:%m/%d/%Y}", "court {:%m-%d-%y}", "{:%Y-%m-%d}", "served {:%B %d, %Y}"]))
def test_no_date_of_the_case_is_ever_masked(day: date, sentence: str) -> None:
    assert mask(sentence.format(day)) == sentence.format(day)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("my social is 123-45", "6789", ("my social is •••", "•••")),
        ("mi seguro social es 123", "45 6789", ("mi seguro social es •••", "•••")),
        ("123-45", "6789 ok", ("•••", "••• ok")),
        ("my dob is", "4/12/1950", ("my dob is", "•••")),
        ("password:", "correct horse", ("password:", "•••")),
        ("my ssn:", "123 45 6789 and I owe 310k", ("my ssn:", "••• and I owe 310k")),
    ],
)
def test_what_only_two_messages_show_is_masked(first: str, second: str, kept: tuple[str, str]) -> None:
    assert mask_after(first, second) == kept


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("my social security is 945", "310000"),
        ("my social security is 1450", "31000"),
        ("do you need my account number?", "310000"),
        ("I owe 310", "12/2025"),
        ("312", "555 0142"),
        ("my phone is 312-55", "50142"),
        ("the sale is", "4/12/2026"),
        ("what I owe is", "310000"),
    ],
)
def test_an_answer_is_not_taken_for_the_rest_of_a_secret(first: str, second: str) -> None:
    assert mask_after(first, second) == (first, second)


@given(st.text(max_size=80), st.text(max_size=80))
def test_two_messages_never_lose_more_than_their_secrets(first: str, second: str) -> None:
    before, after = mask_after(first, second)
    assert was_masked_from(before, first)
    assert was_masked_from(after, second)


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_other_words_are_not_taken_for_the_masked_ones(text: str, other: str) -> None:
    if text != other:
        assert not was_masked_from(text.replace(MASK, ""), other)

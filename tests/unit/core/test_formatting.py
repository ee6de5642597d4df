"""Figures, dates, hours and lists as people read them, in both languages."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from leeward.core import formatting
from leeward.core.facts import SPECS, UNKNOWN, Kind, Range, Value
from leeward.core.language import Language
from leeward.core.phone import display

NINE, FIVE, NOON = time(9), time(17), time(12)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "$0"),
        ("7", "$7"),
        ("950", "$950"),
        ("150000", "$150,000"),
        ("1234567", "$1,234,567"),
        ("150000.00", "$150,000"),
        ("1200.5", "$1,200.50"),
        ("1200.25", "$1,200.25"),
        ("0.005", "$0.01"),
        ("199999.999", "$200,000"),
    ],
)
def test_money_is_in_dollars_with_cents_only_where_there_are_any(amount: str, written: str) -> None:
    assert formatting.money(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("low", "high", "language", "written"),
    [
        (200_000, 220_000, "en", "between $200,000 and $220,000"),
        (200_000, 220_000, "es", "entre $200,000 y $220,000"),
        (0, 100_000, "en", "between $0 and $100,000"),
        (200_000, 200_000, "en", "$200,000"),
        (200_000, 200_000, "es", "$200,000"),
    ],
)
def test_a_range_has_two_bounds_unless_they_are_the_same(low: int, high: int, language: Language, written: str) -> None:
    assert formatting.money_range(Range(Decimal(low), Decimal(high)), language) == written


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (date(2026, 10, 14), "October 14, 2026", "14 de octubre de 2026"),
        (date(2026, 1, 1), "January 1, 2026", "1 de enero de 2026"),
        (date(2027, 12, 31), "December 31, 2027", "31 de diciembre de 2027"),
        (date(2024, 2, 29), "February 29, 2024", "29 de febrero de 2024"),
    ],
)
def test_a_day_is_written_out(day: date, english: str, spanish: str) -> None:
    assert (formatting.day(day, "en"), formatting.day(day, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (time(0, 5), "12:05 AM", "12:05 a. m."),
        (time(9), "9:00 AM", "9:00 a. m."),
        (time(11, 59), "11:59 AM", "11:59 a. m."),
        (time(12), "12:00 PM", "12:00 p. m."),
        (time(17, 30), "5:30 PM", "5:30 p. m."),
        (time(23, 59), "11:59 PM", "11:59 p. m."),
    ],
)
def test_a_time_of_day_has_twelve_hours(at: time, english: str, spanish: str) -> None:
    assert (formatting.clock(at, "en"), formatting.clock(at, "es")) == (english, spanish)


def test_a_moment_is_a_day_of_the_week_with_a_time() -> None:
    monday = datetime(2026, 11, 23, 9)
    assert formatting.moment(monday, "en") == "Monday, 9:00 AM"
    assert formatting.moment(monday, "es") == "lunes, 9:00 a. m."
    assert formatting.weekday(6, "es") == "domingo"


@pytest.mark.parametrize(
    ("items", "english", "spanish"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a y b"),
        (["a", "b", "c"], "a, b and c", "a, b y c"),
    ],
)
def test_a_list_ends_with_and(items: list[str], english: str, spanish: str) -> None:
    assert (formatting.listed(items, "en"), formatting.listed(items, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("items", "english", "spanish"),
    [(["a"], "a", "a"), (["a", "b"], "a or b", "a o b"), (["a", "b", "c"], "a or b or c", "a o b o c")],
)
def test_a_choice_is_put_with_or(items: list[str], english: str, spanish: str) -> None:
    assert (formatting.either(items, "en"), formatting.either(items, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("number", "written"),
    [("+13125550142", "(312) 555-0142"), ("+18005694287", "(800) 569-4287"), ("+17875550123", "(787) 555-0123")],
)
def test_a_phone_number_is_written_as_people_in_the_us_read_it(number: str, written: str) -> None:
    assert display(number) == written


@pytest.mark.parametrize(
    ("fact", "value", "english", "spanish"),
    [
        ("balance_owed", Decimal(310_000), "$310,000", "$310,000"),
        ("balance_owed", UNKNOWN, "not known", "no se sabe"),
        ("home_value", Range(Decimal(1), Decimal(2)), "between $1 and $2", "entre $1 y $2"),
        ("months_behind", 4, "4", "4"),
        ("months_behind", Range(Decimal(3), Decimal(4)), "between 3 and 4", "entre 3 y 4"),
        ("sale_date", date(2026, 12, 4), "December 4, 2026", "4 de diciembre de 2026"),
        ("has_lawyer", True, "yes", "sí"),
        ("has_lawyer", False, "no", "no"),
        ("stage", "sale_set", "a sale date is set", "hay fecha de venta"),
        ("loan_type", "fha", "FHA", "FHA"),
        ("contact_by", "text", "text message", "mensaje de texto"),
        ("phone", "+13125550142", "(312) 555-0142", "(312) 555-0142"),
        ("email", "ana@example.com", "ana@example.com", "ana@example.com"),
        ("first_name", "Ana", "Ana", "Ana"),
        ("state", "IL", "IL", "IL"),
    ],
)
def test_a_fact_is_written_by_its_kind(fact: str, value: Value, english: str, spanish: str) -> None:
    written = formatting.fact_value(SPECS[fact], value, "en"), formatting.fact_value(SPECS[fact], value, "es")
    assert written == (english, spanish)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("fact", sorted(set(SPECS) - {"language"}))
def test_every_fact_and_each_of_its_choices_has_a_name(fact: str, language: Language) -> None:
    assert formatting.fact_name(fact, language)
    choices = SPECS[fact].choices if SPECS[fact].kind is Kind.CHOICE else ()
    assert all(formatting.fact_value(SPECS[fact], choice, language) for choice in choices)


@pytest.mark.parametrize(
    ("hours", "english", "spanish"),
    [
        (
            [(NINE, FIVE)] * 5 + [None, None],
            "Monday to Friday, 9:00 AM to 5:00 PM",
            "lunes a viernes, 9:00 a. m. a 5:00 p. m.",
        ),
        (
            [(NINE, FIVE)] * 4 + [(NINE, NOON)] + [None, None],
            "Monday to Thursday, 9:00 AM to 5:00 PM; Friday, 9:00 AM to 12:00 PM",
            "lunes a jueves, 9:00 a. m. a 5:00 p. m.; viernes, 9:00 a. m. a 12:00 p. m.",
        ),
        (
            [(NINE, NOON), None, (NINE, NOON), None, None, None, None],
            "Monday, 9:00 AM to 12:00 PM; Wednesday, 9:00 AM to 12:00 PM",
            "lunes, 9:00 a. m. a 12:00 p. m.; miércoles, 9:00 a. m. a 12:00 p. m.",
        ),
        ([None] * 7, "", ""),
    ],
)
def test_days_in_a_row_with_the_same_hours_are_told_together(
    hours: list[tuple[time, time] | None], english: str, spanish: str
) -> None:
    assert (formatting.opening_hours(hours, "en"), formatting.opening_hours(hours, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("reason", "english", "spanish"),
    [
        ("phone_too_short", "it has too few digits", "le faltan dígitos"),
        ("phone_too_odd", "no such number exists in the US", "ese número no existe en Estados Unidos"),
        ("email_no_at", "it has no “@”", "le falta la “@”"),
        ("email_too_odd", "it looks incomplete", "parece incompleta"),
    ],
)
def test_why_something_was_rejected_is_told_and_a_reason_without_words_in_general(
    reason: str, english: str, spanish: str
) -> None:
    assert (formatting.rejection(reason, "en"), formatting.rejection(reason, "es")) == (english, spanish)


def test_a_phrase_is_filled_in_and_one_that_is_not_there_is_an_error() -> None:
    assert formatting.phrase("up_to", "es", amount="$5") == ", hasta $5"
    with pytest.raises(KeyError):
        formatting.phrase("no_such_phrase", "en")


def test_a_kind_of_foreclosure_has_a_name() -> None:
    assert formatting.process_name("nonjudicial", "en") == "an out-of-court foreclosure sale"


@pytest.mark.parametrize(
    ("citation", "told"),
    [
        ("Ill. S. Ct. Rule 101(b), (d) (as amended 2023-24, with the form of the summons)", "Ill. S. Ct. Rule 101(b), (d)"),
        ("MCL 600.3240(1)-(2) (price); MCL 600.3280", "MCL 600.3240(1)-(2)"),
        ("United States v. Shimer, 367 U.S. 374 (1961)", "United States v. Shimer, 367 U.S. 374 (1961)"),
        ("12 CFR 1 (iv)", "12 CFR 1 (iv)"),
        (None, "a lawyer should check this"),
    ],
)
def test_a_source_is_told_without_remarks_for_lawyers(citation: str | None, told: str) -> None:
    assert formatting.source(citation, "en") == told


def test_that_a_lawyer_should_check_is_said_once() -> None:
    assert (
        formatting.with_source("It is 6 years. A lawyer should check.", None, "en") == "It is 6 years. A lawyer should check."
    )
    assert formatting.with_source("It is 6 years.", None, "en") == "It is 6 years. (a lawyer should check this)"
    assert formatting.with_source("Son 6 años.", "Code 1", "es") == "Son 6 años. (Code 1)"

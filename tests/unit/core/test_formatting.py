"""Figures, dates and lists read in a sentence as people in the United States write them, in English and in Spanish."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from leeward.core import formatting
from leeward.core.facts import Range
from leeward.core.language import Language

WEEK_OF_MORNINGS = [(time(9), time(17))] * 5 + [(time(10), time(13)), None]


@pytest.mark.parametrize(("language", "written"), [("en", "October 14, 2026"), ("es", "14 de octubre de 2026")])
def test_a_date_is_written_out(language: Language, written: str) -> None:
    assert formatting.day(date(2026, 10, 14), language) == written


def test_spanish_months_and_days_begin_small() -> None:
    written = [formatting.day(date(2026, month, 1), "es").split()[2] for month in range(1, 13)]
    assert written == ("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split())
    assert [formatting.weekday(number, "es") for number in range(7)] == (
        "lunes martes miércoles jueves viernes sábado domingo".split()
    )


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (time(9), "9:00 AM", "9:00 a. m."),
        (time(0, 5), "12:05 AM", "12:05 a. m."),
        (time(12), "12:00 PM", "12:00 p. m."),
        (time(17, 30), "5:30 PM", "5:30 p. m."),
    ],
)
def test_a_time_of_day_has_plain_spaces_that_a_text_can_carry(at: time, english: str, spanish: str) -> None:
    assert (formatting.clock(at, "en"), formatting.clock(at, "es")) == (english, spanish)


def test_a_moment_names_its_day() -> None:
    monday = datetime(2026, 11, 23, 9, 0)
    assert formatting.moment(monday, "en") == "Monday, 9:00 AM"
    assert formatting.moment(monday, "es") == "lunes, 9:00 a. m."


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("150000", "$150,000"),
        ("150000.00", "$150,000"),
        ("0", "$0"),
        ("1234567.5", "$1,234,567.50"),
        ("0.005", "$0.01"),
        ("10.004", "$10"),
        ("999.995", "$1,000"),
    ],
)
def test_money_has_cents_only_where_there_are_any(amount: str, written: str) -> None:
    assert formatting.money(Decimal(amount)) == written


def test_a_range_of_money_is_one_amount_where_its_bounds_meet() -> None:
    met, apart = Range(Decimal(5000), Decimal(5000)), Range(Decimal(5000), Decimal(7500))
    assert formatting.money_range(met, "en") == "$5,000"
    assert formatting.money_range(apart, "en") == "between $5,000 and $7,500"
    assert formatting.money_range(apart, "es") == "entre $5,000 y $7,500"


@pytest.mark.parametrize(
    ("items", "english", "spanish"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a y b"),
        (["a", "b", "c"], "a, b and c", "a, b y c"),
    ],
)
def test_a_list_has_no_comma_before_its_last_item(items: list[str], english: str, spanish: str) -> None:
    assert (formatting.listed(items, "en"), formatting.listed(items, "es")) == (english, spanish)


def test_choices_are_set_apart_by_or() -> None:
    assert formatting.either(["a", "b", "c"], "en") == "a or b or c"
    assert formatting.either(["a", "b"], "es") == "a o b"


def test_opening_hours_join_days_in_a_row() -> None:
    assert formatting.opening_hours(WEEK_OF_MORNINGS, "en") == (
        "Monday to Friday, 9:00 AM to 5:00 PM; Saturday, 10:00 AM to 1:00 PM"
    )
    assert formatting.opening_hours(WEEK_OF_MORNINGS, "es") == (
        "lunes a viernes, 9:00 a. m. a 5:00 p. m.; sábado, 10:00 a. m. a 1:00 p. m."
    )

"""Days as people write them in English and Spanish. Today is Wednesday, March 4, 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.core import formatting
from leeward.nlu.calendar_grammar import DayExpression, find_days
from leeward.nlu.normalization import normalize

TODAY = date(2026, 3, 4)
days = st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31))
near_days = st.integers(min_value=1, max_value=300).map(lambda count: TODAY + timedelta(days=count))
words_of_dates = st.sampled_from(
    "the of on in from and between week weeks days hours month first 3rd last next july jul tuesday tues 15 4/9 20th 2026 7.15 "
    "2-3 ago el la de del en hace dentro hoy ocho quince mañana pasado semana mes julio martes viernes que viene , . -".split()
)


def only(text: str) -> DayExpression:
    """The one expression of a day in a text."""
    (expression,) = find_days(normalize(text))
    return expression


def ahead(text: str) -> date | None:
    return only(text).day(TODAY, ahead=True)


def ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


@given(days)
def test_a_day_in_figures_with_its_year_comes_back(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%m/%d/%Y}",
        f"{day:%m/%d/%y}",
        f"{day.month}-{day.day}-{day.year}",
        f"{day.month}.{day.day}.{day.year}",
    ):
        assert ahead(written) == day, written
        assert only(written).year


@given(days)
def test_a_day_with_the_name_of_its_month_comes_back_in_both_languages(day: date) -> None:
    english, spanish = formatting.month(day.month, "en"), formatting.month(day.month, "es")
    for written in (
        f"{english} {day.day}, {day.year}",
        f"{english.upper()} {ordinal(day.day)} {day.year}",
        f"{ordinal(day.day)} of {english} {day.year}",
        f"{day.day} {english[:3]} {day.year}",
        f"{day.day}{english[:3].upper()}{day:%y}",
        f"el {day.day} de {spanish} de {day.year}",
        f"{day.day} de {spanish} del {day.year}",
    ):
        assert ahead(written) == day, written


@given(near_days)
def test_a_day_without_a_year_is_the_next_one_for_what_lies_ahead(day: date) -> None:
    for written in (
        f"{day.month}/{day.day}",
        f"{formatting.month(day.month, 'en')} {ordinal(day.day)}",
        f"{day.day} de {formatting.month(day.month, 'es')}",
    ):
        assert ahead(written) == day, written
        assert not only(written).year


@given(st.integers(min_value=2, max_value=180), st.sampled_from(["in {} days", "{} days from now", "dentro de {} días"]))
def test_a_count_of_days_is_counted_from_today(count: int, written: str) -> None:
    assert ahead(written.format(count)) == TODAY + timedelta(days=count)


@given(st.integers(min_value=2, max_value=180), st.sampled_from(["{} days ago", "hace {} días", "{} días atrás"]))
def test_a_count_of_days_ago_lies_before_today(count: int, written: str) -> None:
    assert ahead(written.format(count)) == TODAY - timedelta(days=count)


@given(days, st.sampled_from(["the sale is {}, i think", "court {} at ten", "({})"]))
def test_the_span_of_a_day_is_the_words_that_name_it(day: date, sentence: str) -> None:
    written = f"{formatting.month(day.month, 'en')} {ordinal(day.day)}, {day.year}"
    text = sentence.format(written)
    span = only(text).span
    assert text[span.start : span.end] == written


@given(st.text(max_size=80) | st.lists(words_of_dates, max_size=12).map(" ".join), days, st.booleans(), st.booleans())
def test_every_text_is_read_and_its_days_lie_in_it_in_order(text: str, on: date, to_come: bool, bare: bool) -> None:
    end = 0
    for expression in find_days(normalize(text), bare=bare):
        assert end <= expression.span.start < expression.span.end <= len(text)
        end = expression.span.end
        expression.day(on, ahead=to_come)


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("first tues of july", "nth_weekday", date(2026, 7, 7)),
        ("first tuesday of july 2027", "nth_weekday", date(2027, 7, 6)),
        ("the last friday in may", "nth_weekday", date(2026, 5, 29)),
        ("first monday of next month", "nth_weekday", date(2026, 4, 6)),
        ("el primer martes de julio", "nth_weekday", date(2026, 7, 7)),
        ("el último viernes de este mes", "nth_weekday", date(2026, 3, 27)),
        ("15JUL25", "glued", date(2025, 7, 15)),
        ("15-jul-26", "glued", date(2026, 7, 15)),
        ("july fifteenth", "month_day", date(2026, 7, 15)),
        ("twenty-fifth of july", "day_month", date(2026, 7, 25)),
        ("el quince de julio", "day_month", date(2026, 7, 15)),
        ("25/7", "numeric", date(2026, 7, 25)),
        ("2/29/28", "numeric", date(2028, 2, 29)),
        ("2026-04-09T10:00", "iso", date(2026, 4, 9)),
        ("de hoy en ocho", "from_today", date(2026, 3, 11)),
        ("in 72 hours", "relative", date(2026, 3, 7)),
        ("dentro de 48 horas", "relative", date(2026, 3, 6)),
        ("in a couple of weeks", "relative", date(2026, 3, 18)),
        ("2 weeks from the 20th", "after", date(2026, 4, 3)),
        ("the day after the 4th of july", "after", date(2026, 7, 5)),
        ("3 days after tomorrow", "after", date(2026, 3, 8)),
        ("hace como tres semanas", "ago", date(2026, 2, 11)),
        ("a couple weeks ago", "ago", date(2026, 2, 18)),
        ("friday the 13th", "weekday_day", date(2026, 3, 13)),
        ("the 5th of next month", "of_next_month", date(2026, 4, 5)),
        ("el 5 del mes que viene", "of_next_month", date(2026, 4, 5)),
        ("tmrw", "tomorrow", date(2026, 3, 5)),
        ("mañana por la mañana", "tomorrow", date(2026, 3, 5)),
    ],
)
def test_each_kind_of_expression_names_its_day(text: str, kind: str, day: date) -> None:
    assert only(text).kind == kind
    assert ahead(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "the week of the 20th",
        "la semana del 7 de julio",
        "between the 7th and the 9th",
        "entre el 7 y el 9",
        "in 2-3 weeks",
        "end of the month",
        "a fines de julio",
        "in about a month",
        "in 30 hours",
        "about a month ago",
        "hace un mes",
        "next friday",
        "31 de abril",
        "february 30th",
    ],
)
def test_an_expression_that_names_no_single_day_is_found_without_one(text: str) -> None:
    assert ahead(text) is None


@pytest.mark.parametrize(
    "text", ["the first mortgage", "the second time", "july 15k", "por la mañana", "we may lose it", "21 days", "7.15"]
)
def test_words_and_figures_that_only_look_like_a_day_are_none(text: str) -> None:
    assert find_days(normalize(text)) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [("21 days", date(2026, 3, 25)), ("eleven days", date(2026, 3, 15)), ("7.15", date(2026, 7, 15)), ("a month", None)],
)
def test_a_bare_count_or_a_dotted_pair_counts_where_a_day_was_asked_for(text: str, day: date | None) -> None:
    (expression,) = find_days(normalize(text), bare=True)
    assert expression.day(TODAY, ahead=True) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("july 4", date(2025, 7, 4)),
        ("first tues of july", date(2025, 7, 1)),
        ("friday", date(2026, 2, 27)),
        ("friday the 13th", date(2026, 2, 13)),
        ("the 20th", date(2026, 2, 20)),
        ("el 20", date(2026, 2, 20)),
    ],
)
def test_without_a_year_what_has_happened_was_on_the_last_such_day(text: str, day: date) -> None:
    assert only(text).day(TODAY, ahead=False) == day


def test_a_month_and_a_half_off_is_nearer_than_next_year() -> None:
    assert only("march 3").day(date(2026, 4, 1), ahead=True) == date(2026, 3, 3)
    assert only("march 3").day(date(2026, 6, 1), ahead=True) == date(2027, 3, 3)

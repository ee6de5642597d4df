"""Month and weekday names as people write them."""

from __future__ import annotations

from leeward.nlu.calendar_words import MONTHS, WEEKDAYS, any_of


def test_months_are_known_by_name_and_abbreviation_in_both_languages_without_accents() -> None:
    assert {MONTHS[name] for name in ("september", "sept", "sep", "septiembre", "setiembre")} == {9}
    assert set(MONTHS.values()) == set(range(1, 13))


def test_weekdays_begin_with_monday() -> None:
    assert (WEEKDAYS["monday"], WEEKDAYS["miercoles"], WEEKDAYS["sabado"], WEEKDAYS["sun"]) == (0, 2, 5, 6)


def test_the_longest_name_is_tried_first() -> None:
    assert any_of(["mar", "march", "marzo"]) == "march|marzo|mar"

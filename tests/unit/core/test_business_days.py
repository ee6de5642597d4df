"""When courts and offices are closed, and to which day a last day runs on."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.metadata import version

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.core.business_days import is_federal_holiday, next_court_day
from leeward.core.facts import STATES

days = st.dates(date(1996, 1, 1), date(2070, 12, 31))
# North Carolina keeps December 24 to 26, and in 2014 a weekend followed.
MOST_CLOSED_DAYS_IN_A_ROW = 5


def is_listed(day: date, state: str) -> bool:
    """Whether it is a federal or a state holiday, asked of the package year by year."""
    return any(day in holidays.country_holidays("US", subdiv=place, years=day.year) for place in (None, state))


def test_the_package_of_holidays_is_there_in_the_version_that_was_tried() -> None:
    assert tuple(map(int, version("holidays").split("."))) >= (0, 109)


@pytest.mark.parametrize(
    ("state", "last_day", "runs_on_to"),
    [
        ("IL", "2026-11-25", "2026-11-25"),  # a Wednesday: nothing to move
        ("IL", "2026-11-26", "2026-11-27"),  # Thanksgiving
        ("TX", "2026-11-26", "2026-11-30"),  # Texas keeps the Friday as well
        ("IL", "2026-12-05", "2026-12-07"),  # a Saturday
        ("IL", "2026-02-12", "2026-02-13"),  # Lincoln's Birthday, which Illinois keeps
        ("IN", "2026-02-12", "2026-02-12"),  # and Indiana does not
        ("TX", "2026-10-12", "2026-10-13"),  # Columbus Day, which Texas does not keep: federal holidays always count
        ("IL", "2027-12-31", "2028-01-03"),  # a Friday, kept for New Year's Day on the Saturday
        ("NC", "2014-12-24", "2014-12-29"),
    ],
)
def test_a_last_day_on_which_courts_are_closed_runs_on(state: str, last_day: str, runs_on_to: str) -> None:
    assert next_court_day(date.fromisoformat(last_day), state) == date.fromisoformat(runs_on_to)


@settings(deadline=None)  # the first holidays of a state take longer to find than the next
@given(days, st.sampled_from(STATES))
def test_it_runs_on_to_no_weekend_and_no_holiday_and_at_most_five_days(day: date, state: str) -> None:
    found = next_court_day(day, state)
    assert found.weekday() < 5
    assert not is_listed(found, state)
    assert timedelta(0) <= found - day <= timedelta(days=MOST_CLOSED_DAYS_IN_A_ROW)


@settings(deadline=None)  # the first holidays of a state take longer to find than the next
@given(days, st.sampled_from(STATES))
def test_it_skips_no_day_on_which_courts_are_open(day: date, state: str) -> None:
    skipped = [day + timedelta(days=ahead) for ahead in range((next_court_day(day, state) - day).days)]
    assert all(closed.weekday() >= 5 or is_listed(closed, state) for closed in skipped)


@settings(deadline=None)  # the first holidays of a state take longer to find than the next
@given(days, st.sampled_from(STATES))
def test_a_day_on_which_courts_are_open_stays(day: date, state: str) -> None:
    found = next_court_day(day, state)
    assert next_court_day(found, state) == found


def test_a_federal_holiday_on_a_weekend_is_kept_on_the_nearest_weekday() -> None:
    assert is_federal_holiday(date(2026, 7, 3))  # Independence Day is a Saturday
    assert is_federal_holiday(date(2027, 7, 5))  # Independence Day is a Sunday
    assert not is_federal_holiday(date(2026, 11, 27))  # the day after Thanksgiving


def test_a_place_that_is_no_state_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        next_court_day(date(2026, 11, 25), "ZZ")

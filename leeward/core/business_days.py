"""Days on which courts and offices are closed: weekends and legal holidays, as the `holidays` package lists them.

Federal holidays are those of 5 U.S.C. 6103, with the day on which one that falls on a weekend is kept.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

SATURDAY: Final = 5
_YEARS_KEPT: Final = 512


def is_federal_holiday(day: date) -> bool:
    """Whether it is a legal holiday of the United States, or the day on which one is kept."""
    return day in _federal_holidays(day.year)


def next_court_day(day: date, state: str) -> date:
    """`day` itself where courts in that state (two letters) are open, else the next day on which they are; never earlier.

    A last day on a Saturday, a Sunday or a legal holiday runs on to the next day that is none of them. In federal court
    that is Fed. R. Civ. P. 6(a)(1)(C), whose holidays include those of the state (6(a)(6)); in Illinois 5 ILCS 70/1.11. Other
    states' rules were not read, and a state's list may hold days on which its courts sit: a lawyer should check the date.
    Raises NotImplementedError for a code that is no state, DC or Puerto Rico.
    """
    while not _is_open(day, state):
        day += timedelta(days=1)
    return day


def last_court_day(day: date, state: str) -> date:
    """`day` itself where courts in that state are open, else the last day before it on which they were.

    For what a homeowner may do until a day: no rule was read that gives more time there, so none is taken as given. Raises
    NotImplementedError for a code that is no state, DC or Puerto Rico.
    """
    while not _is_open(day, state):
        day -= timedelta(days=1)
    return day


def _is_open(day: date, state: str) -> bool:
    return day.weekday() < SATURDAY and day not in _state_holidays(day.year, state) and not is_federal_holiday(day)


@lru_cache(_YEARS_KEPT)
def _federal_holidays(year: int) -> frozenset[date]:
    return _listed(year, None)


@lru_cache(_YEARS_KEPT)
def _state_holidays(year: int, state: str) -> frozenset[date]:
    """The holidays that the state keeps; it need not keep every federal one."""
    return _listed(year, state)


def _listed(year: int, state: str | None) -> frozenset[date]:
    # The package reads its lists of all countries when it is first used, which takes about a second: not for every command.
    import holidays

    return frozenset(holidays.country_holidays("US", subdiv=state, years=year, expand=False))

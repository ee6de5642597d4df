"""When a text that nobody is waiting for may be sent: from 8 am to 9 pm where the person may be.

Where that is, is known from two things: the area code and the home's state. The stricter of the two wins. Sources: 47 CFR
64.1200(c)(1) (8 am to 9 pm, the called party's local time); 815 ILCS 413/15 (Illinois, the same hours).
"""

from __future__ import annotations

import functools
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import zipcodes
from phonenumbers import timezone as phone_zones

FROM: Final = time(8)
UNTIL: Final = time(21)

# Where an area code names no place (a toll-free number) the person may be anywhere on the mainland.
_MAINLAND: Final = ("America/New_York", "America/Los_Angeles")
_MOST_ZONES_OF_A_PLACE: Final = 6
_STEP: Final = timedelta(minutes=15)
_SEARCH: Final = timedelta(days=2)


def may_send(phone: str, state: str | None, at: datetime) -> bool:
    """Whether it is between 8 am and 9 pm at the moment `at` (aware) everywhere the person may be.

    `phone` is E.164, `state` the two letters of the home's state or None.
    """
    return all(FROM <= at.astimezone(zone).time() < UNTIL for zone in zones(phone, state))


def next_moment(phone: str, state: str | None, at: datetime) -> datetime:
    """The moment `at` if a text may be sent then, or else the next quarter of an hour at which it may."""
    if may_send(phone, state, at):
        return at
    moment = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + _STEP
    while moment < at + _SEARCH:
        if may_send(phone, state, moment):
            return moment
        moment += _STEP
    raise ValueError(f"there is no hour that suits all of {zones(phone, state)}")


@functools.lru_cache(maxsize=10_000)
def zones(phone: str, state: str | None) -> tuple[ZoneInfo, ...]:
    """The time zones in which the owner of a number (E.164) with a home in `state` may be."""
    named = phone_zones.time_zones_for_number(phonenumbers.parse(phone))
    nowhere = len(named) > _MOST_ZONES_OF_A_PLACE or "Etc/Unknown" in named
    by_code = _MAINLAND if nowhere else named
    return tuple(ZoneInfo(name) for name in sorted({*by_code, *_zones_of_states().get(state or "", ())}))


@functools.cache
def _zones_of_states() -> dict[str, frozenset[str]]:
    """The time zones of each state, from its ZIP codes."""
    found: dict[str, set[str]] = {}
    for row in zipcodes.list_all():
        name = row["timezone"]
        if name and _is_zone(name):
            found.setdefault(row["state"], set()).add(name)
    return {state: frozenset(names) for state, names in found.items()}


@functools.cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True

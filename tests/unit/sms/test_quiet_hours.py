"""Nothing that we begin goes out between 9 pm and 8 am where the person may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward import law
from leeward.sms import quiet_hours

CHICAGO = "+13125550142"
LOS_ANGELES = "+12135550142"
TOLL_FREE = "+18005550142"


def at(text: str, zone: str = "America/Chicago") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("phone", "state", "moment", "may"),
    [
        (CHICAGO, "IL", "2026-11-24 07:59", False),
        (CHICAGO, "IL", "2026-11-24 08:00", True),
        (CHICAGO, "IL", "2026-11-24 20:59", True),
        (CHICAGO, "IL", "2026-11-24 21:00", False),
        # A Chicago number and a home in California: the stricter of both counts.
        (CHICAGO, "CA", "2026-11-24 09:30", False),
        (CHICAGO, "CA", "2026-11-24 10:00", True),
        (LOS_ANGELES, "IL", "2026-11-24 21:30", False),
        # A toll-free number may be anywhere on the mainland.
        (TOLL_FREE, None, "2026-11-24 09:59", False),
        (TOLL_FREE, None, "2026-11-24 20:30", False),
        (TOLL_FREE, None, "2026-11-24 12:00", True),
        # Texas lies in two zones.
        (CHICAGO, "TX", "2026-11-24 08:30", False),
    ],
)
def test_the_stricter_of_area_code_and_home_wins(phone: str, state: str | None, moment: str, may: bool) -> None:
    assert quiet_hours.may_send(phone, state, at(moment)) is may


def test_what_comes_at_night_is_kept_until_the_morning() -> None:
    assert quiet_hours.next_moment(CHICAGO, "IL", at("2026-11-24 22:10")) == at("2026-11-25 08:00")
    assert quiet_hours.next_moment(CHICAGO, "CA", at("2026-11-24 22:10")) == at("2026-11-25 10:00")
    assert quiet_hours.next_moment(CHICAGO, "IL", at("2026-11-24 12:00")) == at("2026-11-24 12:00")


def test_the_clock_change_moves_the_morning_with_it() -> None:
    assert quiet_hours.next_moment(CHICAGO, "IL", at("2026-10-31 22:00")) == at("2026-11-01 08:00")


@given(
    code=st.sampled_from(sorted(law.codes())),
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    phone=st.sampled_from([CHICAGO, LOS_ANGELES, TOLL_FREE, "+17875550142", "+19075550142", "+18085550142"]),
)
def test_there_is_always_a_next_moment_and_it_may_be_used(code: str, minutes: int, phone: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    moment = quiet_hours.next_moment(phone, code, now)
    assert moment >= now
    assert quiet_hours.may_send(phone, code, moment)
    assert moment - now < timedelta(hours=24)

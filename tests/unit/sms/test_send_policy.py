"""Which texts may be sent, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leeward.sms import send_policy
from leeward.sms.send_policy import MessageKind, Thread

PHONE = "+13125550142"
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=ZoneInfo("America/Chicago"))
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=ZoneInfo("America/Chicago"))
FINE = Thread(PHONE, "IL", opted_out=False, consented=True, safe=True)


def test_whoever_agreed_may_be_texted() -> None:
    assert send_policy.denial_reason(FINE) is None
    assert send_policy.denial_reason(replace(FINE, safe=None)) is None


@pytest.mark.parametrize(
    ("thread", "reason"),
    [
        (replace(FINE, phone=""), "no_number"),
        (replace(FINE, opted_out=True), "opted_out"),
        (replace(FINE, consented=False), "no_consent"),
        (replace(FINE, safe=False), "not_safe"),
        (replace(FINE, begun=3, begun_today=3), "daily_cap"),
        (replace(FINE, begun=6, begun_today=0), "total_cap"),
        # A stop outweighs everything that was agreed before.
        (replace(FINE, opted_out=True, consented=True), "opted_out"),
    ],
)
def test_why_a_text_may_not_be_begun(thread: Thread, reason: str) -> None:
    assert send_policy.denial_reason(thread) == reason


@pytest.mark.parametrize("kind", ["staff", "reminder"])
def test_what_we_begin_waits_for_the_morning(kind: MessageKind) -> None:
    assert send_policy.not_before(kind, PHONE, "IL", prompted_at=None, now=NIGHT) == MORNING


def test_an_answer_to_someone_who_waits_goes_out_at_once() -> None:
    assert send_policy.not_before("reply", PHONE, "IL", prompted_at=NIGHT - timedelta(minutes=2), now=NIGHT) == NIGHT


def test_ten_minutes_after_a_text_its_answer_is_still_one_and_then_it_is_late() -> None:
    ten_minutes = timedelta(minutes=10)
    late = ten_minutes + timedelta(seconds=1)
    assert send_policy.not_before("reply", PHONE, "IL", prompted_at=NIGHT - ten_minutes, now=NIGHT) == NIGHT
    assert send_policy.not_before("reply", PHONE, "IL", prompted_at=NIGHT - late, now=NIGHT) == MORNING


def test_an_answer_that_comes_late_waits_for_the_morning() -> None:
    assert send_policy.not_before("reply", PHONE, "IL", prompted_at=NIGHT - timedelta(hours=1), now=NIGHT) == MORNING


@pytest.mark.parametrize("kind", ["safety", "stopped", "help"])
def test_help_for_a_life_the_confirmation_of_a_stop_and_help_go_at_any_hour(kind: MessageKind) -> None:
    assert send_policy.not_before(kind, PHONE, "IL", prompted_at=NIGHT - timedelta(hours=3), now=NIGHT) == NIGHT
    assert send_policy.still_allowed(kind, replace(FINE, opted_out=True, safe=False, consented=False))


@pytest.mark.parametrize("kind", ["reply", "staff", "reminder"])
def test_nothing_else_follows_a_stop(kind: MessageKind) -> None:
    assert send_policy.still_allowed(kind, FINE)
    assert not send_policy.still_allowed(kind, replace(FINE, opted_out=True))


@pytest.mark.parametrize(
    ("kind", "thread", "goes"),
    [
        ("staff", replace(FINE, safe=False), False),
        ("reminder", replace(FINE, safe=False), False),
        ("staff", replace(FINE, consented=False), False),
        # Its consent is its own, and so is an answer to someone who writes.
        ("reminder", replace(FINE, consented=False), True),
        ("reply", replace(FINE, safe=False, consented=False), True),
    ],
)
def test_what_waited_is_looked_at_again_before_it_goes(kind: MessageKind, thread: Thread, goes: bool) -> None:
    assert send_policy.still_allowed(kind, thread) is goes

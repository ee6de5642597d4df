"""How often one caller may do something."""

from __future__ import annotations

import pytest

from leeward.assistant import rate_limit
from leeward.assistant.rate_limit import RateLimit


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def times(limit: RateLimit, caller: str, tries: int) -> list[bool]:
    return [limit.allows(caller) for _ in range(tries)]


def test_a_burst_is_allowed_and_no_more(clock: Clock) -> None:
    assert times(RateLimit(burst=3, per_second=1, clock=clock), "a", 5) == [True, True, True, False, False]


def test_what_was_used_comes_back_with_time(clock: Clock) -> None:
    limit = RateLimit(burst=2, per_second=0.5, clock=clock)
    times(limit, "a", 2)
    clock.now += 1.9
    assert not limit.allows("a")
    clock.now += 0.2
    assert times(limit, "a", 2) == [True, False]


def test_being_refused_costs_nothing(clock: Clock) -> None:
    limit = RateLimit(burst=1, per_second=1, clock=clock)
    times(limit, "a", 50)
    clock.now += 1
    assert limit.allows("a")


def test_however_long_one_waits_no_more_than_a_burst_comes_together(clock: Clock) -> None:
    limit = RateLimit(burst=2, per_second=1, clock=clock)
    times(limit, "a", 2)
    clock.now += 3600
    assert times(limit, "a", 3) == [True, True, False]


def test_each_caller_has_a_limit_of_their_own(clock: Clock) -> None:
    limit = RateLimit(burst=1, per_second=0, clock=clock)
    assert [limit.allows(caller) for caller in ("a", "b", "a", "b")] == [True, True, False, False]


def test_who_was_heard_longest_ago_is_forgotten_first(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_CALLERS", 2)
    limit = RateLimit(burst=1, per_second=0, clock=clock)
    times(limit, "a", 1)
    times(limit, "b", 1)
    # "a" is heard again, so that "b" is the one heard longest ago when "c" comes.
    assert not limit.allows("a")
    times(limit, "c", 1)
    assert not limit.allows("a")
    assert limit.allows("b")

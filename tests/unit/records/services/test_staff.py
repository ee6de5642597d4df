"""How often a caller may do something, whatever the clock does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from leeward.records.services import staff

pytestmark = pytest.mark.django_db


def test_a_clock_that_was_ahead_for_a_while_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=365))
    assert staff.rate_limit_allows(caller="login:ann", burst=3, per_second=1 / 60)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert staff.rate_limit_allows(caller="login:ann", burst=3, per_second=1 / 60)


def test_a_clock_that_was_set_back_gives_no_tries_and_takes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    tries = [staff.rate_limit_allows(caller="login:ann", burst=3, per_second=1 / 60) for _ in range(4)]
    assert tries == [True, True, True, False]
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(days=365))
    assert not staff.rate_limit_allows(caller="login:ann", burst=3, per_second=1 / 60)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=1, seconds=1))
    assert staff.rate_limit_allows(caller="login:ann", burst=3, per_second=1 / 60)

"""The log of what was erased is emptied until it is done, and once for each erasure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError

from leeward.assistant import retention_worker
from leeward.records import write_ahead_log


class Enough(BaseException):
    """Ends the worker, which would go on for ever."""


def tries(monkeypatch: pytest.MonkeyPatch, *, erasures: list[int | None], is_emptied: list[bool | Exception]) -> int:
    """How often it is tried to empty the log, where these are the newest erasure at each look and what comes of each try."""
    newest, outcomes, made = iter(erasures), iter(is_emptied), 0

    async def read(operation: Callable[..., Any], *, after: int) -> int | None:
        assert operation is write_ahead_log.newest_erasure
        seen = next(newest)
        return seen if seen is not None and seen > after else None

    async def job(operation: Callable[..., Any]) -> bool:
        nonlocal made
        assert operation is write_ahead_log.empty
        made += 1
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def pauses() -> Iterator[None]:
        yield from [None] * (len(erasures) - 1)

    left = pauses()

    async def sleep(seconds: float) -> None:
        if next(left, Enough) is Enough:
            raise Enough

    monkeypatch.setattr(retention_worker, "db_read", read)
    monkeypatch.setattr(retention_worker, "db_job", job)
    monkeypatch.setattr(retention_worker.asyncio, "sleep", sleep)
    with pytest.raises(Enough):
        asyncio.run(retention_worker.keep_log_emptied())
    return made


def test_nothing_is_done_where_nothing_was_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tries(monkeypatch, erasures=[None, None], is_emptied=[]) == 0


def test_it_is_tried_until_nobody_reads_in_the_log_and_then_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = OperationalError("database is locked")
    assert tries(monkeypatch, erasures=[7, 7, 7, 7, 7], is_emptied=[False, locked, True]) == 3


def test_each_erasure_is_followed_by_another_emptying(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tries(monkeypatch, erasures=[7, 7, 9, 9], is_emptied=[True, True]) == 2

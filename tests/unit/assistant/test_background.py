"""Work that has no end is begun anew where a fault ended it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from leeward.assistant import background
from leeward.assistant.background import for_ever


def test_what_a_fault_ended_is_begun_anew_and_logged_by_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "AGAIN_AFTER_SECONDS", 0)
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise KeyError("what a person wrote")
        await asyncio.Event().wait()

    async def until_it_goes_on() -> None:
        working = asyncio.create_task(for_ever(work))
        while begun < 3:
            await asyncio.sleep(0)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working

    with caplog.at_level(logging.ERROR):
        asyncio.run(until_it_goes_on())
    assert len(caplog.records) == 2
    assert "KeyError at test_background.py" in caplog.text
    assert "what a person wrote" not in caplog.text

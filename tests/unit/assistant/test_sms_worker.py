"""The word that a text waits: only to someone whose turn failed, and only when they have waited a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from rasa.core.agent import Agent

from leeward.assistant import sms_worker
from leeward.assistant.sms_worker import WORD_AFTER, SmsWorker
from leeward.assistant.turn_processor import TurnFailed
from leeward.ops.twilio_config import TwilioSettings
from leeward.records.services.messages import ReceivedMessage

NOBODY = cast(Agent, None)


def waiting_for(waited: timedelta) -> ReceivedMessage:
    return ReceivedMessage(7, "SM1", "c1", 9, "sms", "hi", False, "en", 0, None, None, datetime.now(UTC) - waited)


def words_put(monkeypatch: pytest.MonkeyPatch, waited: timedelta, failure: Exception | None) -> list[int]:
    """The messages of which someone hears that they wait, after a turn that ends with this failure."""
    told: list[int] = []

    async def turn(conversation: str, agent: Agent, *, urgent: bool) -> None:
        if failure is not None:
            raise failure

    async def read(operation: Callable[..., Any], **arguments: Any) -> list[ReceivedMessage]:
        return [waiting_for(waited)]

    async def write(operation: Callable[..., Any], *, message_id: int, body: str) -> None:
        assert operation.__name__ == "notice_put"
        told.append(message_id)

    async def words(*arguments: Any) -> str:
        return "words"

    monkeypatch.setattr(sms_worker.turns, "answer_texts", turn)
    monkeypatch.setattr(sms_worker, "db_read", read)
    monkeypatch.setattr(sms_worker, "db_call", write)
    monkeypatch.setattr(sms_worker, "language_of", words)
    monkeypatch.setattr(sms_worker, "sms_words", words)

    async def answer() -> None:
        worker = SmsWorker(cast(TwilioSettings, None), NOBODY)
        worker.answer("c1", urgent=False)
        await asyncio.gather(*worker._work)

    asyncio.run(answer())
    return told


FAILED = TurnFailed("c1", counts=False)


@pytest.mark.parametrize(
    ("waited", "failure", "told"),
    [
        (WORD_AFTER + timedelta(seconds=1), FAILED, [7]),
        (WORD_AFTER - timedelta(seconds=9), FAILED, []),
        # A line that moves is no failure, however long it is.
        (timedelta(hours=1), None, []),
    ],
)
def test_who_waited_a_while_for_a_turn_that_failed_hears_so(
    monkeypatch: pytest.MonkeyPatch, waited: timedelta, failure: Exception | None, told: list[int]
) -> None:
    assert words_put(monkeypatch, waited, failure) == told

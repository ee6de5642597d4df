"""How many texts one number may write in a row: each counts once, however often its turn had to be tried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from rasa.core.agent import Agent

from leeward.assistant import sms_turn
from leeward.assistant.sms_turn import SmsTurn
from leeward.assistant.tracker_store import TurnMemory
from leeward.assistant.turn_processor import Turn
from leeward.records.services.messages import ReceivedMessage
from leeward.records.turns import TurnStart

AT_ONCE = 40
ON_RECORD = {"phone_of": "+13125550142", "reassign_message": None, "is_opted_out": False, "is_handed_off": False}


def text(number: int, *, was_tried: bool) -> Turn:
    message = ReceivedMessage(
        number, f"SM{number}", "c1", number, "sms", "265k", False, "en", 0, None, None, datetime.now(UTC), was_tried
    )
    start = TurnStart(message, "c1", 3, "sms", "en", {}, {}, {}, {}, "intake_form", (), (), 8)
    turn = Turn(start, TurnMemory({}, "intake_form"), cast(Agent, None))
    turn._parsed = {"intent": {"name": "inform"}, "entities": [], "text": "265k"}
    return turn


def handled_as(monkeypatch: pytest.MonkeyPatch, texts: list[Turn]) -> list[str]:
    async def on_record(operation: Callable[..., Any], **arguments: Any) -> Any:
        return ON_RECORD[operation.__name__]

    async def conversation(self: SmsTurn, turn: Turn, phone: str) -> str:
        return "conversation"

    async def too_many(self: SmsTurn, turn: Turn, phone: str) -> str:
        return "too many"

    for name in ("db_read", "db_call"):
        monkeypatch.setattr(sms_turn, name, on_record)
    monkeypatch.setattr(SmsTurn, "_converse", conversation)
    monkeypatch.setattr(SmsTurn, "_too_many", too_many)

    async def answer() -> list[str]:
        answering = SmsTurn(public_url="https://chat.example.com", take_up=lambda conversation: None)
        return [cast(str, await answering.answer(turn)) for turn in texts]

    return asyncio.run(answer())


def test_beyond_so_many_texts_a_number_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text(number, was_tried=False) for number in range(AT_ONCE + 1)]
    assert handled_as(monkeypatch, texts) == ["conversation"] * AT_ONCE + ["too many"]


def test_one_text_that_is_tried_again_and_again_while_a_part_is_down_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = [text(1, was_tried=try_ > 0) for try_ in range(3 * AT_ONCE)]
    others = [text(number, was_tried=False) for number in range(2, AT_ONCE + 1)]
    assert handled_as(monkeypatch, [*tries, *others]) == ["conversation"] * len([*tries, *others])

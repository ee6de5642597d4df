"""Many who write at once: a few turns are thought at a time, and who only waits in line for theirs is not told of a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from rasa.core.agent import Agent

from leeward.assistant import turn_processor
from leeward.assistant.turn_processor import AT_ONCE, Turn, TurnFailed, Turns
from leeward.records.services.messages import ReceivedMessage, Reply
from leeward.records.turns import TurnEnd, TurnStart

NOBODY = cast(Agent, None)
KIND = "tested"
RUSH = tuple(f"conversation {number}" for number in range(3 * AT_ONCE))


class Thinking:
    """Turns that are thought for as long as a test wants; in each conversation one message waits."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.turns.answer_kind(KIND, self._think, cast(Any, None))
        self.begun: list[str] = []
        self.answered: list[str] = []
        self.may_end = asyncio.Event()

    async def _think(self, turn: Turn) -> TurnEnd:
        self.begun.append(turn.conversation)
        await self.may_end.wait()
        return turn.end([Reply("fine")])

    async def records(self, operation: Callable[..., Any], **arguments: Any) -> TurnStart | None:
        """What a turn's calls into the records come to."""
        match operation.__name__:
            case "turn_start":
                return _start(arguments["conversation_id"])
            case "turn_next":
                self.answered.append(arguments["start"].conversation_id)
        return None

    async def settle(self) -> None:
        """Lets everyone come as far as they can."""
        for _ in range(20 * len(RUSH)):
            await asyncio.sleep(0)


def _start(conversation: str) -> TurnStart:
    message = ReceivedMessage(1, "abcdef01", conversation, 9, KIND, "hi", False, "en", 0, None, None, datetime.now(UTC))
    return TurnStart(message, conversation, 3, "web", "en", {}, {}, {}, {}, "intake_form", (), (), 8)


@pytest.fixture
def thinking(monkeypatch: pytest.MonkeyPatch) -> Thinking:
    held = Thinking()
    monkeypatch.setattr(turn_processor, "db_call", held.records)
    monkeypatch.setattr(turn_processor, "db_read", held.records)
    return held


def test_a_few_turns_are_thought_at_once_and_all_in_the_order_in_which_they_came(thinking: Thinking) -> None:
    async def rush() -> None:
        texts = asyncio.gather(*(thinking.turns.answer_texts(conversation, NOBODY) for conversation in RUSH))
        await thinking.settle()
        assert thinking.begun == list(RUSH[:AT_ONCE])
        thinking.may_end.set()
        await texts

    asyncio.run(rush())
    assert thinking.begun == thinking.answered == list(RUSH)


def test_who_texts_waits_for_their_turn_however_long_it_takes(thinking: Thinking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_processor, "OTHERS_SECONDS", 0.0)

    async def rush() -> None:
        texts = asyncio.gather(*(thinking.turns.answer_texts(conversation, NOBODY) for conversation in RUSH))
        await thinking.settle()
        thinking.may_end.set()
        await texts

    asyncio.run(rush())
    assert thinking.answered == list(RUSH)


def test_a_request_of_the_page_is_told_that_its_message_waits(thinking: Thinking, monkeypatch: pytest.MonkeyPatch) -> None:
    async def rush() -> TurnFailed:
        first = asyncio.gather(*(thinking.turns.answer_waiting(conversation, NOBODY) for conversation in RUSH[:AT_ONCE]))
        await thinking.settle()
        monkeypatch.setattr(turn_processor, "OTHERS_SECONDS", 0.0)
        with pytest.raises(TurnFailed) as told:
            await thinking.turns.answer_waiting("one more", NOBODY)
        thinking.may_end.set()
        await first
        return told.value

    assert not asyncio.run(rush()).counts
    assert thinking.answered == list(RUSH[:AT_ONCE])


def test_a_rush_of_texts_holds_up_nobody_on_the_page(thinking: Thinking) -> None:
    async def rush() -> None:
        texts = asyncio.gather(*(thinking.turns.answer_texts(conversation, NOBODY) for conversation in RUSH))
        await thinking.settle()
        page = asyncio.ensure_future(thinking.turns.answer_waiting("on the page", NOBODY))
        await thinking.settle()
        assert "on the page" in thinking.begun
        thinking.may_end.set()
        await asyncio.gather(texts, page)

    asyncio.run(rush())


def test_a_cry_for_help_waits_behind_nobody_else(thinking: Thinking) -> None:
    async def rush() -> None:
        texts = asyncio.gather(*(thinking.turns.answer_texts(conversation, NOBODY) for conversation in RUSH))
        pages = asyncio.gather(*(thinking.turns.answer_waiting(f"{conversation} (page)", NOBODY) for conversation in RUSH))
        await thinking.settle()
        by_text = asyncio.ensure_future(thinking.turns.answer_texts("in need", NOBODY, urgent=True))
        at_page = asyncio.ensure_future(thinking.turns.answer_waiting("in need (page)", NOBODY, urgent=True))
        await thinking.settle()
        assert {"in need", "in need (page)"} <= set(thinking.begun)
        thinking.may_end.set()
        await asyncio.gather(texts, pages, by_text, at_page)

    asyncio.run(rush())

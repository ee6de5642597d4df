"""A turn that fails: what counts against its message, what does not, and what the person is told when it is set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from rasa.core.agent import Agent

from leeward.assistant import turn_processor
from leeward.assistant.tracker_store import TurnMemory
from leeward.assistant.turn_processor import Turn, TurnFailed, Turns
from leeward.records.database import RecordsTooSlow
from leeward.records.services.messages import ReceivedMessage, Reply
from leeward.records.turns import Texts, TurnEnd, TurnStart

NOBODY = cast(Agent, None)
KIND = "tested"


def start_with(text: str) -> TurnStart:
    message = ReceivedMessage(1, "abcdef01", "c1", 9, KIND, text, False, "en", 0, None, None, datetime.now(UTC))
    return TurnStart(message, "c1", 3, "web", "en", {}, {}, {}, {}, "intake_form", (), (), 8)


class Records:
    """What the turn's calls into the records come to: one message waits, and `committing` is raised where it is kept."""

    def __init__(self, text: str, *, committing: Exception | None = None, sets_aside: bool = False) -> None:
        self.waiting = [start_with(text)]
        self.committing = committing
        self.sets_aside = sets_aside
        self.failed: list[dict[str, Any]] = []

    async def call(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        match operation.__name__:
            case "turn_start":
                return self.waiting.pop() if self.waiting else None
            case "turn_next":
                if self.committing is not None:
                    raise self.committing
                return None
            case "turn_fail":
                self.failed.append(arguments)
                return self.sets_aside
        return True


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Records]:
    """Answers one message; `thinking` is raised while it is thought about."""

    async def words(agent: Agent, response: str, language: str, channel: str, **filling: str) -> str:
        return response

    def answer(records: Records, thinking: Exception | None = None) -> Records:
        async def handler(turn: Turn) -> TurnEnd:
            if thinking is not None:
                raise thinking
            return turn.end([Reply("fine")])

        async def composer(turn: Turn, replies: Sequence[Reply]) -> Texts:
            return Texts([reply.response for reply in replies], "reply", "+13125550142")

        monkeypatch.setattr(turn_processor, "db_call", records.call)
        monkeypatch.setattr(turn_processor, "db_read", records.call)
        monkeypatch.setattr(turn_processor, "render_response", words)
        turns = Turns()
        turns.answer_kind(KIND, handler, composer)
        asyncio.run(turns.answer_waiting("c1", NOBODY))
        return records

    return answer


def test_a_turn_that_is_kept_is_no_failure(answered: Callable[..., Records]) -> None:
    assert answered(Records("hi")).failed == []


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("x"), RecursionError(), TurnFailed("c1", counts=True)])
def test_whatever_fails_while_it_is_thought_about_counts(answered: Callable[..., Records], error: Exception) -> None:
    records = Records("hi")
    with pytest.raises(TurnFailed):
        answered(records, error)
    assert [failure["counts"] for failure in records.failed] == [True]


@pytest.mark.parametrize("error", [DataError("x"), IntegrityError("x"), InternalError("not shown before"), ValueError("x")])
def test_what_the_records_will_never_take_counts(answered: Callable[..., Records], error: Exception) -> None:
    records = Records("hi", committing=error)
    with pytest.raises(TurnFailed):
        answered(records)
    assert [failure["counts"] for failure in records.failed] == [True]


@pytest.mark.parametrize("error", [OperationalError("disk full"), InterfaceError("closed"), RecordsTooSlow("8 s")])
def test_records_that_are_away_are_nobodys_fault(answered: Callable[..., Records], error: Exception) -> None:
    for records, thinking in ((Records("hi"), error), (Records("hi", committing=error), None)):
        with pytest.raises(type(error)):
            answered(records, thinking)
        assert records.failed == []


def test_a_part_that_is_down_does_not_count(answered: Callable[..., Records]) -> None:
    records = Records("hi")
    with pytest.raises(TurnFailed):
        answered(records, TurnFailed("c1", counts=False))
    assert [failure["counts"] for failure in records.failed] == [False]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I owe 310k", ["say_set_aside"]),
        ("I want to die", ["say_crisis", "say_set_aside"]),
        ("my husband hits me, I am scared", ["say_danger", "say_set_aside"]),
    ],
)
def test_who_is_set_aside_hears_it_and_first_of_all_where_to_find_help(
    answered: Callable[..., Records], text: str, told: list[str]
) -> None:
    [failure] = answered(Records(text, sets_aside=True), KeyError("x")).failed
    assert [reply.response for reply in failure["replies"]] == told
    assert list(failure["texts"].bodies) == told
    assert (failure["crisis"], failure["danger"]) == ("say_crisis" in told, "say_danger" in told)


def test_whoever_waits_too_long_for_the_turns_before_is_told_so(
    answered: Callable[..., Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_processor, "OTHERS_SECONDS", 0.01)

    async def two_at_once() -> list[BaseException | None]:
        turns = Turns()

        async def slow(operation: Callable[..., Any], **arguments: Any) -> None:
            await asyncio.sleep(0.1)

        monkeypatch.setattr(turn_processor, "db_read", slow)
        both = (turns.answer_waiting("c1", NOBODY) for _ in range(2))
        return await asyncio.gather(*both, return_exceptions=True)

    first, second = asyncio.run(two_at_once())
    assert first is None
    assert isinstance(second, TurnFailed)
    assert not second.counts


def test_a_turn_that_takes_too_long_is_ended_and_its_message_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    class StandsStill:
        """An agent whose action server never answers."""

        async def handle_message(self, message: Any) -> None:
            await asyncio.Event().wait()

    async def nothing_on_record(operation: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
        return {}

    monkeypatch.setattr(turn_processor, "db_read", nothing_on_record)
    monkeypatch.setattr(turn_processor, "TURN_SECONDS", 0.01)
    turn = Turn(start_with("hi"), TurnMemory({}, ""), cast(Agent, StandsStill()))
    with pytest.raises(TurnFailed) as failed:
        asyncio.run(turn.run_rasa(channel="web", opening=True))
    assert not failed.value.counts

"""Which question a message may answer: one that had reached the person when they wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest
from rasa.core.agent import Agent

from leeward.assistant.tracker_store import TurnMemory
from leeward.assistant.turn_processor import Turn
from leeward.dialogue.policy import COUNT_ONLY_WHEN_SEEN
from leeward.records.services.messages import ReceivedMessage
from leeward.records.turns import Question, TurnStart

CONSENT, PLAIN = "consent_contact", "home_value"
# Each question was put by the message of that number.
EARLIER, OPEN = 4, 8


def turn(*asked: str, seen: int | None = None, ask: int | None = None, last_turn_begins: int = OPEN) -> Turn:
    """A message that came after questions, the newest first."""
    message = ReceivedMessage(
        id=1,
        key="abcdef01",
        conversation_id="c1",
        n=9,
        kind="text" if ask is None else "choice",
        text="yes",
        masked=False,
        language="en",
        tries=0,
        seen=seen,
        answers_ask=ask,
        created_at=datetime.now(UTC),
    )
    start = TurnStart(
        message=message,
        conversation_id="c1",
        revision=3,
        channel="web",
        language="en",
        facts={},
        fact_turns={},
        clarify={},
        slots={},
        active_loop="intake_form",
        questions=tuple(Question(slot, n) for slot, n in zip(asked, (OPEN, EARLIER), strict=False)),
        last_turn=(),
        last_turn_begins=last_turn_begins,
    )
    return Turn(start, TurnMemory({}, "intake_form"), cast(Agent, None))


@pytest.mark.parametrize(
    ("seen", "open_question", "answers"),
    [
        # The person had seen it, or all after it too.
        (OPEN, PLAIN, PLAIN),
        (OPEN + 1, PLAIN, PLAIN),
        (OPEN, CONSENT, CONSENT),
        (OPEN + 1, CONSENT, CONSENT),
        # What was seen is not known: enough for a figure, never for a permission.
        (None, PLAIN, PLAIN),
        (None, CONSENT, None),
    ],
)
def test_a_question_that_was_seen_is_answered_and_a_permission_only_where_that_is_known(
    seen: int | None, open_question: str, answers: str | None
) -> None:
    assert turn(open_question, "state", seen=seen).asked_when_written() == answers


@pytest.mark.parametrize("open_question", [PLAIN, CONSENT])
@pytest.mark.parametrize(
    ("seen", "earlier", "answers"),
    [
        # Written before the open question came: it answers the one before, unless that asks for a permission.
        (OPEN - 1, "state", "state"),
        (EARLIER, "state", "state"),
        (EARLIER, "consent_automated", None),
        # Written before any question came.
        (EARLIER - 1, "state", None),
        (0, "state", None),
    ],
)
def test_words_written_before_the_open_question_came_do_not_answer_it(
    open_question: str, seen: int, earlier: str, answers: str | None
) -> None:
    assert turn(open_question, earlier, seen=seen).asked_when_written() == answers


@pytest.mark.parametrize("slot", sorted(COUNT_ONLY_WHEN_SEEN))
def test_each_question_that_counts_only_when_seen_is_left_alone_where_it_is_not_known(slot: str) -> None:
    assert turn(slot).asked_when_written() is None
    assert turn(slot, seen=OPEN).asked_when_written() == slot


@pytest.mark.parametrize("slot", [PLAIN, CONSENT])
@pytest.mark.parametrize("seen", [None, 0, EARLIER])
def test_a_tap_under_the_open_question_shows_that_it_was_seen(slot: str, seen: int | None) -> None:
    tapped = turn(slot, "state", seen=seen, ask=OPEN)
    assert tapped.asked_when_written() == slot
    assert not tapped.is_for_an_earlier_question


@pytest.mark.parametrize("slot", [PLAIN, CONSENT])
def test_a_tap_under_an_earlier_question_is_told_apart_and_gives_no_permission(slot: str) -> None:
    tapped = turn(slot, "consent_automated", ask=EARLIER)
    assert tapped.is_for_an_earlier_question
    assert tapped.asked_when_written() == (PLAIN if slot == PLAIN else None)


def test_a_tap_where_nothing_was_asked_is_for_no_open_question() -> None:
    assert turn(ask=EARLIER).is_for_an_earlier_question
    assert turn().asked_when_written() is None


def test_a_question_of_an_earlier_turn_does_not_stand_open() -> None:
    closed = turn(PLAIN, seen=OPEN, last_turn_begins=OPEN + 1)
    assert closed.asked is None
    assert closed.asked_when_written() is None

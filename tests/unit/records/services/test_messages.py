"""Messages are kept once, in their order, and answered once."""

from __future__ import annotations

import pytest
from factories import receive

from leeward.records import turns
from leeward.records.models import Conversation, Message
from leeward.records.services import messages

pytestmark = pytest.mark.django_db


def test_a_message_is_recorded_once_under_its_key(conversation: Conversation) -> None:
    first = receive(conversation, "a", "Illinois")
    again, fresh = messages.message_receive(
        conversation_id=conversation.id, key="a", text="Illinois", kind="text", language=None
    )
    assert again == first
    assert not fresh


def test_the_same_key_for_other_words_is_a_conflict(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    with pytest.raises(messages.MessageConflict):
        receive(conversation, "a", "Ohio")


def test_secrets_are_masked_before_anything_is_stored(conversation: Conversation) -> None:
    message = receive(conversation, "a", "my ssn is 123-45-6789")
    assert "6789" not in Message.objects.get(pk=message.id).text
    assert message.masked


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("my social is 123-45", "6789", ["my social is •••", "•••"]),
        ("my ssn is", "one two three four five six seven eight nine", ["my ssn is", "•••"]),
        ("my pin is", "4821", ["my pin is", "•••"]),
        ("4111 1111", "1111 1111 is the card", ["•••", "••• is the card"]),
        ("I owe 310", "12/2025", ["I owe 310", "12/2025"]),
    ],
)
def test_a_secret_told_in_two_messages_is_masked_in_both(
    conversation: Conversation, first: str, second: str, kept: list[str]
) -> None:
    receive(conversation, "a", first)
    message = receive(conversation, "b", second)
    assert list(Message.objects.order_by("n").values_list("text", flat=True)) == kept
    assert message.masked is (second != kept[1])
    # Delivered once more, each is still known as itself.
    assert receive(conversation, "a", first).key == "a"
    assert receive(conversation, "b", second) == message


def test_a_figure_repeated_while_it_waits_shares_the_first_ones_answer(conversation: Conversation) -> None:
    first = receive(conversation, "a", "310")
    second = receive(conversation, "b", "310")
    assert [m.id for m in messages.messages_waiting(conversation_id=conversation.id)] == [first.id]
    messages.message_answer(message_id=first.id, replies=[messages.Reply("And its worth?", asked="home_value")])
    assert [m.text for m in messages.replies_to(message_id=second.id)] == ["And its worth?"]


def test_a_message_is_answered_once(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    messages.message_answer(message_id=message.id, replies=[messages.Reply("one")])
    messages.message_answer(message_id=message.id, replies=[messages.Reply("two")])
    assert [m.text for m in messages.replies_to(message_id=message.id)] == ["one"]


def test_messages_keep_their_order_and_replay_from_any_point(conversation: Conversation) -> None:
    first = receive(conversation, "a", "hi")
    messages.message_answer(message_id=first.id, replies=[messages.Reply("one"), messages.Reply("two")])
    receive(conversation, "b", "there")
    assert [m.text for m in messages.messages_after(conversation_id=conversation.id, n=0)] == ["hi", "one", "two", "there"]
    assert [m.text for m in messages.messages_after(conversation_id=conversation.id, n=2)] == ["two", "there"]


def test_a_failed_message_goes_on_waiting(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    start = turns.turn_start(conversation_id=conversation.id)
    assert start is not None
    assert not turns.turn_fail(start=start, counts=True, replies=[messages.Reply("Sorry.")])
    assert Message.objects.get(pk=message.id).tries == 1
    assert [m.key for m in messages.messages_waiting(conversation_id=conversation.id)] == ["a"]


def test_the_last_question_and_buttons_are_those_of_the_last_answer(conversation: Conversation) -> None:
    first = receive(conversation, "a", "hi")
    button = {"title": "Yes", "payload": "/affirm"}
    messages.message_answer(
        message_id=first.id, replies=[messages.Reply("Hello"), messages.Reply("Sure?", [button], asked="goal")]
    )
    assert messages.last_asked(conversation_id=conversation.id) == "goal"
    assert messages.last_buttons(conversation_id=conversation.id) == [button]

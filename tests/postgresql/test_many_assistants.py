"""Several assistants on one PostgreSQL: nothing is taken twice, nothing is sent twice. Run by tests/with_postgresql."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from factories import answer_by_text, consent

from leeward.records import inbound_sms, opt_outs, outbox, turns
from leeward.records.models import Conversation, Message, OptOut, OutboundSms
from leeward.records.services import consents, messages
from leeward.records.turns import TurnEnd

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+13125550142"
AT_ONCE = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What `work` gives when several processes do it at the same moment, each with a connection of its own."""

    def alone(number: int) -> Any:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(alone, range(AT_ONCE)))


def receive(sid: str, phone: str = PHONE) -> messages.ReceivedMessage | None:
    return inbound_sms.receive_sms(sid=sid, phone=phone, text=f"text {sid}", media=False, language="en")


def test_this_is_postgresql() -> None:
    assert connection.vendor == "postgresql"


def test_first_texts_of_one_number_at_the_same_moment_are_one_conversation() -> None:
    taken = at_once(lambda number: receive(f"SM{number}"))
    assert all(message is not None for message in taken)
    assert Conversation.objects.count() == 1
    assert sorted(Message.objects.values_list("n", flat=True)) == list(range(1, AT_ONCE + 1))


def test_one_text_delivered_to_all_at_the_same_moment_is_taken_once() -> None:
    taken = at_once(lambda number: receive("SM1"))
    assert sum(message is not None for message in taken) == 1
    assert Message.objects.count() == 1


def test_no_text_is_claimed_by_two() -> None:
    for number in range(40):
        phone = f"+1312555{number:04}"
        message = receive(f"SM{number}", phone)
        assert message is not None
        answer_by_text(message, "one", "two", phone=phone)
    claimed = [going.id for batch in at_once(lambda number: outbox.claim_due(most=10)) for going in batch]
    assert len(claimed) == len(set(claimed))
    # The first of each number and no second one.
    assert set(OutboundSms.objects.filter(pk__in=claimed).values_list("body", flat=True)) == {"one"}


def test_what_must_never_change_does_not_change_here_either() -> None:
    opt_outs.opt_out_record(phone=PHONE, channel="sms", words="stop")
    with pytest.raises(DatabaseError, match="append-only"):
        OptOut.objects.update(words="go on")


def test_one_message_is_answered_by_one_of_many_assistants() -> None:
    message = receive("SM1")
    assert message is not None

    def answers(number: int) -> bool:
        start = turns.turn_start(conversation_id=message.conversation_id)
        if start is None:
            return False
        end = TurnEnd(replies=[messages.Reply(f"assistant {number}")], slots={}, active_loop="intake_form")
        return turns.turn_commit(start=start, end=end)

    assert sum(at_once(answers)) == 1
    assert Message.objects.filter(direction=Message.Direction.OUT).count() == 1


def test_many_messages_are_each_answered_once_and_in_order_by_many_assistants() -> None:
    taken = [receive(f"SM{number}") for number in range(12)]
    assert taken[0] is not None
    conversation = taken[0].conversation_id

    def works(number: int) -> int:
        kept = 0
        while (start := turns.turn_start(conversation_id=conversation)) is not None:
            end = TurnEnd(replies=[messages.Reply(start.message.text)], slots={}, active_loop="intake_form")
            kept += turns.turn_commit(start=start, end=end)
        return kept

    assert sum(at_once(works)) == len(taken)
    said = Message.objects.filter(direction=Message.Direction.OUT).order_by("n").values_list("text", flat=True)
    assert list(said) == [f"text SM{number}" for number in range(12)]


def test_a_consent_for_an_email_address_is_kept_here_too() -> None:
    message = receive("SM1")
    assert message is not None
    address = f"{'a' * 60}@{'b' * 60}.example.com"
    consent(message.conversation_id, way=address)
    assert consents.consent_stands(conversation_id=message.conversation_id, kind="contact", way=address) is True


def test_a_consent_that_was_not_shown_is_refused_here_too() -> None:
    message = receive("SM1")
    assert message is not None
    shown = {"kind": "contact", "text": "May we call?", "version": "v1", "words": "yes", "language": "en", "channel": "sms"}
    with pytest.raises(DatabaseError, match="shown before"):
        consents.consent_record(
            conversation_id=message.conversation_id, given=True, way=PHONE, message_key=message.key, **shown
        )

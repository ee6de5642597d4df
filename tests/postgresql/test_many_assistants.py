"""Several assistants on one PostgreSQL: nothing is taken twice, nothing is sent twice. Run by tests/with_postgresql."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from leeward.records import inbound_sms, opt_outs, outbox
from leeward.records.models import Conversation, Message, OptOut, OutboundSms
from leeward.records.services import messages

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
        replies = [messages.Reply("one"), messages.Reply("two")]
        outbox.answer(message_id=message.id, replies=replies, bodies=["one", "two"], kind="reply", to=phone)
    claimed = [going.id for batch in at_once(lambda number: outbox.claim_due(most=10)) for going in batch]
    assert len(claimed) == len(set(claimed))
    # The first of each number and no second one.
    assert set(OutboundSms.objects.filter(pk__in=claimed).values_list("body", flat=True)) == {"one"}


def test_what_must_never_change_does_not_change_here_either() -> None:
    opt_outs.opt_out_record(phone=PHONE, channel="sms", words="stop")
    with pytest.raises(DatabaseError, match="append-only"):
        OptOut.objects.update(words="go on")

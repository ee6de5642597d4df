"""The one reminder to someone who agreed to it and left in the middle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from leeward.records import outbox
from leeward.records.models import ConsentRecord, Conversation, Message, OutboundSms
from leeward.records.send_permission import thread
from leeward.records.services import messages
from leeward.records.services.conversations import conversation_lock
from leeward.sms import send_policy


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A conversation whose person is to be reminded, and the language that it is held in."""

    conversation_id: str
    language: str


def reminders_due(*, now: datetime) -> list[DueReminder]:
    """Conversations by text that stopped in the middle, whose person agreed to be reminded, and who were not yet."""
    rested = Conversation.objects.filter(
        ~Q(text_number=""),
        erased_at=None,
        crisis=False,
        danger=False,
        paused=False,
        last_at__lte=now - send_policy.REMIND_AFTER,
        last_at__gte=now - send_policy.REMIND_BEFORE,
    ).exclude(texts__kind=OutboundSms.Kind.REMINDER)
    return [
        DueReminder(conversation.pk, conversation.language)
        for conversation in rested
        if _wants_reminder(conversation) and _is_open_question(conversation)
    ]


def _wants_reminder(conversation: Conversation) -> bool:
    last = _last_word(conversation)
    on_record = thread(conversation=conversation, phone=conversation.text_number)
    return (
        last is not None
        and last.given
        and send_policy.still_allowed("reminder", on_record)
        and not send_policy.frequency_cap(on_record)
    )


def _last_word(conversation: Conversation) -> ConsentRecord | None:
    """The last consent or refusal about automated texts to the number, in whichever conversation.

    A refusal of every way counts where this conversation, or one in which the number was named, holds it.
    """
    said = ConsentRecord.objects.filter(kind__in=("automated", "reminder"))
    of_number = Q(way=conversation.text_number)
    named_in = said.filter(of_number).values("conversation_ref")
    of_every_way = Q(way="", given=False) & (Q(conversation_ref=conversation.pk) | Q(conversation_ref__in=named_in))
    return said.filter(of_number | of_every_way).last()


def _is_open_question(conversation: Conversation) -> bool:
    """Whether the assistant asked last, and nobody answered."""
    last = Message.objects.filter(conversation=conversation).last()
    if last is None or last.direction != Message.Direction.OUT:
        return False
    asked = messages.last_asked(conversation_id=conversation.pk)
    return asked is not None and asked not in ("anything_else", "idle")


def reminder_put(*, conversation_id: str, body: str) -> None:
    """Puts the one reminder into the outbox, in hours."""
    with transaction.atomic():
        locked = conversation_lock(conversation_id=conversation_id)
        if not OutboundSms.objects.filter(conversation=locked, kind=OutboundSms.Kind.REMINDER).exists():
            outbox.put(conversation=locked, message=None, to=locked.text_number, body=body, kind="reminder")

"""Texts that staff write from the desk, through the same rules and the same outbox as everything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from leeward.core.redaction import mask
from leeward.records import outbox
from leeward.records.models import Case, Conversation, Message, OutboundSms
from leeward.records.send_permission import thread
from leeward.records.services import messages
from leeward.sms import send_policy

# After staff have texted, the assistant leaves the talking to them for this long.
STAFF_TALK: Final = timedelta(hours=48)


class TextRefused(Exception):
    """We must not text this number now; `reason` is a leeward.sms.send_policy.DenialReason."""

    def __init__(self, reason: send_policy.DenialReason) -> None:
        super().__init__(reason)
        self.reason = reason


def staff_text(*, case: Case, body: str, bodies: Sequence[str]) -> OutboundSms:
    """Puts staff's own words into the outbox, through the same rules as everything else; the first text of it.

    `bodies` is what `body` becomes as texts. Raises TextRefused.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=case.conversation_id)
        on_record = thread(conversation=conversation)
        reason = send_policy.denial_reason(on_record)
        if reason is not None:
            raise TextRefused(reason)
        if conversation.text_number != on_record.phone:
            # What they answer by text belongs to this case.
            Conversation.objects.filter(text_number=on_record.phone).update(text_number="")
            conversation.text_number = on_record.phone
            conversation.save(update_fields=["text_number", "last_at"])
        message = messages.message_by_staff(conversation_id=conversation.pk, text=mask(body))
        texts = [
            outbox.put(conversation=conversation, message=message, to=on_record.phone, body=mask(one), kind="staff")
            for one in bodies
        ]
    return texts[0]


def is_handed_off(*, conversation_id: str) -> bool:
    """Whether staff texted last in this conversation, and not long ago."""
    last = Message.objects.filter(conversation_id=conversation_id).exclude(direction=Message.Direction.IN).last()
    return last is not None and last.direction == "staff" and last.created_at > timezone.now() - STAFF_TALK

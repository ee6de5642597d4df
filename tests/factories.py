"""What many tests of the records need on record."""

from __future__ import annotations

from leeward.records.models import ConsentRecord, Conversation
from leeward.records.services import consents, messages


def consent(
    conversation_id: str, *, given: bool = True, kind: str = "contact", phone: str | None = "+13125550142", key: str = ""
) -> ConsentRecord:
    """An answer to one of the consents, as it was asked and said."""
    return consents.consent_record(
        conversation_id=conversation_id,
        kind=kind,
        given=given,
        text="May a person contact you?",
        version="1",
        words="yes" if given else "no",
        language="en",
        channel="web",
        phone=phone,
        message_key=key or f"{kind}-{given}",
    )


def receive(conversation: Conversation, key: str, text: str) -> messages.ReceivedMessage:
    """A message of the person's, under a key of its own, that waits for its answer."""
    message, _ = messages.message_receive(conversation_id=conversation.id, key=key, text=text, kind="text", language=None)
    return message

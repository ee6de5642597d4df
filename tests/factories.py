"""What many tests of the records need on record."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from leeward.core.facts import Facts
from leeward.records import outbox
from leeward.records.models import ConsentRecord, Conversation, Message
from leeward.records.services import consents, conversations, messages
from leeward.records.services.messages import ReceivedMessage, Reply
from leeward.sms.send_policy import MessageKind

CONSENT_TEXT = "May a person contact you?"


def consent(
    conversation_id: str, *, given: bool = True, kind: str = "contact", way: str = "+13125550142", key: str = ""
) -> ConsentRecord:
    """An answer to one of the consents, as it was asked and said: a permission to be contacted after its question went out."""
    key = key or f"{kind}-{given}"
    if given and kind in ("contact", "automated"):
        show_before(conversation_id, text=CONSENT_TEXT, key=key, words="yes")
    return consents.consent_record(
        conversation_id=conversation_id,
        kind=kind,
        given=given,
        text=CONSENT_TEXT,
        version="1",
        words="yes" if given else "no",
        language="en",
        channel="web",
        way=way if given else "",
        message_key=key,
    )


def save_facts(
    conversation_id: str,
    facts: Facts,
    *,
    estimate: dict[str, Any] | None = None,
    crisis: bool = False,
    danger: bool = False,
) -> None:
    """Keeps facts on the record of a conversation in English whose person wants to hear from staff."""
    conversations.conversation_update(
        conversation_id=conversation_id,
        facts=facts,
        estimate=estimate,
        language="en",
        paused=False,
        crisis=crisis,
        danger=danger,
        wants_person=True,
    )


def receive(conversation: Conversation, key: str, text: str) -> messages.ReceivedMessage:
    """A message of the person's, under a key of its own, that waits for its answer."""
    message, _ = messages.message_receive(conversation_id=conversation.id, key=key, text=text, kind="text", language=None)
    return message


def show_before(conversation_id: str, *, text: str, key: str, words: str) -> Message:
    """A question that stood on the screen, and then the message of the person's that answers it, under its key."""
    known = Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.IN, key=key).first()
    if known is not None:
        return known
    n = messages.next_number(conversation=Conversation.objects.get(pk=conversation_id))
    Message.objects.create(conversation_id=conversation_id, n=n, direction=Message.Direction.OUT, text=text)
    return Message.objects.create(
        conversation_id=conversation_id,
        n=n + 1,
        direction=Message.Direction.IN,
        key=key,
        text=words,
        status=Message.Status.ANSWERED,
    )


def answer_by_text(message: ReceivedMessage, *bodies: str, kind: MessageKind = "reply", phone: str = "+13125550142") -> None:
    """Answers a message that came by text with a question, recorded and put into the outbox as a turn does it."""
    answer_with(message, [Reply(body, asked="state") for body in bodies], kind=kind, phone=phone)


def answer_with(
    message: ReceivedMessage, replies: list[Reply], *, kind: MessageKind = "reply", phone: str = "+13125550142"
) -> None:
    """As `answer_by_text`, with replies of one's own. Once: what is answered already stays as it is."""
    with transaction.atomic():
        row = Message.objects.get(pk=message.id)
        if row.status == Message.Status.ANSWERED:
            return
        messages.message_answer(message_id=message.id, replies=replies)
        outbox.put_answer(message=row, bodies=[reply.text for reply in replies], kind=kind, to=phone)

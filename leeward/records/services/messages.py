"""Writing messages: what a person wrote, once and in its order, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from leeward.nlu.safety_rules import mask
from leeward.records.models import Conversation, Message
from leeward.records.services.conversations import conversation_lock


class MessageConflict(Exception):
    """The message's id was already used for other words."""


@dataclass(frozen=True)
class Reply:
    """One message to the person, as it will be recorded: `asked` names the question it puts, `response` the utterance."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    card: dict[str, Any] | None = None
    asked: str | None = None
    response: str = ""


def message_receive(*, conversation_id: str, key: str, text: str, kind: str, language: str | None) -> tuple[Message, bool]:
    """Records an inbound message once, with secrets masked, and says whether it is new.

    The same words under a new key while they still wait are the same message told again, and share its answer: a figure that
    is repeated because nothing came back must not be read as the answer to the next question. Raises MessageConflict for a
    key that was used for other words, ConversationMissing.
    """
    masked = mask(text)
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=conversation_id)
        known = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN, key=key).first()
        if known is not None:
            if known.text != masked:
                raise MessageConflict(key)
            return known, False
        waiting = Message.objects.filter(conversation=conversation, status=Message.Status.WAITING, text=masked).first()
        message = Message.objects.create(
            conversation=conversation,
            n=next_number(conversation=conversation),
            key=key,
            direction=Message.Direction.IN,
            kind=kind,
            text=masked,
            masked=masked != text,
            language=language or conversation.language,
            status=Message.Status.WAITING if waiting is None else Message.Status.REPEATED,
            answers=waiting,
        )
        conversation.save(update_fields=["last_at"])
    return message, True


def message_answer(*, message: Message, replies: Iterable[Reply]) -> list[Message]:
    """Records the replies to a message and marks it answered; if it already is, gives back what is recorded."""
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=message.conversation_id)
        current = Message.objects.get(pk=message.pk)
        if current.status == Message.Status.ANSWERED:
            return replies_to(message=message)
        number = next_number(conversation=conversation)
        recorded = [
            Message.objects.create(
                conversation=conversation,
                n=number + offset,
                direction=Message.Direction.OUT,
                text=reply.text,
                language=conversation.language,
                answers=current,
                buttons=reply.buttons,
                card=reply.card,
                asked=reply.asked,
                response=reply.response,
            )
            for offset, reply in enumerate(replies)
        ]
        current.status = Message.Status.ANSWERED
        current.answered_at = timezone.now()
        current.save(update_fields=["status", "answered_at"])
    return recorded


def message_by_staff(*, conversation_id: str, text: str) -> Message:
    """Records what staff write to the person."""
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=conversation_id)
        return Message.objects.create(
            conversation=conversation,
            n=next_number(conversation=conversation),
            direction=Message.Direction.STAFF,
            text=text,
            language=conversation.language,
        )


def message_fail(*, message: Message) -> None:
    """Counts a try that came to nothing; the message goes on waiting."""
    Message.objects.filter(pk=message.pk).update(tries=F("tries") + 1)


def messages_waiting(*, conversation_id: str) -> list[Message]:
    """Inbound messages that have no answer yet, in their order."""
    return list(Message.objects.filter(conversation_id=conversation_id, status=Message.Status.WAITING))


def replies_to(*, message: Message) -> list[Message]:
    """The recorded answer to a message, in its order; a repeated message has the first one's."""
    answered = message.answers_id if message.status == Message.Status.REPEATED else message.pk
    return list(Message.objects.filter(answers_id=answered, direction=Message.Direction.OUT))


def messages_after(*, conversation_id: str, n: int) -> list[Message]:
    """All messages after number n, in their order."""
    return list(Message.objects.filter(conversation_id=conversation_id, n__gt=n))


def last_asked(*, conversation_id: str) -> str | None:
    """The question that the last answer put, if it put one."""
    return next((row.asked for row in reversed(_last_turn(conversation_id)) if row.asked), None)


def last_buttons(*, conversation_id: str) -> list[dict[str, str]]:
    """The buttons that were shown last."""
    return [button for row in _last_turn(conversation_id) for button in row.buttons]


def was_said(*, conversation_id: str, response: str) -> bool:
    """Whether the assistant has said a response in this conversation."""
    return Message.objects.filter(conversation_id=conversation_id, response=response).exists()


def _last_turn(conversation_id: str) -> list[Message]:
    last = Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.OUT).last()
    return [] if last is None else list(Message.objects.filter(answers_id=last.answers_id, direction=Message.Direction.OUT))


def next_number(*, conversation: Conversation) -> int:
    """The number of a conversation's next message."""
    highest = Message.objects.filter(conversation=conversation).aggregate(Max("n"))["n__max"]
    return (highest or 0) + 1

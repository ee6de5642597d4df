"""Writing messages: what a person wrote, once and in its order, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from leeward.core.redaction import mask, mask_after, was_masked_from
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


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message of a person's as it is recorded: its secrets masked, `n` its place in the conversation (from 1).

    `key` is the id that the sender gave it, `kind` how it came (text, choice, sms, media, start, return), `tries` how often
    answering it came to nothing by its own fault and `was_tried` whether it did by any, `seen` and `answers_ask` as in
    `message_receive`; `created_at` is aware.
    """

    id: int
    key: str
    conversation_id: str
    n: int
    kind: str
    text: str
    masked: bool
    language: str
    tries: int
    seen: int | None
    answers_ask: int | None
    created_at: datetime
    was_tried: bool = False

    @classmethod
    def of(cls, row: Message) -> Self:
        """The message that a row of the table holds."""
        return cls(
            id=row.pk,
            key=row.key,
            conversation_id=row.conversation_id,
            n=row.n,
            kind=row.kind,
            text=row.text,
            masked=row.masked,
            language=row.language,
            tries=row.tries,
            seen=row.seen,
            answers_ask=row.answers_ask,
            created_at=row.created_at,
            was_tried=row.retry_at is not None,
        )


@dataclass(frozen=True, slots=True)
class TranscriptMessage:
    """One message of a conversation, whoever wrote it (`direction`: in, out, staff), as the person's page shows it.

    `key`, `kind` and `status` are of use for what came in; `buttons`, `card` and `asked` for what went out.
    """

    n: int
    direction: str
    key: str
    kind: str
    status: str
    text: str
    language: str
    created_at: datetime
    buttons: list[dict[str, str]]
    card: dict[str, Any] | None
    asked: str | None

    @classmethod
    def of(cls, row: Message) -> Self:
        """The message that a row of the table holds."""
        return cls(
            n=row.n,
            direction=row.direction,
            key=row.key,
            kind=row.kind,
            status=row.status,
            text=row.text,
            language=row.language,
            created_at=row.created_at,
            buttons=row.buttons,
            card=row.card,
            asked=row.asked,
        )


def message_receive(
    *,
    conversation_id: str,
    key: str,
    text: str,
    kind: str,
    language: str | None,
    seen: int | None = None,
    answers_ask: int | None = None,
) -> tuple[ReceivedMessage, bool]:
    """Records an inbound message once, with secrets masked, and says whether it is new.

    A secret that only this message and the one before show together is masked in both.
    The same words under a new key while they still wait are the same message told again, and share its answer: a figure that
    is repeated because nothing came back must not be read as the answer to the next question. `seen` is the number of the last
    message that had reached the person, `answers_ask` of the one whose choice they tapped, where that is known. Raises
    MessageConflict for a key that was used for other words, ConversationMissing.
    """
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=conversation_id)
        known = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN, key=key).first()
        if known is not None:
            if not was_masked_from(known.text, text):
                raise MessageConflict(key)
            return ReceivedMessage.of(known), False
        masked = _masked_beside_the_last(conversation, text)
        waiting = Message.objects.filter(conversation=conversation, status=Message.Status.WAITING, text=masked).first()
        message = Message.objects.create(
            conversation=conversation,
            n=next_number(conversation=conversation),
            key=key,
            direction=Message.Direction.IN,
            kind=kind,
            text=masked,
            masked=masked != text,
            seen=seen,
            answers_ask=answers_ask,
            language=language or conversation.language,
            status=Message.Status.WAITING if waiting is None else Message.Status.REPEATED,
            answers=waiting,
        )
        conversation.save(update_fields=["last_at"])
    return ReceivedMessage.of(message), True


def _masked_beside_the_last(conversation: Conversation, text: str) -> str:
    """A new message without its secrets; the half of one that stands in the message before is taken out of that one, too."""
    written = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN)
    last = written.exclude(kind__in=("start", "return")).last()
    if last is None:
        return mask(text)
    before, masked = mask_after(last.text, text)
    if before != last.text:
        last.text, last.masked = before, True
        last.save(update_fields=["text", "masked"])
    return masked


def message_answer(*, message_id: int, replies: Iterable[Reply]) -> None:
    """Records the replies to a message and marks it answered; if it already is, what is recorded stays."""
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=Message.objects.get(pk=message_id).conversation_id)
        current = Message.objects.get(pk=message_id)
        if current.status == Message.Status.ANSWERED:
            return
        number = next_number(conversation=conversation)
        Message.objects.bulk_create(
            Message(
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
        )
        current.status = Message.Status.ANSWERED
        current.answered_at = timezone.now()
        current.save(update_fields=["status", "answered_at"])


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


def messages_waiting(*, conversation_id: str) -> list[ReceivedMessage]:
    """Inbound messages that have no answer yet, in their order."""
    waiting = Message.objects.filter(conversation_id=conversation_id, status=Message.Status.WAITING)
    return [ReceivedMessage.of(row) for row in waiting]


def replies_to(*, message_id: int) -> list[TranscriptMessage]:
    """The recorded answer to a message, in its order; a repeated message has the first one's."""
    message = Message.objects.get(pk=message_id)
    answered = message.answers_id if message.status == Message.Status.REPEATED else message.pk
    rows = Message.objects.filter(answers_id=answered, direction=Message.Direction.OUT)
    return [TranscriptMessage.of(row) for row in rows]


def messages_after(*, conversation_id: str, n: int) -> list[TranscriptMessage]:
    """All messages after number n, in their order."""
    rows = Message.objects.filter(conversation_id=conversation_id, n__gt=n)
    return [TranscriptMessage.of(row) for row in rows]


def last_asked(*, conversation_id: str) -> str | None:
    """The question that the last answer put, if it put one."""
    return next((row.asked for row in reversed(last_turn(conversation_id)) if row.asked), None)


def last_buttons(*, conversation_id: str) -> list[dict[str, str]]:
    """The buttons that were shown last."""
    return [button for row in last_turn(conversation_id) for button in row.buttons]


def was_said(*, conversation_id: str, response: str) -> bool:
    """Whether the assistant has said a response in this conversation."""
    return Message.objects.filter(conversation_id=conversation_id, response=response).exists()


def last_turn(conversation_id: str) -> list[Message]:
    """The messages of the assistant's last answer, in their order."""
    last = Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.OUT).last()
    return [] if last is None else list(Message.objects.filter(answers_id=last.answers_id, direction=Message.Direction.OUT))


def next_number(*, conversation: Conversation) -> int:
    """The number of a conversation's next message."""
    highest = Message.objects.filter(conversation=conversation).aggregate(Max("n"))["n__max"]
    return (highest or 0) + 1

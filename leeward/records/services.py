"""The one place that writes the records. Synchronous; every write may be repeated for the same message without harm."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from leeward.core.facts import Facts
from leeward.nlu.safety_rules import mask
from leeward.records.models import (
    AuditEvent,
    Case,
    ConsentRecord,
    Contact,
    Conversation,
    InboundSms,
    Message,
    OptOut,
    OutboundSms,
    TokenBucket,
    TrackerSnapshot,
)

__all__ = ["DatabaseError"]

# Someone who comes back within this time goes on where they were; after it, a conversation begins anew.
OPEN_DAYS: Final = 30
CASE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CASE_LENGTH: Final = 6


class ConversationMissing(Exception):
    """There is no conversation of that id."""


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


# ------------------------------------------------------------------ conversations


def conversation_start(*, channel: str, language: str) -> Conversation:
    """A new conversation."""
    return Conversation.objects.create(channel=channel, language=language)


def conversation_get(*, conversation_id: str) -> Conversation:
    """The conversation as it stands. Raises ConversationMissing."""
    try:
        return Conversation.objects.get(pk=conversation_id)
    except Conversation.DoesNotExist as error:
        raise ConversationMissing(conversation_id) from error


def conversation_update(
    *,
    conversation_id: str,
    facts: Facts,
    estimate: dict[str, Any] | None,
    language: str,
    paused: bool,
    crisis: bool,
    danger: bool,
    wants_person: bool,
) -> None:
    """What is known now. A cry for help, once raised, stays on record whatever follows."""
    with transaction.atomic():
        conversation = _locked(conversation_id)
        conversation.facts = facts.to_json()
        conversation.turns = {name: fact.turn for name, fact in facts.known.items() if fact.turn}
        conversation.clarify = {name: list(candidates) for name, candidates in facts.clarify.items()}
        conversation.estimate = estimate
        conversation.language = language
        conversation.paused = paused
        conversation.crisis = conversation.crisis or crisis
        conversation.danger = conversation.danger or danger
        conversation.wants_person = wants_person
        conversation.save()


def conversation_is_open(*, conversation_id: str) -> bool:
    """Whether someone may still speak in it: it is there, it was not erased, and it rested for no more than OPEN_DAYS."""
    since = timezone.now() - timedelta(days=OPEN_DAYS)
    return Conversation.objects.filter(pk=conversation_id, erased_at=None, last_at__gte=since).exists()


def conversation_erase(*, conversation_id: str, request_id: str, up_to: int | None = None) -> None:
    """Removes what a person told us: every message's words (up to message number `up_to`, if given), facts, contact and case.

    Consents, opt-outs and audit events stay, as proof of what was permitted and stopped; they hold no words of the
    conversation but those of the permission itself. Raises ConversationMissing.
    """
    with transaction.atomic():
        conversation = _locked(conversation_id)
        messages = Message.objects.filter(conversation=conversation)
        if up_to is not None:
            messages = messages.filter(n__lt=up_to)
        messages.update(text="", buttons=[], card=None, masked=True)
        messages.filter(status=Message.Status.WAITING).update(status=Message.Status.ANSWERED)
        # The texts go too, but for the one on its way that says so, which goes once it is sent (records/texts.py).
        open_still = (OutboundSms.Status.WAITING, OutboundSms.Status.SENDING)
        OutboundSms.objects.filter(conversation=conversation).exclude(status__in=open_still).update(to="", body="")
        # A text that came after the wish still waits, and needs its number to be answered.
        waiting = (Message.Status.WAITING, Message.Status.REPEATED)
        over = Message.objects.filter(conversation=conversation).exclude(status__in=waiting if up_to is not None else ())
        InboundSms.objects.filter(sid__in=over.exclude(key="").values("key")).update(phone="")
        conversation.text_number = ""
        Contact.objects.filter(conversation=conversation).delete()
        Case.objects.filter(conversation=conversation).delete()
        TrackerSnapshot.objects.filter(conversation=conversation).delete()
        conversation.facts, conversation.turns, conversation.clarify, conversation.estimate = {}, {}, {}, None
        conversation.crisis = conversation.danger = conversation.wants_person = conversation.paused = False
        conversation.erased_at = timezone.now()
        conversation.save()
        audit(user=None, action="conversation.erase", object_id=conversation_id, request_id=request_id)
        transaction.on_commit(_empty_write_ahead_log)


def _empty_write_ahead_log() -> None:
    """SQLite's write-ahead log would keep the old pages until it is next written back (https://www.sqlite.org/wal.html)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _locked(conversation_id: str) -> Conversation:
    """The conversation, held until the transaction ends (on SQLite the transaction itself is the lock)."""
    try:
        return Conversation.objects.select_for_update().get(pk=conversation_id)
    except Conversation.DoesNotExist as error:
        raise ConversationMissing(conversation_id) from error


# ------------------------------------------------------------------ messages


def message_receive(
    *,
    conversation_id: str,
    key: str,
    text: str,
    kind: str,
    language: str | None,
    seen: int | None = None,
    answers_ask: int | None = None,
) -> tuple[Message, bool]:
    """Records an inbound message once, with secrets masked, and says whether it is new.

    The same words under a new key while they still wait are the same message told again, and share its answer: a figure that
    is repeated because nothing came back must not be read as the answer to the next question. `seen` is the number of the last
    message that had reached the person, `answers_ask` of the one whose choice they tapped, where that is known. Raises
    MessageConflict for a key that was used for other words, ConversationMissing.
    """
    masked = mask(text)
    with transaction.atomic():
        conversation = _locked(conversation_id)
        known = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN, key=key).first()
        if known is not None:
            if known.text != masked:
                raise MessageConflict(key)
            return known, False
        waiting = Message.objects.filter(conversation=conversation, status=Message.Status.WAITING, text=masked).first()
        message = Message.objects.create(
            conversation=conversation,
            n=next_number(conversation),
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
    return message, True


def message_answer(*, message: Message, replies: Iterable[Reply]) -> list[Message]:
    """Records the replies to a message and marks it answered; if it already is, gives back what is recorded."""
    with transaction.atomic():
        conversation = _locked(message.conversation_id)
        current = Message.objects.get(pk=message.pk)
        if current.status == Message.Status.ANSWERED:
            return replies_to(message=message)
        number = next_number(conversation)
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
        conversation = _locked(conversation_id)
        return Message.objects.create(
            conversation=conversation,
            n=next_number(conversation),
            direction=Message.Direction.STAFF,
            text=text,
            language=conversation.language,
        )


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
    return next((row.asked for row in reversed(last_turn(conversation_id)) if row.asked), None)


def last_buttons(*, conversation_id: str) -> list[dict[str, str]]:
    """The buttons that were shown last."""
    return [button for row in last_turn(conversation_id) for button in row.buttons]


def was_said(*, conversation_id: str, response: str) -> bool:
    """Whether the assistant has said a response in this conversation."""
    return Message.objects.filter(conversation_id=conversation_id, response=response).exists()


def case_number(*, conversation_id: str) -> str | None:
    """The number of the conversation's case, if it has one."""
    return Case.objects.filter(conversation_id=conversation_id).values_list("number", flat=True).first()


def last_turn(conversation_id: str) -> list[Message]:
    """The messages of the assistant's last answer, in their order."""
    last = Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.OUT).last()
    return [] if last is None else list(Message.objects.filter(answers_id=last.answers_id, direction=Message.Direction.OUT))


def next_number(conversation: Conversation) -> int:
    """The number of a conversation's next message."""
    highest = Message.objects.filter(conversation=conversation).aggregate(Max("n"))["n__max"]
    return (highest or 0) + 1


# ------------------------------------------------------------------ cases, contacts, consents


def case_open(*, conversation_id: str, triage: dict[str, Any]) -> Case:
    """The conversation's case, opened if there is none, with its urgency as it is now.

    A closed case whose urgency rises is new again: someone wrote who needs help once more.
    """
    act_by = date.fromisoformat(triage["act_by"]) if triage.get("act_by") else None
    values: dict[str, Any] = {"tier": triage["tier"], "triage": triage, "act_by": act_by}
    with transaction.atomic():
        _locked(conversation_id)
        closed = Case.objects.filter(conversation_id=conversation_id, status=Case.Status.CLOSED).first()
        if closed is not None and values["tier"] < closed.tier:
            values["status"] = Case.Status.NEW
        case, _ = Case.objects.update_or_create(
            conversation_id=conversation_id, defaults=values, create_defaults={**values, "number": _case_number()}
        )
    return case


def _case_number() -> str:
    """A number short enough to say on the phone, without letters that sound or look alike, and not to be guessed."""
    while True:
        number = "".join(secrets.choice(CASE_LETTERS) for _ in range(CASE_LENGTH))
        if not Case.objects.filter(number=number).exists():
            return number


def case_status(*, case: Case, status: str) -> None:
    """How far staff have come with a case. Raises ValueError for a status that there is not."""
    if status not in Case.Status.values:
        raise ValueError(f"there is no status {status!r}")
    case.status = status
    case.save(update_fields=["status", "updated_at"])


def contact_save(*, conversation_id: str, facts: Facts) -> None:
    """How to reach the person, as known now."""
    names = ("first_name", "last_name", "phone", "email", "contact_by", "best_time")
    values: dict[str, Any] = {name: str(facts.get(name)) if facts.is_known(name) else "" for name in names}
    safe = facts.get("safe_to_contact")
    values["safe_to_contact"] = safe if isinstance(safe, bool) else None
    Contact.objects.update_or_create(conversation_id=conversation_id, defaults=values)


def consent_record(
    *,
    conversation_id: str,
    kind: str,
    given: bool,
    text: str,
    version: str,
    words: str,
    language: str,
    channel: str,
    phone: str | None,
    message_key: str,
) -> ConsentRecord:
    """Keeps one consent or refusal: the text exactly as shown, and the person's own `words`; the same message twice is one."""
    record, _ = ConsentRecord.objects.get_or_create(
        conversation_ref=conversation_id,
        kind=kind,
        message_key=message_key,
        defaults={
            "given": given,
            "text": text,
            "version": version,
            "words": mask(words)[:300],
            "language": language,
            "channel": channel,
            "phone": phone or "",
        },
    )
    return record


def consents_take_back(
    *,
    conversation_id: str,
    kinds: Iterable[str],
    words: str,
    language: str,
    channel: str,
    phone: str | None,
    message_key: str,
) -> None:
    """Keeps, in the person's own words, that consents of these kinds are taken back, whether they were given or not."""
    for kind in kinds:
        consent_record(
            conversation_id=conversation_id,
            kind=kind,
            given=False,
            text=words,
            version="taken-back",
            words=words,
            language=language,
            channel=channel,
            phone=phone,
            message_key=message_key,
        )


def opt_out_record(*, phone: str, channel: str, words: str) -> None:
    """Keeps that a number must not be called or texted."""
    OptOut.objects.create(phone=phone, channel=channel, words=mask(words)[:300])


def is_opted_out(*, phone: str) -> bool:
    """Whether the last word on this number (E.164) is that it must not be called or texted."""
    last = OptOut.objects.filter(phone=phone).last()
    return last is not None and not last.back


# ------------------------------------------------------------------ staff


def audit(*, user: AbstractBaseUser | AnonymousUser | None, action: str, object_id: str = "", request_id: str) -> None:
    """Keeps who did what to which case or conversation; no user where the person themselves did it, or the command line."""
    AuditEvent.objects.create(user_id=None if user is None else user.pk, action=action, object=object_id, request_id=request_id)


def try_is_allowed(*, value: str, burst: int, refill: timedelta) -> bool:
    """Whether `value` (who, for what) has a try left: `burst` at once, all of them back after `refill`."""
    now = timezone.now()
    try:
        with transaction.atomic():
            bucket, _ = TokenBucket.objects.select_for_update().get_or_create(value=value, defaults={"updated_at": now})
            tokens = min(1.0, bucket.tokens + (now - bucket.updated_at) / refill)
            if tokens < 1 / burst - 1e-9:
                return False
            bucket.tokens = tokens - 1 / burst
            bucket.updated_at = now
            bucket.save()
    except IntegrityError:
        return False
    return True

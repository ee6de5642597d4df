"""Writing conversations: begun, brought up to date, started over, erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from leeward.core.facts import Facts
from leeward.records.erasures import erasure_note
from leeward.records.models import Case, Contact, Conversation, InboundSms, Message, OutboundSms, TrackerSnapshot
from leeward.records.services import staff

# Someone who comes back within this time goes on where they were; after it, a conversation begins anew.
OPEN_DAYS: Final = 30


class ConversationMissing(Exception):
    """There is no conversation of that id."""


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
        conversation = conversation_lock(conversation_id=conversation_id)
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
    conversation but those of the permission itself. The erasure is noted beside the records, so that no earlier backup brings
    the words back. Raises ConversationMissing.
    """
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=conversation_id)
        messages = Message.objects.filter(conversation=conversation)
        if up_to is not None:
            messages = messages.filter(n__lt=up_to)
        messages.update(text="", buttons=[], card=None, masked=True)
        messages.filter(status=Message.Status.WAITING).update(status=Message.Status.ANSWERED)
        # The texts go too, but for the one on its way that says so, which goes once it is sent (records/outbox.py).
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
        staff.audit(user=None, action="conversation.erase", object_id=conversation_id, request_id=request_id)
        erasure_note(conversation_id=conversation_id)
        transaction.on_commit(empty_write_ahead_log)


def empty_write_ahead_log() -> None:
    """SQLite's write-ahead log would keep the old pages until it is next written back (https://www.sqlite.org/wal.html)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def conversation_lock(*, conversation_id: str) -> Conversation:
    """The conversation, held until the transaction ends (on SQLite the transaction itself is the lock)."""
    try:
        return Conversation.objects.select_for_update().get(pk=conversation_id)
    except Conversation.DoesNotExist as error:
        raise ConversationMissing(conversation_id) from error

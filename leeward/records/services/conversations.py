"""Writing conversations: begun, brought up to date, closed to the tokens that open them, erased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from leeward.core.facts import Facts
from leeward.records import write_ahead_log
from leeward.records.erasures import erasure_note
from leeward.records.models import Case, Contact, Conversation, InboundSms, Message, OutboundSms, TrackerSnapshot, WebLink
from leeward.records.services import staff

# Someone who comes back within this time goes on where they were; after it, a conversation begins anew.
OPEN_DAYS: Final = 30
# For so long after danger was told the page that told it may not have had its new token yet, as its answer was lost.
HAND_OVER: Final = timedelta(minutes=15)
# No conversation begins so many between a backup and its restore.
EPOCHS_SINCE_A_BACKUP: Final = 10_000


class ConversationMissing(Exception):
    """There is no conversation of that id."""


class Access(Enum):
    """Whether a chat token opens its conversation."""

    OPEN = "open"
    # It does, and older ones do so too until it is used (`conversation_use_token`).
    FIRST_USE = "first use"
    # It rested for more than OPEN_DAYS, by our clock; what was said is there.
    RESTED = "rested"
    # The token was ended, or the conversation is erased or was never here.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an open conversation stands: the number of its newest message (0: none), and the oldest epoch that opens it now."""

    newest: int
    oldest_token_epoch: int


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
    at_page: bool = False,
) -> None:
    """What is known now. A cry for help, once raised, stays on record whatever follows.

    From the moment that someone tells of danger at home, whoever holds a token from before is kept out: at once, or where the
    one who told is `at_page`, once that page has used the new token that comes with the answer.
    """
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=conversation_id)
        conversation.facts = facts.to_json()
        conversation.turns = {name: fact.turn for name, fact in facts.known.items() if fact.turn}
        conversation.clarify = {name: list(candidates) for name, candidates in facts.clarify.items()}
        conversation.estimate = estimate
        conversation.language = language
        conversation.paused = paused
        if danger and not conversation.danger:
            _end_tokens(conversation, at_once=not at_page)
        conversation.crisis = conversation.crisis or crisis
        conversation.danger = conversation.danger or danger
        conversation.wants_person = wants_person
        conversation.save()


def conversation_access(*, conversation_id: str, epoch: int) -> Access:
    """Whether a token of this epoch opens the conversation. Only reads."""
    known = Conversation.objects.only("token_epoch", "oldest_token_epoch", "old_tokens_until", "last_at")
    conversation = known.filter(pk=conversation_id, erased_at=None).first()
    if conversation is None:
        return Access.ENDED
    oldest = _oldest_epoch(conversation.token_epoch, conversation.oldest_token_epoch, conversation.old_tokens_until)
    if not oldest <= epoch <= conversation.token_epoch:
        return Access.ENDED
    if conversation.last_at < timezone.now() - timedelta(days=OPEN_DAYS):
        return Access.RESTED
    return Access.FIRST_USE if epoch > oldest else Access.OPEN


def conversation_use_token(*, conversation_id: str, epoch: int) -> None:
    """The first use of a token of this epoch ends those of the epochs before it."""
    Conversation.objects.filter(pk=conversation_id, oldest_token_epoch__lt=epoch).update(oldest_token_epoch=epoch)


def _oldest_epoch(newest: int, oldest: int, old_until: datetime | None) -> int:
    """The oldest epoch whose tokens open a conversation now, by its three columns of that."""
    is_handing_over = old_until is not None and timezone.now() < old_until
    return oldest if is_handing_over else newest


def conversation_end_access(*, conversation_id: str) -> None:
    """Ends every chat token and every texted link of a conversation. Nothing is deleted. Raises ConversationMissing."""
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=conversation_id)
        _end_tokens(conversation, at_once=True)
        conversation.save(update_fields=["token_epoch", "oldest_token_epoch", "old_tokens_until"])


def conversations_end_access() -> None:
    """Ends every chat token and every texted link there is, those too that were made later than these records know.

    For after a restore: a backup cannot tell what was ended since, by someone in danger among others.
    """
    with transaction.atomic():
        later = F("token_epoch") + EPOCHS_SINCE_A_BACKUP
        Conversation.objects.update(token_epoch=later, oldest_token_epoch=later, old_tokens_until=None)
        WebLink.objects.filter(used_at=None).update(used_at=timezone.now())


def _end_tokens(conversation: Conversation, *, at_once: bool) -> None:
    """Begins a new epoch on a locked conversation; the caller saves it. Links that nobody opened end with the old one."""
    if at_once:
        conversation.oldest_token_epoch, conversation.old_tokens_until = conversation.token_epoch + 1, None
    else:
        conversation.oldest_token_epoch = _oldest_epoch(
            conversation.token_epoch, conversation.oldest_token_epoch, conversation.old_tokens_until
        )
        conversation.old_tokens_until = timezone.now() + HAND_OVER
    conversation.token_epoch += 1
    WebLink.objects.filter(conversation=conversation, used_at=None).update(used_at=timezone.now())


def conversations_standing(*, conversation_ids: Collection[str]) -> dict[str, Standing]:
    """Where each of these conversations stands, in one query; those that are erased or not there are left out."""
    open_ones = Conversation.objects.filter(pk__in=conversation_ids, erased_at=None)
    epochs = ("token_epoch", "oldest_token_epoch", "old_tokens_until")
    rows = open_ones.values_list("pk", *epochs).annotate(newest=Max("messages__n"))
    return {key: Standing(newest or 0, _oldest_epoch(*known)) for key, *known, newest in rows}


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
        _end_tokens(conversation, at_once=True)
        conversation.save()
        staff.audit(user=None, action=write_ahead_log.ERASED, object_id=conversation_id, request_id=request_id)
        erasure_note(conversation_id=conversation_id)
        # Where others read at this moment, the assistant does it once they do not (leeward/assistant/retention_worker.py).
        transaction.on_commit(write_ahead_log.empty)


def conversation_lock(*, conversation_id: str) -> Conversation:
    """The conversation, held until the transaction ends (on SQLite the transaction itself is the lock)."""
    try:
        return Conversation.objects.select_for_update().get(pk=conversation_id)
    except Conversation.DoesNotExist as error:
        raise ConversationMissing(conversation_id) from error

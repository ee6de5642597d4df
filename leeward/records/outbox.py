"""The outbox: every text that goes out, in its order for each number, from being put in until Twilio's last report of it.

A text waits, is being sent, and is then what Twilio reports (models.OutboundSms.Status). Whether and when one may go is
send_permission.py's to say. Phone numbers are E.164, moments aware.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from leeward.records import send_permission
from leeward.records.inbound_sms import phone_of
from leeward.records.models import Conversation, Message, OutboundSms
from leeward.records.services.conversations import conversation_lock
from leeward.sms import send_policy

RETRY_AFTER: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))
# No try takes this long (leeward/assistant/outbox_worker.py), so whoever made it is gone.
STUCK_AFTER: Final = timedelta(seconds=30)
# No text waits longer for its hour (leeward/sms/quiet_hours.py). A later moment was set by a clock that was ahead.
LONGEST_WAIT: Final = timedelta(days=2)

# Twilio may report in any order; a report never takes back a later one.
_RANK: Final = {
    OutboundSms.Status.WAITING: 0,
    OutboundSms.Status.SENDING: 0,
    OutboundSms.Status.QUEUED: 1,
    OutboundSms.Status.SENT: 2,
    OutboundSms.Status.DELIVERED: 3,
    OutboundSms.Status.UNDELIVERED: 3,
    OutboundSms.Status.FAILED: 3,
    OutboundSms.Status.DROPPED: 3,
}
_OPEN: Final = (OutboundSms.Status.WAITING, OutboundSms.Status.SENDING)


@dataclass(frozen=True)
class OutboxItem:
    """One text that is due: what the sender needs of it."""

    id: int
    to: str
    body: str
    created_at: datetime
    uncertain: bool


def put_answer(*, message: Message, bodies: Sequence[str], kind: send_policy.MessageKind, to: str) -> None:
    """Puts the texts of an answer into the outbox. Within the transaction that records the answer."""
    conversation = Conversation.objects.get(pk=message.conversation_id)
    for body in bodies:
        put(conversation=conversation, message=message, to=to, body=body, kind=kind, prompted_at=message.created_at)


def notice_put(*, message_id: int, body: str) -> None:
    """Tells someone once that their message is kept but cannot be answered yet; the message goes on waiting.

    One that was answered meanwhile needs no such word.
    """
    with transaction.atomic():
        conversation = conversation_lock(conversation_id=Message.objects.get(pk=message_id).conversation_id)
        message = Message.objects.get(pk=message_id)
        if message.status == Message.Status.WAITING and not OutboundSms.objects.filter(message=message).exists():
            put(
                conversation=conversation,
                message=message,
                to=phone_of(key=message.key),
                body=body,
                kind="reply",
                prompted_at=message.created_at,
            )


def put(
    *,
    conversation: Conversation,
    message: Message | None,
    to: str,
    body: str,
    kind: send_policy.MessageKind,
    prompted_at: datetime | None = None,
) -> OutboundSms:
    """Puts one text into the outbox; `prompted_at` is when the text that it answers came."""
    at = send_permission.not_before(kind=kind, to=to, conversation=conversation, prompted_at=prompted_at, now=timezone.now())
    return OutboundSms.objects.create(conversation=conversation, message=message, to=to, body=body, kind=kind, not_before=at)


def claim_due(*, most: int) -> list[OutboxItem]:
    """Texts that are due, at most one for each number and `most` in all, now marked as being sent.

    A number's texts go in their order: while one is on its way or waits for another try, the next ones wait. One that is kept
    for the morning holds back none, and help in danger, a stop's confirmation and HELP wait only for their own kind.
    """
    now = timezone.now()
    with transaction.atomic():
        # Several assistants may share one PostgreSQL: each takes what no other holds.
        free = OutboundSms.objects.select_for_update(of=("self",), skip_locked=True)
        ahead = _ahead(now)
        of_its_kind = ahead.filter(Q(status=OutboundSms.Status.SENDING) | Q(kind__in=send_policy.ALWAYS))
        in_turn = ~Exists(ahead) | (Q(kind__in=send_policy.ALWAYS) & ~Exists(of_its_kind))
        due = free.filter(_is_due(now), in_turn, status=OutboundSms.Status.WAITING)
        going = []
        for text in due.select_related("conversation", "message")[:most]:
            if _hold_back(text, now):
                continue
            text.status = OutboundSms.Status.SENDING
            text.tries += 1
            text.tried_at = now
            text.save(update_fields=["status", "tries", "tried_at"])
            going.append(OutboxItem(text.pk, text.to, text.body, text.created_at, text.uncertain))
    return going


def _ahead(now: datetime) -> QuerySet[OutboundSms]:
    """The texts that must go before another one to the same number (a subquery on that one)."""
    on_its_way = Q(status=OutboundSms.Status.SENDING)
    soon = Q(status=OutboundSms.Status.WAITING) & (_is_due(now) | Q(tries__gt=0, not_before__lte=now + RETRY_AFTER[-1]))
    return OutboundSms.objects.filter(on_its_way | soon, to=OuterRef("to"), pk__lt=OuterRef("pk"))


def _is_due(now: datetime) -> Q:
    return Q(not_before__lte=now) | Q(not_before__gt=now + LONGEST_WAIT)


def _hold_back(text: OutboundSms, now: datetime) -> bool:
    """Drops a due text that is no longer allowed, and puts off one that may not go at this hour; whether it did either."""
    if not send_permission.is_still_allowed(text=text):
        text.status = OutboundSms.Status.DROPPED
        text.save(update_fields=["status"])
        return True
    at = send_permission.may_go_at(text=text, now=now)
    if at > now:
        text.not_before = at
        text.save(update_fields=["not_before"])
        return True
    return False


def recover_stuck() -> int:
    """What was being sent when a process ended is tried again, once Twilio has said that it does not have it. How many."""
    now = timezone.now()
    # A try in the future was made by a clock that was ahead, and was long ago.
    long_ago = Q(tried_at__lt=now - STUCK_AFTER) | Q(tried_at__gt=now + STUCK_AFTER)
    stuck = OutboundSms.objects.filter(long_ago, status=OutboundSms.Status.SENDING)
    return stuck.update(status=OutboundSms.Status.WAITING, uncertain=True)


def doubt_unsent() -> None:
    """Has Twilio asked about every text that these records know as unsent, before it is sent: they may be of an earlier day."""
    OutboundSms.objects.filter(status__in=_OPEN).update(status=OutboundSms.Status.WAITING, uncertain=True)


def mark_accepted(*, text_id: int, sid: str, status: str) -> None:
    """Twilio has it. A delivery report that came first is kept."""
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().get(pk=text_id)
        text.sid = sid
        text.uncertain = False
        known = status if status in OutboundSms.Status.values else OutboundSms.Status.QUEUED
        if _RANK[OutboundSms.Status(known)] > _RANK[OutboundSms.Status(text.status)]:
            text.status = known
        _forget_erased(text)
        text.save(update_fields=["sid", "uncertain", "status", "to", "body"])


def _forget_erased(text: OutboundSms) -> None:
    """The last text of an erased conversation says that it is done; once sent, it is gone too."""
    if text.conversation.erased_at is not None:
        text.to = text.body = ""


def schedule_retry(*, text_id: int, error: str, uncertain: bool) -> bool:
    """A try came to nothing: the text waits for the next one, or has failed for good when its tries are used up.

    `uncertain` says that Twilio may have it all the same. Gives whether it will be tried again.
    """
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().get(pk=text_id)
        text.error = error[:20]
        text.uncertain = text.uncertain or uncertain
        again = text.tries <= len(RETRY_AFTER)
        if again:
            text.status = OutboundSms.Status.WAITING
            text.not_before = timezone.now() + RETRY_AFTER[text.tries - 1]
        else:
            text.status = OutboundSms.Status.FAILED
            _forget_erased(text)
        text.save(update_fields=["error", "uncertain", "status", "not_before", "to", "body"])
    return again


def mark_failed(*, text_id: int, error: str) -> None:
    """Twilio will never take it: staff see it as failed."""
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().get(pk=text_id)
        text.status, text.error = OutboundSms.Status.FAILED, error[:20]
        _forget_erased(text)
        text.save(update_fields=["status", "error", "to", "body"])


def apply_delivery_report(*, text_id: int, sid: str, status: str, error: str) -> None:
    """A delivery report of Twilio's. Reports come in any order; an earlier state never replaces a later one."""
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().filter(pk=text_id).first()
        if text is None or status not in OutboundSms.Status.values or text.sid not in ("", sid):
            return
        if _RANK[OutboundSms.Status(status)] <= _RANK[OutboundSms.Status(text.status)]:
            return
        text.sid, text.status, text.uncertain = sid, status, False
        text.error = error[:20]
        text.save(update_fields=["sid", "status", "uncertain", "error"])


def sids_known(*, phone: str) -> set[str]:
    """Twilio's ids of all texts to a number that are accounted for."""
    return set(OutboundSms.objects.filter(to=phone).exclude(sid="").values_list("sid", flat=True))


def is_settled(*, sid: str) -> bool:
    """Whether a text that came has its answer, and all that was to go out to its number by now is at Twilio."""
    message = Message.objects.filter(key=sid).first()
    if message is None or message.status == Message.Status.WAITING:
        return False
    open_still = OutboundSms.objects.filter(
        conversation=message.conversation_id, status__in=_OPEN, not_before__lte=timezone.now()
    )
    return not open_still.exists()

"""Deleting what is no longer to be kept (`retention` in firm.yml). Consents, opt-outs and audit events are never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import sleep
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from leeward.core.firm import Retention
from leeward.records import write_ahead_log
from leeward.records.models import AuditEvent, Case, Conversation, InboundSms, Message, TokenBucket, WebLink
from leeward.records.services import staff

# Local time of the firm. No change to or from summer time in the United States leaves this hour out (15 U.S.C. 260a).
NIGHT: Final = time(3)
# Others write meanwhile; on SQLite they wait for each batch, and look for their turn every tenth of a second.
BATCH: Final = 100
PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations without a case, closed cases, and ended sessions (logins, links, counts of tries)."""

    conversations: int
    closed_cases: int
    sessions: int


def due(*, keep: Retention, now: datetime) -> Counts:
    """What `purge` would delete at this moment."""
    return Counts(
        conversations=_without_case(keep, now).count(),
        closed_cases=_closed(keep, now).count(),
        sessions=sum(query.count() for query in _ended(keep, now)),
    )


def purge(*, keep: Retention, now: datetime) -> Counts:
    """Deletes what is older than the firm keeps it, in small transactions, and audits how much; what was deleted."""
    gone = Counts(
        conversations=_delete(_without_case(keep, now)),
        closed_cases=_delete(_closed(keep, now)),
        sessions=sum(map(_delete_rows, _ended(keep, now))),
    )
    transaction.on_commit(write_ahead_log.empty)
    _audit(f"{gone.conversations} conversations, {gone.closed_cases} cases")
    return gone


def purge_if_due(*, keep: Retention, now: datetime, zone: ZoneInfo) -> None:
    """Purges where a night has passed since the last purge, in the firm's time zone.

    The first call only notes that purging begins with the next night: an update deletes nothing before its operator can have
    read of it.
    """
    last = AuditEvent.objects.filter(action=write_ahead_log.PURGED).order_by("-pk").values_list("at", flat=True).first()
    if last is None:
        _audit("begins")
    elif next_night(last, zone) <= now:
        purge(keep=keep, now=now)


def next_night(after: datetime, zone: ZoneInfo) -> datetime:
    """The first NIGHT after an aware moment, in a time zone."""
    local = after.astimezone(zone)
    tonight = datetime.combine(local.date(), NIGHT, zone)
    return tonight if tonight > local else datetime.combine(local.date() + timedelta(days=1), NIGHT, zone)


def _audit(what: str) -> None:
    staff.audit(user=None, action=write_ahead_log.PURGED, object_id=what, request_id=write_ahead_log.PURGED)


def _without_case(keep: Retention, now: datetime) -> QuerySet[Conversation]:
    if keep.conversations is None:
        return Conversation.objects.none()
    return Conversation.objects.filter(case=None, last_at__lt=now - timedelta(days=keep.conversations))


def _closed(keep: Retention, now: datetime) -> QuerySet[Conversation]:
    if keep.closed_cases is None:
        return Conversation.objects.none()
    since = now - timedelta(days=keep.closed_cases)
    return Conversation.objects.filter(case__status=Case.Status.CLOSED, case__updated_at__lt=since, last_at__lt=since)


def _ended(keep: Retention, now: datetime) -> Sequence[QuerySet[Any]]:
    if keep.sessions is None:
        return ()
    since = now - timedelta(days=keep.sessions)
    return (
        Session.objects.filter(expire_date__lt=since),
        WebLink.objects.filter(expires_at__lt=since),
        TokenBucket.objects.filter(updated_at__lt=since),
    )


def _delete(conversations: QuerySet[Conversation]) -> int:
    """Deletes conversations with all that hangs on them; how many. One that someone writes in at this moment is left."""
    count = 0
    while True:
        with transaction.atomic():
            free = conversations.select_for_update(of=("self",), skip_locked=True)
            batch = list(free.values_list("pk", flat=True)[:BATCH])
            if not batch:
                return count
            keys = Message.objects.filter(conversation__in=batch, direction=Message.Direction.IN).values("key")
            InboundSms.objects.filter(sid__in=keys).delete()
            Conversation.objects.filter(pk__in=batch).delete()
            count += len(batch)
        sleep(PAUSE_SECONDS)


def _delete_rows(query: QuerySet[Any]) -> int:
    """Deletes rows on which nothing hangs; how many."""
    count = 0
    while batch := list(query.values_list("pk", flat=True)[:BATCH]):
        count += query.model._default_manager.filter(pk__in=batch).delete()[0]
        sleep(PAUSE_SECONDS)
    return count

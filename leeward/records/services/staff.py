"""Writing what staff do: the audit, and how often someone may try to log in.

The rate limit here is the same token bucket as leeward/assistant/rate_limit.py, but kept in the database: the desk may run in
several processes, and a login guessed through all of them must count as one caller's tries and outlive a restart. The chat's
limit only keeps one process from being overrun, and must not cost a write for each message.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from leeward.records.models import AuditEvent, TokenBucket


def audit(*, user: AbstractBaseUser | AnonymousUser | None, action: str, object_id: str = "", request_id: str) -> None:
    """Keeps who did what to which case or conversation; no user where the person themselves did it, or the command line."""
    AuditEvent.objects.create(user_id=None if user is None else user.pk, action=action, object=object_id, request_id=request_id)


def rate_limit_allows(*, caller: str, burst: int, per_second: float) -> bool:
    """Whether `caller` (who, for what) may go ahead now; if so, it is counted.

    Allows `burst` uses at once and `per_second` more each second.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            bucket, _ = TokenBucket.objects.select_for_update().get_or_create(value=caller, defaults={"updated_at": now})
            # A clock that was set back takes no try away, and one that was ahead for a while locks nobody out.
            elapsed = max(0.0, (now - bucket.updated_at).total_seconds())
            refilled = elapsed * per_second / burst
            tokens = min(1.0, bucket.tokens + refilled)
            if tokens < 1 / burst - 1e-9:
                return False
            bucket.tokens = tokens - 1 / burst
            bucket.updated_at = now
            bucket.save()
    except IntegrityError:
        return False
    return True

"""Writing what staff do: the audit, and how often someone may try to log in."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from leeward.records.models import AuditEvent, TokenBucket


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

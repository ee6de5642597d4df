"""Links that go on with a conversation on the web: each good once, for half an hour."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from leeward.records.models import WebLink

LINK_MINUTES: Final = 30
# 128 bits, 22 characters of RFC 4648, section 5. The last is a letter (A, Q, g or w), for some phones cut a link before a
# hyphen at its end.
CODE_BYTES: Final = 16


class LinkSpent(Exception):
    """The link was used, is too old, or was never ours."""


def link_make(*, conversation_id: str) -> str:
    """A random code that opens this conversation on the web once, within LINK_MINUTES. Only its digest is stored."""
    code = secrets.token_urlsafe(CODE_BYTES)
    expires_at = timezone.now() + timedelta(minutes=LINK_MINUTES)
    WebLink.objects.create(digest=_digest(code), conversation_id=conversation_id, expires_at=expires_at)
    return code


def link_use(*, code: str) -> str:
    """The conversation that a code opens; the code is spent with it. Raises LinkSpent."""
    now = timezone.now()
    with transaction.atomic():
        link = WebLink.objects.select_for_update().filter(digest=_digest(code), used_at=None, expires_at__gt=now).first()
        if link is None:
            raise LinkSpent
        link.used_at = now
        link.save(update_fields=["used_at"])
    return link.conversation_id


def _digest(code: str) -> str:
    """SHA-256 (FIPS 180-4) of a code, in hexadecimal; a code of 128 random bits needs no salt and no slow hash."""
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()

"""Links that go on with a conversation on the web: each good once, for half an hour."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from leeward.ops import secret_key
from leeward.records.models import WebLink

LINK_MINUTES: Final = 30
LINK_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
LINK_LENGTH: Final = 10


class LinkSpent(Exception):
    """The link was used, is too old, or was never ours."""


def link_make(*, conversation_id: str) -> str:
    """A code that opens this conversation on the web once, within half an hour: random letters and a signature of them."""
    code = "".join(secrets.choice(LINK_LETTERS) for _ in range(LINK_LENGTH))
    signed = f"{code}{_signature(code)}"
    WebLink.objects.create(
        digest=_digest(signed), conversation_id=conversation_id, expires_at=timezone.now() + timedelta(minutes=LINK_MINUTES)
    )
    return signed


def link_use(*, code: str) -> str:
    """The conversation that a code opens; the code is spent with it. Raises LinkSpent."""
    if not hmac.compare_digest(code[LINK_LENGTH:].encode(), _signature(code[:LINK_LENGTH]).encode()):
        raise LinkSpent
    now = timezone.now()
    with transaction.atomic():
        link = WebLink.objects.select_for_update().filter(digest=_digest(code), used_at=None, expires_at__gt=now).first()
        if link is None:
            raise LinkSpent
        link.used_at = now
        link.save(update_fields=["used_at"])
    return link.conversation_id


def _signature(code: str) -> str:
    """Ten letters of HMAC-SHA256 (RFC 2104) over the code, so that what we did not make is turned away unseen."""
    digest = hmac.new(secret_key.secret_key().encode(), f"link:{code}".encode(), hashlib.sha256).digest()
    return "".join(LINK_LETTERS[byte % len(LINK_LETTERS)] for byte in digest[:LINK_LENGTH])


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()

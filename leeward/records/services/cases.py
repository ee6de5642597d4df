"""Writing cases: opened with their urgency, and how far staff have come."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Final

from django.db import transaction

from leeward.records.models import Case
from leeward.records.services.conversations import conversation_lock

CASE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CASE_LENGTH: Final = 6


def case_open(*, conversation_id: str, triage: dict[str, Any]) -> Case:
    """The conversation's case, opened if there is none, with its urgency as it is now.

    A closed case whose urgency rises is new again: someone wrote who needs help once more.
    """
    act_by = date.fromisoformat(triage["act_by"]) if triage.get("act_by") else None
    values: dict[str, Any] = {"tier": triage["tier"], "triage": triage, "act_by": act_by}
    with transaction.atomic():
        conversation_lock(conversation_id=conversation_id)
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


def case_set_status(*, case: Case, status: str) -> None:
    """How far staff have come with a case. Raises ValueError for a status that there is not."""
    if status not in Case.Status.values:
        raise ValueError(f"there is no status {status!r}")
    case.status = status
    case.save(update_fields=["status", "updated_at"])


def case_number(*, conversation_id: str) -> str | None:
    """The number of the conversation's case, if it has one."""
    return Case.objects.filter(conversation_id=conversation_id).values_list("number", flat=True).first()

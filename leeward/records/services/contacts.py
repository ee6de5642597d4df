"""Writing how a person wants to be reached."""

from __future__ import annotations

from typing import Any

from leeward.core.facts import Facts
from leeward.records.models import Contact


def contact_save(*, conversation_id: str, facts: Facts) -> None:
    """How to reach the person, as known now."""
    names = ("first_name", "last_name", "phone", "email", "contact_by", "best_time")
    values: dict[str, Any] = {name: str(facts.get(name)) if facts.is_known(name) else "" for name in names}
    safe = facts.get("safe_to_contact")
    values["safe_to_contact"] = safe if isinstance(safe, bool) else None
    Contact.objects.update_or_create(conversation_id=conversation_id, defaults=values)

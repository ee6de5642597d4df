"""A case is opened once."""

from __future__ import annotations

import pytest

from leeward.records.models import Conversation
from leeward.records.services import cases

pytestmark = pytest.mark.django_db


def test_a_case_is_opened_once_and_follows_its_urgency(conversation: Conversation) -> None:
    first = cases.case_open(conversation_id=conversation.id, triage={"tier": 3, "reasons": [], "act_by": None})
    again = cases.case_open(conversation_id=conversation.id, triage={"tier": 0, "reasons": [], "act_by": "2026-12-01"})
    assert (first.number, again.tier) == (again.number, 0)

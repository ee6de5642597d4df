"""Consents are kept as they were shown, and never changed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from factories import consent

from leeward.records.models import ConsentRecord, Conversation
from leeward.records.services import conversations

pytestmark = pytest.mark.django_db


def test_a_consent_is_kept_once_a_message_with_the_text_as_shown(conversation: Conversation) -> None:
    consent(conversation.id, key="a", given=True)
    consent(conversation.id, key="a", given=True)
    consent(conversation.id, key="b", given=False)
    assert list(ConsentRecord.objects.values_list("given", "text")) == [
        (True, "May a person contact you?"),
        (False, "May a person contact you?"),
    ]


def test_the_database_itself_refuses_to_change_a_consent(conversation: Conversation) -> None:
    record = consent(conversation.id, key="a", given=True)
    record.given = False
    with pytest.raises(DatabaseError, match="append-only"):
        record.save()


def test_the_database_itself_refuses_to_delete_a_consent(conversation: Conversation) -> None:
    record = consent(conversation.id, key="a", given=True)
    with pytest.raises(DatabaseError, match="append-only"):
        record.delete()


def test_permissions_outlive_what_is_erased(conversation: Conversation) -> None:
    consent(conversation.id)
    conversations.conversation_erase(conversation_id=conversation.id, request_id="r1")
    assert ConsentRecord.objects.filter(conversation_ref=conversation.id).count() == 1

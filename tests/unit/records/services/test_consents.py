"""Consents are kept as they were shown, and never changed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from factories import consent

from leeward.records.models import ConsentRecord, Conversation
from leeward.records.services import consents, conversations

pytestmark = pytest.mark.django_db

PHONE, OTHER = "+13125550142", "+13125550199"


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


def stands(conversation: Conversation, way: str, kind: str = "contact") -> bool | None:
    return consents.consent_stands(conversation_id=conversation.id, kind=kind, way=way)


def replace(conversation: Conversation, way: str, key: str) -> None:
    consents.way_replace(
        conversation_id=conversation.id, way=way, words="wrong number", language="en", channel="web", message_key=key
    )


def test_a_consent_stands_for_the_way_that_it_names_and_for_no_other(conversation: Conversation) -> None:
    consent(conversation.id, way=PHONE)
    assert [stands(conversation, way) for way in (PHONE, OTHER, "ana@example.com")] == [True, None, None]
    assert stands(conversation, PHONE, "automated") is None


def test_a_no_is_a_no_for_every_way_until_one_is_agreed_to(conversation: Conversation) -> None:
    consent(conversation.id, given=False)
    assert (stands(conversation, PHONE), stands(conversation, OTHER)) == (False, False)
    consent(conversation.id, way=OTHER)
    assert (stands(conversation, PHONE), stands(conversation, OTHER)) == (False, True)


def test_a_number_that_comes_back_after_another_is_to_be_asked_about_anew(conversation: Conversation) -> None:
    consent(conversation.id, way=PHONE)
    consent(conversation.id, way=PHONE, kind="automated")
    replace(conversation, PHONE, "r1")
    assert (stands(conversation, PHONE), stands(conversation, PHONE, "automated")) == (None, None)
    assert sorted(consents.consents_taken_back(conversation_id=conversation.id)) == [("automated", PHONE), ("contact", PHONE)]
    consent(conversation.id, way=PHONE, key="again")
    assert (stands(conversation, PHONE), stands(conversation, PHONE, "automated")) == (True, None)


def test_one_message_that_ends_several_consents_ends_each(conversation: Conversation) -> None:
    consent(conversation.id, way=PHONE)
    consent(conversation.id, way=OTHER, key="other")
    for way in (PHONE, OTHER):
        replace(conversation, way, "r1")
        replace(conversation, way, "r1")
    assert (stands(conversation, PHONE), stands(conversation, OTHER)) == (None, None)
    assert ConsentRecord.objects.count() == 4


def test_what_one_message_allows_and_ends_at_once_is_ended(conversation: Conversation) -> None:
    consent(conversation.id, way=PHONE, key="a")
    replace(conversation, PHONE, "a")
    assert stands(conversation, PHONE) is None


def test_where_nothing_was_allowed_a_replaced_number_leaves_nothing_on_record(conversation: Conversation) -> None:
    replace(conversation, PHONE, "r1")
    assert not ConsentRecord.objects.exists()


def test_the_database_keeps_its_guards_over_consents() -> None:
    """The column for the way was renamed; on SQLite a table made anew would have lost them."""
    guards = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'records_consentrecord'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'records_consentrecord'::regclass AND NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(guards[connection.vendor])
        names = {name.lower() for (name,) in cursor.fetchall()}
    append_only = {
        "sqlite": {"records_consentrecord_no_update", "records_consentrecord_no_delete"},
        "postgresql": {"records_consentrecord_append_only"},
    }
    assert names == {"records_consentrecord_was_shown", *append_only[connection.vendor]}


def test_permissions_outlive_what_is_erased(conversation: Conversation) -> None:
    consent(conversation.id)
    conversations.conversation_erase(conversation_id=conversation.id, request_id="r1")
    assert ConsentRecord.objects.filter(conversation_ref=conversation.id).count() == 1

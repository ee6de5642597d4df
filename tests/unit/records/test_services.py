"""What the records keep, and that they keep it once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from factories import consent

from leeward.core.facts import Facts
from leeward.records.models import AuditEvent, Case, ConsentRecord, Contact, Conversation, Message
from leeward.records.services import cases, contacts, conversations, messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> Conversation:
    return conversations.conversation_start(channel="web", language="en")


def receive(conversation: Conversation, key: str, text: str) -> messages.ReceivedMessage:
    message, _ = messages.message_receive(conversation_id=conversation.id, key=key, text=text, kind="text", language=None)
    return message


def test_a_message_is_recorded_once_under_its_key(conversation: Conversation) -> None:
    first = receive(conversation, "a", "Illinois")
    again, fresh = messages.message_receive(
        conversation_id=conversation.id, key="a", text="Illinois", kind="text", language=None
    )
    assert again == first
    assert not fresh


def test_the_same_key_for_other_words_is_a_conflict(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    with pytest.raises(messages.MessageConflict):
        receive(conversation, "a", "Ohio")


def test_secrets_are_masked_before_anything_is_stored(conversation: Conversation) -> None:
    message = receive(conversation, "a", "my ssn is 123-45-6789")
    assert "6789" not in Message.objects.get(pk=message.id).text
    assert message.masked


def test_a_figure_repeated_while_it_waits_shares_the_first_ones_answer(conversation: Conversation) -> None:
    first = receive(conversation, "a", "310")
    second = receive(conversation, "b", "310")
    assert [m.id for m in messages.messages_waiting(conversation_id=conversation.id)] == [first.id]
    messages.message_answer(message_id=first.id, replies=[messages.Reply("And its worth?", asked="home_value")])
    assert [m.text for m in messages.replies_to(message_id=second.id)] == ["And its worth?"]


def test_a_message_is_answered_once(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    messages.message_answer(message_id=message.id, replies=[messages.Reply("one")])
    messages.message_answer(message_id=message.id, replies=[messages.Reply("two")])
    assert [m.text for m in messages.replies_to(message_id=message.id)] == ["one"]


def test_messages_keep_their_order_and_replay_from_any_point(conversation: Conversation) -> None:
    first = receive(conversation, "a", "hi")
    messages.message_answer(message_id=first.id, replies=[messages.Reply("one"), messages.Reply("two")])
    receive(conversation, "b", "there")
    assert [m.text for m in messages.messages_after(conversation_id=conversation.id, n=0)] == ["hi", "one", "two", "there"]
    assert [m.text for m in messages.messages_after(conversation_id=conversation.id, n=2)] == ["two", "there"]


def test_a_failed_message_goes_on_waiting(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    messages.message_fail(message_id=message.id)
    assert [m.key for m in messages.messages_waiting(conversation_id=conversation.id)] == ["a"]


def test_the_last_question_and_buttons_are_those_of_the_last_answer(conversation: Conversation) -> None:
    first = receive(conversation, "a", "hi")
    button = {"title": "Yes", "payload": "/affirm"}
    messages.message_answer(
        message_id=first.id, replies=[messages.Reply("Hello"), messages.Reply("Sure?", [button], asked="goal")]
    )
    assert messages.last_asked(conversation_id=conversation.id) == "goal"
    assert messages.last_buttons(conversation_id=conversation.id) == [button]


def test_a_cry_for_help_stays_on_record(conversation: Conversation) -> None:
    state = {"estimate": None, "language": "en", "paused": True, "danger": False, "wants_person": False}
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts(), crisis=True, **state)
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts(), crisis=False, **state)
    assert conversations.conversation_get(conversation_id=conversation.id).crisis


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


def test_a_case_is_opened_once_and_follows_its_urgency(conversation: Conversation) -> None:
    first = cases.case_open(conversation_id=conversation.id, triage={"tier": 3, "reasons": [], "act_by": None})
    again = cases.case_open(conversation_id=conversation.id, triage={"tier": 0, "reasons": [], "act_by": "2026-12-01"})
    assert (first.number, again.tier) == (again.number, 0)


def test_starting_over_clears_the_facts_and_keeps_the_transcript(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    conversations.conversation_forget(conversation_id=conversation.id)
    assert conversations.conversation_get(conversation_id=conversation.id).facts == {}
    assert len(messages.messages_after(conversation_id=conversation.id, n=0)) == 1


def test_a_conversation_that_is_not_there_is_said_so() -> None:
    with pytest.raises(conversations.ConversationMissing):
        conversations.conversation_get(conversation_id="nobody")


def told(conversation: Conversation) -> None:
    message = receive(conversation, "a", "I owe 200k, I am Ana")
    messages.message_answer(message_id=message.id, replies=[messages.Reply("You owe $200,000.", card={"kind": "estimate"})])
    facts = Facts().learn("first_name", "Ana", "a")
    contacts.contact_save(conversation_id=conversation.id, facts=facts)
    triage = {"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None}
    cases.case_open(conversation_id=conversation.id, triage=triage)


def test_what_is_erased_leaves_no_words_no_contact_and_no_case(conversation: Conversation) -> None:
    told(conversation)
    conversations.conversation_erase(conversation_id=conversation.id, request_id="r1")
    assert {message.text for message in Message.objects.filter(conversation=conversation)} == {""}
    assert Contact.objects.count() == 0
    assert Case.objects.count() == 0
    assert conversations.conversation_get(conversation_id=conversation.id).facts == {}
    assert AuditEvent.objects.get(action="conversation.erase").object == conversation.id


def test_permissions_outlive_what_is_erased(conversation: Conversation) -> None:
    consent(conversation.id)
    conversations.conversation_erase(conversation_id=conversation.id, request_id="r1")
    assert ConsentRecord.objects.filter(conversation_ref=conversation.id).count() == 1


def test_the_answer_to_the_wish_itself_is_kept_when_it_is_named(conversation: Conversation) -> None:
    told(conversation)
    last = receive(conversation, "b", "yes, delete it")
    conversations.conversation_erase(conversation_id=conversation.id, request_id="r1", up_to=last.n)
    texts = [message.text for message in Message.objects.filter(conversation=conversation).order_by("n")]
    assert texts == ["", "", "yes, delete it"]


def test_nobody_speaks_in_a_chat_that_was_erased_or_rested_too_long(conversation: Conversation) -> None:
    assert conversations.conversation_is_open(conversation_id=conversation.id)
    Conversation.objects.update(last_at=timezone.now() - timedelta(days=31))
    assert not conversations.conversation_is_open(conversation_id=conversation.id)
    fresh = conversations.conversation_start(channel="web", language="en")
    conversations.conversation_erase(conversation_id=fresh.id, request_id="r1")
    assert not conversations.conversation_is_open(conversation_id=fresh.id)


def test_erasing_what_is_not_there_says_so() -> None:
    with pytest.raises(conversations.ConversationMissing):
        conversations.conversation_erase(conversation_id="nothing", request_id="r1")

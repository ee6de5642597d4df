"""What is known of a conversation, started over and erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from factories import receive

from leeward.core.facts import Facts
from leeward.records.models import AuditEvent, Case, Contact, Conversation, Message
from leeward.records.services import cases, contacts, conversations, messages

pytestmark = pytest.mark.django_db


def test_a_cry_for_help_stays_on_record(conversation: Conversation) -> None:
    state = {"estimate": None, "language": "en", "paused": True, "danger": False, "wants_person": False}
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts(), crisis=True, **state)
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts(), crisis=False, **state)
    assert conversations.conversation_get(conversation_id=conversation.id).crisis


def test_starting_over_clears_the_facts_and_keeps_the_transcript(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    state = {"estimate": None, "language": "en", "crisis": False, "paused": False, "danger": False, "wants_person": False}
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts().learn("state", "IL"), **state)
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts(), **state)
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

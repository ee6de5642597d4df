"""What is known of a conversation, started over and erased."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from factories import receive

from leeward.core.facts import Facts
from leeward.records import web_links
from leeward.records.models import AuditEvent, Case, Contact, Conversation, Message
from leeward.records.services import cases, contacts, conversations, messages
from leeward.records.services.conversations import Access, Standing

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


def access(conversation: Conversation, epoch: int = 0) -> Access:
    return conversations.conversation_access(conversation_id=conversation.id, epoch=epoch)


def oldest_that_follows(conversation: Conversation) -> int:
    """The oldest epoch whose streams go on."""
    return conversations.conversations_standing(conversation_ids=[conversation.id])[conversation.id].oldest_token_epoch


def tells_of_danger(conversation: Conversation, *, at_page: bool) -> None:
    state = {"estimate": None, "language": "en", "crisis": False, "paused": False, "wants_person": False}
    conversations.conversation_update(conversation_id=conversation.id, facts=Facts(), danger=True, at_page=at_page, **state)


def test_nobody_speaks_in_a_chat_that_was_erased_or_rested_too_long(conversation: Conversation) -> None:
    assert access(conversation) is Access.OPEN
    Conversation.objects.update(last_at=timezone.now() - timedelta(days=31))
    assert access(conversation) is Access.RESTED
    fresh = conversations.conversation_start(channel="web", language="en")
    conversations.conversation_erase(conversation_id=fresh.id, request_id="r1")
    assert access(fresh) is Access.ENDED
    assert conversations.conversation_access(conversation_id="nobody", epoch=0) is Access.ENDED


def test_a_clock_that_jumped_ahead_closes_a_chat_only_until_it_is_right_again(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=31))
    assert access(conversation) is Access.RESTED
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert access(conversation) is Access.OPEN


def test_ending_tokens_ends_those_made_before_and_the_links_and_no_later_one(conversation: Conversation) -> None:
    code = web_links.link_make(conversation_id=conversation.id)
    receive(conversation, "a", "Illinois")
    conversations.conversation_end_access(conversation_id=conversation.id)
    assert [access(conversation, epoch) for epoch in (0, 1, 2)] == [Access.ENDED, Access.OPEN, Access.ENDED]
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)
    assert web_links.link_use(code=web_links.link_make(conversation_id=conversation.id)) == conversation.id
    assert len(messages.messages_after(conversation_id=conversation.id, n=0)) == 1


def test_ending_the_tokens_of_what_is_not_there_says_so() -> None:
    with pytest.raises(conversations.ConversationMissing):
        conversations.conversation_end_access(conversation_id="nobody")


def test_who_tells_of_danger_on_the_page_keeps_the_chat_and_whoever_had_a_token_before_loses_it(
    conversation: Conversation,
) -> None:
    code = web_links.link_make(conversation_id=conversation.id)
    tells_of_danger(conversation, at_page=True)
    # The answer with the new token may be lost on its way, and asked for again with the old one.
    assert access(conversation, 0) is Access.OPEN
    assert conversations.conversation_get(conversation_id=conversation.id).token_epoch == 1
    assert access(conversation, 1) is Access.FIRST_USE
    conversations.conversation_use_token(conversation_id=conversation.id, epoch=1)
    assert oldest_that_follows(conversation) == 1
    assert [access(conversation, epoch) for epoch in (0, 1)] == [Access.ENDED, Access.OPEN]
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)


def test_a_new_token_that_nobody_came_with_keeps_the_old_one_alive_for_a_quarter_of_an_hour_only(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells_of_danger(conversation, at_page=True)
    assert oldest_that_follows(conversation) == 0
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + conversations.HAND_OVER)
    assert [access(conversation, epoch) for epoch in (0, 1)] == [Access.ENDED, Access.OPEN]
    assert oldest_that_follows(conversation) == 1


@pytest.mark.parametrize("at_page", [True, False])
def test_no_later_message_opens_an_ended_token_again(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch, at_page: bool
) -> None:
    tells_of_danger(conversation, at_page=at_page)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + conversations.HAND_OVER)
    receive(conversation, "b", "I owe 310k")
    assert access(conversation, 0) is Access.ENDED
    assert oldest_that_follows(conversation) == 1


def test_what_was_ended_for_good_is_not_opened_by_the_handing_over_that_follows(conversation: Conversation) -> None:
    conversations.conversation_end_access(conversation_id=conversation.id)
    tells_of_danger(conversation, at_page=True)
    assert [access(conversation, epoch) for epoch in (0, 1, 2)] == [Access.ENDED, Access.OPEN, Access.FIRST_USE]


def test_danger_told_by_text_closes_every_page_at_once(conversation: Conversation) -> None:
    tells_of_danger(conversation, at_page=False)
    assert access(conversation, 0) is Access.ENDED


def test_danger_told_again_ends_nothing_more(conversation: Conversation) -> None:
    tells_of_danger(conversation, at_page=True)
    conversations.conversation_use_token(conversation_id=conversation.id, epoch=1)
    tells_of_danger(conversation, at_page=True)
    assert access(conversation, 1) is Access.OPEN


def test_asking_whether_a_token_opens_a_chat_only_reads(
    conversation: Conversation, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    tells_of_danger(conversation, at_page=True)
    with django_assert_num_queries(1):
        access(conversation, 1)
    assert access(conversation, 0) is Access.OPEN


def test_where_many_conversations_stand_is_one_query(
    conversation: Conversation, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    receive(conversation, "a", "Illinois")
    receive(conversation, "b", "Ohio")
    ended = conversations.conversation_start(channel="web", language="en")
    conversations.conversation_end_access(conversation_id=ended.id)
    erased = conversations.conversation_start(channel="web", language="en")
    conversations.conversation_erase(conversation_id=erased.id, request_id="r1")
    with django_assert_num_queries(1):
        found = conversations.conversations_standing(conversation_ids=[conversation.id, ended.id, erased.id, "nobody"])
    assert found == {conversation.id: Standing(2, 0), ended.id: Standing(0, 1)}


def test_erasing_what_is_not_there_says_so() -> None:
    with pytest.raises(conversations.ConversationMissing):
        conversations.conversation_erase(conversation_id="nothing", request_id="r1")

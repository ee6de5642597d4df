"""Texts that come in: each once, and in the conversation of whoever holds the phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import answer_with
from texting import NOON, PHONE, it_is, receive

from leeward.records import inbound_sms
from leeward.records.models import Message
from leeward.records.services import conversations, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_text_is_taken_once_for_each_of_twilios_ids() -> None:
    first = receive("hi", "SM1")
    assert inbound_sms.receive_sms(sid="SM1", phone=PHONE, text="hi", media=False, language="en") is None
    assert [m.pk for m in Message.objects.all()] == [first.id]


def test_a_number_goes_on_with_its_conversation() -> None:
    assert receive("hi", "SM1").conversation_id == receive("Chicago", "SM2").conversation_id
    assert receive("hi", "SM3", "+13125550199").conversation_id != receive("x", "SM4").conversation_id


def test_after_thirty_days_a_text_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = receive("hi", "SM1")
    it_is(NOON + timedelta(days=31), monkeypatch)
    assert receive("hi", "SM2").conversation_id != before.conversation_id


def test_another_person_at_the_phone_finds_nothing_of_the_one_before() -> None:
    receive("I owe 310k", "SM1")
    moved = inbound_sms.conversation_hand_over(message_id=receive("NEW", "SM2").id, phone=PHONE, language="en")
    assert receive("hello", "SM3").conversation_id == moved.conversation_id
    assert [m.key for m in Message.objects.filter(conversation=moved.conversation_id)] == ["SM2", "SM3"]


def test_what_was_sent_before_the_phone_changed_hands_but_not_answered_goes_to_the_one_who_holds_it() -> None:
    new, after = receive("NEW", "SM1"), receive("hello", "SM2")
    moved = inbound_sms.conversation_hand_over(message_id=new.id, phone=PHONE, language="en")
    assert inbound_sms.reassign_message(message_id=after.id, phone=PHONE) == moved.conversation_id
    assert inbound_sms.reassign_message(message_id=after.id, phone=PHONE) is None
    assert [m.key for m in Message.objects.filter(conversation=moved.conversation_id)] == ["SM1", "SM2"]


def test_a_text_that_comes_right_after_all_was_deleted_begins_anew_and_lands_with_nobody_else() -> None:
    stranger = conversations.conversation_start(channel="web", language="en")
    wish, after = receive("delete it all", "SM1"), receive("are you there?", "SM2")
    conversations.conversation_erase(conversation_id=wish.conversation_id, request_id="r", up_to=wish.n)
    assert inbound_sms.phone_of(key=after.key) == PHONE
    home = inbound_sms.reassign_message(message_id=after.id, phone=PHONE)
    assert home not in (wish.conversation_id, stranger.pk, None)
    assert receive("hello?", "SM3").conversation_id == home


def test_who_writes_is_told_by_text_even_where_it_was_told_on_the_web() -> None:
    message = receive("hi")
    assert inbound_sms.disclosure_channel(conversation_id=message.conversation_id) == "nowhere"
    messages.message_answer(message_id=message.id, replies=[messages.Reply("I'm a program", response="utter_welcome")])
    assert inbound_sms.disclosure_channel(conversation_id=message.conversation_id) == "on_the_web"
    second = receive("hello", "SM2")
    welcome = [messages.Reply("I'm a program", response="utter_welcome")]
    answer_with(second, welcome)
    assert inbound_sms.disclosure_channel(conversation_id=message.conversation_id) == "by_text"


def test_a_secret_is_masked_before_it_is_stored() -> None:
    assert "6789" not in receive("my social is 123-45-6789").text

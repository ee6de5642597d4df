"""One reminder, to someone who agreed to it and left in the middle."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import answer_by_text as answer
from factories import consent
from texting import NOON, PHONE, receive

from leeward.records import opt_outs, reminders
from leeward.records.models import Conversation, OutboundSms
from leeward.records.services import consents, conversations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def left_in_the_middle(*, agreed_to: str | None) -> str:
    message = receive("hi")
    answer(message, "Which state?")
    if agreed_to is not None:
        consent(message.conversation_id, kind=agreed_to, way=PHONE)
    return message.conversation_id


def test_one_reminder_for_someone_who_agreed_and_left_in_the_middle() -> None:
    conversation = left_in_the_middle(agreed_to="reminder")
    assert reminders.reminders_due(now=NOON + timedelta(hours=1)) == []
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == [reminders.DueReminder(conversation, "en")]
    reminders.reminder_put(conversation_id=conversation, body="One reminder")
    assert reminders.reminders_due(now=NOON + timedelta(hours=22)) == []
    reminders.reminder_put(conversation_id=conversation, body="One more")
    assert OutboundSms.objects.filter(kind="reminder").count() == 1


def test_three_days_later_nobody_is_reminded_any_more() -> None:
    conversation = left_in_the_middle(agreed_to="reminder")
    assert reminders.reminders_due(now=NOON + timedelta(hours=71)) == [reminders.DueReminder(conversation, "en")]
    assert reminders.reminders_due(now=NOON + timedelta(hours=73)) == []


@pytest.mark.parametrize("agreed_to", [None, "contact"])
def test_nobody_is_reminded_without_consent_to_it(agreed_to: str | None) -> None:
    left_in_the_middle(agreed_to=agreed_to)
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == []


@pytest.mark.parametrize("flag", ["crisis", "danger", "paused"])
def test_nobody_in_need_or_who_stopped_is_reminded(flag: str) -> None:
    conversation = left_in_the_middle(agreed_to="reminder")
    Conversation.objects.filter(pk=conversation).update(**{flag: True})
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == []


def test_nobody_who_opted_out_is_reminded() -> None:
    left_in_the_middle(agreed_to="reminder")
    opt_outs.opt_outs_add(rows=[(PHONE, "x")], channel="import")
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == []


@pytest.mark.parametrize("kind", ["automated", "reminder"])
def test_nobody_who_refused_every_way_since_is_reminded(kind: str) -> None:
    conversation = left_in_the_middle(agreed_to="reminder")
    consent(conversation, kind=kind, given=False)
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == []


def test_a_refusal_counts_also_in_the_conversation_on_the_web_that_named_the_number() -> None:
    left_in_the_middle(agreed_to=None)
    on_the_web = conversations.conversation_start(channel="web", language="en")
    consent(on_the_web.pk, kind="automated", way=PHONE)
    assert len(reminders.reminders_due(now=NOON + timedelta(hours=21))) == 1
    consent(on_the_web.pk, kind="automated", given=False)
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == []


def test_a_refusal_of_someone_elses_keeps_nobody_from_the_reminder_they_asked_for() -> None:
    conversation = left_in_the_middle(agreed_to="reminder")
    consent(conversations.conversation_start(channel="web", language="en").pk, kind="automated", given=False)
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == [reminders.DueReminder(conversation, "en")]


def test_another_number_in_its_place_ends_the_reminder_too() -> None:
    conversation = left_in_the_middle(agreed_to="reminder")
    consents.way_replace(
        conversation_id=conversation, way=PHONE, words="use my new one", language="en", channel="sms", message_key="r"
    )
    assert reminders.reminders_due(now=NOON + timedelta(hours=21)) == []

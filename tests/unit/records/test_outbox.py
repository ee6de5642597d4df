"""Texts that go out: in their order, not lost, not sent twice, and not when they may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import answer_by_text as answer
from texting import MORNING, NIGHT, NOON, agreed_case, due, it_is, receive

from leeward.records import inbound_sms, outbox, staff_texts
from leeward.records.models import Message, OutboundSms
from leeward.records.services import conversations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_the_answer_is_recorded_and_sent_both_or_neither_and_once() -> None:
    message = receive("hi")
    answer(message, "one", "two")
    answer(message, "three")
    assert [text.body for text in OutboundSms.objects.all()] == ["one", "two"]


def test_the_word_that_a_message_waits_is_sent_once_and_never_after_its_answer() -> None:
    message = receive("hi")
    outbox.notice_put(message_id=message.id, body="it waits")
    outbox.notice_put(message_id=message.id, body="it waits")
    answer(message, "one")
    outbox.notice_put(message_id=message.id, body="it waits")
    assert [text.body for text in OutboundSms.objects.all()] == ["it waits", "one"]


def test_who_was_left_to_staff_is_not_told_that_the_message_waits() -> None:
    message = receive("hi")
    inbound_sms.message_for_staff(message_id=message.id)
    outbox.notice_put(message_id=message.id, body="it waits")
    assert not OutboundSms.objects.exists()


def test_a_numbers_texts_go_in_their_order_one_at_a_time() -> None:
    answer(receive("hi"), "one", "two")
    answer(receive("hi", "SM9", "+13125550199"), "other", phone="+13125550199")
    assert due() == ["one", "other"]
    assert due() == []
    first = OutboundSms.objects.get(body="one")
    outbox.mark_accepted(text_id=first.pk, sid="SMa", status="queued")
    assert due() == ["two"]


def test_a_text_that_is_to_be_tried_again_holds_back_those_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(receive("hi"), "one", "two")
    due()
    assert outbox.schedule_retry(text_id=OutboundSms.objects.get(body="one").pk, error="timeout", uncertain=False)
    assert due() == []
    it_is(NOON + timedelta(seconds=2), monkeypatch)
    assert due() == ["one"]


def test_a_text_kept_for_the_morning_holds_back_no_answer_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    case = agreed_case()
    it_is(NIGHT, monkeypatch)
    staff_texts.staff_text(case=case, body="Call us tomorrow", bodies=["Call us tomorrow"])
    answer(receive("what happens at the sale?"), "an answer")
    assert due() == ["an answer"]


def test_help_for_a_life_does_not_wait_behind_a_text_that_is_tried_again() -> None:
    answer(receive("hi"), "one", "two")
    due()
    outbox.schedule_retry(text_id=OutboundSms.objects.get(body="one").pk, error="timeout", uncertain=False)
    answer(receive("I want to die", "SM2"), "988", "We are here", kind="safety")
    assert due() == ["988"]
    assert due() == []


def test_tries_are_bounded_and_then_staff_see_it() -> None:
    answer(receive("hi"), "one")
    text = OutboundSms.objects.get()
    for _ in outbox.RETRY_AFTER:
        OutboundSms.objects.update(not_before=NOON)
        due()
        assert outbox.schedule_retry(text_id=text.pk, error="timeout", uncertain=False)
    OutboundSms.objects.update(not_before=NOON)
    due()
    assert not outbox.schedule_retry(text_id=text.pk, error="timeout", uncertain=False)
    text.refresh_from_db()
    assert text.status == "failed"


def test_what_was_being_sent_when_we_stopped_is_asked_about_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(receive("hi"), "one")
    due()
    it_is(NOON + timedelta(seconds=30), monkeypatch)
    assert outbox.recover_stuck() == 0
    it_is(NOON + timedelta(seconds=31), monkeypatch)
    assert outbox.recover_stuck() == 1
    assert [going.uncertain for going in outbox.claim_due(most=5)] == [True]


def test_what_a_clock_that_was_ahead_put_off_goes_when_the_clock_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(NOON + timedelta(days=365), monkeypatch)
    answer(receive("hi"), "one", "two")
    assert due() == ["one"]
    it_is(NOON, monkeypatch)
    assert outbox.recover_stuck() == 1
    assert due() == ["one"]
    outbox.mark_accepted(text_id=OutboundSms.objects.get(body="one").pk, sid="SMa", status="queued")
    assert due() == ["two"]


@pytest.mark.parametrize(
    ("reports", "ends"),
    [
        (["queued", "sent", "delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["sent", "undelivered"], "undelivered"),
        (["sent", "nonsense"], "sent"),
    ],
)
def test_delivery_reports_may_come_in_any_order(reports: list[str], ends: str) -> None:
    answer(receive("hi"), "one")
    due()
    text = OutboundSms.objects.get()
    for status in reports:
        outbox.apply_delivery_report(text_id=text.pk, sid="SMa", status=status, error="")
    text.refresh_from_db()
    assert text.status == ends


def test_a_report_that_overtakes_the_answer_is_kept() -> None:
    answer(receive("hi"), "one")
    due()
    text = OutboundSms.objects.get()
    outbox.apply_delivery_report(text_id=text.pk, sid="SMa", status="delivered", error="")
    outbox.mark_accepted(text_id=text.pk, sid="SMa", status="queued")
    text.refresh_from_db()
    assert text.status == "delivered"


def test_an_answer_at_night_goes_at_once_but_a_late_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(NIGHT, monkeypatch)
    message = receive("hi")
    answer(message, "at once")
    assert due() == ["at once"]
    outbox.mark_accepted(text_id=OutboundSms.objects.get().pk, sid="SMa", status="sent")
    Message.objects.filter(pk=message.id).update(created_at=NIGHT)
    second = receive("are you there", "SM2")
    it_is(NIGHT + timedelta(minutes=30), monkeypatch)
    answer(second, "late")
    assert due() == []
    assert OutboundSms.objects.get(body="late").not_before == MORNING
    it_is(MORNING, monkeypatch)
    assert due() == ["late"]


def test_erasing_takes_the_texts_and_the_number_with_it() -> None:
    message = receive("I owe 310k")
    answer(message, "Noted: $310,000")
    due()
    outbox.mark_accepted(text_id=OutboundSms.objects.get().pk, sid="SMa", status="sent")
    last = receive("delete it all", "SM2")
    answer(last, "Done, it's deleted.")
    conversations.conversation_erase(conversation_id=message.conversation_id, request_id="r", up_to=last.n)
    assert due() == ["Done, it's deleted."]
    outbox.mark_accepted(text_id=OutboundSms.objects.last().pk, sid="SMb", status="sent")
    assert set(OutboundSms.objects.values_list("to", "body")) == {("", "")}
    assert receive("hi", "SM3").conversation_id != message.conversation_id

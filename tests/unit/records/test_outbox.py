"""The outbox and the law of stopping, as the records keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from factories import consent

from leeward.core.facts import Facts
from leeward.records import inbound_sms, opt_outs, outbox, reminders, selectors, staff_texts, web_links
from leeward.records.models import Case, ConsentRecord, Conversation, Message, OptOut, OutboundSms
from leeward.records.services import cases, contacts, conversations, messages
from leeward.records.services.messages import ReceivedMessage
from leeward.sms.send_policy import MessageKind

pytestmark = pytest.mark.django_db
PHONE = "+13125550142"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("America/Chicago"))
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=ZoneInfo("America/Chicago"))
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(NOON, monkeypatch)


def it_is(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the clock; the conversations and texts made from now on were made at that moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def receive(text: str, sid: str = "SM1", phone: str = PHONE) -> ReceivedMessage:
    message = inbound_sms.receive_sms(sid=sid, phone=phone, text=text, media=False, language="en")
    assert message is not None
    return message


def answer(message: ReceivedMessage, *bodies: str, kind: MessageKind = "reply", phone: str = PHONE) -> None:
    replies = [messages.Reply(body, asked="state") for body in bodies]
    outbox.answer(message_id=message.id, replies=replies, bodies=bodies, kind=kind, to=phone)


def stops(message: ReceivedMessage) -> bool:
    """Takes a message for a stop; whether that was news."""
    return opt_outs.opt_out(phone=PHONE, words=message.text, language=message.language, message_key=message.key)


def due() -> list[str]:
    return [going.body for going in outbox.claim_due(most=50)]


def agreed_case(phone: str = PHONE, *, safe: bool = True, given: bool = True) -> Case:
    conversation = conversations.conversation_start(channel="web", language="en")
    facts = Facts().learn("phone", phone).learn("safe_to_contact", safe).learn("state", "IL")
    conversations.conversation_update(
        conversation_id=conversation.pk,
        facts=facts,
        estimate=None,
        language="en",
        paused=False,
        crisis=False,
        danger=False,
        wants_person=True,
    )
    contacts.contact_save(conversation_id=conversation.pk, facts=facts)
    consent(conversation.pk, phone=phone, given=given)
    triage = {"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None}
    return cases.case_open(conversation_id=conversation.pk, triage=triage)


# ------------------------------------------------------------------ what comes in


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
    outbox.answer(message_id=second.id, replies=welcome, bodies=["I'm a program"], kind="reply", to=PHONE)
    assert inbound_sms.disclosure_channel(conversation_id=message.conversation_id) == "by_text"


def test_a_secret_is_masked_before_it_is_stored() -> None:
    assert "6789" not in receive("my social is 123-45-6789").text


# ------------------------------------------------------------------ what goes out


def test_the_answer_is_recorded_and_sent_both_or_neither_and_once() -> None:
    message = receive("hi")
    answer(message, "one", "two")
    answer(message, "three")
    assert [text.body for text in OutboundSms.objects.all()] == ["one", "two"]


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


# ------------------------------------------------------------------ stopping


def test_a_stop_empties_the_outbox_takes_back_consents_and_is_news_once() -> None:
    case = agreed_case()
    answer(receive("hi"), "on its way")
    stop = receive("STOP", "SM2")
    assert stops(stop)
    answer(stop, "you won't get any more texts", kind="stopped")
    assert due() == ["you won't get any more texts"]
    assert OutboundSms.objects.get(body="on its way").status == "dropped"
    assert ConsentRecord.objects.filter(conversation_ref=case.conversation_id).last().given is False
    assert selectors.may_contact(case) == "no"
    assert not stops(receive("stop it", "SM3"))


def test_what_was_put_into_the_outbox_after_a_stop_is_dropped() -> None:
    stops(receive("STOP"))
    answer(receive("what about my house", "SM2"), "an answer")
    assert due() == []
    assert OutboundSms.objects.get().status == "dropped"


def test_help_in_danger_goes_out_after_a_stop_too() -> None:
    stops(receive("STOP"))
    answer(receive("I want to die", "SM2"), "988", kind="safety")
    assert due() == ["988"]


def test_start_lets_texts_through_again_but_gives_no_consent_back() -> None:
    case = agreed_case()
    stops(receive("STOP"))
    assert opt_outs.opt_back_in(phone=PHONE, words="START")
    assert not opt_outs.opt_back_in(phone=PHONE, words="START")
    answer(receive("hi", "SM2"), "hello again")
    assert due() == ["hello again"]
    assert selectors.may_contact(case) == "no"
    assert list(OptOut.objects.values_list("back", flat=True)) == [False, True]


def test_opt_outs_are_taken_over_and_handed_on() -> None:
    assert opt_outs.opt_outs_add(rows=[(PHONE, "old list"), ("+13125550199", "old list")], channel="import") == 2
    assert opt_outs.opt_outs_add(rows=[(PHONE, "again")], channel="import") == 0
    opt_outs.opt_back_in(phone=PHONE, words="START")
    assert [(row["phone"], row["words"], row["channel"]) for row in opt_outs.opt_outs_list()] == [
        ("+13125550199", "old list", "import")
    ]


# ------------------------------------------------------------------ texts that we begin


def test_staff_text_through_the_same_outbox_and_what_comes_back_belongs_to_the_case() -> None:
    case = agreed_case()
    staff_texts.staff_text(case=case, body="Can you talk at 3?", bodies=["Atlas: Can you talk at 3?"])
    assert due() == ["Atlas: Can you talk at 3?"]
    back = receive("yes")
    assert back.conversation_id == case.conversation_id
    assert staff_texts.is_handed_off(conversation_id=case.conversation_id)
    cases.case_set_status(case=case, status="called")
    inbound_sms.message_for_staff(message_id=back.id)
    case.refresh_from_db()
    assert case.status == "new"


def test_staff_have_the_word_for_two_days_after_their_last_text(monkeypatch: pytest.MonkeyPatch) -> None:
    case = agreed_case()
    staff_texts.staff_text(case=case, body="Can you talk at 3?", bodies=["Can you talk at 3?"])
    it_is(NOON + timedelta(hours=47), monkeypatch)
    assert staff_texts.is_handed_off(conversation_id=case.conversation_id)
    it_is(NOON + timedelta(hours=49), monkeypatch)
    assert not staff_texts.is_handed_off(conversation_id=case.conversation_id)


def test_staffs_text_at_night_waits_for_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    case = agreed_case()
    it_is(NIGHT, monkeypatch)
    assert staff_texts.staff_text(case=case, body="hi", bodies=["hi"]).not_before == MORNING
    assert due() == []


def says_the_phone_is_not_safe(case: Case) -> None:
    facts = Facts().learn("phone", PHONE).learn("safe_to_contact", False)
    contacts.contact_save(conversation_id=case.conversation_id, facts=facts)


def takes_consent_back(case: Case) -> None:
    consent(case.conversation_id, given=False, phone=PHONE)


@pytest.mark.parametrize("change", [says_the_phone_is_not_safe, takes_consent_back])
def test_a_text_of_staffs_kept_for_the_morning_is_dropped_if_the_person_changes_their_mind(
    change: Callable[[Case], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = agreed_case()
    it_is(NIGHT, monkeypatch)
    staff_texts.staff_text(case=case, body="About your foreclosure", bodies=["About your foreclosure"])
    change(case)
    it_is(MORNING, monkeypatch)
    assert due() == []
    assert OutboundSms.objects.get().status == "dropped"


@pytest.mark.parametrize(
    ("case", "reason"),
    [({"given": False}, "no_consent"), ({"safe": False}, "not_safe")],
)
def test_staff_may_not_text_where_it_was_not_allowed(case: dict[str, bool], reason: str) -> None:
    with pytest.raises(staff_texts.TextRefused) as refused:
        staff_texts.staff_text(case=agreed_case(**case), body="hi", bodies=["hi"])
    assert refused.value.reason == reason


def test_staff_may_not_text_someone_who_said_stop() -> None:
    case = agreed_case()
    stops(receive("alto"))
    with pytest.raises(staff_texts.TextRefused) as refused:
        staff_texts.staff_text(case=case, body="hi", bodies=["hi"])
    assert refused.value.reason == "opted_out"


def test_three_texts_a_day_and_six_in_all_without_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    case = agreed_case()

    def refused() -> str:
        with pytest.raises(staff_texts.TextRefused) as error:
            staff_texts.staff_text(case=case, body="hi", bodies=["hi"])
        return error.value.reason

    for _ in range(3):
        staff_texts.staff_text(case=case, body="hi", bodies=["hi"])
    assert refused() == "daily_cap"
    it_is(NOON + timedelta(hours=25), monkeypatch)
    for _ in range(3):
        staff_texts.staff_text(case=case, body="hi", bodies=["hi"])
    it_is(NOON + timedelta(hours=50), monkeypatch)
    assert refused() == "total_cap"
    receive("sorry, was away")
    it_is(NOON + timedelta(hours=51), monkeypatch)
    staff_texts.staff_text(case=case, body="hi", bodies=["hi"])


def left_in_the_middle(*, agreed_to: str | None) -> str:
    message = receive("hi")
    answer(message, "Which state?")
    if agreed_to is not None:
        consent(message.conversation_id, kind=agreed_to, phone=PHONE)
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


# ------------------------------------------------------------------ links, erasing


def test_a_link_opens_its_conversation_once_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = receive("web").conversation_id
    code, late = web_links.link_make(conversation_id=conversation), web_links.link_make(conversation_id=conversation)
    assert code != late
    assert web_links.link_use(code=code) == conversation
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)
    it_is(NOON + timedelta(minutes=31), monkeypatch)
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=late)


@pytest.mark.parametrize("code", ["", "abc", "Zm9yZ2VkLWxpbmstY29kZQ", "ä" * 20, "\ud800"])
def test_a_link_that_we_did_not_make_is_turned_away(code: str) -> None:
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)


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

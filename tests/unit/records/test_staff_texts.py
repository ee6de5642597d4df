"""Staff text through the same outbox and the same rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from factories import consent
from texting import MORNING, NIGHT, NOON, PHONE, agreed_case, due, it_is, receive, stops

from leeward.core.facts import Facts
from leeward.records import inbound_sms, staff_texts
from leeward.records.models import Case, OutboundSms
from leeward.records.services import cases, contacts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


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
    consent(case.conversation_id, given=False)


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

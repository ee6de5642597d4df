"""The law of stopping, as the records keep it."""

from __future__ import annotations

import pytest
from factories import answer_by_text as answer
from factories import consent
from texting import PHONE, agreed_case, due, receive, stops

from leeward.core.facts import Facts
from leeward.records import opt_outs, selectors
from leeward.records.models import Case, ConsentRecord, OptOut, OutboundSms
from leeward.records.services import contacts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


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


def test_a_stop_from_a_number_that_was_replaced_takes_nothing_from_the_one_in_its_place() -> None:
    case = agreed_case()
    contacts.contact_save(conversation_id=case.conversation_id, facts=Facts().learn("phone", "+13125550199"))
    consent(case.conversation_id, way="+13125550199", key="b")
    assert stops(receive("STOP"))
    assert selectors.may_contact(Case.objects.get(pk=case.pk)) == "yes"


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

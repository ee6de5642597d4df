"""Staff text from the desk through the same rules and the same outbox as the assistant."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from factories import consent

from leeward.core.facts import Facts
from leeward.core.firm import firm
from leeward.records import opt_outs, outbox
from leeward.records.models import AuditEvent, Case, OutboundSms
from leeward.records.services import cases, contacts, conversations
from leeward.sms import send_policy
from leeward.sms.segments import LIMIT

pytestmark = pytest.mark.django_db
PHONE = "+13125550142"


@pytest.fixture
def staff(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings = {
        "TWILIO_ACCOUNT_SID": "AC0",
        "TWILIO_AUTH_TOKEN": "t",
        "LEEWARD_SMS_NUMBER": "+15005550006",
        "LEEWARD_PUBLIC_URL": "https://chat.example.com",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    client.force_login(get_user_model().objects.create_user("alice", password="x", is_staff=True))
    return client


@pytest.fixture
def case() -> Case:
    conversation = conversations.conversation_start(channel="web", language="en")
    facts = Facts().learn("phone", PHONE).learn("safe_to_contact", True)
    contacts.contact_save(conversation_id=conversation.pk, facts=facts)
    consent(conversation.pk)
    return cases.case_open(
        conversation_id=conversation.pk,
        triage={"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None},
    )


def send(staff: Client, case: Case, text: str) -> tuple[int, str]:
    answer = staff.post(f"/cases/{case.number}/text/", {"text": text}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_text_goes_into_the_outbox_with_the_firms_name_and_how_to_stop(staff: Client, case: Case) -> None:
    status, page = send(staff, case, "Can you talk at 3 today?")
    assert status == 200
    assert OutboundSms.objects.get().body == f"{firm().short_name}: Can you talk at 3 today? Reply STOP to end."
    assert (OutboundSms.objects.get().kind, OutboundSms.objects.get().to) == ("staff", PHONE)
    assert "Can you talk at 3 today?" in page
    assert AuditEvent.objects.filter(action="case.text", object=case.number).exists()


def test_a_long_text_is_several(staff: Client, case: Case) -> None:
    send(staff, case, "Please bring the letter. " * 18)
    assert OutboundSms.objects.count() == 2
    assert all(len(text.body) <= LIMIT for text in OutboundSms.objects.all())


@pytest.mark.parametrize(("text", "sentence"), [("", "Write something first."), ("x" * 481, "keep a text under 480")])
def test_a_draft_that_cannot_go_stays_where_it_was_written(staff: Client, case: Case, text: str, sentence: str) -> None:
    status, page = send(staff, case, text)
    assert status == 400
    assert sentence in page
    assert text in page
    assert OutboundSms.objects.count() == 0


def test_the_desk_refuses_whom_we_must_not_text_and_keeps_the_draft(staff: Client, case: Case) -> None:
    opt_outs.opt_outs_add(rows=[(PHONE, "stop")], channel="import")
    status, page = send(staff, case, "Just one thing")
    assert status == 400
    assert "They asked us to stop" in page
    assert OutboundSms.objects.count() == 0
    assert "not sent: Just one thing" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(("daily", "total", "cap"), [(3, 6, 3), (2, 6, 2), (9, 4, 4)])
def test_the_desk_names_as_many_texts_as_the_rule_counts(
    staff: Client, case: Case, monkeypatch: pytest.MonkeyPatch, daily: int, total: int, cap: int
) -> None:
    monkeypatch.setattr(send_policy, "DAILY_CAP", daily)
    monkeypatch.setattr(send_policy, "TOTAL_CAP", total)
    assert [send(staff, case, "Can you talk?")[0] for _ in range(cap)] == [200] * cap
    status, page = send(staff, case, "Can you talk?")
    word = {2: "Two", 3: "Three", 4: "Four"}[cap]
    assert status == 400
    assert f"{word} texts went out" in page


def test_without_twilio_nothing_can_be_sent(staff: Client, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "LEEWARD_SMS_NUMBER"):
        monkeypatch.delenv(name)
    assert "Texting is not set up here" in staff.get(f"/cases/{case.number}/").content.decode()
    assert send(staff, case, "hi")[0] == 400


def test_a_text_that_did_not_arrive_is_flagged_in_the_queue_and_on_the_case(staff: Client, case: Case) -> None:
    send(staff, case, "Can you talk?")
    text = OutboundSms.objects.get()
    outbox.apply_delivery_report(text_id=text.pk, sid="SM1", status="undelivered", error="30003")
    assert "1 text not delivered" in staff.get("/").content.decode()
    assert "undelivered (30003)" in staff.get(f"/cases/{case.number}/").content.decode()


def test_nobody_texts_without_logging_in(client: Client, case: Case) -> None:
    assert client.post(f"/cases/{case.number}/text/", {"text": "hi"}).status_code == 302
    assert OutboundSms.objects.count() == 0

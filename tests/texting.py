"""Texting as the tests of the records tell it: someone at PHONE, an outbox, and a clock that is set."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from factories import consent, save_facts

from leeward.core.facts import Facts
from leeward.records import inbound_sms, opt_outs, outbox
from leeward.records.models import Case
from leeward.records.services import cases, contacts, conversations
from leeward.records.services.messages import ReceivedMessage

PHONE = "+13125550142"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("America/Chicago"))
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=ZoneInfo("America/Chicago"))
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=ZoneInfo("America/Chicago"))


def it_is(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the clock; the conversations and texts made from now on were made at that moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def receive(text: str, sid: str = "SM1", phone: str = PHONE) -> ReceivedMessage:
    message = inbound_sms.receive_sms(sid=sid, phone=phone, text=text, media=False, language="en")
    assert message is not None
    return message


def stops(message: ReceivedMessage) -> bool:
    """Takes a message for a stop; whether that was news."""
    return opt_outs.opt_out(phone=PHONE, words=message.text, language=message.language, message_key=message.key)


def due() -> list[str]:
    return [going.body for going in outbox.claim_due(most=50)]


def agreed_case(phone: str = PHONE, *, safe: bool = True, given: bool = True) -> Case:
    conversation = conversations.conversation_start(channel="web", language="en")
    facts = Facts().learn("phone", phone).learn("safe_to_contact", safe).learn("state", "IL")
    save_facts(conversation.pk, facts)
    contacts.contact_save(conversation_id=conversation.pk, facts=facts)
    consent(conversation.pk, way=phone, given=given)
    triage = {"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None}
    return cases.case_open(conversation_id=conversation.pk, triage=triage)

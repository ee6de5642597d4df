"""Reading the records: cases by urgency, and one case with everything."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Literal

from django.db.models import QuerySet

from leeward.assessment.deficiency import estimate
from leeward.assessment.triage import LABELS, triage
from leeward.core.facts import Facts
from leeward.core.formatting import fact_name
from leeward.core.ways import Ways
from leeward.records import send_permission
from leeward.records.models import Case, ConsentRecord, Message, OutboundSms
from leeward.records.opt_outs import is_opted_out
from leeward.records.services import consents

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as one flat row, plain enough for JSON and spreadsheets; its fields are the columns, in their order.

    `case` is its number, `opened_at` ISO 8601 with an offset, `act_by` an ISO date, money a plain number of USD,
    `contact_at` the number (E.164) or email address that `may_contact` is about.
    """

    case: str
    opened_at: str
    status: str
    tier: int
    act_by: str | None
    reasons: str
    name: str
    phone: str
    email: str
    language: str
    state: str | None
    balance_owed: Any
    home_value: Any
    shortfall: Any
    may_contact: str
    contact_at: str
    safe_to_contact: bool | Literal[""] | None
    crisis: bool
    danger: bool


CASE_ROW_FIELDS: Final = tuple(column.name for column in fields(CaseRow))


def cases_by_urgency(*, on: date) -> list[Case]:
    """All cases as urgent as they are on the day `on`: open before closed, by tier, cries for help and danger before dates.

    Then the nearest date, and how long they have waited. A sale that was weeks away when someone wrote does not stay so.
    """
    cases = list(Case.objects.select_related("conversation", "conversation__contact"))
    set_aside = set(_messages_set_aside().values_list("conversation_id", flat=True))
    for case in cases:
        _refresh(case, on, has_set_aside=case.conversation_id in set_aside)
    return sorted(cases, key=_urgency)


def _urgency(case: Case) -> tuple[bool, int, bool, bool, date, datetime]:
    conversation = case.conversation
    waits = case.act_by or date.max
    return (
        case.status == Case.Status.CLOSED,
        case.tier,
        not conversation.crisis,
        not conversation.danger,
        waits,
        case.opened_at,
    )


def _messages_set_aside() -> QuerySet[Message]:
    """The messages that the program could not work with (leeward/records/turns.py, turn_fail)."""
    return Message.objects.filter(status=Message.Status.SET_ASIDE)


def _refresh(case: Case, on: date, *, has_set_aside: bool) -> None:
    """The case's urgency worked out anew from what is known, for the day `on`; nothing is written."""
    conversation = case.conversation
    facts, unreadable = Facts.readable(conversation.facts)
    if unreadable:
        logger.warning("case %s holds facts that cannot be read: %s", case.number, ", ".join(unreadable))
    now = triage(
        facts,
        estimate(facts, on=on),
        on=on,
        crisis=conversation.crisis,
        danger=conversation.danger,
        wants_person=conversation.wants_person,
    )
    case.triage = now.to_json()
    case.triage["reasons"] += [_unreadable_reason(name, now.tier) for name in unreadable]
    if has_set_aside:
        words = "The program could not work with one of their messages. Read it in the conversation and answer it."
        case.triage["reasons"].append({"key": "set_aside", "tier": now.tier, "words": words, "fact": None})
    # What cannot be read may be the date of a sale: the case never falls below the urgency it was stored with.
    case.tier = min(case.tier, now.tier) if unreadable else now.tier
    case.triage["label"] = LABELS[case.tier]
    case.act_by = now.act_by


def _unreadable_reason(name: str, tier: int) -> dict[str, Any]:
    words = f"Not counted, because it could not be read: {fact_name(name, 'en')}. Look at what they wrote."
    return {"key": "unreadable", "tier": tier, "words": words, "fact": name}


def ways_of(case: Case) -> Ways:
    """How the person of a case can be reached."""
    contact = getattr(case.conversation, "contact", None)
    if contact is None:
        return Ways(None, None, danger=case.conversation.danger)
    return Ways(
        phone=contact.phone or None,
        email=contact.email or None,
        phone_is_safe=contact.safe_to_contact,
        phone_opted_out=is_opted_out(phone=contact.phone),
        email_only=contact.contact_by == "email",
        danger=case.conversation.danger,
    )


def may_contact(case: Case) -> str:
    """Whether staff may call or write at the case's way (`ways_of`).

    "yes", "not safe", "no" (refused, taken back or stopped), or "not asked", which is also what was asked and not answered.
    """
    ways = ways_of(case)
    answer = consents.consent_stands(conversation_id=case.conversation_id, kind="contact", way=ways.to_use or "")
    stopped = ways.phone_opted_out or is_opted_out(phone=case.conversation.text_number)
    if answer is False or (ways.to_use is None and stopped):
        return "no"
    if ways.to_use is None and ways.phone is not None and ways.phone_is_feared:
        return "not safe"
    return "yes" if answer else "not asked"


def case_rows(*, on: date) -> list[dict[str, Any]]:
    """One flat row a case, most urgent first, for lists and spreadsheets."""
    return [case_row(case) for case in cases_by_urgency(on=on)]


def case_row(case: Case) -> dict[str, Any]:
    """One case as a flat row, a CaseRow by its columns."""
    conversation = case.conversation
    contact = _contact(case)
    estimate = conversation.estimate or {}
    row = CaseRow(
        case=case.number,
        opened_at=case.opened_at.isoformat(),
        status=case.status,
        tier=case.tier,
        act_by=case.act_by.isoformat() if case.act_by else None,
        reasons=" ".join(reason["words"] for reason in case.triage.get("reasons", [])),
        name=f"{contact['first_name']} {contact['last_name']}".strip(),
        phone=contact["phone"],
        email=contact["email"],
        language=conversation.language,
        state=conversation.facts.get("state"),
        balance_owed=conversation.facts.get("balance_owed"),
        home_value=conversation.facts.get("home_value"),
        shortfall=(estimate.get("shortfall") or {}).get("expected"),
        may_contact=may_contact(case),
        contact_at=ways_of(case).to_use or "",
        safe_to_contact=contact["safe_to_contact"],
        crisis=conversation.crisis,
        danger=conversation.danger,
    )
    return asdict(row)


def case_view(number: str, *, on: date) -> dict[str, Any] | None:
    """One case with facts, estimate, contact, consents and transcript; None if there is none of that number."""
    case = Case.objects.select_related("conversation").filter(number=number.upper()).first()
    if case is None:
        return None
    _refresh(case, on, has_set_aside=_messages_set_aside().filter(conversation=case.conversation).exists())
    conversation = case.conversation
    return {
        **case_row(case),
        "conversation": conversation.id,
        "triage": case.triage,
        "facts": conversation.facts,
        "turns": conversation.turns,
        "clarify": conversation.clarify,
        "estimate": conversation.estimate,
        "contact": _contact(case),
        "consents": [_consent(record) for record in consents_of(case)],
        "transcript": [_message(message) for message in transcript_of(case).prefetch_related("texts")],
        "texts": [_text(text) for text in case.conversation.texts.all()],
        "may_text": send_permission.denial_reason(case=case) or "yes",
    }


def consents_of(case: Case) -> QuerySet[ConsentRecord]:
    """The consents and refusals of a case's conversation, in their order."""
    return ConsentRecord.objects.filter(conversation_ref=case.conversation_id)


def transcript_of(case: Case) -> QuerySet[Message]:
    """The whole conversation of a case, in its order, without the openings that no one wrote."""
    return Message.objects.filter(conversation_id=case.conversation_id).exclude(kind__in=("start", "return"))


def _contact(case: Case) -> dict[str, Any]:
    contact = getattr(case.conversation, "contact", None)
    names = ("first_name", "last_name", "phone", "email", "contact_by", "best_time", "safe_to_contact")
    return {name: getattr(contact, name) if contact else "" for name in names}


def _consent(record: ConsentRecord) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "given": record.given,
        "text": record.text,
        "version": record.version,
        "language": record.language,
        "channel": record.channel,
        "way": record.way,
        "at": record.at.isoformat(),
    }


def _text(text: OutboundSms) -> dict[str, Any]:
    return {
        "text": text.body,
        "kind": text.kind,
        "status": text.status,
        "error": text.error,
        "not_before": text.not_before.isoformat(),
        "at": text.created_at.isoformat(),
    }


def texts_not_delivered(case: Case) -> int:
    """How many texts of a case's conversation did not reach the phone."""
    return case.conversation.texts.filter(status__in=(OutboundSms.Status.UNDELIVERED, OutboundSms.Status.FAILED)).count()


def _message(message: Message) -> dict[str, Any]:
    sent = message.texts.first() if message.direction == Message.Direction.STAFF else None
    return {
        "texted": sent.status if sent is not None else "",
        "n": message.n,
        "from": {"in": "person", "out": "assistant", "staff": "staff"}[message.direction],
        "text": message.text,
        "language": message.language,
        "at": message.created_at.isoformat(),
        "id": message.key,
        "status": message.status,
    }

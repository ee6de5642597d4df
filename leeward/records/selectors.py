"""Reading the records: cases by urgency, and one case with everything."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case as DbCase
from django.db.models import F, QuerySet, When

from leeward.records.models import Case, ConsentRecord, Message

CASE_ROW_FIELDS: Final = (
    "case opened_at status tier act_by reasons name phone email language state balance_owed home_value shortfall crisis danger"
).split()


def cases_by_urgency() -> QuerySet[Case]:
    """All cases: open ones first, by tier, then by the nearest date, then by how long they have waited."""
    closed_last = DbCase(When(status=Case.Status.CLOSED, then=1), default=0)
    return Case.objects.select_related("conversation", "conversation__contact").order_by(
        closed_last, "tier", F("act_by").asc(nulls_last=True), "opened_at"
    )


def case_rows() -> list[dict[str, Any]]:
    """One flat row a case, most urgent first, for lists and spreadsheets."""
    return [_row(case) for case in cases_by_urgency()]


def case_view(number: str) -> dict[str, Any] | None:
    """One case with facts, estimate, contact, consents and transcript; None if there is none of that number."""
    case = Case.objects.select_related("conversation").filter(number=number.upper()).first()
    if case is None:
        return None
    conversation = case.conversation
    return {
        **_row(case),
        "triage": case.triage,
        "facts": conversation.facts,
        "turns": conversation.turns,
        "clarify": conversation.clarify,
        "estimate": conversation.estimate,
        "contact": _contact(case),
        "consents": [_consent(record) for record in consents_of(case)],
        "transcript": [_message(message) for message in transcript_of(case)],
    }


def consents_of(case: Case) -> QuerySet[ConsentRecord]:
    """The consents and refusals of a case's conversation, in their order."""
    return ConsentRecord.objects.filter(conversation_ref=case.conversation_id)


def transcript_of(case: Case) -> QuerySet[Message]:
    """The whole conversation of a case, in its order, without the opening that no one wrote."""
    return Message.objects.filter(conversation_id=case.conversation_id).exclude(kind="start")


def _row(case: Case) -> dict[str, Any]:
    conversation = case.conversation
    contact = _contact(case)
    estimate = conversation.estimate or {}
    return {
        "case": case.number,
        "opened_at": case.opened_at.isoformat(),
        "status": case.status,
        "tier": case.tier,
        "act_by": case.act_by.isoformat() if case.act_by else None,
        "reasons": " ".join(reason["words"] for reason in case.triage.get("reasons", [])),
        "name": f"{contact['first_name']} {contact['last_name']}".strip(),
        "phone": contact["phone"],
        "email": contact["email"],
        "language": conversation.language,
        "state": conversation.facts.get("state"),
        "balance_owed": conversation.facts.get("balance_owed"),
        "home_value": conversation.facts.get("home_value"),
        "shortfall": (estimate.get("shortfall") or {}).get("expected"),
        "crisis": conversation.crisis,
        "danger": conversation.danger,
    }


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
        "phone": record.phone,
        "at": record.at.isoformat(),
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "n": message.n,
        "from": {"in": "person", "out": "assistant", "staff": "staff"}[message.direction],
        "text": message.text,
        "language": message.language,
        "at": message.created_at.isoformat(),
        "id": message.key,
        "status": message.status,
    }

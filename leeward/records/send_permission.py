"""What is on record about texting someone, as leeward/sms/send_policy.py wants it to decide what may be sent, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from leeward.records import opt_outs
from leeward.records.models import Case, Contact, Conversation, InboundSms, OutboundSms
from leeward.records.services import consents
from leeward.sms import send_policy


def thread(*, conversation: Conversation, phone: str | None = None) -> send_policy.Thread:
    """What is on record about texting the person of a conversation, at the number they gave or at `phone`."""
    contact = Contact.objects.filter(conversation=conversation).first()
    if phone is None:
        phone = (contact.phone if contact else "") or conversation.text_number
    begun = OutboundSms.objects.filter(to=phone, kind__in=send_policy.FIRM_INITIATED).exclude(status=OutboundSms.Status.DROPPED)
    last_word = InboundSms.objects.filter(phone=phone).order_by("-at").values_list("at", flat=True).first()
    if last_word is not None:
        begun = begun.filter(created_at__gt=last_word)
    return send_policy.Thread(
        phone=phone,
        state=_home(conversation),
        opted_out=bool(phone) and opt_outs.is_opted_out(phone=phone),
        consented=consents.consent_stands(conversation_id=conversation.pk, kind="contact", way=phone) is True,
        safe=_safe(conversation, contact, phone),
        begun_today=begun.filter(created_at__gt=timezone.now() - timedelta(hours=24)).count(),
        begun=begun.count(),
    )


def _safe(conversation: Conversation, contact: Contact | None, phone: str) -> bool | None:
    """Whether a number is safe to contact: None if not asked; False also if danger at home was told and this not answered."""
    said = contact.safe_to_contact if contact is not None and contact.phone in ("", phone) else None
    return False if said is None and conversation.danger else said


def denial_reason(*, case: Case) -> send_policy.DenialReason | None:
    """Why staff may not text the person of a case now, or None where they may."""
    return send_policy.denial_reason(thread(conversation=case.conversation))


def not_before(
    *, kind: send_policy.MessageKind, to: str, conversation: Conversation, prompted_at: datetime | None, now: datetime
) -> datetime:
    """The moment from which a text of a conversation may go to a number; `prompted_at` is when the text it answers came."""
    return send_policy.not_before(kind, to, _home(conversation), prompted_at=prompted_at, now=now)


def is_still_allowed(*, text: OutboundSms) -> bool:
    """Whether a text that waited may go, as things have become since it was put into the outbox."""
    return send_policy.still_allowed(_kind(text), thread(conversation=text.conversation, phone=text.to))


def may_go_at(*, text: OutboundSms, now: datetime) -> datetime:
    """The moment from which a text that waited may go: `now`, or the morning where night has fallen meanwhile."""
    prompted_at = text.message.created_at if text.message is not None and text.kind == "reply" else None
    return not_before(kind=_kind(text), to=text.to, conversation=text.conversation, prompted_at=prompted_at, now=now)


def _kind(text: OutboundSms) -> send_policy.MessageKind:
    kind: send_policy.MessageKind = text.kind  # type: ignore[assignment]
    return kind


def _home(conversation: Conversation) -> str | None:
    state = conversation.facts.get("state")
    return state if isinstance(state, str) and len(state) == 2 else None

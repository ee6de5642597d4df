"""What is on record about texting someone, as leeward/sms/send_policy.py wants it to decide what may be sent, and when."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from leeward.records import opt_outs
from leeward.records.models import Case, ConsentRecord, Contact, Conversation, InboundSms, OutboundSms
from leeward.sms import send_policy


def thread(*, conversation: Conversation, phone: str | None = None) -> send_policy.Thread:
    """What is on record about texting the person of a conversation, at the number they gave or at `phone`."""
    contact = Contact.objects.filter(conversation=conversation).first()
    if phone is None:
        phone = (contact.phone if contact else "") or conversation.text_number
    consent = ConsentRecord.objects.filter(conversation_ref=conversation.pk, kind="contact").last()
    begun = OutboundSms.objects.filter(to=phone, kind__in=send_policy.FIRM_INITIATED).exclude(status=OutboundSms.Status.DROPPED)
    last_word = InboundSms.objects.filter(phone=phone).order_by("-at").values_list("at", flat=True).first()
    if last_word is not None:
        begun = begun.filter(created_at__gt=last_word)
    return send_policy.Thread(
        phone=phone,
        state=home(conversation),
        opted_out=bool(phone) and opt_outs.is_opted_out(phone=phone),
        consented=consent is not None and consent.given,
        safe=_safe(conversation, contact),
        begun_today=begun.filter(created_at__gt=timezone.now() - timedelta(hours=24)).count(),
        begun=begun.count(),
    )


def _safe(conversation: Conversation, contact: Contact | None) -> bool | None:
    """What the person said of it; where danger at home was told and nothing else, it is not."""
    said = None if contact is None else contact.safe_to_contact
    return False if said is None and conversation.danger else said


def denial_reason(*, case: Case) -> send_policy.DenialReason | None:
    """Why staff may not text the person of a case now, or None where they may."""
    return send_policy.denial_reason(thread(conversation=case.conversation))


def home(conversation: Conversation) -> str | None:
    """The state that the home is in, if it is known."""
    state = conversation.facts.get("state")
    return state if isinstance(state, str) and len(state) == 2 else None

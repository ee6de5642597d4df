"""Writing opt-outs: numbers (E.164) that must not be called or texted, and those that asked for texts again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from leeward.core.redaction import mask
from leeward.records.models import ConsentRecord, Conversation, OptOut, OutboundSms
from leeward.records.services import consents


def opt_out_record(*, phone: str, channel: str, words: str) -> None:
    """Keeps that a number must not be called or texted."""
    OptOut.objects.create(phone=phone, channel=channel, words=mask(words)[:300])


def is_opted_out(*, phone: str) -> bool:
    """Whether the last word on this number (E.164) is that it must not be called or texted."""
    last = OptOut.objects.filter(phone=phone).last()
    return last is not None and not last.back


def opt_out(*, phone: str, words: str, language: str, message_key: str) -> bool:
    """Stops everything to a number, on all channels: kept with the words, consents taken back, the outbox emptied.

    `words` are those of the message `message_key`. Gives whether this is news, so that it is confirmed once.
    """
    with transaction.atomic():
        news = not is_opted_out(phone=phone)
        opt_out_record(phone=phone, channel="sms", words=words)
        OutboundSms.objects.filter(to=phone, status=OutboundSms.Status.WAITING).update(status=OutboundSms.Status.DROPPED)
        Conversation.objects.filter(text_number=phone).update(paused=True)
        for conversation_id in _conversations_with(phone):
            consents.consents_take_back(
                conversation_id=conversation_id,
                kinds=consents.consents_standing(conversation_id=conversation_id, way=phone),
                words=words,
                language=language,
                channel="sms",
                way=phone,
                message_key=message_key,
            )
    return news


def stops_among(*, phones: Iterable[str]) -> dict[str, str]:
    """Those of these numbers (E.164) that must not be called or texted, each with the channel by which that was said."""
    last = {phone: OptOut.objects.filter(phone=phone).last() for phone in set(phones)}
    return {phone: row.channel for phone, row in last.items() if row is not None and not row.back}


def contact_standing(*, conversation_id: str, phones: Iterable[str]) -> dict[str, Any]:
    """What is on record about reaching a person: which of these numbers said stop, and which consents do not stand."""
    return {
        "stops": stops_among(phones=phones),
        "taken_back": consents.consents_taken_back(conversation_id=conversation_id),
    }


def stop_lift(*, phone: str, words: str) -> None:
    """Ends a stop that was typed on the web, for someone who agreed there to be contacted at this number after all.

    A stop that came from the phone itself stays: on the web anyone can type anyone's number.
    """
    if stops_among(phones=[phone]).get(phone) == "web":
        OptOut.objects.create(phone=phone, channel="web", words=mask(words)[:300], back=True)


def _conversations_with(phone: str) -> set[str]:
    return set(ConsentRecord.objects.filter(way=phone).values_list("conversation_ref", flat=True))


def opt_back_in(*, phone: str, words: str) -> bool:
    """A number that had opted out may be texted again, for its owner asked for it. Gives whether this is news.

    Consents that were taken back stay so: staff may not call or text until they are given anew.
    """
    with transaction.atomic():
        if not is_opted_out(phone=phone):
            return False
        OptOut.objects.create(phone=phone, channel="sms", words=mask(words)[:300], back=True)
        Conversation.objects.filter(text_number=phone).update(paused=False)
    return True


def opt_outs_list() -> list[dict[str, str]]:
    """Every number that must not be called or texted, one row each, with when, where and in what words."""
    newest = OptOut.objects.values("phone").annotate(newest=Max("pk")).values("newest")
    return [
        {"phone": row.phone, "at": row.at.isoformat(), "channel": row.channel, "words": row.words}
        for row in OptOut.objects.filter(pk__in=newest, back=False)
    ]


def opt_outs_add(*, rows: Iterable[tuple[str, str]], channel: str) -> int:
    """Takes over (number, words) pairs from elsewhere; numbers already opted out stay as they are. How many are new."""
    added = 0
    with transaction.atomic():
        for phone, words in rows:
            if not is_opted_out(phone=phone):
                opt_out_record(phone=phone, channel=channel, words=words)
                added += 1
    return added

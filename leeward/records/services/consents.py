"""Writing consents: given, refused and taken back. None is ever changed."""

from __future__ import annotations

from collections.abc import Iterable

from leeward.core.redaction import mask
from leeward.records.models import ConsentRecord


def consent_record(
    *,
    conversation_id: str,
    kind: str,
    given: bool,
    text: str,
    version: str,
    words: str,
    language: str,
    channel: str,
    phone: str | None,
    message_key: str,
) -> ConsentRecord:
    """Keeps one consent or refusal: the text exactly as shown, and the person's own `words`; the same message twice is one."""
    record, _ = ConsentRecord.objects.get_or_create(
        conversation_ref=conversation_id,
        kind=kind,
        message_key=message_key,
        defaults={
            "given": given,
            "text": text,
            "version": version,
            "words": mask(words)[:300],
            "language": language,
            "channel": channel,
            "phone": phone or "",
        },
    )
    return record


def consents_take_back(
    *,
    conversation_id: str,
    kinds: Iterable[str],
    words: str,
    language: str,
    channel: str,
    phone: str | None,
    message_key: str,
) -> None:
    """Keeps, in the person's own words, that consents of these kinds are taken back, whether they were given or not."""
    for kind in kinds:
        consent_record(
            conversation_id=conversation_id,
            kind=kind,
            given=False,
            text=words,
            version="taken-back",
            words=words,
            language=language,
            channel=channel,
            phone=phone,
            message_key=message_key,
        )

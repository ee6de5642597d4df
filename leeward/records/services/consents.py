"""Writing consents: given, refused and taken back. None is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from leeward.core.redaction import mask
from leeward.records.models import ConsentRecord

# In place of a text's version: what ended a consent.
TAKEN_BACK: Final = "taken-back"
REPLACED: Final = "replaced"


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
    way: str,
    message_key: str,
) -> ConsentRecord:
    """Keeps one consent or refusal: the text exactly as shown, and the person's own `words`; the same of one message is one.

    `way` is the number (E.164) or email address that it is about; empty where it refuses every way.
    """
    record, _ = ConsentRecord.objects.get_or_create(
        conversation_ref=conversation_id,
        kind=kind,
        way=way,
        given=given,
        message_key=message_key,
        defaults={
            "text": text,
            "version": version,
            "words": mask(words)[:300],
            "language": language,
            "channel": channel,
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
    way: str,
    message_key: str,
    version: str = TAKEN_BACK,
) -> None:
    """Keeps, in the person's own words, that consents of these kinds are taken back, whether they were given or not.

    For the number (E.164) or email address `way`, or where it is empty for every way. `version` says what took them back.
    """
    for kind in kinds:
        consent_record(
            conversation_id=conversation_id,
            kind=kind,
            given=False,
            text=words,
            version=version,
            words=words,
            language=language,
            channel=channel,
            way=way,
            message_key=message_key,
        )


def consent_stands(*, conversation_id: str, kind: str, way: str) -> bool | None:
    """Whether a consent stands for a number (E.164) or email address: given, or refused or taken back.

    A refusal for every way counts for this one. None where nothing was answered, or another way had taken this one's place:
    then it is to be asked anew (docs/decisions/0015-consent-belongs-to-a-way.md).
    """
    said = ConsentRecord.objects.filter(conversation_ref=conversation_id, kind=kind)
    last = said.filter(Q(way=way) | Q(way="", given=False)).last()
    return None if last is None or last.version == REPLACED else last.given


def consents_standing(*, conversation_id: str, way: str) -> list[str]:
    """The kinds of consent that stand as given for a number (E.164) or email address."""
    kinds = ConsentRecord.objects.filter(conversation_ref=conversation_id, way=way).values_list("kind", flat=True)
    return [kind for kind in dict.fromkeys(kinds) if consent_stands(conversation_id=conversation_id, kind=kind, way=way)]


def way_replace(*, conversation_id: str, way: str, words: str, language: str, channel: str, message_key: str) -> None:
    """Another number or address has taken the place of `way`: what was allowed for it is to be asked anew if it comes back."""
    consents_take_back(
        conversation_id=conversation_id,
        kinds=consents_standing(conversation_id=conversation_id, way=way),
        words=words,
        language=language,
        channel=channel,
        way=way,
        message_key=message_key,
        version=REPLACED,
    )


def consents_taken_back(*, conversation_id: str) -> list[tuple[str, str]]:
    """Each kind of consent with each number (E.164) or address for which the last word is that it does not stand."""
    last_word: dict[tuple[str, str], bool] = {}
    for kind, way, given in ConsentRecord.objects.filter(conversation_ref=conversation_id).values_list("kind", "way", "given"):
        last_word[kind, way] = given
    return [(kind, way) for (kind, way), given in last_word.items() if way and not given]

"""Fills records for `leeward bench turn`: many copies of one real conversation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from django.db.models import Model

Row = TypeVar("Row", bound="Model")
BATCH: Final = 500


def copy_newest_conversation(var: Path, copies: int) -> None:
    """Adds so many copies of the newest conversation to the records in the data folder `var`, with messages and snapshot."""
    from leeward import records

    os.environ["LEEWARD_VAR"] = str(var)
    # The file in that folder, whatever database this machine is set up for.
    os.environ.pop("LEEWARD_DATABASE_URL", None)
    records.setup()
    from django.db import transaction

    from leeward.records.models import Conversation, Message, TrackerSnapshot

    newest = Conversation.objects.latest("started_at")
    snapshot = TrackerSnapshot.objects.get(pk=newest.pk)
    messages = list(Message.objects.filter(conversation=newest))
    first = Message.objects.latest("pk").pk + 1
    for start in range(0, copies, BATCH):
        numbers = range(start, min(copies, start + BATCH))
        ids = {number: f"{number:032x}" for number in numbers}
        with transaction.atomic():
            Conversation.objects.bulk_create(_copy(newest, id=ids[number]) for number in numbers)
            TrackerSnapshot.objects.bulk_create(_copy(snapshot, conversation_id=ids[number]) for number in numbers)
            places = {message.pk: place for place, message in enumerate(messages)}
            for number in numbers:
                base = first + number * len(messages)
                Message.objects.bulk_create(
                    _copy(
                        message,
                        id=base + places[message.pk],
                        conversation_id=ids[number],
                        answers_id=None if message.answers_id is None else base + places[message.answers_id],
                    )
                    for message in messages
                )


def _copy(row: Row, **changed: Any) -> Row:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, **changed})

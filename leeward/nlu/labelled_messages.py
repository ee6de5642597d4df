"""Labelled messages: what people wrote, with all that it says; data/messages/*.jsonl, in the format of docs/reading.md."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from leeward.core.language import NonEmpty

FOLDER: Final = "messages"
# What a marked stretch may stand for: amounts in USD and counts, days, places.
ROLES: Final = frozenset(
    "owed worth second monthly arrears bought_for sold_for claimed fee offer other_debt other months_behind units "
    "served hearing answer_due sale_ahead sale_past letter payment event "
    "home residence lenders relatives name".split()
)


class MessagesUnread(Exception):
    """A line of labelled messages that cannot be read; the message names the file, the line and what is wrong."""


class LabelledMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message and everything that it says.

    `asked` is the question that had just been put, None for a message of its own accord; `on` the day it was written. `facts`
    is all that the text states about the writer's own situation, by the facts' names, in their JSON form; `clarify` what a
    careful person would ask back about; `without` (`not` in the file) what a hasty reader might set and must not. `topics` are
    all that it raises, the most urgent first. `crisis` is a sign of suicide or self-harm. `marks` are its figures, days and
    places in order, each a stretch of the text with what it stands for (ROLES). `kind` says what makes it hard.
    """

    id: NonEmpty
    lang: Literal["en", "es"]
    asked: str | None
    on: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
    text: NonEmpty
    facts: dict[str, Any]
    clarify: tuple[str, ...]
    topics: tuple[str, ...]
    crisis: bool
    without: tuple[str, ...] = msgspec.field(name="not")
    marks: tuple[tuple[str, str], ...]
    kind: str = ""


@functools.cache
def load_messages(folder: Path) -> tuple[LabelledMessage, ...]:
    """Every message of the files in `folder`, by file and line. Raises MessagesUnread."""
    return tuple(message for path in sorted(folder.glob("*.jsonl")) for message in _messages(path))


def _messages(path: Path) -> list[LabelledMessage]:
    decoder = msgspec.json.Decoder(LabelledMessage)
    found: list[LabelledMessage] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(decoder.decode(line))
        except msgspec.DecodeError as error:
            raise MessagesUnread(f"{path.name}, line {number}: {error}") from error
    return found

"""What was erased, on a list beside the records and outside every backup, so that no earlier backup brings it back.

One line an erasure: the moment (ISO 8601) and the conversation's id, which is random and tells nothing. Lines are only added.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from django.db import DatabaseError
from django.utils import timezone

from leeward.ops import paths

# What a full disk left half-written does not fit, and its erasure was not kept either.
_LINE: Final = re.compile(r"^\S+ ([0-9a-f]{32})$", re.MULTILINE)


def erasure_note(*, conversation_id: str) -> None:
    """Adds an erasure to the list, on the disk when this returns; call it before the erasure itself is kept.

    Raises DatabaseError where the list cannot be written: then the erasure must not be kept, or a backup could undo it.
    """
    line = f"{timezone.now().isoformat(timespec='seconds')} {conversation_id}\n"
    try:
        with open(_list(), "a", encoding="ascii", opener=_for_its_owner_alone) as file:
            # A line of its own, whatever a full disk left of the last one.
            file.write(f"\n{line}")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DatabaseError(f"the list of erasures {_list()} cannot be written") from error


def erasures_noted() -> tuple[str, ...]:
    """The ids of all conversations on the list, each once, in their order."""
    try:
        return tuple(dict.fromkeys(_LINE.findall(_list().read_text(encoding="ascii"))))
    except FileNotFoundError:
        return ()


def _for_its_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _list() -> Path:
    return paths.var() / "erased.txt"

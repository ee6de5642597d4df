"""Statements of law that belong to no state's file and to no estimate: what follows a loss, and losses that are no foreclosure.

after_loss.yml is for someone who has lost the home: pay, benefits, old debts, tax forms, renters. other_losses.yml is for a
home at risk from something else than a mortgage, where no estimate is made: it says what that loss is and which day is urgent.
common_questions.yml answers what people ask beside the estimate: heirs, former spouses, court papers, moving out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from leeward.core.language import NonEmpty, Words
from leeward.law.files import HERE, LawFileError, read_as, repeated
from leeward.law.model import Citations, Confidence, ProtectionId, Review

AFTER_LOSS: Final = HERE / "after_loss.yml"
OTHER_LOSSES: Final = HERE / "other_losses.yml"
COMMON_QUESTIONS: Final = HERE / "common_questions.yml"


@dataclass(frozen=True, slots=True)
class Note:
    """One statement for a homeowner, with its citations."""

    id: ProtectionId
    words: Words
    citations: Citations
    confidence: Confidence
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class NotesFile:
    """One file of notes: the day of the research, the lawyer who has signed it, and the notes in their order."""

    as_of: date
    reviewed_by: NonEmpty | None
    notes: tuple[Note, ...]


def after_loss() -> Mapping[str, Note]:
    """What may matter to someone who has lost the home, by id. Raises LawFileError for a file that is not as it must be."""
    return _read(AFTER_LOSS)


def other_losses() -> Mapping[str, Note]:
    """Losses of a home that are no mortgage foreclosure, by id. Raises LawFileError for a file that is not as it must be."""
    return _read(OTHER_LOSSES)


def common_questions() -> Mapping[str, Note]:
    """Answers to what people ask beside the estimate, by id. Raises LawFileError for a file that is not as it must be."""
    return _read(COMMON_QUESTIONS)


@cache
def every() -> Mapping[str, Note]:
    """The notes of all three files, by id. Raises LawFileError for an id that stands in two of them."""
    found = [note for notes in (after_loss(), other_losses(), common_questions()) for note in notes.values()]
    twice = repeated([note.id for note in found])
    if twice:
        raise LawFileError(COMMON_QUESTIONS.name, "notes", f"the id {twice} stands in another file of notes too")
    return MappingProxyType({note.id: note for note in found})


@cache
def _read(path: Path) -> Mapping[str, Note]:
    notes = read_as(path, NotesFile).notes
    twice = repeated([note.id for note in notes])
    if twice:
        raise LawFileError(path.name, "notes", f"the id {twice} is used more than once")
    return MappingProxyType({note.id: note for note in notes})

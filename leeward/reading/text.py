"""A text made ready for matching: folded letter by letter, so that every position still points into the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def fold(text: str) -> str:
    """The text in lower case and without accents, as long as the original."""
    return "".join(_fold_character(character) for character in text.translate(_APOSTROPHES))


def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def words(folded: str) -> list[str]:
    """The words of a folded text, in order."""
    return _WORD.findall(folded)

"""Text as a detector wants it: one kind of letter, digit, dash and space, nothing invisible, each place mapped to the original.

People and phones write the same number with a dozen dashes and spaces, in full-width or Arabic digits, with zero-width
characters between them, or in words. Rules are written once, for the canonical form (Unicode Technical Report 36).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from leeward.core.spans import Span

_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})
_DASHES: Final = frozenset("\u2212\u2043\u2010\u2011")
_SPACES: Final = frozenset({"Zs", "Zl", "Zp"})
_MIDDLE_DOTS: Final = frozenset("·∙・‧⋅")
_DIGIT_WORDS: Final = {
    **{word: str(digit) for digit, word in enumerate("zero one two three four five six seven eight nine".split())},
    **{word: str(digit) for digit, word in enumerate("cero uno dos tres cuatro cinco seis siete ocho nueve".split())},
    "oh": "0",
}
_WORD: Final = rf"(?:{'|'.join(_DIGIT_WORDS)})"
# Three digits or more in a row, one by one, some of them in words. An amount is not said so.
_SPOKEN: Final = re.compile(rf"(?<![a-z0-9])(?:{_WORD}|\d)(?:[ ,.\-]{{1,3}}(?:{_WORD}|\d)(?![a-z0-9])){{2,}}")
_ONE_DIGIT: Final = re.compile(rf"{_WORD}|\d")


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """A text in canonical form; `places[i]` is where its i-th character stands in the original."""

    text: str
    places: tuple[Span, ...]

    def original(self, start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the canonical text (`end` excluded, not empty) stand in the original."""
        return Span(self.places[start].start, self.places[end - 1].end)


def canonical(text: str) -> CanonicalText:
    """The canonical form: lower case without accents, ASCII digits, "-" for every dash, " " for every space but a line's end.

    Digits that are said one by one in words ("one two three"), in English or Spanish, stand as digits.
    """
    letters: list[str] = []
    places: list[Span] = []
    for index, character in enumerate(text):
        for letter in _letters(character):
            letters.append(letter)
            places.append(Span(index, index + 1))
    return _with_digits_for_words(CanonicalText("".join(letters), tuple(places)))


def _letters(character: str) -> Iterator[str]:
    """The canonical characters that one character stands for: none, one or several."""
    if character.isascii():
        yield "\n" if character == "\n" else " " if character.isspace() else character.lower()
        return
    for part in unicodedata.normalize("NFKD", character):
        category = unicodedata.category(part)
        if category in _DROPPED:
            continue
        if category == "Nd":
            yield str(unicodedata.decimal(part))
        elif category == "Pd" or part in _DASHES:
            yield "-"
        elif category in _SPACES:
            yield " "
        elif part in _MIDDLE_DOTS:
            yield "."
        elif part == "\u2044":
            yield "/"
        else:
            yield from part.lower()


def _with_digits_for_words(plain: CanonicalText) -> CanonicalText:
    letters: list[str] = []
    places: list[Span] = []
    at = 0
    for run in _SPOKEN.finditer(plain.text):
        for digit in _ONE_DIGIT.finditer(plain.text, run.start(), run.end()):
            letters.append(plain.text[at : digit.start()])
            places.extend(plain.places[at : digit.start()])
            letters.append(_DIGIT_WORDS.get(digit.group(), digit.group()))
            places.append(plain.original(digit.start(), digit.end()))
            at = digit.end()
    letters.append(plain.text[at:])
    places.extend(plain.places[at:])
    return CanonicalText("".join(letters), tuple(places))

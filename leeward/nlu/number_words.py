"""Number words of both languages by value, without accents (data/numbers.yml)."""

from __future__ import annotations

import functools
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import yaml

Kind = Literal["small", "tens", "hundreds", "hundred", "thousand", "million", "joining", "point"]

ARTICLES: Final = {"a": 1, "an": 1}
PAIRS: Final = {"couple": 2, "par": 2}
# "Uno" never stands before a noun, where it is "un" or "una"; in a sentence it is most often a pronoun.
_NEVER_COUNTS: Final = "uno"
# Names of the digit 0 when a phone number is read out.
_SPOKEN_ZERO: Final = ("oh", "o")
_FILE: Final = Path(__file__).with_name("data") / "numbers.yml"


@functools.cache
def number_words() -> dict[str, tuple[Kind, Decimal]]:
    """Each number word with its place in a number and its value; a word that joins or separates has the value 0."""
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    words: dict[str, tuple[Kind, Decimal]] = {}
    named: tuple[Kind, ...] = ("small", "tens", "hundreds")
    for kind in named:
        words |= {word: (kind, Decimal(value)) for word, value in table[kind].items()}
    single: dict[Kind, int] = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "joining": 0, "point": 0}
    for kind, value in single.items():
        words |= {word: (kind, Decimal(value)) for word in table[kind]}
    return words


@functools.cache
def counts(most: int) -> dict[str, int]:
    """The single words that count a noun, 1 to `most` (below 100): "one", "un", "twenty"."""
    return {
        word: int(value)
        for word, (kind, value) in number_words().items()
        if kind in ("small", "tens") and 1 <= value <= most and word != _NEVER_COUNTS
    }


@functools.cache
def spoken_digits() -> dict[str, str]:
    """The words for the digits of a number read out, "oh" included."""
    digits = {word: str(value) for word, (kind, value) in number_words().items() if kind == "small" and value < 10}
    return digits | dict.fromkeys(_SPOKEN_ZERO, "0")


@functools.cache
def count_phrases(most: int) -> dict[str, int]:
    """Whole numbers 0 to `most` (at most 199) in words: "thirty-six", "treinta y seis", "one hundred twenty"."""
    single = {
        word: (kind, int(value)) for word, (kind, value) in number_words().items() if kind in ("small", "tens", "hundreds")
    }
    below: dict[str, int] = {word: value for word, (_, value) in single.items() if value < 100}
    for ten, (kind, value) in single.items():
        if kind == "tens":
            units = {word: unit for word, (also, unit) in single.items() if also == "small" and 1 <= unit <= 9}
            below |= {f"{ten}{joint}{word}": value + unit for word, unit in units.items() for joint in (" ", "-", "", " y ")}
    leads = ("one hundred ", "a hundred ", "hundred ", "one hundred and ", "ciento ", "cien ")
    hundreds = {f"{lead}{word}": 100 + value for lead in leads for word, value in below.items() if value}
    found = below | {lead.strip(): 100 for lead in leads if not lead.endswith("and ")} | hundreds
    return {word: value for word, value in found.items() if value <= most}

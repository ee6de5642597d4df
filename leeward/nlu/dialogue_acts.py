"""Dialogue acts of a message (yes, no, don't know, skip, why, asking for a person …), question detection, and language."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final, Literal

import yaml

from leeward.nlu.normalization import words

Act = Literal[
    "yes",
    "no",
    "dont_know",
    "skip",
    "refuse",
    "why",
    "person",
    "start_over",
    "erase",
    "summary",
    "help",
    "greeting",
    "thanks",
    "goodbye",
    "correction",
    "stop",
    "how_long",
    "fees",
    "wages",
    "credit",
]
_FILE: Final = Path(__file__).with_name("data") / "dialogue_acts.yml"
# In a text of more characters than this only `part` patterns are searched; `whole` patterns match short messages.
LONGEST_WHOLE: Final = 90

# Function words that identify the language. Words of both languages or of place names ("Baton Rouge, LA") are left out, and so
# is "mil", which English speakers use for a million.
_ENGLISH: Final = frozenset(
    """the i my is are and to of in it for on we was am im i'm have has had do does did not dont don't what how can
    could would they this that with from our you your owe worth house home about what's but if or be been who why
    when where because than there will""".split()
)
_SPANISH: Final = frozenset(
    """que y en mi mis es una un por para con se debo debe vale casa tengo tiene estoy esta como cuanto cuando lo le
    nos su sus pero mas muy ya hay hola gracias puedo pueden quiero porque yo usted ustedes soy hace pagos pago
    meses hipoteca deuda donde quien fue ser ha hemos todavia ayuda favor""".split()
)
# "Will" and "Can" alone are names.
_QUESTION: Final = re.compile(
    r"\?|^\W*(?:what|when|where|who|why|how|could|would|do|does|did|is|are|am|should|which|"
    r"que|cuando|donde|quien|como|cuanto|cual|puedo|pueden|puede|me pueden|tengo que|hay|"
    # "Debo pagar" may ask; "debo 200 mil" owes.
    r"debo (?:de )?\w*[aei]r(?:me|nos|l[aeo]s?)?)\b|^\W*(?:can|will)\b(?=\W*\w)"
)
_ONLY_SPANISH: Final = re.compile(r"[ñ¿¡]|[áéíóú]", re.IGNORECASE)


@functools.cache
def _patterns() -> tuple[tuple[Act, bool, re.Pattern[str]], ...]:
    table = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        (
            act,
            where == "whole",
            re.compile("|".join(patterns) if where == "whole" else rf"(?<![a-z])(?:{'|'.join(patterns)})(?![a-z])"),
        )
        for act, places in table.items()
        for where, patterns in places.items()
    )


def find_acts(normalized: str) -> set[Act]:
    """The dialogue acts in a normalized text, by the patterns of data/dialogue_acts.yml."""
    whole = re.sub(r"\s+", " ", re.sub(r"[,!.]", " ", normalized))
    whole = re.sub(r"^[\W_]+|[\W_]+$", "", whole) or normalized.strip()
    return {
        act
        for act, needs_whole, pattern in _patterns()
        if (len(whole) <= LONGEST_WHOLE and pattern.fullmatch(whole) if needs_whole else pattern.search(normalized))
    }


def is_question(normalized: str) -> bool:
    """Whether a normalized text asks something: by a question mark, or a question word or inverted verb at its start.

    Errs towards a question ("debo pagar esto": "do I have to pay this").
    """
    return _QUESTION.search(normalized) is not None


def language_of(text: str, normalized: str) -> Literal["en", "es"] | None:
    """The language of a text by its function words; None where it may be either ("no", "300", "Chicago")."""
    found = words(normalized)
    english = sum(word in _ENGLISH for word in found)
    spanish = sum(word in _SPANISH for word in found) + (2 if _ONLY_SPANISH.search(text) else 0)
    if spanish > english:
        return "es"
    return "en" if english > spanish else None

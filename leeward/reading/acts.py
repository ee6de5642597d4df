"""What a message does besides giving facts: yes, no, don't know, skip, why, a wish for a person …, and its language."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final, Literal

import yaml

from leeward.reading.text import words

Act = Literal[
    "yes", "no", "dont_know", "skip", "refuse", "why", "person", "start_over", "summary", "help", "greeting", "thanks", "goodbye",
    "correction", "stop",
]  # fmt: skip
_FILE: Final = Path(__file__).with_name("data") / "acts.yml"
# No act is as long as this; a longer text is a story, and is looked through only for wishes that may stand inside one.
LONGEST_WHOLE: Final = 90

_ENGLISH: Final = frozenset(
    """the i my is are and to a of in it for on we was am im me have has had do does did not dont what how can could would they this that
    with from our you your owe worth house home about what's but if or be been who why when where because than there will""".split()
)
_SPANISH: Final = frozenset(
    """el la los las de que y en mi mis es son un una por para con no se debo debe vale casa tengo tiene estoy esta como cuanto cuando si
    lo le me nos su sus pero mas muy ya hay hola gracias banco puedo pueden quiero del al porque yo usted ustedes soy hace pagos pago meses
    hipoteca mil deuda donde quien fue ser ha he hemos todavia ayuda favor""".split()
)
_ONLY_SPANISH: Final = re.compile(r"[ñ¿¡]|[áéíóú]", re.IGNORECASE)
# Words of both languages, or of place names ("Baton Rouge, LA", "Los Angeles").
_BOTH: Final = frozenset("no me a la el los las de del he mi son es si do as".split())


@functools.cache
def _patterns() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    table = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        (act, where == "whole", re.compile(rf"(?:{pattern})" if where == "whole" else rf"(?<![a-z])(?:{pattern})(?![a-z])"))
        for act, places in table.items()
        for where, patterns in places.items()
        for pattern in patterns
    )


def find_acts(folded: str) -> set[str]:
    """The acts in a folded text."""
    whole = re.sub(r"^[\W_]+|[\W_]+$", "", folded.replace(",", " ").replace("!", " ").replace(".", " "))
    whole = re.sub(r"\s+", " ", whole) or folded.strip()
    return {
        act
        for act, needs_whole, pattern in _patterns()
        if (len(whole) <= LONGEST_WHOLE and pattern.fullmatch(whole) if needs_whole else pattern.search(folded))
    }


def language_of(text: str, folded: str) -> Literal["en", "es"] | None:
    """The language of a text by its everyday words; None for what may be either ("no", "300", "Chicago")."""
    found = words(folded)
    english = sum(word in _ENGLISH - _BOTH for word in found)
    spanish = sum(word in _SPANISH - _BOTH for word in found) + (2 if _ONLY_SPANISH.search(text) else 0)
    if spanish > english:
        return "es"
    return "en" if english > spanish else None

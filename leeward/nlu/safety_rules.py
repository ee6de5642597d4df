"""Rule-based safety screening: suicide or self-harm, danger at home, scams, elder abuse, distress, and secrets.

`screen` runs on every message before anything else. The phrases are in data/safety_rules.yml, in a form that a clinician can
review. They favour recall: a false positive costs one supportive sentence, a false negative may cost a life. The level of risk
is never assessed; that is for people.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from rapidfuzz.distance import OSA

from leeward.core.redaction import find_secrets
from leeward.core.spans import Span
from leeward.nlu.normalization import (
    expand_contractions,
    fold,
    join_spelled_letters,
    reveal_disguised_letters,
    shorten_stretched_letters,
    strip_invisible,
    strip_punctuation,
)

LONGEST_SCREENED: Final = 20_000
_FILE: Final = Path(__file__).with_name("data") / "safety_rules.yml"

_PHRASE_PARTS: Final = re.compile(r"\(|\)|\||\.\.\.|<\w+>|[\w*]+")
# Replaces an exception; it is no word, so that no phrase matches across it.
_CUT: Final = " . "


@dataclass(frozen=True, slots=True)
class Alerts:
    """The result of screening one message.

    `crisis`: suicide or self-harm, the writer's or that of someone close; `danger`: violence or threats; `scam`: signs of
    mortgage-relief fraud; `elder`: an older or disabled adult whose money or signature someone takes; `distress`: fear or
    grief that should be heard before business; `secrets`: spans of the text to mask (leeward.core.redaction).
    """

    crisis: bool = False
    danger: bool = False
    scam: bool = False
    elder: bool = False
    distress: bool = False
    secrets: tuple[Span, ...] = ()


def screen(text: str) -> Alerts:
    """Screens one message. Never raises; text beyond LONGEST_SCREENED characters is searched for secrets only."""
    words = _plain(text[:LONGEST_SCREENED])
    return Alerts(
        crisis=_raises(words, "crisis"),
        danger=_raises(words, "danger"),
        scam=_raises(words, "scam"),
        elder=_raises(words, "elder"),
        distress=_raises(words, "distress"),
        secrets=find_secrets(text),
    )


# ---------------------------------------------------------------- phrases


@functools.cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content


def _raises(words: str, section: str) -> bool:
    exceptions = _exceptions(section)
    left = words if exceptions is None else exceptions.sub(_CUT, words)
    return _phrases(section).search(left) is not None


@functools.cache
def _phrases(section: str) -> re.Pattern[str]:
    return _one_of([phrase for sign in _file()[section] for phrase in sign["phrases"]])


@functools.cache
def _exceptions(section: str) -> re.Pattern[str] | None:
    phrases = _file().get(f"not_{section}")
    return None if phrases is None else _one_of(phrases)


def _one_of(phrases: list[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words; see safety_rules.yml for how a phrase is written."""
    return re.compile(rf"(?:{'|'.join(_pattern(phrase) for phrase in phrases)})(?= )")


def _pattern(phrase: str) -> str:
    return "".join(_part(part) for part in _PHRASE_PARTS.findall(phrase))


def _part(part: str) -> str:
    match part:
        case "(":
            return "(?:"
        case ")" | "|":
            return part
        case "...":
            return r"(?: \w+){0,6}?"
    if part.startswith("<"):
        return f"(?:{_pattern(_file()['lists'][part[1:-1]])})"
    return " " + part.replace("*", r"\w*")


# ---------------------------------------------------------------- words


def _plain(text: str) -> str:
    """The words in the form of the phrases of safety_rules.yml, one space before and after each: " i do not want to live "."""
    folded = expand_contractions(fold(strip_invisible(text)))
    letters = shorten_stretched_letters(reveal_disguised_letters(join_spelled_letters(folded)))
    return f" {' '.join(_spelling(word) for word in strip_punctuation(letters).split())} "


@functools.lru_cache(maxsize=4096)
def _spelling(word: str) -> str:
    """The word in the spelling of the phrases: by the table of spellings, or one edit away from a word that allows it."""
    respelled: str | None = _file()["spellings"].get(word)
    if respelled is not None:
        return respelled
    return next((known for known in _file()["one_letter_off"] if _is_nearly(word, known)), word)


def _is_nearly(word: str, known: str) -> bool:
    return abs(len(word) - len(known)) <= 1 and len(word) >= 6 and OSA.distance(word, known, score_cutoff=1) <= 1

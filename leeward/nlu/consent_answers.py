"""What an answer to a consent question says: a clear yes, a clear no, put off, or another way (data/consent_answers.yml)."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from leeward.nlu.normalization import plain_words

Answer = Literal["yes", "no", "later", "unclear"]
Way = Literal["call", "text", "email"]

_FILE: Final = Path(__file__).with_name("data") / "consent_answers.yml"
_CLEAR: Final[tuple[Answer, ...]] = ("yes", "no", "later")
# Who says more than this says more than how they would rather be reached.
_MOST_WORDS: Final = 15


def answer(text: str) -> Answer:
    """Whether the words are a clear yes, a clear no or put the answer off, in either language; anything else is unclear."""
    said = plain_words(text)
    return next((clear for clear in _CLEAR if said in _whole(clear)), "unclear")


def preferred_way(text: str) -> Way | None:
    """How someone says that they would rather be reached: "email only", "mejor por mensaje"; None where they do not say."""
    said = plain_words(text)
    if len(said.split()) > _MOST_WORDS:
        return None
    if _pattern("email").search(said) and not _not_email().search(said):
        return "email"
    others: tuple[Way, ...] = ("text", "call")
    return next((way for way in others if _pattern(way).search(said)), None)


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@functools.cache
def _whole(clear: Answer) -> frozenset[str]:
    return frozenset(map(plain_words, _table()[clear]))


@functools.cache
def _pattern(way: Way) -> re.Pattern[str]:
    return re.compile("|".join(_table()["prefers"][way]))


@functools.cache
def _not_email() -> re.Pattern[str]:
    return re.compile("|".join(_table()["not_email"]))

"""Whether an answer to a consent question is a clear yes, a clear no, or neither (data/consent_answers.yml)."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from leeward.nlu.normalization import plain_words

Answer = Literal["yes", "no", "unclear"]

_FILE: Final = Path(__file__).with_name("data") / "consent_answers.yml"


def answer(text: str) -> Answer:
    """Whether the words are a clear yes or a clear no, in either language; anything else is unclear."""
    said = plain_words(text)
    if said in _answers()["yes"]:
        return "yes"
    return "no" if said in _answers()["no"] else "unclear"


@functools.cache
def _answers() -> dict[str, frozenset[str]]:
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: frozenset(map(plain_words, phrases)) for name, phrases in table.items()}

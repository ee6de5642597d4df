"""What a person typed is words, whatever it looks like; only a button of our own record is a payload."""

from __future__ import annotations

import json
import unicodedata
from typing import Any


def parsed(payload: str) -> dict[str, Any]:
    """What Rasa is to take a payload of our own record for ("/inform{…}"); nothing that a person typed comes this way."""
    name, brace, rest = payload.removeprefix("/").partition("{")
    values = json.loads(brace + rest) if brace else {}
    return {
        "text": payload,
        "intent": {"name": name, "confidence": 1.0},
        "entities": [{"entity": entity, "value": value, "start": 0, "end": len(payload)} for entity, value in values.items()],
    }


def as_words(text: str) -> str:
    """Words as Rasa may be given them: never what it would read as a payload, whatever space or control stands before.

    Rasa strips a text (all Unicode white space) and takes it for a payload where it then begins with a slash
    (rasa/shared/core/training_data/story_reader/yaml_story_reader.py `unpack_regex_message`).
    """
    start = 0
    while start < len(text) and (text[start] == "/" or text[start].isspace() or unicodedata.category(text[start])[0] == "C"):
        start += 1
    return text[start:] or "…"

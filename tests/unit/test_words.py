"""Everything the assistant says exists in both languages, with the same figures to fill in."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from leeward.runtime import PROJECT

DOMAIN = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]
# Says the law files' own words, which are in the person's language already.
FROM_THE_LAW = {"say_law"}


def language(variation: dict[str, Any]) -> str:
    return next((c["value"] for c in variation.get("condition", []) if c["name"] == "language"), "en")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("name", sorted(set(RESPONSES) - FROM_THE_LAW))
def test_a_response_exists_in_both_languages_with_the_same_placeholders(name: str) -> None:
    texts: dict[str, list[str]] = {"en": [], "es": []}
    for variation in RESPONSES[name]:
        texts[language(variation)].append(variation["text"])
    assert texts["en"]
    assert texts["es"]
    assert set.union(*map(placeholders, texts["en"])) == set.union(*map(placeholders, texts["es"]))


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_button_stands_for_the_same_choice_in_both_languages(name: str) -> None:
    payloads: dict[str, set[str]] = {}
    for variation in RESPONSES[name]:
        kept = {b["payload"] for b in variation.get("buttons", []) if "best_time" not in b["payload"]}
        payloads.setdefault(language(variation), set()).update(kept)
    assert payloads.get("en", set()) == payloads.get("es", payloads.get("en", set()))


@pytest.mark.parametrize("name", [name for name in RESPONSES if name.startswith("utter_ask_")])
def test_a_question_asked_again_has_other_words(name: str) -> None:
    said = [variation["text"] for variation in RESPONSES[name]]
    assert len(said) == len(set(said))


def test_no_response_promises_an_outcome() -> None:
    promises = re.compile(r"\b(we (will|can) (stop|save)|guarantee|garantiz|vamos a salvar|detendremos)\b", re.IGNORECASE)
    assert [n for n, variations in RESPONSES.items() for v in variations if promises.search(v["text"])] == []

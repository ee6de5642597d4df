"""Everything the assistant says exists in both languages, with the same figures to fill in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from leeward.ops import domain_files

RESPONSES = domain_files.responses()
# Questions that can be put a third way, and those that are put with choices when two answers in a row were not understood.
THIRD_WAY = "state stage served_on court_date sale_date loan_purpose occupancy units goal wants_contact".split()
WITH_CHOICES = ["balance_owed", "home_value", "second_lien"]
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


def wordings(name: str) -> set[tuple[str, str]]:
    """The (language, wording) pairs of a question; the variation without conditions is English and first."""
    found = set()
    for variation in RESPONSES[name]:
        conditions = {c["name"]: c["value"] for c in variation.get("condition", [])}
        found.add((conditions.get("language", "en"), conditions.get("prompt_variant", "first")))
    return found


@pytest.mark.parametrize("question", THIRD_WAY + WITH_CHOICES)
def test_a_wording_that_may_be_chosen_exists_in_both_languages(question: str) -> None:
    name = f"utter_ask_{question}" if f"utter_ask_{question}" in RESPONSES else f"say_ask_{question}"
    needed = {"first", "again"} | ({"third"} if question in THIRD_WAY else {"choices"})
    assert {(spoken, wording) for spoken in ("en", "es") for wording in needed} <= wordings(name)
    assert domain_files.prompt_variants(question) == needed


@pytest.mark.parametrize("name", [name for name in RESPONSES if name.startswith(("utter_ask_", "say_ask_"))])
def test_no_question_falls_back_to_english_for_a_spanish_speaker(name: str) -> None:
    spanish = {wording for spoken, wording in wordings(name) if spoken == "es"}
    english = {wording for spoken, wording in wordings(name) if spoken == "en"}
    assert spanish == english


def test_no_response_promises_an_outcome() -> None:
    promises = re.compile(r"\b(we (will|can) (stop|save)|guarantee|garantiz|vamos a salvar|detendremos)\b", re.IGNORECASE)
    assert [n for n, variations in RESPONSES.items() for v in variations if promises.search(v["text"])] == []

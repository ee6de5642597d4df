"""What the assistant says fits into texts: each answer into one of 320 characters, the estimate into two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.announcements import tell_estimate
from actions.conversation_state import State
from leeward import law
from leeward.compliance import consent_text
from leeward.core.facts import Facts
from leeward.core.firm import firm
from leeward.dialogue.policy import Progress
from leeward.ops import domain_files
from leeward.sms.composer import OutgoingMessage, compose
from leeward.sms.segments import LIMIT, size, to_gsm7

RESPONSES = domain_files.responses()
MOST_SEGMENTS = 3
FILLINGS = {
    "firm": firm().name,
    "firm_phone": firm().phone_display,
    "firm_hours": "Monday to Friday, 9:00 AM to 5:00 PM (Chicago time)",
    "first_name": "Maria Guadalupe",
    "state_name": "District of Columbia",
    "amount": "$1,234,567",
    "owed": "between $1,200,000 and $1,250,000",
    "worth": "between $1,000,000 and $1,050,000",
    "shortfall": "between $150,000 and $250,000",
    "equity": "between $150,000 and $250,000",
    "price": "between $150,000 and $250,000",
    "claimed": "between $150,000 and $250,000",
    "process": "a foreclosure without a court",
    "citation": "Cal. Code Civ. Proc. 580b(a)(3)",
    "as_of": "November 23, 2026",
    "day": "November 23, 2026",
    "when": "when the office opens on Wednesday",
    "names": "a loan modification or a pause in payments",
    "link": "https://chat.atlasconsumerlaw.example/c/7fk2m9-dx3v8p1_r4tabQw",
    "facts": "what the loan was for and how the home is used",
    "missing": "what you owe and what the home is worth",
    "what": "what you owe",
    "value": "between $1,200,000 and $1,250,000",
    "reason": "the area code is missing",
}
# These have their own length: what is longer goes on in another text, cut between sentences (test_shape.py).
OF_ANY_LENGTH = {"law", "noted", "citations", "consent_text", "name"}


def spoken(variation: dict[str, Any]) -> tuple[str, str]:
    conditions = {c["name"]: c["value"] for c in variation.get("condition", [])}
    return conditions.get("language", "en"), conditions.get("prompt_variant", "first")


def by_text(name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """A response's variations as texts: the channel's own where there is one."""
    chosen = {spoken(variation): variation for variation in RESPONSES[name] if "channel" not in variation}
    return chosen | {spoken(variation): variation for variation in RESPONSES[name] if variation.get("channel") == "sms"}


def filled(text: str, filling: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: filling.get(match.group(1), "..."), text)


def variations() -> list[Any]:
    return [
        pytest.param(language, variation, id=f"{name}-{language}-{wording}")
        for name in RESPONSES
        for (language, wording), variation in by_text(name).items()
    ]


@pytest.mark.parametrize(("language", "variation"), variations())
def test_a_response_fits_into_one_text_of_three_segments(language: str, variation: dict[str, Any]) -> None:
    placeholders = set(re.findall(r"\{(\w+)\}", variation["text"]))
    assert placeholders <= FILLINGS.keys() | OF_ANY_LENGTH, "give the new placeholder a value of realistic length"
    titles = tuple(str(button["title"]) for button in variation.get("buttons", []))
    said = OutgoingMessage(filled(variation["text"], FILLINGS), titles)
    result = compose([said], "es" if language == "es" else "en")
    assert len(result) == 1, result
    assert_cheap(result)


def assert_cheap(result: list[str]) -> None:
    for text in result:
        assert len(text) <= LIMIT
        assert size(text).encoding == "GSM-7", text
        assert size(text).segments <= MOST_SEGMENTS


def law_words(data: Any) -> Iterator[dict[str, str]]:
    """Every statement for homeowners in a law file."""
    if isinstance(data, dict) and isinstance(data.get("en"), str):
        yield data
    elif isinstance(data, dict | list):
        for entry in data.values() if isinstance(data, dict) else data:
            yield from law_words(entry)


@pytest.mark.parametrize("path", sorted(law.HERE.rglob("*.yml")), ids=lambda path: path.stem)
def test_a_statement_of_the_law_is_at_most_two_texts(path: Path) -> None:
    statements = list(law_words(law.read_yaml(path)))
    assert statements
    for statement in statements:
        for language in ("en", "es"):
            result = compose([OutgoingMessage(statement[language])], language)
            assert len(result) <= 2, statement
            assert_cheap(result)


@pytest.mark.parametrize("kind", ["contact", "automated"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_consent_is_one_text_with_its_choices_and_all_that_the_law_asks(kind: Any, language: Any) -> None:
    text = to_gsm7(consent_text.consent_text(kind, language, firm(), "+13125550142", by_text=True).text)
    assert len(compose([OutgoingMessage(text, ("Sí", "No"))], language)) == 1
    assert size(text).encoding == "GSM-7"
    if kind == "automated":
        wanted = {
            "en": ("sign", "automated", "marketing", "Not a condition", "STOP"),
            "es": ("firma", "automaticos", "publicidad", "No es condicion", "ALTO"),
        }
        assert all(word in text for word in (*wanted[language], firm().name, "(312) 555-0142"))


@pytest.mark.parametrize("code", law.codes())
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("worth", [450_000, 700_000])
def test_the_estimate_is_two_texts(code: str, language: str, worth: int) -> None:
    facts = Facts().learn("state", code).learn("balance_owed", Decimal(600_000)).learn("home_value", Decimal(worth))
    state = State("c", facts.learn("language", language), Progress(), date(2026, 11, 24))
    dispatcher = CollectingDispatcher()
    tell_estimate(dispatcher, state)
    said = []
    for message in dispatcher.messages:
        variation = by_text(message["response"])[(language, "first")]
        said.append(OutgoingMessage(filled(variation["text"], message), group="estimate"))
    result = compose(said, "es" if language == "es" else "en")
    assert len(result) <= 2, "\n---\n".join(result)
    # The figures and the amounts in them come through whole.
    assert "$600,000" in result[0]

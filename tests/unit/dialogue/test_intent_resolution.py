"""What one message is handled as. The table stands in intent_resolution.yml beside this file."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from leeward.dialogue.intent_resolution import clarification_candidates, resolve_intent
from leeward.nlu.dialogue_acts import is_question
from leeward.nlu.extraction import read
from leeward.nlu.intent_classifier import NO_CRISIS_SCORE, Guess
from leeward.nlu.normalization import normalize
from leeward.nlu.safety_rules import Alerts

TODAY = date(2026, 11, 23)
ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("intent_resolution.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_a_message_is_handled_as_the_table_says(row: dict[str, Any]) -> None:
    asked = row.get("asked")
    ranking = tuple(row["ranking"].items()) if "ranking" in row else (tuple(row.get("guess", ("nlu_fallback", 0.0))),)
    guess = Guess(*ranking[0], ranking, 0.5, row.get("cry", NO_CRISIS_SCORE))
    alerts = Alerts(**dict.fromkeys(row.get("alerts", ()), True))
    reading = read(row["text"], asked=asked, on=TODAY)
    assert resolve_intent(reading, guess, alerts, asked=asked) == row["intent"], row["why"]


def test_every_row_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(row["name"] for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize(
    ("ranking", "offered"),
    [
        ((("short_sale", 0.4), ("deed_in_lieu", 0.2), ("bankruptcy", 0.18)), ("short_sale", "deed_in_lieu")),
        ((("short_sale", 0.4), ("deed_in_lieu", 0.14)), ("short_sale",)),
        ((("short_sale", 0.15),), ("short_sale",)),
        ((("greet", 0.4), ("out_of_scope", 0.3), ("short_sale", 0.2)), ("short_sale",)),
        ((("greet", 0.3), ("thanks", 0.2), ("inform", 0.2), ("short_sale", 0.2)), ()),
        ((("crisis", 0.4), ("contact_request", 0.3)), ()),
        ((), ()),
    ],
)
def test_at_most_two_topics_that_the_classifier_leans_to_are_offered(
    ranking: tuple[tuple[str, float], ...], offered: tuple[str, ...]
) -> None:
    assert clarification_candidates(Guess("nlu_fallback", 0.0, ranking, 0.5)) == offered


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("what is a short sale", True),
        ("  ...can they sue me", True),
        ("Illinois?", True),
        ("qué pasa si dejo la casa", True),
        ("cuánto puede cobrarme el banco", True),
        ("me pueden demandar", True),
        ("debo pagar impuestos por lo perdonado", True),
        ("debo irme de la casa ya", True),
        ("tengo que mudarme", True),
        ("hay otra salida", True),
        ("I owe 200k in Illinois", False),
        ("somewhat behind", False),
        ("whatever works", False),
        ("debo 200 mil en Illinois", False),
        ("debo $310,000 de la hipoteca", False),
        ("debo como 90 mil en la segunda", False),
        ("debo tres meses", False),
        ("quiero una venta corta", False),
        ("", False),
    ],
)
def test_a_question_is_known_by_its_mark_or_its_first_word(text: str, asks: bool) -> None:
    assert is_question(normalize(text)) is asks

"""Rules and ear together, on messages written for this project by someone who had seen neither.

The figures below are floors, a little under what is reached: a change that misses more cries must be seen. The set is known
to those who write training lines, so it guards what is heard already; docs/reading.md tells what is expected of new words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leeward.dialogue import topics
from leeward.nlu import safety_rules
from leeward.nlu.intent_classifier import TopicModel, load_examples

LINES = [json.loads(line) for line in (Path(__file__).parent / "data" / "cries.jsonl").read_text("utf-8").splitlines()]
DATA = Path(__file__).parents[4] / "data" / "nlu"


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return TopicModel.train(load_examples(DATA), topics.acts())


def heard(model: TopicModel, line: dict[str, Any]) -> bool:
    alerts = safety_rules.screen(line["text"])
    return alerts.crisis or alerts.danger or model.classify(line["text"]).is_crisis


@pytest.mark.parametrize(("language", "floor"), [("en", 0.9), ("es", 0.94)])
def test_known_crisis_messages_are_still_heard(model: TopicModel, language: str, floor: float) -> None:
    cries = [line for line in LINES if line["crisis"] and line["lang"] == language]
    assert sum(heard(model, line) for line in cries) / len(cries) >= floor


@pytest.mark.parametrize("language", ["en", "es"])
def test_known_messages_with_dark_words_are_still_seldom_taken_for_a_cry(model: TopicModel, language: str) -> None:
    others = [line for line in LINES if not line["crisis"] and line["lang"] == language]
    assert sum(heard(model, line) for line in others) / len(others) <= 0.05


def test_no_line_of_the_set_was_learned() -> None:
    learned = {text.casefold() for text, _ in load_examples(DATA)}
    assert not learned & {line["text"].casefold() for line in LINES}

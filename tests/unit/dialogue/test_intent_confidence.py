"""How sure an intent is, as Rasa and its tools are told."""

from __future__ import annotations

from leeward.dialogue.intent_resolution import intent_confidence
from leeward.nlu.intent_classifier import Guess

BANKRUPTCY = Guess("bankruptcy", 0.83, (("bankruptcy", 0.83), ("short_sale", 0.1)), 0.7)


def test_an_intent_of_the_model_has_the_probability_that_the_model_gives_it() -> None:
    assert intent_confidence("bankruptcy", BANKRUPTCY) == 0.83


def test_an_intent_that_only_a_rule_gave_is_certain() -> None:
    assert intent_confidence("stop", BANKRUPTCY) == 1.0

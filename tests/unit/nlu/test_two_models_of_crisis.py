"""A conversation is paused as a crisis where two models agree; one alone earns a supportive sentence."""

from __future__ import annotations

import pytest

from leeward.nlu.intent_classifier import Guess


def guess(score: float, tagged: float | None) -> Guess:
    return Guess("missed_payments", 0.6, (("missed_payments", 0.6),), 0.5, score, (), tagged)


@pytest.mark.parametrize(
    ("score", "tagged"),
    [(0.4, 0.99), (-0.4, 0.01), (-0.6, 0.95), (0.4, None)],
)
def test_a_crisis_is_one_to_both_models(score: float, tagged: float | None) -> None:
    assert guess(score, tagged).is_crisis


@pytest.mark.parametrize(("score", "tagged"), [(0.4, 0.0001), (-0.9, 0.99), (-0.6, 0.2), (-0.6, None)])
def test_no_model_alone_pauses_a_conversation(score: float, tagged: float | None) -> None:
    assert not guess(score, tagged).is_crisis


@pytest.mark.parametrize(("score", "tagged"), [(0.4, 0.0001), (-0.9, 0.99), (-0.6, None)])
def test_one_model_alone_earns_a_supportive_sentence(score: float, tagged: float | None) -> None:
    assert guess(score, tagged).is_possible_crisis


def test_what_is_no_crisis_to_either_earns_none() -> None:
    assert not guess(-0.9, 0.01).is_possible_crisis

"""Understanding as Rasa runs it: the topic model's guess, then the reader with its judgement of the turn."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from leeward.assistant.components import Reader, TopicClassifier
from leeward.core.facts import value_to_json
from leeward.dialogue.intent_resolution import resolve_intent
from leeward.nlu import safety_rules
from leeward.nlu.extraction import read
from leeward.nlu.intent_classifier import OUT_OF_SCOPE, Guess

TODAY = date(2026, 11, 23)
CONTEXT = ExecutionContext(GraphSchema({}))
RESOURCE = Resource("topics")
# Enough to tell the topics apart; what the real data teaches is tested with the classifier.
LINES = [
    ("can i do a short sale", "short_sale"),
    ("what is a short sale", "short_sale"),
    ("tell me about short sales", "short_sale"),
    ("hello there", "greet"),
    ("good morning", "greet"),
    ("hello good day", "greet"),
    ("what is the weather", OUT_OF_SCOPE),
    ("who won the game", OUT_OF_SCOPE),
    ("bake me a cake", OUT_OF_SCOPE),
] * 2


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    """Where a model was trained on LINES."""
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    lines = [Message.build(text, intent) for text, intent in LINES]
    TopicClassifier.create({}, storage, RESOURCE, CONTEXT).train(TrainingData(lines))
    return storage


@pytest.fixture
def classifier(storage: LocalModelStorage) -> TopicClassifier:
    return TopicClassifier.load({}, storage, RESOURCE, CONTEXT)


def heard(text: str, *, guess: Guess | None = None, **metadata: Any) -> dict[str, Any]:
    """A message as the reader leaves it for Rasa."""
    message = Message({"text": text, "metadata": {"today": TODAY.isoformat(), **metadata}})
    if guess is not None:
        message.set("guess", guess)
    Reader.create({}, None, None, CONTEXT).process([message])
    understood: dict[str, Any] = message.as_dict(only_output_properties=True)
    return understood


# ------------------------------------------------------------------ the topic model


def test_a_trained_model_is_loaded_and_guesses(classifier: TopicClassifier) -> None:
    (message,) = classifier.process([Message({"text": "can i do a short sale"})])
    assert message.get("intent")["name"] == "short_sale"
    assert message.get("guess").topic == "short_sale"
    assert message.get("intent_ranking")[0]["name"] == "short_sale"


@pytest.mark.parametrize("text", ["", '/inform{"state": "IL"}', "/affirm"])
def test_a_buttons_payload_is_not_guessed_at(classifier: TopicClassifier, text: str) -> None:
    (message,) = classifier.process([Message({"text": text})])
    assert message.get("guess") is None
    assert message.get("intent") is None


def test_before_training_nothing_is_guessed(tmp_path: Path) -> None:
    untrained = TopicClassifier.create({}, LocalModelStorage.create(tmp_path), RESOURCE, CONTEXT)
    (message,) = untrained.process([Message({"text": "can i do a short sale"})])
    assert message.get("guess") is None


# ------------------------------------------------------------------ the reader


@pytest.mark.parametrize("text", ["", '/inform{"state": "IL"}', "/affirm"])
def test_a_buttons_payload_is_not_read(text: str) -> None:
    understood = heard(text)
    assert "reading" not in understood
    assert "entities" not in understood


@pytest.mark.parametrize(
    ("text", "asked", "language"),
    [
        ("I owe 310k on my place in Joliet and it's worth 265", None, None),
        ("debo 200 mil y vale 150, en Chicago", None, "es"),
        ("Kansas City", "state", "en"),
        ("2 mil", "balance_owed", "en"),
        ("between 200 and 220k", "balance_owed", None),
        ("312-555", "phone", None),
        ("no sé", "home_value", "es"),
        ("Ana Ruiz", "first_name", "es"),
        ("the sale is on December 4", None, None),
        ("can they garnish my wages?", None, None),
    ],
)
def test_a_message_is_read_as_the_reader_reads_it(text: str, asked: str | None, language: str | None) -> None:
    understood = heard(text, asked=asked, language=language)
    reading = read(text, asked=asked, on=TODAY, language=language)
    facts = {name: value_to_json(fact.value) for name, fact in reading.facts.known.items()}
    assert {entity["entity"]: entity["value"] for entity in understood.get("entities", [])} == facts
    told = understood["reading"]
    assert told["acts"] == sorted(reading.acts)
    assert told["clarify"] == {name: list(candidates) for name, candidates in reading.facts.clarify.items()}
    assert told["rejected"] == [list(item) for item in reading.rejected]
    assert told["language"] == reading.language
    assert [amount["role"] for amount in told["amounts"]] == [amount.role for amount in reading.amounts]


@pytest.mark.parametrize(
    ("text", "asked", "guess"),
    [
        ("I owe 200k, what is a short sale?", None, Guess("short_sale", 0.8, (), 0.9)),
        ("stop", None, Guess("thanks", 0.9, (), 0.9)),
        ("yes", "wants_contact", Guess("deny", 0.9, (), 0.9)),
        ("the garden", None, Guess(OUT_OF_SCOPE, 0.6, (), 0.2)),
        ("I want to die", "state", Guess("short_sale", 0.9, (), 0.9)),
        ("nobody would miss me", None, Guess("distress", 0.6, (), 0.9, crisis_score=0.2)),
    ],
)
def test_the_intent_is_the_one_that_was_settled_and_not_the_guess(text: str, asked: str | None, guess: Guess) -> None:
    reading = read(text, asked=asked, on=TODAY)
    settled = resolve_intent(reading, guess, safety_rules.screen(text), asked=asked)
    confidence = guess.confidence if settled == guess.topic else 1.0
    assert heard(text, guess=guess, asked=asked)["intent"] == {"name": settled, "confidence": confidence}


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("I want to die", {"crisis"}),
        ("my husband hits me", {"danger"}),
        ("my ssn is 123-45-6789", {"secret"}),
        ("a company wants money up front to stop the foreclosure", {"scam"}),
        ("I owe 200k in Illinois", set()),
    ],
)
def test_a_message_is_screened_for_safety(text: str, raised: set[str]) -> None:
    told = heard(text)["reading"]
    assert {name for name in ("crisis", "danger", "scam", "elder", "secret") if told[name]} == raised


def test_what_may_be_a_cry_is_told_apart_from_one() -> None:
    told = heard("I am so tired", guess=Guess("distress", 0.6, (), 0.9, crisis_score=-0.6))
    assert (told["reading"]["possible_crisis"], told["intent"]["name"]) == (True, "distress")


def test_what_was_meant_is_offered_only_where_nothing_was_understood() -> None:
    leaning = Guess("short_sale", 0.4, (("short_sale", 0.4), ("bankruptcy", 0.2)), 0.9)
    assert heard("the less thing", guess=leaning)["reading"]["clarification_candidates"] == ["short_sale", "bankruptcy"]
    assert "clarification_candidates" not in heard("Illinois", guess=leaning, asked="state")["reading"]


def test_a_correction_is_not_taken_as_the_answer_to_the_question_just_asked() -> None:
    understood = heard("actually it's 320", asked="home_value")
    assert understood["entities"] == []
    assert understood["reading"]["amounts"] == [{"value": 320_000, "role": "correction"}]
    assert understood["intent"]["name"] == "correct"


def test_the_day_that_the_channel_names_is_today() -> None:
    (entity,) = heard("tomorrow", asked="sale_date")["entities"]
    assert (entity["entity"], entity["value"]) == ("sale_date", "2026-11-24")

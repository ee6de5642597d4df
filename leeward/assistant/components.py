"""Leeward's understanding as two Rasa components: the topic model, and the reader with its judgement of the turn; the domain.

They are thin: the work is done in leeward.nlu, which knows nothing of Rasa. The channel hands over what the conversation knows
(the question just asked, today's date, the language) in the message's metadata.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from leeward.core.facts import value_to_json
from leeward.dialogue import topics
from leeward.dialogue.intent_resolution import clarification_candidates, intent_confidence, nearest_topic, resolve_intent
from leeward.nlu import safety_rules
from leeward.nlu.extraction import Reading, read, tags_of
from leeward.nlu.intent_classifier import Guess, TopicModel

GUESS = "guess"
READING = "reading"
MODEL_FILE = "topics.model"
DOMAIN_FILE = "domain.json"


class JsonDomainProvider(DomainProvider):
    """Rasa's provider of the domain, reading it from JSON (leeward.assistant.training.make_quick_to_load)."""

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> JsonDomainProvider:
        """The domain as the model's metadata holds it."""
        with model_storage.read_from(resource) as directory:
            domain = Domain.from_dict(json.loads((directory / DOMAIN_FILE).read_text(encoding="utf-8")))
        return cls(model_storage, resource, domain)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Guesses the topic or conversation act of a message; see leeward.nlu.intent_classifier."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: TopicModel | None = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicClassifier:
        """An untrained classifier, as Rasa makes it before training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """The classifier as it was trained."""
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, TopicModel.load(directory / MODEL_FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on every example in data/nlu/, both languages together, and stores the model."""
        examples = [(message.get(TEXT), message.get(INTENT)) for message in training_data.intent_examples]
        self._model = TopicModel.train(examples, topics.acts())
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory / MODEL_FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the guessed intent and the whole guess on each message that is text, not a button's payload."""
        for message in messages:
            text = message.get(TEXT)
            if self._model is None or not text or text.startswith(INTENT_MESSAGE_PREFIX):
                continue
            guess = self._model.classify(text, tags_of(text, (message.get(METADATA) or {}).get("asked")))
            message.set(GUESS, guess)
            message.set(INTENT, {"name": guess.topic, "confidence": guess.confidence}, add_to_output=True)
            ranking = [{"name": name, "confidence": confidence} for name, confidence in guess.ranking]
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Reader(GraphComponent, EntityExtractorMixin):
    """Reads facts out of the words as entities, screens for safety, and settles the intent of the turn."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Reader:
        """A reader; it has nothing to train."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds entities, the reading and the final intent to each message that is text, not a button's payload."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith(INTENT_MESSAGE_PREFIX):
                self._understand(message, text, message.get(METADATA) or {})
        return messages

    def _understand(self, message: Message, text: str, metadata: dict[str, Any]) -> None:
        asked = metadata.get("asked")
        today = date.fromisoformat(metadata["today"]) if "today" in metadata else date.today()
        language = metadata.get("language")
        reading = read(text, asked=asked, on=today, language=language)
        if "correction" in reading.acts and asked in reading.facts.known:
            # "actually it's 320" corrects what was said before; whatever needs the question just asked to be understood
            # must not be taken as its answer.
            reading = read(text, asked=None, on=today, language=language)
        alerts = safety_rules.screen(text)
        guess = message.get(GUESS) or Guess("nlu_fallback", 0.0, (), 0.0)
        intent = resolve_intent(reading, guess, alerts, asked=asked)
        is_nearest = intent == nearest_topic(reading, guess)
        confidence = dict(guess.ranking)[intent] if is_nearest else intent_confidence(intent, guess)
        message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)
        message.set(ENTITIES, message.get(ENTITIES, []) + _entities(reading), add_to_output=True)
        understood = _reading_json(reading, alerts, guess)
        understood["is_nearest"] = is_nearest
        if intent == "nlu_fallback":
            understood["clarification_candidates"] = list(clarification_candidates(guess))
        message.set(READING, understood, add_to_output=True)


def _entities(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"entity": name, "value": value_to_json(fact.value), "start": 0, "end": len(reading.text), "extractor": "Reader"}
        for name, fact in reading.facts.known.items()
    ]


def _reading_json(reading: Reading, alerts: safety_rules.Alerts, guess: Guess) -> dict[str, Any]:
    """What the actions need beyond intent and entities, as plain JSON."""
    return {
        "language": reading.language,
        "acts": sorted(reading.acts),
        "clarify": {name: list(candidates) for name, candidates in reading.facts.clarify.items()},
        "rejected": [list(item) for item in reading.rejected],
        "amounts": [{"value": value_to_json(amount.value), "role": amount.role} for amount in reading.amounts],
        "crisis": bool(alerts.crisis),
        "danger": bool(alerts.danger),
        "scam": alerts.scam,
        "elder": alerts.elder,
        "distress": alerts.distress,
        "possible_crisis": guess.is_possible_crisis,
        "secret": bool(alerts.secrets),
        "topic": guess.topic,
        "confidence": guess.confidence,
    }

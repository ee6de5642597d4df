"""What a custom action is given and gives back: a tracker with a message in it, what was said, the slots that were set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from asgiref.sync import async_to_sync
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from leeward.core.facts import Facts, Value
from leeward.dialogue import effects
from leeward.dialogue.effects import Effect
from leeward.dialogue.policy import Progress
from leeward.ops import domain_files

TODAY = date(2026, 11, 23)
RESPONSES = domain_files.responses()


def facts(**values: Value) -> Facts:
    """Facts by their names."""
    known = Facts()
    for name, value in values.items():
        known = known.learn(name, value)
    return known


def message(
    intent: str,
    text: str = "",
    *,
    entities: Mapping[str, Any] | None = None,
    reading: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    key: str = "m1",
) -> dict[str, Any]:
    """A message as Rasa parsed it: `entities` are facts as JSON by name, `reading` what the reader found beside them."""
    return {
        "intent": {"name": intent, "confidence": 1.0},
        "text": text,
        "message_id": key,
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "reading": dict(reading or {}),
        "metadata": {"today": TODAY.isoformat(), **(metadata or {})},
    }


def tracker_with(
    *,
    facts: Facts = Facts(),
    progress: Progress = Progress(),
    latest: Mapping[str, Any] | None = None,
    asked: str | None = None,
    slots: Mapping[str, Any] | None = None,
    conversation: str = "c1",
    channel: str = "web",
    rejected: bool = False,
) -> Tracker:
    """A tracker in which `asked` stands open and `latest` has just come in; `rejected`: the form has stepped aside for it."""
    filled = {
        **facts.to_json(),
        "fact_turns": {name: fact.turn for name, fact in facts.known.items() if fact.turn},
        "clarify": {name: list(candidates) for name, candidates in facts.clarify.items()},
        "progress": progress.to_json(),
        "requested_slot": asked,
        **(slots or {}),
    }
    events: list[dict[str, Any]] = [{"event": "action_execution_rejected"}, {"event": "user", "input_channel": channel}]
    if rejected:
        events.append({"event": "action_execution_rejected"})
    return Tracker(conversation, filled, dict(latest or message("inform")), events, False, None, {}, None)


@dataclass(frozen=True)
class Done:
    """What an action said and set."""

    utterances: list[dict[str, Any]]
    slots: dict[str, Any]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What it asks to have recorded."""
        return effects.from_json(self.slots.get(effects.SLOT))

    @property
    def said(self) -> list[str]:
        """The names of the responses, in the order in which they were said."""
        return [utterance["response"] for utterance in self.utterances]

    @property
    def progress(self) -> Progress:
        """How far the conversation has come now."""
        return Progress.from_json(self.slots["progress"])

    def filling(self, response: str) -> dict[str, Any]:
        """What one response, said once, was filled with."""
        (found,) = [utterance for utterance in self.utterances if utterance["response"] == response]
        return found


def run(action: Action, tracker: Tracker) -> Done:
    """Runs an action as the action server does. It touches no database; `recorded` keeps what it asks for.

    Whatever it says must stand in domain.yml, with all that the sentence needs filled in.
    """
    dispatcher = CollectingDispatcher()
    events = async_to_sync(action.run)(dispatcher, tracker, {})
    for utterance in dispatcher.messages:
        assert _missing(utterance) == set(), utterance["response"]
    return Done(dispatcher.messages, {event["name"]: event["value"] for event in events if event["event"] == "slot"})


def recorded(conversation: str, done: Done, *, key: str = "m1", words: str = "x") -> Done:
    """Keeps what an action asked for, as a turn does: for a message that was really received under `key`."""
    from leeward.records import turns
    from leeward.records.models import Message
    from leeward.records.services import messages

    row, _ = messages.message_receive(conversation_id=conversation, key=key, text=words, kind="text", language=None)
    turns.apply_effects(message=Message.objects.get(pk=row.id), effects=done.effects)
    return done


def _missing(utterance: dict[str, Any]) -> set[str]:
    """The placeholders of a response that neither the action nor a slot fills."""
    texts = [variation["text"] for variation in RESPONSES[utterance["response"]]]
    placeholders = {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}
    return placeholders - set(utterance) - set(domain_files.slots())

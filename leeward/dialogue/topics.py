"""The intents of the conversation as topics.yml lists them: topics that a person may raise, and dialogue acts."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from leeward.core.language import Language, Words
from leeward.nlu.normalization import normalize

FILE: Final = Path(__file__).with_name("topics.yml")
TOPIC_ACTION: Final = "action_answer_topic"
"""The action that says a topic's `say_…` response and adds the law of the state."""

REJECTION: Final = "the message has a rule of its own"
"""Why the form steps aside for a message; Rasa logs it as an error, and leeward/assistant/logging_config.py drops that line."""

_KINDS: Final = ("topic", "act")
_FIELDS: Final = frozenset(
    "kind label clarifiable answer taken_by_form options notes aspects from_estimate learned rule".split()
)
_ASPECT_FIELDS: Final = frozenset({"words", "notes"})
MOST_NOTES: Final = 2
"""How many notes of law one answer holds, so that it stays short enough to be read."""
_FLAGS: Final = ("clarifiable", "taken_by_form", "from_estimate", "learned")
_ANSWER_PREFIXES: Final = ("say_", "utter_", "action_")


class TopicsInvalid(Exception):
    """topics.yml has an entry that cannot be used: which one, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """What a question within a topic is about more closely: the words that tell it, and the notes of law that answer it."""

    words: re.Pattern[str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent.

    `answer` is the response or action that answers it, None where the form takes the message; `label` its name in a sentence
    (topics only); `clarifiable` whether it may be offered when a message is not understood; `options` the ids of
    leeward/law/options.yml whose effect on a deficiency belongs to the answer; `notes` the ids of leeward.law.notes that
    belong to it where no aspect is asked about; `aspects` what may be asked more closely; `from_estimate` whether the
    estimate answers it once it is due; `learned` whether data/nlu has examples of it; `rule` the name of its rule.
    """

    name: str
    kind: Literal["topic", "act"]
    rule: str
    answer: str | None
    label: Words | None = None
    clarifiable: bool = False
    options: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    from_estimate: bool = False
    learned: bool = True

    @property
    def taken_by_form(self) -> bool:
        """Whether the form itself handles the message, rather than a response or an action before it."""
        return self.answer is None

    def notes_on(self, text: str) -> tuple[str, ...]:
        """The ids of the notes that answer a question, at most MOST_NOTES: on what it asks about, else the topic's own."""
        normalized = normalize(text)
        asked = [name for aspect in self.aspects if aspect.words.search(normalized) for name in aspect.notes]
        return tuple(dict.fromkeys(asked or self.notes))[:MOST_NOTES]

    @property
    def action(self) -> str | None:
        """What its rule runs before the form: an action, or a response that is uttered as it stands. None: nothing."""
        return TOPIC_ACTION if self.answer is not None and self.answer.startswith("say_") else self.answer


@functools.cache
def intents() -> Mapping[str, Intent]:
    """Every intent by its name, in the order of topics.yml. Raises TopicsInvalid."""
    return load(FILE)


def load(path: Path) -> Mapping[str, Intent]:
    """The intents of one file. Raises TopicsInvalid, which names the entry and what is wrong with it."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(table, dict):
        raise TopicsInvalid(f"{path.name} needs one entry for each intent.")
    return {name: _intent(name, entry) for name, entry in table.items()}


def topics() -> frozenset[str]:
    """What a person may raise at any moment."""
    return _named(intent for intent in intents().values() if intent.kind == "topic")


def acts() -> frozenset[str]:
    """The conversation's own moves: answers, manners, wishes for its course."""
    return _named(intent for intent in intents().values() if intent.kind == "act")


def learned() -> frozenset[str]:
    """The intents that have examples in data/nlu."""
    return _named(intent for intent in intents().values() if intent.learned)


def clarifiable() -> frozenset[str]:
    """The topics that may be offered by name when a message is not understood."""
    return _named(intent for intent in intents().values() if intent.clarifiable)


def answered_by_rule() -> frozenset[str]:
    """The intents that a rule answers before the form asks its next question."""
    return _named(intent for intent in intents().values() if not intent.taken_by_form)


def label(topic: str, language: Language) -> str:
    """What a topic is called in a sentence or on a button. Raises KeyError for what is no topic."""
    words = intents()[topic].label
    if words is None:
        raise KeyError(f"{topic} is no topic and has no label")
    return words.in_language(language)


def _named(found: Iterator[Intent]) -> frozenset[str]:
    return frozenset(intent.name for intent in found)


def _intent(name: str, entry: Any) -> Intent:
    complaint = _complaint(entry)
    if complaint is not None:
        raise TopicsInvalid(f"topics.yml, {name}: {complaint}")
    words = entry.get("label")
    return Intent(
        name=name,
        kind=entry["kind"],
        rule=entry["rule"],
        answer=entry.get("answer"),
        label=Words(words["en"], words["es"]) if words else None,
        clarifiable=entry.get("clarifiable", False),
        options=tuple(entry.get("options", ())),
        notes=tuple(entry.get("notes", ())),
        aspects=tuple(_aspect(aspect) for aspect in entry.get("aspects", ())),
        from_estimate=entry.get("from_estimate", False),
        learned=entry.get("learned", True),
    )


def _aspect(aspect: Any) -> Aspect:
    return Aspect(_pattern(aspect["words"]), tuple(aspect["notes"]))


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


def _complaint(entry: Any) -> str | None:
    """What is wrong with an entry, if anything."""
    if not isinstance(entry, dict):
        return "needs its fields (kind, rule, answer …)."
    if strange := sorted(set(entry) - _FIELDS):
        return f"knows no {', '.join(strange)}."
    if entry.get("kind") not in _KINDS:
        return f"kind must be one of {', '.join(_KINDS)}."
    if not isinstance(entry.get("rule"), str):
        return "needs a rule, the name that its rule has in Rasa."
    if any(not isinstance(entry.get(flag, False), bool) for flag in _FLAGS):
        return f"{', '.join(_FLAGS)} are true or false."
    answer = entry.get("answer")
    if (answer is None) is not entry.get("taken_by_form", False):
        return "needs an answer, or taken_by_form: true, and not both."
    if answer is not None and not str(answer).startswith(_ANSWER_PREFIXES):
        return f"an answer begins with {', '.join(_ANSWER_PREFIXES)}."
    if (entry["kind"] == "topic") is not _is_label(entry.get("label")):
        return "a topic needs a label {en: …, es: …}, and a dialogue act has none."
    if entry.get("clarifiable") and entry["kind"] != "topic":
        return "only a topic can be clarifiable."
    if not all(_is_aspect(aspect) for aspect in entry.get("aspects", ())):
        return "an aspect needs its words (patterns) and its notes, both lists."
    return None


def _is_aspect(aspect: Any) -> bool:
    if not isinstance(aspect, dict) or set(aspect) != _ASPECT_FIELDS:
        return False
    if not all(isinstance(aspect[field], list) and aspect[field] for field in _ASPECT_FIELDS):
        return False
    try:
        _pattern(aspect["words"])
    except re.error:
        return False
    return True


def _is_label(words: Any) -> bool:
    return isinstance(words, dict) and set(words) == {"en", "es"} and all(isinstance(text, str) for text in words.values())

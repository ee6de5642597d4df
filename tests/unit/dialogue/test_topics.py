"""One table of intents: everything that must know them follows from it, so that a new topic cannot be half there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import yaml

from actions import answer_topics, update_slots
from leeward import law
from leeward.devtools import topic_files
from leeward.dialogue import intent_resolution, state_update, topics
from leeward.nlu.intent_classifier import load_examples
from leeward.ops import domain_files
from leeward.ops.paths import PROJECT

LANGUAGES = ("en", "es")


def test_every_intent_that_rasa_knows_stands_in_the_table_and_the_other_way_round() -> None:
    assert sorted(domain_files.intents()) == sorted(topics.intents())


def test_the_generated_files_are_what_the_table_gives() -> None:
    for path, content in topic_files.contents(topics.intents().values()).items():
        assert (PROJECT / path).read_text(encoding="utf-8") == content, f"run python -m leeward.devtools.topic_files ({path})"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_but_those_of_rules_alone_has_examples(language: str) -> None:
    assert {intent for _, intent in load_examples(PROJECT / "data" / "nlu" / language)} == topics.learned()


def test_every_answer_is_a_response_or_an_action_of_the_domain() -> None:
    known = set(domain_files.responses()) | set(domain_files.actions())
    answers = {name: intent.answer for name, intent in topics.intents().items() if intent.answer is not None}
    assert {name: answer for name, answer in answers.items() if answer not in known} == {}


def test_every_topic_has_a_name_in_both_languages() -> None:
    assert all(topics.label(topic, language) for topic in topics.topics() for language in ("en", "es"))  # type: ignore[arg-type]


def test_the_ways_out_of_a_topic_are_those_of_the_law() -> None:
    named = {option for intent in topics.intents().values() for option in intent.options}
    options = yaml.safe_load((law.HERE / "options.yml").read_text(encoding="utf-8"))["options"]
    assert named <= {option["id"] for option in options}


@pytest.mark.parametrize(
    "intents",
    [
        intent_resolution._STRICT_INTENTS,
        intent_resolution._ANSWER_INTENTS,
        {intent for _, intent in (*intent_resolution._ACT_INTENTS, *intent_resolution._SMALL_TALK)},
        state_update.NO_WISH_TO_GO_ON,
        set(state_update.HEARD_BY_A_RULE),
    ],
)
def test_rules_of_the_conversation_name_only_intents_of_the_table(intents: set[str]) -> None:
    assert intents <= set(topics.intents())


def test_a_message_is_never_offered_as_what_the_form_takes() -> None:
    assert topics.clarifiable() <= topics.topics() & topics.answered_by_rule()


def test_every_note_of_a_turn_has_a_response() -> None:
    assert {
        note for note in get_args(state_update.Note) if update_slots.response_to(note) not in domain_files.responses()
    } == set()


@pytest.mark.parametrize(
    ("asked", "response"),
    [
        ("state", "say_why_state"),
        ("safe_to_contact", "say_why_safe_to_contact"),
        ("phone", "say_why_contact"),
        ("consent_automated", "say_why_consent"),
        ("anything_else", "say_why_other"),
        (None, "say_why_other"),
    ],
)
def test_why_a_question_is_asked_is_said_for_itself_or_for_its_group(asked: str | None, response: str) -> None:
    assert answer_topics.why_response(asked) == response
    assert response in domain_files.responses()


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("{kind: subject, rule: r, answer: say_x}", "kind must be one of"),
        ("{kind: act, answer: say_x}", "needs a rule"),
        ("{kind: act, rule: r}", "needs an answer, or taken_by_form"),
        ("{kind: act, rule: r, answer: say_x, taken_by_form: true}", "and not both"),
        ("{kind: act, rule: r, answer: tell_x}", "an answer begins with"),
        ("{kind: topic, rule: r, answer: say_x}", "a topic needs a label"),
        ("{kind: topic, rule: r, answer: say_x, label: {en: x}}", "a topic needs a label"),
        ("{kind: act, rule: r, answer: say_x, clarifiable: true}", "only a topic can be clarifiable"),
        ("{kind: act, rule: r, answer: say_x, clarifiable: maybe}", "are true or false"),
        ("{kind: act, rule: r, answer: say_x, lable: x}", "knows no lable"),
        ("nothing", "needs its fields"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named_with_what_is_wrong(entry: str, complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "topics.yml"
    file.write_text(f"odd_one: {entry}\n", encoding="utf-8")
    with pytest.raises(topics.TopicsInvalid, match=f"odd_one: .*{complaint}"):
        topics.load(file)


# ------------------------------------------------------------------ a new topic

NEW_TOPIC = {
    "leeward/dialogue/topics.yml": """
eviction:
  kind: topic
  label: {en: having to move out, es: tener que mudarse}
  clarifiable: true
  answer: say_topic_eviction
  rule: "Eviction: how long one may stay"
""",
    "data/nlu/en/topics.yml": "\n  - intent: eviction\n    examples: |\n      - when do i have to be out of the house\n",
    "data/nlu/es/topics.yml": "\n  - intent: eviction\n    examples: |\n      - cuándo tengo que salirme de la casa\n",
    "domain/responses/topics.yml": """
  say_topic_eviction:
    - condition: *es
      text: Después de la venta suele haber un plazo para salir.
    - text: After the sale there is usually some time before you must leave.
""",
}
# What a program made of the copy's own code and data finds of the topic.
WHAT_IS_FOUND = """
import asyncio, json
from rasa.shared.importers.importer import TrainingDataImporter
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from leeward import records

records.setup()

from actions.answer_topics import ActionAnswerTopic
from actions.validate_intake_form import ValidateIntakeForm
from leeward.dialogue import topics
from leeward.ops.paths import PROJECT

rasa = TrainingDataImporter.load_from_config("config.yml", "domain.yml", ["data/rules"])
rules = {step.block_name: [str(event) for event in step.events] for step in rasa.get_stories().story_steps}
message = {"intent": {"name": "eviction"}, "entities": [], "text": "when must i be out"}
tracker = Tracker("00000000-0000", {}, message, [{"event": "user"}], False, None, {}, None)
dispatcher = CollectingDispatcher()
try:
    asyncio.run(ValidateIntakeForm().run(dispatcher, tracker, {}))
    aside = False
except ActionExecutionRejection:
    aside = True
asyncio.run(ActionAnswerTopic().run(dispatcher, tracker, {}))
domain = rasa.get_domain()
print(json.dumps({
    "project": str(PROJECT),
    "domain": "eviction" in domain.intents and "say_topic_eviction" in domain.responses,
    "rule": "action_answer_topic" in " ".join(rules["Eviction: how long one may stay"]),
    "label": topics.label("eviction", "es"),
    "offered": "eviction" in topics.clarifiable(),
    "examples": [path.read_text("utf-8").count("- intent: eviction") for path in sorted(PROJECT.glob("data/nlu/*/topics.yml"))],
    "form steps aside": aside,
    "answered with": [said["response"] for said in dispatcher.messages],
}))
"""


def in_copy(copy: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy), "LEEWARD_VAR": str(copy / "var"), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_topic_needs_its_entry_its_examples_in_two_languages_and_its_answer_and_nothing_else(tmp_path: Path) -> None:
    for name in ("leeward", "actions", "data", "domain"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    for name in ("domain.yml", "config.yml", "firm.yml", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    for name, addition in NEW_TOPIC.items():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(addition)
    in_copy(tmp_path, "-m", "leeward.devtools.topic_files")
    assert json.loads(in_copy(tmp_path, "-c", WHAT_IS_FOUND).splitlines()[-1]) == {
        "project": str(tmp_path),
        "domain": True,
        "rule": True,
        "label": "tener que mudarse",
        "offered": True,
        "examples": [1, 1],
        "form steps aside": True,
        "answered with": ["say_topic_eviction"],
    }

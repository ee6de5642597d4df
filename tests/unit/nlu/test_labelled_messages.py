"""The messages that teach what a story is about: each line says what it says by names that exist, and a bad one is named."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from leeward.core.facts import SPECS, UNKNOWN, value_from_json
from leeward.dialogue import topics
from leeward.dialogue.policy import OWN_QUESTIONS
from leeward.nlu.labelled_messages import ROLES, LabelledMessage, MessagesUnread, load_messages
from leeward.ops import paths

FOLDER = paths.PROJECT / "data" / "messages"
LINE = {
    "id": "a-1",
    "lang": "en",
    "asked": None,
    "on": "2026-11-28",
    "text": "they sold our place in Dayton last week, can they still want money",
    "facts": {"state": "OH", "stage": "sold"},
    "clarify": [],
    "topics": ["deficiency_question"],
    "crisis": False,
    "not": ["sale_date"],
    "marks": [["Dayton", "home"], ["last week", "sale_past"]],
    "kind": "after a sale",
}
# The question for a name asks for two facts; the case number is not asked yet.
ASKED = {*SPECS, *OWN_QUESTIONS, "name", "case_number"}


def written(folder: Path, *lines: dict[str, Any] | str) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "some.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def messages() -> tuple[LabelledMessage, ...]:
    return load_messages(FOLDER)


def test_there_are_messages_in_both_languages_and_each_has_its_own_id(messages: tuple[LabelledMessage, ...]) -> None:
    assert {message.lang for message in messages} == {"en", "es"}
    assert len({message.id for message in messages}) == len(messages)


def test_no_message_is_there_twice(messages: tuple[LabelledMessage, ...]) -> None:
    said = Counter((message.text.casefold(), message.asked) for message in messages)
    assert [text for text, times in said.items() if times > 1] == []


def test_topics_and_facts_are_told_by_names_that_exist(messages: tuple[LabelledMessage, ...]) -> None:
    for message in messages:
        assert set(message.topics) <= topics.topics(), message.id
        assert {*message.facts, *message.clarify, *message.without} <= {*SPECS, *OWN_QUESTIONS, "case_number"}, message.id
        assert message.asked is None or message.asked in ASKED, message.id


def test_a_mark_is_a_stretch_of_its_message_with_a_role_that_exists(messages: tuple[LabelledMessage, ...]) -> None:
    for message in messages:
        assert all(stretch in message.text and role in ROLES for stretch, role in message.marks), message.id


def test_a_fact_that_is_told_is_none_that_must_not_be_set(messages: tuple[LabelledMessage, ...]) -> None:
    assert [message.id for message in messages if set(message.facts) & set(message.without)] == []


def test_a_value_is_one_that_the_fact_can_hold_or_a_day_known_to_its_month_or_year(
    messages: tuple[LabelledMessage, ...],
) -> None:
    for message in messages:
        for name, value in message.facts.items():
            if name not in SPECS or value == UNKNOWN.value or (isinstance(value, str) and len(value) in (4, 7)):
                continue
            value_from_json(SPECS[name], value)


def test_a_line_is_read_as_it_stands(tmp_path: Path) -> None:
    (message,) = load_messages(written(tmp_path, LINE))
    assert (message.text, message.topics, message.without) == (LINE["text"], ("deficiency_question",), ("sale_date",))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "some.jsonl, line 2"),
        ({**LINE, "lang": "fr"}, "lang"),
        ({**LINE, "mood": "sad"}, "mood"),
        ({**LINE, "on": "now"}, "on"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: dict[str, Any] | str, named: str) -> None:
    with pytest.raises(MessagesUnread, match="line 2") as caught:
        load_messages(written(tmp_path, LINE, line))
    assert named in str(caught.value)

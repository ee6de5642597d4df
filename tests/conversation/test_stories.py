"""Every story in stories/*.yml, told to the running assistant. docs/testing.md says how to read and write one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from harness import Person, Stack, Texter

from leeward.sms.segments import LIMIT, to_gsm7

STORIES = sorted((Path(__file__).parent / "stories").glob("*.yml"))
KNOWN_CHECKS = {
    "says",
    "taps",
    "hears",
    "never",
    "asks",
    "buttons",
    "facts",
    "no_fact",
    "paused",
    "case",
    "language",
    "reloads",
    "returns",
    "ended",
    "by_text",
}


def _stories() -> list[Any]:
    return [
        pytest.param(story, id=f"{path.stem}: {story['story']}")
        for path in STORIES
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("story", _stories())
def test_story(stack: Stack, story: dict[str, Any]) -> None:
    person = Person(stack, story.get("language", "en"))
    person.open()
    _check(person, story.get("opens", {}), "the opening")
    for number, turn in enumerate(story["turns"], 1):
        place = f"turn {number} ({turn.get('says') or turn.get('taps') or 'reload'})"
        unknown = set(turn) - KNOWN_CHECKS
        assert not unknown, f"{place} has unknown words: {unknown}"
        if "says" in turn:
            person.says(str(turn["says"]))
        elif "reloads" in turn:
            person.reloads()
        elif "returns" in turn:
            person.returns()
        elif "taps" in turn:
            assert turn["taps"] in person.buttons, f"{place}: the buttons are {person.buttons}"
            person.says(turn["taps"], key="choice")
        _check(person, turn, place)
        if "ended" in turn:
            person.says("hello")
            assert person.status == 401, f"{place}: the chat goes on with {person.status}"


@pytest.mark.parametrize("story", _stories())
def test_story_by_text(stack: Stack, story: dict[str, Any]) -> None:
    person = Texter(stack, story.get("language", "en"))
    person.open()
    opens = story.get("opens", {})
    _check(person, {**opens, **opens.get("by_text", {})}, "the opening")
    for number, turn in enumerate(story["turns"], 1):
        instead = turn.get("by_text", {})
        turn = {key: value for key, value in turn.items() if not ("says" in instead and key == "taps")} | instead
        place = f"turn {number} ({turn.get('says') or turn.get('taps') or 'comes back'})"
        if "first" in turn:
            person.says(turn["first"])
        if "says" in turn:
            person.says(str(turn["says"]))
        elif "taps" in turn:
            assert turn["taps"] in person.buttons, f"{place}: the choices are {person.buttons}"
            person.says(turn["taps"], key="choice")
        else:
            # There is no page to load again; whoever comes back just writes.
            person.open()
        _check(person, turn, place)
        assert all(len(text) <= LIMIT for text in person.texts), f"{place}: a text is too long"
        if "ended" in turn:
            person.open()
            assert person.state["facts"].keys() <= {"language"}, f"{place}: something is left"


def _check(person: Person | Texter, turn: dict[str, Any], place: str) -> None:
    said = to_gsm7 if isinstance(person, Texter) else str
    for words in _list(turn.get("hears")):
        assert said(words) in person.text, f"{place}: {words!r} is not in\n{person.text}"
    for words in _list(turn.get("never")):
        assert said(words) not in person.text, f"{place}: {words!r} is in\n{person.text}"
    for title in _list(turn.get("buttons")):
        assert title in person.buttons, f"{place}: {title!r} is not among {person.buttons}"
    if "asks" in turn:
        assert person.asked == turn["asks"], f"{place}: asked {person.asked}, in\n{person.text}"
    for name, value in turn.get("facts", {}).items():
        assert person.state["facts"].get(name) == value, f"{place}: {name} is {person.state['facts'].get(name)!r}"
    for name in _list(turn.get("no_fact")):
        assert name not in person.state["facts"], f"{place}: {name} is {person.state['facts'][name]!r}"
    if "paused" in turn:
        assert person.state["paused"] is turn["paused"], place
    if "language" in turn:
        assert person.state["language"] == turn["language"], place
    if "case" in turn:
        assert (person.state["case"] is not None) is turn["case"], f"{place}: the case is {person.state['case']}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

"""Slots to facts and back again, without loss."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rasa_sdk.events import SlotSet
from trackers import TODAY, facts, message, tracker_with

from actions.conversation_state import intent_of, slots_for, state_name, state_of
from leeward.core.facts import SPECS, UNKNOWN, Facts, Range
from leeward.dialogue.policy import Progress

KNOWN = (
    facts(language="es", state="IL", second_lien=UNKNOWN, has_lawyer=False)
    .learn("balance_owed", Range(Decimal(200_000), Decimal(220_000)), "m1")
    .learn("sale_date", date(2026, 12, 1), "m2")
    .ask_again("stage", ("notice", "served"))
)


def test_a_state_that_was_written_into_slots_comes_back_whole() -> None:
    progress = Progress(urgent=True, ask_counts={"goal": 2}).with_announced("options")
    events = slots_for(Facts(), KNOWN, progress)
    slots = {event["name"]: event["value"] for event in events}
    state = state_of(tracker_with(slots=slots))
    assert (state.facts, state.progress) == (KNOWN, progress)


def test_only_slots_that_changed_are_set() -> None:
    events = slots_for(KNOWN, KNOWN.learn("balance_owed", Decimal(210_000)).forget("has_lawyer"), Progress())
    changed = [event for event in events if event["name"] in SPECS]
    assert changed == [SlotSet("balance_owed", 210_000), SlotSet("has_lawyer", None)]
    assert "state_name" not in {event["name"] for event in events}


def test_today_is_the_day_that_the_channel_names() -> None:
    assert state_of(tracker_with(latest=message("inform"))).today == TODAY


@pytest.mark.parametrize(
    ("known", "name"), [(Facts(), None), (facts(state="NM"), "New Mexico"), (facts(state="NM", language="es"), "Nuevo México")]
)
def test_a_state_is_named_in_the_persons_language(known: Facts, name: str | None) -> None:
    assert state_name(known) == name


@pytest.mark.parametrize(
    ("latest", "intent"),
    [
        (message("short_sale"), "short_sale"),
        (message("greet", metadata={"opening": True}), "opening"),
        ({"intent": None, "metadata": None}, "nlu_fallback"),
        ({}, "nlu_fallback"),
    ],
)
def test_the_intent_of_a_message_nobody_wrote_is_the_opening_and_of_one_not_parsed_a_fallback(
    latest: dict[str, Any], intent: str
) -> None:
    tracker = tracker_with()
    tracker.latest_message = latest
    assert intent_of(tracker) == intent

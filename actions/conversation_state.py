"""Conversion between Rasa's tracker and the core's types: facts and progress from slots, and slot events from both."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from leeward.assessment.deficiency import estimate
from leeward.assessment.model import Estimate
from leeward.assessment.serialization import estimate_to_json
from leeward.assessment.triage import Triage, triage
from leeward.core.facts import SPECS, Facts
from leeward.core.firm import Firm, firm
from leeward.core.language import Language
from leeward.dialogue import effects
from leeward.dialogue.effects import Effect
from leeward.dialogue.policy import Progress
from leeward.law import law_for
from leeward.law.model import Jurisdiction


@dataclass(frozen=True)
class State:
    """One conversation as an action sees it: its facts, how far it has come, and what follows from both."""

    conversation: str
    facts: Facts
    progress: Progress
    today: date

    @property
    def language(self) -> Language:
        """The person's language."""
        return "es" if self.facts.get("language") == "es" else "en"

    @property
    def firm(self) -> Firm:
        """The firm this assistant speaks for."""
        return firm()

    @functools.cached_property
    def law(self) -> Jurisdiction | None:
        """The law of the home's state, if the state is known."""
        return law_for(self.facts)

    @functools.cached_property
    def estimate(self) -> Estimate:
        """What the facts and the law come to."""
        return estimate(self.facts, on=self.today, law=self.law)

    @functools.cached_property
    def triage(self) -> Triage:
        """How urgent this is for staff."""
        return triage(
            self.facts,
            self.estimate,
            on=self.today,
            law=self.law,
            crisis=self.progress.crisis,
            danger=self.progress.danger,
            wants_person="wants_contact" in self.progress.yes,
        )

    def with_progress(self, progress: Progress) -> State:
        """The same conversation, further on."""
        return State(self.conversation, self.facts, progress, self.today)


def state_of(tracker: Tracker) -> State:
    """The state that a tracker's slots hold."""
    values = {name: tracker.get_slot(name) for name in SPECS}
    facts = Facts.from_json(values, tracker.get_slot("fact_turns"))
    for name, candidates in (tracker.get_slot("clarify") or {}).items():
        facts = facts.ask_again(name, tuple(candidates))
    metadata = tracker.latest_message.get("metadata") or {}
    today = metadata.get("today")
    on = date.fromisoformat(today) if today else datetime.now(ZoneInfo(firm().timezone)).date()
    return State(tracker.sender_id, facts, Progress.from_json(tracker.get_slot("progress")), on)


def slots_for(before: Facts, after: Facts, progress: Progress) -> list[EventType]:
    """Slot events for all that changed between two sets of facts, and for the progress."""
    old, new = before.to_json(), after.to_json()
    events = [SlotSet(name, new.get(name)) for name in SPECS if old.get(name) != new.get(name)]
    turns = {name: fact.turn for name, fact in after.known.items() if fact.turn}
    clarify = {name: list(candidates) for name, candidates in after.clarify.items()}
    events += [SlotSet("fact_turns", turns), SlotSet("clarify", clarify), SlotSet("progress", progress.to_json())]
    if after.get("state") != before.get("state") or after.get("language") != before.get("language"):
        events.append(SlotSet("state_name", state_name(after)))
    return events


def effects_slot(tracker: Tracker, *asked: Effect) -> EventType:
    """The slot event that adds effects to those that this turn's earlier actions asked for."""
    return SlotSet(effects.SLOT, [*(tracker.get_slot(effects.SLOT) or []), *effects.to_json(asked)])


def situation(state: State) -> effects.UpdateConversation:
    """What is known now, to be recorded."""
    facts, progress = state.facts, state.progress
    return effects.UpdateConversation(
        facts=facts.to_json(),
        fact_turns={name: fact.turn for name, fact in facts.known.items() if fact.turn},
        clarify={name: list(candidates) for name, candidates in facts.clarify.items()},
        estimate=estimate_to_json(state.estimate),
        language=state.language,
        paused=progress.paused,
        crisis=progress.crisis,
        danger=progress.danger,
        wants_person="wants_contact" in progress.yes,
    )


def open_case(state: State) -> effects.OpenCase:
    """The case with its urgency and contact as they are now."""
    return effects.OpenCase(facts=state.facts.to_json(), triage=state.triage.to_json())


def state_name(facts: Facts) -> str | None:
    """The home's state by name, in the person's language."""
    found = law_for(facts)
    return None if found is None else found.name.in_language("es" if facts.get("language") == "es" else "en")


def latest(tracker: Tracker) -> dict[str, Any]:
    """The latest message as Rasa parsed it."""
    message: dict[str, Any] = tracker.latest_message
    return message


def intent_of(tracker: Tracker) -> str:
    """The name of the latest message's intent; the opening of a conversation, which no one wrote, is "opening"."""
    if (latest(tracker).get("metadata") or {}).get("opening"):
        return "opening"
    return str((latest(tracker).get("intent") or {}).get("name") or "nlu_fallback")

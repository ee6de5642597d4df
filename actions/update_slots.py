"""Taking in a message: the one place where slots are filled, whatever question was asked.

Rasa runs this action before any other on every message (its name is Rasa's own). Facts reach it as entities, from the
reader's words or from a button.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.announcements import firm_slots, hours_text, phone_text
from actions.conversation_state import State, effects_slot, intent_of, latest, open_case, situation, slots_for, state_of
from leeward.core import formatting
from leeward.core.facts import SPECS, Facts, value_from_json
from leeward.dialogue.effects import Effect, RecordConsent, RevokeContact
from leeward.dialogue.state_update import Change, TurnResult, UserTurn, apply_turn
from leeward.nlu import consent_answers, opt_out

SAID_BY_NOTE = {
    "must_be_clear": "say_consent_must_be_clear",
    "no_contact": "say_no_contact",
    "go_ahead": "say_go_ahead",
    "goodbye": "utter_goodbye",
    "rest": "say_rest",
    "already_with_staff": "say_already_with_staff",
    "contact_first": "say_contact_first",
    "revoked": "say_revoked",
    "check_in": "say_check_in",
    "erased": "say_erased",
    "kept": "say_kept",
    "noted": "say_noted",
    "scam": "say_scam",
    "elder": "say_elder",
    "distress": "utter_distress",
}


class ActionTake(Action):
    """Fills the slots from the latest message and says what was corrected or could not be taken."""

    def name(self) -> str:
        """Rasa's name for the action that fills slots on every message."""
        return "action_validate_slot_mappings"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Slot events for what the message taught."""
        before = state_of(tracker)
        user_turn = heard_in(tracker)
        taken = apply_turn(before.facts, before.progress, user_turn)
        after = State(before.conversation, taken.facts, taken.progress, before.today)
        _say(dispatcher, tracker, before, after, taken)
        events = slots_for(before.facts, taken.facts, taken.progress)
        events.append(effects_slot(tracker, *_effects(after, taken, tracker)))
        if tracker.get_slot("firm") is None:
            events += firm_slots(after)
        elif before.language != after.language:
            events.append(SlotSet("firm_hours", hours_text(after.firm, after.language)))
        return events


def heard_in(tracker: Tracker) -> UserTurn:
    """The latest message as leeward.dialogue.state_update wants it."""
    message = latest(tracker)
    reading: dict[str, Any] = message.get("reading") or {}
    turn = str(message.get("message_id") or "")
    facts = Facts()
    metadata = message.get("metadata") or {}
    if metadata.get("opening"):
        facts = facts.learn("language", metadata["language"])
    for entity in message.get("entities") or []:
        name = entity["entity"]
        if name in SPECS:
            facts = facts.learn(name, value_from_json(SPECS[name], entity["value"]), turn)
    for name, candidates in (reading.get("clarify") or {}).items():
        facts = facts.ask_again(name, tuple(candidates))
    corrections = [item["value"] for item in reading.get("amounts") or [] if item["role"] == "correction"]
    intent = intent_of(tracker)
    return UserTurn(
        intent=intent,
        turn=turn,
        asked=metadata["asked"] if "asked" in metadata else tracker.get_slot("requested_slot"),
        facts=facts,
        correction=value_from_json(SPECS["balance_owed"], corrections[0]) if corrections else None,
        clear_answer=_clear_answer(message, intent),
        language=reading.get("language"),
        crisis=bool(reading.get("crisis")),
        danger=bool(reading.get("danger")),
        possible_crisis=bool(reading.get("possible_crisis")),
        warnings=tuple(name for name in ("distress", "scam", "elder") if reading.get(name)),
        revokes=intent == "stop" and opt_out.revokes_contact(str(message.get("text") or "")),
    )


def _clear_answer(message: dict[str, Any], intent: str) -> consent_answers.Answer:
    text = str(message.get("text") or "")
    if text.startswith("/"):
        return "yes" if intent == "affirm" else "no" if intent == "deny" else "unclear"
    return consent_answers.answer(text)


def _say(dispatcher: CollectingDispatcher, tracker: Tracker, before: State, after: State, taken: TurnResult) -> None:
    """Safety first, then what was wrong with what they gave, then what changed."""
    reading = latest(tracker).get("reading") or {}
    language = before.language
    if intent_of(tracker) == "crisis":
        # What only the topic model heard counts as a cry for help; danger alone is answered as danger.
        if reading.get("crisis") or not reading.get("danger"):
            dispatcher.utter_message(response="say_crisis_again" if before.progress.crisis else "say_crisis")
        if reading.get("danger"):
            dispatcher.utter_message(response="say_danger")
    if reading.get("secret") or (latest(tracker).get("metadata") or {}).get("masked"):
        dispatcher.utter_message(response="say_secret_masked")
    for fact, reason in reading.get("rejected") or []:
        dispatcher.utter_message(response=f"say_rejected_{fact}", reason=formatting.rejection(reason, language))
    for change in taken.changes:
        dispatcher.utter_message(
            response="say_changed",
            what=formatting.fact_name(change.name, language),
            value=_value(after, change),
        )
    for note in taken.notes:
        dispatcher.utter_message(response=SAID_BY_NOTE[note], firm_phone=phone_text(before.firm))


def _value(after: State, change: Change) -> str:
    """The new value in words; a state by its name."""
    if change.name == "state" and after.law is not None:
        return after.law.name.in_language(after.language)
    return formatting.fact_value(SPECS[change.name], change.value, after.language)


def _effects(after: State, taken: TurnResult, tracker: Tracker) -> Iterator[Effect]:
    """What is to be recorded of this message."""
    yield situation(after)
    channel = tracker.get_latest_input_channel() or "web"
    shown = tracker.get_slot("consent_shown") or {}
    for name, given in (taken.consents or {}).items():
        if shown.get("question") == name:
            yield RecordConsent(given=given, words=_words(latest(tracker)), channel=channel, **shown)
    if taken.revoked:
        phone = after.facts.get("phone")
        yield RevokeContact(
            words=str(latest(tracker).get("text") or ""),
            language=after.language,
            channel=channel,
            phone=phone if isinstance(phone, str) else None,
        )
    progress = after.progress
    if progress.crisis or progress.danger or "wants_contact" in progress.yes:
        yield open_case(after)


def _words(message: dict[str, Any]) -> str:
    """What the person wrote, or the title that they tapped."""
    return str((message.get("metadata") or {}).get("words") or message.get("text") or "")

"""Slot filling: the one action that sets slots, whatever question was asked.

Rasa runs it before any other action on every message (its name is Rasa's own). Facts arrive as entities, from the reader or
from a button's payload.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.announcements import firm_slots, hours_text
from actions.conversation_state import State, intent_of, latest, slots_for, state_of
from leeward.assessment.serialization import estimate_to_json
from leeward.compliance.consent_text import ConsentShown
from leeward.core import formatting
from leeward.core.facts import SPECS, Facts, value_from_json
from leeward.dialogue.state_update import SIGNALS, Change, Note, TurnResult, UserTurn, apply_turn
from leeward.nlu import consent_answers, opt_out
from leeward.ops import domain_files
from leeward.records import opt_outs
from leeward.records.services import cases, consents, contacts, conversations


class ActionTake(Action):
    """Fills the slots from the latest message and reports corrections and rejected values."""

    def name(self) -> str:
        """Rasa's name for the action that fills slots on every message."""
        return "action_validate_slot_mappings"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Slot events for the facts and the progress after the message."""
        before = state_of(tracker)
        user_turn = heard_in(tracker)
        taken = apply_turn(before.facts, before.progress, user_turn)
        after = State(before.conversation, taken.facts, taken.progress, before.today)
        _say(dispatcher, tracker, before, after, taken)
        await sync_to_async(_record)(after, taken, tracker)
        events = slots_for(before.facts, taken.facts, taken.progress)
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
        asked=tracker.get_slot("requested_slot"),
        facts=facts,
        correction=value_from_json(SPECS["balance_owed"], corrections[0]) if corrections else None,
        clear_answer=_clear_answer(message, intent),
        language=reading.get("language"),
        crisis=bool(reading.get("crisis")),
        danger=bool(reading.get("danger")),
        possible_crisis=bool(reading.get("possible_crisis")),
        warnings=tuple(name for name in SIGNALS if reading.get(name)),
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
        dispatcher.utter_message(response=response_to(note), firm_phone=before.firm.phone_display)


def response_to(note: Note) -> str:
    """The response that says a note of apply_turn: say_NOTE, or where a rule says it too, utter_NOTE."""
    said = f"say_{note}"
    return said if said in domain_files.responses() else f"utter_{note}"


def _value(after: State, change: Change) -> str:
    """The new value in words; a state by its name."""
    if change.name == "state" and after.law is not None:
        return after.law.name.in_language(after.language)
    return formatting.fact_value(SPECS[change.name], change.value, after.language)


def _record(after: State, taken: TurnResult, tracker: Tracker) -> None:
    """Stores what is known now; every write may be repeated for the same message without harm."""
    progress = after.progress
    conversations.conversation_update(
        conversation_id=after.conversation,
        facts=after.facts,
        estimate=estimate_to_json(after.estimate),
        language=after.language,
        paused=progress.paused,
        crisis=progress.crisis,
        danger=progress.danger,
        wants_person="wants_contact" in progress.yes,
    )
    shown = ConsentShown.from_json(tracker.get_slot("consent_shown"))
    for name, given in (taken.consents or {}).items():
        if shown is not None and shown.question == name:
            consents.consent_record(
                conversation_id=after.conversation,
                kind=shown.kind,
                given=given,
                text=shown.text,
                version=shown.version,
                words=_words(latest(tracker)),
                language=shown.language,
                channel=tracker.get_latest_input_channel() or "web",
                phone=shown.phone,
                message_key=str(latest(tracker).get("message_id") or ""),
            )
    if taken.revoked:
        _revoke(after, tracker)
    if progress.crisis or progress.danger or "wants_contact" in progress.yes:
        contacts.contact_save(conversation_id=after.conversation, facts=after.facts)
        cases.case_open(conversation_id=after.conversation, triage=after.triage.to_json())


def _words(message: dict[str, Any]) -> str:
    """What the person wrote, or the title that they tapped."""
    return str((message.get("metadata") or {}).get("words") or message.get("text") or "")


def _revoke(after: State, tracker: Tracker) -> None:
    """Keeps that nobody may call or write any more, in the person's own words, on every channel at once."""
    message = latest(tracker)
    words = str(message.get("text") or "")
    channel = tracker.get_latest_input_channel() or "web"
    phone = after.facts.get("phone")
    number = phone if isinstance(phone, str) else None
    if number is not None:
        opt_outs.opt_out_record(phone=number, channel=channel, words=words)
    consents.consents_take_back(
        conversation_id=after.conversation,
        kinds=("contact", "automated"),
        words=words,
        language=after.language,
        channel=channel,
        phone=number,
        message_key=str(message.get("message_id") or ""),
    )

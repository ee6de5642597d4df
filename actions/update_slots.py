"""Slot filling: the one action that sets slots, whatever question was asked.

Rasa runs it before any other action on every message (its name is Rasa's own). Facts arrive as entities, from the reader or
from a button's payload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.announcements import firm_slots, hours_text
from actions.conversation_state import State, effects_slot, intent_of, latest, open_case, situation, slots_for, state_of
from leeward.compliance.consent_text import ConsentShown
from leeward.core import formatting, stages
from leeward.core.facts import SPECS, Facts, Value, value_from_json
from leeward.dialogue.effects import Effect, RecordConsent, ReplaceWay, RevokeContact
from leeward.dialogue.state_update import SIGNALS, Change, Note, TurnResult, UserTurn, apply_turn
from leeward.nlu import consent_answers, opt_out
from leeward.ops import domain_files


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
    facts = _after_the_sale(facts, tracker)
    intent = intent_of(tracker)
    shown = ConsentShown.from_json(tracker.get_slot("consent_shown"))
    asked = metadata["asked"] if "asked" in metadata else tracker.get_slot("requested_slot")
    words = str(message.get("text") or "")
    stops: dict[str, str] = metadata.get("stops") or {}
    return UserTurn(
        intent=intent,
        turn=turn,
        asked=asked,
        facts=facts,
        correction=_correction(reading),
        clear_answer=_clear_answer(message, intent),
        language=reading.get("language"),
        crisis=bool(reading.get("crisis")),
        danger=bool(reading.get("danger")),
        possible_crisis=bool(reading.get("possible_crisis")),
        warnings=tuple(name for name in SIGNALS if reading.get(name)),
        # Who cries for help and wants no calls is answered, and not called.
        revokes=intent in ("stop", "crisis") and opt_out.revokes_contact(words),
        consent_way=shown.way if shown is not None and shown.question == asked else None,
        prefers=consent_answers.preferred_way(words),
        opted_out=frozenset(phone for phone, channel in stops.items() if channel != "web"),
        stopped_on_web=frozenset(phone for phone, channel in stops.items() if channel == "web"),
        taken_back=frozenset((f"consent_{kind}", way) for kind, way in metadata.get("taken_back") or ()),
    )


def _after_the_sale(heard: Facts, tracker: Tracker) -> Facts:
    """What was heard of a sale that has happened: its date is the day it was sold on, and that is never a day to come."""
    state = state_of(tracker)
    sale = heard.get("sale_date")
    if not isinstance(sale, date) or (heard.get("stage") or state.facts.get("stage")) not in stages.AFTER_SALE:
        return heard
    if sale > state.today and _names_the_year(str(latest(tracker).get("text") or ""), sale.year):
        # A sale that is still to come, whatever was told before: on no day has it been sold.
        return heard
    # Without a year, the reader takes a sale to be in the future; after it, that was a year before.
    sold_on = sale if sale <= state.today else sale - relativedelta(years=1)
    turn = heard.known["sale_date"].turn
    heard = heard.forget("sale_date")
    return heard if heard.is_answered("sold_on") else heard.learn("sold_on", sold_on, turn)


def _names_the_year(text: str, year: int) -> bool:
    """Whether a year was spoken: in full, or as the last part of a date in figures."""
    return re.search(rf"\b{year}\b|[/.-]{year % 100:02d}\b", text) is not None


def _correction(reading: dict[str, Any]) -> Value | None:
    """The amount (USD) that replaces an earlier one, if there is one that a fact could hold."""
    for amount in reading.get("amounts") or []:
        if amount["role"] == "correction":
            try:
                return value_from_json(SPECS["balance_owed"], amount["value"])
            except ValueError:
                return None
    return None


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


def _effects(after: State, taken: TurnResult, tracker: Tracker) -> Iterator[Effect]:
    """What is to be recorded of this message."""
    yield situation(after)
    channel = tracker.get_latest_input_channel() or "web"
    shown = ConsentShown.from_json(tracker.get_slot("consent_shown"))
    for name, given in (taken.consents or {}).items():
        if shown is not None and shown.question == name:
            yield RecordConsent(shown.to_json(), given=given, words=_words(latest(tracker)), channel=channel)
    if taken.revoked:
        phone = after.facts.get("phone")
        yield RevokeContact(
            words=_words(latest(tracker)),
            language=after.language,
            channel=channel,
            phone=phone if isinstance(phone, str) else None,
        )
    for way in taken.replaced:
        yield ReplaceWay(way, words=_words(latest(tracker)), language=after.language, channel=channel)
    progress = after.progress
    if progress.crisis or progress.danger or "wants_contact" in progress.yes:
        yield open_case(after)


def _words(message: dict[str, Any]) -> str:
    """What the person wrote, or the title that they tapped."""
    return str((message.get("metadata") or {}).get("words") or message.get("text") or "")

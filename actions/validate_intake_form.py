"""The intake form's validation: yield to a rule, send the announcements that are due, choose the next question."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.types import DomainDict

from actions.announcements import tell_what_is_due
from actions.conversation_state import State, effects_slot, intent_of, latest, open_case, state_of
from leeward.core.facts import SPECS
from leeward.dialogue import topics
from leeward.dialogue.policy import LEFT_WHEN_UNANSWERED, MOST_ASKS, Progress, leave_open, next_question
from leeward.ops import domain_files

MISSES_BEFORE_CHOICES = 2
MISSES_BEFORE_PERSON = 3


class ValidateIntakeForm(Action):
    """Chooses the next question (leeward.dialogue.policy); Rasa's form then asks it with utter_ask_… or action_ask_…."""

    def name(self) -> str:
        """Rasa's name for what the intake form runs before it asks."""
        return "validate_intake_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Slot events for the question to ask (`requested_slot`), its wording, and the progress after the announcements.

        Raises ActionExecutionRejection when a rule answers the message (leeward/dialogue/topics.yml) and has not run yet.
        """
        if intent_of(tracker) in topics.answered_by_rule() and not _already_rejected(tracker):
            raise ActionExecutionRejection("intake_form", topics.REJECTION)
        state = state_of(tracker)
        if (latest(tracker).get("reading") or {}).get(
            "clarification_candidates"
        ) and state.progress.consecutive_fallbacks < MISSES_BEFORE_PERSON:
            # One question at a time: what they meant comes first, and the thread is picked up after it.
            return [SlotSet("requested_slot", "idle")]
        consecutive_fallbacks = state.progress.consecutive_fallbacks
        state = _without_dead_end(dispatcher, state, tracker.get_slot("requested_slot"))
        progress = tell_what_is_due(dispatcher, state)
        handed_off = "handoff" in progress.announced - state.progress.announced
        state = state.with_progress(progress)
        question = next_question(state.facts, state.estimate, progress)
        if progress.ask_counts.get(question.name, 0) >= MOST_ASKS and question.name in LEFT_WHEN_UNANSWERED:
            progress = leave_open(state.facts, progress, question.name)
            if question.name in SPECS:
                dispatcher.utter_message(response="say_left_for_now")
            question = next_question(state.facts, state.estimate, progress)
        asked_before = progress.ask_counts.get(question.name, 0)
        asks = {**progress.ask_counts, question.name: asked_before + 1}
        return [
            *([effects_slot(tracker, open_case(state))] if handed_off else []),
            SlotSet("progress", replace(progress, ask_counts=asks).to_json()),
            SlotSet("prompt_variant", _prompt_variant(question.name, asked_before, progress, consecutive_fallbacks)),
            SlotSet("requested_slot", question.name),
        ]


def _prompt_variant(question: str, asked_before: int, progress: Progress, consecutive_fallbacks: int) -> str:
    """Which wording of a question to use: never the last one again, and choices to tap after repeated misunderstandings."""
    # Once it is clear that there is a second loan, its amount is asked in words of its own, without choices.
    variants = domain_files.prompt_variants(question)
    may_have_choices = "choices" in variants and question not in progress.yes
    if may_have_choices and (consecutive_fallbacks == MISSES_BEFORE_CHOICES or asked_before % 3 == 2):
        return "choices"
    if "third" in variants:
        return ("first", "again", "third")[asked_before % 3]
    return ("first", "again")[asked_before % 2]


def _without_dead_end(dispatcher: CollectingDispatcher, state: State, asked: str | None) -> State:
    """After several messages in a row that were not understood, a person is offered and the question is left for now."""
    if state.progress.consecutive_fallbacks < MISSES_BEFORE_PERSON:
        return state
    dispatcher.utter_message(response="say_unclear_person", firm_phone=state.firm.phone_display)
    progress = replace(state.progress, consecutive_fallbacks=0)
    return state.with_progress(progress.with_skipped(asked) if asked is not None and asked in SPECS else progress)


def _already_rejected(tracker: Tracker) -> bool:
    """Whether the form has already stepped aside for this message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action_execution_rejected":
            return True
    return False

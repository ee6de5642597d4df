"""Answers to what a person asks in between: topics, why we ask, how we know, what we have, starting over."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.announcements import fitting_options, noted_in, tell_estimate, tell_option
from actions.conversation_state import State, effects_slot, intent_of, latest, situation, slots_for, state_name, state_of
from actions.validate_intake_form import MISSES_BEFORE_PERSON
from leeward.assessment.options import options
from leeward.core import formatting, stages
from leeward.core.facts import Facts
from leeward.core.language import Words
from leeward.dialogue import topics
from leeward.dialogue.policy import CONSENTS, CONTACT, Progress, estimate_is_due
from leeward.dialogue.topics import Intent
from leeward.law.model import Jurisdiction
from leeward.ops import domain_files


class ActionAnswerTopic(Action):
    """Answers a topic in general, and with the law of the state where it is known."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_answer_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the answer; what it told of the estimate is not told again."""
        state = state_of(tracker)
        topic = intent_of(tracker)
        intent = topics.intents()[topic]
        how_long = "how_long" in (latest(tracker).get("reading") or {}).get("acts", [])
        if intent.from_estimate and not how_long and estimate_is_due(state.facts, state.progress):
            if topic == "walk_away":
                dispatcher.utter_message(response=intent.answer)
            if _estimate_told(state.progress):
                tell_estimate(dispatcher, state, in_full=False)
            return []
        if not (how_long and state.law):
            dispatcher.utter_message(response=intent.answer)
        if topic == "bankruptcy" and state.firm.debt_relief_agency:
            dispatcher.utter_message(response="say_debt_relief_agency")
        shortfall = state.estimate.shortfall
        if topic == "tax_question" and shortfall is not None and shortfall.high > 0:
            dispatcher.utter_message(response="say_tax_in_your_case", amount=formatting.money(shortfall.high))
        ends = state.estimate.deadline_ends
        if how_long and ends is not None:
            dispatcher.utter_message(response="say_deadline_ends", day=formatting.day(ends, state.language))
        for words in _law_on(intent, state, asks_how_long=how_long):
            if not words.is_in(state.language):
                continue
            dispatcher.utter_message(response="say_law", law=words.in_language(state.language))
        if topic == "options_question" and "options" in state.progress.announced:
            fits, maybe = fitting_options(state)
            for option in (fits + maybe)[:3]:
                tell_option(dispatcher, state, option)
        return []


def _estimate_told(progress: Progress) -> bool:
    return any(thing.startswith("estimate:") for thing in progress.announced)


def _law_on(intent: Intent, state: State, *, asks_how_long: bool) -> list[Words]:
    """What the state's law adds to a topic, in the law file's own words."""
    law = state.law
    if law is None:
        return []
    if asks_how_long:
        return [state.estimate.deadline.words] if state.estimate.deadline is not None else []
    if intent.from_estimate:
        return [law.summary]
    if intent.name == "second_lien_or_heloc":
        return [law.junior_liens.words]
    if intent.name == "foreclosure_status":
        return _law_on_what_comes(state, law)
    found = {option.id: option for option in options(state.facts, state.estimate, on=state.today)}
    return [found[name].deficiency for name in intent.options if name in found]


def _law_on_what_comes(state: State, law: Jurisdiction) -> list[Words]:
    """Catching up, buying the home back and mediation: after a sale only what is still open then."""
    if state.facts.get("stage") in stages.AFTER_SALE:
        redemption = state.estimate.redemption
        return [redemption.words] if redemption is not None else [law.redemptions_after_sale[-1].words]
    provisions = (law.reinstatement, law.redemptions_after_sale[0], law.mediation)
    return [provision.words for provision in provisions if provision is not None]


class ActionWhyAsk(Action):
    """Says why the question just asked is asked."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_why_ask"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the reason."""
        dispatcher.utter_message(response=why_response(tracker.get_slot("requested_slot")))
        return []


def why_response(asked: str | None) -> str:
    """The response that says why a question is asked: its own, or that of its group (contact, consent, all others)."""
    own = f"say_why_{asked}"
    if own in domain_files.responses():
        return own
    if asked in CONTACT:
        return "say_why_contact"
    return "say_why_consent" if asked in CONSENTS else "say_why_other"


class ActionHowKnow(Action):
    """Names the law an answer rests on."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_how_know"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the citations and the date they were checked."""
        state = state_of(tracker)
        if state.law is None:
            dispatcher.utter_message(response="say_how_know_general")
            return []
        dispatcher.utter_message(
            response="say_how_know",
            state_name=state_name(state.facts),
            as_of=formatting.day(state.law.as_of, state.language),
            citations="; ".join(state.estimate.law.citations if state.estimate.law else ()),
        )
        return []


class ActionSummary(Action):
    """Sums up what is kept; anything in it can be corrected."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_summary"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the summary."""
        state = state_of(tracker)
        noted = noted_in(state)
        if noted:
            dispatcher.utter_message(response="say_summary", noted="; ".join(noted))
        else:
            dispatcher.utter_message(response="say_summary_empty")
        return []


class ActionGreet(Action):
    """Greets; someone who comes back is told what is kept, so that they can go on or put it right."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_greet"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the greeting."""
        if not (latest(tracker).get("metadata") or {}).get("returning"):
            dispatcher.utter_message(response="say_greet")
            return []
        noted = noted_in(state_of(tracker))
        if noted:
            dispatcher.utter_message(response="say_welcome_back", noted="; ".join(noted))
        else:
            dispatcher.utter_message(response="say_welcome_back_empty")
        return []


class ActionOutOfScope(Action):
    """Answers questions beside the topics (what a lawyer costs, wages, credit), or says kindly what we can do."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the answer."""
        acts = (latest(tracker).get("reading") or {}).get("acts", [])
        aside = next((name for name in ("fees", "wages", "credit") if name in acts), "out_of_scope")
        dispatcher.utter_message(response=f"say_aside_{aside}")
        return []


class ActionStartOver(Action):
    """Puts everything aside; the transcript and the consents stay."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_start_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Clears the facts and the progress; language, safety state and message count are kept."""
        state = state_of(tracker)
        language = state.facts.get("language")
        kept = Facts().learn("language", language) if language is not None else Facts()
        fresh = Progress(
            messages=state.progress.messages,
            crisis=state.progress.crisis,
            danger=state.progress.danger,
            yes=state.progress.yes & {"go_on"},
            no=state.progress.no & {"go_on"},
            language_asked=state.progress.language_asked,
            language_chosen=state.progress.language_chosen,
        )
        dispatcher.utter_message(response="say_started_over")
        forgotten = replace(situation(State(state.conversation, kept, fresh, state.today)), estimate=None)
        return [
            *slots_for(state.facts, kept, fresh),
            effects_slot(tracker, forgotten),
            SlotSet("consent_shown", None),
        ]


class ActionUnclear(Action):
    """Owns up to not understanding, and offers what may have been meant; after the third time the form offers a person."""

    def name(self) -> str:
        """The action's name in data/rules/, and Rasa's fallback."""
        return "action_unclear"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the admission, unless what was wrong has been said already."""
        reading = latest(tracker).get("reading", {})
        state = state_of(tracker)
        language = state.language
        offered = (
            (reading.get("clarification_candidates") or [])
            if state.progress.consecutive_fallbacks < MISSES_BEFORE_PERSON
            else []
        )
        if offered:
            names = [topics.label(name, language) for name in offered]
            buttons = [{"title": name, "payload": f"/{topic}"} for name, topic in zip(names, offered, strict=True)]
            buttons.append({"title": formatting.phrase("something_else", language), "payload": "/deny"})
            response = "say_unclear_between" if len(names) > 1 else "say_unclear_perhaps"
            dispatcher.utter_message(response=response, names=formatting.either(names, language), buttons=buttons)
        elif not reading.get("rejected"):
            dispatcher.utter_message(response="say_unclear")
        return []

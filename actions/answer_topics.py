"""Answers to what a person asks in between: topics, why we ask, how we know, what we have, starting over."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.announcements import (
    OPTIONS_TOLD_IN_FULL,
    hears_of_answering,
    noted_in,
    open_options,
    tell_estimate,
    tell_option,
    time_to_answer,
    with_mark,
)
from actions.conversation_state import State, effects_slot, intent_of, latest, situation, slots_for, state_name, state_of
from actions.topic_law import Statement, after_the_sale, may_answer, of_provision, statements, tax_note
from actions.validate_intake_form import MISSES_BEFORE_PERSON
from leeward.assessment.options import options
from leeward.core import formatting, stages
from leeward.core.facts import Facts
from leeward.dialogue import topics
from leeward.dialogue.policy import CONSENTS, CONTACT, Progress, estimate_is_due
from leeward.dialogue.scope import is_about_the_home
from leeward.dialogue.topics import MOST_NOTES, Intent
from leeward.law.model import cited
from leeward.nlu.normalization import normalize
from leeward.ops import domain_files

# "How long do I have", as against "how long do they have".
_ASKS_OWN_TIME: Final = re.compile(
    r"\bhow (?:long|much time|many (?:days|months)) (?:do|have|can|will) (?:i|we)\b"
    r"|\b(?:cuanto tiempo|cuantos (?:dias|meses)|que plazo|hasta cuando) (?:tengo|tenemos|me|nos|puedo|podemos)\b"
)


class ActionAnswerTopic(Action):
    """Answers a topic in general, and with the law of the state where it is known."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_answer_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the answer; what it told of the estimate, or of the time to answer a lawsuit, is not told again."""
        state = state_of(tracker)
        topic = intent_of(tracker)
        intent = topics.intents()[topic]
        reading = latest(tracker).get("reading") or {}
        text = str(latest(tracker).get("text") or "")
        how_long = "how_long" in reading.get("acts", [])
        if intent.from_estimate and not how_long and estimate_is_due(state.facts, state.progress):
            if topic == "walk_away":
                dispatcher.utter_message(response=intent.answer)
            if _estimate_told(state.progress):
                tell_estimate(dispatcher, state, in_full=False)
            return []
        events: list[EventType] = []
        if topic == "court_papers":
            events = _tell_court_papers(dispatcher, state, intent, text)
        elif topic == "foreclosure_status" and stages.is_sold(state.facts) and state.law is not None:
            _tell_after_the_sale(dispatcher, state)
        elif how_long and state.law is not None:
            _tell_how_long(dispatcher, state, text)
        elif topic == "tax_question" and (note := tax_note(state)) is not None:
            _tell(dispatcher, state, [note])
            dispatcher.utter_message(response="say_tax_not_asked")
        else:
            if _ended_with_the_sale(intent, state):
                _tell_after_the_sale(dispatcher, state)
            _tell_topic(dispatcher, state, intent, text)
        if reading.get("is_nearest"):
            dispatcher.utter_message(response="say_or_a_person")
        return events


def _ended_with_the_sale(intent: Intent, state: State) -> bool:
    """Whether a topic is about ways out that are all closed now that the home is sold: what is still open is told first."""
    if not stages.is_sold(state.facts) or state.law is None or not intent.options:
        return False
    ways = [option for option in options(state.facts, state.estimate, on=state.today) if option.id in intent.options]
    return all(option.is_closed for option in ways)


def _tell_topic(dispatcher: CollectingDispatcher, state: State, intent: Intent, text: str) -> None:
    """The statements of law that answer a topic, its own words, and what this person's case adds."""
    _tell(dispatcher, state, statements(intent, state, text))
    dispatcher.utter_message(response=intent.answer)
    if intent.name == "bankruptcy" and state.firm.debt_relief_agency:
        dispatcher.utter_message(response="say_debt_relief_agency")
    shortfall = state.estimate.shortfall
    if intent.name == "tax_question" and shortfall is not None and shortfall.high > 0:
        dispatcher.utter_message(response="say_tax_in_your_case", amount=formatting.money(shortfall.high))
    _tell(dispatcher, state, _law_on(intent, state))
    if intent.name == "options_question" and "options" in state.progress.announced:
        for option in open_options(state)[:OPTIONS_TOLD_IN_FULL]:
            tell_option(dispatcher, state, option)


def _tell(dispatcher: CollectingDispatcher, state: State, told: list[Statement]) -> None:
    """Statements of law, each with the first of its sources."""
    for statement in told:
        if not statement.words.is_in(state.language):
            continue
        words = statement.words.in_language(state.language)
        dispatcher.utter_message(response="say_law", law=formatting.with_source(words, statement.citation, state.language))


def _tell_court_papers(dispatcher: CollectingDispatcher, state: State, intent: Intent, text: str) -> list[EventType]:
    """The time to answer, by its day where that can be counted, then what was asked of the papers."""
    told = statements(intent, state, text)
    events: list[EventType] = []
    if may_answer(state):
        time = time_to_answer(state)
        dispatcher.utter_message(response=time.response, **time.filling)
        told = told[: MOST_NOTES - 1]
        if hears_of_answering(state):
            # Once told, it is not announced again in the same turn.
            events = [SlotSet("progress", with_mark(state.progress, time.mark).to_json())]
    _tell(dispatcher, state, told)
    dispatcher.utter_message(response=intent.answer)
    return events


def _tell_after_the_sale(dispatcher: CollectingDispatcher, state: State) -> None:
    """Whether and until when the home can be bought back."""
    redemption = state.estimate.redemption
    if redemption is not None and redemption.day is not None and redemption.day >= state.today:
        dispatcher.utter_message(response="say_redemption_ends", day=formatting.day(redemption.day, state.language))
    _tell(dispatcher, state, after_the_sale(state))


def _tell_how_long(dispatcher: CollectingDispatcher, state: State, text: str) -> None:
    """The lender's time to sue; after a sale, who asks how long they have hears first of buying it back."""
    if stages.is_sold(state.facts) and _ASKS_OWN_TIME.search(normalize(text)):
        _tell_after_the_sale(dispatcher, state)
    ends = state.estimate.deadline_ends
    if ends is not None:
        dispatcher.utter_message(response="say_deadline_ends", day=formatting.day(ends, state.language))
    if state.estimate.deadline is not None:
        _tell(dispatcher, state, [of_provision(state.estimate.deadline)])


def _estimate_told(progress: Progress) -> bool:
    return any(thing.startswith("estimate:") for thing in progress.announced)


def _law_on(intent: Intent, state: State) -> list[Statement]:
    """What the state's law adds to a topic, in the law file's own words."""
    law = state.law
    if law is None:
        return []
    if intent.from_estimate:
        return [Statement(law.summary, "; ".join(state.estimate.law.citations) if state.estimate.law else None)]
    if intent.name == "second_lien_or_heloc":
        return [Statement(law.junior_liens.words, cited(law.junior_liens.citations))]
    if intent.name == "foreclosure_status":
        provisions = (law.reinstatement, state.estimate.buying_back, law.mediation)
        return [of_provision(provision) for provision in provisions if provision is not None]
    found = {option.id: option for option in options(state.facts, state.estimate, on=state.today)}
    named = [found[name] for name in intent.options if name in found]
    told = [option for option in named if not option.is_closed] or named
    return [Statement(option.deficiency, option.deficiency_citation) for option in told]


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
    """Says kindly what we can do; a question about the home is never sent away, but to a person."""

    def name(self) -> str:
        """The action's name in data/rules/."""
        return "action_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the answer."""
        message = latest(tracker)
        if "credit" in (message.get("reading") or {}).get("acts", []):
            dispatcher.utter_message(response="say_aside_credit")
        elif is_about_the_home(normalize(str(message.get("text") or ""))):
            dispatcher.utter_message(response="say_aside_the_home")
        else:
            dispatcher.utter_message(response="say_aside_out_of_scope")
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

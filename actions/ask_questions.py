"""Questions that need more than a fixed sentence: a choice between states, and the consents with their exact text."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.conversation_state import state_of
from leeward import law
from leeward.compliance.consent_text import ConsentShown, Kind, consent_text
from leeward.core import stages
from leeward.dialogue.policy import way_asked_for, ways_of
from leeward.sms.segments import to_gsm7

MOST_STATE_BUTTONS = 6


class ActionAskState(Action):
    """Asks where the home is; a place that fits several states becomes a choice between them."""

    def name(self) -> str:
        """Rasa's name for asking the slot `state`."""
        return "action_ask_state"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the question."""
        state = state_of(tracker)
        candidates = [code for code in state.facts.clarify.get("state", ()) if code in law.codes()]
        if not 2 <= len(candidates) <= MOST_STATE_BUTTONS:
            dispatcher.utter_message(response="say_ask_state")
            return []
        buttons = [
            {
                "title": law.jurisdiction(code).name.in_language(state.language),
                "payload": f"/inform{json.dumps({'state': code})}",
            }
            for code in candidates
        ]
        dispatcher.utter_message(response="say_ask_state_between", buttons=buttons)
        return []


class ActionAskSecondLien(Action):
    """Asks whether there is a second loan on the home; once that is clear, how much is owed on it."""

    def name(self) -> str:
        """Rasa's name for asking the slot `second_lien`."""
        return "action_ask_second_lien"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the question."""
        there_is_one = "second_lien" in state_of(tracker).progress.yes
        dispatcher.utter_message(response="say_ask_second_lien_amount" if there_is_one else "say_ask_second_lien")
        return []


class AskOfASale(Action, ABC):
    """Asks what has other words once the home is sold. Abstract: Rasa registers those below."""

    @property
    @abstractmethod
    def fact(self) -> str:
        """Which fact is asked for."""

    def name(self) -> str:
        """Rasa's name for asking the fact's slot."""
        return f"action_ask_{self.fact}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the question."""
        is_sold = stages.is_sold(state_of(tracker).facts)
        dispatcher.utter_message(response=f"say_ask_{self.fact}_sold" if is_sold else f"say_ask_{self.fact}")
        return []


class ActionAskBalanceOwed(AskOfASale):
    """What is owed on the main mortgage, or was when the home was sold."""

    fact = "balance_owed"


class ActionAskHomeValue(AskOfASale):
    """What the home is worth, or was on the day of the sale."""

    fact = "home_value"


class ActionAskServedOn(AskOfASale):
    """When the court papers came; after a sale, whether there are any about the rest."""

    fact = "served_on"


class ActionAskEmail(Action):
    """Asks for an email address; where the phone may not be used for fear of someone, for one that nobody else reads."""

    def name(self) -> str:
        """Rasa's name for asking the slot `email`."""
        return "action_ask_email"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the question."""
        state = state_of(tracker)
        feared = ways_of(state.facts, state.progress).phone_is_feared
        dispatcher.utter_message(response="say_ask_email_private" if feared else "say_ask_email")
        return []


class AskConsent(Action, ABC):
    """Shows one consent text word for word and keeps it until it is answered. Abstract: Rasa registers the two below."""

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """Which consent is asked for."""

    def name(self) -> str:
        """Rasa's name for asking the consent's slot."""
        return f"action_ask_consent_{self.kind}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Utters the consent text."""
        state = state_of(tracker)
        question = f"consent_{self.kind}"
        way = way_asked_for(question, state.facts, state.progress)
        if way is None:
            raise ValueError(f"{question} was asked of someone whom nobody may call or write to")
        by_text = tracker.get_latest_input_channel() == "sms"
        lifts_stop = self.kind == "contact" and way in state.progress.stopped_on_web
        consent = consent_text(self.kind, state.language, state.firm, way, by_text=by_text, lifts_stop=lifts_stop)
        text = to_gsm7(consent.text) if by_text else consent.text
        dispatcher.utter_message(response=f"say_ask_{question}", consent_text=text)
        shown = ConsentShown(question, self.kind, text, consent.version, consent.language, way, lifts_stop)
        return [SlotSet("consent_shown", shown.to_json())]


class ActionAskConsentContact(AskConsent):
    """Consent to be contacted by a person of the firm."""

    kind: Kind = "contact"


class ActionAskConsentAutomated(AskConsent):
    """Consent to automated calls and texts, asked separately and never a condition."""

    kind: Kind = "automated"

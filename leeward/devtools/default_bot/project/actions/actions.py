"""The default bot's custom actions, as Rasa's documentation writes them."""

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ValidateIntakeForm(FormValidationAction):
    """Takes every answer as it is, without the space around it."""

    def name(self) -> str:
        """Rasa's name for the form's validation."""
        return "validate_intake_form"

    async def validate_state(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """The state as it was written."""
        return {"state": str(value).strip()}

    async def validate_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """The phone as it was written."""
        return {"phone": str(value).strip()}


class ActionEstimate(Action):
    """Says that there is an estimate."""

    def name(self) -> str:
        """The action's name in the rules."""
        return "action_estimate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """One sentence with what was given."""
        dispatcher.utter_message(
            text=f"You owe {tracker.get_slot('balance_owed')}; it is worth {tracker.get_slot('home_value')}."
        )
        return []

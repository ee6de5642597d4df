"""Rasa's tracker as a snapshot: slots, active loop, and the turn in hand; history is in the records.

A turn begins with a tracker made from its conversation's record (`TurnMemory`) and ends with a new snapshot that the turn
processor stores together with everything else, in one transaction. So a turn costs the same at the 5th and the 500th message,
and what staff correct in the record is what the next turn starts from.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Iterable, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from leeward.core.facts import SPECS
from leeward.dialogue import effects

# Facts live in the record, where staff may correct them; these slots are filled from there.
RECORDED: Final = frozenset({*SPECS, "fact_turns", "clarify"})


class NoTurn(RuntimeError):
    """A tracker was asked for outside a turn."""


@dataclass
class TurnMemory:
    """The dialogue's state while one turn runs: what it began with, then what Rasa saved last.

    `slots` are all slots with a value, facts included; `active_loop` is empty before the opening.
    """

    slots: Mapping[str, Any]
    active_loop: str
    asked_effects: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, tracker: DialogueStateTracker) -> None:
        """Takes over what a finished run of Rasa left; the effects it asked for are collected."""
        values = tracker.current_slot_values()
        self.asked_effects = values.get(effects.SLOT) or []
        self.slots = {name: value for name, value in values.items() if value is not None}
        self.active_loop = tracker.active_loop_name or ""

    @property
    def unrecorded(self) -> dict[str, Any]:
        """The slots that the snapshot must hold, because the record does not."""
        return {name: value for name, value in self.slots.items() if name not in RECORDED and name != effects.SLOT}


current_turn: ContextVar[Optional[TurnMemory]] = ContextVar("current_turn", default=None)


class SnapshotTrackerStore(TrackerStore):
    """Gives Rasa the tracker of the turn in hand, and takes it back."""

    def __init__(self, domain: Optional[Domain] = None, event_broker: Any = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The tracker of the turn in hand. Raises NoTurn outside one."""
        memory = _memory()
        tracker = self.init_tracker(sender_id)
        if memory.active_loop:
            for event in _events(memory):
                tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the tracker's state for the end of the turn. Raises NoTurn outside one."""
        _memory().keep(tracker)

    async def keys(self) -> Iterable[str]:
        """No conversation is kept here beyond its turn."""
        return ()


def _memory() -> TurnMemory:
    memory = current_turn.get()
    if memory is None:
        raise NoTurn("trackers exist only within a turn (leeward.assistant.turn_processor)")
    return memory


def _events(memory: TurnMemory) -> list[Event]:
    """The events that bring a new tracker to where the conversation stands, waiting for the person."""
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *(SlotSet(name, value) for name, value in memory.slots.items()),
        ActiveLoop(memory.active_loop),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]

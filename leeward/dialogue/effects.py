"""What one turn asks to be recorded, as data.

Actions decide and write nothing: each effect they ask for travels with the conversation's state (the slot `effects`), and the
turn processor applies all of them in the one transaction that also stores the answer. So a turn that is lost or repeated
leaves nothing behind, wherever the actions run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal


@dataclass(frozen=True, slots=True)
class UpdateConversation:
    """What is known now. `facts`, `fact_turns` and `clarify` as leeward.core.facts writes them to JSON."""

    facts: dict[str, Any]
    fact_turns: dict[str, str]
    clarify: dict[str, list[str]]
    estimate: dict[str, Any] | None
    language: str
    paused: bool
    crisis: bool
    danger: bool
    wants_person: bool


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """One consent given or refused. `shown` is what was on the screen (consent_text.ConsentShown as JSON)."""

    shown: dict[str, Any]
    given: bool
    words: str
    channel: str


@dataclass(frozen=True, slots=True)
class RevokeContact:
    """Nobody may call or write any more, in the person's own words (47 CFR 64.1200(a)(10))."""

    words: str
    language: str
    channel: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class ReplaceWay:
    """A number (E.164) or email address that another took the place of: what was allowed for it stands no longer."""

    way: str
    words: str
    language: str
    channel: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The conversation's case with its urgency as it is now, and how to reach the person (`facts` as JSON)."""

    facts: dict[str, Any]
    triage: dict[str, Any]


Effect = UpdateConversation | RecordConsent | RevokeContact | ReplaceWay | OpenCase

_KINDS: Final[Mapping[str, type[Effect]]] = {
    kind.__name__: kind for kind in (UpdateConversation, RecordConsent, RevokeContact, ReplaceWay, OpenCase)
}
SLOT: Final[Literal["effects"]] = "effects"


def to_json(effects: Iterable[Effect]) -> list[dict[str, Any]]:
    """The effects as plain JSON, in their order."""
    return [{"effect": type(effect).__name__, **asdict(effect)} for effect in effects]


def from_json(rows: Iterable[Mapping[str, Any]] | None) -> tuple[Effect, ...]:
    """The effects that `to_json` wrote. Raises KeyError for an unknown effect, TypeError for one that lacks a part."""
    effects = []
    for row in rows or ():
        parts = {name: value for name, value in row.items() if name != "effect"}
        effects.append(_KINDS[row["effect"]](**parts))
    return tuple(effects)

"""The ways out: which fit this person, which do not, and why. The words and conditions stand in leeward/law/options.yml."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from leeward import law as laws
from leeward.estimate import Estimate
from leeward.facts import Facts, Range
from leeward.law.model import Jurisdiction, Provision, WayOutLaw, Words

Fit = Literal["fits", "maybe", "no"]
_FILE: Final = Path(__file__).with_name("law") / "options.yml"
_ORDER: Final[dict[Fit, int]] = {"fits": 0, "maybe": 1, "no": 2}


@dataclass(frozen=True, slots=True)
class Option:
    """One way out: what it is, what it stops, what it does to a deficiency in this state, its clock, and a caution."""

    id: str
    fit: Fit
    why: tuple[Words, ...]
    name: Words
    what: Words
    stops: Words
    deficiency: Words
    clock: Words
    caution: Words
    citations: tuple[str, ...]
    as_of: date


def options(facts: Facts, estimate: Estimate, *, on: date) -> tuple[Option, ...]:
    """All ways out, those that fit first. Total: what is not known makes a "maybe", never a "no"."""
    state = facts.get("state")
    law = laws.jurisdiction(state) if isinstance(state, str) and state in laws.codes() else None
    entries = _file()["options"]
    # What is open to everyone, whatever their situation, comes last.
    found = [(not entry["fits"], _option(entry, facts, estimate, law)) for entry in entries]
    return tuple(option for _, option in sorted(found, key=lambda pair: (pair[0], _ORDER[pair[1].fit])))


@functools.cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content


def _option(entry: dict[str, Any], facts: Facts, estimate: Estimate, law: Jurisdiction | None) -> Option:
    fit, why = _fit(entry.get("fits", {}), facts, estimate, law)
    in_state = _state_law(entry["id"], law)
    clock = _state_clock(entry, law)
    citations = [*entry["citations"], *(found.citation for found in (in_state, clock) if found is not None)]
    return Option(
        id=entry["id"],
        fit=fit,
        why=why,
        name=_words(entry["name"]),
        what=_words(entry["what"]),
        stops=_words(entry["stops"]),
        deficiency=in_state.words if in_state else _words(entry["deficiency"]),
        clock=clock.words if clock else _words(entry["clock"]),
        caution=_words(entry["caution"]),
        citations=tuple(citations),
        as_of=_file()["as_of"],
    )


def _fit(conditions: dict[str, Any], facts: Facts, estimate: Estimate, law: Jurisdiction | None) -> tuple[Fit, tuple[Words, ...]]:
    """Every condition must hold; one that cannot be judged yet makes it "maybe"."""
    answers = [(name, _holds(name, wanted, facts, estimate, law)) for name, wanted in conditions.items()]
    reasons = _file()["reasons"]
    against = tuple(_words(reasons[name]["no"]) for name, holds in answers if holds is False)
    if against:
        return "no", against
    if any(holds is None for _, holds in answers):
        return "maybe", ()
    return "fits", tuple(_words(reasons[name]["yes"]) for name, _ in answers if "yes" in reasons[name])


def _holds(name: str, wanted: Any, facts: Facts, estimate: Estimate, law: Jurisdiction | None) -> bool | None:
    """Whether a condition holds; None where what it turns on is not known."""
    match name:
        case "goal" | "stage" | "occupancy":
            value = facts.get(name)
            if not isinstance(value, str) or value == "unsure":
                return None
            return value in wanted
        case "state":
            return None if law is None else law.code in wanted
        case "equity":
            return _equity(estimate) if wanted else _no(_equity(estimate))
        case "judicial":
            return None if law is None else law.customary == "judicial"
        case "months_behind_max":
            behind = facts.get("months_behind")
            months = behind.max if isinstance(behind, Range) else behind
            return None if isinstance(months, bool) or not isinstance(months, int) else months <= wanted
    raise ValueError(f"options.yml has an unknown condition {name!r}")


def _equity(estimate: Estimate) -> bool | None:
    """Whether the home is surely worth more than what is owed on it; None where that is not known."""
    if estimate.shortfall is None:
        return None
    if estimate.shortfall.low > 0:
        return False
    return estimate.equity is not None and estimate.equity.min > 0


def _no(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _state_law(option: str, law: Jurisdiction | None) -> WayOutLaw | None:
    if law is None:
        return None
    return {
        "deed_in_lieu": law.deed_in_lieu,
        "short_sale": law.short_sale,
        "consent_foreclosure": law.consent_foreclosure,
    }.get(option)


def _state_clock(entry: dict[str, Any], law: Jurisdiction | None) -> Provision | None:
    """The state's own clock where the option has one and the law file knows it (reinstatement, redemption, answer)."""
    if law is None or "clock_from" not in entry:
        return None
    clocks = {
        "reinstatement": law.reinstatement,
        "redemption_before_sale": law.redemption_before_sale,
        "answer_to_suit": law.answer_to_suit,
    }
    return clocks[entry["clock_from"]]


def _words(pair: dict[str, str]) -> Words:
    return Words(en=pair["en"], es=pair["es"])

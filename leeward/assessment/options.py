"""The ways out: which fit this person, which do not, and why. The words and conditions stand in leeward/law/options.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

from leeward import law as laws
from leeward.assessment.model import Estimate
from leeward.core import stages
from leeward.core.facts import Facts, Range, Value
from leeward.core.language import Words
from leeward.law import federal
from leeward.law.federal import FederalFact
from leeward.law.model import Confidence, Jurisdiction, OptionLaw, Provision

Fit = Literal["fits", "maybe", "no"]
_ORDER: Final[dict[Fit, int]] = {"fits": 0, "maybe": 1, "no": 2}


@dataclass(frozen=True, slots=True)
class Option:
    """One way out: what it is, what it stops, what it does to a deficiency in this state, its clock, and a caution.

    `why` are the reasons for `fit`. `notes` are the federal rules that belong to it, those of the person's kind of loan first
    among them. `confidence` is the least sure of the statements that the option itself makes.
    """

    id: str
    fit: Fit
    why: tuple[Words, ...]
    name: Words
    what: Words
    stops: Words
    deficiency: Words
    clock: Words
    caution: Words
    notes: tuple[Words, ...]
    citations: tuple[str, ...]
    confidence: Confidence
    as_of: date


@dataclass(frozen=True, slots=True)
class _Case:
    """What the conditions are held against."""

    facts: Facts
    estimate: Estimate
    law: Jurisdiction | None
    on: date


def options(facts: Facts, estimate: Estimate, *, on: date) -> tuple[Option, ...]:
    """All ways out as they stand on the day `on`, those that fit first, what is open to everyone last.

    Total: what is not known makes a "maybe", never a "no".
    """
    case = _Case(facts, estimate, laws.law_for(facts), on)
    entries = _file()["options"]
    found = [(not entry["fits"], _option(entry, case)) for entry in entries]
    return tuple(option for _, option in sorted(found, key=lambda pair: (pair[0], _ORDER[pair[1].fit])))


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = laws.read_yaml(laws.HERE / "options.yml")
    return content


def _option(entry: dict[str, Any], case: _Case) -> Option:
    fit, why = _fit(entry, case)
    in_state = _state_law(entry["id"], case.law)
    clock = _state_clock(entry, case.law)
    notes = tuple(_federal(entry["id"], case.facts))
    citations = [*entry["citations"], *(law.citation for law in (in_state, clock) if law), *(note.citation for note in notes)]
    return Option(
        id=entry["id"],
        fit=fit,
        why=why,
        name=_words(entry["name"]),
        what=_words(entry["what"]),
        stops=_words(entry["stops"]),
        deficiency=_in_both(in_state, entry["deficiency"]),
        clock=_in_both(clock, entry["clock"]),
        caution=_words(entry["caution"]),
        notes=tuple(note.words for note in notes),
        citations=tuple(dict.fromkeys(citations)),
        confidence=_least([entry["confidence"], *(law.confidence for law in (in_state, clock) if law)]),
        as_of=date.fromisoformat(_file()["as_of"]),
    )


# ---------------------------------------------------------------- fit


def _fit(entry: dict[str, Any], case: _Case) -> tuple[Fit, tuple[Words, ...]]:
    """Every condition must hold; one that cannot be judged yet, or a doubt, makes it "maybe"."""
    conditions = {name: wanted for name, wanted in entry["fits"].items() if _matters(name, case)}
    answers = {name: _holds(name, wanted, case) for name, wanted in conditions.items()}
    against = _reasons("no", [name for name, holds in answers.items() if holds is False])
    if against:
        return "no", against
    open_yet = _reasons("open", [name for name, holds in answers.items() if holds is None])
    doubts = tuple(
        _words(_file()["doubts"][name]) for name, when in entry.get("doubts", {}).items() if _doubted(name, when, case)
    )
    if open_yet or doubts:
        return "maybe", (*open_yet, *doubts)
    return "fits", _reasons("yes", list(answers))


def _matters(name: str, case: _Case) -> bool:
    """Once the home is sold, keeping or leaving it is no longer the question."""
    return name != "goal" or _stage(case) not in stages.AFTER_SALE


def _reasons(answer: Literal["yes", "no", "open"], names: list[str]) -> tuple[Words, ...]:
    reasons = _file()["reasons"]
    return tuple(_words(reasons[name][answer]) for name in names if answer in reasons[name])


def _holds(name: str, wanted: Any, case: _Case) -> bool | None:
    """Whether a condition of `fits` holds; None where what it turns on is not known."""
    match name:
        case "goal":
            goal = case.facts.get("goal")
            return goal in wanted if goal in ("keep", "leave") else None
        case "stage":
            stage = _stage(case)
            return None if stage is None else stage in wanted
        case "state":
            return None if case.law is None else case.law.code in wanted
        case "equity":
            equity = _equity(case.estimate)
            return None if equity is None else equity is wanted
        case "court_case":
            if _stage(case) in stages.IN_COURT:
                return True
            return None if case.law is None else case.law.customary == "judicial"
    raise ValueError(f"options.yml has an unknown condition {name!r}")


def _doubted(name: str, when: Any, case: _Case) -> bool:
    """Whether a doubt applies; what is not known raises none."""
    facts = case.facts
    match name:
        case "stage":
            return _stage(case) in when
        case "occupancy":
            return facts.get("occupancy") in when
        case "second_lien":
            second = facts.amount("second_lien")
            return second is not None and second.max > 0
        case "prior_bankruptcy":
            return facts.get("prior_bankruptcy") is True
        case "months_behind_over":
            return _most(facts.get("months_behind")) > int(when)
        case "days_to_sale_under":
            sale = facts.get("sale_date")
            return isinstance(sale, date) and (sale - case.on).days < int(when)
    raise ValueError(f"options.yml has an unknown doubt {name!r}")


def _stage(case: _Case) -> str | None:
    """How far the foreclosure has come; None where it is not known, as when the day of the sale has passed."""
    stage, sale = case.facts.get("stage"), case.facts.get("sale_date")
    if not isinstance(stage, str):
        return None
    return None if stage in stages.BEFORE_SALE and isinstance(sale, date) and sale < case.on else stage


def _equity(estimate: Estimate) -> bool | None:
    """Whether the home is surely worth more than what is owed on it; None where it may or may not be."""
    if estimate.shortfall is None:
        return None
    if estimate.shortfall.low > 0:
        return False
    if estimate.equity is None:
        return False
    return True if estimate.shortfall.high == 0 and estimate.equity.min > 0 else None


def _most(value: Value | None) -> Decimal | int:
    """The highest of a count or a range of counts; 0 where it is not known."""
    if isinstance(value, Range):
        return value.max
    return value if isinstance(value, int) else 0


# ---------------------------------------------------------------- law


def _state_law(option: str, law: Jurisdiction | None) -> OptionLaw | None:
    if law is None:
        return None
    return {
        "deed_in_lieu": law.deed_in_lieu,
        "short_sale": law.short_sale,
        "consent_foreclosure": law.consent_foreclosure,
    }.get(option)


def _in_both(in_state: OptionLaw | Provision | None, general: dict[str, str]) -> Words:
    """The state's own words; in Spanish the general ones, which hold everywhere, until the state's are written."""
    if in_state is None:
        return _words(general)
    return Words(en=in_state.words.en, es=in_state.words.es or general["es"])


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


def _federal(option: str, facts: Facts) -> Iterator[FederalFact]:
    """The federal rules that belong to an option, those of this kind of loan first; rules of other loans are left out."""
    loan = facts.get("loan_type")
    ours = [fact for fact in federal.facts().values() if option in fact.options]
    yield from (fact for fact in ours if loan in fact.loan_type)
    yield from (fact for fact in ours if not fact.loan_type)


def _least(levels: list[Confidence]) -> Confidence:
    return max(levels, key=("high", "medium", "low").index)


def _words(pair: dict[str, str]) -> Words:
    return Words(en=pair["en"], es=pair["es"])

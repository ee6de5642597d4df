"""Whether the lender could come after a homeowner for the rest, and for how much: facts and law in, one answer out.

Pure, and total: every Facts gets an answer. What is uncertain stays uncertain: a range gives a range, a missing fact
leaves the less protective standing in place and is named in `depends_on`. Nothing is rounded; money is Decimal, in USD.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from leeward import law as laws
from leeward.assessment.amounts import (
    ZERO,
    Amounts,
    equity_of,
    first_at_auction,
    highest,
    positive_or_none,
    second_at_auction,
    shortfall_of,
    unpaid_first,
    unpaid_second,
)
from leeward.assessment.deadlines import last_day
from leeward.assessment.model import Estimate, Exposure, LawRef, Lien, Reason, Tier
from leeward.assessment.reasons import general_reason, protection_reason
from leeward.core import stages
from leeward.core.facts import UNKNOWN, Facts, Range
from leeward.law.model import Condition, Effect, Jurisdiction, ProcessName, Protection, Standing

Answer = Literal["yes", "no", "open"]

NEEDED: Final = ("state", "balance_owed", "home_value")
PROCESSES: Final[tuple[ProcessName, ...]] = ("judicial", "nonjudicial")
NOTHING_SETTLED: Final[Mapping[str, bool]] = MappingProxyType({})

# How far a standing protects; a protection only ever moves it up.
_STRENGTH: Final[dict[Standing, int]] = {"allowed": 0, "limited": 1, "barred": 2, "not_used": 3}
_STANDING_AFTER: Final[dict[Effect, Standing]] = {
    "barred": "barred",
    "fair_value_credit": "limited",
    "reduced": "limited",
    "discretion": "limited",
    "deadline": "allowed",
    "other": "allowed",
}
_EFFECTS_STRONGEST_FIRST: Final[tuple[Effect, ...]] = (
    "barred",
    "fair_value_credit",
    "reduced",
    "discretion",
    "deadline",
    "other",
)
# "unknown" stands above "low" because what is not known cannot be promised to be small.
_TIERS: Final[tuple[Tier, ...]] = ("none", "low", "unknown", "moderate", "high")


@dataclass(frozen=True, slots=True)
class _LienOutcome:
    """An exposure, what a sale for the home's worth leaves unpaid on its lien, and what could still change it.

    `undecided` says that a fact not known could make the standing more protective; `missing` names those of these facts
    that nobody has asked for yet.
    """

    exposure: Exposure
    unpaid: Range | None
    undecided: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _ProtectionCheck:
    """A protection held against the facts: whether it applies, and the facts that are missing to say so.

    `presumes` and `turns_on` are its named circumstances that nobody has settled.
    """

    protection: Protection
    applies: Answer
    missing: tuple[str, ...]
    presumes: tuple[str, ...]
    turns_on: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        """The standing that it would give."""
        return _STANDING_AFTER[self.protection.effect]

    @property
    def decides(self) -> bool:
        """Whether it applies and does not turn on what only papers or a court can tell."""
        return self.applies == "yes" and not self.turns_on


def estimate(
    facts: Facts, *, on: date, law: Jurisdiction | None = None, circumstances: Mapping[str, bool] = NOTHING_SETTLED
) -> Estimate:
    """The estimate for these facts under the law in force `on` that day.

    `law` is by default that of the facts' state; where neither is known, the estimate has no exposures. `circumstances`
    settles what no homeowner is asked but a lawyer with the papers can tell: whether a named condition of the law file
    (a slug of `presumes` or `turns_on`, such as acres_max_2_5 or lender_elects_short_redemption) holds.
    """
    law = law or laws.law_for(facts)
    amounts = Amounts(facts.amount("balance_owed"), facts.amount("second_lien"), facts.amount("home_value"))
    outcomes = tuple(_lien_outcomes(facts, amounts, law, on, circumstances)) if law else ()
    exposures = tuple(outcome.exposure for outcome in outcomes)
    at_auction = exposures[0].at_auction if exposures else positive_or_none(first_at_auction(amounts))
    return Estimate(
        shortfall=shortfall_of(facts, amounts),
        at_auction=at_auction,
        equity=equity_of(facts, amounts),
        exposures=exposures,
        tier=_tier(facts, amounts, law, outcomes),
        deadline=law.deadline_to_sue if law else None,
        deadline_ends=_deadline_ends(facts, law),
        depends_on=_depends_on(facts, law, outcomes),
        law=_law_ref(law, exposures) if law else None,
    )


def _deadline_ends(facts: Facts, law: Jurisdiction | None) -> date | None:
    """When the lender's time to sue ends, counted from a sale that has happened; None where that cannot be told."""
    sold_on = facts.get("sale_date")
    if law is None or facts.get("stage") not in stages.AFTER_SALE or not isinstance(sold_on, date):
        return None
    return last_day(law.deadline_to_sue, sold_on)


# ---------------------------------------------------------------- standings


def _lien_outcomes(
    facts: Facts, amounts: Amounts, law: Jurisdiction, on: date, circumstances: Mapping[str, bool]
) -> Iterator[_LienOutcome]:
    liens: list[Lien] = ["first"]
    if facts.get("second_lien") is UNKNOWN or (amounts.second and amounts.second.max > 0):
        liens.append("second")
    for lien in liens:
        for process in sorted(PROCESSES, key=lambda name: name != law.customary):
            checks = tuple(
                _check_protection(protection, facts, lien, circumstances)
                for protection in law.protections
                if _concerns(protection, process, lien, on)
            )
            yield _lien_outcome(amounts, law, process, lien, checks)


def _lien_outcome(
    amounts: Amounts, law: Jurisdiction, process: ProcessName, lien: Lien, concerning: tuple[_ProtectionCheck, ...]
) -> _LienOutcome:
    before = _standing_before(law, process, lien)
    checks = concerning if before != "not_used" else ()
    deciding = [item for item in checks if item.decides]
    standing = max([before, *(item.standing for item in deciding)], key=lambda name: _STRENGTH[name])
    settled = standing in ("barred", "not_used")
    undecided = [item for item in checks if item.applies == "open" and _could_change(item, standing)]
    setting = [item for item in deciding if item.standing == standing != "allowed"]
    unpaid = unpaid_first(amounts) if lien == "first" else unpaid_second(amounts)
    exposure = Exposure(
        process=process,
        lien=lien,
        standing=standing,
        up_to=ZERO if settled else highest(unpaid),
        at_auction=None if settled else _collectable_at_auction(amounts, deciding, lien),
        reasons=_reasons(law, process, lien, before, standing, [item.protection for item in setting]),
        possible=() if settled else _possible(law, lien, standing, checks, undecided),
        rests_on=_unique(slug for item in setting for slug in item.presumes),
    )
    return _LienOutcome(exposure, unpaid, bool(undecided), _unique(name for item in undecided for name in item.missing))


def _standing_before(law: Jurisdiction, process: ProcessName, lien: Lien) -> Standing:
    """The standing before protections. A second lien is wiped out by the first one's sale, so it has a law of its own."""
    of_process = law.process(process).standing
    return of_process if lien == "first" or of_process == "not_used" else law.junior_liens.standing


def _concerns(protection: Protection, process: ProcessName, lien: Lien, on: date) -> bool:
    """Whether the protection is in force and is about this lien and this kind of foreclosure at all."""
    when = protection.when
    if when.process not in (None, process):
        return False
    if protection.effective_from and on < protection.effective_from:
        return False
    if protection.effective_until and on > protection.effective_until:
        return False
    # What a sale does to the lien that is sold says nothing about a second lien, unless the rule names juniors.
    return when.lien != "junior" if lien == "first" else when.lien == "junior"


def _check_protection(protection: Protection, facts: Facts, lien: Lien, circumstances: Mapping[str, bool]) -> _ProtectionCheck:
    when = protection.when
    presumes = tuple(slug for slug in when.presumes if slug not in circumstances)
    turns_on = tuple(slug for slug in when.turns_on if slug not in circumstances)
    answers = dict(_answers(when, facts, lien))
    ruled_out = any(circumstances.get(slug) is False for slug in (*when.presumes, *when.turns_on))
    if ruled_out or "no" in answers.values():
        return _ProtectionCheck(protection, "no", (), presumes, turns_on)
    missing = tuple(name for name, answer in answers.items() if answer == "open" and _is_missing(facts, name, lien))
    return _ProtectionCheck(protection, "open" if "open" in answers.values() else "yes", missing, presumes, turns_on)


def _answers(when: Condition, facts: Facts, lien: Lien) -> Iterator[tuple[str, Answer]]:
    for name, allowed in (("loan_purpose", when.loan_purpose), ("loan_type", when.loan_type), ("occupancy", when.occupancy)):
        if allowed:
            yield name, "open" if _is_untold(facts, name, lien) else _yes_or_no(facts.get(name) in allowed)
    if when.units_max is not None:
        yield "units", _at_most(facts, "units", when.units_max)


def _at_most(facts: Facts, name: str, limit: int) -> Answer:
    amount = facts.amount(name)
    if amount is None or amount.min <= limit < amount.max:
        return "open"
    return _yes_or_no(amount.max <= limit)


def _is_untold(facts: Facts, name: str, lien: Lien) -> bool:
    return not facts.is_known(name) or _is_of_first_loan(name, lien)


def _is_missing(facts: Facts, name: str, lien: Lien) -> bool:
    return not facts.is_answered(name) and not _is_of_first_loan(name, lien)


def _is_of_first_loan(name: str, lien: Lien) -> bool:
    """Purpose and type are told of the first mortgage; nobody is asked for those of a second one."""
    return lien == "second" and name in ("loan_purpose", "loan_type")


def _yes_or_no(answer: bool) -> Answer:
    return "yes" if answer else "no"


def _could_change(item: _ProtectionCheck, standing: Standing) -> bool:
    return not item.turns_on and _STRENGTH[item.standing] > _STRENGTH[standing]


def _collectable_at_auction(amounts: Amounts, deciding: Iterable[_ProtectionCheck], lien: Lien) -> Range | None:
    """The shortfall after a low sale; None where the law credits the home's worth instead of the price.

    A credit that rests on something (that the lender buys, that the owner asks for it in time) takes away no risk here.
    """
    effects = {item.protection.effect: item.protection.share for item in deciding if not item.presumes}
    if "fair_value_credit" in effects:
        return None
    share = effects.get("reduced") or ZERO
    return positive_or_none(first_at_auction(amounts, share) if lien == "first" else second_at_auction(amounts, share))


# ---------------------------------------------------------------- reasons


def _reasons(
    law: Jurisdiction, process: ProcessName, lien: Lien, before: Standing, standing: Standing, setting: list[Protection]
) -> tuple[Reason, ...]:
    of_protections = tuple(protection_reason(law, protection) for protection in setting)
    if standing != before:
        return of_protections
    if lien == "second" and standing != "not_used":
        junior = law.junior_liens
        return (Reason(f"{law.code}/junior-liens", junior.words, junior.citation, junior.confidence), *of_protections)
    key = f"{process}/{standing}"
    return (Reason(key, laws.words(key), law.process(process).citation, law.confidence), *of_protections)


def _possible(
    law: Jurisdiction, lien: Lien, standing: Standing, checks: tuple[_ProtectionCheck, ...], undecided: list[_ProtectionCheck]
) -> tuple[Reason, ...]:
    """What may help yet: first what a fact not known decides, then what papers or a court decide, the strongest first."""
    others = [item for item in checks if item not in undecided and _is_worth_saying(item)]
    others.sort(key=lambda item: _EFFECTS_STRONGEST_FIRST.index(item.protection.effect))
    told = tuple(protection_reason(law, item.protection) for item in [*undecided, *others])
    junior = law.junior_liens
    if lien == "second" and _STRENGTH[junior.purchase_money_standing] > _STRENGTH[standing]:
        return (general_reason("second/used-to-buy", junior.citation, junior.confidence), *told)
    return told


def _is_worth_saying(item: _ProtectionCheck) -> bool:
    return item.applies != "no" and (bool(item.turns_on) or item.standing == "allowed")


# ---------------------------------------------------------------- the answer as a whole


def _tier(facts: Facts, amounts: Amounts, law: Jurisdiction | None, outcomes: tuple[_LienOutcome, ...]) -> Tier:
    """The worst that the customary process can bring on any lien."""
    if law is None:
        return _tier_without_law(facts, amounts)
    found = [_tier_of(outcome) for outcome in outcomes if outcome.exposure.process == law.customary]
    return max(found, key=_TIERS.index)


def _tier_without_law(facts: Facts, amounts: Amounts) -> Tier:
    """Without a state, only a home that pays off everything even at a low sale has an answer."""
    first = first_at_auction(amounts)
    if first is None or first.max > 0 or facts.get("second_lien") is UNKNOWN:
        return "unknown"
    return "unknown" if positive_or_none(second_at_auction(amounts)) else "none"


def _tier_of(outcome: _LienOutcome) -> Tier:
    exposure, unpaid = outcome.exposure, outcome.unpaid
    if unpaid is not None and unpaid.max == 0:
        return "low" if exposure.at_auction else "none"
    if exposure.standing in ("barred", "not_used"):
        return "low"
    if unpaid is None:
        return "unknown"
    if exposure.standing == "limited" or outcome.undecided or unpaid.min == 0:
        return "moderate"
    return "high"


def _depends_on(facts: Facts, law: Jurisdiction | None, outcomes: tuple[_LienOutcome, ...]) -> tuple[str, ...]:
    needed = [name for name in NEEDED if not facts.is_answered(name) and not (name == "state" and law)]
    telling = [
        outcome for outcome in outcomes if outcome.unpaid is None or outcome.unpaid.max > 0 or outcome.exposure.at_auction
    ]
    telling.sort(key=lambda outcome: law is not None and outcome.exposure.process != law.customary)
    second = [] if facts.is_answered("second_lien") else ["second_lien"]
    return _unique([*needed, *(name for outcome in telling for name in outcome.missing), *second])


def _law_ref(law: Jurisdiction, exposures: tuple[Exposure, ...]) -> LawRef:
    of_reasons = (reason.citation for exposure in exposures for reason in exposure.reasons if reason.citation)
    return LawRef(
        code=law.code,
        as_of=law.as_of,
        confidence=law.confidence,
        reviewed_by=law.reviewed_by,
        reviewed_on=law.reviewed_on,
        citations=_unique([*of_reasons, law.deadline_to_sue.citation]),
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))

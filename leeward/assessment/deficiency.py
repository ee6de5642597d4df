"""Whether the lender could come after a homeowner for the rest, and for how much: facts and law in, one answer out.

Pure, and total: every Facts gets an answer. What is uncertain stays uncertain: a range gives a range, a missing fact
leaves the less protective standing in place and is named in `depends_on`. Nothing is rounded; money is Decimal, in USD.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal

from dateutil.relativedelta import relativedelta

from leeward import law as laws
from leeward.core.facts import UNKNOWN, Facts, Range, money_to_json, value_to_json
from leeward.core.language import Words
from leeward.law.model import Condition, Confidence, Effect, Jurisdiction, ProcessName, Protection, Provision, Standing

Lien = Literal["first", "second"]
Tier = Literal["none", "low", "moderate", "high", "unknown"]
Answer = Literal["yes", "no", "open"]

NEEDED: Final = ("state", "balance_owed", "home_value")
PROCESSES: Final[tuple[ProcessName, ...]] = ("judicial", "nonjudicial")
ZERO: Final = Decimal(0)
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
class Reason:
    """One sentence of an answer. `key` is that of reasons.yml, or of a law file's statement, as in "IL/full-credit-bid".

    `citation` and `confidence` are those of the statement of law; None for a sentence that states none.
    """

    key: str
    words: Words
    citation: str | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a sale for the home's worth would leave unpaid on the first mortgage, in USD, never below 0.

    `low` and `high` take the bounds of what was said, `expected` their middle; all three are equal for exact amounts.
    """

    low: Decimal
    expected: Decimal
    high: Decimal
    how: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What may follow for one lien after one kind of foreclosure.

    `up_to` is the highest shortfall (USD) at a sale for the home's worth: 0 where barred or not used, None where an
    amount is not known. `at_auction` is the same range if the sale brings less and that could be collected, else None.
    `reasons` explain the standing; `possible` are protections that papers, a court or a fact not known decide;
    `rests_on` are the slugs of what the standing takes as given (in words: `leeward.law.presumption`).
    """

    process: ProcessName
    lien: Lien
    standing: Standing
    up_to: Decimal | None
    at_auction: Range | None
    reasons: tuple[Reason, ...]
    possible: tuple[Reason, ...]
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawRef:
    """Which law an estimate rests on, how sure and how fresh it is, and who has reviewed it."""

    code: str
    as_of: date
    confidence: Confidence
    reviewed_by: str | None
    reviewed_on: date | None
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole answer. `shortfall` is None where an amount is not known, `law` where the state is not.

    `equity` is what a sale for the home's worth would leave the owner after all liens told (USD), None where nothing.
    `at_auction` is the first mortgage's shortfall (USD) if a foreclosure sale in the customary process brings less than
    the home is worth; None where it cannot be told, is nothing, or may not be collected. `exposures` begin with the
    customary process. `deadline_ends` is the day the lender's time to sue runs out, where the home was sold on a day that
    the person told and the law counts a fixed time. `depends_on` names facts not yet asked that would change the answer,
    most telling first.
    """

    shortfall: Shortfall | None
    at_auction: Range | None
    equity: Range | None
    exposures: tuple[Exposure, ...]
    tier: Tier
    deadline: Provision | None
    depends_on: tuple[str, ...]
    law: LawRef | None
    deadline_ends: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The estimate as plain JSON; these keys are always there. Money is a number of USD, a date ISO 8601.

        - shortfall: null or {low, expected, high, how: [reason…]}
        - equity, at_auction: null or {min, max}
        - exposures: [{process, lien, standing, up_to: number or null, at_auction, reasons: [reason…],
          possible: [reason…], rests_on: [slug…]}…]
        - tier: "none", "low", "moderate", "high" or "unknown"
        - deadline: null or {words: {en, es}, citation, confidence, days: number or null, months: number or null}
        - deadline_ends: null or a date
        - depends_on: [fact name…]
        - law: null or {code, as_of, confidence, reviewed_by, reviewed_on, citations: [text…]}

        A reason is {key, words: {en, es}, citation: text or null, confidence: text or null}; `es` is null where the Spanish
        is still to be written.
        """
        return {
            "shortfall": _shortfall_to_json(self.shortfall),
            "equity": _range_to_json(self.equity),
            "at_auction": _range_to_json(self.at_auction),
            "exposures": [_exposure_to_json(exposure) for exposure in self.exposures],
            "tier": self.tier,
            "deadline": _provision_to_json(self.deadline),
            "deadline_ends": self.deadline_ends.isoformat() if self.deadline_ends else None,
            "depends_on": list(self.depends_on),
            "law": _law_to_json(self.law),
        }


@dataclass(frozen=True, slots=True)
class _Amounts:
    """What is owed on each lien and what the home is worth (USD); None where that is not known."""

    owed: Range | None
    second: Range | None
    worth: Range | None


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
    law = law or _law_of(facts)
    amounts = _Amounts(facts.amount("balance_owed"), facts.amount("second_lien"), facts.amount("home_value"))
    outcomes = tuple(_lien_outcomes(facts, amounts, law, on, circumstances)) if law else ()
    exposures = tuple(outcome.exposure for outcome in outcomes)
    at_auction = exposures[0].at_auction if exposures else _something(_first_at_auction(amounts))
    return Estimate(
        shortfall=_shortfall(facts, amounts),
        at_auction=at_auction,
        equity=_equity(facts, amounts),
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
    if law is None or facts.get("stage") not in ("sold", "deficiency_claim") or not isinstance(sold_on, date):
        return None
    clock = law.deadline_to_sue
    if clock.days is None and clock.months is None:
        return None
    return sold_on + relativedelta(days=clock.days or 0, months=0 if clock.days else clock.months or 0)


def _law_of(facts: Facts) -> Jurisdiction | None:
    state = facts.get("state")
    return laws.jurisdiction(state) if isinstance(state, str) else None


# ---------------------------------------------------------------- amounts


def _shortfall(facts: Facts, amounts: _Amounts) -> Shortfall | None:
    if amounts.owed is None or amounts.worth is None:
        return None
    unpaid = _minus(amounts.owed, amounts.worth)
    expected = max(ZERO, _middle(amounts.owed) - _middle(amounts.worth))
    return Shortfall(unpaid.min, expected, unpaid.max, tuple(_generic(key) for key in _how(facts, amounts, unpaid)))


def _how(facts: Facts, amounts: _Amounts, unpaid: Range) -> Iterator[str]:
    yield "shortfall/none" if unpaid.max == 0 else "shortfall/exact"
    if unpaid.min != unpaid.max:
        yield "shortfall/range"
    if not facts.is_answered("second_lien"):
        yield "shortfall/no-second-told"
    elif amounts.second is None:
        yield "shortfall/second-unknown"
    elif amounts.second.max > 0:
        yield "shortfall/second-apart"
    stage = facts.get("stage")
    if stage in ("sold", "deficiency_claim"):
        yield f"stage/{stage}"
    else:
        yield "shortfall/grows"


def _equity(facts: Facts, amounts: _Amounts) -> Range | None:
    if amounts.owed is None or amounts.worth is None:
        return None
    after_first = _minus(amounts.worth, amounts.owed)
    if facts.get("second_lien") is UNKNOWN:
        return _something(Range(ZERO, after_first.max))
    return _something(_minus(after_first, amounts.second or Range(ZERO, ZERO)))


def _unpaid_first(amounts: _Amounts) -> Range | None:
    if amounts.owed is None or amounts.worth is None:
        return None
    return _minus(amounts.owed, amounts.worth)


def _unpaid_second(amounts: _Amounts) -> Range | None:
    """The home's worth pays the first mortgage before the second sees any of it."""
    if amounts.owed is None or amounts.worth is None or amounts.second is None:
        return None
    return _minus(amounts.second, _minus(amounts.worth, amounts.owed))


def _first_at_auction(amounts: _Amounts, share: Decimal = ZERO) -> Range | None:
    """What is left unpaid on the first mortgage if the sale brings less; `share` of the gap to worth is credited."""
    if amounts.owed is None or amounts.worth is None:
        return None
    return _minus(_plus(amounts.owed, laws.auction().costs), _price(amounts.worth, share))


def _second_at_auction(amounts: _Amounts, share: Decimal = ZERO) -> Range | None:
    if amounts.owed is None or amounts.worth is None or amounts.second is None:
        return None
    left_over = _minus(_price(amounts.worth, share), _plus(amounts.owed, laws.auction().costs))
    return _minus(amounts.second, left_over)


def _price(worth: Range, share: Decimal) -> Range:
    discount = laws.auction().discount
    lost = Range(discount.min * (1 - share), discount.max * (1 - share))
    return Range(worth.min * (1 - lost.max), worth.max * (1 - lost.min))


def _minus(left: Range, right: Range) -> Range:
    """The difference of two ranges, never below 0."""
    return Range(max(ZERO, left.min - right.max), max(ZERO, left.max - right.min))


def _plus(left: Range, right: Range) -> Range:
    return Range(left.min + right.min, left.max + right.max)


def _middle(amount: Range) -> Decimal:
    return (amount.min + amount.max) / 2


def _highest(amount: Range | None) -> Decimal | None:
    return None if amount is None else amount.max


def _something(amount: Range | None) -> Range | None:
    """The range, or None where it is nothing at all."""
    return amount if amount and amount.max > 0 else None


# ---------------------------------------------------------------- standings


def _lien_outcomes(
    facts: Facts, amounts: _Amounts, law: Jurisdiction, on: date, circumstances: Mapping[str, bool]
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
    amounts: _Amounts, law: Jurisdiction, process: ProcessName, lien: Lien, concerning: tuple[_ProtectionCheck, ...]
) -> _LienOutcome:
    before = _standing_before(law, process, lien)
    checks = concerning if before != "not_used" else ()
    deciding = [item for item in checks if item.decides]
    standing = max([before, *(item.standing for item in deciding)], key=lambda name: _STRENGTH[name])
    settled = standing in ("barred", "not_used")
    undecided = [item for item in checks if item.applies == "open" and _could_change(item, standing)]
    setting = [item for item in deciding if item.standing == standing != "allowed"]
    unpaid = _unpaid_first(amounts) if lien == "first" else _unpaid_second(amounts)
    exposure = Exposure(
        process=process,
        lien=lien,
        standing=standing,
        up_to=ZERO if settled else _highest(unpaid),
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


def _collectable_at_auction(amounts: _Amounts, deciding: Iterable[_ProtectionCheck], lien: Lien) -> Range | None:
    """The shortfall after a low sale; None where the law credits the home's worth instead of the price.

    A credit that rests on something (that the lender buys, that the owner asks for it in time) takes away no risk here.
    """
    effects = {item.protection.effect: item.protection.share for item in deciding if not item.presumes}
    if "fair_value_credit" in effects:
        return None
    share = effects.get("reduced") or ZERO
    return _something(_first_at_auction(amounts, share) if lien == "first" else _second_at_auction(amounts, share))


# ---------------------------------------------------------------- reasons


def _reasons(
    law: Jurisdiction, process: ProcessName, lien: Lien, before: Standing, standing: Standing, setting: list[Protection]
) -> tuple[Reason, ...]:
    of_protections = tuple(_told(law, protection) for protection in setting)
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
    told = tuple(_told(law, item.protection) for item in [*undecided, *others])
    junior = law.junior_liens
    if lien == "second" and _STRENGTH[junior.purchase_money_standing] > _STRENGTH[standing]:
        return (_generic("second/used-to-buy", junior.citation, junior.confidence), *told)
    return told


def _is_worth_saying(item: _ProtectionCheck) -> bool:
    return item.applies != "no" and (bool(item.turns_on) or item.standing == "allowed")


def _told(law: Jurisdiction, protection: Protection) -> Reason:
    return Reason(f"{law.code}/{protection.id}", protection.words, protection.citation, protection.confidence)


def _generic(key: str, citation: str | None = None, confidence: Confidence | None = None) -> Reason:
    return Reason(key, laws.words(key), citation, confidence)


# ---------------------------------------------------------------- the answer as a whole


def _tier(facts: Facts, amounts: _Amounts, law: Jurisdiction | None, outcomes: tuple[_LienOutcome, ...]) -> Tier:
    """The worst that the customary process can bring on any lien."""
    if law is None:
        return _tier_without_law(facts, amounts)
    found = [_tier_of(outcome) for outcome in outcomes if outcome.exposure.process == law.customary]
    return max(found, key=_TIERS.index)


def _tier_without_law(facts: Facts, amounts: _Amounts) -> Tier:
    """Without a state, only a home that pays off everything even at a low sale has an answer."""
    first = _first_at_auction(amounts)
    if first is None or first.max > 0 or facts.get("second_lien") is UNKNOWN:
        return "unknown"
    return "unknown" if _something(_second_at_auction(amounts)) else "none"


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


# ---------------------------------------------------------------- JSON


def _shortfall_to_json(shortfall: Shortfall | None) -> dict[str, Any] | None:
    if shortfall is None:
        return None
    return {
        "low": money_to_json(shortfall.low),
        "expected": money_to_json(shortfall.expected),
        "high": money_to_json(shortfall.high),
        "how": [_reason_to_json(reason) for reason in shortfall.how],
    }


def _exposure_to_json(exposure: Exposure) -> dict[str, Any]:
    return {
        "process": exposure.process,
        "lien": exposure.lien,
        "standing": exposure.standing,
        "up_to": None if exposure.up_to is None else money_to_json(exposure.up_to),
        "at_auction": _range_to_json(exposure.at_auction),
        "reasons": [_reason_to_json(reason) for reason in exposure.reasons],
        "possible": [_reason_to_json(reason) for reason in exposure.possible],
        "rests_on": list(exposure.rests_on),
    }


def _reason_to_json(reason: Reason) -> dict[str, Any]:
    return {
        "key": reason.key,
        "words": _words_to_json(reason.words),
        "citation": reason.citation,
        "confidence": reason.confidence,
    }


def _words_to_json(words: Words) -> dict[str, str | None]:
    return {"en": words.en, "es": words.es}


def _range_to_json(amount: Range | None) -> Any:
    return None if amount is None else value_to_json(amount)


def _provision_to_json(provision: Provision | None) -> dict[str, Any] | None:
    if provision is None:
        return None
    return {
        "words": _words_to_json(provision.words),
        "citation": provision.citation,
        "confidence": provision.confidence,
        "days": provision.days,
        "months": provision.months,
    }


def _law_to_json(law: LawRef | None) -> dict[str, Any] | None:
    if law is None:
        return None
    return {
        "code": law.code,
        "as_of": law.as_of.isoformat(),
        "confidence": law.confidence,
        "reviewed_by": law.reviewed_by,
        "reviewed_on": None if law.reviewed_on is None else law.reviewed_on.isoformat(),
        "citations": list(law.citations),
    }

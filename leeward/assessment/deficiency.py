"""Whether the lender could come after a homeowner for the rest, and for how much: facts and law in, one answer out.

Pure, and total: every Facts gets an answer. What is uncertain stays uncertain: a range gives a range, a missing fact
leaves the less protective standing in place and is named in `depends_on`. Nothing is rounded; money is Decimal, in USD.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from leeward import law as laws
from leeward.assessment.amounts import (
    ZERO,
    Amounts,
    amounts_of,
    equity_of,
    first_at_auction,
    highest,
    less_fair_value,
    positive_or_none,
    second_at_auction,
    shortfall_of,
    unpaid_first,
    unpaid_second,
)
from leeward.assessment.clocks import deadline_for, law_clocks, missing_for_clocks, redemption_for
from leeward.assessment.conditions import (
    NOTHING_SETTLED,
    Circumstances,
    Coverage,
    coverage,
    is_about,
    possible_processes,
    settled,
)
from leeward.assessment.figures import figures_needed
from leeward.assessment.liability import federal_claims, liability
from leeward.assessment.model import Estimate, Exposure, LawRef, Liability, Lien, Reason, Tier
from leeward.assessment.reasons import general_reason, protection_reason
from leeward.core.facts import UNKNOWN, Facts, Range
from leeward.law import persons
from leeward.law.model import Effect, Jurisdiction, ProcessName, Protection, Standing, cited

PROCESSES: Final[tuple[ProcessName, ...]] = ("judicial", "nonjudicial")

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
# What sets a limit to a claim, so that "limited" says something; a time to sue is one.
_LIMITING: Final[frozenset[Effect]] = frozenset({"fair_value_credit", "reduced", "discretion", "deadline"})
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
    """A protection held against the facts."""

    protection: Protection
    coverage: Coverage

    @property
    def standing(self) -> Standing:
        """The standing that it would give."""
        return _STANDING_AFTER[self.protection.effect]


@dataclass(frozen=True, slots=True)
class _Case:
    """What an estimate is made of."""

    facts: Facts
    amounts: Amounts
    law: Jurisdiction
    processes: tuple[ProcessName, ...]
    on: date
    circumstances: Circumstances

    @property
    def under_way(self) -> ProcessName:
        """The kind of foreclosure that the person is in; the likeliest of `processes` where that is not known."""
        return self.processes[0]

    @property
    def excluded(self) -> frozenset[str]:
        """The protections that a circumstance which holds takes away."""
        return frozenset(name for item in self.law.circumstances if self._holds(item.slug) for name in item.excludes)

    @property
    def allowed(self) -> frozenset[ProcessName]:
        """The kinds of foreclosure after which a circumstance that holds lets the lender ask for the rest."""
        return frozenset(name for item in self.law.circumstances if self._holds(item.slug) for name in item.allows)

    def _holds(self, slug: str) -> bool:
        return self.circumstances.get(slug) is True


def estimate(
    facts: Facts,
    *,
    on: date,
    law: Jurisdiction | None = None,
    process: ProcessName | None = None,
    circumstances: Circumstances = NOTHING_SETTLED,
) -> Estimate:
    """The estimate for these facts under the law in force `on` that day.

    `law` is by default that of the facts' state; where neither is known, the estimate has no exposures. `process` is the kind
    of foreclosure under way, by default what the facts say of it. `circumstances` settles what no homeowner is asked but a
    lawyer with the papers can tell: whether a named circumstance of the law file (such as acres_max_2_5 or
    lender_elects_short_redemption) holds; those of persons.yml are known in every state.
    """
    facts = _with_person_circumstances(facts, law or laws.law_for(facts), circumstances)
    law = law or laws.law_for(facts)
    amounts = amounts_of(facts)
    liable = liability(facts)
    case = None
    if law is not None:
        processes = (process,) if process else possible_processes(facts, law)
        case = _Case(facts, amounts, law, processes, on, settled(law, circumstances, facts))
    outcomes = tuple(_lien_outcomes(case)) if case else ()
    exposures = tuple(outcome.exposure for outcome in outcomes)
    at_auction = exposures[0].at_auction if exposures else positive_or_none(first_at_auction(amounts))
    return Estimate(
        shortfall=shortfall_of(facts, amounts),
        at_auction=None if liable.answer == "no" else at_auction,
        equity=equity_of(facts, amounts),
        exposures=exposures,
        tier=_tier(case, facts, amounts, outcomes),
        deadline=deadline_for(facts, case.law, case.under_way, case.circumstances) if case else None,
        buying_back=redemption_for(facts, case.law, case.under_way, case.circumstances) if case else None,
        depends_on=_depends_on(case, facts, liable, outcomes),
        law=_law_ref(case, exposures) if case else None,
        liable=liable,
        federal_claims=federal_claims(facts),
        clocks=law_clocks(facts, case.law, case.processes, on, case.circumstances) if case else (),
    )


def person_circumstances() -> tuple[str, ...]:
    """The named circumstances that are about the person, and so are known in every state."""
    return tuple(circumstance.slug for circumstance in persons.read().circumstances)


def _with_person_circumstances(facts: Facts, law: Jurisdiction | None, circumstances: Circumstances) -> Facts:
    """The facts with what a circumstance that holds says of the person."""
    of_state = [item.slug for item in law.circumstances if item.person == "not_liable"] if law else []
    in_every_state = {item.slug: item for item in persons.read().circumstances}
    for slug, holds in circumstances.items():
        if holds and slug in in_every_state:
            facts = facts.learn(in_every_state[slug].fact, in_every_state[slug].value)
        elif holds and slug in of_state:
            facts = facts.learn("on_the_loan", False)
    return facts


# ---------------------------------------------------------------- standings


def _lien_outcomes(case: _Case) -> Iterator[_LienOutcome]:
    liens: list[Lien] = ["first"]
    if case.facts.get("second_lien") is UNKNOWN or (case.amounts.second and case.amounts.second.max > 0):
        liens.append("second")
    for lien in liens:
        liable = liability(case.facts, lien)
        for process in sorted(PROCESSES, key=lambda name: name != case.under_way):
            if liable.answer == "no" and case.law.process(process).standing != "not_used":
                yield _not_liable(case, process, lien, liable)
            else:
                yield _lien_outcome(case, process, lien, liable)


def _not_liable(case: _Case, process: ProcessName, lien: Lien, liable: Liability) -> _LienOutcome:
    """Nothing is owed in person, whatever the state's law says to the lender."""
    exposure = Exposure(process, lien, "barred", ZERO, None, liable.reasons, (), ())
    return _LienOutcome(exposure, _unpaid(case, lien), False, ())


def _lien_outcome(case: _Case, process: ProcessName, lien: Lien, liable: Liability) -> _LienOutcome:
    checks = tuple(_checks(case, process, lien))
    before = _standing_before(case, process, lien, checks)
    if before == "not_used":
        checks = ()
    deciding = [item for item in checks if item.coverage.is_sure]
    standing = max([before, *(item.standing for item in deciding)], key=lambda name: _STRENGTH[name])
    is_settled = standing in ("barred", "not_used")
    undecided = [item for item in checks if item.coverage.applies == "open" and _could_change(item, standing)]
    setting = [item for item in deciding if item.standing == standing != "allowed"]
    unpaid = _unpaid(case, lien)
    claimable = less_fair_value(case.amounts, unpaid) if _is_credited(deciding) and lien == "first" else unpaid
    claims = federal_claims(case.facts) if lien == "first" and standing != "not_used" else ()
    # Where nothing may be asked of the borrower, it does not matter who that is.
    person = liable.reasons if liable.answer == "unknown" and not is_settled else ()
    missing = _unique([*(name for item in undecided for name in item.coverage.missing), *_second_purpose(case, lien, standing)])
    exposure = Exposure(
        process=process,
        lien=lien,
        standing=standing,
        up_to=ZERO if is_settled else highest(claimable),
        at_auction=None if is_settled else _collectable_at_auction(case.amounts, deciding, lien),
        reasons=_reasons(case.law, process, lien, before, standing, [item.protection for item in setting]),
        possible=(
            *person,
            *claims,
            *(() if is_settled else _possible(case, lien, standing, checks, undecided)),
        ),
        rests_on=_unique(slug for item in setting for slug in item.coverage.presumes),
    )
    return _LienOutcome(exposure, claimable, bool(undecided or person or claims or missing), missing)


def _unpaid(case: _Case, lien: Lien) -> Range | None:
    return unpaid_first(case.amounts) if lien == "first" else unpaid_second(case.amounts)


def _checks(case: _Case, process: ProcessName, lien: Lien) -> Iterator[_ProtectionCheck]:
    for protection in case.law.protections:
        if _concerns(protection, process, lien, case.on) and protection.id not in case.excluded:
            yield _ProtectionCheck(protection, coverage(protection.when, case.facts, lien, case.circumstances))


def _standing_before(case: _Case, process: ProcessName, lien: Lien, checks: tuple[_ProtectionCheck, ...]) -> Standing:
    """The standing before protections. A second lien is wiped out by the first one's sale, so it has a law of its own."""
    of_process = case.law.process(process).standing
    if of_process == "not_used":
        return of_process
    if lien == "second":
        return _junior_standing(case)
    if process in case.allowed or (of_process == "limited" and _no_limit_applies(case, process, checks)):
        return "allowed"
    return of_process


def _no_limit_applies(case: _Case, process: ProcessName, checks: tuple[_ProtectionCheck, ...]) -> bool:
    """Whether the file names limits for this process and none of them can hold here."""
    named = [item for item in case.law.protections if item.effect in _LIMITING and is_about(item.when, process, "first")]
    possible = [item for item in checks if item.protection.effect in _LIMITING and item.coverage.applies != "no"]
    return bool(named) and not possible


def _junior_standing(case: _Case) -> Standing:
    junior = case.law.junior_liens
    bought_the_home = case.facts.get("second_lien_purpose") == "purchase"
    return junior.purchase_money_standing if bought_the_home else junior.standing


def _second_purpose(case: _Case, lien: Lien, standing: Standing) -> tuple[str, ...]:
    """The question what the second loan was for, where it would change the answer and nobody has asked it."""
    junior = case.law.junior_liens
    matters = lien == "second" and _STRENGTH[junior.purchase_money_standing] > _STRENGTH[standing]
    return ("second_lien_purpose",) if matters and not case.facts.is_answered("second_lien_purpose") else ()


def _concerns(protection: Protection, process: ProcessName, lien: Lien, on: date) -> bool:
    """Whether the protection is in force and is about this lien and this kind of foreclosure at all."""
    if protection.effective_from and on < protection.effective_from:
        return False
    if protection.effective_until and on > protection.effective_until:
        return False
    return is_about(protection.when, process, lien)


def _could_change(item: _ProtectionCheck, standing: Standing) -> bool:
    return not item.coverage.turns_on and _STRENGTH[item.standing] > _STRENGTH[standing]


def _is_credited(deciding: Iterable[_ProtectionCheck]) -> bool:
    """Whether the law surely credits the home's worth.

    A credit that rests on something (that the lender buys, that the owner asks for it in time) takes away no risk.
    """
    return any(item.protection.effect == "fair_value_credit" and not item.coverage.presumes for item in deciding)


def _collectable_at_auction(amounts: Amounts, deciding: Iterable[_ProtectionCheck], lien: Lien) -> Range | None:
    """The shortfall after a low sale; None after a sale, or where the law credits the home's worth instead of its price."""
    if _is_credited(deciding):
        return None
    shares = [item.protection.share for item in deciding if item.protection.effect == "reduced" and not item.coverage.presumes]
    share = next((share for share in shares if share is not None), ZERO)
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
        return (Reason(f"{law.code}/junior-liens", junior.words, cited(junior.citations), junior.confidence), *of_protections)
    key = f"{process}/{standing}"
    return (Reason(key, laws.words(key), cited(law.process(process).citations), law.confidence), *of_protections)


def _possible(
    case: _Case, lien: Lien, standing: Standing, checks: tuple[_ProtectionCheck, ...], undecided: list[_ProtectionCheck]
) -> tuple[Reason, ...]:
    """What may help yet: first what a fact not known decides, then what papers or a court decide, the strongest first."""
    others = [item for item in checks if item not in undecided and _is_worth_saying(item)]
    others.sort(key=lambda item: _EFFECTS_STRONGEST_FIRST.index(item.protection.effect))
    told = tuple(protection_reason(case.law, item.protection) for item in [*undecided, *others])
    junior = case.law.junior_liens
    if _second_purpose(case, lien, standing):
        return (general_reason("second/used-to-buy", cited(junior.citations), junior.confidence), *told)
    return told


def _is_worth_saying(item: _ProtectionCheck) -> bool:
    return item.coverage.applies != "no" and (bool(item.coverage.turns_on) or item.standing == "allowed")


# ---------------------------------------------------------------- the answer as a whole


def _tier(case: _Case | None, facts: Facts, amounts: Amounts, outcomes: tuple[_LienOutcome, ...]) -> Tier:
    """The worst that the process under way can bring on any lien."""
    if case is None:
        return _tier_without_law(facts, amounts)
    found = [_tier_of(outcome) for outcome in outcomes if outcome.exposure.process == case.under_way]
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
        return "moderate" if outcome.undecided else "low"
    if unpaid is None:
        return "unknown"
    if exposure.standing == "limited" or outcome.undecided or unpaid.min == 0:
        return "moderate"
    return "high"


def _depends_on(case: _Case | None, facts: Facts, liable: Liability, outcomes: tuple[_LienOutcome, ...]) -> tuple[str, ...]:
    needed = [name for name in figures_needed(facts) if not facts.is_answered(name) and not (name == "state" and case)]
    telling = [
        outcome for outcome in outcomes if outcome.unpaid is None or outcome.unpaid.max > 0 or outcome.exposure.at_auction
    ]
    telling.sort(key=lambda outcome: case is not None and outcome.exposure.process != case.under_way)
    second = [] if facts.is_answered("second_lien") or liable.answer == "no" else ["second_lien"]
    for_clocks = missing_for_clocks(facts, case.law, case.under_way, case.circumstances, liable) if case else ()
    return _unique(
        [*liable.depends_on, *needed, *(name for outcome in telling for name in outcome.missing), *for_clocks, *second]
    )


def _law_ref(case: _Case, exposures: tuple[Exposure, ...]) -> LawRef:
    law = case.law
    of_reasons = (reason.citation for exposure in exposures for reason in exposure.reasons if reason.citation)
    deadline = deadline_for(case.facts, law, case.under_way, case.circumstances)
    of_deadline = cited(deadline.citations) if deadline else None
    return LawRef(
        code=law.code,
        as_of=law.as_of,
        confidence=law.confidence,
        reviewed_by=law.reviewed_by,
        reviewed_on=law.reviewed_on,
        citations=_unique([*of_reasons, *([of_deadline] if of_deadline else [])]),
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))

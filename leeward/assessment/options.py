"""The ways out: which fit this person, which do not, and why. The words and conditions stand in leeward/law/options.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from leeward import law as laws
from leeward.assessment.clocks import may_redeem
from leeward.assessment.conditions import NOTHING_SETTLED, coverage, process_under_way
from leeward.assessment.deadlines import last_day
from leeward.assessment.model import Estimate
from leeward.core import stages
from leeward.core.facts import Facts, Range, Value
from leeward.core.language import Words
from leeward.law import federal
from leeward.law import options as option_rows
from leeward.law.federal import FederalFact
from leeward.law.model import Confidence, Jurisdiction, OptionLaw, Program, Provision, cited
from leeward.law.options import ClockSource, DoubtConditions, FitConditions, FitReason, OptionId, OptionRow

Fit = Literal["fits", "maybe", "no"]
_ORDER: Final[dict[Fit, int]] = {"fits": 0, "maybe": 1, "no": 2}


@dataclass(frozen=True, slots=True)
class Option:
    """One way out: what it is, what it stops, what it does to a deficiency in this state, its clock, and a caution.

    `why` are the reasons for `fit`. `is_closed` says that the foreclosure has come too far for it, or not far enough.
    `deficiency_citation` are the sources of what it does to a deficiency, if somebody has seen one. `notes` are the federal
    rules that belong to it, those of the person's kind of loan first among them. `confidence` is the least sure of the
    statements that the option itself makes.
    """

    id: OptionId
    fit: Fit
    why: tuple[Words, ...]
    is_closed: bool
    name: Words
    what: Words
    stops: Words
    deficiency: Words
    deficiency_citation: str | None
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
    found = [(_place(row, option), option) for row in option_rows.read().options for option in [_option(row, case)]]
    return tuple(option for _, option in sorted(found, key=lambda pair: pair[0]))


def programs(facts: Facts, estimate: Estimate, *, on: date) -> tuple[Program, ...]:
    """The state's and county's programmes that are open now, those whose last day is near first; never one that has passed.

    One of a county is given only to who told that county.
    """
    law = laws.law_for(facts)
    found = [program for program in law.programs if _is_open(program, facts)] if law else []
    days = {program.id: _last_day_of(program, facts) for program in found}
    still = [program for program in found if (day := days[program.id]) is None or day >= on]
    return tuple(sorted(still, key=lambda program: days[program.id] or date.max))


def _is_open(program: Program, facts: Facts) -> bool:
    county = facts.get("county")
    in_county = program.county is None or (isinstance(county, str) and county.casefold() in map(str.casefold, program.county))
    covers = coverage(program.when, facts, "first", NOTHING_SETTLED)
    return in_county and facts.get("stage") in program.stage and covers.applies != "no"


def _last_day_of(program: Program, facts: Facts) -> date | None:
    served = stages.suit_served_on(facts)
    return last_day(program, served) if program.counts_from == "service" and served is not None else None


def _place(row: OptionRow, option: Option) -> tuple[bool, bool, int]:
    """Where an option is told: first what is lost when its time ends, last what is open to everyone."""
    return row.fits == FitConditions(), not (row.first and option.fit != "no"), _ORDER[option.fit]


def _option(row: OptionRow, case: _Case) -> Option:
    fit, why = _fit(row, case)
    in_state = _state_law(row.id, case.law)
    clock = _state_clock(row.clock_from, case)
    notes = tuple(_federal(row.id, case.facts))
    statements = (row, *(law for law in (in_state, clock) if law), *notes)
    sources = [row.deficiency_citations, *(statement.citations for statement in statements)]
    citations = [source for citations in sources if (source := cited(citations))]
    return Option(
        id=row.id,
        fit=fit,
        why=why,
        is_closed=_is_closed(row, case),
        name=row.name,
        what=row.what,
        stops=row.stops,
        deficiency=_in_both(in_state, row.deficiency),
        deficiency_citation=cited(in_state.citations if in_state else row.deficiency_citations),
        clock=_in_both(clock, row.clock),
        caution=row.caution,
        notes=tuple(note.words for note in notes),
        citations=tuple(dict.fromkeys(citations)),
        confidence=_least([row.confidence, *(law.confidence for law in (in_state, clock) if law)]),
        as_of=option_rows.read().as_of,
    )


# ---------------------------------------------------------------- fit


def _is_closed(row: OptionRow, case: _Case) -> bool:
    stage, fitting = _stage(case), row.fits.stage
    if fitting is None:
        return False
    # Of whom nothing was told, no home has been sold.
    return stage not in fitting if stage is not None else stages.AFTER_SALE.issuperset(fitting)


def _fit(row: OptionRow, case: _Case) -> tuple[Fit, tuple[Words, ...]]:
    """Every condition must hold; one that cannot be judged yet, or a doubt, makes it "maybe"."""
    answers = list(_answers(row.fits, case))
    against = tuple(reason.no for reason, holds in answers if holds is False and reason.no)
    if against:
        return "no", against
    open_yet = tuple(reason.open for reason, holds in answers if holds is None and reason.open)
    doubts = tuple(_doubts(row.doubts, case))
    if open_yet or doubts:
        return "maybe", (*open_yet, *doubts)
    return "fits", tuple(reason.yes for reason, _ in answers if reason.yes)


def _answers(fits: FitConditions, case: _Case) -> Iterator[tuple[FitReason, bool | None]]:
    """Whether each condition of an option holds; None where what it turns on is not known."""
    reasons = option_rows.read().reasons
    if fits.state is not None:
        yield reasons.state, None if case.law is None else case.law.code in fits.state
    # Once the home is sold, keeping or leaving it is no longer the question.
    if fits.goal is not None and _stage(case) not in stages.AFTER_SALE:
        goal = case.facts.get("goal")
        yield reasons.goal, goal in fits.goal if goal in ("keep", "leave") else None
    if fits.equity is not None:
        equity = _equity(case.estimate)
        yield reasons.equity, None if equity is None else equity is fits.equity
    if fits.court_case is not None:
        in_court = _in_court(case)
        yield reasons.court_case, None if in_court is None else in_court is fits.court_case
    if fits.redeemable is not None:
        yield reasons.redeemable, _redeemable(case)
    if fits.owed_in_person is not None:
        yield reasons.owed_in_person, {"yes": True, "no": False, "unknown": None}[case.estimate.liable.answer]
    if fits.stage is not None:
        stage = _stage(case)
        yield reasons.stage, None if stage is None else stage in fits.stage


def _in_court(case: _Case) -> bool | None:
    if _stage(case) in stages.IN_COURT:
        return True
    return None if case.law is None else case.law.customary == "judicial"


def _redeemable(case: _Case) -> bool | None:
    """Whether the home can still be bought back; None where that turns on the state, on the day, or on what papers tell."""
    facts, law, redemption = case.facts, case.law, case.estimate.redemption
    if law is None:
        return None
    if redemption is None:
        in_time = stages.is_sold(facts) and may_redeem(facts, law, process_under_way(facts, law), NOTHING_SETTLED)
        return None if in_time else False
    return None if redemption.day is None else redemption.day >= case.on


def _doubts(doubts: DoubtConditions, case: _Case) -> Iterator[Words]:
    """What speaks against an option that may fit; what is not known raises no doubt."""
    facts, reasons = case.facts, option_rows.read().doubts
    second, sale = facts.amount("second_lien"), facts.get("sale_date")
    if doubts.second_lien and second is not None and second.max > 0:
        yield reasons.second_lien
    if doubts.stage is not None and _stage(case) in doubts.stage:
        yield reasons.stage
    if doubts.days_to_sale_under is not None and isinstance(sale, date) and (sale - case.on).days < doubts.days_to_sale_under:
        yield reasons.days_to_sale_under
    if doubts.occupancy is not None and facts.get("occupancy") in doubts.occupancy:
        yield reasons.occupancy
    if doubts.prior_bankruptcy and facts.get("prior_bankruptcy") is True:
        yield reasons.prior_bankruptcy
    if doubts.months_behind_over is not None and _most(facts.get("months_behind")) > doubts.months_behind_over:
        yield reasons.months_behind_over


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


def _state_law(option: OptionId, law: Jurisdiction | None) -> OptionLaw | None:
    if law is None:
        return None
    return {
        "deed_in_lieu": law.deed_in_lieu,
        "short_sale": law.short_sale,
        "consent_foreclosure": law.consent_foreclosure,
    }.get(option)


def _in_both(in_state: OptionLaw | Provision | None, general: Words) -> Words:
    """The state's own words; in Spanish the general ones, which hold everywhere, until the state's are written."""
    if in_state is None:
        return general
    return Words(en=in_state.words.en, es=in_state.words.es or general.es)


def _state_clock(source: ClockSource | None, case: _Case) -> Provision | None:
    """The state's own clock where the option has one and the law file knows it."""
    law = case.law
    if law is None or source is None:
        return None
    if source == "redemption_after_sale":
        return case.estimate.buying_back
    clocks = {
        "reinstatement": law.reinstatement,
        "redemption_before_sale": law.redemption_before_sale,
        "answer_to_suit": law.answer_to_suit,
    }
    return clocks[source]


def _federal(option: OptionId, facts: Facts) -> Iterator[FederalFact]:
    """The federal rules that belong to an option, those of this kind of loan first; rules of other loans are left out."""
    loan = facts.get("loan_type")
    ours = [fact for fact in federal.facts().values() if option in fact.options]
    yield from (fact for fact in ours if loan in fact.loan_type)
    yield from (fact for fact in ours if not fact.loan_type)


def _least(levels: list[Confidence]) -> Confidence:
    return max(levels, key=("high", "medium", "low").index)

"""The times that the law sets: to answer a suit, to catch up, to buy the home back, and the lender's to ask for the rest.

A day is told only where the file says what the time is counted from, the person has told that day, and the rule surely covers
them; otherwise the rule is told alone. A day on which courts are closed is moved to one on which they are open, so that nobody
is told a day that may be too late: back for what the homeowner may pay or buy until then, on for an answer to the court (as its
rules have it) and for the lender's own time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, TypeVar

from leeward.assessment.conditions import Circumstances, coverage, is_about
from leeward.assessment.deadlines import last_day
from leeward.assessment.model import ClockKey, LawClock
from leeward.core import stages
from leeward.core.business_days import last_court_day, next_court_day
from leeward.core.facts import Facts
from leeward.law.model import ClockStart, DeadlineToSue, Jurisdiction, ProcessName, Provision, Redemption, cited

_P = TypeVar("_P", bound=Provision)
_TO_PAY: Final[frozenset[ClockKey]] = frozenset({"reinstatement_ends", "redemption_ends"})


def sold_on(facts: Facts, on: date) -> date | None:
    """The day on which the home was sold, where it has been and the person has told it; None for a day that is to come."""
    if facts.get("stage") not in stages.AFTER_SALE:
        return None
    for name in ("sold_on", "sale_date"):
        day = facts.get(name)
        if isinstance(day, date) and day <= on:
            return day
    return None


def deadline_for(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> DeadlineToSue | None:
    """The rule on the lender's time to ask for the rest that covers the person; a duty to report a sale is none."""
    claims = [rule for rule in law.deadlines_to_sue if rule.kind != "report_sale"]
    return _covering(claims, facts, process, circumstances)


def redemption_for(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> Redemption | None:
    """The rule on buying the home back after a sale that covers the person."""
    return _covering(law.redemptions_after_sale, facts, process, circumstances)


def right_to_redeem(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> Redemption | None:
    """The rule that lets the person buy the home back after a sale, before or after it; None where there is no such right."""
    redemption = redemption_for(facts, law, process, circumstances)
    return redemption if redemption is not None and _is_a_right(redemption) else None


def missing_for_clocks(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> tuple[str, ...]:
    """Facts not yet asked that decide which of these rules covers someone whose home has been sold."""
    if facts.get("stage") not in stages.AFTER_SALE:
        return ()
    rules = (*law.redemptions_after_sale, *law.deadlines_to_sue)
    about = [rule for rule in rules if is_about(rule.when, process, "first")]
    found = [coverage(rule.when, facts, "first", circumstances) for rule in about]
    return tuple(dict.fromkeys(name for covers in found if not covers.turns_on for name in covers.missing))


def law_clocks(
    facts: Facts, law: Jurisdiction, process: ProcessName, on: date, circumstances: Circumstances
) -> tuple[LawClock, ...]:
    """The times that the law sets in this situation, in the order in which they are urgent."""
    return tuple(_clocks(facts, law, process, on, circumstances))


def _clocks(
    facts: Facts, law: Jurisdiction, process: ProcessName, on: date, circumstances: Circumstances
) -> Iterator[LawClock]:
    stage, sold = facts.get("stage"), sold_on(facts, on)
    served = _date(facts, "served_on")
    starts: dict[ClockStart, date | None] = {"service": served, "sale": sold}

    def clock(what: ClockKey, rule: Provision) -> LawClock:
        start = starts.get(rule.counts_from) if rule.counts_from else None
        found = coverage(rule.when, facts, "first", circumstances)
        day = last_day(rule, start) if start is not None and found.is_sure else None
        price = rule.price if isinstance(rule, Redemption) else None
        return LawClock(
            what=what,
            day=None if day is None else _open_day(what, day, law.code),
            counts_from=rule.counts_from,
            words=rule.words,
            citation=cited(rule.citations),
            confidence=rule.confidence,
            price=price,
        )

    if law.answer_to_suit is not None and stage != "sold" and (served is not None or stage in ("served", "deficiency_claim")):
        yield clock("answer_due", law.answer_to_suit)
    if stage in stages.AFTER_SALE:
        redemption = right_to_redeem(facts, law, process, circumstances)
        if redemption is not None:
            yield clock("redemption_ends", redemption)
        deadline = deadline_for(facts, law, process, circumstances)
        if deadline is not None:
            yield clock("time_to_sue_ends", deadline)
    elif law.reinstatement is not None and law.reinstatement.counts_from is not None:
        yield clock("reinstatement_ends", law.reinstatement)


def _open_day(what: ClockKey, day: date, state: str) -> date:
    return last_court_day(day, state) if what in _TO_PAY else next_court_day(day, state)


def _is_a_right(redemption: Redemption) -> bool:
    """Whether there is anything to redeem; a rule without a time and a price says that there is not."""
    return redemption.price is not None or redemption.days is not None or redemption.months is not None


def _covering(rules: Sequence[_P], facts: Facts, process: ProcessName, circumstances: Circumstances) -> _P | None:
    """The first rule that covers the person or may, as the most specific stand first.

    One that turns on what only papers or a court can tell comes after the others, since it is no ordinary case.
    """
    about = [rule for rule in rules if is_about(rule.when, process, "first")]
    found = [(rule, coverage(rule.when, facts, "first", circumstances)) for rule in about]
    possible = [(bool(covers.turns_on), rule) for rule, covers in found if covers.applies != "no"]
    return min(possible, key=lambda pair: pair[0])[1] if possible else None


def _date(facts: Facts, name: str) -> date | None:
    value = facts.get(name)
    return value if isinstance(value, date) else None

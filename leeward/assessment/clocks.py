"""The times that the law sets: to answer a suit, to catch up, to buy the home back, and the lender's to ask for the rest.

A day is told only where the file says what the time is counted from, the person has told that day, and the rule surely covers
them, which it does not where another kind of foreclosure would give another day; otherwise the rule is told alone. A day on
which courts are closed is moved to one on which they are open, so that nobody is told a day that may be too late: back for
what the homeowner may pay or buy until then, on for an answer to the court (as its rules have it) and for the lender's own
time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, TypeVar

from leeward.assessment.conditions import Circumstances, coverage, is_about
from leeward.assessment.deadlines import last_day
from leeward.assessment.model import ClockKey, LawClock, Liability
from leeward.core import stages
from leeward.core.business_days import last_court_day, next_court_day
from leeward.core.facts import Facts
from leeward.law.model import ClockStart, DeadlineToSue, Jurisdiction, ProcessName, Provision, Redemption, cited

_P = TypeVar("_P", bound=Provision)
_TO_PAY: Final[frozenset[ClockKey]] = frozenset({"reinstatement_ends", "redemption_ends"})


def sold_on(facts: Facts, on: date) -> date | None:
    """The day on which the home was sold, where it has been and the person has told it; None for a day that is to come."""
    day = stages.sold_on(facts)
    return day if day is not None and day <= on else None


def deadline_for(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> DeadlineToSue | None:
    """The rule on the lender's time to ask for the rest that covers the person; a duty to report a sale is none."""
    if stages.is_lost_otherwise(facts):
        return None
    claims = [rule for rule in law.deadlines_to_sue if rule.kind != "report_sale"]
    return _covering(claims, facts, process, circumstances)


def redemption_for(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> Redemption | None:
    """The rule on buying the home back after a sale that covers the person, whether it gives that right or denies it."""
    if stages.is_lost_otherwise(facts):
        return None
    return _covering(law.redemptions_after_sale, facts, process, circumstances)


def may_redeem(facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances) -> bool:
    """Whether some rule may let the person buy the home back after a sale, if only where papers or a court say so."""
    if stages.is_lost_otherwise(facts):
        return False
    rights = [rule for rule in law.redemptions_after_sale if rule.is_a_right and is_about(rule.when, process, "first")]
    return any(coverage(rule.when, facts, "first", circumstances).applies != "no" for rule in rights)


def missing_for_clocks(
    facts: Facts, law: Jurisdiction, process: ProcessName, circumstances: Circumstances, liable: Liability
) -> tuple[str, ...]:
    """Facts not yet asked that decide which of these rules covers someone whose home has been sold.

    Nobody may sue a person who does not owe the loan, so the lender's time is nothing to ask that person about.
    """
    if not stages.is_sold(facts) or stages.is_lost_otherwise(facts):
        return ()
    rules = (*law.redemptions_after_sale, *(law.deadlines_to_sue if liable.answer != "no" else ()))
    about = [rule for rule in rules if is_about(rule.when, process, "first")]
    found = [coverage(rule.when, facts, "first", circumstances) for rule in about]
    return tuple(dict.fromkeys(name for covers in found if not covers.turns_on for name in covers.missing))


def law_clocks(
    facts: Facts, law: Jurisdiction, processes: Sequence[ProcessName], on: date, circumstances: Circumstances
) -> tuple[LawClock, ...]:
    """The times that the law sets in this situation, in the order in which they are urgent.

    `processes` are the kinds of foreclosure that the person may be in, the one under way first.
    """
    return tuple(clock for clock in _clocks(facts, law, processes, on, circumstances) if clock is not None)


def _clocks(
    facts: Facts, law: Jurisdiction, processes: Sequence[ProcessName], on: date, circumstances: Circumstances
) -> Iterator[LawClock | None]:
    stage, served = facts.get("stage"), stages.suit_served_on(facts)
    starts: dict[ClockStart, date | None] = {
        "service": served,
        "sale": sold_on(facts, on),
        "before_sale": stages.sale_set_for(facts),
    }

    def day_of(rule: Provision | None) -> date | None:
        start = starts.get(rule.counts_from) if rule is not None and rule.counts_from else None
        if rule is None or start is None or not coverage(rule.when, facts, "first", circumstances).is_sure:
            return None
        return last_day(rule, start)

    def clock(what: ClockKey, rule_after: Callable[[ProcessName], Provision | None]) -> LawClock | None:
        rule = rule_after(processes[0])
        if rule is None:
            return None
        days = {day_of(rule_after(process)) for process in processes}
        day = days.pop() if len(days) == 1 else None
        return LawClock(
            what=what,
            day=None if day is None else _open_day(what, day, law.code),
            counts_from=rule.counts_from,
            words=rule.words,
            citation=cited(rule.citations),
            confidence=rule.confidence,
            price=rule.price if isinstance(rule, Redemption) else None,
        )

    def always(rule: Provision | None) -> Callable[[ProcessName], Provision | None]:
        return lambda process: rule if rule is not None and is_about(rule.when, process, "first") else None

    def right_to_redeem(process: ProcessName) -> Redemption | None:
        redemption = redemption_for(facts, law, process, circumstances)
        return redemption if redemption is not None and redemption.is_a_right else None

    if stage != "sold" and (served is not None or stage in ("served", "deficiency_claim")):
        yield clock("answer_due", always(law.answer_to_suit))
    if stages.is_lost_otherwise(facts):
        return
    if stages.is_sold(facts):
        yield clock("redemption_ends", right_to_redeem)
        yield clock("time_to_sue_ends", lambda process: deadline_for(facts, law, process, circumstances))
    elif law.reinstatement is not None and law.reinstatement.counts_from is not None:
        yield clock("reinstatement_ends", always(law.reinstatement))


def _open_day(what: ClockKey, day: date, state: str) -> date:
    return last_court_day(day, state) if what in _TO_PAY else next_court_day(day, state)


def _covering(rules: Sequence[_P], facts: Facts, process: ProcessName, circumstances: Circumstances) -> _P | None:
    """The first rule that covers the person or may, as the most specific stand first.

    One that turns on what only papers or a court can tell comes after the others, since it is no ordinary case.
    """
    about = [rule for rule in rules if is_about(rule.when, process, "first")]
    found = [(rule, coverage(rule.when, facts, "first", circumstances)) for rule in about]
    possible = [(bool(covers.turns_on), rule) for rule, covers in found if covers.applies != "no"]
    return min(possible, key=lambda pair: pair[0])[1] if possible else None

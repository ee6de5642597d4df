"""Which kind of foreclosure someone is in: what tells it, and that no day is told on a guess. In every state."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward import law as laws
from leeward.assessment.clocks import redemption_for
from leeward.assessment.conditions import NOTHING_SETTLED, possible_processes, process_under_way
from leeward.assessment.deficiency import estimate
from leeward.core import stages
from leeward.core.facts import SPECS, Facts
from leeward.law.model import ProcessName

TODAY = date(2026, 11, 23)
ORDINARY = Facts().learn("occupancy", "home").learn("units", 1).learn("loan_purpose", "purchase")
PROCESSES: tuple[ProcessName, ...] = get_args(ProcessName)
BOTH = [code for code in laws.codes() if "not_used" not in {laws.jurisdiction(code).process(p).standing for p in PROCESSES}]
days = st.dates(date(2024, 1, 1), TODAY)


@st.composite
def situations(draw: st.DrawFn) -> Facts:
    """Any homeowner with the days that a clock may count from told or not."""
    facts = ORDINARY.learn("state", draw(st.sampled_from(laws.codes())))
    facts = facts.learn("stage", draw(st.sampled_from(SPECS["stage"].choices)))
    for name in ("served_on", "sold_on"):
        if draw(st.booleans()):
            facts = facts.learn(name, draw(days))
    return facts


@given(situations())
def test_a_day_is_told_only_where_every_kind_of_foreclosure_that_it_may_be_gives_that_day(facts: Facts) -> None:
    law = laws.law_for(facts)
    assert law is not None
    after = [estimate(facts, on=TODAY, process=process) for process in possible_processes(facts, law)]
    for clock in estimate(facts, on=TODAY).clocks:
        days_told = {found.day if (found := result.clock(clock.what)) is not None else None for result in after}
        assert clock.day is None or days_told == {clock.day}


@given(situations())
def test_where_nothing_told_says_how_the_home_is_sold_both_kinds_in_use_may_be(facts: Facts) -> None:
    law = laws.law_for(facts)
    assert law is not None
    in_court = stages.foreclosure_served_on(facts) is not None or facts.get("stage") in ("served", "judgment")
    used = {name for name in PROCESSES if law.process(name).standing != "not_used"}
    assert set(possible_processes(facts, law)) == ({"judicial"} if in_court and "judicial" in used else used)


@pytest.mark.parametrize("code", BOTH)
@pytest.mark.parametrize("served_on", [None, date(2026, 11, 2)])
def test_a_lawsuit_for_the_rest_says_nothing_of_how_the_home_was_sold(code: str, served_on: date | None) -> None:
    sold = ORDINARY.learn("state", code).learn("sold_on", date(2026, 10, 1))
    for stage in sorted(stages.AFTER_SALE):
        facts = sold.learn("stage", stage)
        facts = facts if served_on is None else facts.learn("served_on", served_on)
        law = laws.jurisdiction(code)
        assert process_under_way(facts, law) == law.customary
        assert estimate(facts, on=TODAY).exposures[0].process == law.customary


@pytest.mark.parametrize("code", BOTH)
def test_who_was_served_before_the_sale_lost_the_home_in_court(code: str) -> None:
    facts = ORDINARY.learn("state", code).learn("served_on", date(2026, 3, 2)).learn("stage", "served")
    for stage in ("served", "judgment", "sale_set", "sold", "deficiency_claim"):
        known = facts.learn("stage", stage).learn("sold_on", date(2026, 10, 1))
        assert possible_processes(known, laws.jurisdiction(code)) == ("judicial",)


@pytest.mark.parametrize("code", ["AZ", "CA", "WA"])
def test_after_a_trustees_sale_and_a_lawsuit_nobody_is_told_of_the_time_to_redeem_after_a_court_sale(code: str) -> None:
    """A.R.S. 33-811(E); Cal. Civ. Code 2924h; RCW 61.24.050"""
    claim = ORDINARY.learn("state", code).learn("stage", "deficiency_claim").learn("sold_on", date(2026, 10, 1))
    result = estimate(claim.learn("served_on", date(2026, 11, 2)), on=TODAY)
    assert result.redemption is None
    assert result.buying_back is not None
    assert "cannot buy" in result.buying_back.words.en


@pytest.mark.parametrize("code", ["MN", "AR", "AZ", "ID", "NE", "TX", "UT"])
def test_where_the_kinds_of_sale_have_different_times_the_rule_is_told_without_a_day(code: str) -> None:
    sold = ORDINARY.learn("state", code).learn("stage", "sold").learn("sold_on", date(2026, 10, 1))
    clocks = [clock for clock in estimate(sold, on=TODAY).clocks if clock.counts_from == "sale"]
    assert clocks
    assert {clock.day for clock in clocks} == {None}
    told = [clock for clock in estimate(sold, on=TODAY, process="nonjudicial").clocks if clock.counts_from == "sale"]
    assert None not in {clock.day for clock in told}


@pytest.mark.parametrize("code", laws.codes())
def test_after_every_kind_of_sale_in_use_a_rule_says_whether_the_home_can_be_bought_back(code: str) -> None:
    law = laws.jurisdiction(code)
    for process in PROCESSES:
        for occupancy in (None, "home", "rental"):
            facts = Facts().learn("state", code)
            facts = facts if occupancy is None else facts.learn("occupancy", occupancy)
            rule = redemption_for(facts, law, process, NOTHING_SETTLED)
            assert rule is not None or law.process(process).standing == "not_used", (process, occupancy)


def test_papers_from_before_the_sale_are_not_those_of_the_lawsuit_for_the_rest() -> None:
    claim = ORDINARY.learn("state", "IL").learn("stage", "deficiency_claim").learn("sold_on", date(2026, 6, 2))
    old, new = claim.learn("served_on", date(2025, 3, 3)), claim.learn("served_on", date(2026, 11, 10))
    assert (stages.foreclosure_served_on(old), stages.suit_served_on(old)) == (date(2025, 3, 3), None)
    assert (stages.foreclosure_served_on(new), stages.suit_served_on(new)) == (None, date(2026, 11, 10))
    due = estimate(old, on=TODAY).clock("answer_due")
    assert due is not None
    assert due.day is None


def test_a_time_that_ends_before_the_sale_is_counted_back_from_its_day() -> None:
    """C.R.S. 38-38-104(1): a notice at least 15 calendar days before the sale."""
    colorado = ORDINARY.learn("state", "CO").learn("stage", "sale_set").learn("sale_date", date(2026, 12, 16))
    clock = estimate(colorado, on=TODAY).clock("reinstatement_ends")
    assert clock is not None
    assert clock.day == date(2026, 12, 1)
    sold = estimate(colorado.learn("stage", "sold"), on=TODAY)
    assert sold.clock("reinstatement_ends") is None


def test_a_right_to_catch_up_before_a_trustees_sale_is_not_told_of_a_court_sale() -> None:
    """RCW 61.24.090"""
    washington = ORDINARY.learn("state", "WA").learn("stage", "sale_set").learn("sale_date", date(2026, 12, 18))
    trustee = estimate(washington, on=TODAY, process="nonjudicial").clock("reinstatement_ends")
    assert trustee is not None
    assert trustee.day == date(2026, 12, 4)  # December 6 is a Sunday
    in_court = washington.learn("served_on", date(2026, 3, 2))
    assert estimate(in_court, on=TODAY).clock("reinstatement_ends") is None


@pytest.mark.parametrize("code", laws.codes())
@pytest.mark.parametrize("lost_by", ["short_sale", "deed_in_lieu", "tax_sale"])
def test_of_a_home_that_was_lost_otherwise_no_rule_on_foreclosure_sales_is_told(code: str, lost_by: str) -> None:
    sold = ORDINARY.learn("state", code).learn("stage", "sold").learn("sold_on", date(2026, 10, 1)).learn("lost_by", lost_by)
    result = estimate(sold, on=TODAY)
    assert (result.buying_back, result.redemption, result.deadline, result.clocks) == (None, None, None, ())

"""How urgent a case is, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.triage import Triage, triage
from leeward.core.facts import SPECS, UNKNOWN, Facts
from leeward.core.language import Words
from leeward.law.model import Provision

TODAY = date(2026, 11, 23)  # a Monday


def urgency(*, crisis: bool = False, danger: bool = False, wants_person: bool = False, **known: Any) -> Triage:
    facts = Facts.from_json(known)
    return triage(facts, estimate(facts, on=TODAY), on=TODAY, crisis=crisis, danger=danger, wants_person=wants_person)


def keys(found: Triage) -> list[str]:
    return [reason.key for reason in found.reasons]


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_nothing_known_is_routine() -> None:
    found = urgency()
    assert (found.tier, found.label, found.reasons, found.act_by) == (4, "routine", (), None)


@pytest.mark.parametrize(("days", "tier"), [(-1, 0), (0, 0), (3, 0), (4, 1), (37, 1), (38, 1), (200, 1)])
def test_a_sale_that_is_set_is_for_today_and_a_near_one_for_now(days: int, tier: int) -> None:
    assert urgency(stage="sale_set", sale_date=in_days(days)).tier == tier


def test_a_sale_whose_date_nobody_knows_is_for_today() -> None:
    assert urgency(stage="sale_set").tier == 1
    assert urgency(stage="sale_set", sale_date="unknown").tier == 1


def test_a_home_just_sold_in_court_may_still_be_saved_before_it_is_confirmed() -> None:
    assert urgency(state="IL", stage="sold").tier == 1
    assert urgency(state="IL", stage="sold", sale_date=in_days(-20)).tier == 0


@pytest.mark.parametrize(("days_ago", "reason"), [(21, "confirmation_pending"), (60, "confirmation_pending"), (61, "sold")])
def test_a_sale_in_court_may_wait_for_its_confirmation_for_sixty_days(days_ago: int, reason: str) -> None:
    assert keys(urgency(state="IL", stage="sold", sale_date=in_days(-days_ago))) == [reason]


def test_a_sale_long_ago_or_without_a_court_waits_for_no_confirmation() -> None:
    assert urgency(state="IL", stage="sold", sale_date=in_days(-400)).tier == 1
    assert urgency(state="TX", stage="sold").tier == 1


def test_a_hearing_right_after_the_sale_is_for_now() -> None:
    assert urgency(state="IL", stage="sold", sale_date=in_days(-90), court_date=in_days(2)).tier == 0


@pytest.mark.parametrize(("days", "tier"), [(-2, 1), (0, 1), (10, 1), (11, 2)])
def test_a_court_date_within_ten_days_or_missed_is_for_today(days: int, tier: int) -> None:
    assert urgency(court_date=in_days(days)).tier == tier


def test_the_answer_in_illinois_is_due_thirty_days_after_service() -> None:
    found = urgency(state="IL", stage="served", served_on="2026-11-16")
    due = found.clock("answer_due")
    assert due is not None
    assert (due.name, due.day) == ("answer due", date(2026, 12, 16))
    assert "Rule 101" in due.rule
    assert found.tier == 1


def test_a_last_day_on_a_saturday_rolls_to_monday() -> None:
    found = urgency(state="IL", stage="served", served_on="2026-11-05")  # the 30th day is Saturday, December 5
    assert date(2026, 12, 7) in [clock.day for clock in found.clocks]


def test_a_last_day_on_thanksgiving_rolls_to_the_next_day_on_which_the_states_courts_are_open() -> None:
    found = urgency(state="IL", stage="served", served_on="2026-10-27")  # the 30th day is Thursday, November 26
    assert date(2026, 11, 27) in [clock.day for clock in found.clocks]


def test_a_last_day_on_a_holiday_of_the_state_alone_rolls_too() -> None:
    found = urgency(state="IL", stage="served", served_on="2026-01-13")  # the 30th day is February 12, Lincoln's Birthday
    assert date(2026, 2, 13) in [clock.day for clock in found.clocks]


def test_an_answer_due_within_a_week_or_overdue_is_for_today() -> None:
    assert urgency(state="IL", stage="served", served_on=in_days(-25)).tier == 1
    assert urgency(state="IL", stage="served", served_on=in_days(-45)).tier == 1


def test_served_on_a_day_nobody_knows_is_for_today() -> None:
    assert urgency(stage="served").tier == 1
    assert urgency(stage="served", served_on="unknown").tier == 1


def test_the_end_of_the_time_to_catch_up_is_for_today_in_its_last_two_weeks() -> None:
    assert "reinstatement_soon" in keys(urgency(state="IL", stage="judgment", served_on=in_days(-80)))
    assert "reinstatement_soon" not in keys(urgency(state="IL", stage="judgment", served_on=in_days(-60)))
    assert "reinstatement_soon" not in keys(urgency(state="IL", stage="judgment", served_on=in_days(-95)))


def reinstatement_day(**clock: Any) -> date | None:
    """When the time to catch up ends, for papers served on 2026-11-02, in a made-up state with such a reinstatement."""
    words = Words("You may catch up.", "Puede ponerse al día.")
    statement = Provision(words=words, citations=(), confidence="high", **clock)
    made_up = replace(law.jurisdiction("TX"), reinstatement=statement)
    facts = Facts().learn("stage", "served").learn("served_on", date(2026, 11, 2))
    found = triage(facts, estimate(facts, on=TODAY, law=made_up), on=TODAY, law=made_up)
    running = found.clock("reinstatement_ends")
    return running.day if running else None


def test_the_time_to_catch_up_is_counted_from_service_wherever_the_law_file_says_so() -> None:
    assert reinstatement_day(days=18, counts_from="service") == date(2026, 11, 20)
    assert reinstatement_day(months=3, counts_from="service") == date(2027, 2, 2)


def test_the_time_to_catch_up_ends_no_later_than_on_the_last_day_on_which_courts_are_open() -> None:
    assert reinstatement_day(days=20, counts_from="service") == date(2026, 11, 20)  # the 20th day is Sunday, November 22


def test_a_time_to_catch_up_that_runs_from_something_else_or_has_no_length_is_no_clock() -> None:
    assert reinstatement_day(days=20) is None
    assert reinstatement_day(counts_from="service") is None


def test_a_deficiency_already_claimed_is_for_today() -> None:
    assert urgency(stage="deficiency_claim").tier == 1


def test_an_earlier_bankruptcy_makes_a_far_sale_one_for_today() -> None:
    assert urgency(stage="sale_set", sale_date=in_days(60), prior_bankruptcy=True).tier == 1


def test_a_notice_is_more_urgent_where_homes_are_sold_without_a_court() -> None:
    assert urgency(state="TX", stage="notice").tier == 2
    assert urgency(state="IL", stage="notice").tier == 3


@pytest.mark.parametrize(("months", "tier"), [(1, 4), (4, 4), (5, 3), ({"min": 3, "max": 6}, 3)])
def test_more_than_120_days_behind_is_for_this_week(months: Any, tier: int) -> None:
    assert urgency(months_behind=months).tier == tier


def test_judgment_is_for_the_next_business_day() -> None:
    assert urgency(stage="judgment").tier == 2


def test_whoever_asks_for_a_person_hears_this_week_at_the_latest() -> None:
    assert urgency(wants_person=True).tier == 3


def test_reasons_come_with_the_most_urgent_first_and_name_their_fact() -> None:
    found = urgency(state="IL", stage="sale_set", sale_date=in_days(10), months_behind=9)
    assert keys(found) == ["sale_soon", "long_behind"]
    assert [reason.fact for reason in found.reasons] == ["sale_date", "months_behind"]


def test_staff_act_by_the_nearest_date() -> None:
    found = urgency(state="IL", stage="sale_set", sale_date=in_days(30), court_date=in_days(12))
    assert found.act_by == TODAY + timedelta(days=12)


def test_a_sale_that_is_over_is_no_clock() -> None:
    assert urgency(stage="deficiency_claim", sale_date=in_days(-300)).act_by is None


def test_as_json_it_is_what_the_case_keeps() -> None:
    kept = urgency(stage="sale_set", sale_date=in_days(1)).to_json()
    assert (kept["tier"], kept["label"], kept["act_by"]) == (0, "now", "2026-11-24")
    assert kept["reasons"][0] == {
        "key": "sale_now", "tier": 0, "words": "The sale is on November 24, 2026, tomorrow.", "fact": "sale_date"
    }  # fmt: skip
    assert kept["clocks"] == [
        {"key": "sale_date", "name": "sale date", "day": "2026-11-24", "rule": "as the person said"}
    ]  # fmt: skip


STAGES = st.sampled_from([None, UNKNOWN, *SPECS["stage"].choices])
STATES = st.sampled_from([None, "IL", "TX", "CA", "FL", "NY"])


@st.composite
def situations(draw: st.DrawFn) -> Facts:
    facts = Facts()
    for name, values in (
        ("stage", STAGES),
        ("state", STATES),
        ("months_behind", st.sampled_from([None, 0, 3, 12])),
        ("prior_bankruptcy", st.sampled_from([None, True, False])),
    ):
        value = draw(values)
        if value is not None:
            facts = facts.learn(name, value)
    for name in ("sale_date", "court_date", "served_on"):
        days = draw(st.none() | st.integers(-400, 400))
        if days is not None:
            facts = facts.learn(name, TODAY + timedelta(days=days))
    return facts


@settings(deadline=None)  # the first holidays take longer to find than the next
@given(situations(), st.booleans(), st.booleans())
def test_a_cry_for_help_is_always_for_now(facts: Facts, danger: bool, wants_person: bool) -> None:
    found = triage(facts, estimate(facts, on=TODAY), on=TODAY, crisis=True, danger=danger, wants_person=wants_person)
    assert found.tier == 0
    assert found.reasons[0].key == "crisis"


@settings(deadline=None)  # the first holidays take longer to find than the next
@given(situations(), st.sampled_from(["sale_date", "court_date"]), st.integers(0, 400), st.integers(0, 400))
def test_a_nearer_date_is_never_less_urgent(facts: Facts, name: str, one: int, other: int) -> None:
    near, far = (facts.learn(name, TODAY + timedelta(days=days)) for days in sorted((one, other)))
    assert tier_of(near) <= tier_of(far)


@settings(deadline=None)  # the first holidays take longer to find than the next
@given(situations(), st.integers(1, 60))
def test_waiting_is_never_less_urgent_while_a_sale_comes_nearer(facts: Facts, days: int) -> None:
    facts = facts.forget("court_date").forget("served_on").learn("stage", "sale_set")
    facts = facts.learn("sale_date", TODAY + timedelta(days=90))
    estimated = estimate(facts, on=TODAY)
    assert triage(facts, estimated, on=TODAY + timedelta(days=days)).tier <= triage(facts, estimated, on=TODAY).tier


@settings(deadline=None)  # the first holidays take longer to find than the next
@given(situations())
def test_a_deficiency_claim_is_at_least_for_today(facts: Facts) -> None:
    assert tier_of(facts.learn("stage", "deficiency_claim")) <= 1


@settings(deadline=None)  # the first holidays take longer to find than the next
@given(situations())
def test_the_tier_is_that_of_its_most_urgent_reason(facts: Facts) -> None:
    found = triage(facts, estimate(facts, on=TODAY), on=TODAY)
    assert found.tier == min((reason.tier for reason in found.reasons), default=4)


def tier_of(facts: Facts) -> int:
    return triage(facts, estimate(facts, on=TODAY), on=TODAY).tier


# ------------------------------------------------------------------ what a date may not do

DATES = ("served_on", "sale_date", "court_date", "sold_on")


@given(
    st.sampled_from(SPECS["state"].choices),
    st.sampled_from((None, *SPECS["stage"].choices)),
    st.sampled_from(DATES),
    st.integers(-800, 800),
)
def test_a_date_learned_never_lowers_urgency(state: str, stage: str | None, name: str, days: int) -> None:
    facts = Facts().learn("state", state)
    facts = facts if stage is None else facts.learn("stage", stage)
    dated = facts.learn(name, TODAY + timedelta(days=days))
    before, after = (triage(known, estimate(known, on=TODAY), on=TODAY) for known in (facts, dated))
    assert after.tier <= before.tier


@given(st.sampled_from(SPECS["state"].choices), st.integers(0, 2000))
def test_whoever_was_served_is_for_today_in_every_state(state: str, days_ago: int) -> None:
    assert urgency(state=state, stage="served", served_on=in_days(-days_ago)).tier == 1
    assert urgency(state=state, stage="deficiency_claim", served_on=in_days(-days_ago)).tier == 1

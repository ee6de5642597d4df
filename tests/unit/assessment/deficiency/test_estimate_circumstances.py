"""What no homeowner is asked but the papers tell: the named conditions of a law file, settled by whoever has the papers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.model import Exposure
from leeward.core.facts import Facts, Value

TODAY = date(2026, 11, 23)


def exposure(state: str, process: str, circumstances: dict[str, bool], **more: Value) -> Exposure:
    facts = Facts().learn("state", state).learn("balance_owed", Decimal(600_000)).learn("home_value", Decimal(450_000))
    for name, value in more.items():
        facts = facts.learn(name, value)
    found = estimate(facts, on=TODAY, circumstances=circumstances)
    return next(e for e in found.exposures if e.process == process and e.lien == "first")


def test_a_lot_over_two_and_a_half_acres_takes_arizonas_protection_away() -> None:
    house = {"loan_purpose": "purchase", "units": 1}
    assert exposure("AZ", "nonjudicial", {}, **house).standing == "barred"
    assert exposure("AZ", "nonjudicial", {}, **house).rests_on == ("acres_max_2_5", "dwelling_finished")
    assert exposure("AZ", "nonjudicial", {"acres_max_2_5": False}, **house).up_to == 150_000


def test_what_is_settled_is_no_longer_taken_as_given() -> None:
    told = exposure("AZ", "nonjudicial", {"acres_max_2_5": True}, loan_purpose="purchase", units=1)
    assert told.rests_on == ("dwelling_finished",)


@pytest.mark.parametrize("state", ["IL", "WA"])
def test_a_lender_that_chose_the_short_redemption_gets_nothing_more(state: str) -> None:
    assert exposure(state, "judicial", {}).standing != "barred"
    assert exposure(state, "judicial", {"lender_elects_short_redemption": True}).up_to == 0


def test_an_election_that_was_not_made_is_no_longer_told_as_possible() -> None:
    keys = [reason.key for reason in exposure("IL", "judicial", {"lender_elects_short_redemption": False}).possible]
    assert "IL/lender-elects-short-redemption" not in keys


def test_by_sale_connecticut_credits_half_the_gap_between_appraisal_and_price() -> None:
    by_sale = {"foreclosure_by_sale": True, "strict_foreclosure": False}
    halved, plain = exposure("CT", "judicial", by_sale), exposure("IL", "judicial", {})
    assert halved.standing == "limited"
    # 450,000 x 27 % is lost at worst; half of it, 60,750, is credited.
    assert halved.at_auction is not None
    assert plain.at_auction is not None
    assert plain.at_auction.max - halved.at_auction.max == Decimal(60_750)


def test_georgias_sale_that_was_not_reported_in_thirty_days_ends_the_debt() -> None:
    assert exposure("GA", "nonjudicial", {"sale_not_reported_in_30_days": True}).standing == "barred"


@pytest.mark.parametrize("code", law.codes())
def test_a_condition_that_fails_never_protects_more(code: str) -> None:
    strength = ["allowed", "limited", "barred", "not_used"]
    for process in ("judicial", "nonjudicial"):
        before = exposure(code, process, {})
        for slug in law.jurisdiction(code).slugs:
            after = exposure(code, process, {slug: False})
            assert strength.index(after.standing) <= strength.index(before.standing), (slug, process)


def test_a_fact_that_was_told_settles_what_it_denies() -> None:
    """NRS 40.455(3) protects from a bank or a similar lender, and a private person is none."""
    home = Facts.from_json({"state": "NV", "loan_purpose": "purchase", "occupancy": "home", "units": 1, "second_lien": 0})
    home = home.learn("balance_owed", Decimal(250_000)).learn("home_value", Decimal(200_000))
    assert estimate(home, on=TODAY).exposures[0].standing == "barred"
    assert estimate(home.learn("loan_type", "private"), on=TODAY).exposures[0].standing == "limited"

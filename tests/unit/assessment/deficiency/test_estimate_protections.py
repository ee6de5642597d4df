"""How protections change a standing: only when they surely apply, and never by guessing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.model import Estimate, Exposure
from leeward.core.facts import Facts, Range
from leeward.law.model import cited

TODAY = date(2026, 11, 23)


def of(jurisdiction: Any, **facts: Any) -> Estimate:
    given = {"balance_owed": 300000, "home_value": 200000, "second_lien": 0, **facts}
    return estimate(Facts.from_json(given), on=TODAY, law=jurisdiction)


def first(result: Estimate, process: str = "judicial") -> Exposure:
    return next(e for e in result.exposures if e.process == process and e.lien == "first")


def second(result: Estimate, process: str = "judicial") -> Exposure:
    return next(e for e in result.exposures if e.process == process and e.lien == "second")


def keys(reasons: Any) -> list[str]:
    return [reason.key for reason in reasons]


def test_a_rule_for_purchase_loans_bars_once_the_loan_is_known_to_be_one(make_law: Any, rule: Any) -> None:
    bought = make_law(rule("purchase-money", "barred", loan_purpose=("purchase",)))
    result = of(bought, loan_purpose="purchase")
    assert (first(result).standing, first(result).up_to) == ("barred", Decimal(0))
    assert keys(first(result).reasons) == ["IL/purchase-money"]
    assert first(result).reasons[0].citation == "Code purchase-money"
    assert (result.tier, result.at_auction) == ("low", None)
    assert result.depends_on == ()


def test_the_same_rule_does_nothing_for_a_refinance(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("purchase-money", "barred", loan_purpose=("purchase",))), loan_purpose="refinance")
    assert (first(result).standing, first(result).up_to) == ("allowed", Decimal(100000))
    assert first(result).possible == ()
    assert result.tier == "high"


def test_while_the_purpose_is_missing_nothing_is_promised_and_the_fact_is_asked_for(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("purchase-money", "barred", loan_purpose=("purchase",))))
    assert (first(result).standing, first(result).up_to) == ("allowed", Decimal(100000))
    assert keys(first(result).possible) == ["IL/purchase-money"]
    assert result.depends_on == ("loan_purpose",)
    assert result.tier == "moderate"


def test_a_purpose_the_person_does_not_know_leaves_it_open_and_is_not_asked_again(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("purchase-money", "barred", loan_purpose=("purchase",))), loan_purpose="unknown")
    assert first(result).standing == "allowed"
    assert result.depends_on == ()
    assert result.tier == "moderate"


def test_one_condition_that_fails_settles_it_whatever_else_is_missing(make_law: Any, rule: Any) -> None:
    bar = rule("home-bought", "barred", loan_purpose=("purchase",), occupancy=("home",), units_max=4)
    result = of(make_law(bar), occupancy="rental")
    assert result.depends_on == ()
    assert result.tier == "high"


@pytest.mark.parametrize(("units", "standing"), [(1, "barred"), (2, "barred"), (3, "allowed")])
def test_a_limit_of_units_includes_its_last(make_law: Any, rule: Any, units: int, standing: str) -> None:
    assert first(of(make_law(rule("small", "barred", units_max=2)), units=units)).standing == standing


def test_a_range_of_units_across_the_limit_stays_open(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("small", "barred", units_max=2)), units={"min": 2, "max": 3})
    assert first(result).standing == "allowed"
    assert result.tier == "moderate"


@pytest.mark.parametrize(("loan_type", "standing"), [("va", "barred"), ("fha", "allowed")])
def test_a_rule_for_one_type_of_loan(make_law: Any, rule: Any, loan_type: str, standing: str) -> None:
    assert first(of(make_law(rule("veterans", "barred", loan_type=("va",))), loan_type=loan_type)).standing == standing


def test_a_rule_for_one_process_leaves_the_other_alone(make_law: Any, rule: Any) -> None:
    both = make_law(rule("trustee-sale", "barred", process="nonjudicial"), nonjudicial="allowed")
    result = of(both)
    assert first(result, "nonjudicial").standing == "barred"
    assert first(result, "judicial").standing == "allowed"


def test_a_fair_value_rule_limits_and_takes_away_the_loss_of_a_low_sale(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("fair-value", "fair_value_credit")))
    assert (first(result).standing, first(result).up_to) == ("limited", Decimal(100000))
    assert result.at_auction is None
    assert result.tier == "moderate"


def test_a_fair_value_rule_that_the_owner_must_ask_for_leaves_the_loss_of_a_low_sale(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("fair-value", "fair_value_credit", presumes=("borrower_asks_for_value",))))
    assert first(result).standing == "limited"
    assert first(result).rests_on == ("borrower_asks_for_value",)
    # 300,000 and 3,000 to 15,000 of costs, against 200,000 less 10 to 27 percent.
    assert result.at_auction == Range(Decimal(123000), Decimal(169000))


def test_a_rule_that_credits_half_the_gap_halves_the_loss_of_a_low_sale(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("half", "reduced", share=Decimal("0.5"))))
    # 300,000 and 3,000 to 15,000 of costs, against 200,000 less 5 to 13.5 percent.
    assert first(result).at_auction == Range(Decimal(113000), Decimal(142000))
    assert first(result).standing == "limited"


def test_a_bar_outweighs_a_limit(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("fair-value", "fair_value_credit"), rule("bar", "barred")))
    assert first(result).standing == "barred"
    assert keys(first(result).reasons) == ["IL/bar"]


def test_a_limit_never_weakens_a_process_that_is_barred(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("fair-value", "fair_value_credit"), judicial="barred"))
    assert first(result).standing == "barred"
    assert keys(first(result).reasons) == ["judicial/barred"]


def test_what_only_papers_or_a_court_decide_is_told_as_possible_and_changes_nothing(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("not-served", "barred", turns_on=("no_personal_service",))))
    assert first(result).standing == "allowed"
    assert keys(first(result).possible) == ["IL/not-served"]
    assert result.depends_on == ()
    assert result.tier == "high"


def test_what_is_possible_begins_with_what_a_question_could_settle_and_then_the_strongest(make_law: Any, rule: Any) -> None:
    result = of(
        make_law(
            rule("worth-saying", "other"),
            rule("court-may-refuse", "discretion", turns_on=("court_refuses",)),
            rule("not-served", "barred", turns_on=("no_personal_service",)),
            rule("purchase-money", "barred", loan_purpose=("purchase",)),
        )
    )
    assert keys(first(result).possible) == ["IL/purchase-money", "IL/not-served", "IL/court-may-refuse", "IL/worth-saying"]


def test_what_is_taken_as_given_is_told(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("small-lot", "barred", presumes=("acres_max_2_5",))))
    assert first(result).standing == "barred"
    assert first(result).rests_on == ("acres_max_2_5",)


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2026, 12, 31), "allowed"),
        (date(2027, 1, 1), "barred"),
        (date(2027, 6, 30), "barred"),
        (date(2027, 7, 1), "allowed"),
    ],
)
def test_a_rule_counts_from_its_first_day_to_its_last(make_law: Any, rule: Any, on: date, standing: str) -> None:
    passing = rule("passing", "barred", effective_from=date(2027, 1, 1), effective_until=date(2027, 6, 30))
    facts = Facts.from_json({"balance_owed": 300000, "home_value": 200000})
    assert first(estimate(facts, on=on, law=make_law(passing))).standing == standing


def test_a_process_that_is_not_used_brings_nothing(make_law: Any, rule: Any) -> None:
    exposure = first(of(make_law(rule("trustee-sale", "barred", process="nonjudicial"))), "nonjudicial")
    assert (exposure.standing, exposure.up_to, exposure.at_auction) == ("not_used", Decimal(0), None)
    assert keys(exposure.reasons) == ["nonjudicial/not_used"]


def test_exposures_begin_with_the_customary_process(make_law: Any) -> None:
    trustee = make_law(nonjudicial="barred", customary="nonjudicial")
    assert [exposure.process for exposure in of(trustee).exposures] == ["nonjudicial", "judicial"]
    assert of(trustee).tier == "low"


def test_questions_about_the_customary_process_come_first(make_law: Any, rule: Any) -> None:
    both = make_law(
        rule("in-court", "barred", process="judicial", loan_purpose=("purchase",)),
        rule("by-trustee", "barred", process="nonjudicial", units_max=2),
        nonjudicial="allowed",
        customary="nonjudicial",
    )
    assert of(both).depends_on == ("units", "loan_purpose")


def test_a_second_lien_in_the_customary_process_is_asked_about_before_the_other_process(make_law: Any, rule: Any) -> None:
    both = make_law(
        rule("other-process", "barred", process="judicial", units_max=2),
        rule("junior", "barred", process="nonjudicial", lien="junior", occupancy=("home",)),
        nonjudicial="allowed",
        customary="nonjudicial",
    )
    assert of(both, second_lien=40000).depends_on == ("occupancy", "units")


def test_nothing_is_asked_for_what_papers_decide_in_the_end(make_law: Any, rule: Any) -> None:
    elected = make_law(rule("short-redemption", "barred", occupancy=("home",), turns_on=("lender_elects_short_redemption",)))
    result = of(elected)
    assert result.depends_on == ()
    assert keys(first(result).possible) == ["IL/short-redemption"]
    assert result.tier == "high"


def test_nothing_is_asked_for_a_standing_that_no_money_hangs_on(make_law: Any, rule: Any) -> None:
    bought = make_law(rule("purchase-money", "barred", loan_purpose=("purchase",)))
    assert of(bought, balance_owed=50000).depends_on == ()


def test_a_second_lien_has_a_law_of_its_own(make_law: Any, rule: Any) -> None:
    bar_first = make_law(rule("bar", "barred", lien="first"), rule("bar-any", "barred"))
    result = of(bar_first, second_lien=40000)
    assert first(result).standing == "barred"
    assert (second(result).standing, second(result).up_to) == (law.jurisdiction("IL").junior_liens.standing, Decimal(40000))
    assert keys(second(result).reasons) == ["IL/junior-liens"]
    assert result.tier == "high"


def test_a_rule_for_junior_liens_protects_the_second_and_not_the_first(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("junior-bar", "barred", lien="junior")), second_lien=40000)
    assert (first(result).standing, second(result).standing) == ("allowed", "barred")


def test_the_purpose_told_is_that_of_the_first_loan_and_settles_nothing_for_the_second(make_law: Any, rule: Any) -> None:
    junior_bought = make_law(rule("junior-bought", "barred", lien="junior", loan_purpose=("purchase",)))
    result = of(junior_bought, second_lien=40000, loan_purpose="purchase")
    assert second(result).standing == "allowed"
    assert keys(second(result).possible) == ["IL/junior-bought"]
    assert "loan_purpose" not in result.depends_on


def test_a_second_loan_used_to_buy_the_home_is_told_where_the_law_protects_it_more(make_law: Any) -> None:
    junior = replace(law.jurisdiction("IL").junior_liens, standing="allowed", purchase_money_standing="barred")
    result = of(make_law(junior_liens=junior), second_lien=40000)
    assert second(result).standing == "allowed"
    assert keys(second(result).possible) == ["second/used-to-buy"]


def test_the_law_behind_the_estimate_is_named_with_its_citations(make_law: Any, rule: Any) -> None:
    result = of(make_law(rule("bar", "barred")))
    assert result.law is not None
    assert (result.law.code, result.law.as_of, result.law.reviewed_by) == ("IL", date(2026, 11, 23), None)
    assert result.law.citations[0] == "Code bar"
    assert result.deadline is not None
    assert (cited(result.deadline.citations) or result.law.citations[0]) in result.law.citations

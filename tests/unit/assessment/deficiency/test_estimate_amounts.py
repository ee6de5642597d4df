"""The shortfall, what is left over, and what a low sale would change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leeward.assessment.deficiency import estimate
from leeward.assessment.model import Estimate
from leeward.assessment.serialization import estimate_to_json
from leeward.core.facts import UNKNOWN, Fact, Facts, Range

TODAY = date(2026, 11, 23)


def of(make_law: Any, **facts: Any) -> Estimate:
    return estimate(Facts.from_json({"state": "IL", **facts}), on=TODAY, law=make_law())


def between(low: int, high: int) -> dict[str, int]:
    return {"min": low, "max": high}


def keys(result: Estimate) -> list[str]:
    assert result.shortfall is not None
    return [reason.key for reason in result.shortfall.how]


def test_a_state_without_a_law_file_gets_figures_and_no_standing() -> None:
    amounts = Facts.from_json({"balance_owed": 600000, "home_value": 450000})
    found = estimate(Facts({**amounts.known, "state": Fact("GU")}), on=TODAY)
    assert found.shortfall is not None
    assert (found.shortfall.expected, found.exposures, found.law) == (150000, (), None)


def test_600000_owed_on_a_home_worth_450000_leaves_150000(make_law: Any) -> None:
    result = of(make_law, balance_owed=600000, home_value=450000)
    assert result.shortfall is not None
    assert (result.shortfall.low, result.shortfall.expected, result.shortfall.high) == (150000, 150000, 150000)
    assert result.exposures[0].up_to == Decimal(150000)
    assert result.equity is None
    assert result.tier == "high"


def test_cents_are_kept(make_law: Any) -> None:
    result = of(make_law, balance_owed="200000.10", home_value="199999.99")
    assert result.shortfall is not None
    assert result.shortfall.expected == Decimal("0.11")


def test_ranges_give_a_range_with_its_middle(make_law: Any) -> None:
    result = of(make_law, balance_owed=between(300000, 320000), home_value=between(200000, 260000))
    assert result.shortfall is not None
    assert (result.shortfall.low, result.shortfall.expected, result.shortfall.high) == (40000, 80000, 120000)
    assert "shortfall/range" in keys(result)


def test_a_range_that_may_leave_nothing_is_moderate_and_starts_at_zero(make_law: Any) -> None:
    result = of(make_law, balance_owed=300000, home_value=between(290000, 350000))
    assert result.shortfall is not None
    assert (result.shortfall.low, result.shortfall.expected, result.shortfall.high) == (0, 0, 10000)
    assert result.equity == Range(Decimal(0), Decimal(50000))
    assert result.tier == "moderate"


def test_a_home_worth_far_more_than_is_owed_leaves_money_over(make_law: Any) -> None:
    result = of(make_law, balance_owed=100000, home_value=450000)
    assert result.shortfall is not None
    assert result.shortfall.high == 0
    assert result.equity == Range(Decimal(350000), Decimal(350000))
    assert result.at_auction is None
    assert result.tier == "none"
    assert "shortfall/none" in keys(result)


def test_no_shortfall_at_full_price_but_one_at_a_low_sale_is_low_not_none(make_law: Any) -> None:
    result = of(make_law, balance_owed=430000, home_value=450000)
    assert result.shortfall is not None
    assert result.shortfall.high == 0
    # 430,000 and 3,000 to 15,000 of costs, against 450,000 less 10 to 27 percent.
    assert result.at_auction == Range(Decimal(28000), Decimal(116500))
    assert result.tier == "low"


@pytest.mark.parametrize("missing", ["balance_owed", "home_value"])
@pytest.mark.parametrize("said", [None, "unknown"])
def test_an_amount_that_is_not_known_gives_no_figures_and_never_none(make_law: Any, missing: str, said: str | None) -> None:
    result = of(make_law, **{"balance_owed": 300000, "home_value": 200000, missing: said})
    assert result.shortfall is None
    assert result.equity is None
    assert result.at_auction is None
    assert result.exposures[0].up_to is None
    assert result.tier == "unknown"


def test_a_second_lien_is_paid_only_by_what_the_first_leaves_over(make_law: Any) -> None:
    result = of(make_law, balance_owed=300000, second_lien=80000, home_value=350000)
    second = next(exposure for exposure in result.exposures if exposure.lien == "second")
    assert result.shortfall is not None
    assert result.shortfall.high == 0
    assert second.up_to == 30000
    assert result.equity is None


def test_what_is_left_over_is_counted_after_both_liens(make_law: Any) -> None:
    result = of(make_law, balance_owed=300000, second_lien=30000, home_value=350000)
    assert result.equity == Range(Decimal(20000), Decimal(20000))


def test_a_second_lien_that_a_low_sale_wipes_out_is_not_reported_as_none(make_law: Any) -> None:
    result = of(make_law, balance_owed=200000, second_lien=60000, home_value=300000)
    second = next(exposure for exposure in result.exposures if exposure.lien == "second")
    assert result.at_auction is None
    assert second.up_to == 0
    # 300,000 less 27 percent is 219,000; 215,000 of it goes to the first mortgage and its costs.
    assert second.at_auction == Range(Decimal(0), Decimal(56000))
    assert result.tier == "low"


def test_without_a_second_lien_there_is_none_to_speak_of(make_law: Any) -> None:
    result = of(make_law, balance_owed=300000, second_lien=0, home_value=350000)
    assert {exposure.lien for exposure in result.exposures} == {"first"}
    assert "second_lien" not in result.depends_on


def test_a_second_lien_nobody_asked_about_is_taken_as_none_and_says_so(make_law: Any) -> None:
    result = of(make_law, balance_owed=300000, home_value=350000)
    assert "shortfall/no-second-told" in keys(result)
    assert result.depends_on == ("second_lien",)


def test_a_second_lien_of_unknown_amount_is_never_reported_as_none(make_law: Any) -> None:
    result = of(make_law, balance_owed=100000, second_lien="unknown", home_value=450000)
    assert result.tier == "unknown"
    assert result.equity == Range(Decimal(0), Decimal(350000))
    assert [exposure.up_to for exposure in result.exposures if exposure.lien == "second"] == [None, 0]


@pytest.mark.parametrize("stage", ["sold", "deficiency_claim"])
def test_after_the_sale_the_price_it_brought_is_what_counts(make_law: Any, stage: str) -> None:
    sold = of(make_law, balance_owed=300000, home_value=250000, sale_price=200000, stage=stage)
    assert sold.shortfall is not None
    assert sold.shortfall.expected == 100000
    assert f"stage/{stage}" in keys(sold)
    assert "shortfall/grows" not in keys(sold)


@pytest.mark.parametrize("stage", ["sold", "deficiency_claim"])
def test_after_the_sale_what_the_home_is_worth_makes_no_figure(make_law: Any, stage: str) -> None:
    for worth in (200000, 500000):
        sold = of(make_law, balance_owed=300000, home_value=worth, second_lien=50000, stage=stage)
        assert (sold.shortfall, sold.at_auction, sold.equity, sold.tier) == (None, None, None, "unknown")
        assert {exposure.up_to for exposure in sold.exposures if exposure.standing != "not_used"} == {None}


def test_after_the_sale_the_second_lien_gets_what_the_price_leaves(make_law: Any) -> None:
    sold = of(make_law, balance_owed=200000, home_value=400000, sale_price=230000, second_lien=50000, stage="sold")
    assert {exposure.up_to for exposure in sold.exposures if exposure.lien == "second"} == {20000, 0}


def test_a_credit_for_the_homes_worth_that_rests_on_something_lowers_no_figure(make_law: Any, rule: Any) -> None:
    known = {"balance_owed": 300000, "home_value": 270000, "sale_price": 200000, "stage": "sold"}
    sure = rule("credit", "fair_value_credit")
    asked_for = rule("credit", "fair_value_credit", presumes=("borrower_asks_for_value",))
    facts = Facts.from_json({"state": "IL", **known})
    found = [estimate(facts, on=TODAY, law=make_law(credit)).exposures[0] for credit in (sure, asked_for)]
    assert [(exposure.standing, exposure.up_to) for exposure in found] == [("limited", 30000), ("limited", 100000)]


def test_without_a_state_the_shortfall_is_told_and_the_standing_is_not() -> None:
    result = estimate(Facts.from_json({"balance_owed": 600000, "home_value": 450000}), on=TODAY)
    assert result.shortfall is not None
    assert result.shortfall.expected == 150000
    assert (result.exposures, result.law, result.deadline) == ((), None, None)
    assert result.tier == "unknown"
    assert result.depends_on[0] == "state"


def test_a_home_worth_far_more_needs_no_state_to_be_safe() -> None:
    result = estimate(Facts.from_json({"balance_owed": 100000, "home_value": 450000}), on=TODAY)
    assert result.tier == "none"


def test_of_nothing_known_nothing_is_claimed() -> None:
    result = estimate(Facts(), on=TODAY)
    assert result.shortfall is None
    assert result.tier == "unknown"
    assert result.depends_on == ("state", "balance_owed", "home_value", "second_lien")


def test_what_the_person_does_not_know_is_not_asked_for_again() -> None:
    facts = Facts().learn("state", UNKNOWN).learn("balance_owed", UNKNOWN).learn("home_value", UNKNOWN)
    assert estimate(facts, on=TODAY).depends_on == ("second_lien",)


def test_the_json_is_plain_numbers_and_words(make_law: Any) -> None:
    values = estimate_to_json(of(make_law, balance_owed=600000, home_value=450000, second_lien="25000.50"))
    assert list(values) == [
        "shortfall",
        "equity",
        "at_auction",
        "exposures",
        "tier",
        "liable",
        "deadline",
        "deadline_ends",
        "redemption",
        "clocks",
        "depends_on",
        "law",
    ]
    assert {key: values["shortfall"][key] for key in ("low", "expected", "high")} == {
        "low": 150000,
        "expected": 150000,
        "high": 150000,
    }
    first, _, second, _ = values["exposures"]
    assert (first["process"], first["lien"], first["standing"], first["up_to"]) == ("judicial", "first", "allowed", 150000)
    assert second["up_to"] == 25000.5
    assert values["at_auction"] == {"min": 198000, "max": 286500}
    assert values["law"]["as_of"] == "2026-11-23"


def test_the_json_of_nothing_has_the_same_keys() -> None:
    values = estimate_to_json(estimate(Facts(), on=TODAY))
    assert values.pop("liable")["answer"] == "yes"
    assert values == {
        "shortfall": None,
        "equity": None,
        "at_auction": None,
        "exposures": [],
        "tier": "unknown",
        "deadline": None,
        "deadline_ends": None,
        "redemption": None,
        "clocks": [],
        "depends_on": ["state", "balance_owed", "home_value", "second_lien"],
        "law": None,
    }

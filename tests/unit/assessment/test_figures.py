"""Which facts the estimate is reckoned from, before a sale and after one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from leeward.assessment.deficiency import estimate
from leeward.assessment.figures import figures_needed
from leeward.assessment.liability import liability
from leeward.core.facts import UNKNOWN, Facts, Value


def facts(**values: Value) -> Facts:
    known = Facts()
    for name, value in values.items():
        known = known.learn(name, value)
    return known


PRICE, CLAIM = Decimal(150_000), Decimal(60_000)


@pytest.mark.parametrize("stage", [None, "current", "behind", "notice", "served", "judgment", "sale_set"])
def test_before_a_sale_what_the_home_is_worth_counts(stage: str | None) -> None:
    known = facts(stage=stage) if stage else Facts()
    assert figures_needed(known) == ("state", "balance_owed", "home_value")


@pytest.mark.parametrize(
    ("told", "needed"),
    [
        ({"stage": "sold"}, ("state", "sold_on", "sale_price")),
        ({"stage": "sold", "sale_price": UNKNOWN}, ("state", "sold_on", "sale_price")),
        ({"stage": "sold", "sale_price": PRICE}, ("state", "sold_on", "sale_price", "balance_owed")),
        ({"stage": "deficiency_claim"}, ("state", "sold_on", "amount_claimed", "sale_price")),
        ({"stage": "deficiency_claim", "amount_claimed": CLAIM}, ("state", "sold_on", "amount_claimed")),
        ({"stage": "sold", "amount_claimed": CLAIM}, ("state", "sold_on", "amount_claimed")),
        ({"stage": "sold", "discharged": True}, ("state", "sold_on")),
    ],
)
def test_after_a_sale_the_sale_counts_and_not_what_the_home_is_worth_today(
    told: dict[str, Value], needed: tuple[str, ...]
) -> None:
    assert figures_needed(facts(state="IL", **told)) == needed


def test_the_worth_counts_beside_the_price_where_the_law_credits_it() -> None:
    nevada = facts(state="NV", stage="deficiency_claim", amount_claimed=CLAIM)
    assert figures_needed(nevada) == ("state", "sold_on", "amount_claimed", "sale_price")
    assert figures_needed(nevada.learn("sale_price", PRICE))[-1] == "home_value"


def test_nobody_is_asked_for_the_worth_where_the_law_credits_it_only_to_who_asks_the_court_for_it() -> None:
    texas = facts(state="TX", stage="sold", sale_price=PRICE)
    assert figures_needed(texas) == ("state", "sold_on", "sale_price", "balance_owed")


def test_the_estimate_depends_on_what_it_is_reckoned_from() -> None:
    sold = facts(state="IL", stage="sold", sale_price=PRICE)
    depends = estimate(sold, on=date(2026, 11, 25)).depends_on
    assert "balance_owed" in depends
    assert "home_value" not in depends


@pytest.mark.parametrize(
    "told",
    [
        {"occupancy": "inherited", "on_the_loan": UNKNOWN},
        {"borrower_died": True, "on_the_loan": UNKNOWN},
        {"prior_bankruptcy": True, "discharged": UNKNOWN},
    ],
)
def test_who_does_not_know_whether_they_signed_is_not_presumed_to_owe_it(told: dict[str, Value]) -> None:
    liable = liability(facts(**told))
    assert (liable.answer, liable.depends_on) == ("unknown", ())

"""The stages of a foreclosure, as the rules group them."""

from __future__ import annotations

from leeward.core import stages
from leeward.core.facts import SPECS


def test_every_stage_is_either_before_or_after_the_sale() -> None:
    assert set(SPECS["stage"].choices) == stages.BEFORE_SALE | stages.AFTER_SALE
    assert not stages.BEFORE_SALE & stages.AFTER_SALE


def test_a_home_whose_sale_is_only_set_is_not_sold_yet() -> None:
    assert "sale_set" in stages.BEFORE_SALE


def test_a_lawsuit_may_come_before_the_sale_and_after_it() -> None:
    assert {"served", "judgment"} == stages.IN_COURT & stages.BEFORE_SALE
    assert {"deficiency_claim"} == stages.IN_COURT & stages.AFTER_SALE

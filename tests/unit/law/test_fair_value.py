"""Whether the home's worth counts, told from the protections that the estimate goes by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leeward import law
from leeward.core.language import Words
from leeward.law import report
from leeward.law.fair_value import fair_value_credit
from leeward.law.model import Condition, Effect, Jurisdiction, Protection


def with_rules(*protections: Protection) -> Jurisdiction:
    """Georgia, where homes are sold in court and out of it, with these protections alone."""
    return replace(law.jurisdiction("GA"), protections=protections)


def rule(effect: Effect, **when: Any) -> Protection:
    return Protection("a-rule", Condition(**when), effect, Words("A rule.", "Una regla."), "Code 1", "high")


def test_a_credit_that_asks_for_nothing_is_a_yes_after_either_foreclosure() -> None:
    credit = fair_value_credit(with_rules(rule("fair_value_credit")))
    assert (credit.applies, credit.processes) == ("yes", ("judicial", "nonjudicial"))


def test_a_credit_after_one_kind_of_foreclosure_is_told_of_that_one() -> None:
    assert fair_value_credit(with_rules(rule("fair_value_credit", process="judicial"))).processes == ("judicial",)


@pytest.mark.parametrize(
    ("effect", "when", "applies"),
    [
        ("fair_value_credit", {"presumes": ("lender_buys_at_sale",)}, "yes"),
        ("fair_value_credit", {"occupancy": ("home",)}, "yes"),
        ("fair_value_credit", {"occupancy": ("rental",)}, "partly"),
        ("fair_value_credit", {"turns_on": ("agricultural_land",)}, "partly"),
        ("fair_value_credit", {"lien": "junior"}, "no"),
        ("reduced", {}, "partly"),
        ("discretion", {}, "discretion"),
        ("barred", {}, "no"),
        ("other", {}, "no"),
    ],
)
def test_what_the_credit_depends_on_decides_what_is_said(effect: Effect, when: dict[str, Any], applies: str) -> None:
    assert fair_value_credit(with_rules(rule(effect, **when))).applies == applies


def test_without_a_protection_there_is_no_credit_and_no_process() -> None:
    credit = fair_value_credit(with_rules())
    assert (credit.applies, credit.processes, credit.protections) == ("no", (), ())


def test_a_credit_after_a_foreclosure_that_is_not_used_is_told_of_no_process() -> None:
    illinois = replace(law.jurisdiction("IL"), protections=(rule("fair_value_credit"),))
    assert fair_value_credit(illinois).processes == ("judicial",)


def printed(code: str) -> Callable[[str], bool]:
    text = re.sub(r"\s+", " ", report.show(law.jurisdiction(code), "en"))
    return lambda words: words in text


def test_georgia_counts_the_worth_through_the_judges_approval_of_a_sale_out_of_court() -> None:
    assert {row.code: row.fair_value for row in report.table()}["GA"] == "yes"
    assert printed("GA")("CREDIT FOR FAIR VALUE yes (nonjudicial) confirmed-only-at-true-market-value: fair value credit")


def test_minnesota_counts_it_for_farms_alone() -> None:
    assert {row.code: row.fair_value for row in report.table()}["MN"] == "partly"
    assert printed("MN")("partly (judicial, nonjudicial) farm-mortgages: fair value credit")


def test_the_print_without_a_credit_says_no() -> None:
    assert printed("IL")("CREDIT FOR FAIR VALUE no DEADLINE")

"""The federal facts: whole, cited, and with the values that the research found."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.assessment.deficiency import estimate
from leeward.assessment.options import options
from leeward.core.facts import SPECS, Facts
from leeward.law import federal


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("first_filing", 120, "days"),
        ("loss_mitigation_hold", 37, "days"),
        ("stay_after_one_dismissal", 30, "days"),
        ("chapter_13_secured_limit", 1_580_125, "USD"),
        ("chapter_13_unsecured_limit", 526_700, "USD"),
        ("home_debt_exclusion_ended", "2026-01-01", "date"),
        ("va_partial_claim", "2026-11-28", "date"),
        ("hud_line", "800-569-4287", "phone"),
    ],
)
def test_the_values_are_those_of_the_research(name: str, value: int | str, unit: str) -> None:
    fact = federal.facts()[name]
    assert (fact.value, fact.unit) == (value, unit)


def test_every_fact_is_cited_dated_and_in_both_languages() -> None:
    for fact in federal.facts().values():
        assert fact.citation
        assert fact.as_of == date(2026, 11, 23)
        assert fact.words.en
        assert fact.words.es
        assert fact.confidence in ("high", "medium", "low")
        assert fact.seen in ("text", "secondary", "memory")


def test_facts_belong_to_ways_out_and_loans_that_there_are() -> None:
    nothing = Facts()
    names = {option.id for option in options(nothing, estimate(nothing, on=date(2026, 11, 23)), on=date(2026, 11, 23))}
    for fact in federal.facts().values():
        assert set(fact.options) <= names
        assert set(fact.loan_type) <= set(SPECS["loan_type"].choices)


def test_days_are_days() -> None:
    assert federal.days("loss_mitigation_hold") == 37
    with pytest.raises(TypeError, match="hud_line"):
        federal.days("hud_line")
    with pytest.raises(KeyError):
        federal.days("nothing")

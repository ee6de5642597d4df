"""Who owes nothing in person, whatever the state's law lets a lender ask of those who do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leeward import law
from leeward.assessment.deficiency import estimate, person_circumstances
from leeward.assessment.model import Estimate
from leeward.core.facts import SPECS, Facts
from leeward.law import persons

TODAY = date(2026, 11, 23)


def of(circumstances: dict[str, bool] | None = None, **told: Any) -> Estimate:
    facts = Facts.from_json({"state": "FL", "second_lien": 0, **told})
    facts = facts.learn("balance_owed", Decimal(250_000)).learn("home_value", Decimal(200_000))
    return estimate(facts, on=TODAY, circumstances=circumstances or {})


@pytest.mark.parametrize("code", law.codes())
def test_a_discharge_wipes_out_the_debt_in_every_state(code: str) -> None:
    """11 U.S.C. 524(a)"""
    result = of({"bankruptcy_discharge": True}, state=code)
    assert {exposure.standing for exposure in result.exposures} <= {"barred", "not_used"}
    assert result.liable.answer == "no"


def test_a_reaffirmed_loan_is_owed_again() -> None:
    """11 U.S.C. 524(c)"""
    result = of({"debt_reaffirmed": True}, prior_bankruptcy=True)
    assert result.liable.answer == "yes"
    assert result.liable.reasons[0].key == "person/bankruptcy-that-left-the-loan"
    assert result.exposures[0].up_to == 50_000


def test_a_dismissed_case_left_the_debt_as_it_was() -> None:
    assert of(prior_bankruptcy=True, discharged=False).liable.answer == "yes"


def test_an_earlier_bankruptcy_alone_is_asked_about() -> None:
    assert of(prior_bankruptcy=True).liable.depends_on == ("discharged",)


def test_whoever_signed_the_note_with_another_owes_it() -> None:
    assert of({"cosigned_the_note": True}).liable.answer == "yes"


def test_an_heir_hears_of_the_right_to_be_treated_as_a_borrower() -> None:
    """12 CFR 1024.31"""
    result = of(borrower_died=True, on_the_loan=False)
    assert result.liable.answer == "no"
    assert [reason.key for reason in result.liable.also] == ["person/successor-in-interest"]


def test_a_servicemember_who_was_served_hears_of_sales_and_of_default_judgments() -> None:
    """50 U.S.C. 3931, 3953"""
    keys = [reason.key for reason in of(military=True, stage="served").liable.also]
    assert keys == ["person/servicemember-sale", "person/servicemember-default-judgment"]
    assert [reason.key for reason in of(military=True, stage="behind").liable.also] == ["person/servicemember-sale"]


def test_the_rules_speak_of_facts_that_there_are() -> None:
    file = persons.read()
    named = {name for rule in (*file.rules, *file.also) for name in rule.when}
    named |= {name for rule in file.rules for name in rule.untold} | {item.fact for item in file.circumstances}
    assert named <= set(SPECS)


def test_the_circumstances_of_a_person_are_known_by_name() -> None:
    assert set(person_circumstances()) == {
        "bankruptcy_discharge",
        "debt_reaffirmed",
        "signed_mortgage_not_note",
        "cosigned_the_note",
    }

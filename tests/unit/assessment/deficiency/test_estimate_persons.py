"""Who owes nothing in person, whatever the state's law lets a lender ask of those who do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leeward import law
from leeward.assessment.deficiency import estimate, person_circumstances
from leeward.assessment.model import Estimate
from leeward.core import stages
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
    result = of(borrower_died=True, on_the_loan=False, stage="behind")
    assert result.liable.answer == "no"
    assert [reason.key for reason in result.liable.also] == ["person/successor-in-interest"]


@pytest.mark.parametrize("stage", sorted(stages.AFTER_SALE))
def test_after_a_sale_nobody_hears_that_they_may_keep_paying(stage: str) -> None:
    heir = {"borrower_died": True, "on_the_loan": False, "occupancy": "inherited"}
    assert "person/heir-may-keep-paying" in [reason.key for reason in of(**heir, stage="behind").liable.also]
    sold = of(**heir, stage=stage)
    assert sold.liable.also == ()
    assert not [reason for reason in sold.liable.reasons if "keep paying" in reason.words.en]


@pytest.mark.parametrize("loan_type", ["usda", "va", "fha"])
def test_what_a_program_may_claim_is_nothing_to_who_does_not_owe_the_loan(loan_type: str) -> None:
    owes, owes_nothing = (of(loan_type=loan_type, on_the_loan=signed) for signed in (True, False))
    assert [*owes.federal_claims, *owes.liable.also]
    assert [*owes_nothing.federal_claims, *owes_nothing.liable.also] == []


def test_where_nothing_may_be_asked_of_the_borrower_it_does_not_matter_who_that_is() -> None:
    barred = {"state": "CA", "loan_purpose": "purchase", "occupancy": "home", "units": 1}
    figures = {"balance_owed": 300000, "home_value": 200000, "second_lien": 0}
    assert of(**barred, **figures).tier == "low"
    assert of(**barred, **figures, borrower_died=True).tier == "low"
    assert of(**barred, **figures, loan_type="usda").tier == "moderate"


@pytest.mark.parametrize("state", law.codes())
def test_who_owes_nothing_is_asked_nothing_for_the_sake_of_the_time_to_sue(state: str) -> None:
    sold = {"state": state, "stage": "sold", "sold_on": "2026-10-01", "on_the_loan": False}
    rules = law.jurisdiction(state).redemptions_after_sale
    asked = set(of(**sold).depends_on) & {"units", "occupancy", "loan_purpose"}
    named = {name for rule in rules for name in ("occupancy", "loan_purpose") if getattr(rule.when, name)}
    assert asked <= named | {"units" for rule in rules if rule.when.units_max is not None}


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

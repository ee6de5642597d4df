"""The federal facts: whole, cited to federal law or the agency, and saying the figure that they stand for."""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

import pytest

from leeward.core.facts import SPECS
from leeward.core.formatting import day as day_in_words
from leeward.core.language import Language
from leeward.law import federal, options
from leeward.law.federal import FederalFact
from leeward.law.model import LoanType

EACH_FACT = pytest.mark.parametrize(
    ("name", "fact"), [pytest.param(name, fact, id=name) for name, fact in federal.facts().items()]
)
# A section of the U.S. Code or of the Federal Regulations, an act of Congress, or the agency whose rule or line it is.
CITED = re.compile(
    r"\d+ U\.S\.C\. \d+|\d+ CFR (part )?\d+(\.\d+)?|H\.R\. \d+"
    r"|(HUD|FHA|CFPB|FHFA|Fannie Mae|Freddie Mac|Department of Veterans Affairs)\b"
)
# How a sentence says a figure without digits.
IN_A_WORD = {
    ("stay_after_two_dismissals", "en"): "no stop at all",
    ("stay_after_two_dismissals", "es"): "no hay protección",
    ("military_service", "en"): "one year",
    ("military_service", "es"): "un año",
    ("fha_trial_refused", "en"): "a third",
    ("fha_trial_refused", "es"): "por tercera vez",
    ("va_partial_claim_limit", "en"): "a quarter",
    ("va_partial_claim_limit", "es"): "la cuarta parte",
    ("no_fee_before_offer", "en"): "may not take your money",
    ("no_fee_before_offer", "es"): "no puede cobrarle",
}


def figure(name: str, fact: FederalFact, language: Language) -> str:
    """The fact's figure as its sentence must say it in that language."""
    if (name, language) in IN_A_WORD:
        return IN_A_WORD[name, language]
    if fact.unit == "date":
        return day_in_words(date.fromisoformat(str(fact.value)), language)
    return f"${fact.value:,}" if fact.unit == "USD" else str(fact.value)


@EACH_FACT
def test_every_fact_is_cited_to_federal_law_or_to_the_agency(name: str, fact: FederalFact) -> None:
    assert CITED.search("; ".join(source.cite for source in fact.citations)), name


@EACH_FACT
def test_every_fact_says_its_figure_in_both_languages(name: str, fact: FederalFact) -> None:
    assert (fact.value is None) == (fact.unit is None)
    if fact.value is not None:
        assert re.search(rf"(?<![\d,]){re.escape(figure(name, fact, 'en'))}(?![\d,]*\d)", fact.words.en)
        assert re.search(rf"(?<![\d,]){re.escape(figure(name, fact, 'es'))}(?![\d,]*\d)", fact.words.in_language("es"))


def test_the_facts_name_the_day_of_their_research() -> None:
    assert date(2026, 1, 1) < federal.read().as_of


def test_facts_are_about_options_and_loans_that_there_are() -> None:
    assert get_args(LoanType) == SPECS["loan_type"].choices
    assert {row.id for row in options.read().options} == set(get_args(options.OptionId))


def test_days_are_days() -> None:
    assert federal.days("loss_mitigation_hold") == 37
    with pytest.raises(TypeError, match="hud_line"):
        federal.days("hud_line")
    with pytest.raises(KeyError):
        federal.days("nothing")

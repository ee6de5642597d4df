"""Which ways out fit whom, in what order, and in what words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.options import Option, options, programs
from leeward.core.facts import SPECS, UNKNOWN, Facts, Kind
from leeward.core.language import Words
from leeward.law import federal
from leeward.law.model import cited

TODAY = date(2026, 11, 23)
UNDERWATER = {"state": "IL", "balance_owed": 600_000, "home_value": 450_000}
WITH_EQUITY = {"state": "IL", "balance_owed": 300_000, "home_value": 450_000}
ALL = {
    "reinstatement", "repayment_plan", "forbearance", "loan_modification", "refinance", "sale_with_equity", "short_sale",
    "deed_in_lieu", "consent_foreclosure", "chapter_7", "chapter_13", "chapter_13_after_sale", "defend_lawsuit", "redemption",
    "redemption_after_sale", "hud_counselling",
}  # fmt: skip


def ranked(**known: Any) -> tuple[Option, ...]:
    facts = Facts.from_json(known)
    return options(facts, estimate(facts, on=TODAY), on=TODAY)


def found(name: str, **known: Any) -> Option:
    return next(option for option in ranked(**known) if option.id == name)


def fitting(**known: Any) -> set[str]:
    return {option.id for option in ranked(**known) if option.fit == "fits"}


def english(words: tuple[Words, ...]) -> str:
    return " ".join(word.en for word in words)


def test_every_way_out_is_always_there_once() -> None:
    assert sorted(option.id for option in ranked()) == sorted(ALL)


def test_with_nothing_known_only_counselling_fits_and_nothing_is_ruled_out() -> None:
    assert fitting() == {"hud_counselling"}
    assert {option.fit for option in ranked()} == {"fits", "maybe"}


def test_leaving_an_underwater_illinois_home_after_being_sued() -> None:
    leaving = fitting(**UNDERWATER, goal="leave", stage="served")
    ways = {"short_sale", "deed_in_lieu", "consent_foreclosure", "chapter_7", "defend_lawsuit", "hud_counselling"}
    assert leaving == ways


def test_keeping_a_home_before_any_lawsuit() -> None:
    keeping = fitting(**UNDERWATER, goal="keep", stage="behind", months_behind=3)
    assert keeping == {"reinstatement", "repayment_plan", "forbearance", "loan_modification", "chapter_13", "hud_counselling"}


def test_equity_opens_selling_and_closes_the_ways_for_the_underwater() -> None:
    leaving = {option.id: option.fit for option in ranked(**WITH_EQUITY, goal="leave", stage="behind")}
    assert leaving["sale_with_equity"] == "fits"
    assert (leaving["short_sale"], leaving["deed_in_lieu"], leaving["consent_foreclosure"]) == ("no", "no", "no")


def test_a_worth_that_may_be_above_or_below_the_debt_rules_nothing_out() -> None:
    range_of_worth = {"min": 550_000, "max": 700_000}
    sale = found("sale_with_equity", state="IL", balance_owed=600_000, home_value=range_of_worth, goal="leave", stage="behind")
    assert sale.fit == "maybe"
    assert "what you owe and what the home is worth" in english(sale.why)


def test_a_home_worth_more_than_the_first_loan_is_no_sure_sale_while_the_second_loan_is_not_known() -> None:
    leaving = {**WITH_EQUITY, "goal": "leave", "stage": "behind"}
    assert found("sale_with_equity", **leaving, second_lien=50_000).fit == "fits"
    assert found("sale_with_equity", **leaving, second_lien="unknown").fit == "maybe"


def test_a_worth_that_at_the_least_only_pays_the_debt_is_no_sure_sale() -> None:
    worth = {"min": 300_000, "max": 400_000}
    sale = found("sale_with_equity", state="IL", balance_owed=300_000, home_value=worth, goal="leave", stage="behind")
    assert sale.fit == "maybe"


def test_those_that_fit_come_first_then_those_that_may_then_those_that_do_not() -> None:
    fits = [option.fit for option in ranked(**UNDERWATER, goal="leave", stage="sale_set") if option.id != "hud_counselling"]
    assert fits == sorted(fits, key=["fits", "maybe", "no"].index)
    assert ranked(**UNDERWATER)[-1].id == "hud_counselling"


def test_a_way_out_that_does_not_fit_says_why() -> None:
    refinance = found("refinance", **UNDERWATER, goal="leave", stage="behind")
    assert refinance.fit == "no"
    assert english(refinance.why) == "It does not fit what you said you want. It does not fit what the home is worth."


def test_a_request_too_close_to_the_sale_is_in_doubt() -> None:
    known = {**UNDERWATER, "goal": "keep", "stage": "sale_set"}
    assert found("loan_modification", **known, sale_date="2026-12-31").fit == "fits"  # 38 days
    close = found("loan_modification", **known, sale_date="2026-12-30")  # 37 days: not more than 37
    assert close.fit == "maybe"
    assert "too close" in english(close.why)


def test_when_the_day_of_the_sale_has_passed_nothing_is_certain_any_more() -> None:
    passed = {**UNDERWATER, "goal": "keep", "stage": "sale_set", "sale_date": "2026-11-20"}
    assert found("chapter_13", **passed).fit == "maybe"
    assert found("reinstatement", **passed).fit == "maybe"


def test_after_the_sale_keeping_or_leaving_no_longer_matters() -> None:
    for goal in ("keep", "leave", "unsure"):
        after = fitting(**UNDERWATER, goal=goal, stage="deficiency_claim")
        assert after == {"chapter_7", "chapter_13_after_sale", "defend_lawsuit", "hud_counselling"}


def test_a_home_sold_in_michigan_can_be_bought_back_for_six_months_and_that_is_told_first() -> None:
    sold = {"state": "MI", "balance_owed": 200_000, "home_value": 150_000, "stage": "sold", "occupancy": "home", "units": 1}
    first = ranked(**sold, sold_on="2026-10-20")[0]
    assert (first.id, first.fit) == ("redemption_after_sale", "fits")
    assert "6 months" in first.clock.en
    assert found("redemption_after_sale", **sold, sold_on="2026-02-20").fit == "no"
    assert ranked(**sold)[0].fit == "maybe"  # the day of the sale is not known


def test_where_papers_decide_whether_the_home_can_be_bought_back_that_is_left_open() -> None:
    """KRS 426.530: six months where the price was under two thirds of the appraisal."""
    sold = {**UNDERWATER, "stage": "sold", "sold_on": "2026-10-20", "occupancy": "home", "units": 1}
    assert found("redemption_after_sale", **{**sold, "state": "KY"}).fit == "maybe"
    assert found("redemption_after_sale", **{**sold, "state": "TX"}).fit == "no"


@pytest.mark.parametrize("stage", ["sold", "deficiency_claim"])
def test_nothing_that_ended_with_the_sale_is_offered_after_it(stage: str) -> None:
    ended = {"reinstatement", "repayment_plan", "forbearance", "loan_modification", "refinance", "sale_with_equity"}
    ended |= {"chapter_13", "short_sale", "deed_in_lieu", "consent_foreclosure", "redemption"}
    for state in law.codes():
        known = {**UNDERWATER, "state": state, "stage": stage, "goal": "keep"}
        assert {option.id for option in ranked(**known) if option.fit != "no"} & ended == set()


def test_bankruptcy_for_the_rest_is_not_offered_to_who_owes_nothing_in_person() -> None:
    for chapter in ("chapter_7", "chapter_13_after_sale"):
        assert found(chapter, **UNDERWATER, goal="leave", stage="sold", on_the_loan=False).fit == "no"
        assert found(chapter, **UNDERWATER, goal="leave", stage="sold", on_the_loan=True).fit == "fits"


@pytest.mark.parametrize("stage", ["behind", "notice", "served", "judgment", "sale_set"])
def test_catching_up_in_chapter_13_is_for_who_wants_to_keep_the_home(stage: str) -> None:
    assert found("chapter_13", **UNDERWATER, goal="keep", stage=stage).fit == "fits"
    assert found("chapter_13", **UNDERWATER, goal="leave", stage=stage).fit == "no"
    assert found("chapter_13_after_sale", **UNDERWATER, goal="keep", stage=stage).is_closed


def test_a_programme_is_given_where_it_applies_and_its_time_has_not_passed() -> None:
    def names(**known: Any) -> list[str]:
        facts = Facts.from_json({"state": "IL", **known})
        return [program.id for program in programs(facts, estimate(facts, on=TODAY), on=TODAY)]

    in_county = [program for program in law.jurisdiction("IL").programs if program.county]
    assert in_county
    for program in in_county:
        assert program.county is not None
        told = {"stage": program.stage[0], "occupancy": "home", "units": 1}
        assert program.id in names(**told, county=program.county[0])
        assert program.id not in names(**told)
        assert program.id not in names(**told, county="Nowhere")
        if program.counts_from == "service" and program.days:
            assert program.id not in names(**told, county=program.county[0], served_on="2025-01-02")


def test_an_earlier_bankruptcy_needs_a_lawyer_to_check_the_dates() -> None:
    chapter_13 = found("chapter_13", **UNDERWATER, goal="keep", stage="sale_set", prior_bankruptcy=True)
    assert chapter_13.fit == "maybe"
    assert "earlier bankruptcy" in english(chapter_13.why)
    assert found("chapter_13", **UNDERWATER, goal="keep", stage="sale_set", prior_bankruptcy=False).fit == "fits"


def test_a_second_lender_makes_a_deed_in_lieu_doubtful() -> None:
    assert found("deed_in_lieu", **UNDERWATER, goal="leave", stage="behind", second_lien=40_000).fit == "maybe"


def test_a_rental_is_outside_the_federal_rules_for_a_modification() -> None:
    assert found("loan_modification", **UNDERWATER, goal="keep", stage="behind", occupancy="rental").fit == "maybe"


def test_a_long_time_behind_makes_a_repayment_plan_doubtful() -> None:
    known = {**UNDERWATER, "goal": "keep", "stage": "behind"}
    assert found("repayment_plan", **known, months_behind=6).fit == "fits"
    assert found("repayment_plan", **known, months_behind={"min": 5, "max": 7}).fit == "maybe"


def test_consent_foreclosure_is_for_illinois() -> None:
    texas = {**UNDERWATER, "state": "TX", "goal": "leave", "stage": "sale_set"}
    assert found("consent_foreclosure", **texas).fit == "no"


def test_where_homes_are_sold_without_a_court_there_is_no_suit_to_defend_until_one_comes() -> None:
    texas = {**UNDERWATER, "state": "TX"}
    assert found("defend_lawsuit", **texas, stage="sale_set").fit == "no"
    assert found("defend_lawsuit", **texas, stage="served").fit == "fits"


@pytest.mark.parametrize("name", ["deed_in_lieu", "short_sale", "consent_foreclosure"])
def test_what_happens_to_the_rest_is_what_the_states_law_says(name: str) -> None:
    illinois = law.jurisdiction("IL")
    option = found(name, **UNDERWATER)
    assert option.deficiency == getattr(illinois, name).words
    assert cited(getattr(illinois, name).citations) in option.citations


def test_a_deed_in_lieu_says_something_general_where_the_state_is_not_known() -> None:
    assert "unless the papers say" in found("deed_in_lieu").deficiency.en


def test_the_clock_to_catch_up_is_the_states_own() -> None:
    assert "90 days" in found("reinstatement", **UNDERWATER).clock.en


def test_an_option_is_no_surer_than_its_least_sure_statement() -> None:
    assert found("reinstatement", **UNDERWATER).confidence == "medium"
    assert found("consent_foreclosure", **UNDERWATER).confidence == "high"


def test_the_rules_of_the_persons_own_kind_of_loan_come_first() -> None:
    fha = found("loan_modification", **UNDERWATER, loan_type="fha")
    assert "FHA" in fha.notes[0].en
    assert "HUD Mortgagee Letter 2026-08" in " ".join(fha.citations)
    assert not any("FHA" in note.en for note in found("loan_modification", **UNDERWATER, loan_type="va").notes)


def test_forgiven_debt_is_said_to_be_income_with_the_exclusion_gone_for_2026() -> None:
    notes = english(found("short_sale", **UNDERWATER).notes)
    assert "can count as income" in notes
    assert "ended on January 1, 2026" in notes


def texts(option: Option) -> list[Words]:
    return [option.name, option.what, option.stops, option.caution, *option.why, *option.notes]


def general_texts() -> list[Words]:
    every = [option for stage in (None, "behind", "sale_set") for option in ranked(**({"stage": stage} if stage else {}))]
    return [words for option in every for words in (*texts(option), option.deficiency, option.clock)]


def test_every_text_is_short_and_in_both_languages() -> None:
    for words in general_texts():
        assert words.en
        assert words.es
        assert max(sentences(words.en), sentences(words.es)) <= 2, words


def test_the_english_texts_together_read_at_eighth_grade_or_below() -> None:
    for option in ranked():
        said = [option.what, option.stops, option.deficiency, option.clock, option.caution]
        assert grade(" ".join(words.en for words in said)) <= 8, option.id


def test_each_federal_note_reads_at_eighth_grade_or_below() -> None:
    assert [name for name, fact in federal.facts().items() if grade(fact.words.en) > 8] == []


def test_no_text_promises_or_advises() -> None:
    for words in general_texts():
        assert not re.search(r"\b(guarantee|you qualify|we will stop|you should file|stop paying)\b", words.en), words
        assert not re.search(r"\b(garantizamos|usted califica|deje de pagar)\b", words.es or ""), words


def test_every_option_cites_something() -> None:
    uncited = [option.id for option in ranked(**UNDERWATER) if not option.citations]
    # Whoever pays off a loan owes nothing on it: a matter of contract, for which no statute stands.
    assert set(uncited) <= {"refinance", "sale_with_equity", "defend_lawsuit", "redemption", "hud_counselling"}


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", text))


def grade(text: str) -> float:
    """Flesch and Kincaid's grade, with vowel groups for syllables."""
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words)
    return 0.39 * len(words) / max(1, sentences(text)) + 11.8 * syllables / len(words) - 15.59


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    facts = Facts()
    for spec in SPECS.values():
        if spec.kind is Kind.TEXT or not draw(st.booleans()):
            continue
        match spec.kind:
            case Kind.MONEY:
                value: Any = draw(st.integers(0, 2_000_000))
            case Kind.COUNT:
                value = draw(st.integers(0, 40))
            case Kind.DATE:
                value = draw(st.dates(date(2024, 1, 1), date(2028, 1, 1)))
            case Kind.CHOICE:
                value = draw(st.sampled_from(spec.choices))
            case _:
                value = draw(st.booleans())
        facts = facts.learn(spec.name, draw(st.sampled_from([value, UNKNOWN])))
    return facts


@given(any_facts())
def test_any_facts_get_an_answer_with_a_reason_for_every_no_and_maybe(facts: Facts) -> None:
    answer = options(facts, estimate(facts, on=TODAY), on=TODAY)
    assert {option.id for option in answer} == ALL
    assert all(option.why for option in answer if option.fit != "fits")

"""What is told before the next question: what is urgent, the answer's deadline, the estimate, the ways out, the handoff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from trackers import TODAY, Done, facts, recorded, run, tracker_with

from actions.validate_intake_form import ValidateIntakeForm
from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.core.facts import UNKNOWN, Facts, Range
from leeward.core.formatting import with_source
from leeward.core.language import Language
from leeward.dialogue.policy import Progress
from leeward.law.model import cited
from leeward.records.models import Case, Contact

ILLINOIS = facts(state="IL", balance_owed=Decimal(600_000), home_value=Decimal(450_000))
PHONE = "+13125550142"
NAMED = facts(has_lawyer=False, first_name="Ana", last_name="Ruiz")
REACHABLE = NAMED.merge(facts(phone=PHONE, safe_to_contact=True))
WISH = Progress(messages=8).with_yes("wants_contact")
AGREED = WISH.with_consent("consent_contact", PHONE)


def tell(known: Facts, progress: Progress = Progress(), **rest: Any) -> Done:
    return run(ValidateIntakeForm(), tracker_with(facts=known, progress=progress, **rest))


def laws_told(done: Done) -> list[str]:
    return [utterance["law"] for utterance in done.utterances if utterance["response"] == "say_law"]


def told_again(known: Facts, before: Done) -> Done:
    return tell(known, before.progress)


# ------------------------------------------------------------------ what is urgent


@pytest.mark.parametrize(
    ("known", "at_stake"),
    [
        (facts(stage="sale_set", sale_date=date(2026, 11, 24)), ["say_at_stake_sale"]),
        (facts(stage="sale_set", sale_date=date(2026, 12, 20)), ["say_at_stake_sale"]),
        (facts(stage="sale_set"), ["say_at_stake_sale"]),
        (facts(stage="sale_set", sale_date=date(2026, 11, 1)), ["say_at_stake_sale"]),
        (facts(stage="judgment", court_date=date(2026, 11, 30)), ["say_at_stake_court"]),
        (facts(stage="sold", state="IL"), ["say_redemption_rule"]),
        (facts(stage="sold", state="TX"), ["say_law"]),
        (facts(stage="sold"), ["say_redemption_no_state"]),
        (facts(stage="deficiency_claim"), ["say_at_stake_claim"]),
        (facts(sale_date=date(2026, 12, 1), court_date=date(2026, 11, 30)), ["say_at_stake_court", "say_at_stake_sale"]),
    ],
)
def test_a_near_or_unknown_date_is_told_at_once_with_what_is_at_stake(known: Facts, at_stake: list[str]) -> None:
    done = tell(known)
    assert done.said[: 1 + len(at_stake)] == ["say_urgent", *at_stake]
    assert done.filling("say_urgent")["firm_phone"] == "(312) 313-1613"


def test_urgency_is_told_once_and_moves_contact_to_the_front() -> None:
    known = facts(stage="sale_set", sale_date=date(2026, 11, 24))
    first = tell(known)
    assert first.progress.urgent
    assert first.slots["requested_slot"] == "wants_contact"
    assert told_again(known, first).said == []


@pytest.mark.parametrize("known", [facts(stage="behind"), facts(stage="sale_set", sale_date=date(2027, 3, 1)), Facts()])
def test_what_is_far_off_is_not_called_urgent(known: Facts) -> None:
    assert "say_urgent" not in tell(known).said


def test_someone_who_goes_on_after_a_cry_for_help_is_not_told_of_a_deadline_that_is_none() -> None:
    assert tell(Facts(), Progress(crisis=True, danger=True).with_yes("go_on")).said == []


def test_a_notice_is_explained_once() -> None:
    first = tell(facts(stage="notice"))
    assert first.said == ["say_notice"]
    assert told_again(facts(stage="notice"), first).said == []


def test_the_last_day_to_catch_up_before_the_sale_is_told_and_told_again_when_the_sale_is_put_off() -> None:
    sale = facts(state="CO", stage="sale_set", sale_date=date(2026, 12, 16))
    first = tell(sale)
    assert first.filling("say_catching_up_until")["day"] == "December 1, 2026"
    assert "C.R.S. 38-38-104(1)" in first.filling("say_catching_up_until")["law"]
    assert not [name for name in told_again(sale, first).said if name.startswith("say_catching_up")]
    put_off = told_again(sale.learn("sale_date", date(2026, 12, 23)), first)
    assert put_off.filling("say_catching_up_until")["day"] == "December 8, 2026"
    late = tell(sale.learn("sale_date", date(2026, 12, 1)))
    assert late.filling("say_catching_up_over")["day"] == "November 16, 2026"


# ------------------------------------------------------------------ buying the home back


SOLD = facts(state="MI", stage="sold", units=1)


def test_before_a_sale_what_it_ends_is_told_by_the_law_of_the_state() -> None:
    sale = facts(stage="sale_set", sale_date=date(2026, 12, 1))
    michigan = tell(sale.merge(facts(state="MI", units=1))).filling("say_at_stake_sale_law")["law"]
    assert "6 months" in michigan
    assert "600.3240" in michigan
    colorado = tell(sale.learn("state", "CO")).filling("say_at_stake_sale_law")["law"]
    assert "cannot buy the home back" in colorado
    assert "C.R.S. 38-38-302" in colorado


def test_after_a_sale_the_right_to_buy_the_home_back_is_told_by_its_rule_and_then_by_its_day() -> None:
    first = tell(SOLD)
    rule = first.filling("say_redemption_rule")["law"]
    assert "6 months" in rule
    assert "600.3240" in rule
    then = told_again(SOLD.learn("sold_on", date(2026, 10, 20)), first)
    # Six months end on April 20, 2027, a day on which courts are open.
    assert then.filling("say_redemption_until")["day"] == "April 20, 2027"
    assert "say_redemption_until" not in told_again(SOLD.learn("sold_on", date(2026, 10, 20)), then).said


def test_a_time_to_buy_back_that_has_run_out_is_told_with_doubt() -> None:
    told = tell(SOLD.learn("sold_on", date(2026, 1, 20))).filling("say_redemption_over")
    assert told["day"] == "July 20, 2026"


def test_where_the_law_gives_no_time_to_buy_back_its_own_words_say_so() -> None:
    colorado = laws_told(tell(facts(state="CO", stage="sold")))[0]
    assert "cannot buy the home back" in colorado
    assert "C.R.S. 38-38-302" in colorado


@pytest.mark.parametrize("state", law.codes())
@pytest.mark.parametrize("language", ["en", "es"])
def test_after_a_sale_the_rule_that_covers_the_person_is_told_and_with_its_source(state: str, language: Language) -> None:
    """Also where it denies the right: no exception of the same file is told in its place."""
    known = facts(state=state, stage="sold", occupancy="home", units=1, loan_purpose="purchase", language=language)
    rule = estimate(known, on=TODAY).buying_back
    assert rule is not None
    assert rule.when.process in (None, law.jurisdiction(state).customary)
    told = next(utterance["law"] for utterance in tell(known).utterances if "law" in utterance)
    assert told == with_source(rule.words.in_language(language), cited(rule.citations), language)


def test_what_was_told_of_buying_the_home_back_is_told_again_when_the_facts_change() -> None:
    first = tell(SOLD.learn("sold_on", date(2026, 10, 20)))
    corrected = SOLD.learn("sold_on", date(2026, 9, 15))
    then = told_again(corrected, first)
    assert then.filling("say_redemption_until")["day"] == "March 15, 2027"
    assert not [name for name in told_again(corrected, then).said if name.startswith("say_redemption")]
    back = told_again(SOLD.learn("sold_on", date(2026, 10, 20)), then)
    assert back.filling("say_redemption_until")["day"] == "April 20, 2027"
    elsewhere = told_again(corrected.learn("state", "TX"), back)
    assert "cannot buy it back" in laws_told(elsewhere)[0]


def test_who_is_asked_for_the_rest_hears_that_a_day_they_were_told_was_wrong() -> None:
    first = tell(SOLD.learn("sold_on", date(2026, 10, 20)))
    claim = SOLD.learn("sold_on", date(2026, 3, 20)).learn("stage", "deficiency_claim")
    assert told_again(claim, first).filling("say_redemption_over")["day"] == "September 18, 2026"


@pytest.mark.parametrize("language", ["en", "es"])
def test_nobody_is_told_that_the_right_to_the_home_is_over_where_it_is_not(language: str) -> None:
    said = tell(SOLD.learn("language", language)).said
    assert not [name for name in said if name.startswith("say_at_stake_sale")]


def test_who_is_asked_for_the_rest_hears_of_it_only_where_the_time_still_runs() -> None:
    claim = SOLD.learn("stage", "deficiency_claim")
    assert "say_redemption_until" in tell(claim.learn("sold_on", date(2026, 10, 20))).said
    for known in (claim, claim.learn("sold_on", date(2024, 10, 20)), claim.learn("state", "TX")):
        assert not [name for name in tell(known).said if name.startswith("say_redemption")]


# ------------------------------------------------------------------ after the sale


def test_after_the_sale_its_price_makes_the_figure_and_no_auction_is_spoken_of() -> None:
    told = facts(sold_on=UNKNOWN, sale_price=Decimal(105_000), balance_owed=Decimal(160_000), home_value=UNKNOWN)
    done = tell(SOLD.merge(told))
    figures = done.filling("say_estimate_sold")
    assert (figures["owed"], figures["price"], figures["shortfall"]) == ("$160,000", "$105,000", "$55,000")
    assert "say_estimate_auction" not in done.said


def test_what_is_claimed_is_told_as_a_claim_and_the_time_to_ask_for_it_by_its_rule() -> None:
    claim = facts(state="OK", stage="deficiency_claim", amount_claimed=Decimal(60_000), sale_price=UNKNOWN)
    done = tell(claim.learn("sold_on", UNKNOWN))
    assert done.filling("say_estimate_claimed")["claimed"] == "$60,000"
    assert "say_estimate_deadline" in done.said
    assert "say_deadline_ends" not in done.said
    assert "say_deadline_ends" in tell(claim.learn("sold_on", date(2026, 6, 2))).said


def test_a_sale_whose_price_is_not_known_gives_no_figure() -> None:
    known = ILLINOIS.merge(facts(stage="sold", sold_on=UNKNOWN, sale_price=UNKNOWN))
    done = tell(known)
    assert done.filling("say_estimate_unknown")["missing"] == "the price of the sale"
    assert done.filling("say_standing_allowed")["amount"] == ""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("lost_by", ["short_sale", "deed_in_lieu"])
def test_after_a_short_sale_or_a_deed_in_lieu_the_paper_that_releases_the_rest_is_named(
    lost_by: str, language: Language
) -> None:
    """No rule on foreclosure sales is told: no right to buy back, no standing, no time to sue."""
    rule = law.jurisdiction("IL").deed_in_lieu if lost_by == "deed_in_lieu" else law.jurisdiction("IL").short_sale
    assert rule is not None
    sale = facts(sold_on=date(2026, 10, 1), sale_price=Decimal(150_000), balance_owed=Decimal(200_000), language=language)
    done = tell(facts(state="IL", stage="sold", lost_by=lost_by).merge(sale))
    told = done.filling(f"say_after_{lost_by}")["law"]
    assert told == with_source(rule.words.in_language(language), cited(rule.citations), language)
    others = ("say_standing", "say_redemption", "say_estimate_deadline", "say_deadline")
    assert not [name for name in done.said if name.startswith(others)]


# ------------------------------------------------------------------ the time to answer a lawsuit


def test_whoever_was_served_hears_the_day_by_which_to_answer_where_it_can_be_counted() -> None:
    served = facts(state="IL", stage="served", served_on=date(2026, 11, 20))
    first = tell(served)
    due = first.filling("say_answer_due")
    # 30 days end on a Sunday and roll to Monday.
    assert due["day"] == "December 21, 2026"
    assert due["citation"].startswith("Ill. S. Ct. Rule 101")
    assert "say_answer_due" not in told_again(served, first).said


def test_the_answer_day_is_written_in_the_persons_language() -> None:
    served = facts(language="es", state="IL", stage="served", served_on=date(2026, 11, 20))
    assert tell(served).filling("say_answer_due")["day"] == "21 de diciembre de 2026"


def test_without_the_day_of_service_the_states_law_on_answering_is_told_and_the_day_once_it_is_known() -> None:
    served = facts(state="IL", stage="served")
    first = tell(served)
    assert [told for told in laws_told(first) if "30 days to answer" in told]
    assert laws_told(told_again(served, first)) == []
    assert "say_answer_due" in told_again(served.learn("served_on", date(2026, 11, 20)), first).said


def test_without_the_state_whoever_was_served_hears_that_the_papers_tell_the_time() -> None:
    first = tell(facts(stage="served"))
    assert "say_answer_unknown" in first.said
    assert "say_answer_unknown" not in told_again(facts(stage="served"), first).said


def test_a_day_to_answer_that_was_corrected_is_told_again() -> None:
    served = facts(state="IL", stage="served", served_on=date(2026, 11, 20))
    then = told_again(served.learn("served_on", date(2026, 11, 10)), tell(served))
    assert then.filling("say_answer_due")["day"] == "December 10, 2026"


@pytest.mark.parametrize("stage", ["served", "deficiency_claim"])
def test_a_day_to_answer_that_has_passed_is_told_in_words_of_its_own(stage: str) -> None:
    late = tell(facts(state="IL", stage=stage, served_on=date(2026, 6, 1)))
    assert late.filling("say_answer_passed")["day"] == "July 1, 2026"
    assert "say_answer_due" not in late.said


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_time_to_answer_that_nobody_has_seen_in_writing_is_told_with_doubt_in_ones_own_language(language: Language) -> None:
    doubt = {"en": "a lawyer should check this", "es": "un abogado debe revisarlo"}[language]
    unseen = [code for code in law.codes() if (rule := law.jurisdiction(code).answer_to_suit) and not cited(rule.citations)]
    for code in unseen:
        served = facts(state=code, stage="served", served_on=date(2026, 11, 20), language=language)
        assert tell(served).filling("say_answer_due")["citation"] == doubt


def test_the_papers_of_the_foreclosure_start_no_time_to_answer_the_later_suit() -> None:
    claim = facts(state="IL", stage="deficiency_claim", sold_on=date(2026, 6, 2))
    old, new = (tell(claim.learn("served_on", day)).said for day in (date(2025, 3, 3), date(2026, 11, 10)))
    assert not [name for name in old if name.startswith("say_answer")]
    assert "say_answer_due" in new


# ------------------------------------------------------------------ what else is worth saying


def test_a_servicemember_hears_once_what_protects_the_home() -> None:
    known = facts(state="TX", stage="sale_set", military=True, sale_date=date(2026, 12, 20))
    first = tell(known)
    assert [told for told in laws_told(first) if "50 U.S.C. 3953" in told]
    assert laws_told(told_again(known, first)) == []


@pytest.mark.parametrize(("loan_type", "told"), [("usda", "USDA-backed"), ("va", "With a VA loan")])
def test_who_hears_that_the_lender_is_barred_hears_what_the_government_may_still_claim(loan_type: str, told: str) -> None:
    barred = facts(state="CA", loan_purpose="purchase", occupancy="home", units=1, loan_type=loan_type, second_lien=Decimal(0))
    figures = facts(balance_owed=Decimal(500_000), home_value=Decimal(400_000))
    done = tell(barred.merge(figures))
    assert "say_standing_barred" in done.said
    assert [law for law in laws_told(done) if told in law]
    owes_nothing = tell(barred.merge(figures).learn("on_the_loan", False))
    assert not [law for law in laws_told(owes_nothing) if told in law]


def test_a_claim_of_the_government_that_comes_to_light_is_told_after_the_estimate_was() -> None:
    california = facts(state="CA", balance_owed=Decimal(500_000), home_value=Decimal(400_000), second_lien=Decimal(0))
    then = told_again(california.learn("loan_type", "usda"), tell(california))
    assert [law for law in laws_told(then) if "USDA-backed" in law]


# ------------------------------------------------------------------ the estimate


def test_the_estimate_is_told_in_full_with_the_law_and_that_a_lawyer_confirms() -> None:
    done = tell(ILLINOIS)
    figures = done.filling("say_estimate_shortfall")
    assert (figures["owed"], figures["worth"], figures["shortfall"]) == ("$600,000", "$450,000", "$150,000")
    assert figures["custom"]["kind"] == "estimate"
    standing = done.filling("say_standing_allowed")
    assert (standing["state_name"], standing["process"], standing["amount"]) == (
        "Illinois",
        "a court foreclosure",
        ", up to $150,000",
    )
    assert standing["citation"] == "735 ILCS 5/15-1508(e)"
    # Nothing is told of a sale out of court, which Illinois does not use.
    assert [response for response in done.said if response.startswith("say_standing_")] == ["say_standing_allowed"]
    assert done.filling("say_estimate_lawyer")["as_of"] == "November 23, 2026"


def test_the_estimate_is_told_once() -> None:
    first = tell(ILLINOIS)
    assert told_again(ILLINOIS, first).said == []


def test_a_changed_estimate_is_told_again_in_short() -> None:
    done = told_again(ILLINOIS.learn("home_value", Decimal(500_000)), tell(ILLINOIS))
    assert done.said[:2] == ["say_estimate_updated", "say_estimate_shortfall"]
    assert done.filling("say_estimate_shortfall")["shortfall"] == "$100,000"
    assert "say_estimate_lawyer" not in done.said
    assert "say_estimate_auction" not in done.said


def test_a_fact_that_changes_nothing_in_the_estimate_does_not_tell_it_again() -> None:
    assert told_again(ILLINOIS.learn("lender", "Chase"), tell(ILLINOIS)).said == []


def test_a_second_loan_that_comes_to_light_is_told_by_itself_once() -> None:
    with_second = ILLINOIS.learn("second_lien", Decimal(40_000))
    then = told_again(with_second, tell(ILLINOIS))
    assert then.said == ["say_estimate_second"]
    assert then.filling("say_estimate_second")["amount"] == ", up to $40,000 of it unpaid"
    assert told_again(with_second, then).said == []
    more = told_again(ILLINOIS.learn("second_lien", Decimal(55_000)), then)
    assert more.filling("say_estimate_second")["amount"] == ", up to $55,000 of it unpaid"


def test_a_second_loan_that_the_sale_pays_is_not_called_unpaid() -> None:
    paid = ILLINOIS.merge(facts(home_value=Decimal(700_000), second_lien=Decimal(40_000)))
    assert tell(paid).filling("say_estimate_second")["amount"] == ""


@pytest.mark.parametrize(
    ("worth", "response", "filled"),
    [
        (Range(Decimal(550_000), Decimal(650_000)), "say_estimate_between", {"shortfall": "$50,000"}),
        (Decimal(700_000), "say_estimate_equity", {"equity": "$100,000"}),
        (Decimal(600_000), "say_estimate_even", {}),
        (UNKNOWN, "say_estimate_unknown", {"missing": "what the home is worth"}),
    ],
)
def test_the_figures_are_told_as_they_stand(worth: Any, response: str, filled: dict[str, str]) -> None:
    told = tell(ILLINOIS.learn("home_value", worth)).filling(response)
    assert {name: told[name] for name in filled} == filled


def test_where_the_home_pays_the_loan_the_law_is_told_for_a_sale_that_brings_less() -> None:
    done = tell(ILLINOIS.learn("home_value", Decimal(700_000)))
    assert "say_if_less_allowed" in done.said
    assert "say_standing_allowed" not in done.said


def test_both_missing_figures_are_named_in_the_persons_language() -> None:
    known = facts(language="es", state="IL", balance_owed=UNKNOWN, home_value=UNKNOWN)
    assert tell(known).filling("say_estimate_unknown")["missing"] == "lo que se debe y lo que vale la casa"


def test_where_the_state_was_passed_over_the_figures_are_told_without_law() -> None:
    known = facts(balance_owed=Decimal(600_000), home_value=Decimal(450_000))
    done = tell(known, Progress(skipped=frozenset({"state"})))
    assert done.said[:2] == ["say_estimate_shortfall", "say_estimate_no_state"]
    assert not [response for response in done.said if response.startswith("say_standing")]


def test_what_the_standing_still_turns_on_is_named() -> None:
    depends = tell(ILLINOIS.learn("state", "CA")).filling("say_standing_depends")["facts"]
    assert "what the loan was for" in depends
    assert "second" not in depends


def test_where_the_law_file_is_not_sure_that_is_told() -> None:
    assert "say_estimate_low_confidence" not in tell(ILLINOIS).said
    unsure = tell(ILLINOIS.learn("state", "PR"))
    assert unsure.filling("say_estimate_low_confidence")["state_name"] == "Puerto Rico"


def test_a_law_that_rests_on_a_citation_nobody_looked_up_is_told_with_doubt() -> None:
    # The statute behind one of Arkansas' standings was written down from memory.
    assert "say_estimate_low_confidence" in tell(ILLINOIS.learn("state", "AR")).said


def test_a_source_that_nobody_has_seen_is_not_told_as_one() -> None:
    arkansas = tell(ILLINOIS.learn("state", "AR"))
    cited = [utterance["citation"] for utterance in arkansas.utterances if utterance["response"].startswith("say_standing_")]
    assert cited == ["Ark. Code 18-50-112", "a lawyer should check this"]


def test_someone_in_a_crisis_is_told_no_figures() -> None:
    assert tell(ILLINOIS, Progress(crisis=True)).said == []


# ------------------------------------------------------------------ ways out


def test_a_programme_of_the_state_that_is_open_now_comes_before_the_ways_out() -> None:
    pennsylvania = ILLINOIS.merge(
        facts(state="PA", stage="notice", goal="keep", second_lien=Decimal(0), occupancy="home", units=1)
    )
    told = tell(pennsylvania.merge(facts(loan_purpose="purchase")))
    assert told.said.index("say_options_intro") < told.said.index("say_program") < told.said.index("say_option")
    assert "33" in told.filling("say_program")["law"]
    sold = pennsylvania.merge(facts(loan_purpose="purchase", stage="sold"))
    assert "say_program" not in tell(sold).said


def test_the_ways_out_are_told_once_three_in_full_and_the_rest_by_name() -> None:
    known = ILLINOIS.merge(facts(stage="behind", second_lien=Decimal(0), goal="keep"))
    first = tell(known)
    assert first.said.count("say_option") == 3
    assert first.said.index("say_options_intro") < first.said.index("say_option") < first.said.index("say_options_more")
    one = next(u for u in first.utterances if u["response"] == "say_option")
    assert all(one[part] for part in ("name", "what", "stops", "deficiency", "clock", "caution"))
    assert "say_option" not in told_again(known, first).said


def test_what_is_lost_when_its_time_ends_is_told_first_though_it_only_may_fit() -> None:
    sold = facts(
        state="MI", stage="sold", sold_on=UNKNOWN, sale_price=UNKNOWN, second_lien=Decimal(0), occupancy="home", units=1
    )
    told = [utterance["name"] for utterance in tell(sold).utterances if utterance["response"] == "say_option"]
    assert told[0] == "Buying the home back after the sale (redemption)"


def test_the_ways_out_wait_until_the_goal_is_known() -> None:
    assert "say_options_intro" not in tell(ILLINOIS.learn("stage", "behind")).said


# ------------------------------------------------------------------ practice and counsel


def test_a_home_outside_the_firms_states_is_told_so_once_contact_is_near() -> None:
    ohio = facts(state="OH")
    assert "say_outside_practice" not in tell(ohio).said
    first = tell(ohio, WISH)
    assert first.filling("say_outside_practice")["state_name"] == "Ohio"
    assert "say_outside_practice" not in told_again(ohio, first).said
    assert "say_outside_practice" not in tell(facts(state="IL"), WISH).said


def test_someone_who_has_a_lawyer_hears_once_to_ask_that_lawyer() -> None:
    first = tell(facts(has_lawyer=True))
    assert first.said == ["say_has_lawyer"]
    assert told_again(facts(has_lawyer=True), first).said == []
    assert tell(facts(has_lawyer=False)).said == []


# ------------------------------------------------------------------ handing off


def handed_off(conversation: str, known: Facts, progress: Progress) -> Done:
    return recorded(conversation, tell(known, progress, conversation=conversation))


def test_with_consent_it_is_told_who_calls_whom_and_when(conversation: str) -> None:
    done = handed_off(conversation, REACHABLE, AGREED)
    assert done.said == ["say_summary_for_staff", "say_handoff"]
    told = done.filling("say_handoff")
    assert (told["first_name"], told["firm_phone"]) == ("Ana", "(312) 313-1613")
    assert told["when"].startswith("by the end of the next business day, ")
    assert told["firm_hours"] == "Monday to Friday, 9:00 AM to 5:00 PM"


def test_the_summary_for_staff_names_every_fact_in_words(conversation: str) -> None:
    known = facts(language="es", state="NM", balance_owed=Decimal(200_000)).merge(REACHABLE)
    noted = handed_off(conversation, known, AGREED).filling("say_summary_for_staff")["noted"]
    assert noted.startswith("el estado: Nuevo México; lo que se debe: $200,000; tener abogado: no; su nombre: Ana")
    assert "su teléfono: (312) 555-0142" in noted


def test_without_consent_nobody_calls_and_the_office_is_named_instead(conversation: str) -> None:
    done = handed_off(conversation, REACHABLE, WISH.with_no("consent_contact"))
    assert done.said == ["say_summary_for_staff", "say_handoff_no_consent"]


def test_where_calling_is_not_safe_and_there_is_no_email_nobody_calls(conversation: str) -> None:
    unsafe = REACHABLE.learn("safe_to_contact", False)
    done = handed_off(conversation, unsafe, WISH.with_skipped("email"))
    assert done.said == ["say_summary_for_staff", "say_handoff_unsafe"]


def test_where_calling_is_not_safe_an_email_is_written_with_consent(conversation: str) -> None:
    unsafe = REACHABLE.learn("safe_to_contact", False).learn("email", "ana@example.com")
    done = handed_off(conversation, unsafe, WISH.with_consent("consent_contact", "ana@example.com"))
    assert done.said == ["say_summary_for_staff", "say_handoff"]


def test_whoever_cannot_be_reached_hears_how_to_reach_the_firm(conversation: str) -> None:
    nowhere = WISH.with_skipped("phone").with_skipped("email")
    done = handed_off(conversation, NAMED, nowhere)
    assert done.said == ["say_summary_for_staff", "say_no_way_to_reach"]


def test_the_handoff_puts_contact_and_case_on_record_and_is_told_once(conversation: str) -> None:
    sale_soon = REACHABLE.merge(facts(stage="sale_set", sale_date=date(2026, 11, 24)))
    first = handed_off(conversation, sale_soon, AGREED)
    assert Contact.objects.get(conversation_id=conversation).first_name == "Ana"
    case = Case.objects.get(conversation_id=conversation)
    assert (case.tier, case.act_by) == (0, date(2026, 11, 24))
    assert handed_off(conversation, sale_soon, first.progress).said == []


def test_the_handoff_waits_for_the_answer_to_the_consent(conversation: str) -> None:
    done = handed_off(conversation, REACHABLE, WISH)
    assert (done.said, done.slots["requested_slot"]) == ([], "consent_contact")
    assert not Case.objects.exists()


def test_a_firm_without_opening_hours_promises_no_day(conversation: str, firm_with: Callable[..., None]) -> None:
    firm_with(hours=dict.fromkeys("monday tuesday wednesday thursday friday saturday sunday".split()))
    done = handed_off(conversation, REACHABLE, AGREED)
    assert done.filling("say_handoff")["when"] == "as soon as possible"

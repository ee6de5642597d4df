"""What is asked next, and what is never asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.assessment.deficiency import estimate
from leeward.core.facts import SPECS, UNKNOWN, Facts, Value
from leeward.dialogue.policy import (
    OWN_QUESTIONS,
    Progress,
    estimate_is_due,
    handoff_is_due,
    leave_open,
    next_question,
    options_are_due,
)

TODAY = date(2026, 11, 23)


def facts(**values: Value) -> Facts:
    known = Facts()
    for name, value in values.items():
        known = known.learn(name, value)
    return known


def asked(known: Facts, progress: Progress = Progress()) -> str:
    return next_question(known, estimate(known, on=TODAY), progress).name


ILLINOIS = facts(state="IL", balance_owed=Decimal(600_000), home_value=Decimal(450_000))


def test_the_first_three_questions_are_state_owed_and_worth() -> None:
    assert asked(Facts()) == "state"
    assert asked(facts(state="IL")) == "balance_owed"
    assert asked(facts(state="IL", balance_owed=Decimal(1))) == "home_value"
    assert estimate_is_due(ILLINOIS, Progress())


def test_what_was_said_out_of_order_is_not_asked_again() -> None:
    assert asked(facts(home_value=Decimal(1), balance_owed=Decimal(1))) == "state"
    assert asked(facts(state="IL", home_value=Decimal(1))) == "balance_owed"


def test_i_do_not_know_and_skip_both_settle_a_question() -> None:
    assert asked(facts(state="IL", balance_owed=UNKNOWN)) == "home_value"
    assert asked(facts(state="IL"), Progress(skipped=frozenset({"balance_owed"}))) == "home_value"


def test_a_place_in_several_states_is_asked_about_with_the_candidates() -> None:
    unclear = Facts().ask_again("state", ("KS", "MO"))
    question = next_question(unclear, estimate(unclear, on=TODAY), Progress())
    assert (question.name, question.choices) == ("state", ("KS", "MO"))


def test_the_date_is_asked_only_for_the_stage_that_has_one() -> None:
    assert asked(ILLINOIS) == "stage"
    assert asked(ILLINOIS.learn("stage", "served")) == "served_on"
    assert asked(ILLINOIS.learn("stage", "sale_set")) == "sale_date"
    assert asked(ILLINOIS.learn("stage", "behind")) == "second_lien"


def test_loan_purpose_is_asked_where_the_law_turns_on_it_and_not_elsewhere() -> None:
    california = ILLINOIS.learn("state", "CA").learn("stage", "behind")
    assert asked(california) == "loan_purpose"
    assert asked(ILLINOIS.learn("stage", "behind")) != "loan_purpose"


def test_a_second_lien_is_asked_for_once_and_after_it_the_goal() -> None:
    behind = ILLINOIS.learn("stage", "behind")
    assert asked(behind.learn("second_lien", Decimal(0))) == "goal"
    assert asked(behind.learn("second_lien", UNKNOWN)) == "goal"


def test_after_the_sale_nobody_is_asked_whether_they_want_to_keep_the_home() -> None:
    sold = ILLINOIS.merge(facts(stage="sold", sold_on=UNKNOWN, sale_price=UNKNOWN, second_lien=Decimal(0)))
    assert asked(sold) == "wants_contact"


def test_a_wish_for_a_person_goes_before_every_other_question() -> None:
    assert asked(Facts(), Progress().with_yes("wants_contact")) == "has_lawyer"


def test_urgency_moves_contact_to_the_front_once() -> None:
    assert asked(Facts(), Progress(urgent=True)) == "wants_contact"
    assert asked(Facts(), Progress(urgent=True).with_no("wants_contact")) == "state"


def test_after_a_crisis_the_legal_questions_pause_until_the_person_goes_on() -> None:
    assert asked(ILLINOIS, Progress(crisis=True)) == "go_on"
    assert asked(ILLINOIS, Progress(crisis=True).with_yes("go_on")) == "stage"


def test_while_the_person_rests_nothing_is_asked() -> None:
    assert asked(Facts(), Progress(idle=True)) == "idle"


def test_consent_is_asked_only_when_there_is_a_way_to_reach_someone() -> None:
    wish = Progress(skipped=frozenset({"phone", "email", "last_name", "best_time"})).with_yes("wants_contact")
    known = facts(has_lawyer=False, first_name="Ana")
    assert handoff_is_due(known, wish)
    with_email = replace(wish, skipped=wish.skipped - {"email"})
    assert asked(known.learn("email", "ana@example.com"), with_email) == "consent_contact"


def test_automated_texts_are_asked_about_separately_and_only_with_a_phone() -> None:
    wish = (
        Progress(skipped=frozenset({"email", "last_name", "best_time"}))
        .with_yes("wants_contact")
        .with_consent("consent_contact", "+13125550123")
    )
    known = facts(has_lawyer=False, first_name="Ana", phone="+13125550123", safe_to_contact=True)
    assert asked(known, wish) == "consent_automated"
    assert handoff_is_due(known, wish.with_no("consent_automated"))


def test_a_no_to_contact_consent_still_ends_the_contact_questions() -> None:
    wish = Progress(skipped=frozenset({"email", "last_name", "best_time"})).with_yes("wants_contact").with_no("consent_contact")
    assert handoff_is_due(facts(has_lawyer=False, first_name="Ana", phone="+13125550123", safe_to_contact=True), wish)


def test_progress_survives_being_written_down() -> None:
    progress = (
        Progress(consecutive_fallbacks=2, ask_counts={"state": 1}, last_learned=("state",), urgent=True)
        .with_yes("go_on")
        .with_announced("options")
    )
    assert Progress.from_json(progress.to_json()) == progress
    assert Progress.from_json(None) == Progress()


@given(st.sets(st.sampled_from([*SPECS, *OWN_QUESTIONS])), st.sets(st.sampled_from(OWN_QUESTIONS)))
def test_the_agenda_always_has_a_question_and_never_one_that_is_settled(skipped: set[str], yes: set[str]) -> None:
    progress = Progress(skipped=frozenset(skipped), yes=frozenset(yes))
    name = asked(ILLINOIS, progress)
    assert name in SPECS or name in OWN_QUESTIONS
    if name in SPECS:
        assert name not in skipped
        assert not ILLINOIS.is_answered(name)


@pytest.mark.parametrize("stage", ["current", "behind", "notice"])
def test_options_are_due_once_stage_second_lien_and_goal_are_known(stage: str) -> None:
    known = ILLINOIS.learn("stage", stage)
    assert not options_are_due(known, estimate(known, on=TODAY), Progress())
    known = known.learn("second_lien", Decimal(0)).learn("goal", "keep")
    assert options_are_due(known, estimate(known, on=TODAY), Progress())


def test_a_question_left_unanswered_is_passed_over_and_so_is_a_consent() -> None:
    assert "balance_owed" in leave_open(Facts(), Progress(), "balance_owed").skipped
    left = leave_open(facts(phone="+13125550123"), Progress(), "consent_contact")
    assert left.consent_is_settled("consent_contact", "+13125550123")
    assert not left.consent_is_settled("consent_contact", "+13125550199")
    assert "consent_contact" not in left.no


def test_nobody_whose_number_is_not_safe_is_asked_for_automated_texts() -> None:
    wish = Progress(skipped=frozenset({"email", "last_name", "best_time"})).with_yes("wants_contact")
    known = facts(has_lawyer=False, first_name="Ana", phone="+13125550123", safe_to_contact=False)
    assert handoff_is_due(known, wish)


def test_staff_get_the_case_before_the_time_of_day_and_the_automated_texts_are_asked_about() -> None:
    known = facts(has_lawyer=False, first_name="Ana", last_name="Ruiz", phone="+13125550123", safe_to_contact=True)
    wish = Progress().with_yes("wants_contact")
    assert asked(known, wish) == "consent_contact"
    wish = wish.with_consent("consent_contact", "+13125550123")
    assert handoff_is_due(known, wish)
    assert asked(known, wish) == "best_time"
    assert asked(known.learn("best_time", "mornings"), wish) == "consent_automated"


def test_email_is_asked_for_only_where_no_call_may_be_made() -> None:
    wish = Progress().with_yes("wants_contact")
    named = facts(has_lawyer=False, first_name="Ana", last_name="Ruiz")
    assert asked(named.learn("phone", "+13125550123").learn("safe_to_contact", False), wish) == "email"
    assert asked(named, wish.with_skipped("phone")) == "email"


def test_a_question_that_fits_several_values_can_be_left_too() -> None:
    unclear = facts(balance_owed=Decimal(1), home_value=Decimal(1)).ask_again("state", ("IL", "NY"))
    assert asked(unclear) == "state"
    assert asked(unclear, leave_open(Facts(), Progress(), "state")) != "state"


# ------------------------------------------------------------------ who owes it, and after a sale


@pytest.mark.parametrize(
    ("told", "question"),
    [
        ({"occupancy": "inherited"}, "on_the_loan"),
        ({"borrower_died": True}, "on_the_loan"),
        ({"prior_bankruptcy": True}, "discharged"),
        ({"occupancy": "home"}, "state"),
        ({"occupancy": "inherited", "on_the_loan": True}, "state"),
        ({"occupancy": "inherited", "on_the_loan": UNKNOWN}, "state"),
    ],
)
def test_whether_they_owe_the_loan_is_asked_first_and_only_where_it_is_in_doubt(told: dict[str, Value], question: str) -> None:
    assert asked(facts(**told)) == question


def test_a_doubt_in_their_own_words_is_put_as_a_question() -> None:
    assert asked(Facts().ask_again("on_the_loan")) == "on_the_loan"


def test_what_the_second_loan_was_for_is_asked_where_it_changes_the_answer() -> None:
    california = ILLINOIS.merge(facts(state="CA", stage="behind", loan_purpose="purchase", occupancy="home", units=1))
    with_second = california.learn("second_lien", Decimal(80_000))
    assert asked(with_second) == "second_lien_purpose"
    assert asked(with_second.learn("second_lien_purpose", "other")) != "second_lien_purpose"
    assert asked(california.learn("second_lien", Decimal(0))) == "goal"


def test_after_a_sale_the_questions_are_about_the_sale() -> None:
    sold = facts(state="IL", stage="sold")
    assert asked(sold) == "sold_on"
    sold = sold.learn("sold_on", date(2026, 6, 2))
    assert asked(sold) == "sale_price"
    assert asked(sold.learn("sale_price", Decimal(100_000))) == "balance_owed"


def test_after_a_claim_its_amount_and_the_court_papers_are_asked_about() -> None:
    claim = facts(state="IL", stage="deficiency_claim", sold_on=date(2026, 6, 2))
    assert asked(claim) == "amount_claimed"
    claim = claim.learn("amount_claimed", Decimal(60_000))
    assert asked(claim) == "served_on"
    assert estimate_is_due(claim, Progress())

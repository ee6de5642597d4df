"""What the form asks next, how it puts it, and when it steps aside or leaves a question."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rasa_sdk.interfaces import ActionExecutionRejection
from trackers import Done, facts, message, run, tracker_with

from actions.validate_intake_form import ValidateIntakeForm
from leeward.core.facts import Facts
from leeward.dialogue.policy import Progress

TOLD = facts(state="IL", balance_owed=Decimal(200_000), home_value=Decimal(250_000))


def ask(known: Facts = Facts(), progress: Progress = Progress(), latest: dict[str, Any] | None = None, **rest: Any) -> Done:
    return run(ValidateIntakeForm(), tracker_with(facts=known, progress=progress, latest=latest, **rest))


def asks(**counts: int) -> Progress:
    return Progress(ask_counts=counts)


# ------------------------------------------------------------------ what is asked


@pytest.mark.parametrize(
    ("known", "question"),
    [
        (Facts(), "state"),
        (facts(state="IL"), "balance_owed"),
        (facts(state="IL", home_value=Decimal(1)), "balance_owed"),
        (facts(state="IL", balance_owed=Decimal(1)), "home_value"),
        (TOLD, "stage"),
    ],
)
def test_the_next_open_question_is_asked_and_counted(known: Facts, question: str) -> None:
    done = ask(known)
    assert done.slots["requested_slot"] == question
    assert done.progress.ask_counts == {question: 1}


def test_what_is_due_is_told_before_the_next_question() -> None:
    done = ask(TOLD)
    assert done.said[0] == "say_estimate_equity"
    assert any(thing.startswith("estimate:") for thing in done.progress.announced)


@pytest.mark.parametrize("progress", [Progress(idle=True), Progress(idle=True, stopped=True)])
def test_someone_at_rest_is_asked_and_told_nothing(progress: Progress) -> None:
    done = ask(TOLD, progress)
    assert (done.slots["requested_slot"], done.said) == ("idle", [])


def test_after_a_cry_for_help_only_what_they_would_like_now_is_asked() -> None:
    done = ask(TOLD, Progress(crisis=True))
    assert (done.slots["requested_slot"], done.said) == ("go_on", [])


# ------------------------------------------------------------------ how it is put


@pytest.mark.parametrize(
    ("question", "known", "variants"),
    [
        ("state", Facts(), ["first", "again", "third"]),
        ("balance_owed", facts(state="IL"), ["first", "again", "choices"]),
        ("has_lawyer", Facts(), ["first", "again", "first"]),
    ],
)
def test_a_question_that_is_asked_again_is_put_in_other_words(question: str, known: Facts, variants: list[str]) -> None:
    wish = Progress().with_yes("wants_contact") if question == "has_lawyer" else Progress()
    put = []
    for asked_before in range(3):
        done = ask(known, Progress(yes=wish.yes, ask_counts={question: asked_before}))
        assert done.slots["requested_slot"] == question
        put.append(done.slots["prompt_variant"])
    assert put == variants


def test_two_answers_in_a_row_that_were_not_understood_bring_choices_to_tap() -> None:
    missed = Progress(consecutive_fallbacks=2)
    assert ask(facts(state="IL"), missed).slots["prompt_variant"] == "choices"
    assert ask(Facts(), missed).slots["prompt_variant"] == "first"


def test_the_amount_of_a_second_loan_is_asked_without_choices_once_there_is_one() -> None:
    known = TOLD.learn("stage", "behind")
    for yes, variant in ((frozenset[str](), "choices"), (frozenset({"second_lien"}), "first")):
        done = ask(known, Progress(yes=yes, consecutive_fallbacks=2))
        assert (done.slots["requested_slot"], done.slots["prompt_variant"]) == ("second_lien", variant)


# ------------------------------------------------------------------ when it is left


def test_a_question_put_three_times_without_an_answer_is_left_and_the_next_one_asked() -> None:
    assert ask(progress=asks(state=2)).slots["requested_slot"] == "state"
    done = ask(progress=asks(state=3))
    assert done.said == ["say_left_for_now"]
    assert done.slots["requested_slot"] == "balance_owed"
    assert "state" in done.progress.skipped


def test_a_consent_put_three_times_without_an_answer_is_passed_over_and_nothing_is_said_of_it() -> None:
    known = facts(has_lawyer=False, first_name="Ana", last_name="Ruiz", email="ana@example.com", phone="+13125550142")
    progress = Progress(ask_counts={"consent_contact": 3}).with_yes("wants_contact")
    done = ask(known.learn("safe_to_contact", True), progress)
    assert "consent_contact" in done.progress.skipped
    assert "say_left_for_now" not in done.said
    assert done.slots["requested_slot"] != "consent_contact"


def test_what_someone_would_like_after_a_cry_for_help_is_never_left() -> None:
    done = ask(progress=Progress(crisis=True, ask_counts={"go_on": 7}))
    assert done.slots["requested_slot"] == "go_on"


def test_after_three_misunderstandings_a_person_is_offered_and_the_question_is_left_for_now() -> None:
    done = ask(progress=Progress(consecutive_fallbacks=3, ask_counts={"state": 1}), asked="state")
    assert done.said == ["say_unclear_person"]
    assert done.filling("say_unclear_person")["firm_phone"] == "(312) 313-1613"
    assert done.slots["requested_slot"] == "balance_owed"
    assert done.progress.consecutive_fallbacks == 0


def test_two_misunderstandings_offer_no_person_yet() -> None:
    done = ask(progress=Progress(consecutive_fallbacks=2), asked="state")
    assert done.said == []
    assert done.progress.consecutive_fallbacks == 2


def test_a_question_of_the_conversations_own_is_not_left_after_misunderstandings() -> None:
    done = ask(progress=Progress(crisis=True, consecutive_fallbacks=3), asked="go_on")
    assert done.said == ["say_unclear_person"]
    assert done.slots["requested_slot"] == "go_on"


# ------------------------------------------------------------------ when it steps aside


@pytest.mark.parametrize(
    "intent",
    """deficiency_question walk_away foreclosure_status missed_payments options_question bankruptcy loan_modification
    forbearance short_sale deed_in_lieu refinance_or_sell second_lien_or_heloc tax_question scam_complaint servicer_complaint
    out_of_scope why_ask how_know summary help are_you_human greet thanks distress change_language start_over nlu_fallback
    stop goodbye""".split(),
)
def test_the_form_steps_aside_once_for_a_message_with_a_rule_of_its_own(intent: str) -> None:
    with pytest.raises(ActionExecutionRejection):
        ask(latest=message(intent))
    assert ask(latest=message(intent), rejected=True).slots["requested_slot"] == "state"


@pytest.mark.parametrize("intent", "inform correct affirm deny dont_know skip contact_request crisis erase".split())
def test_the_form_takes_an_answer_and_what_needs_no_rule_itself(intent: str) -> None:
    assert ask(latest=message(intent)).slots["requested_slot"] == "state"


def test_the_opening_is_no_greeting_to_step_aside_for() -> None:
    done = ask(latest=message("greet", metadata={"opening": True, "language": "en"}))
    assert done.slots["requested_slot"] == "state"


def test_while_it_is_asked_what_was_meant_nothing_else_is() -> None:
    between = message("nlu_fallback", reading={"clarification_candidates": ["short_sale"]})
    done = ask(latest=between, rejected=True)
    assert done.slots == {"requested_slot": "idle"}
    assert done.said == []


def test_after_three_misunderstandings_it_is_no_longer_asked_what_was_meant() -> None:
    between = message("nlu_fallback", reading={"clarification_candidates": ["short_sale"]})
    done = ask(progress=Progress(consecutive_fallbacks=3), latest=between, rejected=True, asked="state")
    assert done.said == ["say_unclear_person"]
    assert done.slots["requested_slot"] == "balance_owed"

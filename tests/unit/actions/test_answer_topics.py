"""Answers to what a person asks in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from factories import save_facts
from trackers import Done, facts, message, recorded, run, tracker_with

from actions.answer_topics import (
    ActionAnswerTopic,
    ActionGreet,
    ActionHowKnow,
    ActionOutOfScope,
    ActionStartOver,
    ActionSummary,
    ActionUnclear,
    ActionWhyAsk,
)
from leeward.assessment.deficiency import estimate
from leeward.assessment.options import options
from leeward.core.facts import Facts
from leeward.dialogue.policy import OWN_QUESTIONS, Progress
from leeward.law import jurisdiction
from leeward.ops import domain_files
from leeward.ops.paths import PROJECT
from leeward.records.services import conversations

ILLINOIS = facts(state="IL", balance_owed=Decimal(600_000), home_value=Decimal(450_000))
LAW = jurisdiction("IL")
TOLD = Progress().with_announced("estimate:abc", "options")
HOW_LONG = {"acts": ["how_long"]}


def steps_of(rules: str) -> list[list[dict[str, str]]]:
    return [rule["steps"] for rule in yaml.safe_load(rules)["rules"]]


RULES = [steps for file in sorted((PROJECT / "data" / "rules").glob("*.yml")) for steps in steps_of(file.read_text("utf-8"))]
TOPICS = sorted({steps[0]["intent"] for steps in RULES if {"action": "action_answer_topic"} in steps})


def answer(topic: str, known: Facts = Facts(), progress: Progress = Progress(), **reading: Any) -> Done:
    latest = message(topic, "what about it?", reading=reading)
    return run(ActionAnswerTopic(), tracker_with(facts=known, progress=progress, latest=latest))


def law_told(done: Done) -> list[str]:
    return [utterance["law"] for utterance in done.utterances if utterance["response"] == "say_law"]


# ------------------------------------------------------------------ topics


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_with_a_rule_is_answered_in_words_of_its_own(topic: str) -> None:
    done = answer(topic)
    assert done.said[0] == f"say_topic_{topic}"
    assert law_told(done) == []


@pytest.mark.parametrize(
    ("topic", "law"),
    [
        ("deficiency_question", [LAW.summary]),
        ("walk_away", [LAW.summary]),
        ("second_lien_or_heloc", [LAW.junior_liens.words]),
        ("foreclosure_status", [p.words for p in (LAW.reinstatement, LAW.redemptions_after_sale[0], LAW.mediation) if p]),
        ("short_sale", [LAW.short_sale.words if LAW.short_sale else None]),
        ("deed_in_lieu", [LAW.deed_in_lieu.words if LAW.deed_in_lieu else None]),
        ("missed_payments", []),
        ("scam_complaint", []),
    ],
)
def test_a_topic_is_answered_with_the_law_of_the_state_in_both_languages(topic: str, law: list[Any]) -> None:
    assert law_told(answer(topic, facts(state="IL"))) == [words.en for words in law]
    assert law_told(answer(topic, facts(state="IL", language="es"))) == [words.es for words in law]


def test_bankruptcy_names_both_chapters_and_that_the_firm_helps_people_file() -> None:
    done = answer("bankruptcy", facts(state="IL"))
    found = {
        option.id: option
        for option in options(facts(state="IL"), estimate(facts(state="IL"), on=date(2026, 11, 23)), on=date(2026, 11, 23))
    }
    assert done.said[:2] == ["say_topic_bankruptcy", "say_debt_relief_agency"]
    assert law_told(done) == [found["chapter_13"].deficiency.en, found["chapter_7"].deficiency.en]


def test_a_firm_that_files_no_bankruptcies_does_not_say_that_it_does(firm_with: Callable[..., None]) -> None:
    firm_with(debt_relief_agency=False)
    assert answer("bankruptcy").said == ["say_topic_bankruptcy"]


def test_taxes_are_told_for_the_shortfall_of_this_home() -> None:
    assert answer("tax_question", ILLINOIS).filling("say_tax_in_your_case")["amount"] == "$150,000"
    paid = ILLINOIS.learn("home_value", Decimal(700_000))
    assert answer("tax_question", paid).said == ["say_topic_tax_question"]


def test_a_question_about_the_rest_is_answered_with_the_estimate_once_that_was_told() -> None:
    assert answer("deficiency_question", ILLINOIS, TOLD).said == ["say_estimate_shortfall", "say_standing_allowed"]


def test_before_the_estimate_was_told_the_question_leaves_it_to_the_form() -> None:
    assert answer("deficiency_question", ILLINOIS).said == []
    assert answer("walk_away", ILLINOIS).said == ["say_topic_walk_away"]


def test_walking_away_is_answered_in_words_and_with_the_estimate_that_was_told() -> None:
    done = answer("walk_away", ILLINOIS, TOLD)
    assert done.said == ["say_topic_walk_away", "say_estimate_shortfall", "say_standing_allowed"]


def test_the_ways_out_are_told_again_once_they_were_told() -> None:
    assert answer("options_question", ILLINOIS).said == ["say_topic_options_question"]
    assert answer("options_question", ILLINOIS, TOLD).said == ["say_topic_options_question", *["say_option"] * 3]


# ------------------------------------------------------------------ how long


def test_how_long_they_have_is_answered_with_the_states_time_to_sue() -> None:
    done = answer("deficiency_question", ILLINOIS, TOLD, **HOW_LONG)
    assert done.said == ["say_law"]
    assert law_told(done) == [LAW.deadlines_to_sue[0].words.en]


def test_how_long_they_have_without_a_state_is_answered_in_general() -> None:
    assert answer("deficiency_question", **HOW_LONG).said == ["say_topic_deficiency_question"]


def test_how_long_they_have_after_a_sale_is_told_by_its_day_where_the_law_counts_one() -> None:
    sold = facts(state="AZ", stage="sold", sold_on=date(2026, 10, 1))
    done = answer("deficiency_question", sold, **HOW_LONG)
    assert done.said == ["say_deadline_ends", "say_law"]
    assert done.filling("say_deadline_ends")["day"] == "December 30, 2026"


# ------------------------------------------------------------------ why, how, what


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("state", "state"),
        ("second_lien", "second_lien"),
        ("wants_contact", "wants_contact"),
        ("safe_to_contact", "safe_to_contact"),
        ("first_name", "contact"),
        ("phone", "contact"),
        ("email", "contact"),
        ("best_time", "contact"),
        ("consent_contact", "consent"),
        ("consent_automated", "consent"),
        ("anything_else", "other"),
        (None, "other"),
    ],
)
def test_why_is_answered_for_the_question_just_asked(asked: str | None, reason: str) -> None:
    assert run(ActionWhyAsk(), tracker_with(asked=asked, latest=message("why_ask"))).said == [f"say_why_{reason}"]


@pytest.mark.parametrize("asked", domain_files.required_slots())
def test_every_question_has_a_reason_that_is_written(asked: str) -> None:
    (said,) = run(ActionWhyAsk(), tracker_with(asked=asked)).said
    assert said != "say_why_other" or asked in OWN_QUESTIONS


def test_how_we_know_names_the_law_and_the_day_it_was_checked() -> None:
    told = run(ActionHowKnow(), tracker_with(facts=ILLINOIS)).filling("say_how_know")
    assert (told["state_name"], told["as_of"]) == ("Illinois", "November 23, 2026")
    assert told["citations"].startswith("735 ILCS 5/15-1508(e)")


def test_how_we_know_without_a_state_is_told_in_general() -> None:
    assert run(ActionHowKnow(), tracker_with()).said == ["say_how_know_general"]


def test_the_summary_names_every_fact_in_words_but_the_language() -> None:
    known = facts(language="en", state="IL", balance_owed=Decimal(200_000), has_lawyer=False, phone="+13125550142")
    assert run(ActionSummary(), tracker_with(facts=known)).filling("say_summary")["noted"] == (
        "the state: Illinois; what is owed: $200,000; having a lawyer: no; your phone number: (312) 555-0142"
    )


def test_a_summary_of_nothing_says_so() -> None:
    assert run(ActionSummary(), tracker_with(facts=facts(language="es"))).said == ["say_summary_empty"]


@pytest.mark.parametrize(
    ("returning", "known", "response"),
    [
        (False, ILLINOIS, "say_greet"),
        (True, ILLINOIS, "say_welcome_back"),
        (True, facts(language="en"), "say_welcome_back_empty"),
    ],
)
def test_someone_who_comes_back_hears_what_is_kept(returning: bool, known: Facts, response: str) -> None:
    latest = message("greet", metadata={"returning": returning})
    assert run(ActionGreet(), tracker_with(facts=known, latest=latest)).said == [response]


# ------------------------------------------------------------------ beside the topics


@pytest.mark.parametrize(
    ("acts", "response"),
    [
        (["fees"], "say_aside_fees"),
        (["wages"], "say_aside_wages"),
        (["credit"], "say_aside_credit"),
        (["credit", "fees"], "say_aside_fees"),
        (["greeting"], "say_aside_out_of_scope"),
        ([], "say_aside_out_of_scope"),
    ],
)
def test_fees_wages_and_credit_have_an_answer_and_all_else_is_kindly_declined(acts: list[str], response: str) -> None:
    latest = message("out_of_scope", reading={"acts": acts})
    assert run(ActionOutOfScope(), tracker_with(latest=latest)).said == [response]


# ------------------------------------------------------------------ starting over


def start_over(conversation: str, known: Facts, progress: Progress) -> Done:
    done = run(ActionStartOver(), tracker_with(facts=known, progress=progress, conversation=conversation))
    return recorded(conversation, done)


def test_starting_over_forgets_the_facts_and_keeps_the_language(conversation: str) -> None:
    spanish = ILLINOIS.learn("language", "es").ask_again("stage")
    done = start_over(conversation, spanish, TOLD)
    assert done.said == ["say_started_over"]
    assert [done.slots[name] for name in ("state", "balance_owed", "home_value", "consent_shown")] == [None] * 4
    assert "language" not in done.slots
    assert (done.slots["fact_turns"], done.slots["clarify"]) == ({}, {})
    assert done.progress == Progress()


def test_starting_over_clears_the_record_too(conversation: str) -> None:
    save_facts(conversation, ILLINOIS, estimate={}, crisis=True)
    start_over(conversation, ILLINOIS, TOLD)
    record = conversations.conversation_get(conversation_id=conversation)
    assert (record.facts, record.wants_person, record.crisis) == ({}, False, True)


@pytest.mark.parametrize("answered", [frozenset[str](), frozenset({"go_on"})])
def test_starting_over_keeps_that_there_was_a_cry_for_help_and_whether_they_went_on(
    conversation: str, answered: frozenset[str]
) -> None:
    before = Progress(messages=4, crisis=True, danger=True, yes=answered | {"wants_contact"})
    after = start_over(conversation, ILLINOIS, before).progress
    assert (after.messages, after.crisis, after.danger, after.yes) == (4, True, True, answered)
    assert after.paused is not bool(answered)


def test_starting_over_keeps_the_choice_of_language(conversation: str) -> None:
    after = start_over(conversation, ILLINOIS, Progress(language_asked=True, language_chosen=True, urgent=True)).progress
    assert (after.language_asked, after.language_chosen, after.urgent) == (True, True, False)


# ------------------------------------------------------------------ what was not understood


def unclear(known: Facts = Facts(), progress: Progress = Progress(consecutive_fallbacks=1), **reading: Any) -> Done:
    return run(ActionUnclear(), tracker_with(facts=known, progress=progress, latest=message("nlu_fallback", reading=reading)))


def titles(done: Done, response: str) -> list[tuple[str, str]]:
    return [(button["title"], button["payload"]) for button in done.filling(response)["buttons"]]


def test_what_may_have_been_meant_is_offered_by_name_with_a_way_out() -> None:
    done = unclear(clarification_candidates=["short_sale", "loan_modification"])
    assert done.filling("say_unclear_between")["names"] == "a short sale or a loan modification"
    assert titles(done, "say_unclear_between") == [
        ("a short sale", "/short_sale"),
        ("a loan modification", "/loan_modification"),
        ("Something else", "/deny"),
    ]


def test_a_single_leaning_is_offered_in_the_persons_language() -> None:
    done = unclear(facts(language="es"), clarification_candidates=["tax_question"])
    assert titles(done, "say_unclear_perhaps") == [("los impuestos", "/tax_question"), ("Otra cosa", "/deny")]


def test_with_no_leaning_it_is_admitted() -> None:
    assert unclear().said == ["say_unclear"]


def test_after_three_in_a_row_nothing_more_is_offered_here() -> None:
    done = unclear(progress=Progress(consecutive_fallbacks=3), clarification_candidates=["short_sale"])
    assert done.said == ["say_unclear"]


def test_what_was_wrong_and_has_been_said_is_not_said_again() -> None:
    assert unclear(rejected=[["phone", "phone_too_short"]]).said == []

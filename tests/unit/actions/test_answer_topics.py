"""Answers to what a person asks in between."""

from __future__ import annotations

import re
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
from actions.validate_intake_form import ValidateIntakeForm
from leeward.assessment.conditions import process_under_way
from leeward.assessment.deficiency import estimate
from leeward.assessment.options import options
from leeward.core.facts import Facts
from leeward.dialogue import topics
from leeward.dialogue.policy import OWN_QUESTIONS, Progress
from leeward.dialogue.topics import Intent
from leeward.law import codes, jurisdiction, notes
from leeward.ops import domain_files
from leeward.ops.paths import PROJECT
from leeward.records.services import conversations

ILLINOIS = facts(state="IL", balance_owed=Decimal(600_000), home_value=Decimal(450_000))
LAW = jurisdiction("IL")
ESTIMATE = estimate(facts(state="IL"), on=date(2026, 11, 23))
MOST_BUBBLES = 3
SOURCE = re.compile(r" \((?:[^()]|\([^()]*\))*\)$")
TOLD = Progress().with_announced("estimate:abc", "options")
HOW_LONG = {"acts": ["how_long"]}


ORDINARY = facts(loan_purpose="purchase", occupancy="home", units=1)
SOLD = ORDINARY.merge(facts(state="MI", stage="sold", sold_on=date(2026, 10, 1)))


def steps_of(rules: str) -> list[list[dict[str, str]]]:
    return [rule["steps"] for rule in yaml.safe_load(rules)["rules"]]


RULES = [steps for file in sorted((PROJECT / "data" / "rules").glob("*.yml")) for steps in steps_of(file.read_text("utf-8"))]
TOPICS = sorted({steps[0]["intent"] for steps in RULES if {"action": "action_answer_topic"} in steps})


def notes_of(intent: Intent) -> list[str]:
    return [*intent.notes, *(name for aspect in intent.aspects for name in aspect.notes)]


def answer(topic: str, known: Facts = Facts(), progress: Progress = Progress(), **reading: Any) -> Done:
    return answer_to("what about it?", topic, known, progress, **reading)


def answer_to(text: str, topic: str, known: Facts = Facts(), progress: Progress = Progress(), **reading: Any) -> Done:
    latest = message(topic, text, reading=reading)
    return run(ActionAnswerTopic(), tracker_with(facts=known, progress=progress, latest=latest))


def law_told(done: Done) -> list[str]:
    """The statements of law, without the source at the end of each."""
    return [SOURCE.sub("", utterance["law"]) for utterance in done.utterances if utterance["response"] == "say_law"]


def note(name: str) -> str:
    return notes.every()[name].words.en


# ------------------------------------------------------------------ topics


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_with_a_rule_is_answered_in_words_of_its_own(topic: str) -> None:
    done = answer(topic)
    assert f"say_topic_{topic}" in done.said
    assert len(done.said) <= MOST_BUBBLES


@pytest.mark.parametrize(
    ("topic", "law"),
    [
        ("deficiency_question", [LAW.summary]),
        ("walk_away", [LAW.summary]),
        ("second_lien_or_heloc", [LAW.junior_liens.words]),
        ("foreclosure_status", [p.words for p in (LAW.reinstatement, ESTIMATE.buying_back, LAW.mediation) if p]),
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


@pytest.mark.parametrize("state", codes())
@pytest.mark.parametrize("stage", ["behind", "served"])
def test_how_a_foreclosure_goes_is_told_by_the_rule_that_covers_the_person(state: str, stage: str) -> None:
    """A court sale's right is not told of a trustee's sale, nor an exception that only papers can tell of an ordinary home."""
    known = ORDINARY.merge(facts(state=state, stage=stage))
    told = law_told(answer("foreclosure_status", known))
    rules = [rule for rule in jurisdiction(state).redemptions_after_sale if rule.words.en in told]
    process = process_under_way(known, jurisdiction(state))
    assert [rule.when.process in (None, process) for rule in rules] == [True]
    others = [rule for rule in jurisdiction(state).redemptions_after_sale if rule.when.process in (None, process)]
    assert not rules[0].when.turns_on or all(rule.when.turns_on for rule in others)


# ------------------------------------------------------------------ how long


def test_how_long_they_have_is_answered_with_the_states_time_to_sue() -> None:
    done = answer("deficiency_question", ILLINOIS, TOLD, **HOW_LONG)
    assert law_told(done) == [LAW.deadlines_to_sue[0].words.en]


def test_how_long_they_have_without_a_state_is_answered_in_general() -> None:
    assert answer("deficiency_question", **HOW_LONG).said == ["say_topic_deficiency_question"]


def test_how_long_they_have_after_a_sale_is_told_by_its_day_where_the_law_counts_one() -> None:
    sold = facts(state="LA", stage="sold", sold_on=date(2026, 10, 1))
    done = answer("deficiency_question", sold, **HOW_LONG)
    assert done.said == ["say_deadline_ends", "say_law"]
    assert done.filling("say_deadline_ends")["day"] == "October 1, 2031"


def test_how_long_they_have_is_told_without_a_day_where_that_turns_on_how_the_home_was_sold() -> None:
    sold = facts(state="AZ", stage="sold", sold_on=date(2026, 10, 1))
    assert answer("deficiency_question", sold, **HOW_LONG).said == ["say_law"]


@pytest.mark.parametrize("asks", ["how long do I have to sue or be sued", "¿cuánto tiempo tengo antes de que me demanden?"])
def test_who_asks_how_long_they_have_after_a_sale_hears_first_of_buying_the_home_back(asks: str) -> None:
    done = answer_to(asks, "deficiency_question", SOLD, **HOW_LONG)
    assert done.said[0] == "say_redemption_ends"
    assert done.filling("say_redemption_ends")["day"] == "April 1, 2027"
    they = answer_to("how long do they have to sue me", "deficiency_question", SOLD, **HOW_LONG)
    assert "say_redemption_ends" not in they.said


# ------------------------------------------------------------------ what the law says to the question that was asked


def test_a_statement_of_law_is_told_with_its_first_source() -> None:
    told = answer_to("can they take my social security", "wages_and_assets").filling("say_law")["law"]
    assert told.endswith(" (31 CFR part 212, appendix C)")


def test_a_statement_of_law_that_nobody_has_seen_in_writing_is_told_with_doubt() -> None:
    told = answer("short_sale", facts(state="MO"))
    assert next(u["law"] for u in told.utterances if u["response"] == "say_law").endswith("(a lawyer should check this)")


@pytest.mark.parametrize("name", sorted({name for intent in topics.intents().values() for name in notes_of(intent)}))
def test_a_topic_names_only_notes_that_there_are(name: str) -> None:
    assert name in notes.every()


@pytest.mark.parametrize(
    ("topic", "text", "told"),
    [
        ("court_papers", "what if i just stay home that day", "nobody-answers"),
        ("court_papers", "¿y si no contesto?", "nobody-answers"),
        ("court_papers", "I missed my court date", "late-answer"),
        ("court_papers", "they left it with my neighbor", "how-papers-are-served"),
        ("old_debt", "isn't it too old by now", "old-debt"),
        ("old_debt", "does the judgment expire", "how-long-a-judgment-lasts"),
        ("wages_and_assets", "can they take my disability", "federal-benefits"),
        ("wages_and_assets", "can they garnish my paycheck", "wage-limit"),
        ("wages_and_assets", "will they empty my account", "account-and-property"),
        ("wages_and_assets", "will they take my tax refund", "federal-debt-offset"),
        ("wages_and_assets", "should I put the house in my brother's name", "giving-property-away"),
        ("wages_and_assets", "¿pongo la casa a nombre de mi hermano?", "giving-property-away"),
        ("move_out_timing", "I rent here and the owner got foreclosed", "renters-in-the-home"),
        ("move_out_timing", "can they change the locks", "no-lockout"),
        ("hoa_or_tax_sale", "the county sold it for taxes", "property-tax"),
        ("hoa_or_tax_sale", "the association wants my condo", "hoa"),
        ("hoa_or_tax_sale", "my trailer is being repossessed", "manufactured-home"),
        ("hoa_or_tax_sale", "the timeshare people sued", "timeshare"),
        ("hoa_or_tax_sale", "I bought it on contract for deed", "land-contract"),
        ("divorce_or_cosigner", "my ex won't pay", "two-signers-and-a-divorce"),
        ("divorce_or_cosigner", "I cosigned for my son", "co-signer"),
        ("reverse_mortgage", "what must the heirs do", "heirs-of-a-reverse-mortgage"),
        ("military", "I was served while deployed", "servicemember-judgment"),
    ],
)
def test_the_question_asked_is_the_one_answered(topic: str, text: str, told: str) -> None:
    done = answer_to(text, topic)
    assert note(told) in law_told(done)
    assert done.said[-1] == f"say_topic_{topic}"
    assert len(done.said) <= MOST_BUBBLES


def test_an_heir_who_never_signed_hears_that_they_do_not_owe_it() -> None:
    told = law_told(answer("heir_or_estate", facts(occupancy="inherited", on_the_loan=False)))
    assert "does not owe the loan in person" in told[0]


def test_an_heir_of_whom_nothing_is_known_hears_on_what_it_depends() -> None:
    assert "only if they signed for it too" in law_told(answer("heir_or_estate"))[0]


def test_an_heir_who_signed_is_not_told_that_they_owe_nothing() -> None:
    assert "You signed the loan" in law_told(answer("heir_or_estate", facts(on_the_loan=True)))[0]


def test_after_a_sale_nobody_is_told_to_be_confirmed_as_the_new_owner() -> None:
    assert note("successor-in-interest") in law_told(answer("heir_or_estate"))
    assert note("successor-in-interest") not in law_told(answer("heir_or_estate", facts(stage="sold")))


def test_a_former_spouse_who_never_signed_hears_it_first() -> None:
    told = law_told(answer_to("my ex stopped paying", "divorce_or_cosigner", facts(on_the_loan=False)))
    assert "Only the people who signed" in told[0]


def test_a_veteran_hears_what_the_va_may_ask_for() -> None:
    assert "With a VA loan" in law_told(answer("military", facts(loan_type="va")))[0]


def test_who_may_not_be_asked_for_the_rest_hears_it_with_what_may_be_taken() -> None:
    barred = facts(
        state="AZ",
        loan_purpose="purchase",
        occupancy="home",
        units=1,
        balance_owed=Decimal(300_000),
        home_value=Decimal(200_000),
    )
    first, second = law_told(answer_to("can they garnish my paycheck", "wages_and_assets", barred))
    assert first == note("wage-limit")
    assert second == estimate(barred, on=date(2026, 11, 23)).exposures[0].reasons[0].words.en


def test_an_old_debt_is_answered_with_the_time_of_the_state() -> None:
    told = law_told(answer("old_debt", facts(state="IL")))
    assert told == [note("old-debt"), LAW.deadlines_to_sue[0].words.en]


def test_a_loss_of_another_kind_is_known_by_what_was_told_before() -> None:
    assert law_told(answer("hoa_or_tax_sale", facts(trouble="property_tax"))) == [note("property-tax")]
    assert law_told(answer("hoa_or_tax_sale")) == [note("hoa"), note("property-tax")]


def test_who_rents_does_not_hear_what_holds_for_the_owner() -> None:
    told = law_told(answer_to("I rent and the landlord was foreclosed", "move_out_timing"))
    assert told == [note("renters-in-the-home")]


def test_before_a_sale_nobody_is_told_to_leave() -> None:
    assert law_told(answer("move_out_timing", facts(stage="served")))[0] == note("home-until-the-sale")


def test_after_a_sale_moving_out_is_answered_with_the_time_to_buy_the_home_back() -> None:
    told = law_told(answer("move_out_timing", SOLD))
    assert told == [estimate(SOLD, on=date(2026, 11, 23)).clocks[0].words.en, note("no-lockout")]


# ------------------------------------------------------------------ court papers

SERVED = facts(state="FL", stage="served", served_on=date(2026, 11, 20))


def told_unasked(known: Facts, progress: Progress) -> set[str]:
    return set(run(ValidateIntakeForm(), tracker_with(facts=known, progress=progress)).said)


def test_the_day_to_answer_is_told_first_and_not_announced_again() -> None:
    done = answer("court_papers", SERVED)
    assert done.said == ["say_answer_due", "say_law", "say_topic_court_papers"]
    assert done.filling("say_answer_due")["day"] == "December 10, 2026"
    assert told_unasked(SERVED, done.progress) == told_unasked(SERVED, Progress()) - {"say_answer_due"}


@pytest.mark.parametrize("stage", ["served", "deficiency_claim"])
def test_the_time_to_answer_is_said_once_in_a_turn_and_again_when_its_day_changes(stage: str) -> None:
    known = SERVED.learn("stage", stage)
    told = answer("court_papers", known).progress
    assert "say_answer_due" not in told_unasked(known, told)
    assert "say_answer_due" in told_unasked(known.learn("served_on", date(2026, 11, 12)), told)


def test_without_a_day_the_states_time_to_answer_is_told() -> None:
    assert "30 days to answer" in law_told(answer("court_papers", facts(state="IL")))[0]


def test_without_a_state_the_time_to_answer_is_said_to_be_short() -> None:
    assert answer("court_papers").said[0] == "say_answer_unknown"


def test_a_day_that_has_passed_is_not_told_as_one_to_come() -> None:
    late = answer("court_papers", SERVED.learn("served_on", date(2026, 6, 1)))
    assert "say_answer_due" not in late.said
    assert late.filling("say_answer_passed")["day"] == "June 22, 2026"


def test_after_a_judgment_nobody_hears_of_a_time_to_answer() -> None:
    done = answer("court_papers", facts(state="IL", stage="judgment"))
    assert law_told(done)[0] == note("after-the-ruling")
    assert "say_answer_unknown" not in done.said


# ------------------------------------------------------------------ after the sale


def test_how_the_foreclosure_goes_on_after_a_sale_is_the_time_to_buy_the_home_back() -> None:
    done = answer("foreclosure_status", SOLD)
    assert done.said == ["say_redemption_ends", "say_law"]
    assert done.filling("say_redemption_ends")["day"] == "April 1, 2027"


def test_who_is_not_asked_for_the_rest_is_not_frightened_with_a_tax_on_it() -> None:
    barred = facts(
        state="CA",
        loan_purpose="purchase",
        occupancy="home",
        units=1,
        balance_owed=Decimal(600_000),
        home_value=Decimal(500_000),
    )
    done = answer("tax_question", barred)
    assert done.said == ["say_law", "say_tax_not_asked"]
    assert law_told(done) == [note("tax-form-no-personal-debt")]


def test_a_debt_that_a_bankruptcy_wiped_out_was_owed_in_person() -> None:
    assert answer("tax_question", facts(discharged=True)).said == ["say_topic_tax_question"]


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
    ("text", "acts", "response"),
    [
        ("will this ruin my credit", ["credit"], "say_aside_credit"),
        ("what are my rights with the mortgage company", [], "say_aside_the_home"),
        ("qué hago primero con la hipoteca", [], "say_aside_the_home"),
        ("what's the weather", ["greeting"], "say_aside_out_of_scope"),
        ("a good recipe", [], "say_aside_out_of_scope"),
    ],
)
def test_what_is_about_the_home_goes_to_a_person_and_all_else_is_kindly_declined(
    text: str, acts: list[str], response: str
) -> None:
    latest = message("out_of_scope", text, reading={"acts": acts})
    assert run(ActionOutOfScope(), tracker_with(latest=latest)).said == [response]


def test_a_topic_that_was_only_the_nearest_comes_with_a_person() -> None:
    assert answer("scam_complaint", is_nearest=True).said == ["say_topic_scam_complaint", "say_or_a_person"]


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


# ------------------------------------------------------------------ after a sale


@pytest.mark.parametrize("topic", ["deed_in_lieu", "short_sale", "loan_modification", "forbearance"])
def test_a_way_out_that_ended_with_the_sale_is_answered_first_with_what_is_still_open(topic: str) -> None:
    sold = facts(state="MI", stage="sold", sold_on=date(2026, 10, 20), occupancy="home", units=1)
    done = answer(topic, sold)
    assert done.said[0] == "say_redemption_ends"
    assert done.said.index("say_law") < done.said.index(f"say_topic_{topic}")
    assert "say_redemption_ends" not in answer(topic, facts(state="MI", stage="behind")).said

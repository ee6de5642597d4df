"""What one message changes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.core.facts import UNKNOWN, Facts, Value
from leeward.dialogue.policy import Progress
from leeward.dialogue.state_update import Change, TurnResult, UserTurn, apply_turn

PHONE, OTHER = "+13125550142", "+13125550199"


def facts(**values: Value) -> Facts:
    known = Facts()
    for name, value in values.items():
        known = known.learn(name, value)
    return known


def hear(intent: str, asked: str | None = None, **rest: object) -> UserTurn:
    return UserTurn(intent=intent, turn="m1", asked=asked, **rest)  # type: ignore[arg-type]


def taken(known: Facts, user_turn: UserTurn, progress: Progress = Progress(messages=3)) -> TurnResult:
    return apply_turn(known, progress, user_turn)


def test_everything_in_a_message_is_taken_with_the_message_it_came_from() -> None:
    result = taken(Facts(), hear("inform", "state", facts=facts(balance_owed=Decimal(310_000), home_value=Decimal(265_000))))
    assert result.facts.get("balance_owed") == 310_000
    assert result.facts.known["home_value"].turn == "m1"


def test_a_new_value_for_a_known_fact_is_told_as_a_change() -> None:
    result = taken(facts(state="IN"), hear("inform", facts=facts(state="IL")))
    assert result.changes == (Change("state", "IL"),)


def test_the_same_value_again_is_no_change() -> None:
    assert taken(facts(state="IL"), hear("inform", facts=facts(state="IL"))).changes == ()


def test_a_bare_correction_replaces_the_amount_said_last() -> None:
    before = Progress(messages=3, last_learned=("balance_owed",))
    result = taken(facts(balance_owed=Decimal(310_000)), hear("correct", "home_value", correction=Decimal(320_000)), before)
    assert result.facts.get("balance_owed") == 320_000
    assert not result.facts.is_answered("home_value")


def test_i_do_not_know_makes_the_asked_fact_unknown() -> None:
    assert taken(Facts(), hear("dont_know", "home_value")).facts.get("home_value") is UNKNOWN


def test_i_do_not_know_my_phone_passes_it_over_instead() -> None:
    result = taken(Facts(), hear("dont_know", "phone"))
    assert not result.facts.is_answered("phone")
    assert "phone" in result.progress.skipped


def test_an_email_given_for_a_phone_passes_the_phone_over() -> None:
    result = taken(Facts(), hear("inform", "phone", facts=facts(email="ana@example.com")))
    assert "phone" in result.progress.skipped
    with_phone = taken(Facts(), hear("inform", "phone", facts=facts(email="ana@example.com", phone="+13125550142")))
    assert "phone" not in with_phone.progress.skipped
    unasked = taken(Facts(), hear("inform", "first_name", facts=facts(email="ana@example.com")))
    assert "phone" not in unasked.progress.skipped


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_what_was_not_understood_or_is_beside_the_matter_counts_as_a_misunderstanding(intent: str) -> None:
    once = taken(Facts(), hear(intent, "state")).progress
    twice = taken(Facts(), hear(intent, "state"), once).progress
    assert (once.consecutive_fallbacks, twice.consecutive_fallbacks) == (1, 2)


@pytest.mark.parametrize(
    "heard",
    [hear("help", "state"), hear("nlu_fallback", facts=facts(state="IL")), hear("out_of_scope", facts=facts(state="IL"))],
)
def test_whatever_was_understood_ends_the_row_of_misunderstandings(heard: UserTurn) -> None:
    assert taken(Facts(), heard, Progress(messages=3, consecutive_fallbacks=2)).progress.consecutive_fallbacks == 0


def test_what_was_skipped_and_then_said_is_no_longer_skipped() -> None:
    before = Progress(messages=3, skipped=frozenset({"email"}))
    assert taken(Facts(), hear("inform", facts=facts(email="a@example.com")), before).progress.skipped == frozenset()


def test_consent_needs_a_clear_yes() -> None:
    clear = taken(Facts(), hear("affirm", "consent_contact", clear_answer="yes", consent_way=PHONE))
    assert clear.consents == {"consent_contact": True}
    assert clear.progress.has_consent("consent_contact", PHONE)
    assert not clear.progress.has_consent("consent_contact", "ana@example.com")
    vague = taken(Facts(), hear("affirm", "consent_contact", clear_answer="unclear"))
    assert vague.consents is None
    assert vague.notes == ("must_be_clear",)


def test_a_yes_to_a_consent_that_was_not_on_the_screen_is_none() -> None:
    assert taken(Facts(), hear("affirm", "consent_contact", clear_answer="yes")).consents is None


def test_a_no_refuses_a_consent_and_a_skip_or_i_do_not_know_leaves_it_unanswered() -> None:
    assert taken(Facts(), hear("deny", "consent_automated")).consents == {"consent_automated": False}
    for intent in ("skip", "dont_know"):
        passed_over = taken(facts(phone=PHONE, safe_to_contact=True), hear(intent, "consent_automated"))
        assert passed_over.consents is None
        assert passed_over.progress.consent_is_settled("consent_automated", PHONE)


def test_what_was_said_of_one_number_says_nothing_of_the_next() -> None:
    known = facts(phone=PHONE, safe_to_contact=True)
    agreed = Progress(messages=3).with_consent("consent_contact", PHONE).with_no("consent_automated")
    changed = taken(known, hear("correct", facts=facts(phone=OTHER)), agreed)
    assert changed.replaced == (PHONE,)
    assert not changed.facts.is_answered("safe_to_contact")
    assert not changed.progress.consent_is_settled("consent_contact", OTHER)
    # A no stays: it refused every way.
    assert changed.progress.consent_is_settled("consent_automated", OTHER)
    back = taken(changed.facts, hear("correct", facts=facts(phone=PHONE)), changed.progress)
    assert not back.facts.is_answered("safe_to_contact")
    assert not back.progress.consent_is_settled("consent_contact", PHONE)


def test_a_number_said_again_keeps_what_was_said_of_it() -> None:
    known = facts(phone=PHONE, safe_to_contact=True)
    agreed = Progress(messages=3).with_consent("consent_contact", PHONE)
    same = taken(known, hear("inform", facts=facts(phone=PHONE)), agreed)
    assert same.replaced == ()
    assert same.facts.get("safe_to_contact") is True
    assert same.progress.has_consent("consent_contact", PHONE)


def test_what_is_not_to_be_called_is_the_number_that_is_replaced() -> None:
    known = facts(phone=PHONE, safe_to_contact=True)
    changed = taken(known, hear("contact_request", facts=facts(phone=OTHER, safe_to_contact=False)))
    assert changed.facts.get("phone") == OTHER
    assert not changed.facts.is_answered("safe_to_contact")


def test_a_later_is_no_goodbye_where_a_consent_is_asked_for() -> None:
    known = facts(phone=PHONE, safe_to_contact=True)
    later = taken(known, hear("goodbye", "consent_contact", clear_answer="later"))
    assert later.progress.consent_is_settled("consent_contact", PHONE)
    assert not later.progress.idle


def test_a_number_and_its_safety_in_one_message_belong_together() -> None:
    known = facts(phone=PHONE, safe_to_contact=False)
    changed = taken(known, hear("correct", facts=facts(phone=OTHER, safe_to_contact=True)))
    assert changed.facts.get("safe_to_contact") is True


def test_a_question_in_between_leaves_the_consent_open() -> None:
    result = taken(Facts(), hear("why_ask", "consent_contact"))
    assert result.consents is None
    assert not result.progress.answered("consent_contact")


def test_a_yes_counts_only_for_the_question_it_answers() -> None:
    result = taken(Facts(), hear("affirm", "balance_owed"))
    assert result.progress.yes == frozenset()


def test_asking_for_a_person_is_a_wish_for_contact_at_any_moment() -> None:
    result = taken(Facts(), hear("contact_request", "home_value"))
    assert "wants_contact" in result.progress.yes
    assert result.notes == ("contact_first",)


def test_asking_again_after_the_handoff_says_that_staff_have_it() -> None:
    before = Progress(messages=3).with_yes("wants_contact").with_announced("handoff")
    assert taken(Facts(), hear("contact_request"), before).notes == ("already_with_staff",)


def test_a_crisis_flags_the_case_and_reopens_the_question_whether_to_go_on() -> None:
    before = Progress(messages=3, crisis=True).with_yes("go_on")
    after = taken(Facts(), hear("crisis", crisis=True), before).progress
    assert after.crisis
    assert not after.answered("go_on")


def test_a_crisis_that_only_the_classifier_saw_counts_as_one() -> None:
    assert taken(Facts(), hear("crisis")).progress.crisis


def test_danger_at_home_is_not_told_as_suicide() -> None:
    after = taken(Facts(), hear("crisis", danger=True)).progress
    assert after.danger
    assert not after.crisis


def test_facts_in_a_crisis_message_are_kept() -> None:
    assert taken(Facts(), hear("crisis", crisis=True, facts=facts(state="IL"))).facts.get("state") == "IL"


def test_someone_who_goes_on_after_a_crisis_by_themselves_has_chosen_to() -> None:
    before = Progress(messages=3, crisis=True)
    assert taken(Facts(), hear("inform", "go_on", facts=facts(state="IL")), before).progress.answered("go_on")


def test_thanks_after_a_crisis_is_no_wish_to_go_on() -> None:
    before = Progress(messages=3, crisis=True)
    assert not taken(Facts(), hear("thanks", "go_on"), before).progress.answered("go_on")
    assert taken(Facts(), hear("skip", "go_on"), before).progress.idle


@pytest.mark.parametrize(
    "intent", "thanks greet distress nlu_fallback out_of_scope help are_you_human why_ask change_language".split()
)
def test_after_a_cry_for_help_no_manners_and_no_confusion_are_a_wish_to_go_on(intent: str) -> None:
    after = taken(Facts(), hear(intent, "go_on"), Progress(messages=3, crisis=True)).progress
    assert not after.answered("go_on")
    assert after.paused


@pytest.mark.parametrize("intent", ["inform", "short_sale", "affirm", "contact_request"])
def test_after_a_cry_for_help_a_fact_a_topic_or_a_yes_is_a_wish_to_go_on(intent: str) -> None:
    assert not taken(Facts(), hear(intent, "go_on"), Progress(messages=3, crisis=True)).progress.paused


def test_stop_rests_and_the_next_words_resume() -> None:
    stopped = taken(Facts(), hear("stop")).progress
    assert stopped.idle
    assert stopped.paused
    assert not taken(Facts(), hear("inform"), stopped).progress.idle


def test_the_first_words_in_spanish_switch_the_language_at_once() -> None:
    result = taken(facts(language="en"), hear("inform", language="es"), Progress())
    assert result.facts.get("language") == "es"


def test_later_words_in_the_other_language_are_asked_about_once() -> None:
    first = taken(facts(language="en"), hear("inform", language="es"))
    assert first.facts.get("language") == "en"
    assert first.progress.language_in_doubt
    yes = apply_turn(first.facts, first.progress, hear("affirm", "switch_language"))
    assert yes.facts.get("language") == "es"
    no = apply_turn(first.facts, first.progress, hear("deny", "switch_language"))
    assert no.facts.get("language") == "en"
    again = apply_turn(no.facts, no.progress, hear("inform", language="es"))
    assert not again.progress.language_in_doubt
    assert again.facts.get("language") == "en"


def test_yes_or_no_answers_a_question_about_the_person() -> None:
    assert taken(Facts(), hear("affirm", "has_lawyer")).facts.get("has_lawyer") is True
    assert taken(Facts(), hear("deny", "safe_to_contact")).facts.get("safe_to_contact") is False


def test_an_unclear_place_does_not_overwrite_a_known_state() -> None:
    result = taken(facts(state="IL"), hear("inform", "home_value", facts=Facts().ask_again("state", ("KS", "MO"))))
    assert result.facts.get("state") == "IL"
    assert "state" not in result.facts.clarify


@given(st.sampled_from(["inform", "affirm", "deny", "dont_know", "skip", "nlu_fallback", "stop", "contact_request"]))
def test_no_intent_ever_loses_a_fact(intent: str) -> None:
    known = facts(state="IL", balance_owed=Decimal(5), phone="+13125550123")
    after = taken(known, hear(intent, "home_value")).facts
    assert all(after.get(name) == fact.value for name, fact in known.known.items())


def test_stop_calling_me_takes_back_every_permission() -> None:
    before = Progress(messages=3).with_yes("consent_contact").with_yes("consent_automated")
    result = taken(Facts(), hear("stop", revokes=True), before)
    assert result.revoked
    assert {"consent_contact", "consent_automated"} <= result.progress.no
    assert result.notes == ("revoked",)


def test_a_plain_stop_ends_the_chat_and_leaves_the_permissions() -> None:
    before = Progress(messages=3).with_yes("consent_contact")
    assert "consent_contact" in taken(Facts(), hear("stop"), before).progress.yes


def test_yes_there_is_a_second_loan_leaves_its_amount_to_be_asked() -> None:
    result = taken(Facts(), hear("affirm", "second_lien"))
    assert not result.facts.is_answered("second_lien")
    assert "second_lien" in result.progress.yes


def test_dark_words_bring_a_gentle_word_once_and_stop_nothing() -> None:
    result = taken(Facts(), hear("distress", possible_crisis=True))
    assert result.notes == ("check_in",)
    assert not result.progress.paused
    assert taken(Facts(), hear("distress", possible_crisis=True), result.progress).notes == ()


@pytest.mark.parametrize("stage", ["sold", "deficiency_claim"])
def test_a_lawsuit_after_the_sale_is_one_for_the_rest(stage: str) -> None:
    before = Facts().learn("stage", stage)
    after = apply_turn(before, Progress(), UserTurn("inform", "t2", facts=Facts().learn("stage", "served"))).facts
    assert after.get("stage") == "deficiency_claim"


def test_telling_of_the_sale_does_not_take_back_that_the_rest_is_claimed() -> None:
    before = Facts().learn("stage", "deficiency_claim")
    told = Facts().learn("stage", "sold").learn("sale_price", Decimal(90_000))
    assert apply_turn(before, Progress(), UserTurn("inform", "t2", facts=told)).facts.get("stage") == "deficiency_claim"

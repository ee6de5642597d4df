"""What every message changes, first of all: slots, consents, the record, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from trackers import Done, facts, message, recorded, run, tracker_with

from actions.ask_questions import ActionAskConsentAutomated, ActionAskConsentContact
from actions.update_slots import ActionTake
from actions.validate_intake_form import ValidateIntakeForm
from leeward.core.facts import Facts
from leeward.dialogue.policy import Progress, way_asked_for
from leeward.records import opt_outs
from leeward.records.models import Case, ConsentRecord, Contact, OptOut
from leeward.records.services import consents, conversations, messages

PHONE = "+13125550142"
REACHABLE = facts(first_name="Ana", phone=PHONE, safe_to_contact=True)
WISH = Progress(messages=5).with_yes("wants_contact")


def take(conversation: str, latest: dict[str, Any], *, known: Facts = Facts(), progress: Progress = WISH, **rest: Any) -> Done:
    tracker = tracker_with(conversation=conversation, facts=known, progress=progress, latest=latest, **rest)
    words = (latest["metadata"].get("words") or latest["text"]) or "x"
    return recorded(conversation, run(ActionTake(), tracker), key=latest["message_id"], words=words)


def shown(
    conversation: str, kind: str = "contact", known: Facts = REACHABLE, progress: Progress = Progress()
) -> tuple[str, dict[str, Any]]:
    """A consent text as the person had it on the screen, and the slot that keeps it."""
    ask = ActionAskConsentContact() if kind == "contact" else ActionAskConsentAutomated()
    asked = run(ask, tracker_with(conversation=conversation, facts=known, progress=progress))
    text = asked.filling(f"say_ask_consent_{kind}")["consent_text"]
    before, _ = messages.message_receive(conversation_id=conversation, key="before", text="hi", kind="text", language=None)
    messages.message_answer(message_id=before.id, replies=[messages.Reply(text, asked=f"consent_{kind}")])
    return text, {"consent_shown": asked.slots["consent_shown"]}


# ------------------------------------------------------------------ facts


def test_facts_in_a_message_fill_their_slots_with_the_message_they_came_from(conversation: str) -> None:
    latest = message("inform", "310 in Joliet", entities={"state": "IL", "balance_owed": 310_000}, key="m7")
    done = take(conversation, latest, progress=Progress())
    assert (done.slots["state"], done.slots["balance_owed"]) == ("IL", 310_000)
    assert done.slots["fact_turns"] == {"state": "m7", "balance_owed": "m7"}
    assert done.slots["state_name"] == "Illinois"


def test_what_is_known_now_is_on_record_after_the_turn(conversation: str) -> None:
    take(conversation, message("inform", entities={"state": "IL"}), progress=Progress())
    assert conversations.conversation_get(conversation_id=conversation).facts == {"state": "IL"}


def test_a_corrected_fact_is_told_with_its_name_and_new_value(conversation: str) -> None:
    known = facts(language="es", state="IN", balance_owed=Decimal(310_000))
    done = take(conversation, message("correct", entities={"state": "IL", "balance_owed": 320_000}), known=known)
    changed = [(u["what"], u["value"]) for u in done.utterances if u["response"] == "say_changed"]
    assert changed == [("el estado", "Illinois"), ("lo que se debe", "$320,000")]


def test_a_bare_correction_replaces_the_amount_that_was_said_last(conversation: str) -> None:
    progress = Progress(messages=3, last_learned=("balance_owed",))
    latest = message("correct", "actually it's 320", reading={"amounts": [{"value": 320_000, "role": "correction"}]})
    done = take(conversation, latest, known=facts(balance_owed=Decimal(310_000)), progress=progress, asked="home_value")
    assert done.slots["balance_owed"] == 320_000
    assert "home_value" not in done.slots
    assert done.said == ["say_changed"]


def test_an_amount_of_another_kind_corrects_nothing(conversation: str) -> None:
    progress = Progress(messages=3, last_learned=("balance_owed",))
    latest = message("inform", reading={"amounts": [{"value": 320, "role": "fee"}]})
    done = take(conversation, latest, known=facts(balance_owed=Decimal(310_000)), progress=progress)
    assert "balance_owed" not in done.slots


def test_a_place_in_several_states_is_kept_to_be_asked_about(conversation: str) -> None:
    done = take(conversation, message("inform", reading={"clarify": {"state": ["KS", "MO"]}}), asked="state")
    assert done.slots["clarify"] == {"state": ["KS", "MO"]}
    assert "state" not in done.slots


def test_a_phone_that_cannot_be_is_named_with_what_is_wrong(conversation: str) -> None:
    done = take(conversation, message("inform", reading={"rejected": [["phone", "phone_too_short"]]}), asked="phone")
    assert done.filling("say_rejected_phone")["reason"] == "it has too few digits"


@pytest.mark.parametrize("latest", [message("inform", reading={"secret": True}), message("inform", metadata={"masked": True})])
def test_whoever_sent_a_secret_number_hears_that_it_was_removed(conversation: str, latest: dict[str, Any]) -> None:
    assert "say_secret_masked" in take(conversation, latest).said


def test_the_opening_sets_the_language_and_lets_responses_name_the_firm(conversation: str) -> None:
    latest = message("greet", metadata={"opening": True, "language": "es"})
    done = take(conversation, latest, progress=Progress())
    assert done.slots["language"] == "es"
    assert done.slots["firm_phone"] == "(312) 313-1613"
    assert done.slots["firm_hours"].startswith("lunes a viernes")
    assert done.progress.messages == 0


def test_another_language_changes_how_the_hours_are_told(conversation: str) -> None:
    latest = message("change_language", entities={"language": "es"})
    done = take(conversation, latest, known=facts(language="en", state="NM"), slots={"firm": "Atlas"})
    assert done.slots["firm_hours"].startswith("lunes")
    assert done.slots["state_name"] == "Nuevo México"
    assert "firm_phone" not in done.slots


# ------------------------------------------------------------------ safety


def test_a_cry_for_help_is_answered_before_anything_else_in_the_message(conversation: str) -> None:
    latest = message("crisis", entities={"state": "IL"}, reading={"crisis": True, "secret": True})
    done = take(conversation, latest, known=facts(state="IN"), progress=Progress(messages=2))
    assert done.said == ["say_crisis", "say_secret_masked", "say_changed"]


def test_a_second_cry_is_answered_in_other_words(conversation: str) -> None:
    done = take(conversation, message("crisis", reading={"crisis": True}), progress=Progress(messages=2, crisis=True))
    assert done.said == ["say_crisis_again"]


def test_danger_alone_is_answered_as_danger(conversation: str) -> None:
    done = take(conversation, message("crisis", reading={"danger": True}))
    assert done.said == ["say_danger"]
    assert (done.progress.crisis, done.progress.danger) == (False, True)


def test_danger_and_a_cry_together_are_both_answered(conversation: str) -> None:
    assert take(conversation, message("crisis", reading={"crisis": True, "danger": True})).said == ["say_crisis", "say_danger"]


def test_a_cry_that_only_the_topic_model_heard_is_answered_as_one(conversation: str) -> None:
    done = take(conversation, message("crisis"))
    assert done.said == ["say_crisis"]
    assert done.progress.crisis


def test_a_cry_for_help_opens_a_case_for_now_and_pauses_the_questions(conversation: str) -> None:
    done = take(conversation, message("crisis", reading={"crisis": True}), progress=Progress())
    assert Case.objects.get(conversation_id=conversation).tier == 0
    record = conversations.conversation_get(conversation_id=conversation)
    assert (record.crisis, record.paused) == (True, True)
    assert done.progress.paused


def test_dark_words_that_are_no_cry_get_a_gentle_word(conversation: str) -> None:
    assert take(conversation, message("inform", reading={"possible_crisis": True})).said == ["say_check_in"]


@pytest.mark.parametrize(
    ("warning", "response"), [("scam", "say_scam"), ("elder", "say_elder"), ("distress", "utter_distress")]
)
def test_a_warning_is_said_once(conversation: str, warning: str, response: str) -> None:
    first = take(conversation, message("inform", reading={warning: True}))
    assert first.said == [response]
    assert take(conversation, message("inform", reading={warning: True}), progress=first.progress).said == []


# ------------------------------------------------------------------ consents


@pytest.mark.parametrize(
    ("intent", "words", "given"),
    [("affirm", "yes, please", True), ("affirm", "sí", True), ("deny", "no", False)],
)
def test_an_answer_to_the_consent_is_kept_with_the_exact_text_that_was_shown(
    conversation: str, intent: str, words: str, given: bool
) -> None:
    text, slots = shown(conversation)
    take(conversation, message(intent, words, key="m9"), known=REACHABLE, asked="consent_contact", slots=slots)
    record = ConsentRecord.objects.get(conversation_ref=conversation)
    assert (record.kind, record.given, record.text, record.words) == ("contact", given, text, words)
    assert (record.message_key, record.version) == ("m9", slots["consent_shown"]["version"])
    # A yes is for the way that was named, a no for every way.
    assert record.way == (PHONE if given else "")


@pytest.mark.parametrize(
    ("intent", "words"), [("skip", "skip"), ("dont_know", "no sé"), ("deny", "not now"), ("inform", "later")]
)
def test_a_consent_that_is_passed_over_or_put_off_is_not_refused(conversation: str, intent: str, words: str) -> None:
    _, slots = shown(conversation)
    done = take(conversation, message(intent, words), known=REACHABLE, asked="consent_contact", slots=slots)
    assert not ConsentRecord.objects.exists()
    assert done.progress.consent_is_settled("consent_contact", PHONE)


@pytest.mark.parametrize("intent", ["inform", "deny", "affirm", "contact_request"])
def test_whoever_would_rather_be_written_to_is_neither_refused_nor_agreed(conversation: str, intent: str) -> None:
    _, slots = shown(conversation)
    done = take(conversation, message(intent, "email only"), known=REACHABLE, asked="consent_contact", slots=slots)
    assert not ConsentRecord.objects.exists()
    assert done.slots["contact_by"] == "email"
    known = REACHABLE.merge(facts(has_lawyer=False, last_name="Ruiz", contact_by="email"))
    asks = run(ValidateIntakeForm(), tracker_with(facts=known, progress=done.progress))
    assert asks.slots["requested_slot"] == "email"


def test_a_number_that_is_replaced_loses_what_was_allowed_for_it_and_is_asked_about_anew(conversation: str) -> None:
    _, slots = shown(conversation)
    agreed = take(conversation, message("affirm", "yes", key="m2"), known=REACHABLE, asked="consent_contact", slots=slots)
    latest = message("correct", "wrong number, it's 312 555 0199", entities={"phone": "+13125550199"}, key="m3")
    done = take(conversation, latest, known=REACHABLE, progress=agreed.progress, asked="best_time")
    assert (done.slots["phone"], done.slots["safe_to_contact"]) == ("+13125550199", None)
    kept = [(r.way, r.given, r.version) for r in ConsentRecord.objects.filter(conversation_ref=conversation)]
    assert kept[1:] == [(PHONE, False, "replaced")]
    known = facts(first_name="Ana", last_name="Ruiz", has_lawyer=False, phone="+13125550199")
    ask = tracker_with(facts=known, progress=done.progress)
    assert run(ValidateIntakeForm(), ask).slots["requested_slot"] == "safe_to_contact"
    safe = tracker_with(facts=known.learn("safe_to_contact", True), progress=done.progress)
    assert run(ValidateIntakeForm(), safe).slots["requested_slot"] == "consent_contact"


def test_a_consent_taken_back_by_text_is_asked_for_anew_once_the_number_may_be_texted_again(conversation: str) -> None:
    agreed = WISH.with_consent("consent_contact", PHONE)
    latest = message("inform", metadata={"taken_back": [["contact", PHONE], ["automated", PHONE]]})
    done = take(conversation, latest, known=REACHABLE, progress=agreed)
    assert not done.progress.consent_is_settled("consent_contact", PHONE)


def test_a_number_that_said_stop_is_told_of_once_and_no_consent_is_asked_for_it(conversation: str) -> None:
    known = facts(has_lawyer=False, first_name="Ana", last_name="Ruiz", phone=PHONE, email="ana@example.com")
    latest = message("inform", metadata={"stops": {PHONE: "sms"}})
    done = take(conversation, latest, known=known)
    assert done.said == ["say_phone_opted_out"]
    assert (
        take(conversation, message("inform", metadata={"stops": {PHONE: "sms"}}, key="m2"), progress=done.progress).said == []
    )
    assert way_asked_for("consent_contact", known, done.progress) == "ana@example.com"
    assert way_asked_for("consent_automated", known, done.progress) is None


def test_a_stop_typed_on_the_web_is_lifted_by_a_yes_to_words_that_say_so(conversation: str) -> None:
    take(conversation, message("stop", "stop calling me", key="m0"), known=REACHABLE)
    latest = message("contact_request", "call me", metadata={"stops": {PHONE: "web"}}, key="m1")
    asked = take(conversation, latest, known=REACHABLE, progress=WISH.with_no("consent_contact")).progress
    text, slots = shown(conversation, progress=asked)
    assert "If you say yes now, that ends." in text
    take(
        conversation, message("affirm", "yes", key="m9"), known=REACHABLE, progress=asked, asked="consent_contact", slots=slots
    )
    assert not opt_outs.is_opted_out(phone=PHONE)
    assert consents.consent_stands(conversation_id=conversation, kind="contact", way=PHONE) is True


def test_a_stop_from_the_phone_itself_is_not_lifted_on_the_web(conversation: str) -> None:
    opt_outs.opt_out_record(phone=PHONE, channel="sms", words="STOP")
    _, slots = shown(conversation, progress=replace(WISH, stopped_on_web=frozenset({PHONE})))
    take(conversation, message("affirm", "yes", key="m9"), known=REACHABLE, asked="consent_contact", slots=slots)
    assert opt_outs.is_opted_out(phone=PHONE)


def test_a_wish_for_a_person_after_a_refusal_has_the_consent_asked_for_once_more(conversation: str) -> None:
    refused = WISH.with_no("consent_contact").with_announced("handoff")
    done = take(conversation, message("contact_request", "please call me"), known=REACHABLE, progress=refused)
    assert not done.progress.consent_is_settled("consent_contact", PHONE)


def test_a_tapped_yes_is_a_clear_yes_and_is_kept_by_the_title_of_the_button(conversation: str) -> None:
    _, slots = shown(conversation)
    latest = message("affirm", "/affirm", metadata={"words": "Yes, contact me"})
    done = take(conversation, latest, known=REACHABLE, asked="consent_contact", slots=slots)
    assert "consent_contact" in done.progress.yes
    assert ConsentRecord.objects.get(conversation_ref=conversation).words == "Yes, contact me"


def test_a_tapped_no_is_a_no(conversation: str) -> None:
    _, slots = shown(conversation, "automated")
    take(conversation, message("deny", "/deny"), known=REACHABLE, asked="consent_automated", slots=slots)
    record = ConsentRecord.objects.get(conversation_ref=conversation)
    assert (record.kind, record.given) == ("automated", False)


@pytest.mark.parametrize("words", ["ok whatever", "I guess so, if I have to"])
def test_an_unclear_yes_is_no_consent_and_a_clear_one_is_asked_for(conversation: str, words: str) -> None:
    _, slots = shown(conversation)
    done = take(conversation, message("affirm", words), known=REACHABLE, asked="consent_contact", slots=slots)
    assert done.said == ["say_must_be_clear"]
    assert not done.progress.answered("consent_contact")
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize("slots", [{}, {"consent_shown": {"question": "consent_automated"}}])
def test_no_consent_is_recorded_for_a_text_that_was_not_shown(conversation: str, slots: dict[str, Any]) -> None:
    take(conversation, message("affirm", "yes"), known=REACHABLE, asked="consent_contact", slots=slots)
    assert not ConsentRecord.objects.exists()


def test_the_same_answer_taken_twice_is_one_consent(conversation: str) -> None:
    _, slots = shown(conversation)
    for _ in range(2):
        take(conversation, message("affirm", "yes"), known=REACHABLE, asked="consent_contact", slots=slots)
    assert ConsentRecord.objects.count() == 1


def test_an_answer_by_text_is_kept_as_one(conversation: str) -> None:
    _, slots = shown(conversation)
    take(conversation, message("affirm", "yes"), known=REACHABLE, asked="consent_contact", slots=slots, channel="sms")
    assert ConsentRecord.objects.get(conversation_ref=conversation).channel == "sms"


def test_a_stop_that_forbids_contact_takes_back_every_permission_and_the_number(conversation: str) -> None:
    words = "stop calling me"
    done = take(conversation, message("stop", words), known=REACHABLE, progress=WISH.with_consent("consent_contact", PHONE))
    assert done.said == ["say_revoked"]
    assert {"consent_contact", "consent_automated"} <= done.progress.no
    taken_back = ConsentRecord.objects.filter(conversation_ref=conversation)
    kinds = ("contact", "automated", "reminder")
    assert {(r.kind, r.given, r.words) for r in taken_back} == {(kind, False, words) for kind in kinds}
    assert (OptOut.objects.get().phone, opt_outs.is_opted_out(phone=PHONE)) == (PHONE, True)


def test_a_plain_stop_ends_the_questions_and_leaves_the_permissions(conversation: str) -> None:
    done = take(conversation, message("stop", "stop"), known=REACHABLE, progress=WISH.with_consent("consent_contact", PHONE))
    assert done.said == []
    assert done.progress.paused
    assert "consent_contact" in done.progress.yes
    assert not OptOut.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_a_complaint_about_calls_from_others_takes_nothing_back(conversation: str) -> None:
    done = take(
        conversation, message("servicer_complaint", "stop calling me"), progress=WISH.with_consent("consent_contact", PHONE)
    )
    assert "consent_contact" in done.progress.yes
    assert not ConsentRecord.objects.exists()


def test_permissions_are_taken_back_also_where_there_is_no_number(conversation: str) -> None:
    take(conversation, message("stop", "do not contact me"), progress=Progress(messages=2))
    taken_back = ConsentRecord.objects.filter(given=False).values_list("kind", flat=True)
    assert sorted(taken_back) == ["automated", "contact", "reminder"]
    assert not OptOut.objects.exists()


# ------------------------------------------------------------------ what else is said


@pytest.mark.parametrize(
    ("intent", "asked", "progress", "response"),
    [
        ("contact_request", "home_value", Progress(messages=3), "say_contact_first"),
        ("contact_request", None, WISH.with_announced("handoff"), "say_already_with_staff"),
        ("deny", "wants_contact", Progress(messages=3), "say_no_contact"),
        ("affirm", "anything_else", Progress(messages=3), "say_go_ahead"),
        ("deny", "anything_else", Progress(messages=3), "utter_goodbye"),
        ("deny", "go_on", Progress(messages=3, crisis=True), "say_rest"),
        ("affirm", "confirm_erase", Progress(messages=3, erasing=True), "say_erased"),
        ("deny", "confirm_erase", Progress(messages=3, erasing=True), "say_kept"),
    ],
)
def test_an_answer_to_the_conversations_own_question_is_acknowledged(
    conversation: str, intent: str, asked: str | None, progress: Progress, response: str
) -> None:
    done = take(conversation, message(intent, "x"), progress=progress, asked=asked)
    assert done.said == [response]
    assert done.filling(response)["firm_phone"] == "(312) 313-1613"


def test_a_fact_told_when_all_was_asked_is_acknowledged(conversation: str) -> None:
    done = take(conversation, message("inform", entities={"lender": "Chase"}), asked="anything_else")
    assert done.said == ["say_noted"]


def test_a_wish_for_a_person_opens_a_case_with_the_contact(conversation: str) -> None:
    take(conversation, message("contact_request"), known=REACHABLE, progress=Progress(messages=2))
    assert Case.objects.get(conversation_id=conversation).tier == 3
    assert Contact.objects.get(conversation_id=conversation).phone == PHONE


def test_who_wishes_for_no_person_gets_no_case(conversation: str) -> None:
    take(conversation, message("inform", entities={"state": "IL"}), progress=Progress(messages=2))
    assert not Case.objects.exists()


@pytest.mark.parametrize(("sale", "sold_on"), [("2026-06-02", "2026-06-02"), ("2027-06-02", "2026-06-02")])
def test_once_the_home_is_sold_the_date_of_the_sale_is_the_past_day_it_was_sold_on(sale: str, sold_on: str) -> None:
    heard = message("inform", "the sale was June 2", entities={"sale_date": sale})
    done = run(ActionTake(), tracker_with(facts=facts(stage="sold"), latest=heard))
    assert done.slots["sold_on"] == sold_on
    assert "sale_date" not in done.slots


@pytest.mark.parametrize("text", ["the sale is June 2, 2027", "it is 6/2/27", "es el 2 de junio de 2027"])
def test_a_sale_that_is_named_for_a_year_to_come_is_not_moved_into_the_past(text: str) -> None:
    heard = message("inform", text, entities={"sale_date": "2027-06-02"})
    done = run(ActionTake(), tracker_with(facts=facts(stage="sold"), latest=heard))
    assert done.slots["sale_date"] == "2027-06-02"
    assert "sold_on" not in done.slots

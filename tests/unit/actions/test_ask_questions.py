"""Questions that are made for the person: states to choose from, the second loan, and the consents word for word."""

from __future__ import annotations

import json

import pytest
from trackers import facts, run, tracker_with

from actions.ask_questions import (
    ActionAskBalanceOwed,
    ActionAskConsentAutomated,
    ActionAskConsentContact,
    ActionAskEmail,
    ActionAskHomeValue,
    ActionAskSecondLien,
    ActionAskServedOn,
    ActionAskState,
    AskConsent,
    AskOfASale,
)
from leeward.compliance.consent_text import Kind, consent_text
from leeward.core.facts import Facts
from leeward.core.firm import firm
from leeward.core.language import Language
from leeward.dialogue.policy import Progress
from leeward.sms.segments import to_gsm7

PHONE = "+13125550142"


def test_a_place_in_two_states_becomes_a_choice_between_them() -> None:
    done = run(ActionAskState(), tracker_with(facts=Facts().ask_again("state", ("KS", "MO"))))
    buttons = done.filling("say_ask_state_between")["buttons"]
    assert [button["title"] for button in buttons] == ["Kansas", "Missouri"]
    assert buttons[0]["payload"] == '/inform{"state": "KS"}'


def test_states_to_choose_from_are_named_in_the_persons_language() -> None:
    unclear = facts(language="es").ask_again("state", ("NM", "NC"))
    buttons = run(ActionAskState(), tracker_with(facts=unclear)).filling("say_ask_state_between")["buttons"]
    assert [button["title"] for button in buttons] == ["Nuevo México", "Carolina del Norte"]


@pytest.mark.parametrize("candidates", [(), ("KS",), ("AL", "AK", "AZ", "AR", "CA", "CO", "CT"), ("XX", "YY")])
def test_no_state_one_or_too_many_are_asked_about_in_words(candidates: tuple[str, ...]) -> None:
    done = run(ActionAskState(), tracker_with(facts=Facts().ask_again("state", candidates)))
    assert done.said == ["say_ask_state"]
    assert done.utterances[0]["buttons"] == []


def test_whether_there_is_a_second_loan_is_asked_first_and_its_amount_once_there_is_one() -> None:
    assert run(ActionAskSecondLien(), tracker_with()).said == ["say_ask_second_lien"]
    there_is_one = tracker_with(progress=Progress().with_yes("second_lien"))
    assert run(ActionAskSecondLien(), there_is_one).said == ["say_ask_second_lien_amount"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["contact", "automated"])
def test_a_consent_is_kept_exactly_as_it_is_uttered(kind: Kind, language: Language) -> None:
    action = ActionAskConsentContact() if kind == "contact" else ActionAskConsentAutomated()
    done = run(action, tracker_with(facts=facts(language=language, phone=PHONE)))
    shown = done.slots["consent_shown"]
    reviewed = consent_text(kind, language, firm(), PHONE)
    assert action.name() == f"action_ask_consent_{kind}"
    assert done.filling(f"say_ask_consent_{kind}")["consent_text"] == shown["text"] == reviewed.text
    assert shown == {
        "question": f"consent_{kind}",
        "kind": kind,
        "text": reviewed.text,
        "version": reviewed.version,
        "language": language,
        "way": PHONE,
        "lifts_stop": False,
    }
    assert json.loads(json.dumps(shown)) == shown


@pytest.mark.parametrize("language", ["en", "es"])
def test_by_text_the_consent_is_shown_and_kept_in_the_letters_that_a_text_can_carry(language: Language) -> None:
    done = run(ActionAskConsentAutomated(), tracker_with(facts=facts(language=language, phone=PHONE), channel="sms"))
    text = done.slots["consent_shown"]["text"]
    assert done.filling("say_ask_consent_automated")["consent_text"] == text
    assert text == to_gsm7(consent_text("automated", language, firm(), PHONE, by_text=True).text)


@pytest.mark.parametrize("action", [ActionAskBalanceOwed(), ActionAskHomeValue(), ActionAskServedOn()])
@pytest.mark.parametrize(("stage", "suffix"), [("behind", ""), ("sold", "_sold"), ("deficiency_claim", "_sold")])
def test_once_the_home_is_sold_its_questions_have_other_words(action: AskOfASale, stage: str, suffix: str) -> None:
    done = run(action, tracker_with(facts=facts(stage=stage)))
    assert done.said == [f"say_ask_{action.fact}{suffix}"]
    assert action.name() == f"action_ask_{action.fact}"


UNSAFE = facts(phone=PHONE, safe_to_contact=False)


@pytest.mark.parametrize("known", [Facts(), UNSAFE, facts(phone=PHONE, contact_by="email")])
def test_where_the_phone_may_not_be_used_consent_is_asked_for_the_email(known: Facts) -> None:
    with_email = known.learn("email", "ana@example.com")
    shown = run(ActionAskConsentContact(), tracker_with(facts=with_email)).slots["consent_shown"]
    assert shown["way"] == "ana@example.com"
    assert "by email at ana@example.com" in shown["text"]
    assert "555" not in shown["text"]


@pytest.mark.parametrize("action", [ActionAskConsentContact(), ActionAskConsentAutomated()])
def test_nobody_is_asked_for_consent_to_call_a_phone_that_is_not_safe(action: AskConsent) -> None:
    with pytest.raises(ValueError, match="nobody may call or write to"):
        run(action, tracker_with(facts=UNSAFE))


@pytest.mark.parametrize(
    ("known", "progress", "response"),
    [
        (facts(phone=PHONE), Progress(), "say_ask_email"),
        (UNSAFE, Progress(), "say_ask_email_private"),
        (facts(phone=PHONE), Progress(danger=True), "say_ask_email_private"),
        (facts(phone=PHONE, safe_to_contact=True), Progress(danger=True), "say_ask_email"),
    ],
)
def test_whoever_fears_someone_at_the_phone_is_asked_for_an_email_that_nobody_else_reads(
    known: Facts, progress: Progress, response: str
) -> None:
    assert run(ActionAskEmail(), tracker_with(facts=known, progress=progress)).said == [response]

"""Nobody who does not owe the loan is told that they do: in no state, stage or language, on the web or by text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from trackers import TODAY, Done, facts, run, tracker_with

from actions.validate_intake_form import ValidateIntakeForm
from leeward import law
from leeward.core.facts import SPECS, UNKNOWN, Facts
from leeward.core.formatting import with_source
from leeward.core.language import Language
from leeward.dialogue.policy import Progress
from leeward.law import persons
from leeward.law.model import cited
from leeward.ops import domain_files

RESPONSES = domain_files.responses()
STAGES = SPECS["stage"].choices
NOT_LIABLE = {
    "an heir": facts(on_the_loan=False, occupancy="inherited"),
    "a widow": facts(on_the_loan=False, borrower_died=True),
    "not on the note": facts(on_the_loan=False),
    "discharged": facts(discharged=True, prior_bankruptcy=True),
}
# The rule of persons.yml that says so.
WHY = {
    "an heir": "heir-who-never-signed",
    "a widow": "survivor-who-never-signed",
    "not on the note": "not-on-the-loan",
    "discharged": "discharged",
}
FIGURES = facts(
    balance_owed=Decimal(300_000),
    home_value=Decimal(200_000),
    second_lien=Decimal(40_000),
    sale_price=Decimal(150_000),
    amount_claimed=Decimal(60_000),
    sold_on=date(2026, 6, 2),
    served_on=date(2026, 11, 10),
    sale_date=date(2026, 12, 20),
    goal="unsure",
)
# What would say that this person owes the rest, or that it may be asked of them.
OWES = re.compile(
    r"\byou owe\b(?! (?:it|the rest) in person)|\b(?:may|can|could) (?:pursue|sue|collect from|come after) you\b|"
    r"\bpuede (?:cobrarle|reclamarle)\b|\bdebe \$|\busted debe\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"(?:\bnot\b|\bno\b|\bneither\b|\bni\b)[^.]*$", re.IGNORECASE)


def told(known: Facts) -> Done:
    return run(ValidateIntakeForm(), tracker_with(facts=known, progress=Progress().with_no("wants_contact")))


def laws_told(done: Done) -> list[str]:
    return [utterance["law"] for utterance in done.utterances if utterance["response"] == "say_law"]


def _says(done: Done, rule_id: str, language: Language) -> bool:
    rule = next(rule for rule in persons.read().rules if rule.id == rule_id)
    return with_source(rule.words.in_language(language), cited(rule.citations), language) in laws_told(done)


def words(done: Done, language: str, channel: str | None) -> list[str]:
    """What was uttered, as the person reads it."""
    return [_worded(utterance, language, channel) for utterance in done.utterances if utterance["response"] in RESPONSES]


def _worded(utterance: dict[str, Any], language: str, channel: str | None) -> str:
    wordings = RESPONSES[utterance["response"]]
    # A response without a Spanish wording of its own is nothing but what fills it.
    said = [variation for variation in wordings if _fits(variation, language)] or wordings
    own = [variation for variation in said if variation.get("channel") == channel]
    text: str = (own or [variation for variation in said if "channel" not in variation])[0]["text"]
    return re.sub(r"\{(\w+)\}", lambda match: str(utterance.get(match.group(1), "")), text)


def _fits(variation: dict[str, Any], language: str) -> bool:
    spoken = {c["name"]: c["value"] for c in variation.get("condition", [])}
    return spoken.get("language", "en") == language and spoken.get("prompt_variant", "first") == "first"


def liability_in(text: str) -> bool:
    return any(not DENIED.search(text[: match.start()]) for match in OWES.finditer(text))


# Every state meets each kind of person, and between them each kind meets every stage in both languages.
LANGUAGES: tuple[Language, ...] = ("en", "es")
SITUATIONS = [(who, stage, language) for who in NOT_LIABLE for stage in STAGES for language in LANGUAGES]
SHARES = 11


@pytest.mark.parametrize(("number", "code"), enumerate(law.codes()))
def test_no_sentence_says_that_who_does_not_owe_it_does(number: int, code: str) -> None:
    for who, stage, language in SITUATIONS[number % SHARES :: SHARES]:
        done = told(FIGURES.merge(NOT_LIABLE[who]).merge(facts(state=code, stage=stage, language=language)))
        assert not [name for name in done.said if name.startswith(("say_standing", "say_if_less", "say_estimate_auction"))]
        assert _says(done, WHY[who], language)
        for channel in (None, "sms"):
            assert not [text for text in words(done, language, channel) if liability_in(text)], (who, stage, language)


@pytest.mark.parametrize("code", law.codes()[::4])
def test_where_it_is_not_known_who_owes_it_nobody_is_told_that_they_do(code: str) -> None:
    for language in ("en", "es"):
        known = FIGURES.merge(facts(state=code, stage="behind", occupancy="inherited", on_the_loan=UNKNOWN, language=language))
        done = told(known)
        standings = [name for name in done.said if name.startswith(("say_standing_", "say_if_less_"))]
        assert all(name.startswith(("say_standing_of_borrower_", "say_standing_depends")) for name in standings)
        assert not [text for text in words(done, language, None) if liability_in(text)]


@pytest.mark.parametrize("name", [name for name in RESPONSES if name.startswith("say_estimate")])
def test_the_figures_speak_of_the_loan_and_not_of_the_person(name: str) -> None:
    assert not [v["text"] for v in RESPONSES[name] if re.match(r"You owe|Debe \{|Usted debe", v["text"])]


def test_the_check_above_would_see_such_a_sentence() -> None:
    known = FIGURES.merge(facts(state="IL", stage="behind", language="en"))
    assert any(liability_in(text) for text in words(told(known), "en", None))
    spanish = known.learn("language", "es")
    assert any(liability_in(text) for text in words(told(spanish), "es", None))


# ------------------------------------------------------------------ what is said instead, and when


def asked(done: Done) -> Any:
    return done.slots["requested_slot"]


def test_an_heir_hears_what_decides_it_and_is_asked_that_next() -> None:
    done = told(facts(state="OH", occupancy="inherited"))
    assert done.said[0] == "say_law"
    assert "12 U.S.C. 1701j-3(d)(5)" in laws_told(done)[0]
    assert asked(done) == "on_the_loan"


def test_who_never_signed_hears_so_at_once_and_once_before_any_figure() -> None:
    known = facts(state="OH", occupancy="inherited", on_the_loan=False)
    first = told(known)
    assert (first.said, asked(first)) == (["say_law"], "balance_owed")
    assert "does not owe the loan in person" in laws_told(first)[0]
    then = run(
        ValidateIntakeForm(),
        tracker_with(
            facts=known.merge(facts(balance_owed=Decimal(90_000), home_value=Decimal(65_000))), progress=first.progress
        ),
    )
    assert then.said[:2] == ["say_estimate_shortfall", "say_estimate_home_at_risk"]
    assert laws_told(then) == []


def test_who_may_be_discharged_is_asked_how_the_bankruptcy_ended() -> None:
    done = told(FIGURES.merge(facts(state="OH", stage="behind", prior_bankruptcy=True)))
    assert "11 U.S.C. 524" in laws_told(done)[0]
    assert asked(done) == "discharged"


def test_a_reverse_mortgage_is_owed_by_nobody_in_person() -> None:
    done = told(FIGURES.merge(facts(state="VA", stage="behind", loan_type="reverse")))
    assert "24 CFR 206.27(b)(8)" in laws_told(done)[0]
    assert not [name for name in done.said if name.startswith("say_standing_allowed")]


def test_where_a_lawsuit_for_the_rest_came_who_does_not_owe_it_hears_to_answer_all_the_same() -> None:
    done = told(facts(state="IL", stage="deficiency_claim", discharged=True, served_on=date(2026, 11, 10)))
    assert "say_at_stake_claim_not_owed" in done.said
    assert "say_at_stake_claim" not in done.said
    assert date(2026, 12, 10) > TODAY
    assert done.filling("say_answer_due")["day"] == "December 10, 2026"


def test_the_ways_out_of_who_does_not_owe_the_loan_say_nothing_of_a_deficiency() -> None:
    done = told(FIGURES.merge(facts(state="IL", stage="behind", on_the_loan=False, second_lien=Decimal(0))))
    assert "say_option_not_owed" in done.said
    assert "say_option" not in done.said

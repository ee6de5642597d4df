"""What amounts in free messages stand for."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.core.facts import value_to_json
from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)
MONEY = ("balance_owed", "home_value", "second_lien", "monthly_payment", "arrears")


def money(text: str, asked: str | None = None) -> dict[str, object]:
    facts = read(text, asked=asked, on=TODAY).facts
    return {name: value_to_json(fact.value) for name, fact in facts.known.items() if name in MONEY}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I owe 310k on my place in Joliet and zillow says 265", {"balance_owed": 310_000, "home_value": 265_000}),
        ("owe like 290 house maybe 240", {"balance_owed": 290_000, "home_value": 240_000}),
        ("we still owe $402,118 and it appraised for $350,000", {"balance_owed": 402_118, "home_value": 350_000}),
        ("mortgage 180 house 150", {"balance_owed": 180_000, "home_value": 150_000}),
        ("180 mortgage 150 house", {"balance_owed": 180_000, "home_value": 150_000}),
        ("house 150, mortgage 180", {"balance_owed": 180_000, "home_value": 150_000}),
        ("its worth 240 but the balance is 290", {"balance_owed": 290_000, "home_value": 240_000}),
        ("310 owed, worth 265", {"balance_owed": 310_000, "home_value": 265_000}),
        ("owe 290 on a house worth 240", {"balance_owed": 290_000, "home_value": 240_000}),
        ("i ow 290 and its wroth 240", {"balance_owed": 290_000, "home_value": 240_000}),
        ("morgage balence is 290k", {"balance_owed": 290_000}),
        ("190 on the first and 38 on the second", {"balance_owed": 190_000, "second_lien": 38_000}),
        ("i have a heloc for 38k and the first is 190", {"second_lien": 38_000, "balance_owed": 190_000}),
        ("38 heloc 190 mortgage", {"second_lien": 38_000, "balance_owed": 190_000}),
        ("second mortgage of 52,000", {"second_lien": 52_000}),
        ("payment is 1,912 a month", {"monthly_payment": 1_912}),
        ("i owe 1912 a month", {"monthly_payment": 1_912}),
        ("my payment jumped from 1500 to 1912", {"monthly_payment": 1_912}),
        ("behind 12,500", {"arrears": 12_500}),
        ("i'm about 9 grand behind", {"arrears": 9_000}),
        ("im 4 payments behind at 1912 each", {"monthly_payment": 1_912}),
        ("they are both about 250", {"balance_owed": 250_000, "home_value": 250_000}),
        ("was 340 but i paid it down to 295, that's what i owe", {"balance_owed": 295_000}),
        ("owed 340 but got it down to 295", {"balance_owed": 295_000}),
        ("cash buyer offered 150k and i owe 210", {"balance_owed": 210_000}),
        ("i owe 210 on the house and 40 on credit cards", {"balance_owed": 210_000}),
        ("realtor says 260 to 280", {"home_value": {"min": 260_000, "max": 280_000}}),
        ("debo 290 mil y vale 240", {"balance_owed": 290_000, "home_value": 240_000}),
        ("balance: $212,000 value: $190,000", {"balance_owed": 212_000, "home_value": 190_000}),
        ("1st 212k 2nd 40k worth 190k", {"balance_owed": 212_000, "second_lien": 40_000, "home_value": 190_000}),
        ("owe: 212. worth: 190.", {"balance_owed": 212_000, "home_value": 190_000}),
        ("owe 40 on the heloc", {"second_lien": 40_000}),
        ("i owed 275 and they sold it for 190", {"balance_owed": 275_000}),
        ("they sold my house for 190k and say i still owe 85,000", {}),
        ("la casa vale 240 y debemos 290", {"balance_owed": 290_000, "home_value": 240_000}),
        ("debo doscientos noventa mil, la segunda es de 30 mil", {"balance_owed": 290_000, "second_lien": 30_000}),
        ("me faltan 190 mil por pagar", {"balance_owed": 190_000}),
        ("pago mil novecientos al mes", {"monthly_payment": 1_900}),
        ("los dos como 200 mil", {"balance_owed": 200_000, "home_value": 200_000}),
    ],
)
def test_amounts_take_their_meaning_from_the_words_around_them(text: str, expected: dict[str, object]) -> None:
    assert money(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "we bought it for 310,000 in 2005",
        "an investor offered me 150k",
        "original loan was 340,000",
        "they charged me 3,500 up front",
        "the county has it assessed at 210,000",
        "my taxes went up by 2,400",
        "they raised the payment by 310",
        "we have 60k in equity",
        "my neighbor's house sold at auction for 190,000",
        "if they are suing me for 85,000 what happens",
        "i make 4,200 a month",
        "20k in credit cards",
        "trial payments of $1,150",
        "it would take 15k in repairs",
        "me ofrecen 150 mil",
        "la compramos en 310 mil",
        "gano 3,000 al mes",
    ],
)
def test_other_amounts_are_kept_apart(text: str) -> None:
    reading = read(text, on=TODAY)
    assert money(text) == {}
    assert len(reading.amounts) == 1


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("i owe about 60k more than its worth", 60_000),
        ("we're underwater by 45k", 45_000),
        ("worth 30k less than i owe", 30_000),
        ("debo 50 mil mas de lo que vale", 50_000),
    ],
)
def test_a_difference_is_neither_owed_nor_worth_and_both_are_asked(text: str, dollars: int) -> None:
    reading = read(text, on=TODAY)
    assert money(text) == {}
    assert set(reading.facts.clarify) == {"balance_owed", "home_value"}
    assert [(amount.value, amount.role) for amount in reading.amounts] == [(dollars, "negative_equity")]


def test_what_the_lender_wants_to_reinstate_is_not_the_balance() -> None:
    reading = read("they say 14,200 to reinstate", on=TODAY)
    assert money("they say 14,200 to reinstate") == {}
    assert "balance_owed" in reading.facts.clarify


@pytest.mark.parametrize("text", ["i owe two fifty", "owe 300 no 310 or wait 500 owed", "i owe $2,100 and im in default"])
def test_a_doubtful_balance_is_asked_again(text: str) -> None:
    assert money(text) == {}
    assert "balance_owed" in read(text, on=TODAY).facts.clarify


def test_a_correction_answers_the_question_asked() -> None:
    reading = read("actually it's 320", asked="balance_owed", on=TODAY)
    assert reading.facts.get("balance_owed") == 320_000
    assert "correction" in reading.acts


def test_a_correction_without_a_question_is_handed_on() -> None:
    reading = read("sorry, i meant 320", on=TODAY)
    assert money("sorry, i meant 320") == {}
    assert [(amount.value, amount.role) for amount in reading.amounts] == [(320_000, "correction")]


@pytest.mark.parametrize("text", ["sorry to bother you, i owe 300k", "wait until you hear this: i owe 300k"])
def test_not_every_sorry_is_a_correction(text: str) -> None:
    assert "correction" not in read(text, on=TODAY).acts


def test_words_win_over_the_question() -> None:
    assert money("my payment is 1850 a month", asked="balance_owed") == {"monthly_payment": 1_850}
    assert money("zillow has it at 240", asked="balance_owed") == {"home_value": 240_000}


def test_the_bare_amount_answers_the_question_and_the_other_keeps_its_words() -> None:
    assert money("290 and the second is 40", asked="balance_owed") == {"balance_owed": 290_000, "second_lien": 40_000}


def test_in_a_long_story_only_plain_words_count() -> None:
    story = (
        "We have been with them for eleven years and everything broke at once so in the spring the bank took 18,500 from us "
        "and then my hours were cut and nobody would talk to us at all even though we sent them what we could."
    )
    assert money(story) == {}


def test_words_of_another_sentence_say_nothing_about_an_amount() -> None:
    assert money("that is all we owe. the roof was 14,500") == {}

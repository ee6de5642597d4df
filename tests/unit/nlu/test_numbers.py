"""What an amount comes to when the question before it says what it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from leeward.core.facts import UNKNOWN, Range
from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("$425,000", 425_000),
        ("425000", 425_000),
        ("425,000.00", 425_000),
        ("$ 187,250.63", "187250.63"),
        ("187k", 187_000),
        ("187 K", 187_000),
        ("187.5k", 187_500),
        ("$187K!!", 187_000),
        ("187 thousand dollars", 187_000),
        ("90 grand", 90_000),
        ("90g", 90_000),
        ("1.4m", 1_400_000),
        ("1.4 mil", 1_400_000),
        ("1.375 million", 1_375_000),
        ("2 million", 2_000_000),
        ("half a million", 500_000),
        ("half a mill", 500_000),
        ("quarter of a million", 250_000),
        ("three quarters of a million", 750_000),
        ("a million and a half", 1_500_000),
        ("2 and a half million", 2_500_000),
        ("one point six million", 1_600_000),
        ("two hundred thousand", 200_000),
        ("two hundred and forty thousand", 240_000),
        ("two hundred forty-five thousand", 245_000),
        ("3 hundred and 15 thousand", 315_000),
        ("threehundred thousand", 300_000),
        ("four hundred thosand", 400_000),
        ("a hundred grand", 100_000),
        ("a hundred and ninety", 190_000),
        ("four hundred", 400_000),
        ("one sixty", 160_000),
        ("two thirty five", 235_000),
        ("240", 240_000),
        ("240.5", 240_500),
        ("$240", 240_000),
        ("98", 98_000),
        ("240,ooo", 240_000),
        ("24O,000", 240_000),
        ("240 000", 240_000),
        ("240+", 240_000),
        ("240ish", 240_000),
        ("around 240 or so", 240_000),
        ("roughly $240k give or take", 240_000),
        ("i'd say maybe 240", 240_000),
        ("just under 240", 240_000),
        ("a little over 240", 240_000),
        ("idk maybe 240", 240_000),
        ("240 last time i looked", 240_000),
        ("it was 300 now it's 240", 240_000),
        ("not 204, 240", 240_000),
        ("doscientos cuarenta mil", 240_000),
        ("240 mil", 240_000),
        ("240 mil dolares", 240_000),
        ("dos cientos cuarenta mil", 240_000),
        ("dosientos cuarenta mil", 240_000),
        ("ciento noventa", 190_000),
        ("cien mil", 100_000),
        ("medio millón", 500_000),
        ("tres cuartos de millón", 750_000),
        ("un millón y medio", 1_500_000),
        ("uno punto dos millones", 1_200_000),
        ("1,4 millones", 1_400_000),
        ("unos 240", 240_000),
        ("como 240 mil más o menos", 240_000),
        ("240.000", 240_000),
        ("1.240.000", 1_240_000),
        ("240,000USD", 240_000),
        ("240kusd", 240_000),
        ("0.3 million", 300_000),
        (".8 million", 800_000),
        ("0.31 mil", 310_000),
        ("0,3 millones", 300_000),
        ("point three million", 300_000),
        ("one point oh five million", 1_050_000),
        ("uno coma cinco millones", 1_500_000),
        ("½ million", 500_000),
        ("1½ million", 1_500_000),
        ("a million and a quarter", 1_250_000),
        ("hundred eighty thousand", 180_000),
        ("roughly hundred grand", 100_000),
        ("hundred sixty", 160_000),
        ("two forty thousand", 240_000),
        ("three fifteen thousand", 315_000),
        ("one eighty five thousand", 185_000),
        ("two seventy five k", 275_000),
        ("two oh five", 205_000),
        ("two oh five thousand", 205_000),
        ("3 10", 310_000),
        ("2 75 k", 275_000),
        ("onehundredeighty thousand", 180_000),
        ("doscientosmil", 200_000),
    ],
)
@pytest.mark.parametrize("asked", ["balance_owed", "home_value"])
def test_an_answer_to_what_is_owed_or_worth_is_in_dollars(text: str, dollars: int | str, asked: str) -> None:
    facts = read(text, asked=asked, on=TODAY).facts
    assert facts.get(asked) == Decimal(dollars)
    assert not facts.clarify


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("between 180 and 200k", 180_000, 200_000),
        ("from 180 to 200 thousand", 180_000, 200_000),
        ("180-200", 180_000, 200_000),
        ("180k to 200k", 180_000, 200_000),
        ("180 or 190", 180_000, 190_000),
        ("3 or 4 hundred thousand", 300_000, 400_000),
        ("between two and three hundred thousand", 200_000, 300_000),
        ("900k to 1.1 million", 900_000, 1_100_000),
        ("entre 180 y 200 mil", 180_000, 200_000),
        ("entre doscientos y trescientos mil", 200_000, 300_000),
        ("de 180 a 200 mil", 180_000, 200_000),
        ("zillow says 240 redfin says 255", 240_000, 255_000),
    ],
)
def test_two_bounds_are_a_range(text: str, low: int, high: int) -> None:
    assert read(text, asked="home_value", on=TODAY).facts.get("home_value") == Range(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "2.5",
        "like 2 something",
        "two hundred something",
        "doscientos y pico",
        "low 300s",
        "mid 200's",
        "one eighty two four",
        "a million four",
        "under 300",
        "menos de 300 mil",
        "240 310",
        "1 to 300 thousand",
        "three four hundred thousand",
        "two hundred and three hundred",
        "hundreds of thousands",
        "tens of thousands",
        "a few hundred thousand",
        "a couple hundred thousand",
        "cientos de miles",
        "un par de cientos de miles",
        "mid twos",
        "million",
        "a third of a million",
        "31,0000",
        "3,10,000",
        "200,000 euros",
        "4 millones de pesos",
        "9 billion 900 million",
        "half of what i owe",
        "same as the loan, more or less than what it was",
        "we bought it for 240",
        "the county has it assessed at 190",
        "la compramos en 240",
    ],
)
def test_a_doubtful_answer_is_asked_again_and_not_stored(text: str) -> None:
    facts = read(text, asked="home_value", on=TODAY).facts
    assert facts.get("home_value") is None
    assert "home_value" in facts.clarify


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("1650", 1_650),
        ("$1,650", 1_650),
        ("1.650", 1_650),
        ("sixteen fifty", 1_650),
        ("sixteen hundred", 1_600),
        ("1650 a month", 1_650),
        ("about 2k", 2_000),
        ("920", 920),
        ("$1,412.88", "1412.88"),
        ("mil seiscientos", 1_600),
        ("$1.650 al mes", 1_650),
        ("dos mil cien", 2_100),
        ("thousand and fifty", 1_050),
        ("one and a half thousand", 1_500),
        ("1400 dollars and 50 cents", "1400.50"),
        ("fourteen hundred dollars and fifty cents", "1400.50"),
        ("1,842 con 19 centavos", "1842.19"),
        ("mil ochocientos dólares con diecinueve centavos", "1800.19"),
    ],
)
def test_a_monthly_payment_is_not_in_thousands(text: str, dollars: int | str) -> None:
    assert read(text, asked="monthly_payment", on=TODAY).facts.get("monthly_payment") == Decimal(dollars)


@pytest.mark.parametrize(
    "text", ["zero", "0", "nothing, it's paid off", "paid off years ago", "free and clear", "ya está pagada"]
)
def test_a_loan_that_is_paid_off_is_owed_nothing(text: str) -> None:
    assert read(text, asked="balance_owed", on=TODAY).facts.get("balance_owed") == 0


@pytest.mark.parametrize(
    "text", ["no", "none", "nope", "no second mortgage", "just the one mortgage", "only one", "solo la primera", "ninguna", "0"]
)
def test_no_second_loan_is_zero(text: str) -> None:
    assert read(text, asked="second_lien", on=TODAY).facts.get("second_lien") == 0


def test_a_credit_line_beside_the_mortgage_says_nothing_about_what_the_mortgage_was_for() -> None:
    facts = read("a heloc for 35,000", asked="second_lien", on=TODAY).facts
    assert facts.get("second_lien") == 35_000
    assert facts.get("loan_purpose") is None


@pytest.mark.parametrize(
    "text",
    [
        "no clue",
        "dunno",
        "haven't checked",
        "not really sure",
        "i have no idea",
        "beats me",
        "no sé",
        "no tengo idea",
        "la verdad no sé",
    ],
)
def test_not_knowing_is_an_answer(text: str) -> None:
    reading = read(text, asked="balance_owed", on=TODAY)
    assert reading.facts.get("balance_owed") is UNKNOWN
    assert "dont_know" in reading.acts


@pytest.mark.parametrize(
    "text",
    [
        "i filed chapter 13 in 2019",
        "i got a 1099 from them",
        "i have 3 kids and 2 jobs",
        "it has been 24 full hours",
        "call 911",
        "my rate is 6.5%",
        "mil gracias",
        "thousands of people",
        "hundreds of calls",
        "at this point two of us work",
        "cleared out my 401k",
        "no me llamen once veces",
        "i am 62 years old",
        "account 123456789 has an error",
        "court is at 9:30 in room 240b",
    ],
)
def test_numbers_that_are_no_money_are_no_facts(text: str) -> None:
    facts = read(text, on=TODAY).facts
    assert not {"balance_owed", "home_value", "second_lien", "monthly_payment", "arrears"} & (
        facts.known.keys() | facts.clarify.keys()
    )


def test_mil_after_a_small_number_is_a_million_in_english_and_a_thousand_in_spanish() -> None:
    assert read("2 mil", asked="home_value", on=TODAY, language="en").facts.get("home_value") == 2_000_000
    assert read("2 mil", asked="monthly_payment", on=TODAY, language="es").facts.get("monthly_payment") == 2_000


@pytest.mark.parametrize("text", ["theres no other loan", "we have only one mortgage", "no tengo otra hipoteca"])
def test_no_other_loan_is_taken_without_being_asked(text: str) -> None:
    assert read(text, on=TODAY).facts.get("second_lien") == 0

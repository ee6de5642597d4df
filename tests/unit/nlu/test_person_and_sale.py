"""Who signed the loan, who died, what a bankruptcy did, and what a sale brought: said, and not only asked about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from leeward.nlu.extraction import read

TODAY = date(2026, 11, 25)


def known(text: str, asked: str | None = None) -> dict[str, object]:
    return {name: fact.value for name, fact in read(text, asked=asked, on=TODAY).facts.known.items()}


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("We inherited the cabin, and I never signed for any loan", "on_the_loan", False),
        ("I'm not on the mortgage, she is", "on_the_loan", False),
        ("my name isn't on the note", "on_the_loan", False),
        ("only my stepdad... no, only my father signed it", "on_the_loan", False),
        ("the mortgage was just in my late wife's name", "on_the_loan", False),
        ("my name is on the deed but not on the loan", "on_the_loan", False),
        ("yo no firmé nada", "on_the_loan", False),
        ("solo mi papá firmó", "on_the_loan", False),
        ("no aparezco en el pagaré", "on_the_loan", False),
        ("el préstamo está a nombre de mi mamá", "on_the_loan", False),
        ("we both signed the mortgage", "on_the_loan", True),
        ("I am also on the note", "on_the_loan", True),
        ("los dos firmamos", "on_the_loan", True),
        ("my wife Elena passed away in May", "borrower_died", True),
        ("our late uncle had a house in Reno", "borrower_died", True),
        ("I'm a widower", "borrower_died", True),
        ("falleció mi abuela y nos dejó la casa", "borrower_died", True),
        ("me quedé viuda", "borrower_died", True),
        ("we received our discharge two years ago", "discharged", True),
        ("that loan was discharged in bankruptcy", "discharged", True),
        ("the chapter 7 wiped out the second and the first", "discharged", True),
        ("ya tengo la descarga de la bancarrota", "discharged", True),
        ("el capítulo 7 me borró esa deuda", "discharged", True),
        ("the bankruptcy got dismissed", "discharged", False),
        ("I signed a reaffirmation", "discharged", False),
        ("el caso fue desestimado", "discharged", False),
        ("it's a reverse mortgage my aunt took", "loan_type", "reverse"),
        ("dad had a HECM", "loan_type", "reverse"),
        ("tenía una hipoteca inversa", "loan_type", "reverse"),
        ("I'm in the Navy", "military", True),
        ("I'm on active-duty orders", "military", True),
        ("we are being deployed in March", "military", True),
        ("sigo en la fuerza aérea", "military", True),
    ],
)
def test_what_is_said_of_the_person_is_taken(text: str, fact: str, value: object) -> None:
    assert known(text).get(fact) == value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("my brother never signed the listing agreement", "on_the_loan"),
        ("I didn't sign the trial modification", "on_the_loan"),
        ("my dad died last year and I got behind on my mortgage", "borrower_died"),
        ("my late payments", "borrower_died"),
        ("she was discharged from the hospital", "discharged"),
        ("my grandfather was in the war", "military"),
        ("I don't have a reverse mortgage", "loan_type"),
        ("our late mother's place", "stage"),
        ("they took my payment from 900 to 1,400", "stage"),
        ("they took it up to 1,400 a month", "stage"),
        ("the seller kept the title and then he died", "borrower_died"),
        ("my ex-husband was the only one on the deed", "on_the_loan"),
        ("la de al lado se vendió en 240 mil", "stage"),
    ],
)
def test_words_that_look_alike_say_nothing_of_it(text: str, fact: str) -> None:
    assert fact not in known(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("How many years does a bank get to sue me for the rest?", "stage"),
        ("could they come after us for the difference", "stage"),
        ("what if the home was already sold", "stage"),
        ("was the house sold then?", "stage"),
        ("¿pueden demandarme por lo que faltó?", "stage"),
        ("¿qué pasa si me demandan por la diferencia?", "stage"),
        ("if it sold for 90k what do they get", "sale_price"),
        ("can they be suing me for 45k after that", "amount_claimed"),
        ("would the chapter 7 wiped out by then help", "discharged"),
        ("if my husband died would I owe it", "borrower_died"),
        ("does it matter when they sold the house on June 2", "sold_on"),
    ],
)
def test_a_question_or_a_supposition_is_no_fact(text: str, fact: str) -> None:
    assert fact not in known(text)


@pytest.mark.parametrize("text", ["do I owe it if I never signed?", "¿lo debo si yo no firmé nada?"])
def test_whether_they_signed_is_put_as_a_question_where_they_only_ask_about_it(text: str) -> None:
    facts = read(text, on=TODAY).facts
    assert "on_the_loan" not in facts.known
    assert "on_the_loan" in facts.clarify


def test_a_discharge_says_that_there_was_a_bankruptcy() -> None:
    assert known("my bankruptcy wiped that out")["prior_bankruptcy"] is True


# ------------------------------------------------------------------ after a sale


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("They sold the house June 2", date(2026, 6, 2)),
        ("our place was sold on December 8", date(2025, 12, 8)),
        ("it sold at the sheriff's auction on 9/14", date(2026, 9, 14)),
        ("the bank sold it on May 4, 2024", date(2024, 5, 4)),
        ("our house in Oak Lawn was sold on 9/14", date(2026, 9, 14)),
        ("vendieron mi casa el 2 de junio", date(2026, 6, 2)),
        ("la remataron el 8 de diciembre", date(2025, 12, 8)),
        ("ya me quitaron la casa, fue el 3 de marzo", date(2026, 3, 3)),
    ],
)
def test_a_home_that_was_sold_was_sold_on_a_past_day(text: str, day: date) -> None:
    facts = known(text)
    assert (facts.get("sold_on"), facts.get("stage"), facts.get("sale_date")) == (day, "sold", None)


@pytest.mark.parametrize("text", ["June 2", "the auction was June 2", "el 2 de junio", "la subasta fue el 2 de junio"])
def test_asked_when_it_was_sold_a_date_without_a_year_is_the_last_one(text: str) -> None:
    assert known(text, asked="sold_on")["sold_on"] == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("the house will be sold on December 8", "sold_on"),
        ("it gets sold at auction on Dec 8", "sold_on"),
        ("they sold my loan to another company on June 2", "sold_on"),
        ("we got auctioned last year. today a letter came", "sold_on"),
        ("we got auctioned last year. today a letter came", "sale_date"),
    ],
)
def test_a_sale_to_come_and_a_loan_that_was_sold_are_no_day_of_the_sale(text: str, fact: str) -> None:
    assert fact not in known(text)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("it sold for 131k", 131_000),
        ("they sold our house at 88", 88_000),
        ("the winning bid was $97,400", 97_400),
        ("se vendió en 120 mil", 120_000),
    ],
)
def test_what_a_sale_brought_is_its_price(text: str, price: int) -> None:
    assert known(text)["sale_price"] == Decimal(price)


@pytest.mark.parametrize(
    "text",
    [
        "the house next door sold for 240k",
        "homes around here sold for 300",
        "la casa de la vecina se vendió en 200 mil",
        "la de enfrente se vendió en 200 mil",
    ],
)
def test_what_other_homes_brought_is_no_price_of_this_one(text: str) -> None:
    assert "sale_price" not in known(text)


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("my house was sold and they want 41,000 more", 41_000),
        ("they're suing me for 41k", 41_000),
        ("we lost our house last year and a collector wants 18,500 from us", 18_500),
        ("they sold it for 120k and say I still owe 33,000", 33_000),
        ("me demandaron por 41 mil", 41_000),
        ("ya se vendió mi casa y ahora quieren 25 mil más", 25_000),
    ],
)
def test_what_is_wanted_after_a_sale_is_a_claim_for_the_rest(text: str, claimed: int) -> None:
    facts = known(text)
    assert (facts["amount_claimed"], facts["stage"]) == (Decimal(claimed), "deficiency_claim")


@pytest.mark.parametrize(
    "text", ["they want 3,900 to reinstate", "he took 2,500 from me", "the foreclosure complaint is suing me for 240,000"]
)
def test_what_is_wanted_before_a_sale_is_none(text: str) -> None:
    facts = known(text)
    assert "amount_claimed" not in facts
    assert facts.get("stage") != "deficiency_claim"

"""How many payments someone is behind."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5 months behind", 5),
        ("5 mnths behnd on my morgage", 5),
        ("we're about five months behind", 5),
        ("i missed 2 payments", 2),
        ("i have missed two payments this year", 2),
        ("missed the last 3", 3),
        ("fell behind on my loan for about 4 months", 4),
        ("120+ days late", 4),
        ("60 days past due", 2),
        ("haven't paid in 8 months", 8),
        ("havent paid in over a year", 12),
        ("a year and a half behind", 18),
        ("2 years behind", 24),
        ("debo tres mensualidades", 3),
        ("llevo 4 meses sin pagar", 4),
        ("no he pagado en 6 meses", 6),
        ("hace 3 meses que no pago", 3),
        ("voy atrasado cinco meses", 5),
        ("i'm current", 0),
        ("i am not behind", 0),
        ("estoy al corriente", 0),
    ],
)
def test_stated_in_a_free_message(text: str, months: int) -> None:
    assert read(text, on=TODAY).facts.get("months_behind") == months


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5", 5),
        ("five", 5),
        ("just one", 1),
        ("a couple", 2),
        ("a couple of months", 2),
        ("half a year", 6),
        ("a year", 12),
        ("year and a half", 18),
        ("90 days", 3),
        ("none", 0),
        ("not yet but i'm about to miss one", 0),
        ("up to date", 0),
        ("tres meses", 3),
        ("un año", 12),
        ("ninguno", 0),
    ],
)
def test_the_answer_to_how_many(text: str, months: int) -> None:
    assert read(text, asked="months_behind", on=TODAY).facts.get("months_behind") == months


def test_payments_made_since_leave_the_number_open() -> None:
    facts = read("i missed 5 payments but made two", on=TODAY).facts
    assert facts.get("months_behind") is None
    assert "months_behind" in facts.clarify


@pytest.mark.parametrize(
    "text", ["3 or 4", "2-3 months", "a few", "since january", "desde el verano", "5 but i paid 1", "several"]
)
def test_what_cannot_be_counted_is_asked_again(text: str) -> None:
    facts = read(text, asked="months_behind", on=TODAY).facts
    assert facts.get("months_behind") is None
    assert "months_behind" in facts.clarify


@pytest.mark.parametrize(
    "text",
    [
        "i have a 30 year loan",
        "i never missed a payment",
        "they took 4 months to answer me",
        "a program paid my mortgage for 12 months due to hardship",
        "it's been 3 months since i called",
    ],
)
def test_other_months_are_not_months_behind(text: str) -> None:
    facts = read(text, on=TODAY).facts
    assert facts.get("months_behind") is None

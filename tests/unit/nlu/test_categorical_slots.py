"""Facts with few values, and lenders."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("im up to date but barely", "stage", "current"),
        ("we fell behind last year", "stage", "behind"),
        ("me atrasé con los pagos", "stage", "behind"),
        ("got a notice of default", "stage", "notice"),
        ("me llegó una carta del banco", "stage", "notice"),
        ("they served me papers", "stage", "served"),
        ("the bank is suing me", "stage", "served"),
        ("me demandaron", "stage", "served"),
        ("the judge already ruled", "stage", "judgment"),
        ("hay sentencia de ejecución", "stage", "judgment"),
        ("the auction is scheduled", "stage", "sale_set"),
        ("van a subastar la casa", "stage", "sale_set"),
        ("it was sold at the auction, bank already took the house", "stage", "sold"),
        ("ya perdimos la casa", "stage", "sold"),
        ("they are suing me for the deficiency", "stage", "deficiency_claim"),
        ("we refinanced in 2021", "loan_purpose", "refinance"),
        ("it was a cash out refi", "loan_purpose", "home_equity"),
        ("it's the loan i bought the house with", "loan_purpose", "purchase"),
        ("it's an FHA loan", "loan_type", "fha"),
        ("va loan", "loan_type", "va"),
        ("hard money lender", "loan_type", "private"),
        ("we live in it", "occupancy", "home"),
        ("vivimos en la casa", "occupancy", "home"),
        ("i rent it out", "occupancy", "rental"),
        ("it's my late mother's house", "occupancy", "inherited"),
        ("it's been empty", "occupancy", "vacant"),
        ("it's a duplex", "units", 2),
        ("three flat in cicero", "units", 3),
        ("single family", "units", 1),
        ("i want to keep my home", "goal", "keep"),
        ("no queremos perder la casa", "goal", "keep"),
        ("i just want out", "goal", "leave"),
        ("i already have a lawyer", "has_lawyer", True),
        ("no tengo abogado", "has_lawyer", False),
        ("i filed chapter 7 before", "prior_bankruptcy", True),
        ("never filed", "prior_bankruptcy", False),
        ("my loan is with mr cooper", "lender", "Mr. Cooper"),
        ("bofa keeps calling", "lender", "Bank of America"),
    ],
)
def test_plain_words_settle_a_fact(text: str, fact: str, value: object) -> None:
    assert read(text, on=TODAY).facts.get(fact) == value


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("yes", "occupancy", "home"),
        ("2", "units", 2),
        ("just one", "units", 1),
        ("not sure yet", "goal", "unsure"),
        ("yes", "has_lawyer", True),
        ("no i can't afford one", "has_lawyer", False),
        ("no", "prior_bankruptcy", False),
        ("spanish please", "language", "es"),
        ("en inglés", "language", "en"),
    ],
)
def test_the_question_asked_settles_short_answers(text: str, fact: str, value: object) -> None:
    reading = read(text, asked=fact, on=TODAY)
    assert reading.facts.get(fact) == value or ("dont_know" in reading.acts and fact == "goal")


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("i have not been served yet", "stage", "served"),
        ("how do i avoid a sheriff's sale", "stage", "sale_set"),
        ("what happens if they get a deficiency judgment against me", "stage", "deficiency_claim"),
        ("i don't have a lawyer", "has_lawyer", True),
    ],
)
def test_what_is_denied_or_asked_about_is_not_so(text: str, fact: str, value: object) -> None:
    assert read(text, on=TODAY).facts.get(fact) != value

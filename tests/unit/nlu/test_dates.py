"""Dates of a sale, a hearing and of being served. Today is Wednesday, March 4, 2026."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.core.facts import UNKNOWN
from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("the 19th", date(2026, 3, 19)),
        ("on the 2nd", date(2026, 4, 2)),
        ("april 9", date(2026, 4, 9)),
        ("apr 9th at 10am", date(2026, 4, 9)),
        ("9th of april", date(2026, 4, 9)),
        ("4/9", date(2026, 4, 9)),
        ("4/9/26", date(2026, 4, 9)),
        ("4-9-2026", date(2026, 4, 9)),
        ("2026-04-09", date(2026, 4, 9)),
        ("january 5", date(2027, 1, 5)),
        ("friday", date(2026, 3, 6)),
        ("this friday", date(2026, 3, 6)),
        ("next monday", date(2026, 3, 9)),
        ("a week from tuesday", date(2026, 3, 17)),
        ("in three weeks", date(2026, 3, 25)),
        ("in 10 days", date(2026, 3, 14)),
        ("two weeks from now", date(2026, 3, 18)),
        ("tomorrow", date(2026, 3, 5)),
        ("tommorow morning", date(2026, 3, 5)),
        ("day after tomorrow", date(2026, 3, 6)),
        ("today", TODAY),
        ("9 de abril", date(2026, 4, 9)),
        ("el 9 de abril de 2026", date(2026, 4, 9)),
        ("el 19", date(2026, 3, 19)),
        ("el próximo lunes", date(2026, 3, 9)),
        ("el viernes", date(2026, 3, 6)),
        ("mañana", date(2026, 3, 5)),
        ("pasado mañana", date(2026, 3, 6)),
        ("dentro de tres semanas", date(2026, 3, 25)),
        ("hoy", TODAY),
    ],
)
@pytest.mark.parametrize("asked", ["sale_date", "court_date"])
def test_a_sale_and_a_hearing_are_to_come(text: str, day: date, asked: str) -> None:
    assert read(text, asked=asked, on=TODAY).facts.get(asked) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", date(2026, 3, 3)),
        ("last friday", date(2026, 2, 27)),
        ("friday", date(2026, 2, 27)),
        ("feb 12", date(2026, 2, 12)),
        ("november 20", date(2025, 11, 20)),
        ("2/12", date(2026, 2, 12)),
        ("two weeks ago", date(2026, 2, 18)),
        ("the 1st", date(2026, 3, 1)),
        ("ayer", date(2026, 3, 3)),
        ("hace dos semanas", date(2026, 2, 18)),
        ("el 12 de febrero", date(2026, 2, 12)),
    ],
)
def test_being_served_is_past(text: str, day: date) -> None:
    assert read(text, asked="served_on", on=TODAY).facts.get("served_on") == day


@pytest.mark.parametrize(
    "text",
    [
        "feb 30",
        "june 31st",
        "13/45",
        "next month",
        "sometime in july",
        "end of the month",
        "next friday",
        "31 de abril",
        "el mes que viene",
    ],
)
def test_an_impossible_or_vague_date_is_asked_again(text: str) -> None:
    facts = read(text, asked="sale_date", on=TODAY).facts
    assert facts.get("sale_date") is None
    assert "sale_date" in facts.clarify


def test_months_ago_is_too_vague_for_a_deadline() -> None:
    assert "served_on" in read("about a month ago", asked="served_on", on=TODAY).facts.clarify


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they auction my house on april 9", {"sale_date": date(2026, 4, 9)}),
        ("court date is the 19th", {"court_date": date(2026, 3, 19)}),
        ("i was served on feb 12 and court is april 9", {"served_on": date(2026, 2, 12), "court_date": date(2026, 4, 9)}),
        ("got served papers 3 weeks ago", {"served_on": date(2026, 2, 11)}),
        ("my sale was on january 5", {"sold_on": date(2026, 1, 5)}),
        ("la subasta es el 9 de abril", {"sale_date": date(2026, 4, 9)}),
        ("tengo corte el 9 de abril", {"court_date": date(2026, 4, 9)}),
        ("me entregaron los papeles el 12 de febrero", {"served_on": date(2026, 2, 12)}),
        ("my birthday is april 9", {}),
    ],
)
def test_words_near_a_date_say_what_it_is(text: str, expected: dict[str, date]) -> None:
    known = read(text, on=TODAY).facts.known
    assert {
        name: known[name].value for name in ("served_on", "court_date", "sale_date", "sold_on") if name in known
    } == expected


@pytest.mark.parametrize("text", ["not yet", "no date yet", "they haven't set one", "no sé", "todavía no hay fecha"])
def test_no_date_yet_settles_the_question(text: str) -> None:
    assert read(text, asked="court_date", on=TODAY).facts.get("court_date") is UNKNOWN


@pytest.mark.parametrize(
    "text",
    ["its a court paper, we got it last tuesday", "got the court papers yesterday", "me llegaron los papeles de la corte ayer"],
)
def test_a_court_paper_that_came_is_when_they_were_served_and_no_court_date(text: str) -> None:
    facts = read(text, on=date(2026, 11, 23)).facts
    assert isinstance(facts.get("served_on"), date)
    assert facts.get("court_date") is None

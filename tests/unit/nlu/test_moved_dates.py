"""A sale that was moved, or a day that someone corrects: the day that holds now counts. Today is March 4, 2026."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "it was moved from june 20 to july 9",
        "they moved it to july 9 from june 20",
        "rescheduled from 6/20 to 7/9",
        "june 20 got cancelled, new one is july 9",
        "june 20 was postponed to july 9",
        "it was june 20 but they pushed it to july 9",
        "the sale was june 20, it got adjourned to july 9",
        "la movieron del 20 de junio al 9 de julio",
        "la subasta era el 20 de junio y la aplazaron al 9 de julio",
    ],
)
def test_the_day_that_a_sale_was_moved_to_counts(text: str) -> None:
    assert read(text, asked="sale_date", on=TODAY).facts.get("sale_date") == date(2026, 7, 9)


@pytest.mark.parametrize(
    "text",
    [
        "it was going to be june 20 but now its july 9",
        "originally june 20, now july 9",
        "instead of june 20 its july 9",
        "correction: july 9 not june 20",
        "era el 20 de junio pero ahora es el 9 de julio",
        "en vez del 20 de junio es el 9 de julio",
    ],
)
def test_the_day_that_someone_corrects_to_counts(text: str) -> None:
    assert read(text, asked="sale_date", on=TODAY).facts.get("sale_date") == date(2026, 7, 9)


@pytest.mark.parametrize("text", ["sorry i mean july 9", "the auction is july 9, i think it got postponed"])
def test_a_single_day_counts_whatever_else_is_said_of_it(text: str) -> None:
    assert read(text, asked="sale_date", on=TODAY).facts.get("sale_date") == date(2026, 7, 9)

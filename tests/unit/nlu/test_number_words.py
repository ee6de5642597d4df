"""The table of number words, and what is derived from it."""

from __future__ import annotations

from datetime import date

from leeward.nlu.extraction import read
from leeward.nlu.number_words import counts, spoken_digits

TODAY = date(2026, 3, 4)


def test_counts_are_the_words_of_both_languages_up_to_the_most() -> None:
    assert counts(3) == {"one": 1, "un": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3}


def test_tens_count_as_well() -> None:
    assert (counts(30)["twenty"], counts(30)["treinta"]) == (20, 30)


def test_uno_is_a_pronoun_and_counts_no_months() -> None:
    assert read("a poco sí demandan si uno no tiene dinero", asked="months_behind", on=TODAY).facts.get("months_behind") is None


def test_a_number_read_out_has_a_word_for_every_digit() -> None:
    assert set(spoken_digits().values()) == set("0123456789")
    assert (spoken_digits()["oh"], spoken_digits()["uno"]) == ("0", "1")

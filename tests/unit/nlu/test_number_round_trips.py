"""Any amount, written in any usual way, reads back to the same number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)
owed = st.integers(min_value=10_000, max_value=40_000_000)
thousands = st.integers(min_value=10, max_value=9_999)


def balance(text: str, language: str = "en") -> object:
    return read(text, asked="balance_owed", on=TODAY, language=language).facts.get("balance_owed")


@given(owed)
def test_digits_with_and_without_separators(amount: int) -> None:
    assert balance(f"{amount}") == amount
    assert balance(f"{amount:,}") == amount
    assert balance(f"${amount:,}") == amount
    assert balance(f"$ {amount:,}.00") == amount
    assert balance(f"{amount:,}".replace(",", "."), "es") == amount


@given(owed, st.integers(min_value=0, max_value=99))
def test_cents_are_kept(amount: int, cents: int) -> None:
    assert balance(f"{amount:,}.{cents:02}") == Decimal(f"{amount}.{cents:02}")


@given(thousands, st.sampled_from(["k", "K", " k", " thousand", " grand", " thousand dollars", " mil", " mil dólares"]))
def test_suffixes_for_thousands(count: int, suffix: str) -> None:
    assert balance(f"{count}{suffix}", "es" if "mil" in suffix else "en") == count * 1_000


@given(
    st.integers(min_value=101, max_value=999).filter(lambda tenths: tenths % 100),
    st.sampled_from(["m", "M", " million", " millones"]),
)
def test_suffixes_for_millions(hundredths: int, suffix: str) -> None:
    assert balance(f"{Decimal(hundredths) / 100}{suffix}") == hundredths * 10_000


@given(owed)
def test_english_number_words(amount: int) -> None:
    assert balance(num2words(amount, lang="en")) == amount
    assert balance(num2words(amount, lang="en").replace(",", "").replace("-", " ")) == amount


@given(st.integers(min_value=10_000, max_value=999_999))
def test_english_number_words_without_and(amount: int) -> None:
    assert balance(num2words(amount, lang="en").replace(" and", "")) == amount


@given(owed)
def test_spanish_number_words(amount: int) -> None:
    assert balance(num2words(amount, lang="es"), "es") == amount


@given(owed, st.sampled_from(["i owe {}", "the balance is {} i think", "about {} or so", "debo {} más o menos", "son como {}"]))
def test_words_around_an_amount_do_not_change_it(amount: int, sentence: str) -> None:
    assert balance(sentence.format(f"{amount:,}")) == amount

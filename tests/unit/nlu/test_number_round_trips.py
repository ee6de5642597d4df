"""Any amount, written in any usual way, reads back to the same number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from leeward.nlu.extraction import read
from leeward.nlu.money_roles import LEAST
from leeward.nlu.normalization import normalize
from leeward.nlu.numbers import find_amounts

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


@given(st.integers(min_value=1, max_value=99), st.sampled_from(["{} million", "{} mil", "{} millones", "point {} million"]))
def test_decimals_of_a_million(hundredths: int, written: str) -> None:
    decimals = f"{hundredths:02}"
    spoken = " ".join(num2words(int(digit)) for digit in decimals)
    text = written.format(spoken if "point" in written else f"0.{decimals}")
    assert balance(text) == hundredths * 10_000 or hundredths * 10_000 < LEAST["balance_owed"]


def value(text: str, language: str = "en") -> Decimal:
    """The one number in a text, before it is weighed what it stands for."""
    (amount,) = find_amounts(normalize(text), spanish=language == "es")
    assert not amount.doubtful
    return amount.value


@given(
    st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=99), st.sampled_from(["thousand", "grand", "k"])
)
def test_hundreds_may_go_without_their_word(hundreds: int, rest: int, scale: str) -> None:
    tail = num2words(rest) if rest > 9 else f"oh {num2words(rest)}"
    assert value(f"{num2words(hundreds)} {tail} {scale}") == (hundreds * 100 + rest) * 1_000


@given(st.integers(min_value=11, max_value=999))
def test_words_run_together(count: int) -> None:
    words = num2words(count).replace(" and ", " ").replace("-", " ")
    assert value(f"{words.replace(' ', '')} thousand") == count * 1_000
    spanish = num2words(count, lang="es")
    assert value(f"{spanish.replace(' y ', ' ').replace(' ', '')} mil", "es") == count * 1_000


@given(st.integers(min_value=100, max_value=9_999), st.integers(min_value=1, max_value=99))
def test_dollars_and_cents_in_words(dollars: int, cents: int) -> None:
    exact = Decimal(dollars) + Decimal(cents) / 100
    assert value(f"{num2words(dollars)} dollars and {num2words(cents)} cents") == exact
    assert value(f"{num2words(dollars, lang='es')} dólares con {num2words(cents, lang='es')} centavos", "es") == exact

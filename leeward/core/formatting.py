"""Figures, dates and names written out in the person's language: "$150,000", "14 de octubre de 2026"."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

import yaml
from babel.dates import format_date, format_time, get_day_names, get_month_names
from babel.numbers import format_currency

from leeward.core.facts import UNKNOWN, Kind, Range, Spec, Value
from leeward.core.language import Language
from leeward.core.phone import display as display_phone

_FILE = Path(__file__).with_name("labels.yml")
# Unicode CLDR's locales of the two languages in the United States; CLDR has the names of days and months.
_LOCALES: Final[dict[Language, str]] = {"en": "en_US", "es": "es_US"}


@functools.cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return words


# Starts with a word, unlike a subsection ("(iv)"), a court ("(Fla. App.)") or a year.
_REMARK: Final = re.compile(r" \((?![ivx]+\))[a-z]{2,}[^()]*\)")
_DOUBT: Final = re.compile(r"(?:lawyer should check|abogado debe revisar)[^.]*\.$", re.IGNORECASE)


def phrase(name: str, language: Language, **filling: str) -> str:
    """A short phrase of labels.yml, filled in. Raises KeyError for a name that is not there."""
    text: str = _words()["phrases"][name][language]
    return text.format(**filling)


def fact_name(name: str, language: Language) -> str:
    """What a fact is called in a sentence: "what you owe"."""
    text: str = _words()["facts"][name][language]
    return text


def source(citation: str | None, language: Language) -> str:
    """The first of a statement's sources, as a sentence names it; that a lawyer should check where nobody has seen one.

    A remark for lawyers ("(as amended 2023)") is left out; subsections, courts and years are part of a citation.
    """
    if not citation:
        return phrase("lawyer_should_check", language)
    return _REMARK.sub("", citation.split(";")[0]).strip()


def with_source(words: str, citation: str | None, language: Language) -> str:
    """A statement of law with its source; where nobody has seen one, that a lawyer should check, said once."""
    if citation is None and _DOUBT.search(words):
        return words
    return f"{words} ({source(citation, language)})"


def process_name(name: str, language: Language) -> str:
    """What a kind of foreclosure is called in a sentence."""
    text: str = _words()["processes"][name][language]
    return text


def rejection(key: str, language: Language) -> str:
    """Why a phone number or an address was not taken; an unknown reason reads as the general one of its kind."""
    reasons = _words()["rejected"]
    general = "phone_invalid" if key.startswith("phone") else "email_invalid"
    text: str = reasons.get(key, reasons[general])[language]
    return text


def money(amount: Decimal) -> str:
    """US dollars as both languages write them in the United States: whole dollars, with cents only where there are any."""
    rounded = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    pattern = "¤#,##0" if rounded == rounded.to_integral_value() else "¤#,##0.00"
    # Both locales write a dollar alike; the pattern says how many cents, so that CLDR's two are not added to whole dollars.
    return str(format_currency(rounded, "USD", format=pattern, locale=_LOCALES["en"], currency_digits=False))


def money_range(amount: Range, language: Language) -> str:
    """An amount, or two bounds in words where they differ."""
    if amount.min == amount.max:
        return money(amount.min)
    return phrase("between", language, low=money(amount.min), high=money(amount.max))


def day(value: date, language: Language) -> str:
    """A date written out: "October 14, 2026", "14 de octubre de 2026"."""
    return str(format_date(value, "long", locale=_LOCALES[language]))


def month(number: int, language: Language) -> str:
    """The name of a month, January being 1."""
    return str(get_month_names("wide", locale=_LOCALES[language])[number])


def weekday(number: int, language: Language) -> str:
    """The name of a day of the week, Monday being 0."""
    return str(get_day_names("wide", locale=_LOCALES[language])[number])


def moment(value: datetime, language: Language) -> str:
    """A day of the week with a time of day: "Monday, 9:00 AM", "lunes, 9:00 a. m."."""
    return f"{weekday(value.weekday(), language)}, {clock(value.time(), language)}"


def clock(value: time, language: Language) -> str:
    """A time of day: "9:00 AM", "9:00 a. m."."""
    written = str(format_time(value, "short", locale=_LOCALES[language]))
    # CLDR writes "a. m." with a no-break space. SMS's alphabet (GSM 03.38) has none, so one would halve what fits in a text.
    return " ".join(written.split())


def listed(items: Sequence[str], language: Language) -> str:
    """Items as a list in a sentence: "a, b and c".

    CLDR's list for the United States is "a, b, and c"; our sentences have no comma before "and".
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {phrase('and', language)} {items[-1]}"


def either(items: Sequence[str], language: Language) -> str:
    """Items to choose from in a sentence: "a or b or c", without the commas of CLDR's list: each is a choice by itself."""
    return f" {phrase('or', language)} ".join(items)


def fact_value(spec: Spec, value: Value, language: Language) -> str:
    """A fact's value in words."""
    values = _words()["values"]
    if value is UNKNOWN:
        return str(values["unknown"][language])
    if isinstance(value, Range):
        if spec.kind is Kind.MONEY:
            return money_range(value, language)
        return phrase("between", language, low=str(value.min), high=str(value.max))
    if isinstance(value, bool):
        return str(values[str(value).lower()][language])
    if isinstance(value, date):
        return day(value, language)
    if spec.kind is Kind.MONEY:
        return money(Decimal(str(value)))
    if spec.name == "phone":
        return display_phone(str(value))
    if spec.kind is Kind.CHOICE and spec.name not in ("state", "language"):
        return str(values[str(value)][language])
    return str(value)


def opening_hours(hours: Sequence[tuple[time, time] | None], language: Language) -> str:
    """Opening hours in one phrase, days in a row joined: "Monday to Friday, 9:00 AM to 5:00 PM"."""
    stretches: list[tuple[int, int, tuple[time, time]]] = []
    for number, today in enumerate(hours):
        if today is None:
            continue
        if stretches and stretches[-1][1] == number - 1 and stretches[-1][2] == today:
            stretches[-1] = (stretches[-1][0], number, today)
        else:
            stretches.append((number, number, today))
    return "; ".join(_stretch(first, last, today, language) for first, last, today in stretches)


def _stretch(first: int, last: int, today: tuple[time, time], language: Language) -> str:
    to = phrase("to", language)
    days = weekday(first, language) if first == last else f"{weekday(first, language)} {to} {weekday(last, language)}"
    return f"{days}, {clock(today[0], language)} {to} {clock(today[1], language)}"

"""Names of months and weekdays in both languages as people write them: normalized, with their abbreviations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, get_args

from leeward.core import formatting
from leeward.core.language import Language
from leeward.nlu.normalization import normalize

_MONTH_ABBREVIATIONS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "setiembre": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAY_ABBREVIATIONS: Final = {
    "mon": 0, "tues": 1, "tue": 1, "wed": 2, "thurs": 3, "thur": 3, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip


def _names(numbers: Iterable[int], name: Callable[[int, Language], str]) -> dict[str, int]:
    return {normalize(name(number, language)): number for number in numbers for language in get_args(Language)}


MONTHS: Final = _names(range(1, 13), formatting.month) | _MONTH_ABBREVIATIONS
"""Number of the month, 1 to 12, by name."""
WEEKDAYS: Final = _names(range(7), formatting.weekday) | _WEEKDAY_ABBREVIATIONS
"""Number of the weekday by name; Monday is 0."""


def any_of(names: Iterable[str]) -> str:
    """A regular expression for any of the names, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True))

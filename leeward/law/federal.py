"""Federal facts, read from federal.yml: servicers' clocks, bankruptcy limits, tax, programs by loan, free help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from leeward.core.language import NonEmpty, Words
from leeward.law.files import HERE, read_as
from leeward.law.model import Citations, Confidence, LoanType, Review
from leeward.law.options import OptionId

FILE: Final = HERE / "federal.yml"


@dataclass(frozen=True, slots=True)
class FederalFact:
    """One federal fact with its citations.

    `value` is a number in `unit` (days, USD, percent …), an ISO 8601 date or a phone number; None for a rule without one.
    `options` are the options it belongs to, `loan_type` the loans (empty: all).
    """

    value: int | str | None
    unit: NonEmpty | None
    words: Words
    citations: Citations
    confidence: Confidence
    options: tuple[OptionId, ...] = ()
    loan_type: tuple[LoanType, ...] = ()
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class FederalFile:
    """federal.yml: the facts by name, the day of the research, and the lawyer who has signed them."""

    as_of: date
    reviewed_by: NonEmpty | None
    facts: dict[str, FederalFact]


@cache
def facts() -> Mapping[str, FederalFact]:
    """All federal facts by name, in the file's order. Raises LawFileError for a file that is not as it must be."""
    return MappingProxyType(read().facts)


@cache
def read() -> FederalFile:
    """The whole of federal.yml. Raises LawFileError for a file that is not as it must be."""
    return read_as(FILE, FederalFile)


def days(name: str) -> int:
    """The number of days of one fact. Raises KeyError for a name that is not there and TypeError for one without days."""
    fact = facts()[name]
    if not isinstance(fact.value, int) or fact.unit != "days":
        raise TypeError(f"{name} is no number of days")
    return fact.value

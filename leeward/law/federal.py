"""Federal facts, read from federal.yml: servicers' clocks, bankruptcy limits, tax, programs by loan, free help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from leeward.core.language import Words
from leeward.law.loader import HERE, read_yaml
from leeward.law.model import Confidence

Seen = Literal["text", "secondary", "memory"]
FILE: Final = HERE / "federal.yml"


@dataclass(frozen=True, slots=True)
class FederalFact:
    """One federal fact with its citation.

    `value` is a number in `unit` (days, USD, percent …), an ISO 8601 date or a phone number; None for a rule without one.
    `seen` is what the research saw of it. `options` are the ways out it belongs to, `loan_type` the loans (empty: all).
    """

    id: str
    value: int | str | None
    unit: str | None
    words: Words
    citation: str
    as_of: date
    confidence: Confidence
    seen: Seen
    options: tuple[str, ...]
    loan_type: tuple[str, ...]


@cache
def facts() -> Mapping[str, FederalFact]:
    """All federal facts by id, in the file's order. Raises LawFileError for a file that is no YAML or repeats an id."""
    data = read_yaml(FILE)
    as_of = date.fromisoformat(data["as_of"])
    return MappingProxyType(
        {
            name: FederalFact(
                id=name,
                value=entry["value"],
                unit=entry["unit"],
                words=Words(**entry["words"]),
                citation=entry["citation"],
                as_of=as_of,
                confidence=entry["confidence"],
                seen=entry["seen"],
                options=tuple(entry.get("options", ())),
                loan_type=tuple(entry.get("loan_type", ())),
            )
            for name, entry in data["facts"].items()
        }
    )


def days(name: str) -> int:
    """The number of days of one fact. Raises KeyError for a name that is not there and TypeError for one without days."""
    fact = facts()[name]
    if not isinstance(fact.value, int) or fact.unit != "days":
        raise TypeError(f"{name} is no number of days")
    return fact.value

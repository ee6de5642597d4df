"""What is known about one homeowner's situation.

Facts are immutable: learning one gives new Facts. Each fact keeps the id of the message it came from, so that staff can
see where a figure was said. A value may be exact, a `Range` ("between 200 and 220k") or `UNKNOWN` (the person said that
they do not know). What fits several values ("Kansas City") is not a fact yet: it stands in `clarify` until it is settled.

In JSON, everywhere: money is a plain number of dollars, a date is ISO 8601, a range is {"min": …, "max": …}, unknown is
"unknown", and what is to clarify stands beside the facts, not among them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import MappingProxyType
from typing import Any, Final


class Unknown(Enum):
    """The person was asked and does not know, which is different from not having been asked."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Range:
    """Two bounds in US dollars (or months), both included; `min` is never above `max`."""

    min: Decimal
    max: Decimal

    def __post_init__(self) -> None:
        if self.min > self.max:
            raise ValueError(f"a range needs min <= max, got {self.min} and {self.max}")


Value = str | bool | int | Decimal | date | Range | Unknown


class Kind(Enum):
    """What a fact's value is made of."""

    MONEY = "money"  # USD, Decimal or Range, never negative
    COUNT = "count"  # whole number; months and units
    DATE = "date"
    CHOICE = "choice"  # one of the spec's choices
    FLAG = "flag"  # yes or no
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Spec:
    """The name, kind and allowed values of one fact."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    longest: int = 120  # characters, of a text
    pattern: str = ""  # what a text must match as a whole


STATES: Final = tuple(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA"
    " RI SC SD TN TX UT VT VA WA WV WI WY PR".split()
)

_SPECS = (
    Spec("language", Kind.CHOICE, ("en", "es")),
    Spec("state", Kind.CHOICE, STATES),
    Spec("county", Kind.TEXT),
    Spec("balance_owed", Kind.MONEY),
    Spec("second_lien", Kind.MONEY),
    Spec("second_lien_purpose", Kind.CHOICE, ("purchase", "other")),
    Spec("home_value", Kind.MONEY),
    Spec("monthly_payment", Kind.MONEY),
    Spec("months_behind", Kind.COUNT),
    Spec("arrears", Kind.MONEY),
    Spec("loan_purpose", Kind.CHOICE, ("purchase", "refinance", "home_equity")),
    Spec("loan_type", Kind.CHOICE, ("conventional", "fha", "va", "usda", "private", "reverse")),
    Spec("trouble", Kind.CHOICE, ("mortgage", "hoa", "property_tax", "manufactured_home", "land_contract", "timeshare")),
    Spec("on_the_loan", Kind.FLAG),  # whether the person signed the note
    Spec("borrower_died", Kind.FLAG),
    Spec("discharged", Kind.FLAG),  # whether a finished bankruptcy wiped out this debt
    Spec("military", Kind.FLAG),
    Spec("lender", Kind.TEXT),
    Spec("occupancy", Kind.CHOICE, ("home", "rental", "second_home", "vacant", "inherited")),
    Spec("units", Kind.COUNT),
    Spec("stage", Kind.CHOICE, ("current", "behind", "notice", "served", "judgment", "sale_set", "sold", "deficiency_claim")),
    Spec("served_on", Kind.DATE),
    Spec("court_date", Kind.DATE),
    Spec("sale_date", Kind.DATE),
    Spec("sold_on", Kind.DATE),
    Spec("sale_price", Kind.MONEY),
    Spec("amount_claimed", Kind.MONEY),
    Spec("lost_by", Kind.CHOICE, ("foreclosure", "short_sale", "deed_in_lieu", "tax_sale")),
    Spec("goal", Kind.CHOICE, ("keep", "leave", "unsure")),
    Spec("prior_bankruptcy", Kind.FLAG),
    Spec("has_lawyer", Kind.FLAG),
    Spec("first_name", Kind.TEXT),
    Spec("last_name", Kind.TEXT),
    Spec("phone", Kind.TEXT, pattern=r"\+[1-9][0-9]{7,14}"),  # E.164
    Spec("email", Kind.TEXT, longest=254, pattern=r"[^\s@]+@[^\s@]+"),
    # Learned only where a consent is asked for: its words ("call", "text") are too everyday to be read anywhere else.
    Spec("contact_by", Kind.CHOICE, ("call", "text", "email")),
    Spec("best_time", Kind.TEXT, longest=300),
    Spec("safe_to_contact", Kind.FLAG),
)

# No homeowner's figure or date lies outside these; what does is a slip of the pen, or was never a figure or a date.
MOST_MONEY: Final = Decimal(1_000_000_000)  # USD
MOST_COUNT: Final = 1_000
EARLIEST_DATE: Final = date(1926, 1, 1)
LATEST_DATE: Final = date(2126, 12, 31)

SPECS: Final[Mapping[str, Spec]] = MappingProxyType({spec.name: spec for spec in _SPECS})

# What was said about a value, and says nothing about the one that replaces it.
SAID_ABOUT: Final[Mapping[str, str]] = MappingProxyType({"safe_to_contact": "phone"})

CONTACT_FACTS: Final = frozenset({"first_name", "last_name", "phone", "email", "contact_by", "best_time", "safe_to_contact"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and the id of the message it was learned from (None: not from a message)."""

    value: Value
    turn: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one homeowner's situation; see the module's text."""

    known: Mapping[str, Fact] = field(default_factory=dict)
    clarify: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> Value | None:
        """The value of a fact, UNKNOWN where the person does not know, None where nothing was said.

        Raises KeyError for a name that is no fact.
        """
        SPECS[name]
        fact = self.known.get(name)
        return None if fact is None else fact.value

    def amount(self, name: str) -> Range | None:
        """A money fact as a range in USD (an exact amount has equal bounds); None where missing or unknown."""
        value = self.get(name)
        if isinstance(value, Range):
            return value
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            return None
        exact = Decimal(value)
        return Range(exact, exact)

    def is_answered(self, name: str) -> bool:
        """Whether the person has said something final about it: a value, a range, or that they do not know."""
        SPECS[name]
        return name in self.known

    def is_known(self, name: str) -> bool:
        """Whether there is a value or a range, so neither missing nor unknown."""
        value = self.get(name)
        return value is not None and value is not UNKNOWN

    def learn(self, name: str, value: Value, turn: str | None = None) -> Facts:
        """New Facts in which `name` is `value`; what was to clarify about it is settled.

        A new value takes with it what had been said about the old one (SAID_ABOUT). Raises KeyError for a name that is no fact
        and ValueError for a value that does not fit its kind.
        """
        checked = check_value(SPECS[name], value)
        clarify = {key: options for key, options in self.clarify.items() if key != name}
        return Facts(self._with({name: Fact(checked, turn)}), clarify)

    def learn_or_ask(self, name: str, value: Value) -> Facts:
        """As `learn`; a value that does not fit its fact ("served on 12/31/9999") is to be clarified instead.

        Raises KeyError for a name that is no fact.
        """
        try:
            return self.learn(name, value)
        except ValueError:
            return self.ask_again(name)

    def ask_again(self, name: str, candidates: tuple[str, ...] = ()) -> Facts:
        """New Facts in which `name` is to be clarified between `candidates` (none: any answer will do)."""
        SPECS[name]
        return Facts(self.known, {**self.clarify, name: candidates})

    def forget(self, name: str) -> Facts:
        """New Facts without `name`, as if it had never been said."""
        SPECS[name]
        return Facts(
            {key: fact for key, fact in self.known.items() if key != name},
            {key: options for key, options in self.clarify.items() if key != name},
        )

    def merge(self, newer: Facts) -> Facts:
        """These facts with all of `newer` on top; where both speak, `newer` counts."""
        merged = Facts(self._with(newer.known), {k: v for k, v in self.clarify.items() if k not in newer.known})
        for name, candidates in newer.clarify.items():
            merged = merged.ask_again(name, candidates)
        return merged

    def _with(self, newer: Mapping[str, Fact]) -> dict[str, Fact]:
        replaced = {name for name, fact in newer.items() if name in self.known and self.known[name].value != fact.value}
        outdated = {name for name, about in SAID_ABOUT.items() if about in replaced}
        return {**{name: fact for name, fact in self.known.items() if name not in outdated}, **newer}

    def to_json(self) -> dict[str, Any]:
        """The facts as plain JSON values by name, without their turns."""
        return {name: value_to_json(fact.value) for name, fact in self.known.items()}

    @staticmethod
    def from_json(values: Mapping[str, Any], turns: Mapping[str, str] | None = None) -> Facts:
        """Facts from plain JSON values by name; None values and names that are no facts are left out.

        Raises ValueError for a value that does not fit its fact.
        """
        turns = turns or {}
        known = {
            name: Fact(value_from_json(SPECS[name], value), turns.get(name))
            for name, value in values.items()
            if name in SPECS and value is not None
        }
        return Facts(known)

    @staticmethod
    def readable(values: Mapping[str, Any]) -> tuple[Facts, tuple[str, ...]]:
        """The stored facts that can be read, and the names of those whose value does not fit.

        For lists and pages that must open whatever one record holds; where a fact decides, use `from_json`.
        """
        known: dict[str, Fact] = {}
        unreadable: list[str] = []
        for name, value in values.items():
            try:
                known.update(Facts.from_json({name: value}).known)
            except ValueError:
                unreadable.append(name)
        return Facts(known), tuple(unreadable)


def check_value(spec: Spec, value: Value) -> Value:
    """The value in its kind's own type. Raises ValueError, in words, where it does not fit."""
    if value is UNKNOWN:
        return value
    if isinstance(value, Range):
        if spec.kind not in (Kind.MONEY, Kind.COUNT):
            raise ValueError(f"{spec.name} cannot be a range")
        if value.min < 0 or value.max > (MOST_MONEY if spec.kind is Kind.MONEY else MOST_COUNT):
            raise ValueError(f"{spec.name} cannot lie between {value.min} and {value.max}")
        return value
    match spec.kind:
        case Kind.MONEY:
            if isinstance(value, bool) or not isinstance(value, int | Decimal):
                raise ValueError(f"{spec.name} needs an amount in dollars, got {value!r}")
            amount = Decimal(value)
            if not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
                raise ValueError(f"{spec.name} cannot be {value}")
            return amount
        case Kind.COUNT:
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNT:
                raise ValueError(f"{spec.name} needs a whole number, got {value!r}")
        case Kind.DATE:
            if not isinstance(value, date):
                raise ValueError(f"{spec.name} needs a date, got {value!r}")
            if not EARLIEST_DATE <= value <= LATEST_DATE:
                raise ValueError(f"{spec.name} cannot be on {value.isoformat()}")
        case Kind.CHOICE:
            if value not in spec.choices:
                raise ValueError(f"{spec.name} is one of {', '.join(spec.choices)}, got {value!r}")
        case Kind.FLAG:
            if not isinstance(value, bool):
                raise ValueError(f"{spec.name} is yes or no, got {value!r}")
        case Kind.TEXT:
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"{spec.name} needs some text")
            if len(value) > spec.longest:
                raise ValueError(f"{spec.name} has more than {spec.longest} characters")
            if spec.pattern and not re.fullmatch(spec.pattern, value):
                raise ValueError(f"{spec.name} does not look like one")
    return value


def money_to_json(amount: Decimal) -> int | float:
    """US dollars as a JSON number: whole where there are no cents."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def value_to_json(value: Value) -> Any:
    """A fact's value as plain JSON; see the module's text."""
    match value:
        case Unknown():
            return value.value
        case Range(min=low, max=high):
            return {"min": money_to_json(low), "max": money_to_json(high)}
        case Decimal():
            return money_to_json(value)
        case date():
            return value.isoformat()
    return value


def value_from_json(spec: Spec, value: Any) -> Value:
    """The typed value of one fact from JSON. Raises ValueError where it does not fit."""
    if value == UNKNOWN.value:
        return UNKNOWN
    if isinstance(value, Mapping):
        return check_value(spec, Range(_decimal(spec, value.get("min")), _decimal(spec, value.get("max"))))
    if spec.kind is Kind.MONEY:
        return check_value(spec, _decimal(spec, value))
    if spec.kind is Kind.DATE and isinstance(value, str):
        return check_value(spec, date.fromisoformat(value))
    return check_value(spec, value)


def _decimal(spec: Spec, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{spec.name} needs an amount in dollars, got {value!r}") from error
    if not amount.is_finite():
        raise ValueError(f"{spec.name} needs an amount in dollars, got {value!r}")
    return amount

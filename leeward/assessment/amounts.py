"""What a sale would leave unpaid, or leave over: arithmetic on ranges of US dollars.

Deficiency = max(0, owed - price). A range in gives a range out; nothing is rounded. After a foreclosure sale the price is
the home's worth less a discount, and its costs are added to the debt (assumptions.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from leeward import law as laws
from leeward.assessment.model import Shortfall
from leeward.assessment.reasons import general_reason
from leeward.core import stages
from leeward.core.facts import UNKNOWN, Facts, Range

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is owed on each lien and what the home is worth (USD); None where that is not known."""

    owed: Range | None
    second: Range | None
    worth: Range | None


def shortfall_of(facts: Facts, amounts: Amounts) -> Shortfall | None:
    """What a sale for the home's worth leaves unpaid on the first mortgage, with what explains it; None if not known."""
    if amounts.owed is None or amounts.worth is None:
        return None
    unpaid = _minus(amounts.owed, amounts.worth)
    expected = max(ZERO, _middle(amounts.owed) - _middle(amounts.worth))
    return Shortfall(unpaid.min, expected, unpaid.max, tuple(general_reason(key) for key in _how(facts, amounts, unpaid)))


def _how(facts: Facts, amounts: Amounts, unpaid: Range) -> Iterator[str]:
    yield "shortfall/none" if unpaid.max == 0 else "shortfall/exact"
    if unpaid.min != unpaid.max:
        yield "shortfall/range"
    if not facts.is_answered("second_lien"):
        yield "shortfall/no-second-told"
    elif amounts.second is None:
        yield "shortfall/second-unknown"
    elif amounts.second.max > 0:
        yield "shortfall/second-apart"
    stage = facts.get("stage")
    if stage in stages.AFTER_SALE:
        yield f"stage/{stage}"
    else:
        yield "shortfall/grows"


def equity_of(facts: Facts, amounts: Amounts) -> Range | None:
    """What a sale for the home's worth leaves the owner after both liens; None where that is nothing or not known."""
    if amounts.owed is None or amounts.worth is None:
        return None
    after_first = _minus(amounts.worth, amounts.owed)
    if facts.get("second_lien") is UNKNOWN:
        return positive_or_none(Range(ZERO, after_first.max))
    return positive_or_none(_minus(after_first, amounts.second or Range(ZERO, ZERO)))


def unpaid_first(amounts: Amounts) -> Range | None:
    """What a sale for the home's worth leaves unpaid on the first mortgage; None if not known."""
    if amounts.owed is None or amounts.worth is None:
        return None
    return _minus(amounts.owed, amounts.worth)


def unpaid_second(amounts: Amounts) -> Range | None:
    """The same for the second lien: the home's worth pays the first mortgage before the second sees any of it."""
    if amounts.owed is None or amounts.worth is None or amounts.second is None:
        return None
    return _minus(amounts.second, _minus(amounts.worth, amounts.owed))


def first_at_auction(amounts: Amounts, share: Decimal = ZERO) -> Range | None:
    """What is left unpaid on the first mortgage if the sale brings less; `share` of the gap to worth is credited."""
    if amounts.owed is None or amounts.worth is None:
        return None
    return _minus(_plus(amounts.owed, laws.auction().costs), _price(amounts.worth, share))


def second_at_auction(amounts: Amounts, share: Decimal = ZERO) -> Range | None:
    """The same for the second lien."""
    if amounts.owed is None or amounts.worth is None or amounts.second is None:
        return None
    left_over = _minus(_price(amounts.worth, share), _plus(amounts.owed, laws.auction().costs))
    return _minus(amounts.second, left_over)


def _price(worth: Range, share: Decimal) -> Range:
    discount = laws.auction().discount
    lost = Range(discount.min * (1 - share), discount.max * (1 - share))
    return Range(worth.min * (1 - lost.max), worth.max * (1 - lost.min))


def _minus(left: Range, right: Range) -> Range:
    """The difference of two ranges, never below 0."""
    return Range(max(ZERO, left.min - right.max), max(ZERO, left.max - right.min))


def _plus(left: Range, right: Range) -> Range:
    return Range(left.min + right.min, left.max + right.max)


def _middle(amount: Range) -> Decimal:
    return (amount.min + amount.max) / 2


def highest(amount: Range | None) -> Decimal | None:
    """The upper bound; None where the amount is not known."""
    return None if amount is None else amount.max


def positive_or_none(amount: Range | None) -> Range | None:
    """The range, or None where it is nothing at all."""
    return amount if amount and amount.max > 0 else None

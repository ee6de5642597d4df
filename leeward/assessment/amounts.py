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
    """What is owed on each lien and what the home is worth (USD); None where that is not known.

    After a sale (`is_sold`), `price` is what it brought and `claimed` what the lender now asks for.
    """

    owed: Range | None
    second: Range | None
    worth: Range | None
    is_sold: bool = False
    price: Range | None = None
    claimed: Range | None = None

    @property
    def brings(self) -> Range | None:
        """What pays the liens: the price of a sale that has happened, whatever the home was worth; before one, its worth."""
        return self.price if self.is_sold else self.worth


def amounts_of(facts: Facts) -> Amounts:
    """The amounts that the person told; those of a sale only after one."""
    owed, second, worth = (facts.amount(name) for name in ("balance_owed", "second_lien", "home_value"))
    if not stages.is_sold(facts):
        return Amounts(owed, second, worth)
    return Amounts(owed, second, worth, True, facts.amount("sale_price"), facts.amount("amount_claimed"))


def shortfall_of(facts: Facts, amounts: Amounts) -> Shortfall | None:
    """What a sale leaves unpaid on the first mortgage, with what explains it; None if not known.

    Before a sale, it is reckoned with the home's worth; after one with what the lender claims, or else with the price.
    """
    unpaid = unpaid_first(amounts)
    if unpaid is None:
        return None
    how = tuple(general_reason(key) for key in _how(facts, amounts, unpaid))
    return Shortfall(unpaid.min, _expected(amounts, unpaid), unpaid.max, how)


def _expected(amounts: Amounts, unpaid: Range) -> Decimal:
    """The middle of what was told: of the claim, or else of what was owed less the middle of what pays it."""
    if amounts.claimed is not None or amounts.owed is None or amounts.brings is None:
        return _middle(unpaid)
    return max(ZERO, _middle(amounts.owed) - _middle(amounts.brings))


def _how(facts: Facts, amounts: Amounts, unpaid: Range) -> Iterator[str]:
    if amounts.claimed is not None:
        yield "shortfall/claimed"
    elif amounts.price is not None:
        yield "shortfall/from-sale"
    else:
        yield "shortfall/none" if unpaid.max == 0 else "shortfall/exact"
    if unpaid.min != unpaid.max:
        yield "shortfall/range"
    if not facts.is_answered("second_lien"):
        yield "shortfall/no-second-told"
    elif amounts.second is None:
        yield "shortfall/second-unknown"
    elif amounts.second.max > 0:
        yield "shortfall/second-apart"
    if stages.is_sold(facts):
        yield f"stage/{facts.get('stage')}"
    else:
        yield "shortfall/grows"


def equity_of(facts: Facts, amounts: Amounts) -> Range | None:
    """What a sale for the home's worth leaves the owner after both liens; None where that is nothing, not known or past."""
    if amounts.owed is None or amounts.worth is None or amounts.is_sold:
        return None
    after_first = _minus(amounts.worth, amounts.owed)
    if facts.get("second_lien") is UNKNOWN:
        return positive_or_none(Range(ZERO, after_first.max))
    return positive_or_none(_minus(after_first, amounts.second or Range(ZERO, ZERO)))


def unpaid_first(amounts: Amounts) -> Range | None:
    """What a sale leaves unpaid on the first mortgage; None if not known. See `shortfall_of` for what it is reckoned with."""
    if amounts.claimed is not None:
        return amounts.claimed
    if amounts.owed is None or amounts.brings is None:
        return None
    return _minus(amounts.owed, amounts.brings)


def less_fair_value(amounts: Amounts, unpaid: Range | None) -> Range | None:
    """What is left of a claim where the law credits the home's worth: less what it was worth above the price of the sale."""
    if unpaid is None or amounts.price is None or amounts.worth is None:
        return unpaid
    return _minus(unpaid, _minus(amounts.worth, amounts.price))


def unpaid_second(amounts: Amounts) -> Range | None:
    """The same for the second lien: what a sale brings pays the first mortgage before the second sees any of it."""
    if amounts.owed is None or amounts.brings is None or amounts.second is None:
        return None
    return _minus(amounts.second, _minus(amounts.brings, amounts.owed))


def first_at_auction(amounts: Amounts, share: Decimal = ZERO) -> Range | None:
    """What is left unpaid on the first mortgage if a sale to come brings less; `share` of the gap to worth is credited."""
    if amounts.owed is None or amounts.worth is None or amounts.is_sold:
        return None
    return _minus(_plus(amounts.owed, laws.auction().costs), _price(amounts.worth, share))


def second_at_auction(amounts: Amounts, share: Decimal = ZERO) -> Range | None:
    """The same for the second lien."""
    if amounts.owed is None or amounts.worth is None or amounts.second is None or amounts.is_sold:
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

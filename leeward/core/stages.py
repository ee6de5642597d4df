"""How far a foreclosure has come, grouped as the rules ask: the values of the fact `stage`, and the days that go with it."""

from __future__ import annotations

from datetime import date
from typing import Final

from leeward.core.facts import Facts

# The home still belongs to its owner, even where the day of a sale is set.
BEFORE_SALE: Final = frozenset({"current", "behind", "notice", "served", "judgment", "sale_set"})
AFTER_SALE: Final = frozenset({"sold", "deficiency_claim"})
# There is a lawsuit, however the state's homes are mostly sold.
IN_COURT: Final = frozenset({"served", "judgment", "deficiency_claim"})


def is_sold(facts: Facts) -> bool:
    """Whether the home has been sold, by what was told."""
    return facts.get("stage") in AFTER_SALE


def is_lost_otherwise(facts: Facts) -> bool:
    """Whether the home went by a short sale, a deed in lieu or a tax sale, of which no rule on foreclosure sales speaks."""
    return is_sold(facts) and facts.get("lost_by") in ("short_sale", "deed_in_lieu", "tax_sale")


def sold_on(facts: Facts) -> date | None:
    """The day on which the home was sold, where it has been and the person has told it."""
    if not is_sold(facts):
        return None
    return _day(facts, "sold_on") or _day(facts, "sale_date")


def sale_set_for(facts: Facts) -> date | None:
    """The day for which a sale is set, where the person has told it; None once the home has been sold."""
    return None if is_sold(facts) else _day(facts, "sale_date")


def foreclosure_served_on(facts: Facts) -> date | None:
    """The day on which the papers of a foreclosure through the court were served.

    After a sale only papers from before it were the foreclosure's; where the day of the sale is not known, none surely were.
    """
    served, sold = _day(facts, "served_on"), sold_on(facts)
    if served is None or not is_sold(facts):
        return served
    return served if sold is not None and served < sold else None


def suit_served_on(facts: Facts) -> date | None:
    """The day on which the papers of the lawsuit that is still open were served: after a sale, of one for the rest."""
    served = _day(facts, "served_on")
    return None if is_sold(facts) and foreclosure_served_on(facts) is not None else served


def _day(facts: Facts, name: str) -> date | None:
    value = facts.get(name)
    return value if isinstance(value, date) else None

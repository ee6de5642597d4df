"""Which facts an estimate is reckoned from: before a sale the home's worth, after one the sale itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from leeward import law as laws
from leeward.assessment.liability import liability
from leeward.core import stages
from leeward.core.facts import Facts

BEFORE_A_SALE: Final = ("state", "balance_owed", "home_value")


def figures_needed(facts: Facts) -> tuple[str, ...]:
    """The facts that an estimate is reckoned from, told or not, in the order in which they are asked.

    After a sale what the home would bring today says nothing: what the lender claims counts, or what was owed less what the
    sale brought. The home's worth counts beside the price only where the law credits it, whatever papers or a court may say
    yet, and no figure does for someone who does not owe the loan in person.
    """
    return tuple(_after_a_sale(facts)) if stages.is_sold(facts) else BEFORE_A_SALE


def _after_a_sale(facts: Facts) -> Iterator[str]:
    yield from ("state", "sold_on")
    if liability(facts).answer == "no":
        return
    if facts.get("stage") == "deficiency_claim" or facts.is_known("amount_claimed"):
        yield "amount_claimed"
    is_claimed, worth_counts = facts.is_known("amount_claimed"), _worth_is_credited(facts)
    if not is_claimed or worth_counts:
        yield "sale_price"
    if facts.is_known("sale_price"):
        yield from (() if is_claimed else ("balance_owed",))
        yield from (("home_value",) if worth_counts else ())


def _worth_is_credited(facts: Facts) -> bool:
    law = laws.law_for(facts)
    return law is not None and any(
        item.effect == "fair_value_credit" and item.when.lien != "junior" and not (item.when.presumes or item.when.turns_on)
        for item in law.protections
    )
